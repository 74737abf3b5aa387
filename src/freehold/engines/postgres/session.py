"""One read-only transaction with a PostgreSQL server: which server and as whom is known to libpq alone (environment, service file).

Nothing that the server or its driver says is passed on: it may hold values, names of hosts, or what was tried to get in.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from freehold.errors import SettingInvalid, SourceUnreadable, TimeExceeded

if TYPE_CHECKING:
    import pyarrow as pa

_CANCELED = "57014"
_SETTINGS = (
    "default_transaction_read_only=on",
    r"default_transaction_isolation=repeatable\\ read",
    "standard_conforming_strings=on",
    "TimeZone=UTC",
    "DateStyle=ISO",
    "IntervalStyle=iso_8601",
)
_BATCH_BYTES = "4194304"


class Session:
    """A transaction under way."""

    def __init__(self, connection: Any, name: str) -> None:
        """Take a connection; `name` is what is read, for people."""
        self._connection = connection
        self._name = name

    def table(self, sql: str, parameters: Sequence[str] | None = None) -> pa.Table:
        """Return what a statement gives.

        Raises:
            SourceUnreadable: The server refuses it, or is gone.
            TimeExceeded: It takes too long.
        """
        with _said(self._name), self._connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetch_arrow_table()

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Yield what a statement gives, a few megabytes at a time.

        Raises:
            SourceUnreadable, TimeExceeded: As `table`.
        """
        from adbc_driver_postgresql import StatementOptions

        with _said(self._name), self._connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{StatementOptions.BATCH_SIZE_HINT_BYTES.value: _BATCH_BYTES})
            cursor.execute(sql)
            yield from cursor.fetch_record_batch()


@contextlib.contextmanager
def session(name: str, timeout: int, *, service: str | None = None, settings: Sequence[str] = ()) -> Generator[Session]:
    """Give a transaction in which nothing can be written and no statement takes longer than `timeout` seconds.

    `service` is a section of libpq's service file, by default the one of `PGSERVICE`; `settings` (`name=value`) are the server's.

    Raises:
        SettingInvalid: The driver is not installed.
        SourceUnreadable: The server cannot be reached, or lets nobody in.
    """
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError as error:
        raise SettingInvalid(
            "the driver for PostgreSQL is not installed", remedy="install it with: pip install 'freehold[postgres]'"
        ) from error
    chosen = " ".join(f"-c {item}" for item in (*_SETTINGS, *settings, f"statement_timeout={1_000 * timeout}"))
    where = f"service={service} " if service is not None else ""
    with _said(name):
        connection = dbapi.connect(f"{where}options='{chosen}' connect_timeout=10 application_name=freehold")
    with contextlib.closing(connection):
        yield Session(connection, name)


@contextlib.contextmanager
def _said(name: str) -> Generator[None]:
    """Turn what the driver says into what a user can mend."""
    from adbc_driver_postgresql import dbapi

    try:
        yield
    except (dbapi.Error, OSError) as error:  # the second is what a stream of batches breaks off with
        state = getattr(error, "sqlstate", None)
        if state == _CANCELED:
            raise TimeExceeded(
                f"`{name}` took longer to read than a statement may",
                remedy="test it when the server has less to do, or a view of it",
            ) from None
        if state is None:
            raise SourceUnreadable(
                f"the PostgreSQL server of `{name}` cannot be reached",
                remedy="say which with PGSERVICE, or PGHOST, PGPORT, PGDATABASE and PGUSER; passwords belong in PGPASSFILE",
            ) from None
        raise SourceUnreadable(
            f"the PostgreSQL server refuses to read `{name}` (SQLSTATE {state})",
            remedy="check that the table is there, and that the role may select from it",
        ) from None
