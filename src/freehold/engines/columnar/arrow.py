"""pyarrow as the kernel uses it. Its stubs know few of the types that its functions take: arrays and their types are `Any` here.

INVARIANT: the kernel has pyarrow convert nothing from Python or NumPy, and nothing to NumPy: it would first import pandas, wherever
that is installed, and a test of a small file would wait for it longer than for all else.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow  # noqa: ICN001  (`pa` is the one below)

pa: Any = pyarrow

Array = Any
"""A `pyarrow.Array` of any type."""

DataType = Any
"""A `pyarrow.DataType`."""

RecordBatch = Any
"""A `pyarrow.RecordBatch`."""

Reader = Any
"""A `pyarrow.RecordBatchReader`."""

Schema = pyarrow.Schema
Table = pyarrow.Table

Numbers = np.ndarray[Any, np.dtype[Any]]
"""Numbers, or True and False, in one dimension."""


def of_numbers(values: Numbers) -> Array:
    """Return numbers as an Arrow array over the same memory."""
    whole = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(whole.dtype), len(whole), [None, pa.py_buffer(whole)])


def of_texts(words: Iterable[str], type_: DataType | None = None) -> Array:
    """Return texts as an Arrow array of `type_`, one of texts or of bytes: by default `string`."""
    chosen = pa.string() if type_ is None else type_
    held = [word.encode() for word in words]
    wide = pa.types.is_large_string(chosen) or pa.types.is_large_binary(chosen)
    ends = np.array([0, *accumulate(map(len, held))], np.int64 if wide else np.int32)
    return pa.Array.from_buffers(chosen, len(held), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(held))])


def numbers_of(array: Array) -> Numbers:
    """Return an Arrow array of numbers or of True and False, without nulls, as NumPy has it; numbers over the same memory."""
    content, first, size = array.buffers()[1], array.offset, len(array)
    if pa.types.is_boolean(array.type):
        held = np.frombuffer(content, np.uint8)[first // 8 : (first + size + 7) // 8] if size else np.empty(0, np.uint8)
        return np.unpackbits(held, bitorder="little")[first % 8 : first % 8 + size].view(np.bool_)
    kind = np.dtype(array.type.to_pandas_dtype())
    return np.frombuffer(content, kind, size, first * kind.itemsize) if size else np.empty(0, kind)
