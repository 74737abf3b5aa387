"""Run a search over the catalogue's index, no longer than the page needs: what is found in great number is counted no further."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec

from freehold.datamap.search import Facet, Search
from freehold.ports.datamap import Found, Hit, Record
from freehold.stores.datamap.match import Match
from freehold.stores.sqlite import Database

CAP = 2_000
"""Up to how many results are ranked, and how many are counted in facets; of more, the oldest come first."""

COUNTED = 10_000
"""Up to how many results are counted exactly."""

_COLUMNS = "e.guid, e.type, e.qualified, e.name, e.collection, e.created, e.updated, e.body"
_RANK = "bm25(search, 10.0, 4.0, 1.0, 0.0)"
_ORDERS = {
    "name": "e.name collate nocase",
    "qualifiedName": "e.qualified",
    "createTime": "e.created",
    "updateTime": "e.updated",
    "entityType": "e.type",
}
_OWN = {"entityType": "type", "typeName": "type", "assetType": "type", "objectType": "type", "collectionId": "collection"}
_TAGS = {"classification": "classification", "label": "label", "term": "term", "contactId": "contact"}


class Finder:
    """Searches one database."""

    def __init__(self, database: Database, record: Callable[[Sequence[Any]], Record]) -> None:
        """Read rows of entities by `record`."""
        self._database = database
        self._record = record

    def search(self, wanted: Search, readable: Collection[str] | None) -> Found:
        """Return a page of results, how many there are, and the facets asked for."""
        match = Match(wanted, readable)
        source, values = _source(match)
        most = CAP if match.conditions else COUNTED  # where each has to be looked at, fewer are
        ids = self._ids(source, values, match, most + 1)
        hits = self._page(wanted, match, source, values, ids) if wanted.limit else ()
        exact = len(ids) <= most
        total = len(ids) if exact else max(most, wanted.offset + len(hits) + 1)
        return Found(
            hits=hits, total=total, exact=exact, facets={item.kind: self._facet(item, ids[:CAP]) for item in wanted.facets}
        )

    def _ids(self, source: str, values: Sequence[Any], match: Match, most: int) -> list[int]:
        """Return which entities are found: where the index alone finds them the oldest, otherwise any `most` of them, in order."""
        if match.expression is not None and not match.conditions:
            sql, values = "select rowid from search where search match ? order by rowid limit ?", (match.expression,)
        else:
            sql = f"select e.id {source} limit ?"
        return sorted(number for (number,) in self._database.rows(sql, *values, most))

    def _page(self, wanted: Search, match: Match, source: str, values: Sequence[Any], ids: list[int]) -> tuple[Hit, ...]:
        page = (wanted.limit, wanted.offset)
        if wanted.order:
            listed = ", ".join(f"{_ORDERS[item.by]} {'desc' if item.descending else 'asc'}" for item in wanted.order)
            rows = self._database.rows(f"select e.id, 1.0 {source} order by {listed}, e.id limit ? offset ?", *values, *page)
        elif match.has_words and len(ids) <= CAP:
            sql = f"select rowid, -{_RANK} from search where search match ?"  # noqa: S608  (a constant)
            held = set(ids)
            scored = [row for row in self._database.rows(sql, match.expression) if row[0] in held]
            rows = sorted(scored, key=lambda row: (-row[1], row[0]))[wanted.offset : wanted.offset + wanted.limit]
        elif len(ids) <= (CAP if match.conditions else COUNTED) or (not match.conditions and sum(page) <= COUNTED):
            rows = [(number, 1.0) for number in ids[wanted.offset : wanted.offset + wanted.limit]]
        else:
            order = "s.rowid" if match.expression is not None else "e.id"
            rows = self._database.rows(f"select e.id, 1.0 {source} order by {order} limit ? offset ?", *values, *page)
        return self._hits(rows)

    def _hits(self, rows: Sequence[Sequence[Any]]) -> tuple[Hit, ...]:
        sql = f"select {_COLUMNS}, e.id from json_each(?) j join entity e on e.id = j.value"  # noqa: S608  (names of columns)
        found = {row[-1]: self._record(row[:-1]) for row in self._database.rows(sql, _json([row[0] for row in rows]))}
        return tuple(Hit(record=found[number], score=round(float(score), 6)) for number, score in rows if number in found)

    def _facet(self, facet: Facet, ids: list[int]) -> tuple[tuple[str, int], ...]:
        if facet.kind in _OWN:
            column = _OWN[facet.kind]
            sql = f"select e.{column}, count(*) from json_each(?) j join entity e on e.id = j.value group by 1"  # noqa: S608
            rows = self._database.rows(sql, _json(ids))
        else:
            sql = "select t.value, count(*) from json_each(?) j join tag t on t.entity = j.value and t.kind = ? group by 1"
            rows = self._database.rows(sql, _json(ids), _TAGS[facet.kind])
        return tuple(Counter(dict(rows)).items())


def _source(match: Match) -> tuple[str, tuple[Any, ...]]:
    where = "".join(f" and ({item})" for item in match.conditions)
    if match.expression is None:
        return f"from entity e where 1{where}", tuple(match.values)
    return f"from search s join entity e on e.id = s.rowid where search match ?{where}", (match.expression, *match.values)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
