"""What an aggregate is over, and whether that is linear in its columns, by factors too tame to pick out single values.

A factor of 1e308 makes all but the smallest values infinite, one of 1e-320 makes all but the largest zero: both are filters.
"""

from __future__ import annotations

import math

import msgspec
from sqlglot import exp

LEAST_FACTOR = 1e-3
MOST_FACTOR = 1e6


class _Form(msgspec.Struct, frozen=True):
    """The least and the most that any column is multiplied by (0 for none), and the size of the constant."""

    least: float
    most: float
    constant: float


def argument_of(aggregate: exp.Expr) -> exp.Expr:
    """Return what an aggregate is over, without its DISTINCT."""
    argument = aggregate.this
    if isinstance(argument, exp.Distinct) and len(argument.expressions) == 1:
        return argument.expressions[0]
    return argument


def is_linear(node: exp.Expr) -> bool:
    """Return whether `node` adds, subtracts and scales columns, each step by factors from 0.001 to 1,000,000.

    >>> from sqlglot import parse_one
    >>> is_linear(parse_one("(a - b) * 2 + 1")), is_linear(parse_one("a * b")), is_linear(parse_one("a * 1e300 / 1e300"))
    (True, False, False)
    """
    form = _form(node)
    return form is not None and form.most > 0


def _form(node: exp.Expr) -> _Form | None:
    """Return the form of a node whose every step is within bounds, else None."""
    if isinstance(node, exp.Column):
        return _Form(1.0, 1.0, 0.0)
    if isinstance(node, exp.Literal):
        return _literal(node)
    if isinstance(node, exp.Paren | exp.Neg):
        return _form(node.this)
    if not isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
        return None
    left, right = _form(node.this), _form(node.expression)
    if left is None or right is None:
        return None
    return _bounded(_sum(left, right) if isinstance(node, exp.Add | exp.Sub) else _scaled(node, left, right))


def _literal(node: exp.Literal) -> _Form | None:
    try:
        value = abs(float(node.name)) if not node.is_string else math.nan
    except ValueError:
        return None
    return _Form(0.0, 0.0, value) if value <= MOST_FACTOR else None


def _sum(left: _Form, right: _Form) -> _Form:
    factors = [form.least for form in (left, right) if form.most]
    return _Form(min(factors, default=0.0), left.most + right.most, left.constant + right.constant)


def _scaled(node: exp.Expr, left: _Form, right: _Form) -> _Form | None:
    if isinstance(node, exp.Div):
        return None if right.most or not right.constant else _times(left, 1 / right.constant)
    if left.most and right.most:
        return None
    return _times(left, right.constant) if left.most else _times(right, left.constant)


def _times(form: _Form, factor: float) -> _Form:
    return _Form(form.least * factor, form.most * factor, form.constant * factor)


def _bounded(form: _Form | None) -> _Form | None:
    if form is None or form.constant > MOST_FACTOR or form.most > MOST_FACTOR:
        return None
    return form if not form.most or form.least >= LEAST_FACTOR else None
