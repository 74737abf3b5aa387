"""Tables of every type, with nulls, NaN, repeats and odd values, and probes that ask something of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from freehold.model.rule import Constraint, Probe, ProbeKind

COLUMNS: dict[str, tuple[str, pa.DataType]] = {
    "code": ("string", pa.string()),
    "units": ("integer", pa.int64()),
    "price": ("decimal(9,2)", pa.decimal128(9, 2)),
    "share": ("number", pa.float64()),
    "small": ("number", pa.float32()),
    "whole": ("number", pa.int32()),
    "open": ("boolean", pa.bool_()),
    "day": ("date", pa.date32()),
    "at": ("timestamp", pa.timestamp("us")),
    "zoned": ("timestamp", pa.timestamp("us", tz="Europe/Vienna")),
    "hour": ("time", pa.time64("us")),
    "nested": ("nested", pa.list_(pa.int32())),
}
"""Each column's logical and physical type; the nested one stands beside the others and is never asked about."""

_NUMBERS = [0.0, 1.0, -1.0, 0.1, 0.3, 2.5, 100.0, 1e-7, float("inf"), float("nan")]
_BOUNDS = st.sampled_from([0.0, 1.0, -1.5, 0.1, 0.3, 2.505, 99.99, 1e6])
_DAYS = ["2014-12-31", "2015-01-01", "2024-02-29"]
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "code": st.sampled_from(["", "a", "ab", "AB-1", "é", "line\nbreak", "n/a", "'quoted'", "🤦🏼"]),
    "units": st.sampled_from([0, 1, -1, 3, 7, 100, 2**63 - 1, -(2**63)]),
    "price": st.sampled_from([Decimal(text) for text in ("0.00", "0.05", "-1.50", "2.50", "2.51", "99.99", "9999999.99")]),
    "share": st.sampled_from(_NUMBERS),
    "small": st.sampled_from(_NUMBERS),
    "whole": st.sampled_from([0, 1, -1, 100]),
    "open": st.booleans(),
    "day": st.sampled_from([dt.date.fromisoformat(day) for day in _DAYS]),
    "at": st.sampled_from(
        [dt.datetime.fromisoformat(text) for text in ("2015-01-01T00:00:00", "2014-12-31T23:59:59.999999", "1969-12-31T12:00:00")]
    ),
    "zoned": st.sampled_from([dt.datetime(2014, 12, 31, 23, tzinfo=dt.UTC), dt.datetime(2015, 1, 1, tzinfo=dt.UTC)]),
    "hour": st.sampled_from([dt.time(8), dt.time(7, 59, 59, 999_999), dt.time(23, 59)]),
    "nested": st.lists(st.integers(0, 3), max_size=2),
}
_LISTED = {
    "string": ("a", "AB-1", "", "n/a", "'quoted'"),
    "integer": ("0", "-1", "7"),
    "decimal(9,2)": ("0.05", "2.50", "n/a"),
    "number": ("0.0", "0.1", "1.0", "n/a"),
    "boolean": ("true",),
    "date": ("2015-01-01",),
}
_PATTERNS = {
    "string": ["a", "a|ab", "[A-Z]{2}-[0-9]", ".*", "(a+)+b", ""],
    "integer": ["-?[0-9]"],
    "boolean": ["true"],
    "date": ["2015-.*"],
}


def tables(most: int = 12) -> st.SearchStrategy[pa.Table]:
    """Return tables of all columns: none, one or several rows, any value of which may be null."""
    row = st.fixed_dictionaries({name: st.none() | values for name, values in _VALUES.items()})
    schema = pa.schema([(name, physical) for name, (_, physical) in COLUMNS.items()])
    return st.lists(row, max_size=most).map(lambda rows: pa.Table.from_pylist(rows, schema=schema))


@st.composite
def probes(draw: st.DrawFn) -> Probe:
    """Return a probe of one kind over columns that it suits."""
    kind = draw(st.sampled_from(list(ProbeKind)))
    asked = [name for name in COLUMNS if name != "nested"]
    if kind is ProbeKind.ROWS:
        return Probe(kind=kind)
    if kind is ProbeKind.NEWEST:
        asked = ["day", "at", "zoned"]
    if kind is ProbeKind.SURPLUS:
        names = tuple(draw(st.lists(st.sampled_from(asked), min_size=1, max_size=3, unique=True)))
        return Probe(kind=kind, columns=names, types=tuple(COLUMNS[name][0] for name in names))
    if kind is ProbeKind.MISSING:
        asked = [name for name in asked if COLUMNS[name][0] in _LISTED]
    name = draw(st.sampled_from(asked))
    type_ = COLUMNS[name][0]
    missing = draw(listed(type_)) if kind is ProbeKind.MISSING else ()
    constraint = draw(constraints(type_)) if kind is ProbeKind.INVALID else None
    return Probe(kind=kind, columns=(name,), types=(type_,), missing=missing, constraint=constraint)


def listed(type_: str) -> st.SearchStrategy[tuple[str, ...]]:
    """Return lists of values as a manifest of that type has them once it is bound."""
    return st.lists(st.sampled_from(_LISTED.get(type_, ("",))), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def constraints(draw: st.DrawFn, type_: str) -> Constraint:
    """Return a constraint that suits a type."""
    bound: st.SearchStrategy[Any] = st.none()
    if type_ in {"integer", "decimal(9,2)", "number"}:
        bound = st.none() | _BOUNDS
    elif type_ == "date":
        bound = st.none() | st.sampled_from(_DAYS)
    elif type_ == "timestamp":
        bound = st.none() | st.sampled_from(["2015-01-01T00:00:00", "2015-01-01T00:00:00+01:00", "2014-12-31"])
    elif type_ == "time":
        bound = st.none() | st.sampled_from(["08:00:00", "07:59:59.999999"])
    numeric = type_ in {"integer", "decimal(9,2)", "number"}
    length = st.none() | st.integers(0, 4) if type_ == "string" else st.none()
    return Constraint(
        pattern=draw(st.none() | st.sampled_from(_PATTERNS[type_])) if type_ in _PATTERNS else None,
        minimum=draw(bound),
        maximum=draw(bound),
        exclusive_minimum=draw(bound),
        exclusive_maximum=draw(bound),
        multiple_of=draw(st.none() | st.sampled_from([1.0, 0.05, 0.1, 3.0, 2.5, 0.001])) if numeric else None,
        min_length=draw(length),
        max_length=draw(length),
        values=draw(st.just(()) | listed(type_)) if type_ in _LISTED else (),
    )
