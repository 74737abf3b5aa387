"""Install the guard of each protected SELECT below its HAVING: a group with too few entities does not exist.

The caller's own HAVING is evaluated for groups that pass alone, so that it can neither reveal nor fail on a withheld group.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sqlglot import exp

from freehold.compiler.entities import counted
from freehold.compiler.quantile import tail_of
from freehold.compiler.tally import argument_counted

_ENTITY = "__entity"


def install_guard(
    select: exp.Select,
    groups: Mapping[str, int],
    aggregates: tuple[exp.Expr, ...],
    further: Sequence[exp.Expr] = (),
    unique: frozenset[str] = frozenset(),
) -> None:
    """Add to `select` that each group holds at least `groups[alias]` entities of each protected relation.

    For the argument of each of `aggregates`, as it stands now, enough entities must have a value as well; `further` conditions hold
    beside it. Relations that are `unique` have a row for each entity, so their rows are counted.
    """
    conditions: list[exp.Expr] = [_enough(alias, least, None, unique) for alias, least in groups.items()]
    for argument in dict.fromkeys(argument_counted(node) for node in aggregates):
        conditions += [_enough(alias, least, argument, unique) for alias, least in groups.items()]
    for node in aggregates:
        if isinstance(node, exp.ApproxQuantile):
            conditions += [part for alias, least in groups.items() for part in _of_many(alias, least, node)]
    install_condition(select, exp.and_(*conditions, *further, copy=False))


def install_condition(select: exp.Select, guard: exp.Expr) -> None:
    """Add to `select` that `guard` holds of each group, below its own HAVING."""
    having = select.args.get("having")
    if having is not None:
        case = exp.Case(ifs=[exp.If(this=guard, true=having.this)], default=exp.false())
        select.set("having", exp.Having(this=case))
    else:
        select.set("having", exp.Having(this=guard))


def _of_many(alias: str, least: int, node: exp.ApproxQuantile) -> tuple[exp.Expr, exp.Expr]:
    """Both sides of a quantile hold enough entities, each with one value: else it is a value of somebody with many, or of few."""
    enough = _enough(alias, math.ceil(least / tail_of(node)), node.this)
    valued = exp.Count(this=node.this.copy(), big_int=True)
    return enough, exp.LTE(this=valued, expression=enough.this.copy())


def _enough(alias: str, least: int, argument: exp.Expr | None, unique: frozenset[str] = frozenset()) -> exp.Expr:
    entity: exp.Expr = exp.column(exp.to_identifier(_ENTITY, quoted=True), exp.to_identifier(alias, quoted=True))
    if argument is not None:
        there = exp.Not(this=exp.Is(this=argument.copy(), expression=exp.null()))
        entity = exp.Case(ifs=[exp.If(this=there, true=entity)])
    return exp.GTE(this=counted(entity, alias, unique), expression=exp.Literal.number(least))
