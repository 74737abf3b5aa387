"""The catalogue's tables in PostgreSQL, and how those of an older Freehold become them."""

from __future__ import annotations

from freehold.stores.datamap.postgres.connection import Writing
from freehold.stores.datamap.postgres.postings import SIZE, move

SCHEMA_VERSION = 2
_TEXT = 'text collate "C" not null'
_BEGINNING = "left(lower(name), 200)"
_POSTING = f"""create table posting (block integer not null, word {_TEXT}, held bytea not null, primary key (block, word))
    with (fillfactor = 70);
alter table posting alter column held set storage plain;
create index entity_collection on entity (collection, {_BEGINNING})"""
SCHEMA = f"""
create table entity (id bigint primary key, guid {_TEXT} unique, type {_TEXT}, qualified {_TEXT}, name {_TEXT}, collection {_TEXT},
    created bigint not null, updated bigint not null, body text not null, named bytea not null unique, words tsvector not null);
create index entity_name on entity ({_BEGINNING});
create index entity_type on entity (type);
create index entity_updated on entity (updated);
create table tag (entity bigint not null, kind {_TEXT}, value {_TEXT});
create index tag_entity on tag (entity);
create table relation (guid {_TEXT} primary key, type {_TEXT}, end1 {_TEXT}, end2 {_TEXT}, body text not null);
create index relation_first on relation (end1);
create index relation_second on relation (end2);
create table document (place bytea primary key, kind {_TEXT}, key {_TEXT}, parent {_TEXT}, body text not null);
create index document_parent on document (kind, parent);
{_POSTING}
"""


def lift(database: Writing) -> None:
    """Make this version's tables of those of version 1, which had a GIN index of words and no postings."""
    for statement in ("drop index entity_words", "drop index entity_collection", *_POSTING.split(";\n")):
        database.execute(statement)
    ((last,),) = database.rows("select coalesce(max(id), 0) from entity")
    for first in range(0, last + 1, SIZE):
        sql = "select id, tsvector_to_array(words) from entity where id >= %s and id < %s"
        move(database, (), database.rows(sql, first, first + SIZE))
