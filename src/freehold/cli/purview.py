"""`freehold purview`: the governance catalogue that speaks as Microsoft Purview does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from freehold.cli.options import Group, JsonFlag, MeshCommand, MeshFolder, Roles

if TYPE_CHECKING:
    from freehold.model.container import Container

app = typer.Typer(cls=Group, no_args_is_help=True, help="A governance catalogue that speaks as Microsoft Purview does.")

PORT = 8443
SERVE_EXAMPLES = (
    "Examples: freehold purview serve --dev --admin steward · "
    "freehold purview serve --mesh /srv/contoso --admin 8f1c… --scan-root landing=/srv/landing · "
    "freehold purview serve --dev --scan-database shop.example=postgresql:shop --scan-database stock=duckdb:/srv/stock.duckdb · "
    "freehold purview serve --mesh /srv/contoso --store postgresql:catalogue"
)
MINT_EXAMPLES = "Examples: freehold purview token steward@sales · freehold purview token steward@sales --management"


@app.command(cls=MeshCommand, epilog=SERVE_EXAMPLES)
def serve(
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
            "--scan-root",
            metavar="NAME=FOLDER",
            help="Let scans look at files below a folder, or an abfss:// container; may be repeated.",
        ),
    ] = None,
    scan_database: Annotated[
        list[str] | None,
        typer.Option(
            "--scan-database",
            metavar="NAME=ENGINE:WHERE",
            help="Let scans look at a database: duckdb:PATH, postgresql:SERVICE, azure-sql:SERVER/DATABASE; may be repeated.",
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="postgresql:SERVICE",
            help="Keep it in a PostgreSQL database, by a section of libpq's service file; by default in the mesh's folder.",
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
    mesh: MeshFolder = None,
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
    from freehold.wiring.scannable import read_databases
    from freehold.wiring.settings import read_settings

    mode = Mode.DEVELOPMENT if dev else Mode.PRODUCTION
    settings = read_settings(mesh, mode=mode, host=host, certificate=certificate, key=key)
    held = settings.certificate, settings.key
    made = (
        Served(authority=held[0], certificate=held[0], key=held[1])
        if held[0] is not None and held[1] is not None
        else catalogue_certificate(settings, SystemClock())
    )
    catalogue = build_catalogue(
        settings,
        administrators=admin or (),
        roots=read_roots(scan_root or ()),
        databases=read_databases(scan_database or ()),
        store=store,
    )
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


def read_roots(given: Iterable[str]) -> dict[str, Path | Container]:
    """Return `NAME=FOLDER` and `NAME=abfss://…` options as folders and containers by their names.

    Raises:
        SettingInvalid: One has no name, its folder is not there, or its address is of no container.
    """
    from freehold.errors import SettingInvalid
    from freehold.model.container import is_address, read_container

    found: dict[str, Path | Container] = {}
    for item in given:
        name, equals, text = item.partition("=")
        root = read_container(text) if is_address(text) else Path(text)
        if not equals or not name.isidentifier() or root is None or (isinstance(root, Path) and not root.is_dir()):
            raise SettingInvalid(
                f"`{item.partition('?')[0]}` is not NAME=FOLDER with a folder that is there, nor NAME=abfss://…",
                remedy="write it like landing=/srv/landing, or landing=abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/FOLDER",
            )
        found[name] = root
    return found
