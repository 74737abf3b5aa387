"""Install the guard of each protected SELECT below its HAVING: a group with too few entities does not exist.

The caller's own HAVING is evaluated for groups that pass alone, so that it can neither reveal nor fail on a withheld group.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

_ENTITY = "__entity"


def install_guard(select: exp.Select, groups: Mapping[str, int], contributors: tuple[tuple[str, str], ...]) -> None:
    """Add to `select` that each group holds at least `groups[alias]` entities of each protected relation.

    For every (alias, column) of `contributors`, enough entities must hold a value in that column as well.
    """
    conditions: list[exp.Expr] = [_enough(alias, least, None) for alias, least in groups.items()]
    conditions += [_enough(alias, groups[alias], column) for alias, column in contributors if alias in groups]
    guard = exp.and_(*conditions, copy=False)
    having = select.args.get("having")
    if having is not None:
        case = exp.Case(ifs=[exp.If(this=guard, true=having.this)], default=exp.false())
        select.set("having", exp.Having(this=case))
    else:
        select.set("having", exp.Having(this=guard))


def _enough(alias: str, least: int, column: str | None) -> exp.Expr:
    entity = exp.column(exp.to_identifier(_ENTITY, quoted=True), exp.to_identifier(alias, quoted=True))
    if column is not None:
        value = exp.column(exp.to_identifier(column, quoted=True), exp.to_identifier(alias, quoted=True))
        entity = exp.Case(ifs=[exp.If(this=exp.Not(this=exp.Is(this=value, expression=exp.null())), true=entity)])
    counted = exp.Count(this=exp.Distinct(expressions=[entity]), big_int=True)
    return exp.GTE(this=counted, expression=exp.Literal.number(least))
