"""The one connection to a PostgreSQL database: who owns it, changes whole or not at all, one new try after it broke.

Which server, as whom and with which key is known to libpq alone. Nothing that the server says is passed on.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any

import psycopg

from freehold.errors import StoreFailed, StoreFull
from freehold.stores.datamap.postgres.kept import from_kept, to_kept

_LOCK = 0x66726565686F6C64
"""The advisory lock of the process that serves the database ("freehold")."""

_SETTINGS = (
    "set client_encoding = 'UTF8'",
    "set search_path = freehold_datamap, pg_catalog, pg_temp",
    "set standard_conforming_strings = on",
    "set statement_timeout = '300s'",
    "set lock_timeout = '2s'",
    "set idle_in_transaction_session_timeout = '300s'",
    "set tcp_keepalives_idle = 30",
    "set tcp_keepalives_interval = 10",
    "set tcp_keepalives_count = 3",
    "set default_transaction_isolation = 'read committed'",
    "set default_transaction_read_only = off",
    "set jit = off",
    "set max_parallel_workers_per_gather = 0",
    "set random_page_cost = 1.1",
)
"""With the server's own watch on the line: where it is cut, the lock of the session that is gone is free within a minute.

Statements are short and meant for an index: to compile one, to start a process for a part of it, or to read a table takes longer.
"""

_WATCH: dict[str, Any] = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
_TEXT = psycopg.postgres.types["text"].oid
_Connection = psycopg.Connection[tuple[Any, ...]]


class Writing:
    """A change under way."""

    def __init__(self, connection: _Connection) -> None:
        """Write by a connection that has begun a transaction."""
        self._connection = connection

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a question gives."""
        return _rows(self._connection, sql, values)

    def execute(self, sql: str, *values: Any) -> None:
        """Run a statement."""
        self._connection.execute(sql.encode(), [to_kept(value) for value in values])

    def copy(self, into: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows to a table (with its columns, if not all), in one go."""
        with self._connection.cursor() as cursor, cursor.copy(f"copy {into} from stdin".encode()) as copy:
            for row in rows:
                copy.write_row([to_kept(value) for value in row])


class Database:
    """The schema `freehold_datamap` of one database, and the lock around it. Safe in any thread; no other process has it."""

    def __init__(self, service: str, *, schema: str, version: int, lift: Callable[[Writing], None]) -> None:
        """Connect to what `service` of libpq's service file names, and make the schema where it is missing.

        `lift` makes tables of this version of those of an older one, wholly or not at all.

        Raises:
            StoreFull, StoreFailed: It cannot be reached or made, another process has it, or it is of a newer Freehold.
        """
        self._service = service
        self._lock = threading.RLock()
        self._connection: _Connection | None = None
        self._opened = 0
        with self._lock, self._guarded("opened"):
            connection = self._connect()
            try:
                self._opened = self._lay(connection, schema, version, lift)
            except BaseException:
                connection.close()
                raise
            self._connection = connection

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a question gives; where the connection has broken it is asked once more, by a new one."""
        with self._lock, self._guarded("read"):
            connection = self._ready()
            try:
                return _rows(connection, sql, values)
            except psycopg.OperationalError:
                if not connection.closed:
                    raise
            return _rows(self._ready(), sql, values)

    @contextlib.contextmanager
    def still(self) -> Generator[None]:
        """Let nothing be written while the block asks several questions: they see the same."""
        with self._lock:
            yield

    @contextlib.contextmanager
    def writing(self) -> Generator[Writing]:
        """Write all that the block does, or nothing of it. Once something was written, nothing is tried again."""
        with self._lock, self._guarded("written"):
            connection = self._begun()
            try:
                yield Writing(connection)
            except BaseException:
                self._undo(connection)
                raise
            self._commit(connection)

    def analyze(self, tables: str) -> None:
        """Let the server estimate anew what lies in tables, which its plans rest on; if it cannot, it does so later by itself."""
        with self._lock, contextlib.suppress(psycopg.Error):
            if self._connection is not None:
                self._connection.execute(f"analyze (skip_locked) {tables}".encode())

    def close(self) -> None:
        """Let go of the database; harmless when that was done already."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()

    def _connect(self) -> _Connection:
        connection = psycopg.connect(
            service=self._service,
            application_name="freehold",
            connect_timeout=10,
            autocommit=True,
            prepare_threshold=None,
            **_WATCH,
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: _Connection) -> None:
        """Set what our statements count on, and become the one process that uses the database."""
        for setting in _SETTINGS:
            connection.execute(setting.encode())
        if _rows(connection, "show server_encoding")[0][0] != "UTF8":
            raise StoreFailed(
                f"the database of `{self._service}` does not hold Unicode", remedy="make it with the encoding UTF8, or name another"
            )
        try:
            connection.execute(b"select pg_advisory_lock(%s)", [_LOCK])
        except psycopg.errors.LockNotAvailable:
            raise StoreFailed(
                f"another catalogue is using the database of `{self._service}`",
                remedy="stop it first, or name another database: each serves one process",
            ) from None

    def _lay(self, connection: _Connection, schema: str, version: int, lift: Callable[[Writing], None]) -> int:
        """Make what is missing, and return how often the schema has been opened."""
        with connection.transaction():
            if _rows(connection, "select to_regnamespace('freehold_datamap') is null")[0][0]:
                connection.execute(b"create schema freehold_datamap")
            if _rows(connection, "select to_regclass('freehold_datamap.meta') is null")[0][0]:
                connection.execute(b"create table freehold_datamap.meta (name text primary key, value bigint not null)")
                connection.execute(b"insert into meta values ('schema', %s), ('opened', 0)", [version])
                for statement in schema.split(";\n"):
                    connection.execute(statement.encode())
            ((written,),) = _rows(connection, "select value from meta where name = 'schema'")
            if written > version:
                raise StoreFailed(
                    f"the database of `{self._service}` was written by a newer Freehold",
                    remedy="use that version, or drop its schema freehold_datamap",
                )
            if written < version:
                lift(Writing(connection))
                connection.execute(b"update meta set value = %s where name = 'schema'", [version])
            ((opened,),) = _rows(connection, "update meta set value = value + 1 where name = 'opened' returning value")
        return opened

    def _ready(self) -> _Connection:
        """Return the connection, a new one where it has broken and nobody else has used the database since."""
        if self._connection is None or self._connection.closed:
            connection = self._connect()
            ((opened,),) = _rows(connection, "select value from meta where name = 'opened'")
            if opened != self._opened:
                connection.close()
                raise StoreFailed(
                    f"another catalogue has used the database of `{self._service}` meanwhile", remedy="start this one again"
                )
            self._connection = connection
        return self._connection

    def _begun(self) -> _Connection:
        connection = self._ready()
        try:
            connection.execute(b"begin")
        except psycopg.OperationalError:
            if not connection.closed:
                raise
            connection = self._ready()
            connection.execute(b"begin")
        return connection

    def _commit(self, connection: _Connection) -> None:
        try:
            connection.execute(b"commit")
        except psycopg.Error:
            if not connection.closed:
                self._undo(connection)
                raise
            raise StoreFailed(
                f"the connection to the database of `{self._service}` broke while a change was written",
                remedy="look whether it is there before you send it again",
            ) from None

    def _undo(self, connection: _Connection) -> None:
        if not connection.closed:
            try:
                connection.execute(b"rollback")
            except psycopg.Error:
                connection.close()

    @contextlib.contextmanager
    def _guarded(self, what: str) -> Generator[None]:
        """Turn what the server or its driver says into an error of ours."""
        where = f"the database of `{self._service}`"
        try:
            yield
        except psycopg.errors.DiskFull:
            raise StoreFull(f"{where} could not be {what}: its disk is full", remedy="make room") from None
        except psycopg.Error as error:
            state = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
            raise StoreFailed(
                f"{where} could not be {what}{state}", remedy="see whether its server runs, and what its log says; then ask again"
            ) from None


def _rows(connection: _Connection, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    cursor = connection.execute(sql.encode(), [to_kept(value) for value in values])
    found = cursor.fetchall()
    if all(column.type_code != _TEXT for column in cursor.description or ()):
        return found
    return [tuple(from_kept(value) for value in row) for row in found]
