"""`freehold certs`: an authority for development, and a certificate for each node of mesh.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from freehold.cli.options import JsonFlag, MeshFolder

if TYPE_CHECKING:
    from freehold.wiring.certificates import Certificates

EXAMPLES = "Examples: freehold certs · freehold certs --renew · freehold certs --folder /srv/contoso/certificates"


def certs(
    *,
    renew: Annotated[bool, typer.Option("--renew", help="Make all certificates of nodes anew, not only what ends soon.")] = False,
    new_authority: Annotated[
        bool, typer.Option("--new-authority", help="Make a new authority in place of the one that is there, and all certificates.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="FOLDER", help="Where they lie; by default .freehold/certificates of the mesh."),
    ] = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Make certificates for development. A small authority signs one for each node of mesh.yaml; what still holds is kept."""
    from freehold.cli.terminal import show_json
    from freehold.wiring.certificates import Renewal, make_certificates
    from freehold.wiring.clock import SystemClock
    from freehold.wiring.settings import read_settings

    renewal = Renewal.AUTHORITY if new_authority else Renewal.NODES if renew else Renewal.NOTHING
    found = make_certificates(read_settings(mesh), renewal, SystemClock(), folder)
    if json:
        show_json(found)
    else:
        _show(found)


def _show(found: Certificates) -> None:
    from freehold.cli.terminal import say, show_table

    say(f"✓ authority {found.outcome}: {found.authority}, until {found.until[:10]}", "bold")
    rows = [
        (item.node, ", ".join(item.names), item.until[:10], f"{item.outcome}: {item.why}" if item.why else item.outcome.value)
        for item in found.nodes
    ]
    show_table(("node", "names", "until", "outcome"), rows)
    first = found.nodes[0]
    say("→ give each node its own two files and the authority's certificate, never its key:")
    say(f"  freehold up --region {first.region} --certificate {first.certificate} --key {first.key} --authority {found.authority}")
    plain = [item.node for item in found.nodes if not item.url.startswith("https://")]
    if plain:
        say(f"→ mesh.yaml still has a `url` with http:// for: {', '.join(plain)}")
