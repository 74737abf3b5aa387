"""The reference of every probe: row by row, in plain Python, as the words of `model.rule` say it and no faster.

A row is a mapping of names to Python's own values. A timestamp is a `Moment`, because Python's own lose nanoseconds.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from freehold.model.rule import Constraint, Probe, ProbeKind

Row = Mapping[str, Any]


class Moment(NamedTuple):
    """A timestamp: seconds since the epoch, in UTC where it has no zone."""

    seconds: Fraction
    zoned: bool


def count(probe: Probe, rows: Sequence[Row]) -> float | None:
    """Return what a probe counts in these rows."""
    if probe.kind is ProbeKind.NEWEST:
        found = [seconds(row[probe.columns[0]]) for row in rows if not is_absent(row[probe.columns[0]])]
        return float(max(found)) if found else None
    if probe.kind is ProbeKind.SURPLUS:
        keys = [
            tuple(row[name] for name in probe.columns) for row in rows if not any(is_absent(row[name]) for name in probe.columns)
        ]
        return len(keys) - len(set(keys))
    return sum(is_counted(probe, row) for row in rows)


def is_counted(probe: Probe, row: Row) -> bool:
    """Return whether a probe that looks at one row at a time counts this one."""
    if probe.kind is ProbeKind.ROWS:
        return True
    value = row[probe.columns[0]]
    if probe.kind is ProbeKind.NULLS:
        return is_absent(value)
    if probe.kind is ProbeKind.MISSING:
        return is_absent(value) or is_one_of(value, probe.missing)
    assert probe.constraint is not None
    return not is_absent(value) and breaks(value, probe.constraint)


def is_absent(value: Any) -> bool:
    """Null, or NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def breaks(value: Any, constraint: Constraint) -> bool:
    """Return whether a value that is there breaks a constraint."""
    exact = number(value)
    low, high = constraint.minimum, constraint.maximum
    above, below = constraint.exclusive_minimum, constraint.exclusive_maximum
    return (
        (low is not None and not exact >= limit(low, value))
        or (high is not None and not exact <= limit(high, value))
        or (above is not None and not exact > limit(above, value))
        or (below is not None and not exact < limit(below, value))
        or (constraint.multiple_of is not None and not is_multiple(value, constraint.multiple_of))
        or (constraint.min_length is not None and not len(value) >= constraint.min_length)
        or (constraint.max_length is not None and not len(value) <= constraint.max_length)
        or (bool(constraint.values) and not is_one_of(value, constraint.values))
        or (constraint.pattern is not None and re.fullmatch(constraint.pattern, text(value), re.ASCII) is None)
    )


def number(value: Any) -> Any:
    """Return what is compared with a bound: exact, but infinities stay floats."""
    if isinstance(value, str | list | dict) or (isinstance(value, float) and math.isinf(value)):
        return value
    return seconds(value) if isinstance(value, dt.date | dt.time | Moment) else Fraction(value)


def limit(bound: float | str, value: Any) -> Fraction:
    """Return a bound as exactly as it is written; against floating point numbers it is one itself."""
    if isinstance(bound, str):
        if isinstance(value, dt.time):
            return seconds(dt.time.fromisoformat(bound))
        when = dt.datetime.fromisoformat(bound)
        return seconds(when)
    return Fraction(bound) if isinstance(value, float) else Fraction(Decimal(repr(bound)))


def seconds(value: Any) -> Fraction:
    """Return seconds since the epoch, or since midnight."""
    if isinstance(value, Moment):
        return value.seconds
    if isinstance(value, dt.time):
        return Fraction(value.hour * 3600 + value.minute * 60 + value.second) + Fraction(value.microsecond, 10**6)
    if not isinstance(value, dt.datetime):
        return Fraction((value - dt.date(1970, 1, 1)).days * 86400)
    passed = (value if value.tzinfo else value.replace(tzinfo=dt.UTC)) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return Fraction(passed.days * 86400 + passed.seconds) + Fraction(passed.microseconds, 10**6)


def is_multiple(value: Any, of: float) -> bool:
    """Exact, but for floating point numbers, whose quotient may lie 1e-9 beside a whole number."""
    if isinstance(value, float):
        quotient = value / of
        return math.isfinite(quotient) and abs(quotient - round(quotient)) <= 1e-9
    return (Fraction(value) / Fraction(Decimal(repr(of)))).denominator == 1


def is_one_of(value: Any, words: Sequence[str]) -> bool:
    """Compare numbers as numbers, and everything else as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return text(value) in words
    if isinstance(value, float):
        return any(value == float(word) for word in words if is_number(word))
    return any(Fraction(value) == Fraction(Decimal(word)) for word in words if is_number(word))


def is_number(word: str) -> bool:
    """Whether a word is written like a finite number."""
    try:
        return Decimal(word).is_finite()
    except ArithmeticError:
        return False


def text(value: Any) -> str:
    """Return the one spelling of a value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Moment):
        whole = math.floor(value.seconds)
        moment = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=whole)  # noqa: DTZ001
        return f"{moment:%Y-%m-%d %H:%M:%S}".zfill(19) + part(value.seconds - whole) + ("+00" if value.zoned else "")
    if isinstance(value, dt.time):
        return f"{value:%H:%M:%S}" + part(Fraction(value.microsecond, 10**6))
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def part(fraction: Fraction) -> str:
    """Return a part of a second as text, without zeros at its end."""
    return f".{int(fraction * 10**9):09d}".rstrip("0") if fraction else ""
