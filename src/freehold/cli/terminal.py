"""What a terminal gets: plain words, tables that nothing is cut from, and errors in three lines.

The first line says what happened, the next why, the last what to do now. Colour never carries meaning alone; output that is not a
terminal is plain, as is everything under NO_COLOR.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

import msgspec

from freehold.errors import FreeholdError, ManifestError, StateConflict

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 100_000
TEXT = 24
"""The least width that a column of several words is wrapped to."""
THOUSANDS = 10_000
"""From how much on a number in an answer's data has its thousands apart, and with it its whole column."""
MARKS = {"done": "✓", "partly": "~", "open": "·"}


def console(file: IO[str] | None = None) -> Console:
    """Return a console over `file` (standard output by default); where it is no terminal, lines are as long as they need to be."""
    from rich.console import Console

    stream = file or sys.stdout
    width = None if stream.isatty() else WIDE
    return Console(file=stream, width=width, highlight=False, markup=False, soft_wrap=True, emoji=False)


@contextmanager
def waiting(what: str) -> Generator[None]:
    """Say on standard error what is waited for, while it is; on a terminal only, and nothing of it stays."""
    if not sys.stderr.isatty():
        yield
        return
    with console(sys.stderr).status(f"{what} …"):
        yield


def say(text: str = "", style: str | None = None) -> None:
    """Print one line or several, never as markup."""
    console().print(text, style=style)


def show_json(value: Any) -> None:
    """Print a value as JSON, indented, on standard output; decimals are numbers with all their digits, as on the wire."""
    sys.stdout.write(msgspec.json.format(json_bytes(value), indent=2).decode() + "\n")


def json_bytes(value: Any) -> bytes:
    """Return a value as JSON.

    >>> json_bytes({"units": Decimal("457364.50")})
    b'{"units":457364.50}'
    """
    return msgspec.json.Encoder(decimal_format="number").encode(value)


def show_table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table of what Freehold states; numbers stand right, in thousands, nothing is cut off and no word broken.

    What the terminal is too narrow for comes as records, one value a line.
    """
    held = [tuple(row) for row in rows]
    _print_table(heads, held, [[cell(value) for value in row] for row in held])


def show_data(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table of an answer's values, as `show_table`, but with no thousands apart where they are no amounts: years, keys."""
    held = [tuple(row) for row in rows]
    marks = ["," if _are_amounts(head, [row[at] for row in held]) else "" for at, head in enumerate(heads)]
    _print_table(heads, held, [[_cell(value, mark) for value, mark in zip(row, marks, strict=True)] for row in held])


def _are_amounts(head: str, values: Iterable[Any]) -> bool:
    """Return whether a column's numbers are read better in thousands: some are long, and its name is not that of a key."""
    words = _WORD.findall(head)
    if words and words[-1].lower() in _KEYS:
        return False
    return any(_is_number(value) and abs(value) >= THOUSANDS for value in values)


_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_KEYS = frozenset({"id", "ids", "key", "keys", "code", "no", "nr", "number", "year", "zip", "postcode"})


def _print_table(heads: Sequence[str], held: Sequence[tuple[Any, ...]], cells: Sequence[Sequence[str]]) -> None:
    out = console()
    columns = list(zip(heads, *cells, strict=True))
    widths = _widths(columns, out.width - 2 * len(columns))
    if widths is None:
        for line, style in _records(heads, cells, out.width):
            out.print(line, style=style)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=True, header_style="bold", show_edge=False)
    for at, head in enumerate(heads):
        found = [row[at] for row in held if row[at] is not None]
        numeric = bool(found) and all(map(_is_number, found))
        table.add_column(Text(head), justify="right" if numeric else "left", overflow="fold", width=widths[at])
    for row in cells:
        table.add_row(*map(Text, row))
    out.print(table)


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Return how wide each column is: whole where it can be, else wrapped between words; None where neither fits."""
    from rich.cells import cell_len

    natural = [max(map(cell_len, texts)) for texts in columns]
    words = [max((cell_len(word) for text in texts for word in text.split()), default=0) for texts in columns]
    widths = [min(whole, max(word, TEXT)) for whole, word in zip(natural, words, strict=True)]
    spare = room - sum(widths)
    if spare < 0:
        return None
    for at in sorted(range(len(widths)), key=natural.__getitem__):
        more = min(natural[at] - widths[at], spare)
        widths[at] += more
        spare -= more
    return widths


def _records(heads: Sequence[str], rows: Iterable[Sequence[str]], room: int) -> Iterator[tuple[str, str | None]]:
    """Yield the lines of each row, the first in bold; a mark in a first column without a head stands before it."""
    label = max(map(len, heads))
    mark = 2 if heads and not heads[0] else 0
    for number, row in enumerate(rows):
        if number:
            yield "", None
        lead = f"{row[0]:<{mark}}" if mark else ""
        for at, (head, text) in enumerate(zip(heads, row, strict=True)):
            if not text or (mark and not at):
                continue
            indent = " " * (1 + mark + label + 2)
            lines = textwrap.wrap(text, max(room - len(indent), TEXT), break_long_words=False, break_on_hyphens=False) or [text]
            yield f" {lead}{head:<{label}}  " + f"\n{indent}".join(lines), "bold" if at == bool(mark) else None
            lead = " " * mark


def cell(value: Any) -> str:
    """Return a value as a table cell.

    >>> cell(31204), cell(0.5), cell(None), cell(["a", "b"]), cell(Decimal("457364.50"))
    ('31,204', '0.5', '–', 'a, b', '457,364.50')
    """
    return _cell(value, ",")


def _cell(value: Any, mark: str) -> str:
    """Return a value as a table cell, with `mark` between its thousands."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return f"{value:{mark}}"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item, mark) for item in value) or "–"
    if isinstance(value, float):
        return f"{value:{mark}.6g}" if abs(value) < 1e6 else f"{value:{mark}.2f}"
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
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
