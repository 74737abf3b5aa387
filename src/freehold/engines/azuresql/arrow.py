"""What Freehold's logical types are as Arrow, where a database gave them."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

_TYPES = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "string": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "time": pa.time64("us"),
    "binary": pa.binary(),
}


def schema_of(columns: Iterable[tuple[str, str]]) -> pa.Schema:
    """Return the schema of columns by name and logical type.

    >>> schema_of([("n", "integer"), ("amount", "decimal(9,2)")]).types
    [DataType(int64), Decimal128Type(decimal128(9, 2))]
    """
    return pa.schema([pa.field(name, _type(logical)) for name, logical in columns])


def _type(logical: str) -> pa.DataType:
    if logical.startswith("decimal("):
        digits, scale = logical[len("decimal(") : -1].split(",")
        return pa.decimal128(int(digits), int(scale))
    return _TYPES[logical]
