"""Make expressions over protected values unable to fail, so that no error depends on a value that stays hidden (law 3)."""

from __future__ import annotations

from sqlglot import exp

from freehold.compiler.catchable import catchable

_TAME = "1e150"
"""Beyond it, variances do not fit a DOUBLE, and the engine fails for every group because of one."""

_SPREADS = (exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop)


def make_total(
    select: exp.Select,
    *,
    conditions: tuple[exp.Expr, ...],
    fragile: tuple[exp.Expr, ...],
    keys: tuple[exp.Expr, ...],
    widened: tuple[exp.Column, ...],
    uncertain: tuple[exp.Column, ...],
    dated: tuple[exp.Column, ...],
    aggregates: tuple[exp.Expr, ...],
) -> None:
    """Make `select` unable to fail on a value, in place.

    Compute with `widened` as DOUBLE, with what is a number of `uncertain`, and with what is a moment of `dated`; wrap `conditions`,
    which are true or not, and `fragile` in TRY (null where it would fail), and each of `keys` wherever it stands; leave out of
    variances among `aggregates` what does not fit them.
    """
    _compute_as("DOUBLE", exp.Cast, widened)
    _compute_as("DOUBLE", exp.TryCast, uncertain)
    _compute_as("TIMESTAMP", exp.TryCast, dated)  # an average of days is one of moments, and days go further than these
    for node in conditions:
        # The engine would make a condition a truth value outside of TRY, and fail there on a text that is none.
        node.replace(exp.Try(this=exp.Cast(this=catchable(node.copy()), to=exp.DataType.build("BOOLEAN"))))
    for node in fragile:
        node.replace(exp.Try(this=node.copy()))
    for aggregate in aggregates:
        if isinstance(aggregate, _SPREADS):
            _tame(aggregate)
    for key in keys:
        same = key.copy()
        for node in list(select.walk(prune=lambda child: child is not select and isinstance(child, exp.Query | exp.Try))):
            if type(node) is type(same) and node == same:
                node.replace(exp.Try(this=catchable(node.copy())))


def _compute_as(name: str, cast: type[exp.Cast], columns: tuple[exp.Column, ...]) -> None:
    for column in columns:
        column.replace(cast(this=column.copy(), to=exp.DataType.build(name)))


def _tame(aggregate: exp.Expr) -> None:
    distinct = aggregate.this if isinstance(aggregate.this, exp.Distinct) else None
    argument = distinct.expressions[0] if distinct is not None else aggregate.this
    low, high = exp.Neg(this=exp.Literal.number(_TAME)), exp.Literal.number(_TAME)
    fits = exp.Between(this=argument.copy(), low=low, high=high)
    argument.replace(exp.Case(ifs=[exp.If(this=fits, true=argument.copy())]))
