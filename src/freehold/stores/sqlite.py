"""What the stores in SQLite files share: opening, a transaction that is whole or not at all, and errors of ours."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

from freehold.errors import StoreFailed, StoreFull
from freehold.stores.files import FULL

_FULL_NAMES = frozenset({"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"})
_VERSION = "create table if not exists meta (name text primary key, value integer not null) without rowid"


class Database:
    """One SQLite file (WAL, synchronous NORMAL) and the lock around it. Safe in any thread, and beside other processes.

    What was written stays through a crash of the process; the last writes may be lost with the machine's power.
    """

    def __init__(self, path: Path, *, schema: str, version: int, remedy: str) -> None:
        """Open the file at `path`, made where it is missing; `remedy` is what to do where it cannot be used.

        Raises:
            StoreFull, StoreFailed: It cannot be made or opened, or is of a newer Freehold.
        """
        self._path, self._remedy = path, remedy
        self._lock = threading.RLock()
        with self._guarded("opened"):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode = wal", "synchronous = normal"):
                self._database.execute(f"pragma {pragma}").fetchall()
        with self.writing() as database:
            for statement in (_VERSION, *schema.split(";\n")):
                database.execute(statement)
            database.execute("insert or ignore into meta values ('schema', ?)", (version,))
        if self.rows("select value from meta where name = 'schema'")[0][0] > version:
            self.close()
            raise StoreFailed(f"`{path}` was written by a newer Freehold", remedy="use that version, or remove the file")

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a question gives."""
        with self._guarded("read"):
            return self._database.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """Write all that the block does, or nothing of it."""
        with self._guarded("written"), transaction(self._database):
            yield self._database

    def close(self) -> None:
        """Let go of the file; harmless when that was done already."""
        with self._lock:
            self._database.close()

    @contextlib.contextmanager
    def _guarded(self, what: str) -> Generator[None]:
        """Hold the lock, and turn what SQLite or the system says into an error of ours."""
        with self._lock:
            try:
                yield
            except (sqlite3.Error, OSError) as error:
                if is_full(error):
                    raise StoreFull(f"`{self._path}` could not be {what}: the disk is full", remedy="make room") from error
                raise StoreFailed(f"`{self._path}` could not be {what}", remedy=self._remedy) from error


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Generator[None]:
    """Write all that the block does, or nothing of it."""
    database.execute("begin immediate")
    try:
        yield
        database.execute("commit")
    except BaseException:
        if database.in_transaction:
            database.execute("rollback")
        raise


def is_full(error: Exception) -> bool:
    """Return whether SQLite or the system said that there is no room left."""
    return getattr(error, "sqlite_errorname", "") in _FULL_NAMES or getattr(error, "errno", None) in FULL
