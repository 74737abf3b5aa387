"""The plainest reading of what probes mean: one row after another, in Python, over plain values. Slow and easy to believe."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from freehold.model.rule import Constraint, Probe, ProbeKind

Row = Mapping[str, Any]


def count(rows: Sequence[Row], probe: Probe) -> float | None:
    """Return what a probe counts over rows of plain values."""
    if probe.kind is ProbeKind.ROWS:
        return len(rows)
    if probe.kind is ProbeKind.NEWEST:
        return max((seconds(value) for value in (row[probe.columns[0]] for row in rows) if value is not None), default=None)
    if probe.kind is ProbeKind.SURPLUS:
        keys = [tuple(row[name] for name in probe.columns) for row in rows]
        return sum(number - 1 for number in Counter(key for key in keys if not any(map(is_missing, key))).values())
    return sum(counts(row[probe.columns[0]], probe) for row in rows)


def counts(value: Any, probe: Probe) -> bool:
    """Return whether a probe counts a row by the value of its column."""
    type_ = probe.types[0]
    if probe.kind is ProbeKind.NULLS:
        return is_missing(value)
    if probe.kind is ProbeKind.MISSING:
        return is_missing(value) or is_listed(value, type_, probe.missing)
    assert probe.constraint is not None
    return not is_missing(value) and not is_valid(value, type_, probe.constraint)


def is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def is_valid(value: Any, type_: str, constraint: Constraint) -> bool:
    length = len(value) if isinstance(value, str) else 0
    return all(
        (
            constraint.pattern is None or re.fullmatch(constraint.pattern, text(value), re.ASCII) is not None,
            constraint.min_length is None or length >= constraint.min_length,
            constraint.max_length is None or length <= constraint.max_length,
            not constraint.values or is_listed(value, type_, constraint.values),
            constraint.minimum is None or comparable(value, type_) >= comparable(constraint.minimum, type_),
            constraint.maximum is None or comparable(value, type_) <= comparable(constraint.maximum, type_),
            constraint.exclusive_minimum is None or comparable(value, type_) > comparable(constraint.exclusive_minimum, type_),
            constraint.exclusive_maximum is None or comparable(value, type_) < comparable(constraint.exclusive_maximum, type_),
            constraint.multiple_of is None or is_multiple(value, type_, constraint.multiple_of),
        )
    )


def is_listed(value: Any, type_: str, values: Sequence[str]) -> bool:
    if type_ == "number" or type_.startswith("decimal"):
        exact = [item for item in values if item != "n/a"]
        return any(comparable(value, type_) == (float(item) if type_ == "number" else Decimal(item)) for item in exact)
    return text(value) in values


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def comparable(value: Any, type_: str) -> Any:
    if type_ == "timestamp":
        return seconds(dt.datetime.fromisoformat(value) if isinstance(value, str) else value)
    if type_ in {"date", "time"} and isinstance(value, str):
        return {"date": dt.date, "time": dt.time}[type_].fromisoformat(value)
    if type_ == "number":
        return float(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    return Decimal(value) if isinstance(value, int) else value


def is_multiple(value: Any, type_: str, factor: float) -> bool:
    if type_ == "number":
        quotient = float(value) / factor
        return math.isfinite(quotient) and abs(quotient - round(quotient)) <= 1e-9
    return Decimal(value) % Decimal(repr(factor)) == 0


def seconds(value: dt.date) -> float:
    if not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
    aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return (aware - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).total_seconds()
