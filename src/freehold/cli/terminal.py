"""What a terminal gets: plain words, tables that nothing is cut from, and errors in three lines.

The first line says what happened, the next why, the last what to do now. Colour never carries meaning alone; output that is not a
terminal is plain, as is everything under NO_COLOR.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any

import msgspec

from freehold.errors import FreeholdError, ManifestError, StateConflict

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 100_000
MARKS = {"done": "✓", "partly": "~", "open": "·"}


def console(file: IO[str] | None = None) -> Console:
    """Return a console over `file` (standard output by default); where it is no terminal, lines are as long as they need to be."""
    from rich.console import Console

    stream = file or sys.stdout
    width = None if stream.isatty() else WIDE
    return Console(file=stream, width=width, highlight=False, markup=False, soft_wrap=True, emoji=False)


def say(text: str = "", style: str | None = None) -> None:
    """Print one line or several, never as markup."""
    console().print(text, style=style)


def show_json(value: Any) -> None:
    """Print a value as JSON, indented, on standard output."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def show_table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table; numbers stand right, in thousands, and nothing is cut off."""
    from rich.table import Table
    from rich.text import Text

    held = [tuple(row) for row in rows]
    table = Table(box=None, pad_edge=True, header_style="bold", show_edge=False)
    for at, head in enumerate(heads):
        found = [row[at] for row in held if row[at] is not None]
        numeric = bool(found) and all(map(_is_number, found))
        table.add_column(Text(head), justify="right" if numeric else "left", overflow="fold")
    for row in held:
        table.add_row(*(Text(cell(value)) for value in row))
    console().print(table)


def cell(value: Any) -> str:
    """Return a value as a table cell.

    >>> cell(31204), cell(0.5), cell(None), cell(["a", "b"])
    ('31,204', '0.5', '–', 'a, b')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(cell(item) for item in value) or "–"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.2f}"
    return str(value)


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number and its noun.

    >>> counted(1, "row"), counted(3, "row"), counted(2, "query", "queries")
    ('1 row', '3 rows', '2 queries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def show_error(error: FreeholdError) -> None:
    """Print an error on standard error: what happened, why, what to do, and where it is recorded."""
    from rich.text import Text

    out = console(sys.stderr)
    code = error.code or str(error.facts.get("code", "refused"))
    position = error.facts.get("position")
    at = f": line {position['line']}, column {position['column']}" if isinstance(position, dict) and "line" in position else ""
    out.print(Text.assemble((f"✗ {code}", "bold red"), f"   {error.detail}{at}"))
    for line in _reasons(error):
        out.print(f"  {line}")


def _reasons(error: FreeholdError) -> Iterable[str]:
    if error.code and error.title != error.detail and not isinstance(error, ManifestError | StateConflict):
        yield f"{error.title}."
    suggestion = error.facts.get("suggestion")
    if isinstance(suggestion, dict) and suggestion.get("sql"):
        yield f"This passes:   {suggestion['sql']}"
    if error.remedy:
        yield f"→ {error.remedy}"
    if error.facts.get("leaf") is not None:
        yield f"Recorded as leaf {error.facts['leaf']:,}."


def problem(error: FreeholdError) -> dict[str, Any]:
    """Return an error as the members of a problem document (RFC 9457), for `--json`."""
    known = {"code": error.code or error.facts.get("code"), "title": error.title, "status": error.status, "detail": error.detail}
    return {**error.facts, **known, **({"remedy": error.remedy} if error.remedy else {})}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
