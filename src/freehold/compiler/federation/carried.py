"""Which columns of a fragment's answer Arrow carries under another type than SQL has: they are given theirs again on arrival.

A UUID is carried as text, and a HUGEINT (what a sum of whole numbers is) as a decimal of 38 digits, which a decimal may be as well.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from freehold.compiler.allowed import AGGREGATES
from freehold.compiler.view import View
from freehold.errors import StatementUnsupported

Known = Callable[[exp.Table], View | None]
_AROUND_CONDITIONS = (exp.Where, exp.Join, exp.Having)
_SAME = (exp.Min, exp.Max, exp.AnyValue, exp.Paren, exp.Filter)
DECIMAL, UUID = "decimal", "uuid"


def carried_types(select: exp.Expr, known: Known) -> dict[str, str]:
    """Return `DECIMAL` or `UUID` for each output of a query that has this type, as far as that can be told.

    Raises:
        StatementUnsupported: One may be a UUID, and it cannot be told whether it is.
    """
    reading = _Reading(known)
    found = reading.outputs(select)
    for cast in select.find_all(exp.Cast):
        is_given = not isinstance(cast.parent, exp.Cast | exp.Predicate) and cast.find_ancestor(*_AROUND_CONDITIONS) is None
        if is_given and cast.to.this == exp.DataType.Type.UUID and id(cast) not in reading.seen:
            raise StatementUnsupported("a UUID cannot come from another region", remedy="cast it to VARCHAR there")
    return found


class _Reading:
    """One look at a query; `seen` are the casts to UUID that are the whole of an output."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self.seen: set[int] = set()

    def outputs(self, query: exp.Expr) -> dict[str, str]:
        """Return the types of a query's outputs that are told."""
        if not isinstance(query, exp.Select):
            return {}
        kinds = {item.alias_or_name: self._kind(item.unalias(), query) for item in query.expressions}
        return {name: kind for name, kind in kinds.items() if kind is not None}

    def _kind(self, node: exp.Expr, select: exp.Select) -> str | None:
        if isinstance(node, exp.Column):
            return self._of_column(node, select)
        if isinstance(node, exp.Cast):
            return self._of_cast(node)
        if isinstance(node, _SAME):
            return self._kind(node.this, select)
        if isinstance(node, exp.Query) or (type(node) in AGGREGATES and not isinstance(node, exp.Sum)):
            return None
        parts = _Reading(self._known)  # a UUID that is a part of something is seen by nobody
        kinds = {parts._kind(child, select) for child in node.iter_expressions()}
        return DECIMAL if DECIMAL in kinds else None

    def _of_cast(self, cast: exp.Cast) -> str | None:
        if cast.to.this == exp.DataType.Type.UUID:
            self.seen.add(id(cast))
            return UUID
        return DECIMAL if cast.to.this == exp.DataType.Type.DECIMAL else None

    def _of_column(self, column: exp.Column, select: exp.Select) -> str | None:
        places = (select.args.get("from_"), *(select.args.get("joins") or ()))
        held = next((place.this for place in places if place is not None and place.this.alias_or_name == column.table), None)
        if isinstance(held, exp.Subquery):
            return self.outputs(held.this).get(column.name)
        view = self._known(held) if isinstance(held, exp.Table) else None
        shown = view.shown.get(column.name) if view is not None else None
        return DECIMAL if shown is not None and shown.type.startswith(DECIMAL) else None
