"""One query under way: bounded in time, rows and memory, stoppable from any thread; the engine's own words stay inside."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping

import duckdb
import pyarrow as pa

from freehold.engines.duckdb.deadline import Deadlines
from freehold.errors import (
    EngineFailed,
    FreeholdError,
    MemoryExceeded,
    QueryCancelled,
    QueryInvalid,
    RowsExceeded,
    TimeExceeded,
)
from freehold.model.query import Limits, Value

_LOG = logging.getLogger("freehold.engine")
_BATCH = 122_880
_VALUES = (duckdb.DataError, duckdb.NotSupportedError)
_VALUES_SAID = ("Conversion Error", "Out of Range Error", "Invalid Input Error")
"""How the engine begins what it says through Arrow, where the kind of the error is lost."""

_BROKEN_SAID = ("FATAL Error", "INTERNAL Error")
"""How the engine begins what it says once its session can be used no more."""

_STATIC = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.InvalidInputException)


class DuckDBExecution:
    """Implements `ports.engine.Execution` over one cursor."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        limits: Limits,
        deadlines: Deadlines,
        *,
        answered: Callable[[], None] = lambda: None,
        broken: Callable[[], None] = lambda: None,
    ) -> None:
        """Own `cursor` until `close`; `deadlines` interrupts it when its time is up.

        `answered` is called once it is closed, where the answer was read to its end; `broken` is told that its session is lost.
        """
        self._broken = broken
        self._cursor = cursor
        self._limits = limits
        self._answered = answered
        self._whole = False
        self._cancelled = threading.Event()
        self._expired = threading.Event()
        self._deadline = deadlines.after(limits.seconds, self._expire)
        self._reader: pa.RecordBatchReader | None = None

    def start(self, sql: str, parameters: Mapping[str, Value]) -> None:
        """Run `sql` up to its first rows.

        Raises:
            As `batches`.
        """
        if self._cancelled.is_set():
            self.close()
            raise self._told(None)
        try:
            self._cursor.execute(sql, dict(parameters)) if parameters else self._cursor.execute(sql)
            self._reader = self._cursor.to_arrow_reader(_BATCH)
        except (duckdb.Error, pa.ArrowException, RuntimeError) as error:
            self.close()
            raise self._told(error) from None

    @property
    def schema(self) -> pa.Schema:
        """The answer's Arrow schema."""
        assert self._reader is not None  # noqa: S101  (start came first)
        return self._reader.schema

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield record batches; see `ports.engine.Execution.batches`."""
        assert self._reader is not None  # noqa: S101
        rows = 0
        try:
            while (batch := self._next()) is not None:
                rows += batch.num_rows
                if rows > self._limits.rows:
                    raise RowsExceeded(
                        f"the answer has more than {self._limits.rows:,} rows",
                        remedy="aggregate, filter, or add a LIMIT",
                        limit=self._limits.rows,
                    )
                if batch.num_rows:
                    yield batch
        finally:
            self.close()

    def cancel(self) -> None:
        """Stop the query; harmless once it is over."""
        self._cancelled.set()
        with contextlib.suppress(duckdb.Error):
            self._cursor.interrupt()

    def close(self) -> None:
        """Give back the cursor and the deadline."""
        self._deadline.cancel()
        self._reader = None
        self._cursor.close()
        if self._whole:
            self._whole = False
            self._answered()

    def _next(self) -> pa.RecordBatch | None:
        if self._cancelled.is_set() or self._expired.is_set():
            raise self._told(None)
        try:
            return self._reader.read_next_batch() if self._reader is not None else None
        except StopIteration:
            self._whole = True
            return None
        except (duckdb.Error, pa.ArrowException, RuntimeError, OSError) as error:
            raise self._told(error) from None

    def _expire(self) -> None:
        self._expired.set()
        with contextlib.suppress(duckdb.Error):
            self._cursor.interrupt()

    def _told(self, error: Exception | None) -> FreeholdError:
        """Translate whatever the engine said into a constant text that depends on no value."""
        if str(error).startswith(_BROKEN_SAID):
            self._broken()
        if self._expired.is_set():
            return TimeExceeded(
                f"the query was stopped after {self._limits.seconds:g} s",
                remedy="ask for less at a time",
                limit=self._limits.seconds,
            )
        if self._cancelled.is_set():
            return QueryCancelled()
        _LOG.warning("engine error of kind %s", type(error).__name__)
        if isinstance(error, duckdb.OutOfMemoryException | MemoryError) or "Out of Memory" in str(error):
            return MemoryExceeded(remedy="aggregate earlier, or ask for fewer rows at a time", limit=self._limits.memory)
        if isinstance(error, _STATIC):
            return QueryInvalid(remedy="check the types that are compared and the arguments of each function")
        if isinstance(error, _VALUES) or str(error).startswith(_VALUES_SAID):
            return QueryInvalid(remedy="a value does not fit the type it is given; use try_cast where that may be")
        return EngineFailed(remedy="tell the node's operators the leaf number")
