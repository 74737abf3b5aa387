"""Say who is in which group that is told of, for the memory of releases: itself never released."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from freehold.compiler.entities import Copies, aliased, contributions, derived, key_names, keys_of, named, of_relation, over, row_of
from freehold.compiler.tally import Tally
from freehold.compiler.view import ENTITY, ROW
from freehold.model.query import COLUMNS, FIELD

_MEMBERS = "__members"
_THERE = "__there"
"""Whether an entity has rows, and not what an outer join made up; rows without an entity are together one of their own."""

# Each SELECT that is made here has these columns: `e` is the column that stands for an entity of the relation `alias`, below
# `COLUMNS`; `c` is a number of a group; `n0` counts the entities of that column in that group and `s0` sums the numbers of their
# rows; `n1`, `s1` and so on are of rows that have a value in the first of `values`, and so on.


def entity_members(select: exp.Select, alias: str, found: Tally, values: Sequence[exp.Expr]) -> tuple[exp.Select, Copies]:
    """Return the members of the groups of `select` that meet the conditions of `found`, and what was copied for it.

    Each entity's rows are added up, then each column's entities, which says too whether a group is told of: in one pass.
    """
    entity, rows = of_relation(alias, ENTITY), of_relation(alias, ROW)
    there = exp.GT(this=exp.Count(this=rows.copy(), big_int=True), expression=exp.Literal.number(0))
    sums: dict[str, exp.Expr] = {"__hash": _hash(entity), _THERE: there, "__s0": exp.Sum(this=rows)}
    for at, value in enumerate(values, 1):
        sums |= {f"__n{at}": exp.Count(this=value.copy(), big_int=True), f"__s{at}": exp.Sum(this=_where(rows, value))}
    each, copies = contributions(select, alias, sums | found.values)
    column = _whole(exp.Mod(this=named("__hash"), expression=exp.Literal.number(COLUMNS)))
    keys: list[exp.Expr] = [named(name) for name in key_names(select)]
    inner = exp.Select(
        expressions=[aliased(column, "e"), aliased(_group(keys), "c"), *(key.copy() for key in keys)],
        from_=exp.From(this=derived(each, "__each")),
        group=exp.Group(expressions=[column.copy(), *(key.copy() for key in keys)]),
    )
    for at in range(len(values) + 1):
        there = exp.and_(named(_THERE), exp.GT(this=named(f"__n{at}"), expression=exp.Literal.number(0))) if at else named(_THERE)
        inner.append("expressions", aliased(exp.Count(this=_if(there, exp.Literal.number(1)), big_int=True), f"n{at}"))
        inner.append("expressions", aliased(_number(_if(named(_THERE), named(f"__s{at}"))), f"s{at}"))
    for name, part in found.parts.items():
        inner.append("expressions", aliased(part, name))
    return _of_told(inner, keys, found, len(values) + 1), copies


def row_members(select: exp.Select, alias: str, values: Sequence[exp.Expr]) -> tuple[exp.Select, Copies]:
    """Return the members of all groups of `select`, where each entity has one row, and what was copied for it."""
    entity = of_relation(alias, ENTITY)
    column = _whole(exp.Mod(this=_hash(entity), expression=exp.Literal.number(COLUMNS)))
    inner, copies = over(select, [aliased(column, "e"), aliased(_group(keys_of(select)), "c")], [column.copy()])
    for at, value in enumerate((None, *values)):
        inner.append("expressions", aliased(exp.Count(this=_where(entity, value), big_int=True), f"n{at}"))
        inner.append("expressions", aliased(_number(_where(of_relation(alias, ROW), value)), f"s{at}"))
    inner.where(exp.Not(this=exp.Is(this=of_relation(alias, ROW), expression=exp.null())), copy=False)
    return exp.Select(expressions=[exp.Star()], from_=exp.From(this=derived(inner, _MEMBERS))), copies


def keep_told(made: exp.Select, select: exp.Select) -> tuple[exp.Select, Copies]:
    """Keep of the members `made` those of groups that another SELECT gives; return it, for a guard to stand in, and its copies."""
    told, copies = over(select, [_group(keys_of(select))], [])
    made.where(exp.In(this=named("c"), query=exp.Subquery(this=told)), copy=False)
    return told, copies


def _of_told(inner: exp.Select, keys: list[exp.Expr], found: Tally, measures: int) -> exp.Select:
    parts = [
        aliased((exp.Max if isinstance(part, exp.Max) else exp.Sum)(this=named(name)), name) for name, part in found.parts.items()
    ]
    source = exp.From(this=exp.Table(this=exp.to_identifier(_MEMBERS, quoted=True)))
    group = exp.Group(expressions=[named("c"), *(key.copy() for key in keys)])
    groups = exp.Select(expressions=[named("c"), *parts], from_=source, group=group)
    told = exp.Select(
        expressions=[named("c")],
        from_=exp.From(this=derived(groups, "__groups")),
        where=exp.Where(this=exp.and_(*found.conditions, copy=False)),
    )
    name = exp.TableAlias(this=exp.to_identifier(_MEMBERS, quoted=True))
    outer = exp.Select(
        expressions=[named(name) for name in ("e", "c", *(f"{kind}{at}" for at in range(measures) for kind in "ns"))],
        from_=source.copy(),
        with_=exp.With(expressions=[exp.CTE(this=inner, alias=name, materialized=True)]),
    )
    outer.where(exp.GT(this=named("n0"), expression=exp.Literal.number(0)), copy=False)
    return outer.where(exp.In(this=named("c"), query=exp.Subquery(this=told)), copy=False)


def _number(node: exp.Expr) -> exp.Expr:
    """Return the sum of the numbers of rows, below `FIELD`."""
    summed = exp.Coalesce(this=exp.Sum(this=node), expressions=[exp.Literal.number(0)])
    return _whole(exp.Paren(this=exp.Mod(this=summed, expression=exp.Literal.number(FIELD))))


def _group(keys: list[exp.Expr]) -> exp.Expr:
    return _hash(row_of([key.copy() for key in keys]))


def _where(node: exp.Expr, value: exp.Expr | None) -> exp.Expr:
    """Return `node`, where there is a `value`."""
    if value is None:
        return node.copy()
    return _if(exp.Not(this=exp.Is(this=value.copy(), expression=exp.null())), node.copy())


def _if(condition: exp.Expr, node: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=node)])


def _hash(node: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="hash", expressions=[node])


def _whole(node: exp.Expr) -> exp.Expr:
    return exp.Cast(this=node, to=exp.DataType.build("BIGINT"))
