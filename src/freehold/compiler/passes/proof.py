"""Prove by a group's rows alone that it may be told of, and count the entities of no groups but those of which that is not proven.

An entity has at most so many rows, a statistic of the data version: a group of more rows than its largest few can have together
is of enough entities, and one whose sum is large beside what one entity's rows can add to it is dominated by nobody. A group that
is not proven so is judged by its entities, so a proof changes no answer. Those are looked for in a second pass over the rows,
whether there are any or not: how long an answer takes must not say whether a group was withheld (law 3).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from freehold.compiler.entities import Copies, aliased, contributions, derived, key_names, keys_of, named, over, row_of
from freehold.compiler.tally import Tally, argument_counted, summed, tally
from freehold.model.query import EntityRows

_JUDGED = "__judged"
_PROVEN = "__proven"
_UNPROVEN = "__unproven"

_TOO_LARGE = 4
"""Where a group must have more than a fourth of all rows to be proven, there is hardly one that is."""

_MOST_ROWS = 1 << 31
_SLACK = "1e-6"
"""Sums of DOUBLE are inexact by less than this share of the sum of absolute values, up to `_MOST_ROWS` rows."""

_LEAST_SUM, _MOST_SUM = "1e-280", "1e300"


def judged(
    select: exp.Select, alias: str, aggregates: tuple[exp.Expr, ...], rows: EntityRows | None, *, least: int, share: int
) -> tuple[exp.Expr, Copies]:
    """Return the condition that a group of `select` may be told of, for its HAVING, and the relations copied for it.

    `alias` is its one protected relation, of which each group must have at least `least` entities and none may have more than
    `share` percent; `rows` says how many rows these have, where it is read alone and that is known.
    """
    found = tally(alias, least, share, aggregates)
    inner, copies = contributions(select, alias, found.values)
    told = _told(inner, key_names(select), found)
    if rows is not None and _is_worthwhile(rows, least, aggregates):
        proof, more = groups_proven(select, least, share, aggregates, rows)
        inner.append("joins", _unproven(select))
        told = _either(proof, key_names(select), told)
        copies = copies + more
    return exp.In(this=row_of([key.copy() for key in keys_of(select)]), query=exp.Subquery(this=told)), copies


def _told(inner: exp.Select, names: list[str], found: Tally) -> exp.Select:
    """Return the keys of the groups whose entities, in `inner`, meet the conditions."""
    groups = exp.Select(
        expressions=[*map(named, names), *(aliased(part, name) for name, part in found.parts.items())],
        from_=exp.From(this=derived(inner, "__entities")),
        group=exp.Group(expressions=[*map(named, names)]) if names else None,
    )
    return exp.Select(
        expressions=[row_of([*map(named, names)])],
        from_=exp.From(this=derived(groups, "__groups")),
        where=exp.Where(this=exp.and_(*found.conditions, copy=False)),
    )


def _is_worthwhile(rows: EntityRows, least: int, aggregates: tuple[exp.Expr, ...]) -> bool:
    if any(isinstance(node, exp.ApproxQuantile) or isinstance(node.this, exp.Distinct) for node in aggregates):
        return False
    return _TOO_LARGE * rows.of_fewer(least) < rows.rows < _MOST_ROWS


def groups_proven(
    select: exp.Select, least: int, share: int, aggregates: tuple[exp.Expr, ...], rows: EntityRows
) -> tuple[exp.Select, Copies]:
    """Return the SELECT of groups, each with whether its rows prove that it may be told of."""
    conditions = list(_enough(aggregates, rows.of_fewer(least)))
    for argument in summed(aggregates) if share < 100 else ():
        conditions += _fair(argument, share, rows.most)
    proven = exp.Coalesce(this=exp.and_(*conditions, copy=False), expressions=[exp.false()])
    keys = [aliased(key.copy(), name) for key, name in zip(keys_of(select), key_names(select), strict=True)]
    return over(select, [*keys, aliased(proven, _PROVEN)], [])


def _enough(aggregates: tuple[exp.Expr, ...], fewer: int) -> Iterator[exp.Expr]:
    """Yield conditions under which more rows are there, and have a value, than those of too few entities."""
    arguments = dict.fromkeys(argument_counted(node) for node in aggregates)
    for counted in (exp.Star(), *(argument.copy() for argument in arguments)):
        yield exp.GT(this=exp.Count(this=counted, big_int=True), expression=exp.Literal.number(fewer))


def _fair(argument: exp.Expr, share: int, most: int) -> Iterator[exp.Expr]:
    """Yield conditions under which no entity of `most` rows has more than `share` percent of the absolute contributions.

    What it contributes is at most that many times the largest value; all contributions are at least the size of the sum.
    """
    value = exp.Cast(this=argument.copy(), to=exp.DataType.build("DOUBLE"))
    size = exp.Abs(this=value)
    sizes = exp.Sum(this=size)
    slack = exp.Mul(this=exp.Literal.number(_SLACK), expression=sizes.copy())
    certain = exp.Paren(this=exp.Sub(this=exp.Abs(this=exp.Sum(this=value.copy())), expression=slack))
    largest = exp.Mul(this=exp.Literal.number(f"{most}.0"), expression=exp.Max(this=size.copy()))
    yield exp.LTE(this=largest, expression=exp.Mul(this=exp.Literal.number(share / 100), expression=certain))
    yield exp.Between(this=sizes, low=exp.Literal.number(_LEAST_SUM), high=exp.Literal.number(_MOST_SUM))


def _unproven(select: exp.Select) -> exp.Join:
    """Return the join that keeps the rows of groups that are not proven.

    Beside them it has a row of nulls: without any row an engine would not read the others at all, which takes no time. A SELECT
    without keys has one group, whether anybody is in it or not, so there that tells nothing of a group that is withheld.
    """
    names = key_names(select)
    where = exp.Where(this=exp.Not(this=named(_PROVEN)))
    outputs = [*map(named, names)] or [exp.Literal.number(1)]
    rest: exp.Query = exp.Select(expressions=outputs, from_=exp.From(this=_relation(_JUDGED)), where=where)
    if names:
        rest = exp.Union(this=rest, expression=exp.Select(expressions=[exp.null() for _ in names]), distinct=False)
    pairs = zip(keys_of(select), names, strict=True)
    same = [exp.NullSafeEQ(this=key.copy(), expression=named(name, _UNPROVEN)) for key, name in pairs]
    return exp.Join(this=derived(rest, _UNPROVEN), kind="SEMI", on=exp.and_(*same, copy=False) if same else exp.true())


def _either(proof: exp.Select, names: list[str], told: exp.Select) -> exp.Query:
    """Return the keys of groups that are proven, and of the rest those that are told of."""
    proven = exp.Select(
        expressions=[row_of([*map(named, names)])],
        from_=exp.From(this=_relation(_JUDGED)),
        where=exp.Where(this=named(_PROVEN)),
    )
    name = exp.TableAlias(this=exp.to_identifier(_JUDGED, quoted=True))
    shared = exp.With(expressions=[exp.CTE(this=proof, alias=name, materialized=True)])
    return exp.Union(this=proven, expression=told, distinct=False, with_=shared)


def _relation(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))
