"""The governance catalogue in one SQLite file: rows for entities and relationships, an FTS5 index for the search.

Each change is one transaction. All can be had again from its sources, but what people wrote by hand cannot: nothing is lost
with the process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from freehold.datamap.search import Search
from freehold.ports.datamap import Change, Document, Entry, Found, Record, Relation
from freehold.stores.datamap.finding import Finder
from freehold.stores.datamap.fts5 import Fts5, Fts5Index
from freehold.stores.datamap.match import word_of
from freehold.stores.datamap.rows import COLUMNS, STORED_TAGS, RowReader
from freehold.stores.sqlite import Database

SCHEMA_VERSION = 1
_SCHEMA = """
create table if not exists entity (id integer primary key, guid text not null unique, type text not null, qualified text not null,
    name text not null, collection text not null, created integer not null, updated integer not null, body text not null);
create unique index if not exists entity_named on entity (qualified, type);
create index if not exists entity_name on entity (name collate nocase);
create index if not exists entity_type on entity (type);
create index if not exists entity_collection on entity (collection);
create index if not exists entity_updated on entity (updated);
create table if not exists tag (entity integer, kind text, value text, primary key (entity, kind, value)) without rowid;
create table if not exists relation (guid text primary key, type text not null, end1 text not null, end2 text not null,
    body text not null) without rowid;
create index if not exists relation_first on relation (end1, type, end2);
create index if not exists relation_second on relation (end2, type, end1);
create table if not exists document (kind text, key text, parent text not null, body text not null,
    primary key (kind, key)) without rowid;
create index if not exists document_parent on document (kind, parent);
create virtual table if not exists search using fts5(name, qualified, text, tags, tokenize = "unicode61 remove_diacritics 2");
"""
_PRAGMAS = ("pragma cache_size = -65536", "pragma wal_autocheckpoint = 8000")
_CHUNK = 5_000
_T = TypeVar("_T")
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_ROWS = RowReader(_decode)


class SqliteDataMap:
    """A `ports.datamap.DataMapStore` in a file. All methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, made where it is missing.

        Raises:
            StoreFull, StoreFailed: It cannot be made or opened, or is of a newer Freehold.
        """
        remedy = "stop the catalogue, and put back a copy of the file"
        self._database = Database(path, schema=_SCHEMA, version=SCHEMA_VERSION, remedy=remedy)
        for pragma in _PRAGMAS:
            self._database.rows(pragma)
        dialect = Fts5()
        self._finder = Finder(self._database, dialect, Fts5Index(self._database, dialect), _ROWS.record)

    def document(self, kind: str, key: str) -> Document | None:
        """Return a document, or None where there is none."""
        rows = self._database.rows("select body from document where kind = ? and key = ?", kind, key)
        return _decode(rows[0][0]) if rows else None

    def documents(self, kind: str, parent: str | None = None) -> list[tuple[str, Document]]:
        """Return the documents of a kind with their keys, by key; with `parent` only those below it."""
        sql, values = "select key, body from document where kind = ?", [kind]
        if parent is not None:
            sql, values = f"{sql} and parent = ?", [kind, parent]
        return [(key, _decode(body)) for key, body in self._database.rows(f"{sql} order by key", *values)]

    def entities(self, guids: Collection[str]) -> dict[str, Record]:
        """Return the entities of those identifiers that there are."""
        sql = f"select {COLUMNS} from json_each(?) j join entity e on e.guid = j.value"  # noqa: S608  (names of columns)
        return {row[0]: _ROWS.record(row) for part in _parts(guids) for row in self._database.rows(sql, _json(part))}

    def named(self, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], Record]:
        """Return entities by type and qualified name."""
        sql = (
            f"select {COLUMNS} from json_each(?) j "  # noqa: S608  (names of columns)
            "join entity e on e.qualified = j.value ->> 1 and e.type = j.value ->> 0"
        )
        found = (_ROWS.record(row) for part in _parts(names) for row in self._database.rows(sql, _json(part)))
        return {(item.type, item.qualified): item for item in found}

    def counted(self, types: Collection[str]) -> int:
        """Return how many entities are of one of these types."""
        sql = "select count(*) from entity where type in (select value from json_each(?))"
        return int(self._database.rows(sql, _json(types))[0][0])

    def held(self, collection: str) -> bool:
        """Return whether an entity is in a collection."""
        return bool(self._database.rows("select 1 from entity where collection = ? limit 1", collection))

    def tagged(self, guids: Collection[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the classifications, labels, terms and contacts that entities are found by."""
        sql = (
            "select e.guid, t.kind, t.value from json_each(?) j join entity e on e.guid = j.value "
            "join tag t on t.entity = e.id order by t.kind, t.value"
        )
        made: dict[str, tuple[tuple[str, str], ...]] = {}
        for part in _parts(guids):
            for guid, kind, value in self._database.rows(sql, _json(part)):
                made[guid] = (*made.get(guid, ()), (kind, value))
        return made

    def relation(self, guid: str) -> Relation | None:
        """Return a relationship, or None where there is none."""
        rows = self._database.rows("select guid, type, end1, end2, body from relation where guid = ?", guid)
        return _ROWS.relation(rows[0]) if rows else None

    def relations(self, ends: Collection[str], types: Sequence[str] | None = None, side: int | None = None) -> list[Relation]:
        """Return the relationships that have one of the entities at an end; only at `side` (1 or 2), and of `types`, if given."""
        found: dict[str, Relation] = {}
        for column in ("end1", "end2") if side is None else (f"end{side}",):
            sql = f"select r.guid, r.type, r.end1, r.end2, r.body from json_each(?) j join relation r on r.{column} = j.value"  # noqa: S608
            values: list[str] = []
            if types is not None:
                sql += " where r.type in (select value from json_each(?))"
                values = [_json(types)]
            for part in _parts(ends):
                for row in self._database.rows(sql, _json(part), *values):
                    found[row[0]] = _ROWS.relation(row)
        return list(found.values())

    def write(self, change: Change) -> None:
        """Write a change, whole or not at all."""
        with self._database.writing() as database:
            many = database.executemany
            if change.remove:
                gone = [(guid,) for guid in change.remove]
                many("delete from search where rowid = (select id from entity where guid = ?)", gone)
                many("delete from tag where entity = (select id from entity where guid = ?)", gone)
                many("delete from entity where guid = ?", gone)
                many("delete from relation where end1 = ?1 or end2 = ?1", gone)
            many("delete from relation where guid = ?", [(guid,) for guid in change.unrelate])
            many("delete from document where kind = ? and key = ?", change.forget)
            self._keep(database, change.keep)
            rows = [(item.guid, item.type, item.end1, item.end2, _json(item.body)) for item in change.relate]
            many("insert or replace into relation values (?, ?, ?, ?, ?)", rows)
            kept = [(kind, key, parent, _json(body)) for kind, key, parent, body in change.documents]
            many("insert or replace into document values (?, ?, ?, ?)", kept)

    def _keep(self, database: Any, entries: Sequence[Entry]) -> None:
        known = dict(
            row
            for part in _parts([item.record.guid for item in entries])
            for row in self._database.rows("select e.guid, e.id from json_each(?) j join entity e on e.guid = j.value", _json(part))
        )
        ((last,),) = database.execute("select coalesce(max(id), 0) from entity").fetchall()
        ids: list[int] = []
        for item in entries:
            if item.record.guid not in known:
                last += 1
            ids.append(known.get(item.record.guid, last))
        old = [(known[item.record.guid],) for item in entries if item.record.guid in known]
        if old:
            for statement in (
                "delete from search where rowid = ?",
                "delete from tag where entity = ?",
                "delete from entity where id = ?",
            ):
                database.executemany(statement, old)
        database.executemany(
            "insert into entity values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, *_row(item.record)) for number, item in zip(ids, entries, strict=True)],
        )
        database.executemany(
            "insert into search (rowid, name, qualified, text, tags) values (?, ?, ?, ?, ?)",
            [
                (number, item.record.name, item.record.qualified, item.text, " ".join(word_of(*tag) for tag in item.tags))
                for number, item in zip(ids, entries, strict=True)
            ],
        )
        tags = [(number, *tag) for number, item in zip(ids, entries, strict=True) for tag in item.tags if tag[0] in STORED_TAGS]
        database.executemany("insert or ignore into tag values (?, ?, ?)", tags)

    def search(self, wanted: Search, readable: Collection[str] | None) -> Found:
        """Return what a search finds in the collections that may be read; None is all of them."""
        return self._finder.search(wanted, readable)

    def names(self, prefix: str, limit: int, readable: Iterable[str] | None) -> list[str]:
        """Return different names of entities that begin so, whatever the case, in order."""
        sql = "select distinct name from entity where name >= ?1 collate nocase and name < ?2 collate nocase"
        values: list[Any] = [prefix, prefix + chr(0x10FFFF), limit]
        if readable is not None:
            sql += " and collection in (select value from json_each(?4))"
            values.append(_json(list(readable)))
        return [name for (name,) in self._database.rows(f"{sql} order by name collate nocase limit ?3", *values)]

    def close(self) -> None:
        """Let go of the file; harmless when that was done already."""
        self._database.close()


def _row(item: Record) -> tuple[Any, ...]:
    return (
        item.guid, item.type, item.qualified, item.name, item.collection, item.created, item.updated, _json(item.body)
    )  # fmt: skip


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _parts(items: Collection[_T]) -> Iterator[list[_T]]:
    held = list(items)
    for start in range(0, len(held), _CHUNK):
        yield held[start : start + _CHUNK]
