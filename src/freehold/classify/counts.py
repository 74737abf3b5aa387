"""How many characters of each kind every value of a column has, counted for all of them at once over the column's own bytes.

It is what lets a column of a million values be asked which few of forty detectors it could concern, before any value is read.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

compute: Any = pyarrow.compute
"""The kernels of Arrow, whose types no stub tells."""

Values = Any
"""A column of any type: `pyarrow.Array` or `pyarrow.ChunkedArray`."""

Text = Any
"""A column of filled text: `pyarrow.LargeStringArray` without nulls."""

LONG = 160
"""Bytes above which a value is text and not counted: a count must fit into one byte."""

_SLICE = 16_384
_FIELDS = ("digits", "letters", "spaces", "dots", "dashes", "colons", "ats", "others")


def _table() -> np.ndarray[Any, np.dtype[np.uint64]]:
    kinds = np.full(256, _FIELDS.index("others"), dtype=np.uint64)
    kinds[128:] = _FIELDS.index("letters")
    for text, field in (("0123456789", 0), (" \t\n\r", 2), (".", 3), ("-", 4), (":", 5), ("@", 6)):
        kinds[[ord(char) for char in text]] = field
    kinds[ord("A") : ord("Z") + 1] = kinds[ord("a") : ord("z") + 1] = 1
    return np.left_shift(np.uint64(1), kinds * np.uint64(8))


_TABLE = _table()


class Counts:
    """The counts of the values of one array of strings without nulls; each attribute is one number for each value.

    Bytes of letters outside ASCII count one each. A value of more than `LONG` bytes has `lengths` alone.
    """

    def __init__(self, values: Text) -> None:
        """Count; values come filled, from `text_of`."""
        data, offsets = _buffers(values)
        self.lengths = np.diff(offsets)
        packed = np.zeros(len(self.lengths), dtype=np.uint64)
        for start in range(0, len(packed), _SLICE):
            stop = min(start + _SLICE, len(packed))
            packed[start:stop] = _packed(data, offsets[start : stop + 1], self.lengths[start:stop])
        packed[self.lengths > LONG] = 0
        parts = packed.astype("<u8").view(np.uint8).reshape(-1, 8)
        self._parts: Any = np.ascontiguousarray(parts.T)

    def of(self, field: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """Return how many characters of a kind each value has."""
        return self._parts[_FIELDS.index(field)]


def _buffers(values: Text) -> tuple[Any, Any]:
    _, offsets, data = values.buffers()
    held = (
        np.frombuffer(offsets, dtype=np.int64)[values.offset : values.offset + len(values) + 1]
        if offsets
        else np.zeros(1, np.int64)
    )
    return np.frombuffer(data, dtype=np.uint8) if data else np.zeros(0, dtype=np.uint8), held


def _packed(data: Any, offsets: Any, lengths: Any) -> Any:
    found = np.zeros(len(lengths), dtype=np.uint64)
    filled = lengths > 0
    if filled.any():
        part = _TABLE[data[offsets[0] : offsets[-1]]]
        found[filled] = np.add.reduceat(part, (offsets[:-1] - offsets[0])[filled])
    return found


def text_of(values: Values) -> Text:
    """Return the filled values of a column as trimmed text: null, blank, NaN and infinities are left out.

    Days are dates, and whole numbers have the zeros that they lost.
    """
    return _padded(_filled(_days(values)), values.type)


def _filled(values: Values) -> Text:
    array: Any = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_floating(array.type):
        array = _whole(array.filter(compute.is_finite(array)))
    text = compute.cast(array.drop_null(), pa.large_string())
    if pa.types.is_large_string(array.type) or pa.types.is_string(array.type):
        text = compute.utf8_trim_whitespace(text)
    filled = compute.not_equal(text, "")
    return text if compute.all(filled, min_count=0).as_py() else text.filter(filled)


def _whole(numbers: Any) -> Any:
    """Return floating-point numbers as integers where every one is."""
    if (
        len(numbers)
        and compute.all(compute.equal(compute.floor(numbers), numbers)).as_py()
        and compute.max(compute.abs(numbers)).as_py() < 2**53
    ):
        return compute.cast(numbers, pa.int64())
    return numbers


def _days(values: Values) -> Values:
    """Return timestamps that are all at midnight as the days that they are."""
    if not pa.types.is_timestamp(values.type):
        return values
    days = compute.floor_temporal(values, unit="day")
    return (
        compute.cast(values, pa.date32(), safe=False) if compute.all(compute.equal(days, values), min_count=0).as_py() else values
    )


def _padded(text: Text, kind: pa.DataType) -> Text:
    """Give whole numbers back the zeros that they lost in front, where most have one and the same length."""
    if not len(text) or pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_temporal(kind):
        return text
    lengths = compute.utf8_length(text)
    longest = compute.max(lengths).as_py()
    if (
        longest < 8
        or compute.min(lengths).as_py() < longest - 3
        or compute.mean(compute.cast(compute.equal(lengths, longest), pa.float64())).as_py() < 0.6
    ):
        return text
    return compute.utf8_lpad(text, longest, "0")
