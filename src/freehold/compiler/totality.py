"""Which conditions cannot fail on any value, so that they may run as they are; all others become TRY (law 3).

A comparison fails where the engine must cast what is stored: text against a number. A literal that does not fit fails before any
value is met, for everybody alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sqlglot import exp

TypeOf = Callable[[exp.Column], str]
"""The logical type of a column, empty where it is not known."""

_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_NUMBERS = ("integer", "number", "decimal")
_DECIMAL = 38
_TIMES = ("date", "timestamp")


def is_total(node: exp.Expr, type_of: TypeOf) -> bool:
    """Return whether `node` is made of comparisons of columns with literals that fit them, and of AND, OR and NOT."""
    if isinstance(node, exp.And | exp.Or):
        return is_total(node.this, type_of) and is_total(node.expression, type_of)
    if isinstance(node, exp.Not | exp.Paren):
        return is_total(node.this, type_of)
    if isinstance(node, exp.Column):
        return type_of(node) == "boolean"
    if isinstance(node, exp.Is):
        return isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Null)
    if isinstance(node, exp.Like | exp.ILike):
        return _fits(node.this, [node.expression], type_of) and node.expression.is_string
    return _compares(node, type_of)


def conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the parts of a condition that must all hold."""
    inner = node.unnest()
    if isinstance(inner, exp.And):
        yield from conjuncts(inner.this)
        yield from conjuncts(inner.expression)
    else:
        yield inner


def _compares(node: exp.Expr, type_of: TypeOf) -> bool:
    if isinstance(node, _COMPARED):
        return _fits(node.this, [node.expression], type_of) or _fits(node.expression, [node.this], type_of)
    if isinstance(node, exp.In):
        return bool(node.expressions) and _fits(node.this, node.expressions, type_of)
    if isinstance(node, exp.Between):
        return _fits(node.this, [node.args["low"], node.args["high"]], type_of)
    return isinstance(node, exp.Boolean)


def _fits(column: exp.Expr, values: list[exp.Expr], type_of: TypeOf) -> bool:
    if not isinstance(column, exp.Column):
        return False
    kind = type_of(column)
    return all(_fits_one(kind, value) for value in values)


def _fits_one(kind: str, value: exp.Expr) -> bool:
    """Text adapts itself to what it is compared with; a number and a date (`date '2026-01-31'`) want a column of their kind."""
    if isinstance(value, exp.Cast):
        return kind in _TIMES and value.this.is_string
    inner = value.this if isinstance(value, exp.Neg) else value
    if not isinstance(inner, exp.Literal):
        return False
    return inner.is_string or (kind.startswith(_NUMBERS) and _is_narrow(kind, inner.this))


def _is_narrow(kind: str, number: str) -> bool:
    """Whether the engine's common type of column and literal holds every value: an integer has up to 19 digits, a DECIMAL 38."""
    if kind == "number" or "e" in number.lower():
        return True  # a DOUBLE, as whatever it is compared with becomes
    whole, _, fraction = number.partition(".")
    digits = re.match(r"decimal\((\d+),\s*(\d+)\)$", kind)
    before, after = (int(digits[1]) - int(digits[2]), int(digits[2])) if digits else (19, 0)
    return number.replace(".", "").isdecimal() and max(before, len(whole)) + max(after, len(fraction)) <= _DECIMAL
