"""The private side of a guarded SELECT: what each entity of a protected relation contributes to each group.

What is built here stays inside the query; only a verdict on it, or the largest of it, is used by what is released (law 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from freehold.compiler.view import ENTITY, ROW
from freehold.model.query import COLUMNS, FIELD

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


def derived(select: exp.Select, name: str) -> exp.Subquery:
    """Return a SELECT as a relation called `name`."""
    return exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def key_names(select: exp.Select) -> list[str]:
    """Return the names under which the group keys stand in what is built here."""
    return [f"__k{at}" for at, _ in enumerate(keys_of(select))]


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


def members(
    select: exp.Select, alias: str, unique: frozenset[str], values: Sequence[exp.Expr]
) -> tuple[exp.Select, exp.Select, Copies]:
    """Return a SELECT of who is in which group of `select`, the SELECT of groups inside it, and what was copied from `select`.

    `e` is the column that stands for an entity of the relation `alias`, below `COLUMNS`; `c` is a number of a group; `n0` counts
    the entities of that column in that group and `s0` sums the numbers of their rows; `n1`, `s1` and so on are of rows that have
    a value in the first of `values`, and so on. Only groups that the other SELECT gives are in it, where a guard can stand.
    """
    inner = _of_rows(select, alias, values) if alias in unique else _of_entities(select, alias, values)
    told = _over(select, [_group(keys_of(select))], [])
    outer = exp.Select(expressions=[exp.Star()], from_=exp.From(this=derived(inner, "__members")))
    outer.set("where", exp.Where(this=exp.In(this=named("c"), query=exp.Subquery(this=told))))
    originals = list(relations_of(select))
    return outer, told, [*zip(relations_of(inner), originals, strict=True), *zip(relations_of(told), originals, strict=True)]


def _of_rows(select: exp.Select, alias: str, values: Sequence[exp.Expr]) -> exp.Select:
    """Return the members of groups where each entity has one row, so that rows are counted."""
    entity = of_relation(alias, ENTITY)
    column = _whole(exp.Mod(this=_hash(entity), expression=exp.Literal.number(COLUMNS)))
    inner = _over(select, [aliased(column, "e"), aliased(_group(keys_of(select)), "c")], [column.copy()])
    for at, value in enumerate((None, *values)):
        inner.append("expressions", aliased(exp.Count(this=_where(entity, value), big_int=True), f"n{at}"))
        inner.append("expressions", aliased(_number(_where(of_relation(alias, ROW), value)), f"s{at}"))
    return inner.where(_known(of_relation(alias, ROW)), copy=False)


def _of_entities(select: exp.Select, alias: str, values: Sequence[exp.Expr]) -> exp.Select:
    """Return the members of groups: each entity's rows, then each column's entities; a set for each takes twice as long."""
    entity, rows = of_relation(alias, ENTITY), of_relation(alias, ROW)
    parts: dict[str, exp.Expr] = {"__s0": exp.Sum(this=rows)}
    for at, value in enumerate(values, 1):
        parts |= {f"__n{at}": exp.Count(this=value.copy(), big_int=True), f"__s{at}": exp.Sum(this=_where(rows, value))}
    each, _ = contributions(select, alias, parts)
    each.append("expressions", aliased(_hash(entity), "__hash"))
    column = _whole(exp.Mod(this=named("__hash"), expression=exp.Literal.number(COLUMNS)))
    keys: list[exp.Expr] = [named(name) for name in key_names(select)]
    inner = exp.Select(
        expressions=[aliased(column, "e"), aliased(_group(keys), "c")],
        from_=exp.From(this=derived(each.where(_known(rows), copy=False), "__each")),
        group=exp.Group(expressions=[column.copy(), *(key.copy() for key in keys)]),
    )
    for at in range(len(values) + 1):
        there = exp.GT(this=named(f"__n{at}"), expression=exp.Literal.number(0)) if at else None
        counted = exp.Star() if there is None else exp.Case(ifs=[exp.If(this=there, true=exp.Literal.number(1))])
        inner.append("expressions", aliased(exp.Count(this=counted, big_int=True), f"n{at}"))
        inner.append("expressions", aliased(_number(named(f"__s{at}")), f"s{at}"))
    return inner


def _known(row: exp.Expr) -> exp.Expr:
    """Say of a row that it is there, and not what an outer join made up; rows without an entity are together one of their own."""
    return exp.Not(this=exp.Is(this=row.copy(), expression=exp.null()))


def _number(node: exp.Expr) -> exp.Expr:
    """Return the sum of the numbers of rows, below `FIELD`."""
    summed = exp.Coalesce(this=exp.Sum(this=node), expressions=[exp.Literal.number(0)])
    return _whole(exp.Paren(this=exp.Mod(this=summed, expression=exp.Literal.number(FIELD))))


def _over(select: exp.Select, outputs: list[exp.Expr], further: list[exp.Expr]) -> exp.Select:
    """Return a SELECT of `outputs` over the rows of `select`, grouped by its keys and `further` ones."""
    parts = {name: _copied(select.args.get(name)) for name in ("from_", "joins", "where")}
    keys = [*further, *(key.copy() for key in keys_of(select))]
    group = exp.Group(expressions=keys) if keys else None
    return exp.Select(expressions=outputs, group=group, **parts)


def _group(keys: list[exp.Expr]) -> exp.Expr:
    ones = [exp.Literal.number(1), exp.Literal.number(1)]
    return _hash(exp.Anonymous(this="row", expressions=[*ones, *(key.copy() for key in keys)]))


def _where(node: exp.Expr, value: exp.Expr | None) -> exp.Expr:
    """Return `node`, where there is a `value`."""
    if value is None:
        return node.copy()
    there = exp.Not(this=exp.Is(this=value.copy(), expression=exp.null()))
    return exp.Case(ifs=[exp.If(this=there, true=node.copy())])


def _hash(node: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="hash", expressions=[node])


def _whole(node: exp.Expr) -> exp.Expr:
    return exp.Cast(this=node, to=exp.DataType.build("BIGINT"))


def _copied(part: exp.Expr | list[exp.Expr] | None) -> exp.Expr | list[exp.Expr] | None:
    return [item.copy() for item in part] if isinstance(part, list) else part.copy() if part is not None else None


def relations_of(select: exp.Select) -> Iterator[exp.Table]:
    """Yield the relations that a SELECT reads, where they stand."""
    for place in (select.args.get("from_"), *(select.args.get("joins") or ())):
        if place is not None:
            yield from place.find_all(exp.Table)
