"""What counts probes over data that lies on this machine, a user's own file or a table in memory: nothing of it is of the mesh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from freehold.model.query import InspectedColumn
from freehold.model.rule import Probe

if TYPE_CHECKING:
    import pyarrow as pa

Local = Any
"""A path of a Parquet or CSV file or a glob of such (`str` or `os.PathLike`), or a table in memory: a pandas or Polars frame, a
DuckDB relation, or whatever gives an Arrow stream (`__arrow_c_stream__`)."""

Progress = Callable[[float], None]
"""Hears how much of the work is done, from 0 to 1."""


class Prober(Protocol):
    """A backend for local data. All of them count alike: what each probe means stands in `model.rule`."""

    def columns(self, data: Local) -> tuple[InspectedColumn, ...]:
        """Return the columns as the data has them, in its order; `logical` is `nested` for lists, structs and maps.

        Raises:
            SourceUnreadable: A file is missing, corrupt or of another format.
            ParameterInvalid: The data is no table.
        """
        ...

    def count(self, data: Local, probes: Sequence[Probe], progress: Progress | None = None) -> tuple[float | None, ...]:
        """Return what each probe counts, in the order of `probes`; None is the newest of no values.

        Every probe names columns that the data has (case does not count), of a type that fits the one the probe declares.

        Raises:
            SourceUnreadable, ParameterInvalid: As `columns`.
        """
        ...

    def samples(self, data: Local, probe: Probe, limit: int) -> pa.Table:
        """Return at most `limit` whole rows that a probe counts, in the order of the data as far as it has one.

        Of `SURPLUS` it is the rows of values that come more than once; of `ROWS` and `NEWEST` there is none.

        Raises:
            SourceUnreadable, ParameterInvalid: As `columns`.
        """
        ...
