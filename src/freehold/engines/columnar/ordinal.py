"""Values as whole numbers of a unit, so that bounds, multiples and keys of every ordered type are compared in one exact way.

A date is days, a timestamp counts of its unit since the epoch (UTC), a decimal its digits; floating point numbers stay themselves.
"""

from __future__ import annotations

import datetime as dt
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np

from freehold.engines.columnar import functions
from freehold.engines.columnar.arrow import Array, DataType, Numbers, numbers_of, pa

_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_DAY = 86_400
_WORDS = {64, 128}
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_WIDE = Context(prec=100)


def unit(type_: DataType) -> Fraction | None:
    """Return what one step of a type stands for, in seconds or as a number; 0 of floating point, None where it has no order."""
    if pa.types.is_floating(type_) or pa.types.is_integer(type_):
        return Fraction(pa.types.is_integer(type_))
    if pa.types.is_decimal(type_):
        return Fraction(10) ** -type_.scale
    if pa.types.is_date(type_):
        return Fraction(_DAY) if pa.types.is_date32(type_) else Fraction(1, 1_000)
    if pa.types.is_timestamp(type_) or pa.types.is_time(type_):
        return Fraction(1, _UNITS[type_.unit])
    return None


def ordinals(array: Array) -> Numbers:
    """Return the values of an array without nulls, of a type that has a `unit`: integers, floats, or integers as objects."""
    type_ = array.type
    if pa.types.is_decimal(type_):
        return _digits(array)
    if pa.types.is_float16(type_):
        return numbers_of(array).astype(np.float64)
    if pa.types.is_integer(type_) or pa.types.is_floating(type_):
        return numbers_of(array)
    narrow = pa.types.is_date32(type_) or pa.types.is_time32(type_)
    return numbers_of(array.view(pa.int32() if narrow else pa.int64()))


def is_nan(array: Array) -> Array | None:
    """Return which values are NaN (null for null), or None where none is."""
    if not pa.types.is_floating(array.type) or not np.isnan(numbers_of(array)).any():  # nor below a null
        return None
    found = functions.is_nan(functions.cast(array, pa.float32()) if pa.types.is_float16(array.type) else array)
    return found if functions.any_is_true(found) else None


def bound(value: float | str, type_: DataType) -> Fraction | None:
    """Return a bound in steps of a type (as itself of floating point), exact as it is written; None where it is no bound of it."""
    step = unit(type_)
    if step is None:
        return None
    if isinstance(value, str) != pa.types.is_temporal(type_):
        return None
    if isinstance(value, str):
        exact = _seconds(value, type_)
        return None if exact is None else exact / step
    return Fraction(Decimal(repr(value))) / step if step else Fraction(value)


def _seconds(text: str, type_: DataType) -> Fraction | None:
    try:
        if pa.types.is_time(type_):
            moment = dt.time.fromisoformat(text)
            return Fraction(moment.hour * 3600 + moment.minute * 60 + moment.second) + Fraction(moment.microsecond, 1_000_000)
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    passed = (when if when.tzinfo else when.replace(tzinfo=dt.UTC)) - _EPOCH
    return Fraction(passed.days * _DAY + passed.seconds) + Fraction(passed.microseconds, 1_000_000)


def _digits(array: Array) -> Numbers:
    type_ = array.type
    if type_.bit_width in _WORDS:
        words = type_.bit_width // 64
        content = np.frombuffer(array.buffers()[1], dtype="<i8")[array.offset * words : (array.offset + len(array)) * words]
        low = content[::words]
        if words == 1 or bool((content[1::words] == low >> 63).all()):  # the upper half only repeats the sign
            return low
    return np.array([int(value.scaleb(type_.scale, _WIDE)) for value in array.to_pylist()], dtype=object)
