"""The private side of a guarded SELECT: what each entity of a protected relation contributes to each group.

What is built here stays inside the query; only a verdict on it, or the largest of it, is used by what is released (law 3).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from freehold.compiler.view import ENTITY

Copies = list[tuple[exp.Table, exp.Table]]
"""Relations that were copied, each with its original: what may come through one comes through the other."""


def keys_of(select: exp.Select) -> list[exp.Expr]:
    """Return the group keys of a SELECT as they stand now."""
    group = select.args.get("group")
    return list(group.expressions) if group else []


def of_relation(alias: str, name: str) -> exp.Column:
    """Return one of the guard's own columns of the relation `alias`."""
    return exp.column(exp.to_identifier(name, quoted=True), exp.to_identifier(alias, quoted=True))


def named(name: str, table: str | None = None) -> exp.Column:
    """Return a column of what is built here."""
    return exp.column(exp.to_identifier(name, quoted=True), exp.to_identifier(table, quoted=True) if table else None)


def aliased(node: exp.Expr, name: str) -> exp.Alias:
    """Return `node` under a name."""
    return exp.Alias(this=node, alias=exp.to_identifier(name, quoted=True))


def derived(select: exp.Query, name: str) -> exp.Subquery:
    """Return a query as a relation called `name`."""
    return exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def key_names(select: exp.Select) -> list[str]:
    """Return the names under which the group keys stand in what is built here."""
    return [f"__k{at}" for at, _ in enumerate(keys_of(select))]


def row_of(keys: list[exp.Expr]) -> exp.Expr:
    """Return a group's keys as one value, in which null equals null; constants with them, so it is one with any number of keys."""
    return exp.Anonymous(this="row", expressions=[exp.Literal.number(1), exp.Literal.number(1), *keys])


def contributions(select: exp.Select, alias: str, values: dict[str, exp.Expr]) -> tuple[exp.Select, Copies]:
    """Return `SELECT keys, values FROM … WHERE … GROUP BY keys, entity` over the rows of `select`, and what it copied.

    `values` are aggregates by name, taken over the rows of one entity of the relation `alias`.
    """
    keys = keys_of(select)
    outputs = [aliased(key.copy(), name) for key, name in zip(keys, key_names(select), strict=True)]
    outputs += [aliased(value.copy(), name) for name, value in values.items()]
    inner = exp.Select(
        expressions=outputs,
        group=exp.Group(expressions=[*(key.copy() for key in keys), of_relation(alias, ENTITY)]),
        **{name: _copied(select.args.get(name)) for name in ("from_", "joins", "where")},
    )
    return inner, list(zip(relations_of(inner), relations_of(select), strict=True))


def counted(entity: exp.Expr, alias: str, unique: frozenset[str]) -> exp.Count:
    """Return how many entities of the relation `alias` a group has: its rows, where that is `unique`."""
    return exp.Count(this=entity if alias in unique else exp.Distinct(expressions=[entity]), big_int=True)


def over(select: exp.Select, outputs: list[exp.Expr], further: list[exp.Expr]) -> tuple[exp.Select, Copies]:
    """Return a SELECT of `outputs` over the rows of `select`, grouped by its keys and `further` ones, and what it copied."""
    parts = {name: _copied(select.args.get(name)) for name in ("from_", "joins", "where")}
    keys = [*further, *(key.copy() for key in keys_of(select))]
    group = exp.Group(expressions=keys) if keys else None
    made = exp.Select(expressions=outputs, group=group, **parts)
    return made, list(zip(relations_of(made), relations_of(select), strict=True))


def _copied(part: exp.Expr | list[exp.Expr] | None) -> exp.Expr | list[exp.Expr] | None:
    return [item.copy() for item in part] if isinstance(part, list) else part.copy() if part is not None else None


def relations_of(select: exp.Select) -> Iterator[exp.Table]:
    """Yield the relations that a SELECT reads, where they stand."""
    for place in (select.args.get("from_"), *(select.args.get("joins") or ())):
        if place is not None:
            yield from place.find_all(exp.Table)
