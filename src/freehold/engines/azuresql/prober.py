"""A `ports.Prober` over tables of Azure SQL: counted there as far as T-SQL means the same, and of the rest the columns are brought.

What is brought is counted batch by batch by the kernel, and never held. Nothing that the server says is passed on.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Generator, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from freehold.compiler.tsql.columns import SqlColumn, SqlTable
from freehold.compiler.tsql.fitting import Unwritable
from freehold.compiler.tsql.measure import COLUMNS
from freehold.engines.azuresql.conditions import Said, same
from freehold.engines.azuresql.connection import Access, Connection
from freehold.engines.azuresql.counting import any_of, columns_of, columns_whole, counting, counts_row, rows_that
from freehold.engines.azuresql.pieces import LONGEST, asked
from freehold.engines.azuresql.tables import columns_of as described
from freehold.engines.columnar.prober import ColumnarProber
from freehold.errors import EngineFailed, SourceUnreadable, TimeExceeded
from freehold.model.place import SqlDatabase
from freehold.model.query import InspectedColumn
from freehold.model.rule import Probe, ProbeKind
from freehold.ports.probing import AzureSqlTable, Progress

TIMEOUT = 300.0
"""Seconds that one statement may take."""

MEMORY = 1 << 29
"""The most bytes that the pieces of long values take while they are put together."""

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  (what a database gives is in UTC, and says no zone)


class AzureSqlProber:
    """Counts probes where the table is, or over the columns that it takes. Safe in any thread."""

    def __init__(self, place: SqlDatabase, access: Access, *, threads: int = 2, timeout: float = TIMEOUT) -> None:
        """Reach the database at `place` by `access`; no statement takes longer than `timeout` seconds."""
        self._place, self._access, self._timeout = place, access, timeout
        self._kernel = ColumnarProber(threads=threads)
        self._tables: dict[AzureSqlTable, SqlTable] = {}

    def columns(self, data: AzureSqlTable) -> tuple[InspectedColumn, ...]:
        """Return the columns of the table.

        Raises:
            SourceUnreadable: There is no such table, or the server cannot be reached.
            SettingInvalid: The driver is not installed, or nothing says how to get in.
        """
        self._tables.pop(data, None)
        with self._connected(data) as connection:
            columns = self._table(data, connection).columns
        return tuple(InspectedColumn(name=item.name, logical=item.logical, physical=item.physical) for item in columns)

    def unsuited(self, data: AzureSqlTable, probe: Probe) -> str | None:
        """Return that a column which has to be brought holds a value too long for it.

        Raises:
            SourceUnreadable, SettingInvalid, TimeExceeded: As `count`.
        """
        if self.brought(data, probe) is None:
            return None
        table = self._table(data, None)
        long = columns_whole(table, [column for column in columns_of(table, probe) if column.unbounded])
        if not long.shown:
            return None
        with self._connected(data) as connection:
            (longest,) = connection.rows(long.lengths())
        if any(length is not None and length > LONGEST for length in longest):
            return f"A value of `{probe.columns[0]}` is longer than the {LONGEST:,} bytes that are read of one."
        return None

    def brought(self, data: AzureSqlTable, probe: Probe) -> str | None:
        """Return why the columns of a probe are brought: T-SQL cannot say it so that it means the same.

        Raises:
            SourceUnreadable, SettingInvalid: As `columns`.
        """
        with self._connected(data) if data not in self._tables else contextlib.nullcontext() as connection:
            table = self._table(data, connection)
        try:
            counting(table, [probe])
        except Unwritable as reason:
            why = f"T-SQL cannot say {reason.construct} so that it means the same"
            return f"The values of `{probe.columns[0]}` were read from the server and counted here: {why}."
        return None

    def count(self, data: AzureSqlTable, probes: Sequence[Probe], progress: Progress | None = None) -> tuple[float | None, ...]:
        """Return what each probe counts, in the order of `probes`; None is the newest of no values.

        Raises:
            SourceUnreadable, SettingInvalid: As `columns`.
            TimeExceeded: A statement takes too long.
            MemoryExceeded: A probe is `unsuited`.
            DataChanged: A long value grew while it was read.
        """
        there = [probe for probe in dict.fromkeys(probes) if self.brought(data, probe) is None]
        here = [probe for probe in dict.fromkeys(probes) if probe not in there]
        found: dict[Probe, float | None] = {}
        with self._connected(data) as connection:
            table = self._table(data, connection)
            statements, groups = counting(table, there), _together(table, here)
            parts = len(statements) + len(groups)
            for done, statement in enumerate(statements, 1):
                (row,) = connection.rows(statement.sql, statement.values)
                found |= {probe: _number(value) for probe, value in zip(statement.probes, row, strict=True)}
                _tell(progress, done / parts)
            for done, (columns, of) in enumerate(groups, len(statements) + 1):
                counts = self._kernel.count(_stream(connection, table, columns), of)
                found |= zip(of, counts, strict=True)
                _tell(progress, done / parts)
        return tuple(found[probe] for probe in probes)

    def samples(self, data: AzureSqlTable, probe: Probe, limit: int) -> pa.Table:
        """Return at most `limit` rows that a probe counts, without columns that are not served.

        Raises:
            SourceUnreadable, SettingInvalid, TimeExceeded, MemoryExceeded, DataChanged: As `count`.
        """
        if probe.kind in {ProbeKind.ROWS, ProbeKind.NEWEST}:
            return pa.table({})
        with self._connected(data) as connection:
            table = self._table(data, connection)
            try:
                said = counts_row(table, probe)
            except Unwritable:
                narrow = self._narrow(connection, table, probe, limit)
                try:
                    said = _values_of(columns_of(table, probe)[0], narrow)
                except Unwritable:  # nothing says there which rows they are
                    return narrow
            answer = asked(connection, rows_that(table, said, limit), MEMORY)
            return pa.Table.from_batches(list(answer.batches()), answer.schema)

    def _narrow(self, connection: Connection, table: SqlTable, probe: Probe, limit: int) -> pa.Table:
        """Return the first values of the probe's column that it counts, reading no further."""
        reader = _stream(connection, table, columns_of(table, probe))
        found: list[pa.Table] = []
        with contextlib.closing(reader):
            for batch in reader:
                left = limit - sum(part.num_rows for part in found)
                if left <= 0:
                    break
                found.append(self._kernel.samples(pa.Table.from_batches([batch]), probe, left))
        return pa.concat_tables(found) if found else reader.schema.empty_table()

    def _table(self, data: AzureSqlTable, connection: Connection | None) -> SqlTable:
        held = self._tables.get(data)
        if held is not None or connection is None:
            assert held is not None  # noqa: S101  (only who has a connection asks for what is not held)
            return held
        columns = described(connection.rows(COLUMNS, (data.schema, data.name)))
        if not columns:
            raise SourceUnreadable(
                f"there is no table `{data}`, or it may not be seen",
                remedy="check its schema and name, and that whoever asks was granted SELECT on it",
            )
        return self._tables.setdefault(data, SqlTable(schema=data.schema, name=data.name, columns=columns))

    @contextlib.contextmanager
    def _connected(self, data: AzureSqlTable) -> Generator[Connection]:
        try:
            connection = Connection(self._place, self._access, self._timeout)
        except SourceUnreadable:
            raise SourceUnreadable(
                f"the database of `{data}` cannot be reached, or lets nobody in",
                remedy="check FREEHOLD_SQL_SERVER, FREEHOLD_SQL_DATABASE, the server's firewall, and that who asks is a user there",
            ) from None
        with contextlib.closing(connection):
            try:
                yield connection
            except TimeExceeded:
                raise TimeExceeded(
                    f"`{data}` took longer to read than a statement may",
                    remedy="test it when the server has less to do, or a view of it",
                ) from None
            except EngineFailed:
                raise SourceUnreadable(
                    f"the server refuses to read `{data}`",
                    remedy="check that the table is there, and that who asks may select from it",
                ) from None


def _together(table: SqlTable, probes: Sequence[Probe]) -> list[tuple[list[SqlColumn], list[Probe]]]:
    """Return the columns to bring at a time, and what is counted of them: a long one by itself, the others in one pass."""
    groups: dict[str, tuple[dict[str, SqlColumn], list[Probe]]] = {}
    for probe in probes:
        (column,) = columns_of(table, probe)
        columns, of = groups.setdefault(column.name if column.unbounded else "", ({}, []))
        columns[column.name] = column
        of.append(probe)
    return [(list(columns.values()), of) for columns, of in groups.values()]


def _stream(connection: Connection, table: SqlTable, columns: Sequence[SqlColumn]) -> pa.RecordBatchReader:
    answer = asked(connection, columns_whole(table, columns), MEMORY)
    batches: Iterator[pa.RecordBatch] = answer.batches()
    return pa.RecordBatchReader.from_batches(answer.schema, batches)


def _values_of(column: SqlColumn, narrow: pa.Table) -> Said:
    values: Mapping[Any, None] = dict.fromkeys(narrow.column(0).to_pylist())
    return any_of([same(column, value) for value in values])


def _number(value: int | Decimal | dt.date | None) -> float | None:
    """Return a count, or a newest value in seconds since 1970."""
    if isinstance(value, dt.date):
        moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001
        return (moment - _EPOCH).total_seconds()
    return None if value is None else float(value)


def _tell(progress: Progress | None, part: float) -> None:
    if progress is not None:
        progress(part)
