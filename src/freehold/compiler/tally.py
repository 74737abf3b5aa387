"""What each entity adds to a group, and what must hold of that for the group to be told of (law 3)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from freehold.compiler.entities import named, of_relation
from freehold.compiler.quantile import tail_of
from freehold.compiler.view import ENTITY

KNOWN = "__known"
"""Whether a row of entities is one of an entity: all rows without one are in one, which may dominate and is not counted."""


_GREATEST = "1e308"


@dataclass(frozen=True, slots=True)
class Tally:
    """One protected relation's guard of a SELECT, in steps.

    `values` are aggregates over the rows of one entity in a group, by name; `parts` are aggregates of these over entities of a
    group, which add up (or, for a `Max`, are the largest) over parts of it; `conditions` are of the parts of a whole group.
    """

    values: dict[str, exp.Expr]
    parts: dict[str, exp.Expr]
    conditions: tuple[exp.Expr, ...]


def tally(alias: str, least: int, share: int, aggregates: tuple[exp.Expr, ...]) -> Tally:
    """Return what `install_guard` and `not_dominated` ask of a group of one protected relation, asked of its entities."""
    known = exp.Not(this=exp.Is(this=of_relation(alias, ENTITY), expression=exp.null()))
    values: dict[str, exp.Expr] = {KNOWN: known}
    parts: dict[str, exp.Expr] = {"__p": _many(named(KNOWN))}
    conditions: list[exp.Expr] = [_least("__p", least)]
    names: dict[exp.Expr, str] = {}
    for at, argument in enumerate(dict.fromkeys(argument_counted(node) for node in aggregates)):
        names[argument] = f"{at}"
        values[f"__t{at}"] = exp.Count(this=argument.copy(), big_int=True)
        there = exp.GT(this=named(f"__t{at}"), expression=exp.Literal.number(0))
        parts[f"__p{at}"] = _many(exp.and_(named(KNOWN), there, copy=False))
        conditions.append(_least(f"__p{at}", least))
    for node in aggregates:
        if isinstance(node, exp.ApproxQuantile):
            at = names[argument_counted(node)]
            parts[f"__q{at}"] = exp.Sum(this=named(f"__t{at}"))
            conditions.append(_least(f"__p{at}", math.ceil(least / tail_of(node))))
            conditions.append(exp.LTE(this=named(f"__q{at}"), expression=named(f"__p{at}")))
    for at, argument in enumerate(summed(aggregates) if share < 100 else ()):
        values[f"__d{at}"] = exp.Sum(this=exp.Cast(this=argument.copy(), to=exp.DataType.build("DOUBLE")))
        size = exp.Abs(this=named(f"__d{at}"))
        parts |= {f"__m{at}": exp.Max(this=size), f"__a{at}": exp.Sum(this=size.copy())}
        conditions += no_larger(named(f"__m{at}"), named(f"__a{at}"), share)
    return Tally(values, parts, tuple(conditions))


def no_larger(largest: exp.Expr, whole: exp.Expr, share: int) -> tuple[exp.Expr, exp.Expr]:
    """Return the conditions under which the largest contribution is no more than `share` percent of the `whole`.

    So it is of no sum that is infinite or no number: one entity's value made it so, or what is given is no sum of theirs.
    """
    fair = exp.LTE(this=largest, expression=exp.Mul(this=whole, expression=exp.Literal.number(share / 100)))
    return fair, exp.LTE(this=whole.copy(), expression=exp.Literal.number(_GREATEST))


def summed(aggregates: tuple[exp.Expr, ...]) -> list[exp.Expr]:
    """Return what no entity may have too much of: the arguments of aggregates that add up, and each column in them."""
    arguments = dict.fromkeys(node.this for node in aggregates if not isinstance(node, exp.Count | exp.ApproxQuantile))
    return list(dict.fromkeys(value for argument in arguments for value in _values(argument)))


def _values(argument: exp.Expr) -> Iterator[exp.Expr]:
    yield argument
    if not isinstance(argument, exp.Column):
        for column in argument.find_all(exp.Column):
            yield exp.TryCast(this=column.copy(), to=exp.DataType.build("DOUBLE"))


def argument_counted(aggregate: exp.Expr) -> exp.Expr:
    """Return what enough entities must have a value in, for an aggregate to be told."""
    argument = aggregate.this
    return argument.expressions[0] if isinstance(argument, exp.Distinct) else argument


def _many(condition: exp.Expr) -> exp.Expr:
    return exp.Count(this=exp.Case(ifs=[exp.If(this=condition, true=exp.Literal.number(1))]), big_int=True)


def _least(name: str, least: int) -> exp.Expr:
    return exp.GTE(this=named(name), expression=exp.Literal.number(least))
