"""What the tables of a node's databases hold now: columns, a fingerprint of all of it, and how many rows each entity has."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
import weakref
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, NoReturn

from freehold.compiler.tsql.columns import SqlColumn, SqlTable
from freehold.compiler.tsql.measure import COLUMNS, entity_counts, fingerprint, newest
from freehold.engines.azuresql.connection import Access, Connection
from freehold.errors import EngineFailed, SourceUnreadable
from freehold.model.place import SqlDatabase
from freehold.model.product import Source
from freehold.model.query import EntityRows, InspectedColumn, Inspection

SECONDS = 300.0
"""How long a statement may take that looks at a whole table."""

_HELD = 1.0
"""Seconds for which what a table holds is not looked at anew."""

_KEPT = 1_024
_MOST_LEFT = 32


class Tables:
    """The tables that products of one node are; `keyed` digests a fingerprint, so that it tells nothing of the values."""

    def __init__(self, databases: Mapping[str, SqlDatabase], access: Access, keyed: Callable[[bytes], bytes]) -> None:
        """Reach `databases`, by their name in `mesh.yaml`."""
        self._databases, self._access, self._keyed = databases, access, keyed
        self._lock = threading.Lock()
        self._opened: dict[str, weakref.WeakSet[Connection]] = {name: weakref.WeakSet() for name in databases}
        self._tables: dict[Source, SqlTable] = {}
        self._versions: dict[Source, tuple[float, str, int]] = {}
        self._counted: dict[tuple[Source, str], tuple[str, EntityRows | None]] = {}

    @contextlib.contextmanager
    def connected(self, source: Source, seconds: float = SECONDS) -> Generator[Connection]:
        """Give a connection to the database of a source.

        Raises:
            SourceUnreadable, SettingInvalid: As `Connection`.
        """
        with contextlib.closing(self.connect(source, seconds)) as connection:
            yield connection

    def connect(self, source: Source, seconds: float) -> Connection:
        """Return a connection to the database of a source, to be closed.

        Raises:
            SourceUnreadable, SettingInvalid: As `Connection`; or too many calls to that database were left behind.
        """
        known = self._databases
        name = source.database or (next(iter(known)) if len(known) == 1 else "")
        if name not in known:
            _refuse(source, "names no database of this node", "list it under `databases` of the node in mesh.yaml")
        with self._lock:
            left = sum(opened.left for opened in self._opened[name])
        if left >= _MOST_LEFT:
            _refuse(source, "is in a database that does not answer", "look after the server and the network to it")
        connection = Connection(known[name], self._access, seconds)
        with self._lock:
            self._opened[name].add(connection)
        return connection

    def table(self, source: Source, connection: Connection | None = None) -> SqlTable:
        """Return a source's columns, as they were when its version was last looked at.

        Raises:
            SourceUnreadable: There is no such table, or it cannot be read.
        """
        held = self._tables.get(source)
        if held is not None:
            return held
        if connection is None:
            with self.connected(source) as opened:
                return self.table(source, opened)
        schema, dot, name = source.path.partition(".")
        if not dot or not schema or not name:
            _refuse(source, "is no SCHEMA.TABLE", "write it as `table: dbo.customers`")
        with _read(source):
            found = connection.rows(COLUMNS, (schema, name))
        columns = columns_of(found)
        if not columns:
            _refuse(source, "is not there, or this node may not see it", "check `source.table`, and grant SELECT on it")
        table = SqlTable(schema=schema, name=name, columns=columns)
        self._keep(self._tables, source, table)
        return table

    def version(self, source: Source) -> str:
        """Return the data version: a keyed digest of the columns, of how many rows there are and of all that is in them.

        Raises:
            SourceUnreadable: As `table`.
        """
        return self._version(source)[0]

    def inspect(self, source: Source) -> Inspection:
        """Return what the table holds; its age is known where `changedAt` names a column, and else as old as can be.

        Raises:
            SourceUnreadable: As `table`.
        """
        version, rows = self._version(source)
        table = self.table(source)
        columns = tuple(InspectedColumn(name=item.name, logical=item.logical, physical=item.physical) for item in table.columns)
        return Inspection(columns=columns, rows=rows, version=version, refreshed_at=self._refreshed(source))

    def entity_rows(self, source: Source, name: str) -> EntityRows | None:
        """Return how many rows each value of a column has, counted once for each version; None where that cannot be.

        Raises:
            SourceUnreadable: As `table`.
        """
        version = self.version(source)
        held = self._counted.get((source, name))
        if held is not None and held[0] == version:
            return held[1]
        column = self.table(source).column(name)
        statements = entity_counts(self.table(source), column) if column is not None else None
        counted = self._count(source, statements) if statements is not None else None
        self.forget(source)
        if self.version(source) != version:
            counted = None
        self._keep(self._counted, (source, name), (version, counted))
        return counted

    def forget(self, source: Source) -> None:
        """Look at a source anew the next time that its version is asked for."""
        self._versions.pop(source, None)

    def _version(self, source: Source) -> tuple[str, int]:
        held = self._versions.get(source)
        if held is not None and time.monotonic() < held[0]:
            return held[1], held[2]
        self._tables.pop(source, None)
        with self.connected(source) as connection, _read(source):
            table = self.table(source, connection)
            ((rows, total),) = connection.rows(fingerprint(table))
        told = repr((source, table, int(rows), str(total or 0))).encode()
        version = self._keyed(told).hex()[:32]
        self._keep(self._versions, source, (time.monotonic() + _HELD, version, int(rows)))
        return version, int(rows)

    def _refreshed(self, source: Source) -> float:
        column = self.table(source).column(source.changed_at) if source.changed_at is not None else None
        if column is None or column.logical not in {"date", "timestamp"}:
            return 0.0
        with self.connected(source) as connection, _read(source):
            ((found,),) = connection.rows(newest(self.table(source), column))
        return _seconds(found)

    def _count(self, source: Source, statements: tuple[str, str]) -> EntityRows:
        with self.connected(source) as connection, _read(source):
            ((rows, named),) = connection.rows(statements[0])
            largest = connection.rows(statements[1])
        return EntityRows(rows=int(rows), nameless=int(rows) - int(named), largest=tuple(int(row[0]) for row in largest))

    def _keep(self, held: dict[Any, Any], key: Any, value: Any) -> None:
        with self._lock:
            if len(held) >= _KEPT:
                held.clear()
            held[key] = value


def columns_of(rows: Iterable[tuple[Any, ...]]) -> tuple[SqlColumn, ...]:
    """Return the columns that rows of `measure.COLUMNS` describe."""
    return tuple(SqlColumn(name=row[0], type=row[1].lower(), length=row[2], precision=row[3], scale=row[4]) for row in rows)


@contextlib.contextmanager
def _read(source: Source) -> Generator[None]:
    try:
        yield
    except EngineFailed:
        _refuse(source, "cannot be read", "grant the node's identity SELECT on it")


def _seconds(found: dt.date | dt.datetime | None) -> float:
    """Return a newest value, which is in UTC, in seconds since 1970."""
    if found is None:
        return 0.0
    moment = found if isinstance(found, dt.datetime) else dt.datetime.combine(found, dt.time())
    return moment.replace(tzinfo=dt.UTC).timestamp()


def _refuse(source: Source, why: str, remedy: str) -> NoReturn:
    raise SourceUnreadable(f"the table `{source.path}` {why}", remedy=remedy, source=source.path)
