"""Ask a home for rows: only the columns that are used, only where what is known to hold there holds."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from freehold.compiler.federation.block import Branch, Group
from freehold.compiler.federation.top import Top
from freehold.compiler.federation.trimmed import trimmed


def source(group: Group, part: Branch) -> exp.Select:
    """Return a SELECT of nothing yet over the relations of a group, one of its parts in place of the first, and its conditions."""
    first, *others = group.units
    node = _branch(first.node, part) if first.branches else first.node.copy()
    select = exp.Select(from_=exp.From(this=node))
    placed = {first.alias}
    left = list(group.conditions)
    for unit in others:
        placed.add(unit.alias)
        on = [condition for condition in left if unit.alias in condition.units and condition.units <= placed]
        on = [condition for condition in on if len(condition.units) > 1]
        left = [condition for condition in left if condition not in on]
        select.append("joins", exp.Join(this=unit.node.copy(), on=all_of(condition.node for condition in on)))
    where = all_of(condition.node for condition in left)
    if where is not None:
        select.set("where", exp.Where(this=where))
    return select


def rows(group: Group, part: Branch, outputs: dict[tuple[str, str], str], top: Top | None = None) -> exp.Select:
    """Return the SELECT of a group's columns `outputs`: how each is called by relation and name; only the `top` rows, if any."""
    select = source(group, part)
    columns = [named(column(alias, name), output) for (alias, name), output in outputs.items()]
    select.set("expressions", columns or [named(exp.Literal.number(1), "c0")])
    if top is not None:
        if top.order:
            select.set("order", exp.Order(expressions=[item.copy() for item in top.order]))
        select.set("limit", exp.Limit(expression=exp.Literal.number(top.rows)))
    return trimmed(select)


def output_names(group: Group, needed: Iterable[exp.Column]) -> dict[tuple[str, str], str]:
    """Return how the columns of a group are called in its answer: by their own names where it is one relation."""
    keys = dict.fromkeys((item.table, item.name) for item in needed)
    if len(group.units) == 1:
        return {key: key[1] for key in keys}
    return {key: f"c{at}" for at, key in enumerate(keys)}


def column(table: str, name: str) -> exp.Column:
    """Return a column of a relation."""
    return exp.column(exp.to_identifier(name, quoted=True), exp.to_identifier(table, quoted=True))


def named(node: exp.Expr, name: str) -> exp.Alias:
    """Return an output under a name."""
    return exp.Alias(this=node, alias=exp.to_identifier(name, quoted=True))


def all_of(nodes: Iterable[exp.Expr]) -> exp.Expr | None:
    """Return the condition that copies of all these hold, or None where there are none."""
    whole: exp.Expr | None = None
    for node in nodes:
        part = exp.Paren(this=node.copy()) if isinstance(node, exp.Or) else node.copy()
        whole = part if whole is None else exp.And(this=whole, expression=part)
    return whole


def _branch(union: exp.Expr, part: Branch) -> exp.Expr:
    """Return one query of a UNION ALL in its place, its outputs called as those of the whole."""
    query = part.query.copy()
    assert isinstance(query, exp.Select)  # noqa: S101  (block._branches gives nothing else)
    names = [item.alias_or_name for item in union.this.selects]
    outputs = [named(item.unalias(), name) for item, name in zip(query.expressions, names, strict=True)]
    query.set("expressions", outputs)
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(union.alias_or_name, quoted=True)))
