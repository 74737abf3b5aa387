"""`freehold test`: products, or a file of one's own, held against everything that is promised of them."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from freehold.cli.options import As, Home, JsonFlag, MeshFolder, Purpose, Roles, Scopes, Token, Url

if TYPE_CHECKING:
    from collections.abc import Callable

    from freehold.cli.reach import Caller
    from freehold.model.mesh import Mesh
    from freehold.model.verdict import Report
    from freehold.wiring.settings import Settings

T = TypeVar("T")

EXAMPLES = (
    "Examples: freehold test · freehold test sales · freehold test sales.orders --junit results.xml · "
    "freehold test orders.parquet --contract sales.orders · "
    "freehold test postgresql:public.orders --contract sales.orders · "
    "freehold test azure-sql:dbo.orders --contract sales.orders · "
    "freehold test enriched.csv --contract customer.customer_360/sales --fail-on warning · "
    "freehold test sales.orders --as olga@sales --role data-engineer"
)
_SAMPLES = 3
_FILES = (".parquet", ".csv", ".csv.gz", ".arrow", ".arrows", ".feather")


class FailOn(enum.StrEnum):
    """How grave a promise must be for the command to fail where it is not kept."""

    ERROR = "error"
    WARNING = "warning"


def run_tests(
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="PRODUCT|DOMAIN|FILE|TABLE", help="What to test; without any, every product that has data."),
    ] = None,
    *,
    contract: Annotated[
        str | None,
        typer.Option(
            "--contract", metavar="PRODUCT[/CONTRACT]", help="Test files or tables, as this product or as what the contract gives."
        ),
    ] = None,
    fail_on: Annotated[FailOn, typer.Option(help="The least severity that fails.")] = FailOn.ERROR,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Also write a JUnit report, for CI.")] = None,
    samples: Annotated[
        int, typer.Option(min=0, max=100, help="Rows to show of what fails; of a product, as whoever asks may see them.")
    ] = _SAMPLES,
    purpose: Purpose = None,
    as_: As = None,
    role: Roles = None,
    scope: Scopes = None,
    url: Url = None,
    token: Token = None,
    region: Home = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Test data against its promises. Columns, rules, references, freshness, floors: every failure comes at once."""
    from freehold.cli.verdicts import as_json, show_report, show_summary, write_junit
    from freehold.model.finding import Severity
    from freehold.wiring.contract_tests import needs_asking, read_mesh
    from freehold.wiring.settings import read_settings

    settings = read_settings(mesh, region=region)
    read = read_mesh(settings)
    names = tuple(what or ())
    if contract is not None:
        reports = _files(settings, read, names, contract, samples)
    else:
        reports = _products(settings, read, names)
        if needs_asking(read, reports, samples):
            from freehold.cli.reach import caller

            reports = _seen(read, reports, caller(mesh, url, token, who=as_, roles=role, scopes=scope), purpose, samples)
    if junit is not None:
        write_junit(junit, reports)
    least = Severity(fail_on.value)
    if json:
        from freehold.cli.terminal import show_json

        show_json(as_json(reports, least))
    else:
        for report in reports:
            show_report(report)
        show_summary(reports, least)
    if any(report.fails(least) for report in reports):
        raise typer.Exit(1)


def _files(settings: Settings, mesh: Mesh, names: tuple[str, ...], contract: str, samples: int) -> tuple[Report, ...]:
    from freehold.services.contract_test import Promises
    from freehold.wiring.contract_tests import check_file, find_contract

    if not names:
        raise typer.BadParameter("--contract wants the file that is to be tested: freehold test FILE --contract PRODUCT")
    product, terms = find_contract(mesh, contract)
    promises = Promises(product=product, contract=terms)
    return tuple(
        _working(
            f"Testing {name}", lambda tell, name=name: check_file(settings, name, promises, samples, lambda part: tell(part, 1.0))
        )
        for name in names
    )


def _products(settings: Settings, mesh: Mesh, names: tuple[str, ...]) -> tuple[Report, ...]:
    from freehold.ports.probing import AZURE_SQL, POSTGRES
    from freehold.wiring.contract_tests import check_products, choose

    for name in names:
        if name.casefold().endswith(_FILES) or name.startswith((POSTGRES, AZURE_SQL)):
            raise typer.BadParameter(f"`{name}` is data of your own: say what it promises with --contract PRODUCT")
    chosen = choose(mesh, names, settings.region)
    return _working("Testing products", lambda tell: check_products(settings, mesh, chosen, tell))


def _seen(mesh: Mesh, reports: tuple[Report, ...], who: Caller, purpose: str | None, samples: int) -> tuple[Report, ...]:
    """Return reports with what the node that runs gives to the caller, where somebody is named."""
    from freehold.wiring.settings import read_access

    if who.who is None and who.token is None and read_access().token is None:
        return reports
    from freehold.cli.reach import reach
    from freehold.wiring.contract_tests import shown_to

    with reach(who, purpose) as asked:
        return shown_to(lambda sql, of: asked.query(sql, purpose=of).to_arrow().to_pylist(), mesh, reports, samples)


def _working(what: str, work: Callable[[Callable[[float, float], None]], T]) -> T:
    """Do `work` under a progress bar, on a terminal only."""
    import sys

    if not sys.stderr.isatty():
        return work(lambda _done, _total: None)
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    from freehold.cli.terminal import console

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))
