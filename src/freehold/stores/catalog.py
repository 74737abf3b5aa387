"""Catalogues in one SQLite file: what this node told last, and what it believed of others, so that a restart answers at once.

All but the version of the own catalogue can be had again, so writes are atomic and need not be on disk when they return.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Generator, Mapping
from pathlib import Path

from freehold.errors import StoreFailed, StoreFull
from freehold.ports.catalog import Copy, Failure, Told
from freehold.stores.sqlite import is_full, transaction

SCHEMA_VERSION = 1
_SCHEMA = """
create table if not exists meta (name text primary key, value integer not null) without rowid;
create table if not exists told (key text primary key, digest text not null, since integer not null) without rowid;
create table if not exists copy (node text primary key, key text not null, token text not null, at real not null) without rowid;
create table if not exists entry (node text, key text, entry blob not null, primary key (node, key)) without rowid;
create table if not exists failure (
    node text primary key, at real not null, code text not null, detail text not null) without rowid;
insert or ignore into meta values ('schema', 1), ('version', 0);
"""


class SqliteCatalogStore:
    """A `ports.catalog.CatalogStore` in a file. All methods may be called from any thread, and from several processes at once."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, made where it is missing.

        Raises:
            StoreFull, StoreFailed: It cannot be made or opened, or is of a newer Freehold.
        """
        self._path = path
        self._lock = threading.RLock()
        with self._guarded("opened"):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode = wal", "synchronous = normal"):
                self._database.execute(f"pragma {pragma}").fetchall()
        with self._writing():
            for statement in _SCHEMA.split(";\n"):
                self._database.execute(statement)
        if self._number("schema") > SCHEMA_VERSION:
            self.close()
            raise StoreFailed(f"`{path}` was written by a newer Freehold", remedy="use that version, or remove the file")

    def told(self) -> Told:
        """Return the own catalogue as it was told last."""
        with self._guarded("read"):
            rows = self._database.execute("select key, digest, since from told").fetchall()
        return Told(version=self._number("version"), entries={key: (digest, since) for key, digest, since in rows})

    def tell(self, version: int, changed: Mapping[str, str]) -> None:
        """Remember a version of the own catalogue and the digests that it changed, "" for a product that went."""
        with self._writing():
            self._database.execute("update meta set value = ? where name = 'version'", (version,))
            rows = [(key, digest, version) for key, digest in changed.items()]
            self._database.executemany("insert or replace into told values (?, ?, ?)", rows)

    def copies(self) -> tuple[Copy, ...]:
        """Return the catalogues of other nodes, by node."""
        entries: dict[str, dict[str, bytes]] = {}
        with self._guarded("read"):
            heads = self._database.execute("select node, key, token, at from copy order by node").fetchall()
            for node, key, entry in self._database.execute("select node, key, cast(entry as blob) from entry"):
                entries.setdefault(node, {})[key] = entry
        return tuple(Copy(node=node, key=key, token=token, at=at, entries=entries.get(node, {})) for node, key, token, at in heads)

    def failures(self) -> tuple[Failure, ...]:
        """Return why nodes could not be heard from, by node; none of a node that was since."""
        with self._guarded("read"):
            rows = self._database.execute("select node, at, code, detail from failure order by node").fetchall()
        return tuple(Failure(node=node, at=at, code=code, detail=detail) for node, at, code, detail in rows)

    def keep(self, copy: Copy) -> None:
        """Keep a catalogue in place of the one of its node."""
        with self._writing():
            self._database.execute("delete from entry where node = ?", (copy.node,))
            self._put(copy)

    def amend(self, copy: Copy, removed: tuple[str, ...]) -> None:
        """Keep a new head and the entries of `copy` beside those that are kept, without those of `removed`."""
        with self._writing():
            self._database.executemany("delete from entry where node = ? and key = ?", [(copy.node, key) for key in removed])
            self._put(copy)

    def confirm(self, copy: Copy) -> None:
        """Keep a new head over the entries that are kept."""
        with self._writing():
            self._head(copy)

    def fail(self, failure: Failure) -> None:
        """Remember that a node could not be heard from."""
        row = (failure.node, failure.at, failure.code, failure.detail)
        with self._writing():
            self._database.execute("insert or replace into failure values (?, ?, ?, ?)", row)

    def forget(self, node: str) -> None:
        """Forget all of a node."""
        with self._writing():
            for statement in ("delete from entry where node = ?", "delete from copy where node = ?"):
                self._database.execute(statement, (node,))
            self._database.execute("delete from failure where node = ?", (node,))

    def close(self) -> None:
        """Let go of the file; harmless when that was done already."""
        with self._lock:
            self._database.close()

    def _put(self, copy: Copy) -> None:
        rows = [(copy.node, key, entry) for key, entry in copy.entries.items()]
        self._database.executemany("insert or replace into entry values (?, ?, ?)", rows)
        self._head(copy)

    def _head(self, copy: Copy) -> None:
        self._database.execute("insert or replace into copy values (?, ?, ?, ?)", (copy.node, copy.key, copy.token, copy.at))
        self._database.execute("delete from failure where node = ?", (copy.node,))

    def _number(self, name: str) -> int:
        with self._guarded("read"):
            return int(self._database.execute("select value from meta where name = ?", (name,)).fetchone()[0])

    @contextlib.contextmanager
    def _writing(self) -> Generator[None]:
        with self._guarded("written"), transaction(self._database):
            yield

    @contextlib.contextmanager
    def _guarded(self, what: str) -> Generator[None]:
        """Hold the lock, and turn what SQLite or the system says into an error of ours."""
        with self._lock:
            try:
                yield
            except (sqlite3.Error, OSError) as error:
                if is_full(error):
                    raise StoreFull(f"`{self._path}` could not be {what}: the disk is full", remedy="make room") from error
                remedy = "it holds nothing that cannot be had again: stop the node, remove the file and start it again"
                raise StoreFailed(f"`{self._path}` could not be {what}", remedy=remedy) from error
