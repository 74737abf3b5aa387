"""An engine over a node's files and its tables of Azure SQL: one rule says what runs where (docs/azure-data.md).

A plan over one table in which everything means exactly the same in T-SQL runs there whole. Of every other, the permitted view comes
here, into a file that only its question sees, and the plan runs over it as over any file: in a locked session behind the barrier.
The file lies in the node's own folder, since columns and rows may be in it that nobody is shown.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from freehold.compiler.tsql.fitting import Unwritable
from freehold.compiler.tsql.pieces import Statement
from freehold.compiler.tsql.view import Fetched, fetched
from freehold.compiler.tsql.whole import whole
from freehold.engines.azuresql.connection import Access, cancelled, timed_out
from freehold.engines.azuresql.execution import BroughtExecution, WholeExecution
from freehold.engines.azuresql.pieces import Answer, asked
from freehold.engines.azuresql.tables import Tables
from freehold.engines.duckdb.deadline import Deadlines
from freehold.engines.duckdb.engine import DuckDBEngine
from freehold.engines.duckdb.sources import Files
from freehold.engines.workspace import Workspace, opened, writing
from freehold.errors import MemoryExceeded, SourceUnreadable
from freehold.model.federation import FederatedPlan
from freehold.model.place import SqlDatabase
from freehold.model.product import AZURE_SQL, Source
from freehold.model.query import Barrier, EnforcedPlan, EntityRows, Inspection, Limits, Value
from freehold.ports.engine import Execution, Stop

_LOG = logging.getLogger("freehold.engine")


class AzureSqlEngine:
    """Implements `ports.engine.Engine`: what is in files is left to the engine over files."""

    def __init__(
        self,
        files: DuckDBEngine,
        databases: Mapping[str, SqlDatabase],
        access: Access,
        keyed: Callable[[bytes], bytes],
        folder: Path,
    ) -> None:
        """Own `files`; reach `databases`, by name, with `access`; `keyed` digests what a table holds.

        What is brought lies below `folder`; what a process that was killed left there is removed now.
        """
        self._files = files
        self._workspace = Workspace(folder)
        self._workspace.tidy()
        self._tables = Tables(databases, access, keyed)
        self._deadlines = Deadlines()

    def inspect(self, source: Source) -> Inspection:
        """Return what the source holds now; see `ports.engine.Engine.inspect`."""
        return self._tables.inspect(source) if source.engine == AZURE_SQL else self._files.inspect(source)

    def version(self, source: Source) -> str:
        """Return the data version of a source; see `ports.engine.Engine.version`."""
        return self._tables.version(source) if source.engine == AZURE_SQL else self._files.version(source)

    def at_hand(self, source: Source) -> bool:
        """Return whether nobody waits for `version`; see `ports.engine.Engine.at_hand`."""
        return source.engine != AZURE_SQL and self._files.at_hand(source)

    def entity_rows(self, source: Source, column: str) -> EntityRows | None:
        """Return how many rows each value of a column has; see `ports.engine.Engine.entity_rows`."""
        if source.engine == AZURE_SQL:
            return self._tables.entity_rows(source, column)
        return self._files.entity_rows(source, column)

    def run(self, plan: EnforcedPlan, parameters: Mapping[str, Value], limits: Limits, stop: Stop | None = None) -> Execution:
        """Start an enforced plan; see `ports.engine.Engine.run`."""
        there = [barrier for barrier in plan.barriers if barrier.source.engine == AZURE_SQL]
        if not there:
            return self._files.run(plan, parameters, limits, stop)
        used = {name: parameters[name] for name in plan.parameters}
        for barrier in there:
            self._tables.forget(barrier.source)
        try:
            written = whole(plan, self._tables.table(there[0].source), used)
        except Unwritable as reason:
            _LOG.info("a plan over a table of Azure SQL runs on the node: %s", reason.construct)
            return self._brought(plan, there, used, limits, stop)
        return self._whole(there[0].source, written, limits, stop)

    def combine(
        self,
        plan: FederatedPlan,
        answers: Mapping[str, pa.Table],
        parameters: Mapping[str, Value],
        limits: Limits,
        stop: Stop | None = None,
    ) -> Execution:
        """Start what is left of a question over answers of its homes; see `ports.engine.Engine.combine`."""
        return self._files.combine(plan, answers, parameters, limits, stop)

    def close(self) -> None:
        """End every session, and remove what was brought."""
        self._files.close()
        self._workspace.close()

    def _whole(self, source: Source, written: Statement, limits: Limits, stop: Stop | None) -> Execution:
        connection, deadline = self._tables.connect(source, limits.seconds), None
        try:
            deadline = self._deadlines.after(limits.seconds, lambda: connection.cancel(timed_out(limits.seconds)))
            execution = WholeExecution(connection, written, limits, deadline)
            if stop is not None:
                stop.then(execution.cancel)
            execution.ask()
        except BaseException:
            if deadline is not None:
                deadline.cancel()
            connection.close()
            raise
        return execution

    def _brought(
        self, plan: EnforcedPlan, there: list[Barrier], used: Mapping[str, Value], limits: Limits, stop: Stop | None
    ) -> Execution:
        """Run a plan over what the permitted views of its tables give."""
        until = time.monotonic() + limits.seconds
        with writing():
            folder = Path(tempfile.mkdtemp(dir=self._workspace.folder()))
        try:
            brought: dict[str, tuple[Barrier, Files]] = {}
            room = limits.memory
            for at, barrier in enumerate(there):
                path = folder / f"{at}.parquet"
                part = self._fetched(plan, barrier, used)
                left = msgspec.structs.replace(limits, memory=room, seconds=max(until - time.monotonic(), 0.001))
                room -= self._fetch(barrier.source, part, path, left, stop)
                brought[barrier.relation] = (part.barrier, Files((str(path),), str(path), 0.0))
            left = msgspec.structs.replace(limits, seconds=max(until - time.monotonic(), 0.001))
            inner = self._files.run_over(plan, brought, used, left, stop)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return BroughtExecution(inner, lambda: shutil.rmtree(folder, ignore_errors=True))

    def _fetched(self, plan: EnforcedPlan, barrier: Barrier, used: Mapping[str, Value]) -> Fetched:
        part = fetched(plan, barrier, self._tables.table(barrier.source), used)
        if part is None:
            raise SourceUnreadable(f"the data of `{barrier.product}` does not have the columns that its schema promises")
        return part

    def _fetch(self, source: Source, part: Fetched, path: Path, limits: Limits, stop: Stop | None) -> int:
        """Write what a part gives into a file, and return its size in bytes in memory."""
        connection = self._tables.connect(source, limits.seconds)
        deadline = self._deadlines.after(limits.seconds, lambda: connection.cancel(timed_out(limits.seconds)))
        try:
            if stop is not None:
                stop.then(lambda: connection.cancel(cancelled()))
            return _write(asked(connection, part.statement, limits.memory), path, limits)
        finally:
            deadline.cancel()
            connection.close()


def _write(answer: Answer, path: Path, limits: Limits) -> int:
    size = 0
    with writing(), os.fdopen(opened(path), "wb") as file, pq.ParquetWriter(file, answer.schema) as writer:
        for batch in answer.batches():
            size += batch.nbytes
            if size + answer.held > limits.memory:
                raise MemoryExceeded(
                    "what the question needs of the table is more than it may bring here",
                    remedy="filter it by columns compared with values, or ask what runs in the database itself",
                    limit=limits.memory,
                )
            writer.write_batch(batch)
    return size
