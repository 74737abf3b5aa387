"""Write a query over several homes, which only joins and chooses rows, into the aggregation above it, so that that can be split."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, build_scope

from freehold.compiler.allowed import AGGREGATES, QUERIES
from freehold.compiler.federation.block import is_inner, is_modified

_PARTS = frozenset({"expressions", "from_", "joins", "where"})
_STOPPING = (exp.Query, exp.Window, *AGGREGATES)
_MOST = 32
"""How many are written into others, one after the other; the rest stay where they are."""


def merged(tree: exp.Expr, spread: Callable[[exp.Expr], bool]) -> exp.Expr:
    """Return a bound tree in which fewer queries stand in FROM; only those of which `spread` is true are written into others."""
    for _ in range(_MOST):
        if all(_held(select, spread) is None for select in tree.find_all(exp.Select)):
            break
        root = build_scope(tree)
        if root is None or not any(_merge_into(scope, spread) for scope in root.traverse()):
            break
    return tree


def _merge_into(scope: Scope, spread: Callable[[exp.Expr], bool]) -> bool:
    outer = scope.expression
    if not isinstance(outer, exp.Select):
        return False
    held = _held(outer, spread)
    if held is None:
        return False
    _merge(scope, outer, held)
    return True


def _held(outer: exp.Select, spread: Callable[[exp.Expr], bool]) -> exp.Subquery | None:
    """Return a query in the FROM of an aggregation that can be written into it."""
    places = (outer.args.get("from_"), *(outer.args.get("joins") or ()))
    helds = [place.this for place in places if place is not None and isinstance(place.this, exp.Subquery)]
    if not helds or not _is_aggregate(outer) or not is_inner(outer):
        return None
    return next((held for held in helds if not _is_more(held) and is_plain(held.this) and spread(held.this)), None)


def _is_aggregate(select: exp.Select) -> bool:
    return bool(select.args.get("group")) or any(item.find(*AGGREGATES) for item in select.expressions)


def _is_more(held: exp.Subquery) -> bool:
    """Return whether a query in brackets has more than the query: an order, or names for its columns."""
    alias = held.args.get("alias")
    named = alias is not None and alias.args.get("columns")
    return bool(named) or is_modified(held)


def is_plain(query: exp.Expr) -> bool:
    """Return whether a query only joins relations and chooses and computes of their rows."""
    if not isinstance(query, exp.Select) or not is_inner(query) or not query.args.get("from_"):
        return False
    if {name for name, value in query.args.items() if value} - _PARTS:
        return False
    return not any(item.find(*_STOPPING, *QUERIES) for item in query.expressions if not isinstance(item.unalias(), exp.Column))


def _merge(scope: Scope, outer: exp.Select, held: exp.Subquery) -> None:
    """Write the query `held` into the SELECT of `scope`."""
    inner, alias = held.this, held.alias_or_name
    around = (node for node in outer.walk(prune=lambda node: node is inner) if node is not inner)
    _rename_sources(inner, {name for node in around for name in _named(node)})
    outputs = {item.alias_or_name: item.unalias() for item in inner.expressions}
    for column in scope.columns:
        if column.table == alias:
            made = outputs[column.name].copy()
            column.replace(made if isinstance(made, exp.Column) else exp.Paren(this=made))
    joins: list[exp.Join] = list(inner.args.get("joins") or ())
    held.replace(inner.args["from_"].this)
    outer.set("joins", [*(_moved(join) for join in joins), *(outer.args.get("joins") or ())])
    where = inner.args.get("where")
    ons = [join.args["on"] for join in joins if join.args.get("on")]
    for part in [*([where.this] if where else []), *ons]:
        outer.where(exp.Paren(this=part), copy=False)


def _moved(join: exp.Join) -> exp.Join:
    return exp.Join(this=join.this, kind="CROSS")


def _rename_sources(inner: exp.Select, taken: set[str]) -> None:
    """Give the relations of a query names that are not `taken`: by a relation beside, around or below the place they move to."""
    root = build_scope(inner)
    if root is None:
        return
    known = {name for node in inner.walk() for name in _named(node)} | taken
    for alias in [name for name in root.sources if name in taken]:
        fresh = next(name for at in range(len(known) + 1) if (name := f"{alias}_{at}") not in known)
        known.add(fresh)
        for column in root.columns:
            if column.table == alias:
                column.set("table", exp.to_identifier(fresh, quoted=True))
        for place in (inner.args["from_"], *(inner.args.get("joins") or ())):
            if place.this.alias_or_name == alias:
                place.this.set("alias", exp.TableAlias(this=exp.to_identifier(fresh, quoted=True)))


def _named(node: exp.Expr) -> Iterator[str]:
    """Yield the name of a relation that a node is, or is a column of."""
    if isinstance(node, exp.Table | exp.Subquery):
        yield node.alias_or_name
    elif isinstance(node, exp.Column):
        yield node.table
