"""`freehold init`, `freehold domain new` and `freehold product new`: a first manifest, never over a file that exists."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from freehold.cli.options import Group, JsonFlag, MeshFolder

if TYPE_CHECKING:
    from freehold.services.scaffold import Wanted, Written

domain = typer.Typer(cls=Group, no_args_is_help=True, help="The domains of the mesh.")
product = typer.Typer(cls=Group, no_args_is_help=True, help="The data products of the mesh.")

TEMPLATE = "standard"
INIT_EXAMPLES = "Examples: freehold init · freehold init contoso · freehold init --name contoso"
DOMAIN_EXAMPLES = 'Example: freehold domain new "Customer Care" --owner care@contoso.com'
PRODUCT_EXAMPLES = (
    "Examples: freehold product new Orders --domain Sales · freehold product new --domain Sales --from data/sales/orders.parquet · "
    "freehold product new Customers --domain Customer --template personal"
)
Owner = Annotated[str | None, typer.Option("--owner", metavar="ADDRESS", help="Who answers for it, as an address.")]


def init(
    folder: Annotated[Path | None, typer.Argument(metavar="FOLDER", help="Where; by default here.")] = None,
    *,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="The mesh's name; by default that of the folder.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Start a mesh. It has a policy, one domain with one product, and templates for more."""
    from freehold.cli.terminal import say
    from freehold.services import scaffold
    from freehold.services.starter import IGNORED
    from freehold.stores.files import FolderFiles

    place = (folder or Path.cwd()).resolve()
    _make(place)
    written = scaffold.init(FolderFiles(place), name or place.name)
    _show(written, "freehold check, then freehold apply and freehold up --dev", as_json=json)
    if not json and IGNORED not in {item.path for item in written}:
        say("→ add `.freehold/` to .gitignore: it holds state and keys")


@domain.command("new", epilog=DOMAIN_EXAMPLES)
def new_domain(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The domain's name, such as Sales.")],
    *,
    owner: Owner = None,
    description: Annotated[str | None, typer.Option("--description", metavar="TEXT", help="What it is about.")] = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Add a domain."""
    from freehold.services import scaffold
    from freehold.stores.files import FolderFiles
    from freehold.wiring.settings import find_folder

    written = scaffold.new_domain(FolderFiles(find_folder(mesh)), name, owner, description)
    _show((written,), f"freehold product new NAME --domain {shlex.quote(name)}", as_json=json)


@product.command("new", epilog=PRODUCT_EXAMPLES)
def new_product(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The product's name; with --from, by default the file's.")
    ] = None,
    *,
    of: Annotated[str, typer.Option("--domain", metavar="NAME", help="The domain that owns it.")],
    template: Annotated[
        str | None, typer.Option("--template", metavar="NAME", help=f"A template of templates/; by default {TEMPLATE}.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Draft it from a Parquet or CSV file below the data folder; may be a glob."),
    ] = None,
    owner: Owner = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Add a product, from a template or drafted from its data."""
    if data is not None and template is not None:
        raise typer.BadParameter("give --template or --from, not both")
    if name is None and data is None:
        raise typer.BadParameter("give the product a NAME, or draft it with --from FILE")
    from freehold.services.scaffold import Wanted

    wanted = Wanted(name=name or _titled(data or Path()), domain=of, owner=owner)
    written = _drafted(wanted, data, mesh) if data is not None else _filled(wanted, template or TEMPLATE, mesh)
    _show((written,), "read it, then: freehold check", as_json=json)


def _filled(wanted: Wanted, template: str, mesh: Path | None) -> Written:
    from freehold.services.scaffold import new_product
    from freehold.stores.files import FolderFiles
    from freehold.wiring.settings import find_folder

    return new_product(FolderFiles(find_folder(mesh)), wanted, template)


def _drafted(wanted: Wanted, data: Path, mesh: Path | None) -> Written:
    import sys

    from freehold.cli.terminal import console, counted
    from freehold.wiring.drafting import draft
    from freehold.wiring.settings import read_settings

    written, rows = draft(read_settings(mesh), wanted, data)
    if rows is not None:
        console(sys.stderr).print(f"{data.name}: {counted(rows, 'row')}", style="dim")
    return written


def _titled(data: Path) -> str:
    """Return a product's name made of a file's: `sales_orders.parquet` is `Sales orders`."""
    from freehold.names import words

    return words(data.stem.strip("*?[]")).capitalize()


def _make(place: Path) -> None:
    from freehold.errors import StoreFailed

    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFailed(f"`{place}` cannot be made", remedy="choose another folder") from error


def _show(written: tuple[Written, ...], upcoming: str, *, as_json: bool) -> None:
    import msgspec

    from freehold.cli.terminal import say, show_json

    if as_json:
        show_json([msgspec.to_builtins(item) for item in written])
        return
    for item in written:
        say(f"+ {item.path}", "green")
        for proposal in item.confirm:
            say(f"    proposed, please confirm: {proposal}")
    say(f"→ {upcoming}")
