"""Run a search over the catalogue's index, no longer than the page needs: what is found in great number is counted no further."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from freehold.datamap.search import Facet, Search
from freehold.ports.datamap import Found, Hit, Record
from freehold.stores.datamap.match import Dialect, Match
from freehold.stores.datamap.rows import COLUMNS

CAP = 2_000
"""Up to how many results are ranked, and how many are counted in facets; of more, the oldest come first."""

COUNTED = 10_000
"""Up to how many results are counted exactly."""

_ORDERS = {"qualifiedName": "e.qualified", "createTime": "e.created", "updateTime": "e.updated", "entityType": "e.type"}
_OWN = {"entityType": "type", "typeName": "type", "assetType": "type", "objectType": "type", "collectionId": "collection"}
_TAGS = {"classification": "classification", "label": "label", "term": "term", "contactId": "contact"}


class Rows(Protocol):
    """A database that answers questions."""

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a question gives."""
        ...


class Finder:
    """Searches one database."""

    def __init__(self, database: Rows, dialect: Dialect, record: Callable[[Sequence[Any]], Record]) -> None:
        """Read rows of entities by `record`."""
        self._database = database
        self._dialect = dialect
        self._record = record

    def search(self, wanted: Search, readable: Collection[str] | None) -> Found:
        """Return a page of results, how many there are, and the facets asked for."""
        match = Match(wanted, readable, self._dialect)
        most = CAP if match.conditions else COUNTED  # where each has to be looked at, fewer are
        ids = self._ids(match, most + 1)
        hits = self._page(wanted, match, ids) if wanted.limit else ()
        exact = len(ids) <= most
        total = len(ids) if exact else max(most, wanted.offset + len(hits) + 1)
        return Found(
            hits=hits, total=total, exact=exact, facets={item.kind: self._facet(item, ids[:CAP]) for item in wanted.facets}
        )

    def _ids(self, match: Match, most: int) -> list[int]:
        """Return which entities are found: where the index alone finds them the oldest, otherwise any `most` of them, in order."""
        if match.expression is not None and not match.conditions:
            sql, values = self._dialect.oldest, [match.expression]
        else:
            source, values, _ = self._source(match)
            sql = f"select e.id {source} limit {self._dialect.mark}"
        return sorted(number for (number,) in self._database.rows(sql, *values, most))

    def _page(self, wanted: Search, match: Match, ids: list[int]) -> tuple[Hit, ...]:
        page = (wanted.limit, wanted.offset)
        source, values, oldest = self._source(match)
        if wanted.order:
            orders = _ORDERS | {"name": self._dialect.by_name}
            listed = ", ".join(f"{orders[item.by]} {'desc' if item.descending else 'asc'}" for item in wanted.order)
            rows = self._database.rows(f"select e.id, 1.0 {source} order by {listed}, e.id {self._cut}", *values, *page)
        elif match.words and len(ids) <= CAP:
            sql, values = self._dialect.ranked(match)
            held = set(ids)
            scored = [row for row in self._database.rows(sql, *values) if row[0] in held]
            rows = sorted(scored, key=lambda row: (-row[1], row[0]))[wanted.offset : wanted.offset + wanted.limit]
        elif len(ids) <= (CAP if match.conditions else COUNTED) or (not match.conditions and sum(page) <= COUNTED):
            rows = [(number, 1.0) for number in ids[wanted.offset : wanted.offset + wanted.limit]]
        else:
            rows = self._database.rows(f"select e.id, 1.0 {source} order by {oldest} {self._cut}", *values, *page)
        return self._hits(rows)

    @property
    def _cut(self) -> str:
        return f"limit {self._dialect.mark} offset {self._dialect.mark}"

    def _source(self, match: Match) -> tuple[str, list[Any], str]:
        source, oldest = self._dialect.source(match.expression)
        where = "".join(f" and ({item})" for item in match.conditions)
        return source + where, [*([] if match.expression is None else [match.expression]), *match.values], oldest

    def _hits(self, rows: Sequence[Sequence[Any]]) -> tuple[Hit, ...]:
        sql = f"select {COLUMNS}, e.id from {self._dialect.listed} join entity e on e.id = j.value"  # noqa: S608  (constants)
        numbers = self._dialect.numbers([row[0] for row in rows])
        found = {row[-1]: self._record(row[:-1]) for row in self._database.rows(sql, numbers)}
        return tuple(Hit(record=found[number], score=round(float(score), 6)) for number, score in rows if number in found)

    def _facet(self, facet: Facet, ids: list[int]) -> tuple[tuple[str, int], ...]:
        listed, numbers = self._dialect.listed, self._dialect.numbers(ids)
        if facet.kind in _OWN:
            column = _OWN[facet.kind]
            sql = f"select e.{column}, count(*) from {listed} join entity e on e.id = j.value group by 1"  # noqa: S608
            rows = self._database.rows(sql, numbers)
        else:
            kept = f"t.entity = j.value and t.kind = {self._dialect.mark}"
            sql = f"select t.value, count(*) from {listed} join tag t on {kept} group by 1"  # noqa: S608
            rows = self._database.rows(sql, numbers, _TAGS[facet.kind])
        return tuple(Counter(dict(rows)).items())
