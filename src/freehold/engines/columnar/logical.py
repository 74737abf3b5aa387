"""The manifest's word for an Arrow type."""

from __future__ import annotations

from freehold.engines.columnar.arrow import DataType, pa
from freehold.engines.columnar.spelling import is_text
from freehold.engines.columnar.values import plain_type


def logical(type_: DataType) -> str:
    """Return the logical type of values of an Arrow type; `nested` of lists, structs and maps.

    >>> logical(pa.uint8()), logical(pa.decimal128(10, 2)), logical(pa.list_(pa.string()))
    ('integer', 'decimal(10,2)', 'nested')
    """
    plain = plain_type(type_)
    if pa.types.is_decimal(plain):
        return f"decimal({plain.precision},{plain.scale})"
    words = (
        (is_text, "string"),
        (pa.types.is_integer, "integer"),
        (pa.types.is_floating, "number"),
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_date, "date"),
        (pa.types.is_timestamp, "timestamp"),
        (pa.types.is_time, "time"),
        (pa.types.is_null, "string"),
        (pa.types.is_nested, "nested"),
    )
    return next((word for fits, word in words if fits(plain)), "binary")
