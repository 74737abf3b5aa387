"""Withhold groups in which one entity has too much of a sum: whoever knows that entity's rivals could tell its value (law 3).

The (1, k) rule of statistical disclosure control, on absolute contributions: Hundepool and others, *Statistical Disclosure Control*
(2012), section 4.2.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from freehold.compiler.entities import Copies, contributions, derived, key_names, keys_of, named, row_of
from freehold.compiler.tally import no_larger, summed


def not_dominated(
    select: exp.Select, shares: Mapping[str, int], aggregates: tuple[exp.Expr, ...], unique: frozenset[str]
) -> tuple[list[exp.Expr], Copies]:
    """Return conditions for the HAVING of `select`, and the relations copied for them.

    For each protected relation (its alias, with the most percent that one entity may have) and the argument of each of `aggregates`
    that adds up, and for each column in it (what is added to a column can be taken off again), no entity has more than its share of
    the absolute contributions; of `unique` relations these are the rows.
    """
    arguments = summed(aggregates)
    conditions: list[exp.Expr] = []
    copies: Copies = []
    for alias, share in shares.items() if arguments else ():
        if share == 100:
            continue
        if alias in unique:
            values = [exp.Cast(this=argument.copy(), to=exp.DataType.build("DOUBLE")) for argument in arguments]
            conditions += [condition for value in values for condition in _fair(value, share)]
        else:
            condition, copied = _condition(select, alias, share, arguments)
            conditions.append(condition)
            copies += copied
    return conditions, copies


def _condition(select: exp.Select, alias: str, share: int, arguments: list[exp.Expr]) -> tuple[exp.Expr, Copies]:
    values: dict[str, exp.Expr] = {f"__s{at}": _sum(argument) for at, argument in enumerate(arguments)}
    inner, copies = contributions(select, alias, values)
    names = key_names(select)
    fair = exp.Select(
        expressions=[row_of([named(name) for name in names])],
        from_=exp.From(this=derived(inner, "__entities")),
        having=exp.Having(this=exp.and_(*(part for name in values for part in _fair(named(name), share)), copy=False)),
    )
    if names:
        fair.set("group", exp.Group(expressions=[named(name) for name in names]))
    return exp.In(this=row_of([key.copy() for key in keys_of(select)]), query=exp.Subquery(this=fair)), copies


def _sum(argument: exp.Expr) -> exp.Expr:
    return exp.Sum(this=exp.Cast(this=argument.copy(), to=exp.DataType.build("DOUBLE")))


def _fair(value: exp.Expr, share: int) -> tuple[exp.Expr, exp.Expr]:
    size = exp.Abs(this=value)
    return no_larger(exp.Max(this=size), exp.Sum(this=size.copy()), share)
