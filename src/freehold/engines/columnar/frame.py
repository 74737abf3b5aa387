"""Tables in memory as data: Arrow tables and batches, pandas and Polars frames, and streams, which can be read once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from freehold.engines.columnar.arrow import Array, Reader, RecordBatch, Schema, Table, pa
from freehold.engines.columnar.file import Mark, check_unchanged
from freehold.engines.columnar.source import BATCH_ROWS, Columns, Task, reading, shared_out, step_rows
from freehold.errors import ParameterInvalid

TASK_ROWS = 1 << 18


class Frame:
    """A `source.Data` over an Arrow table."""

    def __init__(self, table: Table) -> None:
        """Take a table; it is not copied."""
        self._table = table

    @property
    def schema(self) -> Schema:
        """The table's columns."""
        return self._table.schema

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self._table.num_rows

    def tasks(self, groups: Sequence[Columns]) -> list[Task]:
        """Return each group of columns over some rows."""
        found: list[Task] = []
        for start in range(0, self._table.num_rows, TASK_ROWS):
            for place, group in enumerate(groups):
                part = self._table.select(list(group) if group else self._table.column_names[:1]).slice(start, TASK_ROWS)
                step = step_rows(part.nbytes / max(part.num_rows, 1))
                found.append(Task((place,), partial(part.to_batches, max_chunksize=step), part.nbytes + 1.0))
        return shared_out(found)

    def check(self) -> None:
        """A table does not change."""

    def close(self) -> None:
        """Nothing is held open."""


class Stream:
    """A `source.Data` over batches that come once, one after the other."""

    def __init__(self, reader: Reader, what: str, marks: Mapping[str, Mark] | None = None) -> None:
        """Take a reader that nobody has read from; `what` names it to people, `marks` are of the files behind it."""
        self._reader = reader
        self._what = what
        self._marks = marks or {}

    @property
    def schema(self) -> Schema:
        """The columns of every batch."""
        return self._reader.schema

    @property
    def rows(self) -> int:
        """Nobody knows: a size that a board of keys may have all the same."""
        return 1 << 20

    def tasks(self, groups: Sequence[Columns]) -> Iterator[Task]:
        """Yield each batch with all columns.

        Raises:
            SourceUnreadable: The stream broke.
        """
        every = tuple(range(len(groups)))
        while True:
            with reading(self._what, "a stream of Arrow batches"):
                batch = next(self._reader, None)
            if batch is None:
                return
            for start in range(0, batch.num_rows, BATCH_ROWS):
                yield Task(every, partial(_one, batch.slice(start, BATCH_ROWS)), 0.0)

    def whole(self) -> Table:
        """Return all of it.

        Raises:
            SourceUnreadable: The stream broke.
        """
        with reading(self._what, "a stream of Arrow batches"):
            return self._reader.read_all()

    def check(self) -> None:
        """Check that no file behind the stream has changed.

        Raises:
            DataChanged: One has.
        """
        check_unchanged(self._marks)

    def close(self) -> None:
        """End the stream."""
        self._reader.close()


def frame(data: Any, wanted: Collection[str] | None) -> Frame | Stream:
    """Return a table in memory as data, with at least the columns of these folded names (None: all).

    Raises:
        ParameterInvalid: It is no table, or a column holds values of several types.
        SourceUnreadable: A stream breaks before its first batch.
    """
    if isinstance(data, pa.RecordBatchReader):
        return Stream(data, "the stream")
    if isinstance(data, Table):
        return Frame(data)
    if hasattr(type(data), "columns") and hasattr(data, "isna"):
        return Frame(_of_pandas(data, wanted))
    if hasattr(type(data), "columns") and hasattr(data, "collect_schema"):
        return Frame(_of_polars(data, wanted))
    with reading(type(data).__name__, "a stream of Arrow batches"):
        if hasattr(data, "__arrow_c_stream__"):
            return Stream(pa.RecordBatchReader.from_stream(data), type(data).__name__)
        if hasattr(data, "__arrow_c_array__"):
            return Frame(pa.Table.from_batches([pa.record_batch(data)]))
    raise ParameterInvalid(f"`{type(data).__name__}` is not a table", remedy="give a pandas or Polars frame, or an Arrow table")


def _of_pandas(data: Any, wanted: Collection[str] | None) -> Table:
    names = [str(name) for name in data.columns]
    kept = [place for place, name in enumerate(names) if wanted is None or name.casefold() in wanted]
    columns: list[Array] = []
    for place in kept or range(min(1, len(names))):
        try:
            found = pa.array(data.iloc[:, place], from_pandas=True)
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            raise ParameterInvalid(
                f"the column `{names[place]}` holds values of several types, or of one that Arrow does not know",
                remedy="give every value of the column one type",
            ) from error
        columns.append(found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found]))
    return pa.table(columns, names=[names[place] for place in kept or range(min(1, len(names)))])


def _of_polars(data: Any, wanted: Collection[str] | None) -> Table:
    names = [name for name in data.collect_schema().names() if wanted is None or name.casefold() in wanted]
    chosen = data.select(names) if names else data
    return (chosen.collect() if hasattr(chosen, "collect") else chosen).to_arrow()


def _one(batch: RecordBatch) -> tuple[RecordBatch]:
    return (batch,)
