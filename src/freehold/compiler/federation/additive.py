"""Whether a question without some rows of a relation says less, or what is not so: `NOT IN` half a list is true too often."""

from __future__ import annotations

from sqlglot import exp

_PLACES = frozenset({"from_", "joins"})


def is_additive(place: exp.Expr) -> bool:
    """Return whether, where the relation or query at `place` has fewer rows, the whole has fewer, or is a total of fewer.

    It is where nothing but inner joins, kept sides of outer ones, UNION and INTERSECT are around it, and no condition.
    """
    node = place
    while (around := node.parent) is not None:
        if isinstance(around, exp.Except) and node.arg_key == "expression":
            return False
        if isinstance(around, exp.Select) and not _keeps(around, node):
            return False
        node = around
    return True


def _keeps(select: exp.Select, place: exp.Expr) -> bool:
    """Return whether each row that a SELECT makes of others needs one of the relation at `place`, which is below it."""
    joins: list[exp.Join] = list(select.args.get("joins") or ())
    if place.arg_key not in _PLACES:
        return False
    if all(not join.side and join.kind in {"", "INNER", "CROSS"} for join in joins):
        return True
    return place.arg_key == "from_" and all(join.side in {"", "LEFT"} for join in joins)
