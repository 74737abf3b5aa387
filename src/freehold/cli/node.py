"""`freehold node`: what one node is to the others."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli.options import Group, JsonFlag, MeshFolder

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
