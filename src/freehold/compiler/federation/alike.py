"""Tell whether two parts of a UNION ALL ask the same of different products, without writing either out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from freehold.compiler.federation.merged import is_plain

Stands = Callable[[exp.Table, exp.Table], bool]
"""Whether the relation of the second query stands for that of the first."""


def reads_alike(one: exp.Expr, other: exp.Expr, stands: Stands) -> bool:
    """Return whether two bound queries differ in nothing but relations that stand for each other, and what plain ones call them."""
    names = _names(one, other)
    pairs: list[tuple[Any, Any]] = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if not isinstance(left, exp.Expr):
            if left != right:
                return False
            continue
        if type(left) is not type(right):
            return False
        if type(left) is exp.Table and not (stands(left, right) and _calls_alike(left, right, names)):
            return False
        if type(left) is exp.Column and names.get(left.table, left.table) != right.table:
            return False
        if not _push_parts(left, right, pairs):
            return False
    return True


_TAKEN: dict[type[exp.Expr], frozenset[str]] = {
    exp.Table: frozenset({"this", "db", "alias"}),
    exp.Column: frozenset({"table"}),
}
"""What has been compared of a node before its parts are."""


def _push_parts(left: exp.Expr, right: exp.Expr, pairs: list[tuple[Any, Any]]) -> bool:
    """Add the nodes within two nodes to `pairs`; return whether all else of them is equal."""
    taken = _TAKEN.get(type(left), frozenset())
    for name in left.args.keys() | right.args.keys():
        if name in taken:
            continue
        mine, theirs = left.args.get(name), right.args.get(name)
        if isinstance(mine, exp.Expr):
            pairs.append((mine, theirs))
        elif isinstance(mine, list):
            if not isinstance(theirs, list) or len(mine) != len(theirs):
                return False
            pairs.extend(zip(mine, theirs, strict=True))
        elif (mine or None) != (theirs or None):
            return False
    return True


def _calls_alike(left: exp.Table, right: exp.Table, names: Mapping[str, str]) -> bool:
    called = [table.args.get("alias") for table in (left, right)]
    renamed = any(alias is not None and alias.args.get("columns") for alias in called)
    return not renamed and names.get(left.alias_or_name, left.alias_or_name) == right.alias_or_name


def _names(one: exp.Expr, other: exp.Expr) -> dict[str, str]:
    """Return what the relations of `other` are called, by what those of `one` are, where that makes no difference to an answer."""
    if not (_is_flat(one) and _is_flat(other)):
        return {}
    mine, theirs = (
        [place.this.alias_or_name for place in (query.args["from_"], *(query.args.get("joins") or ()))] for query in (one, other)
    )
    return dict(zip(mine, theirs, strict=False))


def _is_flat(query: exp.Expr) -> bool:
    return is_plain(query) and not any(node is not query for node in query.find_all(exp.Query))
