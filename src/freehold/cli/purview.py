"""`freehold purview`: the governance catalogue that speaks as Microsoft Purview does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from freehold.cli.options import Group, JsonFlag, MeshFolder, Roles

app = typer.Typer(cls=Group, no_args_is_help=True, help="A governance catalogue that speaks as Microsoft Purview does.")

PORT = 8443
SERVE_EXAMPLES = (
    "Examples: freehold purview serve --dev --admin steward · "
    "freehold purview serve /srv/contoso --admin 8f1c… --scan-root landing=/srv/landing"
)
MINT_EXAMPLES = (
    "Examples: freehold purview token steward@sales · freehold purview token steward@sales --management"
)


@app.command(epilog=SERVE_EXAMPLES)
def serve(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="The mesh's folder; by default the nearest one upwards.", show_default=False),
    ] = None,
    *,
    port: Annotated[int, typer.Option("--port", metavar="PORT", help="The port; 0 takes a free one.")] = PORT,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    admin: Annotated[
        list[str] | None,
        typer.Option(
            "--admin", metavar="SUBJECT", help="Give a subject every role on the root collection; may be given several times."
        ),
    ] = None,
    scan_root: Annotated[
        list[str] | None,
        typer.Option(
            "--scan-root", metavar="NAME=FOLDER", help="Let scans look at files below a folder; may be given several times."
        ),
    ] = None,
    proxy_port: Annotated[
        int | None, typer.Option("--proxy-port", metavar="PORT", help="Also take CONNECT here, for clients with fixed host names.")
    ] = None,
    dev: Annotated[
        bool, typer.Option("--dev", help="Believe tokens made by `freehold purview token`: never for real data.")
    ] = False,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", metavar="FILE", help="A PEM certificate; by default one is made.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="The PEM key of the certificate.")] = None,
    json: JsonFlag = False,
) -> None:
    """Serve the catalogue of a mesh over TLS. Stop it with Ctrl-C."""
    from freehold.cli.terminal import say, show_json
    from freehold.gateway.purview.app import CatalogueGateway
    from freehold.gateway.purview.tunnel import Tunnel
    from freehold.gateway.serve import Listening, free_port, serve_app
    from freehold.model.place import Mode
    from freehold.wiring.certificates import Served, catalogue_certificate
    from freehold.wiring.clock import SystemClock
    from freehold.wiring.datamap import build_catalogue
    from freehold.wiring.settings import read_settings

    mode = Mode.DEVELOPMENT if dev else Mode.PRODUCTION
    settings = read_settings(folder, mode=mode, host=host, certificate=certificate, key=key)
    held = settings.certificate, settings.key
    made = (
        Served(authority=held[0], certificate=held[0], key=held[1])
        if held[0] is not None and held[1] is not None
        else catalogue_certificate(settings, SystemClock())
    )
    catalogue = build_catalogue(settings, administrators=admin or (), roots=read_roots(scan_root or ()))
    try:
        chosen = free_port(host, port)
        proxy = free_port(host, proxy_port) if proxy_port is not None else None
        tunnel = Tunnel(host, proxy, chosen) if proxy is not None else None

        def ready(listening: Listening) -> None:
            told = {"url": listening.url, "account": catalogue.name, "pid": os.getpid(), "authority": str(made.authority)}
            if proxy is not None:
                told["proxy"] = f"http://{host}:{proxy}"
            if json:
                show_json(told)
            else:
                say(f"✓ the catalogue `{catalogue.name}` answers at {listening.url}", "bold")
                say(f"  CA     {made.authority}   (clients: connection_verify, or REQUESTS_CA_BUNDLE)")
                say("  stop   Ctrl-C")
            sys.stdout.flush()

        gateway = CatalogueGateway(catalogue, tunnel)
        serve_app(gateway, host, chosen, certificate=made.certificate, key=made.key, on_ready=ready)
    finally:
        catalogue.close()


@app.command(epilog=MINT_EXAMPLES)
def token(
    who: Annotated[str, typer.Argument(metavar="SUBJECT@DOMAIN", help="Whom the token names, such as steward@sales.")],
    *,
    role: Roles = None,
    management: Annotated[
        bool, typer.Option("--management", help="For Azure Resource Manager's address instead of the catalogue's own planes.")
    ] = False,
    ttl: Annotated[int, typer.Option("--ttl", metavar="SECONDS", help="How long it is valid, in seconds.")] = 3_600,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Make a development token with Purview's audience. A catalogue started here with --dev believes it, and no other does."""
    from freehold.cli.reach import named_subject
    from freehold.cli.terminal import say, show_json
    from freehold.model.place import Mode
    from freehold.wiring.datamap import AUDIENCE, MANAGEMENT_AUDIENCE, mint_token
    from freehold.wiring.settings import read_settings

    subject, domain = named_subject(who)
    audience = MANAGEMENT_AUDIENCE if management else AUDIENCE
    settings = read_settings(mesh, mode=Mode.DEVELOPMENT)
    made = mint_token(settings, audience, subject, domain=domain, roles=role or (), ttl=ttl)
    if json:
        show_json({"token": made, "expiresIn": ttl, "audience": audience})
    else:
        say(made)


def read_roots(given: Iterable[str]) -> dict[str, Path]:
    """Return `NAME=FOLDER` options as folders by their names.

    Raises:
        SettingInvalid: One has no name, or its folder is not there.
    """
    from freehold.errors import SettingInvalid

    found: dict[str, Path] = {}
    for item in given:
        name, equals, text = item.partition("=")
        if not equals or not name.isidentifier() or not Path(text).is_dir():
            raise SettingInvalid(
                f"`{item}` is not NAME=FOLDER with a folder that is there", remedy="write it like landing=/srv/landing"
            )
        found[name] = Path(text)
    return found
