"""Counts of files in one SQLite file: digests and numbers, nothing of the data, and nothing that cannot be counted again."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Generator, Mapping
from pathlib import Path

from freehold.errors import StoreFailed, StoreFull
from freehold.stores.sqlite import is_full, transaction

MOST = 200_000
"""How many counts are remembered; the oldest go first."""

_TABLE = """
create table if not exists count_1 (
    number integer primary key, state text not null, what text not null, found real, unique (state, what))"""


class SqliteCounts:
    """A `ports.counts.Counts` in a file."""

    def __init__(self, path: Path, *, most: int = MOST) -> None:
        """Open the file at `path`, made where it is missing.

        Raises:
            StoreFull, StoreFailed: It cannot be made or opened.
        """
        self._path = path
        self._most = most
        self._lock = threading.Lock()
        with self._guarded("opened"):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            for statement in ("pragma journal_mode = wal", "pragma synchronous = normal", _TABLE):
                self._database.execute(statement).fetchall()

    def find(self, state: str) -> Mapping[str, float | None]:
        """Return what is known of one state.

        Raises:
            StoreFailed: The file cannot be read.
        """
        with self._guarded("read"):
            return dict(self._database.execute("select what, found from count_1 where state = ?", (state,)).fetchall())

    def keep(self, state: str, found: Mapping[str, float | None]) -> None:
        """Remember counts of one state.

        Raises:
            StoreFull, StoreFailed: They could not be written.
        """
        rows = [(state, what, number) for what, number in found.items()]
        with self._guarded("written"), transaction(self._database):
            self._database.executemany("insert or replace into count_1 (state, what, found) values (?, ?, ?)", rows)
            self._database.execute("delete from count_1 where number <= (select max(number) from count_1) - ?", (self._most,))

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
                raise StoreFailed(
                    f"`{self._path}` could not be {what}", remedy="it holds nothing that cannot be had again: remove the file"
                ) from error
