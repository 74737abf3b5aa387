"""The governance catalogue in a PostgreSQL database: rows for entities and relationships, postings of words for the search.

Each change is one transaction, in few round trips. The store holds metadata alone, as the file does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from freehold.datamap.search import Search
from freehold.errors import SettingInvalid
from freehold.ports.datamap import Change, Document, Entry, Found, Record, Relation
from freehold.stores.datamap.finding import Finder
from freehold.stores.datamap.postgres.connection import Database, Writing
from freehold.stores.datamap.postgres.index import PostgresIndex, following
from freehold.stores.datamap.postgres.kept import body_from_kept, body_to_kept, digest
from freehold.stores.datamap.postgres.postings import move
from freehold.stores.datamap.postgres.schema import SCHEMA, SCHEMA_VERSION, lift
from freehold.stores.datamap.postgres.tsquery import TsQuery
from freehold.stores.datamap.postgres.words import vector
from freehold.stores.datamap.rows import COLUMNS, STORED_TAGS, RowReader

_FIRST_ESTIMATE = 1_000
"""After how many rows the server estimates anew; then after twice as many, and so on."""

_ROWS = RowReader(body_from_kept)
_SERVICE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62})")


class PostgresDataMap:
    """A `ports.datamap.DataMapStore` in the schema `freehold_datamap` of a database. All methods may be called from any thread."""

    def __init__(self, service: str) -> None:
        """Use the database that `service` of libpq's service file names; the schema is made where it is missing.

        Raises:
            SettingInvalid: That is no name of a service.
            StoreFull, StoreFailed: It cannot be reached or made, another process has it, or it is of a newer Freehold.
        """
        if not _SERVICE.fullmatch(service):
            raise SettingInvalid(
                "the catalogue's store names no service of PostgreSQL",
                remedy="write `postgresql:SERVICE`, and put host, database and user into libpq's service file",
            )
        self._database = Database(service, schema=SCHEMA, version=SCHEMA_VERSION, lift=lift)
        dialect = TsQuery()
        self._finder = Finder(self._database, dialect, PostgresIndex(self._database, dialect), _ROWS.record)
        self._written, self._estimated = 0, _FIRST_ESTIMATE

    def document(self, kind: str, key: str) -> Document | None:
        """Return a document, or None where there is none."""
        rows = self._database.rows("select body from document where place = %s", digest(kind, key))
        return body_from_kept(rows[0][0]) if rows else None

    def documents(self, kind: str, parent: str | None = None) -> list[tuple[str, Document]]:
        """Return the documents of a kind with their keys, by key; with `parent` only those below it."""
        sql, values = "select key, body from document where kind = %s", [kind]
        if parent is not None:
            sql, values = f"{sql} and parent = %s", [kind, parent]
        return [(key, body_from_kept(body)) for key, body in self._database.rows(f"{sql} order by key", *values)]

    def entities(self, guids: Collection[str]) -> dict[str, Record]:
        """Return the entities of those identifiers that there are."""
        sql = f"select {COLUMNS} from entity e where e.guid = any(%s::text[])"  # noqa: S608  (names of columns)
        return {row[0]: _ROWS.record(row) for row in self._database.rows(sql, list(guids))}

    def named(self, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], Record]:
        """Return entities by type and qualified name."""
        sql = f"select {COLUMNS} from entity e where e.named = any(%s::bytea[])"  # noqa: S608  (names of columns)
        found = [_ROWS.record(row) for row in self._database.rows(sql, [digest(*name) for name in names])]
        return {(item.type, item.qualified): item for item in found}

    def counted(self, types: Collection[str]) -> int:
        """Return how many entities are of one of these types."""
        return int(self._database.rows("select count(*) from entity where type = any(%s::text[])", list(types))[0][0])

    def held(self, collection: str) -> bool:
        """Return whether an entity is in a collection."""
        return bool(self._database.rows("select 1 from entity where collection = %s limit 1", collection))

    def tagged(self, guids: Collection[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the classifications, labels, terms and contacts that entities are found by."""
        sql = (
            "select e.guid, t.kind, t.value from entity e join tag t on t.entity = e.id "
            "where e.guid = any(%s::text[]) order by t.kind, t.value"
        )
        made: dict[str, list[tuple[str, str]]] = {}
        for guid, kind, value in self._database.rows(sql, list(guids)):
            made.setdefault(guid, []).append((kind, value))
        return {guid: tuple(tags) for guid, tags in made.items()}

    def relation(self, guid: str) -> Relation | None:
        """Return a relationship, or None where there is none."""
        rows = self._database.rows("select guid, type, end1, end2, body from relation where guid = %s", guid)
        return _ROWS.relation(rows[0]) if rows else None

    def relations(self, ends: Collection[str], types: Sequence[str] | None = None, side: int | None = None) -> list[Relation]:
        """Return the relationships that have one of the entities at an end; only at `side` (1 or 2), and of `types`, if given."""
        found: dict[str, Relation] = {}
        for column in ("end1", "end2") if side is None else (f"end{side}",):
            sql = f"select guid, type, end1, end2, body from relation where {column} = any(%s::text[])"  # noqa: S608
            values = [list(ends)]
            if types is not None:
                sql, values = f"{sql} and type = any(%s::text[])", [*values, list(types)]
            found |= {row[0]: _ROWS.relation(row) for row in self._database.rows(sql, *values)}
        return list(found.values())

    def write(self, change: Change) -> None:
        """Write a change, whole or not at all."""
        with self._database.writing() as database:
            _remove(database, change)
            _keep(database, change.keep)
            relations = {item.guid: item for item in change.relate}
            if relations:
                database.execute("delete from relation where guid = any(%s::text[])", list(relations))
                rows = [(item.guid, item.type, item.end1, item.end2, body_to_kept(item.body)) for item in relations.values()]
                database.copy("relation", rows)
            documents = {digest(kind, key): (kind, key, parent, body) for kind, key, parent, body in change.documents}
            if documents:
                database.execute("delete from document where place = any(%s::bytea[])", list(documents))
                database.copy("document", [(place, *row[:3], body_to_kept(row[3])) for place, row in documents.items()])

        self._written += len(change.keep) + len(change.relate)
        if self._written >= self._estimated:  # the server would do so within a minute; until then it would read whole tables
            self._estimated = 2 * self._written
            self._database.analyze("entity, posting, tag, relation")

    def search(self, wanted: Search, readable: Collection[str] | None) -> Found:
        """Return what a search finds in the collections that may be read; None is all of them."""
        with self._database.still():
            return self._finder.search(wanted, readable)

    def names(self, prefix: str, limit: int, readable: Iterable[str] | None) -> list[str]:
        """Return different names of entities that begin so, whatever the case, in order."""
        found: list[str] = []
        held = None if readable is None else list(readable)
        while len(found) < limit:  # very many entities may have one name
            rows = following(self._database, prefix, found[-1] if found else None, limit, held)
            found += dict.fromkeys(rows)
            if len(rows) < limit:
                break
        return found[:limit]

    def close(self) -> None:
        """Let go of the database; harmless when that was done already."""
        self._database.close()


def _remove(database: Writing, change: Change) -> None:
    if change.remove:
        gone = list(change.remove)
        known = database.rows("select id, tsvector_to_array(words) from entity where guid = any(%s::text[])", gone)
        move(database, known, ())
        database.execute("delete from tag where entity = any(%s::bigint[])", [number for number, _ in known])
        database.execute("delete from entity where guid = any(%s::text[])", gone)
        database.execute("delete from relation where end1 = any(%s::text[]) or end2 = any(%s::text[])", gone, gone)
    if change.unrelate:
        database.execute("delete from relation where guid = any(%s::text[])", list(change.unrelate))
    if change.forget:
        database.execute("delete from document where place = any(%s::bytea[])", [digest(*item) for item in change.forget])


def _keep(database: Writing, entries: Sequence[Entry]) -> None:
    """Write entities whole; one that was there keeps its number, and with it its place among the oldest."""
    if not entries:
        return
    guids = [item.record.guid for item in entries]
    old = database.rows("select guid, id, tsvector_to_array(words) from entity where guid = any(%s::text[])", guids)
    known = {guid: number for guid, number, _ in old}
    ((last,),) = database.rows("select coalesce(max(id), 0) from entity")
    if known:
        numbers = list(known.values())
        database.execute("delete from tag where entity = any(%s::bigint[])", numbers)
        database.execute("delete from entity where id = any(%s::bigint[])", numbers)
    fresh = iter(range(last + 1, last + 1 + len(entries)))
    ids = [known[guid] if guid in known else next(fresh) for guid in guids]
    vectors = [vector(item.record.name, item.record.qualified, item.text, item.tags) for item in entries]
    rows = zip(ids, entries, vectors, strict=True)
    database.copy("entity", (_row(number, item, literal) for number, item, (literal, _) in rows))
    move(
        database,
        ((number, words) for _, number, words in old),
        ((number, words) for number, (_, words) in zip(ids, vectors, strict=True)),
    )
    tags = [
        (number, *tag)
        for number, item in zip(ids, entries, strict=True)
        for tag in dict.fromkeys(item.tags)
        if tag[0] in STORED_TAGS
    ]
    database.copy("tag", tags)


def _row(number: int, entry: Entry, words: str) -> tuple[Any, ...]:
    item = entry.record
    return (
        number, item.guid, item.type, item.qualified, item.name, item.collection, item.created, item.updated,
        body_to_kept(item.body), digest(item.type, item.qualified), words,
    )  # fmt: skip
