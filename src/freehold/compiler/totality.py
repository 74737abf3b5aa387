"""Which conditions cannot fail on any value, so that they may run as they are; all others become TRY (law 3).

A comparison fails where the engine must cast what is stored, text against a number, and where it must cast a literal that does not
fit: it does so when it meets the first row that the conditions before it let through, so that the error tells that there is one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

from sqlglot import exp

TypeOf = Callable[[exp.Column], str]
"""The logical type of a column, empty where it is not known."""

_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_NUMBERS = ("integer", "number", "decimal")
_DECIMAL = 38
_GIVEN = {
    "date": (exp.DataType.Type.DATE,),
    "timestamp": (exp.DataType.Type.DATE, exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ, exp.DataType.Type.DATETIME),
}
"""What text is cast to that a column of times is compared with, and which the column need not be cast to in a way that can fail."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


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
    """A number wants a column of numbers and a date one of dates; text adapts itself, and fails on a row where it cannot."""
    if isinstance(value, exp.Cast):
        return value.this.is_string and value.to.this in _GIVEN.get(kind, ()) and _reads_as(kind, value.this.name)
    if value.is_string:
        return kind == "string" or _reads_as(kind, value.name)
    inner = value.this if isinstance(value, exp.Neg) else value
    return inner.is_number and isinstance(inner, exp.Literal) and kind.startswith(_NUMBERS) and _is_narrow(kind, inner.this)


def _reads_as(kind: str, text: str) -> bool:
    """Whether text is a date, as the engine reads it too; numbers are not looked at, since a file may hold narrower ones."""
    if kind not in _GIVEN or not _DATE.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_narrow(kind: str, number: str) -> bool:
    """Whether the engine's common type of column and literal holds every value: an integer has up to 20 digits, a DECIMAL 38."""
    if kind == "number" or "e" in number.lower():
        return True  # a DOUBLE, as whatever it is compared with becomes
    whole, _, fraction = number.partition(".")
    digits = re.match(r"decimal\((\d+),\s*(\d+)\)$", kind)
    before, after = (int(digits[1]) - int(digits[2]), int(digits[2])) if digits else (20, 0)
    return number.replace(".", "").isdecimal() and max(before, len(whole)) + max(after, len(fraction)) <= _DECIMAL
