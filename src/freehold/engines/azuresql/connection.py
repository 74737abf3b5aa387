"""One connection to a database of Azure SQL: read-only intent, encrypted unless it is on this machine, stopped in time.

Nothing that the server or its driver says is passed on: it may hold values, names of hosts, or what was tried to get in.
"""

from __future__ import annotations

import contextlib
import logging
import math
import struct
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
import pyarrow as pa

from freehold.engines.azuresql.aside import Aside, LeftBehind
from freehold.errors import (
    AccountRefused,
    AccountUnreachable,
    EngineFailed,
    FreeholdError,
    QueryCancelled,
    SettingInvalid,
    SourceUnreadable,
    TimeExceeded,
)
from freehold.model.place import SqlDatabase
from freehold.model.query import Value
from freehold.ports.tokens import TokenSource

SCOPE = "https://database.windows.net/.default"
PATIENCE = 15
"""Seconds until a server that does not answer counts as unreachable."""

MOST_ROWS = 8_192
"""The most rows of one batch."""

_ACCESS_TOKEN = 1256  # SQL_COPT_SS_ACCESS_TOKEN of Microsoft's ODBC driver
T = TypeVar("T")
_LOG = logging.getLogger("freehold.engine")


class Password(msgspec.Struct, frozen=True, kw_only=True):
    """A login of the server itself."""

    user: str
    password: str

    def __repr__(self) -> str:
        """Show who it is, never the password."""
        return f"Password(user={self.user!r})"


Access = TokenSource | Password | None
"""How a node gets in: by a token of Entra ID, by a login of the server, or not at all."""


class Connection:
    """A connection for one question; `cancel` may be called from any thread, `close` must be called."""

    def __init__(self, place: SqlDatabase, access: Access, seconds: float) -> None:
        """Connect; no statement may take longer than `seconds`.

        Raises:
            SettingInvalid: The driver is not installed, or nothing says how to get in.
            SourceUnreadable: The server cannot be reached, or lets nobody in; or there is no token.
        """
        self._place, self._seconds = place, seconds
        self._lock, self._ending = threading.Lock(), threading.Lock()
        self._cursor: Any = None
        self._stopped: FreeholdError | None = None
        text, attributes = _described(place, access)
        driver = _driver()
        try:
            self._connection: Any = driver.connect(text, autocommit=True, attrs_before=attributes, timeout=PATIENCE)
        except (driver.Error, RuntimeError, OSError):
            raise SourceUnreadable(
                f"the database `{place.name}` cannot be reached, or lets this node not in",
                remedy="check `databases` in mesh.yaml, the firewall of the server, and that the node's identity is a user there",
            ) from None
        self._connection.timeout = math.ceil(seconds)
        self._aside = Aside()
        self._errors = (driver.Error, RuntimeError, pa.ArrowException, OSError, ValueError, TypeError, ArithmeticError)

    @property
    def left(self) -> bool:
        """Whether a call to the server was left behind, and is still waiting for it."""
        return self._aside.left

    def ask(self, sql: str, values: Sequence[Value] = ()) -> None:
        """Start a statement, with `?` where its values go: they travel beside the text.

        Raises:
            TimeExceeded, QueryCancelled: It was stopped.
            EngineFailed: The server refuses it.
        """
        with self._lock:
            if self._stopped is not None:
                raise self._stopped
            cursor = self._cursor = self._connection.cursor()
        with self._said():
            self._call(lambda: cursor.execute(sql, tuple(values)) if values else cursor.execute(sql))

    def batches(self, schema: pa.Schema, rows: int = MOST_ROWS) -> Iterator[pa.RecordBatch]:
        """Yield what the statement gives, at most so many rows at a time, as `schema`, whose columns stand in its order.

        No column may be of unbounded length: the driver reads it without letting any other thread of the process run.

        Raises:
            As `ask`.
        """
        cursor = self._cursor
        while True:
            with self._said():
                batch = self._call(lambda: cursor.arrow_batch(rows))
                if batch.num_rows == 0:
                    return
                columns = [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a small answer.

        Raises:
            As `ask`.
        """
        self.ask(sql, values)
        cursor = self._cursor
        with self._said():
            return [tuple(row) for row in self._call(cursor.fetchall)]

    def cancel(self, why: FreeholdError) -> None:
        """Stop what runs, and whatever would; harmless once it is over. It returns at once, whatever the server does."""
        with self._lock:
            self._stopped = self._stopped or why
            cursor = self._cursor
        self._aside.hurry()
        if cursor is not None:
            threading.Thread(target=self._stop, args=(cursor,), name="azure-sql-stop", daemon=True).start()

    def close(self) -> None:
        """Close it; safe to call twice. A server that is gone without a word is not waited for."""
        with self._lock:
            connection, self._connection, self._cursor = self._connection, None, None
        if connection is not None:
            self._aside.last(lambda: self._close(connection))

    def _stop(self, cursor: Any) -> None:
        with self._ending, contextlib.suppress(Exception):
            if self._connection is not None:
                cursor.hstmt._cancel()  # noqa: SLF001  (the driver's one way that another thread may use)

    def _close(self, connection: Any) -> None:
        with self._ending, contextlib.suppress(*self._errors):
            connection.close()

    def _call(self, function: Callable[[], T]) -> T:
        try:
            return self._aside.call(function, self._seconds)
        except LeftBehind:
            self.cancel(timed_out(self._seconds))
            _LOG.warning("a call to the database %s was left behind: nothing comes from its server", self._place.name)
            raise self._stopped or timed_out(self._seconds) from None

    @contextlib.contextmanager
    def _said(self) -> Generator[None]:
        try:
            if self._stopped is not None:
                raise self._stopped
            yield
        except self._errors as error:
            if self._stopped is not None:
                raise self._stopped from None
            said = str(getattr(error, "driver_error", ""))
            _LOG.warning("Azure SQL answered with %s (%s)", type(error).__name__, said)
            if "imeout" in said:
                raise timed_out(self._seconds) from None
            raise EngineFailed(remedy="tell the node's operators the leaf number") from None


def timed_out(seconds: float) -> TimeExceeded:
    """Return the error of a query whose time is up."""
    return TimeExceeded(f"the query was stopped after {seconds:g} s", remedy="ask for less at a time", limit=seconds)


def cancelled() -> QueryCancelled:
    """Return the error of a query that its caller does not want any more."""
    return QueryCancelled()


def _driver() -> Any:
    try:
        import mssql_python
    except ImportError as error:
        raise SettingInvalid(
            "the driver for Azure SQL is not installed",
            remedy="install it with: pip install 'freehold[azure-sql]' (on Debian, also: apt-get install libltdl7)",
        ) from error
    mssql_python.pooling(enabled=False)  # what one caller's connection was is nobody else's
    return mssql_python


def _token(place: SqlDatabase, source: TokenSource) -> str:
    try:
        return source.token(SCOPE).value
    except (AccountRefused, AccountUnreachable) as error:
        _LOG.warning("no token for the database %s: %s", place.name, error.detail)
        raise SourceUnreadable(
            f"the database `{place.name}` cannot be entered: there is no token for it",
            remedy="check the application of the node at its tenant; its log says more",
        ) from None


def _described(place: SqlDatabase, access: Access) -> tuple[str, dict[int, bytes]]:
    """Return the connection string and what must be set before connecting."""
    parts = {
        "Server": ",".join(place.server.rsplit(":", 1)),
        "Database": place.database,
        "Encrypt": "no" if place.loopback else "yes",
        "TrustServerCertificate": "no",
        "ApplicationIntent": "ReadOnly",
        "ConnectRetryCount": "0",
    }
    attributes: dict[int, bytes] = {}
    if isinstance(access, Password):
        parts |= {"UID": access.user, "PWD": access.password}
    elif access is not None:
        token = _token(place, access).encode("utf-16-le")
        attributes[_ACCESS_TOKEN] = struct.pack("<I", len(token)) + token
    else:
        raise SettingInvalid(
            f"nothing says how to get into the database `{place.name}`",
            remedy="set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or FREEHOLD_SQL_USER and FREEHOLD_SQL_PASSWORD",
        )
    return ";".join(f"{name}={{{value.replace('}', '}}')}}}" for name, value in parts.items()), attributes
