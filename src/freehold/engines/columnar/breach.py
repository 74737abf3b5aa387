"""Which values of a column break its constraint: one test for each key, and each looks only at values that are there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from freehold.engines.columnar.arrow import Array, DataType, Numbers, numbers_of, pa
from freehold.engines.columnar.functions import lengths
from freehold.engines.columnar.ordinal import bound, ordinals, unit
from freehold.engines.columnar.pattern import Pattern
from freehold.engines.columnar.spelling import has_spelling, is_text, one_of, spelled
from freehold.errors import QueryInvalid
from freehold.model.rule import Constraint

Test = Callable[[Array], Numbers | None]
"""Takes values, none of them null or NaN; returns which fail, or None where none does."""

_BESIDE = 1e-9


def tests(constraint: Constraint, type_: DataType, column: str) -> tuple[Test, ...]:
    """Return the tests of a constraint on values of an Arrow type, the cheapest first.

    Raises:
        QueryInvalid: A key makes no sense for the type, or its pattern cannot be read.
    """
    return (*_bounds(constraint, type_, column), *_multiple(constraint, type_, column), *_texts(constraint, type_, column))


def _bounds(constraint: Constraint, type_: DataType, column: str) -> Iterator[Test]:
    sides: tuple[tuple[str, float | str | None, Any, Any], ...] = (
        ("minimum", constraint.minimum, math.ceil, np.less),
        ("maximum", constraint.maximum, math.floor, np.greater),
        ("exclusiveMinimum", constraint.exclusive_minimum, math.floor, np.less_equal),
        ("exclusiveMaximum", constraint.exclusive_maximum, math.ceil, np.greater_equal),
    )
    for key, value, whole, breaks in sides:
        if value is None:
            continue
        exact = bound(value, type_)
        if exact is None:
            raise _unsuited(key, value, type_, column)
        yield partial(_beyond, exact if unit(type_) else float(exact), whole, breaks)


def _beyond(exact: Fraction | float, whole: Any, breaks: Any, array: Array) -> Numbers | None:
    found = ordinals(array)
    limit = whole(exact) if isinstance(exact, Fraction) else exact
    if found.dtype == np.float32:
        found = found.astype(np.float64)
    return _some(np.asarray(breaks(found, limit), dtype=bool))


def _multiple(constraint: Constraint, type_: DataType, column: str) -> Iterator[Test]:
    of = constraint.multiple_of
    if of is None:
        return
    step = bound(of, type_)
    if step is None or step <= 0:
        raise _unsuited("multipleOf", of, type_, column)
    yield partial(_uneven, step, of) if unit(type_) else partial(_uneven_floats, of)


def _uneven(step: Fraction, _of: float, array: Array) -> Numbers | None:
    """A whole number is a multiple of p/q, in lowest terms, exactly if it is one of p."""
    found = ordinals(array)
    if found.dtype != object and step.numerator > np.iinfo(found.dtype).max:
        found = found.astype(object)
    return _some(np.asarray(found % step.numerator != 0, dtype=bool))


def _uneven_floats(of: float, array: Array) -> Numbers | None:
    with np.errstate(invalid="ignore", over="ignore"):
        quotient = ordinals(array).astype(np.float64) / of
        return _some(~(np.abs(quotient - np.round(quotient)) <= _BESIDE))


def _texts(constraint: Constraint, type_: DataType, column: str) -> Iterator[Test]:
    for key, length, breaks in (
        ("minLength", constraint.min_length, np.less),
        ("maxLength", constraint.max_length, np.greater),
    ):
        if length is not None:
            if not is_text(type_):
                raise _unsuited(key, length, type_, column)
            yield partial(_of_length, length, breaks)
    if constraint.values:
        if not has_spelling(type_):
            raise _unsuited("values", constraint.values[0], type_, column)
        yield partial(_not_one_of, constraint.values)
    if constraint.pattern is not None:
        if not _is_plain(type_):
            raise _unsuited("pattern", constraint.pattern, type_, column)
        yield partial(_unlike, Pattern(constraint.pattern))


def _of_length(length: int, breaks: Any, array: Array) -> Numbers | None:
    return _some(breaks(numbers_of(lengths(spelled(array))), length))


def _not_one_of(words: tuple[str, ...], array: Array) -> Numbers | None:
    return _some(~one_of(array, words))


def _unlike(pattern: Pattern, array: Array) -> Numbers | None:
    return pattern.failing(spelled(array))


def _is_plain(type_: DataType) -> bool:
    """Return whether values of a type have one spelling that nobody doubts."""
    return is_text(type_) or pa.types.is_integer(type_) or pa.types.is_boolean(type_) or pa.types.is_date(type_)


def _some(failing: Numbers) -> Numbers | None:
    return failing if failing.any() else None


def _unsuited(key: str, value: object, type_: DataType, column: str) -> QueryInvalid:
    return QueryInvalid(
        f"`{key}` of `{column}` is `{value}`, and the column holds values of type `{type_}`",
        remedy="give the rule a bound that suits the column, or mend the column's type in the data",
    )
