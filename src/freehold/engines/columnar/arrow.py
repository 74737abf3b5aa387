"""pyarrow as the kernel uses it. Its stubs know few of the types that its functions take: arrays and their types are `Any` here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow  # noqa: ICN001  (`pa` is the one below)
import pyarrow.compute

pa: Any = pyarrow
pc: Any = pyarrow.compute

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
