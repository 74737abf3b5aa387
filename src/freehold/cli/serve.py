"""`freehold up` and `freehold token`: a node of the mesh, and a way in while developing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from freehold.cli.options import JsonFlag, MeshFolder, Region, Roles, Scopes
from freehold.cli.reach import caller, find_node, mint

UP_EXAMPLES = (
    "Examples: freehold up --dev · freehold up --region northeurope --port 8081 · "
    "freehold up --host 0.0.0.0 --certificate node.pem --key node.key"
)
MINT_EXAMPLES = (
    "Examples: freehold token sales-app@sales · freehold token anna@customer --role data-steward · "
    "freehold token analyst@analytics --scope sales.aggregate --region eastus --ttl 600"
)


def up(
    *,
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="The region to serve, where there are several.")
    ] = None,
    dev: Annotated[bool, typer.Option("--dev", help="Believe tokens made here with --as: never for real data.")] = False,
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDRESS", help="The address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", metavar="PORT", min=0, max=65_535, help="The port; 0 takes a free one; by default that of mesh.yaml."
        ),
    ] = None,
    certificate: Annotated[Path | None, typer.Option("--certificate", metavar="FILE", help="A PEM certificate: speak TLS.")] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="The PEM key of the certificate.")] = None,
    authority: Annotated[
        Path | None,
        typer.Option(
            "--authority", metavar="FILE", help="The PEM authority of other nodes' certificates; by default the system's."
        ),
    ] = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Serve a region of the mesh. Stop it with Ctrl-C."""
    from freehold.wiring.settings import hold_matrices_to_one_thread, read_settings

    hold_matrices_to_one_thread()
    from freehold.cli.serving import serve_until_stopped
    from freehold.model.place import Mode

    mode = Mode.DEVELOPMENT if dev else Mode.PRODUCTION
    settings = read_settings(
        mesh, region=region, mode=mode, host=host, port=port, certificate=certificate, key=key, authority=authority
    )
    serve_until_stopped(settings, as_json=json)


def token(
    who: Annotated[str, typer.Argument(metavar="SUBJECT@DOMAIN", help="Whom the token names, such as sales-app@sales.")],
    *,
    role: Roles = None,
    scope: Scopes = None,
    region: Region = None,
    ttl: Annotated[int, typer.Option("--ttl", metavar="SECONDS", help="How long it is valid, in seconds.")] = 3_600,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Make a development token. The development node that runs here believes it, and no other node does."""
    from freehold.cli.terminal import say, show_json

    asked = caller(mesh, None, None, who=who, roles=role, scopes=scope, region=region)
    made = mint(asked, find_node(asked), ttl)
    if json:
        show_json({"token": made, "expiresIn": ttl})
    else:
        say(made)
