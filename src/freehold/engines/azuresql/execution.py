"""Questions under way that Azure SQL has a part in: one that runs there whole, and one that runs here over what was brought."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa

from freehold.compiler.tsql.pieces import Statement
from freehold.engines.azuresql.arrow import schema_of
from freehold.engines.azuresql.connection import Connection, cancelled, timed_out
from freehold.engines.azuresql.pieces import Answer, asked
from freehold.engines.duckdb.deadline import Deadline
from freehold.errors import RowsExceeded
from freehold.model.query import Limits
from freehold.ports.engine import Execution


class WholeExecution:
    """Implements `ports.engine.Execution` over one statement of a connection."""

    def __init__(self, connection: Connection, statement: Statement, limits: Limits, deadline: Deadline) -> None:
        """Own the connection, and the deadline that stops it; nothing is asked yet."""
        self._connection, self._statement, self._limits, self._deadline = connection, statement, limits, deadline
        self._answer: Answer | None = None
        self.schema = schema_of(statement.columns)

    def ask(self) -> None:
        """Ask the statement; raises as `pieces.asked`."""
        self._answer = asked(self._connection, self._statement, self._limits.memory)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield record batches; see `ports.engine.Execution.batches`."""
        rows = 0
        try:
            for batch in self._answer.batches() if self._answer is not None else ():
                rows += batch.num_rows
                if rows > self._limits.rows:
                    raise RowsExceeded(
                        f"the answer has more than {self._limits.rows:,} rows",
                        remedy="aggregate, filter, or add a LIMIT",
                        limit=self._limits.rows,
                    )
                yield batch
        finally:
            self.close()

    def cancel(self) -> None:
        """Stop the query; harmless once it is over."""
        self._connection.cancel(cancelled())

    def close(self) -> None:
        """Give back the connection."""
        self._deadline.cancel()
        self._connection.close()


class BroughtExecution:
    """Implements `ports.engine.Execution` over one that reads what was brought; `ended` is called once it is over."""

    def __init__(self, inner: Execution, ended: Callable[[], None]) -> None:
        """Own `inner`."""
        self._inner, self._ended = inner, ended

    @property
    def schema(self) -> pa.Schema:
        """The answer's Arrow schema."""
        return self._inner.schema

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield record batches; see `ports.engine.Execution.batches`."""
        try:
            yield from self._inner.batches()
        finally:
            self.close()

    def cancel(self) -> None:
        """Stop the query; harmless once it is over."""
        self._inner.cancel()

    def close(self) -> None:
        """Give back what it holds."""
        self._inner.close()
        self._ended()


__all__ = ["BroughtExecution", "WholeExecution", "timed_out"]
