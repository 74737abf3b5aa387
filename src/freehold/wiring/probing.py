"""Which backend counts over a user's own files and tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from freehold.engines.columnar.memory import Memory
from freehold.engines.columnar.prober import ColumnarProber
from freehold.model.query import InspectedColumn
from freehold.model.rule import Probe
from freehold.ports.probing import AzureSqlTable, Local, PostgresTable, Prober, Progress
from freehold.wiring.clock import SystemClock

if TYPE_CHECKING:
    import pyarrow as pa


def open_prober(counts: Path | None = None) -> Prober:
    """Return what counts probes over local data; the file `counts` remembers what was counted in files that do not change.

    Raises:
        StoreFull, StoreFailed: That file cannot be made or opened.
    """
    return _ByKind(ColumnarProber(threads=os.cpu_count() or 1, memory=None if counts is None else _memory(counts)))


class _ByKind:
    """The backend of each kind of data: that of a server for its tables, which brings the compiler along, else the kernel."""

    def __init__(self, columnar: Prober) -> None:
        self._columnar = columnar
        self._postgres: Prober | None = None
        self._azure_sql: Prober | None = None

    def columns(self, data: Local) -> tuple[InspectedColumn, ...]:
        return self._of(data).columns(data)

    def unsuited(self, data: Local, probe: Probe) -> str | None:
        return self._of(data).unsuited(data, probe)

    def brought(self, data: Local, probe: Probe) -> str | None:
        return self._of(data).brought(data, probe)

    def count(self, data: Local, probes: Sequence[Probe], progress: Progress | None = None) -> tuple[float | None, ...]:
        return self._of(data).count(data, probes, progress)

    def samples(self, data: Local, probe: Probe, limit: int) -> pa.Table:
        return self._of(data).samples(data, probe, limit)

    def _of(self, data: Local) -> Prober:
        if isinstance(data, AzureSqlTable):
            if self._azure_sql is None:
                self._azure_sql = _open_azure_sql()
            return self._azure_sql
        if not isinstance(data, PostgresTable):
            return self._columnar
        if self._postgres is None:
            from freehold.engines.postgres.prober import PostgresProber

            self._postgres = PostgresProber()
        return self._postgres


def _open_azure_sql() -> Prober:
    from freehold.engines.azuresql.prober import AzureSqlProber
    from freehold.wiring.databases import read_access
    from freehold.wiring.settings import read_sql_database

    return AzureSqlProber(read_sql_database(), read_access(), threads=os.cpu_count() or 1)


def _memory(path: Path) -> Memory:
    from freehold.stores.counts import SqliteCounts

    return Memory(SqliteCounts(path), SystemClock())
