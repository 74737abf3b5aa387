"""`freehold query` and `freehold explain`: a question, its answer, and why."""

from __future__ import annotations

import enum
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from freehold.cli.options import As, JsonFlag, MeshFolder, Parameters, Purpose, Region, Roles, Scopes, Token, Url
from freehold.cli.reach import Caller, caller, parameters, reach

if TYPE_CHECKING:
    from freehold.client import Result

Sql = Annotated[
    str,
    typer.Argument(metavar="SQL", help="One SELECT statement over products, `domain.product`; `-` reads it from standard input."),
]

REST: dict[str, Any] = {"allow_extra_args": True}
"""What follows the SQL is kept, so that a statement without quotes is answered with what to do about it."""
QUERY_EXAMPLES = (
    "Examples: freehold query 'select segment, count(*) as customers from customer.customer_360 group by segment' "
    "--as sales-app@sales · freehold query 'select segment from customer.customer_360 where region = $r' --param r=North · "
    "freehold query - --output answer.parquet < question.sql"
)


class Format(enum.StrEnum):
    """The forms an answer comes in."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"


class Absent(enum.StrEnum):
    """What to do about a region that does not answer."""

    REFUSE = "refuse"
    ALLOW = "allow"


def query(
    context: typer.Context,
    sql: Sql,
    *,
    purpose: Purpose = None,
    param: Parameters = None,
    format: Annotated[  # noqa: A002  (the option's name)
        Format | None, typer.Option(help="The answer's form; by default that of --output's ending, else a table.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the answer into a file; - is the terminal.")
    ] = None,
    partial: Annotated[
        Absent, typer.Option(help="Where a region of the question does not answer: fail, or take what the others have.")
    ] = Absent.REFUSE,
    as_: As = None,
    role: Roles = None,
    scope: Scopes = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Ask a question. The answer comes with what it was given under, and the leaf that records it."""
    from freehold.cli.answer import show, write
    from freehold.cli.terminal import waiting

    _hold_to_one_word(context)
    output = None if output == Path("-") else output
    chosen = Format.JSON if json else format or _by_ending(output)
    who = caller(mesh, url, token, who=as_, roles=role, scopes=scope, region=region)
    started = time.perf_counter()
    with reach(who, purpose) as asked, waiting("Asking"):
        result = _ask(asked.query(_read(sql), parameters(param), partial=partial.value))
    took = time.perf_counter() - started
    if output is None:
        show(result, chosen.value, took)
    else:
        write(result, chosen.value, output, took)


EXPLAIN_EXAMPLES = (
    'Examples: freehold explain "select segment from customer.customer_360" --as sales-app@sales · '
    'freehold explain --change "select segment from customer.customer_360" --as sales-app@sales · '
    'freehold explain --svg plan.svg "select segment from customer.customer_360" --as sales-app@sales'
)


def explain(
    context: typer.Context,
    sql: Sql,
    *,
    change: Annotated[
        bool,
        typer.Option(
            "--change",
            help="Explain it twice, under what is in force and under the manifests here, and count its rows. Asks no node: "
            "--as may name anybody.",
        ),
    ] = False,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", help="Draw which region would be asked for what, and what would cross a border."),
    ] = None,
    purpose: Purpose = None,
    param: Parameters = None,
    as_: As = None,
    role: Roles = None,
    scope: Scopes = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Say what the gate would decide. The SQL that would run is shown and not run; a refusal is recorded too."""
    from freehold.cli.answer import show_explanation
    from freehold.cli.terminal import show_json, waiting

    _hold_to_one_word(context)
    who = caller(mesh, url, token, who=as_, roles=role, scopes=scope, region=region)
    if change:
        _explain_change(_read(sql), parameters(param), purpose, who, as_json=json)
        return
    with reach(who, purpose) as asked, waiting("Asking"):
        found = asked.explain(_read(sql), parameters(param))
    if svg is not None and found.get("effect") == "permit":
        _draw(found, svg)
    if json:
        show_json(found)
    else:
        show_explanation(found)
    if found.get("effect") == "forbid":
        raise typer.Exit(1)


def _draw(found: dict[str, Any], path: Path) -> None:
    from freehold.cli.drawing import draw
    from freehold.errors import StoreFailed

    try:
        path.write_text(draw(found), encoding="utf-8")
    except OSError as error:
        raise StoreFailed(f"`{path}` cannot be written", remedy="choose another file with `--svg FILE`") from error


def _explain_change(sql: str, values: dict[str, Any], purpose: str | None, who: Caller, *, as_json: bool) -> None:
    from freehold.cli.impact import explain_change

    if who.url is not None:
        raise typer.BadParameter("--change compares manifests in a folder and asks no node: leave --url out")
    explain_change(sql, values, purpose, who, as_json=as_json)


def _hold_to_one_word(context: typer.Context) -> None:
    if context.args:
        raise typer.BadParameter(
            f"the shell made several words of the SQL: put it into quotes, freehold {context.info_name} 'select …'"
        )


def _ask(result: Result) -> Result:
    result.to_arrow()
    return result


def _by_ending(output: Path | None) -> Format:
    if output is None or not output.suffix:
        return Format.TABLE
    endings: dict[str, Format] = {".json": Format.JSON, ".csv": Format.CSV, ".parquet": Format.PARQUET, ".arrow": Format.ARROW}
    found = endings.get(output.suffix.lower())
    if found is None:
        raise typer.BadParameter(
            f"no form of answers ends in {output.suffix}: end it in {', '.join(endings)}, or choose a --format"
        )
    return found


def _read(sql: str) -> str:
    from freehold.errors import QueryUnreadable

    if sql != "-":
        return sql
    import sys

    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise QueryUnreadable("standard input is not UTF-8", remedy="save the query as UTF-8") from error
