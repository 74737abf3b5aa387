"""`freehold node`: what one node is to the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from freehold.cli.options import Group, JsonFlag, MeshFolder

if TYPE_CHECKING:
    from freehold.services.listings import Vouched

app = typer.Typer(cls=Group, no_args_is_help=True, help="What a node is to the other nodes of the mesh.")

NodeRegion = Annotated[
    str | None, typer.Option("--region", metavar="REGION", help="The region of the node, where there are several.")
]


@app.command(epilog="Example: freehold node key --region northeurope")
def key(
    *,
    region: NodeRegion = None,
    new: Annotated[bool, typer.Option("--new", help="Make a new key in place of the one that is there.")] = False,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Print the key by which other nodes know this one. It is made where there is none; mesh.yaml has to name it."""
    from freehold.cli.terminal import show_json
    from freehold.wiring.keys import read_key, renew_key
    from freehold.wiring.settings import read_settings

    settings = read_settings(mesh, region=region)
    found = renew_key(settings) if new else read_key(settings)
    if json:
        show_json(found)
        return
    typer.echo(f'publicKey: "{found.public_key}"')
    if not found.named:
        other = "names another key for it" if found.written else "does not name it yet"
        typer.echo(
            f"→ mesh.yaml {other}: write this line at the node `{found.node}`, run `freehold apply` on every node, "
            "then start this one again",
            err=True,
        )


@app.command(epilog="Example: freehold node peers --region northeurope")
def peers(*, region: NodeRegion = None, mesh: MeshFolder = None, json: JsonFlag = False) -> None:
    """Show how the other nodes' catalogues stand at this one. Each has a version, an age, and what went wrong last."""
    from freehold.cli.terminal import show_json
    from freehold.wiring.settings import read_settings
    from freehold.wiring.vouched import read_vouched

    found = read_vouched(read_settings(mesh, region=region))
    (show_json if json else _show_peers)(found)


def _show_peers(found: Sequence[Vouched]) -> None:
    from freehold.cli.terminal import counted, say, show_table

    if not found:
        say("The mesh in force has no other node.")
        return
    heads = ("node", "region", "listed from", "as of", "age", "state", "version", "mesh", "products", "last failure")
    show_table(heads, [_peer(item) for item in found])
    for item in found:
        if item.detail is not None:
            say(f"  {item.node}: {item.detail} ({item.tried})")
        if item.withheld:
            say(f"  {item.node}: tells of {counted(len(item.withheld), 'product')} that it may not, such as {item.withheld[0]}")


def _peer(item: Vouched) -> tuple[object, ...]:
    age = f"{item.age:,.0f} s" if item.age is not None else None
    state = "stale" if item.stale else "fresh"
    version = str(item.version) if item.version is not None else None
    return (item.node, item.region, item.origin.value, item.as_of, age, state, version, item.mesh, item.products, item.error)
