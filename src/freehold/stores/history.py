"""Measurements in one SQLite file: a crash loses at most the counts of some seconds, and no notice that is still to be sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from freehold.model.service_level import Incident, Reading, Span
from freehold.ports.history import Notice
from freehold.stores.sqlite import Database

SCHEMA_VERSION = 1
_SCHEMA = """
create table if not exists span (
    product text, start integer, counts blob not null, primary key (product, start)) without rowid;
create table if not exists reading (product text, at real, reading blob not null, primary key (product, at)) without rowid;
create table if not exists incident (
    product text, aspect text, since real, until real, incident blob not null, primary key (product, aspect, since)) without rowid;
create table if not exists notice (
    id text primary key, due real not null, notice blob not null) without rowid
"""


class SqliteHistory:
    """A `ports.history.History` in a file. All methods may be called from any thread, and from several processes at once."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, made where it is missing.

        Raises:
            StoreFull, StoreFailed: It cannot be made or opened, or is of a newer Freehold.
        """
        remedy = "it holds measurements alone: stop the node, move the file away and start it again"
        self._database = Database(path, schema=_SCHEMA, version=SCHEMA_VERSION, remedy=remedy)

    def count(self, spans: Mapping[str, Iterable[Span]]) -> None:
        """Add to the spans of products, by product key."""
        with self._database.writing() as database:
            for product, found in spans.items():
                for span in found:
                    _add(database, product, span)

    def spans(self, product: str, since: float) -> tuple[Span, ...]:
        """Return the spans of a product that begin after `since`, oldest first."""
        rows = self._database.rows("select counts from span where product = ? and start > ? order by start", product, since)
        return tuple(msgspec.json.decode(row[0], type=Span) for row in rows)

    def read(self, product: str, reading: Reading) -> None:
        """Remember a reading; within an hour, one in place of the last where nothing was found but what that said."""
        with self._database.writing() as database:
            last = _last(database.execute(_NEWEST, (product,)).fetchall())
            if last is not None and _is_same(last, reading):
                database.execute("delete from reading where product = ? and at = ?", (product, last.at))
            row = (product, reading.at, msgspec.json.encode(reading))
            database.execute("insert or replace into reading values (?, ?, ?)", row)

    def last(self, product: str) -> Reading | None:
        """Return the newest reading of a product that is kept."""
        return _last(self._database.rows(_NEWEST, product))

    def readings(self, product: str, since: float) -> tuple[Reading, ...]:
        """Return the readings of a product after `since`, oldest first."""
        rows = self._database.rows("select reading from reading where product = ? and at > ? order by at", product, since)
        return tuple(msgspec.json.decode(row[0], type=Reading) for row in rows)

    def incidents(self, product: str, since: float) -> tuple[Incident, ...]:
        """Return the incidents of a product that are open or ended after `since`, oldest first."""
        sql = "select incident from incident where product = ? and (until is null or until > ?) order by since"
        return tuple(msgspec.json.decode(row[0], type=Incident) for row in self._database.rows(sql, product, since))

    def note(self, incidents: Iterable[Incident], notices: Iterable[Notice]) -> None:
        """Remember incidents that began or ended together with what is to be told of them: both or neither."""
        with self._database.writing() as database:
            for item in incidents:
                row = (item.product, item.aspect.value, item.since, item.until, msgspec.json.encode(item))
                database.execute("insert or replace into incident values (?, ?, ?, ?, ?)", row)
            rows = [(item.id, item.due, msgspec.json.encode(item)) for item in notices]
            database.executemany("insert or ignore into notice values (?, ?, ?)", rows)

    def due(self, now: float, most: int) -> tuple[Notice, ...]:
        """Return up to `most` notices that are due, oldest first."""
        rows = self._database.rows("select notice from notice where due <= ? order by due limit ?", now, most)
        return tuple(msgspec.json.decode(row[0], type=Notice) for row in rows)

    def settle(self, notice: Notice, due: float | None) -> None:
        """Forget a notice (None: it was told, or given up), or remember one more attempt and when the next is due."""
        with self._database.writing() as database:
            if due is None:
                database.execute("delete from notice where id = ?", (notice.id,))
                return
            later = msgspec.structs.replace(notice, due=due, attempts=notice.attempts + 1)
            database.execute("update notice set due = ?, notice = ? where id = ?", (due, msgspec.json.encode(later), notice.id))

    def forget(self, before: float, long_before: float) -> None:
        """Forget spans before one time, and readings and ended incidents before another."""
        with self._database.writing() as database:
            database.execute("delete from span where start < ?", (before,))
            database.execute("delete from reading where at < ?", (long_before,))
            database.execute("delete from incident where until < ?", (long_before,))

    def close(self) -> None:
        """Let go of the file; harmless when that was done already."""
        self._database.close()


def _add(database: sqlite3.Connection, product: str, span: Span) -> None:
    key = (product, span.start)
    known = database.execute("select counts from span where product = ? and start = ?", key).fetchone()
    counts = msgspec.json.decode(known[0], type=Span) if known else Span(start=span.start)
    counts.add(span)
    database.execute("insert or replace into span values (?, ?, ?)", (*key, msgspec.json.encode(counts)))


_NEWEST = "select reading from reading where product = ? order by at desc limit 1"


def _last(rows: list[Any]) -> Reading | None:
    return msgspec.json.decode(rows[0][0], type=Reading) if rows else None


def _is_same(last: Reading, now: Reading) -> bool:
    """Return whether a reading only says again, within the same hour and of the same data, what the last one said."""
    again = msgspec.structs.replace(last, at=now.at, age=now.age, timeliness=now.timeliness) == now
    return again and last.at // 3_600 == now.at // 3_600
