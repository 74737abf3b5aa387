"""Refuse what an engine finds wrong only at the first row that comes so far, and says where TRY does not hear it (law 3).

Whether it says so tells whether there is such a row, which a caller who may have aggregates only could ask of anybody.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from freehold.compiler import allowed
from freehold.compiler.text import place_of
from freehold.errors import StatementUnsupported

_OF_A_PART = frozenset({"date_part", "datepart", "date_sub"})
_SHOWN = ", ".join(sorted(word for word in allowed.PARTS if len(word) > 2))


def check_named(text: str, node: exp.Expr) -> None:
    """Refuse a call that the parser does not model, where the part of a time that it asks for is not on the list.

    Raises:
        StatementUnsupported: With its place in `text`.
    """
    if node.name.lower() in _OF_A_PART:
        part = node.expressions[0] if node.expressions else None
        _check_part(text, node, part if isinstance(part, exp.Literal) and part.is_string else None)


def _check_extract(text: str, node: exp.Expr) -> None:
    _check_part(text, node, node.this)


def _check_unit(text: str, node: exp.Expr) -> None:
    _check_part(text, node, node.args.get("unit"))


def _check_part(text: str, node: exp.Expr, part: exp.Expr | None) -> None:
    if part is None or part.name.lower() not in allowed.PARTS:
        named = f"`{part.name[:40].lower()}` is" if part is not None and part.name else "that is"
        raise StatementUnsupported(
            f"{named} no part of a time that may be asked for", remedy=f"name one of: {_SHOWN}", position=place_of(text, node)
        )


def _check_now(text: str, node: exp.Expr) -> None:
    if any(node.args.values()):  # a time zone, of which an engine knows some and not others
        raise StatementUnsupported(
            "today and now take no argument", remedy="leave out what is in the brackets", position=place_of(text, node)
        )


def _check_escape(text: str, node: exp.Expr) -> None:
    pattern, mark = node.this.expression, node.expression
    written = isinstance(pattern, exp.Literal) and isinstance(mark, exp.Literal) and len(mark.name.encode()) <= 1
    if not written or _is_unfinished(pattern.name, mark.name):
        raise StatementUnsupported(
            "ESCAPE goes with a pattern that is written as text, and with one plain character that something follows",
            remedy="write for instance `like '100!%' escape '!'`",
            position=place_of(text, node),
        )


def _is_unfinished(pattern: str, mark: str) -> bool:
    """Whether the last character of a pattern is a mark that escapes nothing."""
    rest = iter(pattern)
    return any(character == mark and next(rest, None) is None for character in rest)


CHECKS: dict[type[exp.Expr], Callable[[str, exp.Expr], None]] = {
    exp.Extract: _check_extract,
    exp.DateTrunc: _check_unit,
    exp.TimestampTrunc: _check_unit,
    exp.DateDiff: _check_unit,
    exp.CurrentDate: _check_now,
    exp.CurrentTimestamp: _check_now,
    exp.Escape: _check_escape,
}
"""What is looked at, by kind of node."""
