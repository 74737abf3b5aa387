"""Columns of every Arrow type that a file or a frame may have, their values as Python has them, and constraints that suit them."""

from __future__ import annotations

import datetime as dt
import struct
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from freehold.engines.columnar.arrow import Array, DataType, pa
from freehold.model.rule import Constraint, Probe, ProbeKind
from spec.probes import Moment

UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
PATTERNS = (
    "a*",
    "[^@ ]+@[^@ ]+",
    r"\w+",
    r"[^a]*",
    r".*9?",
    r"a|b.|@9\S*",
    r"(?:a|[0-9]){2,3}",
    r"[\s\w-]*",
    "é?[a-é]+",
    "a\n?",
    r"^[^\d]+$",
    r"\D\W?a*",
)


@dataclass(frozen=True)
class Kind:
    """A type of column: its values, and constraints on them."""

    type: DataType
    values: st.SearchStrategy[Any]
    constraints: st.SearchStrategy[Constraint]
    words: st.SearchStrategy[tuple[str, ...]]
    is_key: bool = True
    is_newest: bool = False


def _limits(bounds: st.SearchStrategy[Any], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Constraint]:
    sides = ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum")
    keys = {**dict.fromkeys(sides, bounds), **more}
    return st.lists(st.sampled_from(sorted(keys)), min_size=1, max_size=2, unique=True).flatmap(
        lambda chosen: st.builds(Constraint, **{key: keys[key] for key in chosen})
    )


TEXT = st.text(st.sampled_from("a@9é b\n-"), max_size=6)
NUMBERS = st.sampled_from([-3.0, -0.5, 0.0, 0.1, 0.5, 1.0, 2.5, 3.0, 100.0, 9007199254740993.0, 1e19, -1e30])
STEPS = st.sampled_from([0.01, 0.1, 0.5, 1.0, 3.0, 1e19])
WORDS = st.lists(
    st.sampled_from(
        ["", "a", "a@9", "1", "1.0", "0", "-3", "0.1", "true", "2020-02-29", "2020-02-29 12:00:00", "n/a", "18446744073709551615"]
    ),
    min_size=1,
    max_size=3,
).map(tuple)
_TEXTS = _limits(NUMBERS).map(lambda _: Constraint(min_length=1)) | st.builds(
    Constraint,
    pattern=st.none() | st.sampled_from(PATTERNS),
    min_length=st.none() | st.integers(0, 3),
    max_length=st.none() | st.integers(0, 6),
    values=st.just(()) | WORDS,
)
_DATES = st.sampled_from(["2020-02-29", "1969-12-31", "2020-02-29T12:00:00", "2020-02-29T12:00:00.000001+02:00", "0001-01-01"])
_INTS = _limits(NUMBERS, multiple_of=STEPS, pattern=st.sampled_from(["[0-9]+", "-?1.*"]), values=WORDS)


def _integer(type_: DataType, low: int, high: int) -> Kind:
    edges = st.sampled_from([edge for edge in (low, high, 0, 1, -3, 3, 2**53 + 1) if low <= edge <= high])
    return Kind(type_, edges | st.integers(max(low, -5), min(high, 5)) | st.integers(low, high), _INTS, WORDS)


def _half(value: float) -> float:
    return struct.unpack("e", struct.pack("e", value))[0]


def _single(value: float) -> float:
    return struct.unpack("f", struct.pack("f", value))[0]


def _floating(type_: DataType, width: int) -> Kind:
    values = st.sampled_from([0.0, -0.0, 0.1, 0.5, 3.0, float("nan"), float("inf"), float("-inf")]) | st.floats(width=width)  # pyright: ignore[reportArgumentType]
    narrow = {16: _half, 32: _single, 64: float}[width]
    return Kind(type_, values.map(narrow), _limits(NUMBERS, multiple_of=st.sampled_from([0.1, 0.5, 3.0]), values=WORDS), WORDS)


def _decimal(type_: DataType) -> Kind:
    top = 10**type_.precision - 1
    digits = st.sampled_from([0, 1, -1, top, -top, 10**type_.scale]) | st.integers(-top, top)
    values = digits.filter(lambda value: abs(value) <= top).map(lambda value: Decimal(value).scaleb(-type_.scale, _exactly))
    return Kind(type_, values, _limits(NUMBERS, multiple_of=STEPS, values=WORDS), WORDS)


def _timestamp(unit: str, zone: str | None) -> Kind:
    near = st.sampled_from([0, 1582977600, 1582977600 - 7200, -1]).map(lambda value: value * UNITS[unit])
    ticks = near | near.map(lambda value: value + 1) | st.integers(-(10**9) * UNITS[unit], 4 * 10**9 * UNITS[unit])
    values = ticks.map(lambda value: Moment(Fraction(value, UNITS[unit]), zone is not None))
    return Kind(pa.timestamp(unit, zone), values, _limits(_DATES, values=WORDS), WORDS, is_newest=True)


_exactly = Context(prec=100)
_DAYS = st.sampled_from([dt.date(2020, 2, 29), dt.date(1969, 12, 31), dt.date(1970, 1, 1)]) | st.dates(dt.date(1700, 1, 1))
_PLAIN = st.just(Constraint())
KINDS = {
    "string": Kind(pa.string(), TEXT, _TEXTS, WORDS),
    "large_string": Kind(pa.large_string(), TEXT, _TEXTS, WORDS),
    "string_view": Kind(pa.string_view(), TEXT, _TEXTS, WORDS),
    "int8": _integer(pa.int8(), -(2**7), 2**7 - 1),
    "int32": _integer(pa.int32(), -(2**31), 2**31 - 1),
    "int64": _integer(pa.int64(), -(2**63), 2**63 - 1),
    "uint8": _integer(pa.uint8(), 0, 2**8 - 1),
    "uint64": _integer(pa.uint64(), 0, 2**64 - 1),
    "float": _floating(pa.float32(), 32),
    "double": _floating(pa.float64(), 64),
    "halffloat": _floating(pa.float16(), 16),
    "decimal": _decimal(pa.decimal128(10, 2)),
    "whole decimal": _decimal(pa.decimal128(5, 0)),
    "wide decimal": _decimal(pa.decimal128(38, 10)),
    "widest decimal": _decimal(pa.decimal256(60, 20)),
    "bool": Kind(pa.bool_(), st.booleans(), st.builds(Constraint, values=WORDS, pattern=st.none() | st.just("t.*")), WORDS),
    "date32": Kind(pa.date32(), _DAYS, _limits(_DATES, values=WORDS, pattern=st.just("20.*")), WORDS, is_newest=True),
    "date64": Kind(pa.date64(), _DAYS, _limits(_DATES, values=WORDS), WORDS, is_newest=True),
    "time": Kind(pa.time64("us"), st.times(), _limits(st.sampled_from(["00:00:00", "12:30:00.5"]), values=WORDS), WORDS),
    "null": Kind(pa.null(), st.none(), _PLAIN, WORDS, is_newest=True),
    **{f"{unit} {zone}": _timestamp(unit, zone) for unit in UNITS for zone in (None, "UTC", "Europe/Berlin")},
}
"""Every type that can be judged, by a name for people."""

NESTED = (pa.list_(pa.int64()), pa.struct([("x", pa.int64()), ("y", pa.string())]), pa.map_(pa.string(), pa.int64()))


def arrow(kind: Kind, values: list[Any]) -> Array:
    """Return the values as an Arrow array of their type."""
    if pa.types.is_timestamp(kind.type):
        ticks = [None if value is None else int(value.seconds * UNITS[kind.type.unit]) for value in values]
        return pa.array(ticks, pa.int64()).cast(kind.type)
    return pa.array(values, kind.type)


def probes(name: str, kind: Kind) -> st.SearchStrategy[Probe]:
    """Return probes of one column."""
    kinds = [
        st.just(Probe(kind=ProbeKind.NULLS, columns=(name,))),
        st.builds(Probe, kind=st.just(ProbeKind.MISSING), columns=st.just((name,)), missing=kind.words),
        st.builds(Probe, kind=st.just(ProbeKind.INVALID), columns=st.just((name,)), constraint=kind.constraints),
        st.just(Probe(kind=ProbeKind.SURPLUS, columns=(name,))),
    ]
    if kind.is_newest:
        kinds.append(st.just(Probe(kind=ProbeKind.NEWEST, columns=(name,))))
    return st.one_of(kinds)
