"""Values as text, and texts as values: numbers are compared as numbers, everything else by its one spelling.

Dates and times are spelled in ISO 8601, timestamps with a blank before the time, and `+00` behind it where they have a zone.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import numpy as np

from freehold.engines.columnar.arrow import Array, DataType, Numbers, numbers_of, of_numbers, of_texts, pa
from freehold.engines.columnar.functions import cast, is_one_of, take
from freehold.engines.columnar.ordinal import ordinals, unit

_DAY = 86_400


def is_text(type_: DataType) -> bool:
    """Return whether values of a type are texts."""
    return pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_)


def has_spelling(type_: DataType) -> bool:
    """Return whether values of a type can be compared as text."""
    return is_text(type_) or pa.types.is_boolean(type_) or unit(type_) is not None


def one_of(array: Array, words: tuple[str, ...]) -> Numbers:
    """Return which values of an array without nulls, of a type that `has_spelling`, are one of `words`."""
    type_ = array.type
    if is_text(type_):
        plain = cast(array, pa.large_string()) if pa.types.is_string_view(type_) else array
        return numbers_of(is_one_of(plain, of_texts(words, plain.type)))
    if pa.types.is_boolean(type_) or pa.types.is_temporal(type_):
        return numbers_of(is_one_of(spelled(array), of_texts(words)))
    return _number_of(array, words)


def spelled(array: Array) -> Array:
    """Return the texts of an array without nulls; a dictionary where its type has few values, or spelling one takes long."""
    type_ = array.type
    if pa.types.is_string_view(type_):
        return cast(array, pa.large_string())
    if is_text(type_):
        return array
    if pa.types.is_temporal(type_):
        return _moments(array)
    return cast(array, pa.string())


def _number_of(array: Array, words: tuple[str, ...]) -> Numbers:
    exact = [number for number in map(_number, words) if number is not None]
    step, found = unit(array.type), ordinals(array)
    if not step:
        return np.isin(found.astype(np.float64, copy=False), np.array([float(number) for number in exact]))
    wanted = [int(number / step) for number in exact if (number / step).denominator == 1]
    if found.dtype == object:
        members = set(wanted)
        return np.fromiter((value in members for value in found), bool, len(found))
    span = np.iinfo(found.dtype)
    return np.isin(found, np.array([number for number in wanted if span.min <= number <= span.max], found.dtype))


def _number(word: str) -> Fraction | None:
    try:
        number = Decimal(word)
    except InvalidOperation:
        return None
    return Fraction(number) if number.is_finite() else None


def _moments(array: Array) -> Array:
    """Spell each different moment once."""
    type_ = array.type
    seen, places = np.unique(ordinals(array), return_inverse=True)
    step = unit(type_) or Fraction(1)
    zone = "+00" if pa.types.is_timestamp(type_) and type_.tz else ""
    spellings = of_texts(_spell(int(moment) * step, type_, zone) for moment in seen)
    return take(spellings, of_numbers(places.ravel()))


def _spell(seconds: Fraction, type_: DataType, zone: str) -> str:
    whole = seconds.numerator // seconds.denominator
    days, second = divmod(whole, _DAY)
    nanos = int((seconds - whole) * 1_000_000_000)
    part = f".{nanos:09d}".rstrip("0") if nanos else ""
    time = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}{part}"
    if pa.types.is_time(type_):
        return time
    try:
        date = dt.date.fromordinal(days + 719_163).isoformat()
    except (ValueError, OverflowError):  # before the year 1 or after 9999: no word of a manifest spells it
        date = f"day {days}"
    return date if pa.types.is_date(type_) else f"{date} {time}{zone}"
