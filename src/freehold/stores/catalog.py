"""Catalogues in one SQLite file: what this node told last, and what it believed of others, so that a restart answers at once.

All but the version of the own catalogue can be had again, so writes are atomic and need not be on disk when they return.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from freehold.ports.catalog import Copy, Failure, Told
from freehold.stores.sqlite import Database

SCHEMA_VERSION = 1
_SCHEMA = """
create table if not exists told (key text primary key, digest text not null, since integer not null) without rowid;
create table if not exists copy (node text primary key, key text not null, token text not null, at real not null) without rowid;
create table if not exists entry (node text, key text, entry blob not null, primary key (node, key)) without rowid;
create table if not exists failure (
    node text primary key, at real not null, code text not null, detail text not null) without rowid;
insert or ignore into meta values ('version', 0);
"""


class SqliteCatalogStore:
    """A `ports.catalog.CatalogStore` in a file. All methods may be called from any thread, and from several processes at once."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, made where it is missing.

        Raises:
            StoreFull, StoreFailed: It cannot be made or opened, or is of a newer Freehold.
        """
        remedy = "it holds nothing that cannot be had again: stop the node, remove the file and start it again"
        self._database = Database(path, schema=_SCHEMA, version=SCHEMA_VERSION, remedy=remedy)

    def told(self) -> Told:
        """Return the own catalogue as it was told last."""
        rows = self._database.rows("select key, digest, since from told")
        ((version,),) = self._database.rows("select value from meta where name = 'version'")
        return Told(version=version, entries={key: (digest, since) for key, digest, since in rows})

    def tell(self, version: int, changed: Mapping[str, str]) -> None:
        """Remember a version of the own catalogue and the digests that it changed, "" for a product that went."""
        with self._database.writing() as database:
            database.execute("update meta set value = ? where name = 'version'", (version,))
            rows = [(key, digest, version) for key, digest in changed.items()]
            database.executemany("insert or replace into told values (?, ?, ?)", rows)

    def copies(self) -> tuple[Copy, ...]:
        """Return the catalogues of other nodes, by node."""
        entries: dict[str, dict[str, bytes]] = {}
        with self._database.writing():  # both of one moment
            heads = self._database.rows("select node, key, token, at from copy order by node")
            for node, key, entry in self._database.rows("select node, key, cast(entry as blob) from entry"):
                entries.setdefault(node, {})[key] = entry
        return tuple(Copy(node=node, key=key, token=token, at=at, entries=entries.get(node, {})) for node, key, token, at in heads)

    def failures(self) -> tuple[Failure, ...]:
        """Return why nodes could not be heard from, by node; none of a node that was since."""
        rows = self._database.rows("select node, at, code, detail from failure order by node")
        return tuple(Failure(node=node, at=at, code=code, detail=detail) for node, at, code, detail in rows)

    def keep(self, copy: Copy) -> None:
        """Keep a catalogue in place of the one of its node."""
        with self._database.writing() as database:
            database.execute("delete from entry where node = ?", (copy.node,))
            _put(database, copy)

    def amend(self, copy: Copy, removed: tuple[str, ...]) -> None:
        """Keep a new head and the entries of `copy` beside those that are kept, without those of `removed`."""
        with self._database.writing() as database:
            database.executemany("delete from entry where node = ? and key = ?", [(copy.node, key) for key in removed])
            _put(database, copy)

    def confirm(self, copy: Copy) -> None:
        """Keep a new head over the entries that are kept."""
        with self._database.writing() as database:
            _head(database, copy)

    def fail(self, failure: Failure) -> None:
        """Remember that a node could not be heard from."""
        row = (failure.node, failure.at, failure.code, failure.detail)
        with self._database.writing() as database:
            database.execute("insert or replace into failure values (?, ?, ?, ?)", row)

    def forget(self, node: str) -> None:
        """Forget all of a node."""
        with self._database.writing() as database:
            for statement in ("delete from entry where node = ?", "delete from copy where node = ?"):
                database.execute(statement, (node,))
            database.execute("delete from failure where node = ?", (node,))

    def close(self) -> None:
        """Let go of the file; harmless when that was done already."""
        self._database.close()


def _put(database: sqlite3.Connection, copy: Copy) -> None:
    rows = [(copy.node, key, entry) for key, entry in copy.entries.items()]
    database.executemany("insert or replace into entry values (?, ?, ?)", rows)
    _head(database, copy)


def _head(database: sqlite3.Connection, copy: Copy) -> None:
    database.execute("insert or replace into copy values (?, ?, ?, ?)", (copy.node, copy.key, copy.token, copy.at))
    database.execute("delete from failure where node = ?", (copy.node,))
