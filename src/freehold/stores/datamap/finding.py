"""Run a search over the catalogue's index, no longer than the page needs: what is found in great number is counted no further."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from freehold.datamap.search import Facet, Order, Search
from freehold.ports.datamap import Found, Hit, Record
from freehold.stores.datamap.match import Dialect, Match
from freehold.stores.datamap.ranking import Ranking
from freehold.stores.datamap.rows import COLUMNS

CAP = 2_000
"""Up to how many results are ranked, and how many are counted in facets; of more, the oldest come first."""

COUNTED = 10_000
"""Up to how many results are counted exactly."""

FEW = 1_000
"""Up to how many entities are looked at one by one, whatever else is asked."""

ORDERS = {"qualifiedName": "e.qualified", "createTime": "e.created", "updateTime": "e.updated", "entityType": "e.type"}
"""By what entities are put in order; names are ordered whatever their case, which each database says its own way."""

_OWN = {"entityType": "type", "typeName": "type", "assetType": "type", "objectType": "type", "collectionId": "collection"}
_TAGS = {"classification": "classification", "label": "label", "term": "term", "contactId": "contact"}


class Rows(Protocol):
    """A database that answers questions."""

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a question gives."""
        ...


class Index(Protocol):
    """What knows which entities are found. Entities are numbers, and a lower one is older."""

    def several(self, match: Match, most: int) -> list[int]:
        """Return entities that are found, in order: all, or `most` of them, which are the oldest if `orderly` says so."""
        ...

    def orderly(self, match: Match) -> bool:
        """Return whether `several` gives the oldest."""
        ...

    def oldest(self, match: Match, limit: int, offset: int) -> list[int]:
        """Return a page of all that are found, in order."""
        ...

    def ordered(self, match: Match, order: Sequence[Order], limit: int, offset: int) -> list[int]:
        """Return a page of all that are found, ordered so, and the older of equals first."""
        ...


def few(database: Rows, match: Match) -> list[int] | None:
    """Return the entities that the match's narrow condition leaves if they are few: then the index need not be gone through."""
    if match.narrow is None or match.expression is None:
        return None
    sql, values = match.narrow
    source = f"select e.id from entity e where {sql} limit"  # noqa: S608  (constants, marks)
    if database.rows(f"{source} 1 offset {FEW}", *values):
        return None
    return [number for (number,) in database.rows(f"{source} {FEW}", *values)]


class Finder:
    """Searches one database."""

    def __init__(self, database: Rows, dialect: Dialect, index: Index, record: Callable[[Sequence[Any]], Record]) -> None:
        """Read rows of entities by `record`."""
        self._database = database
        self._dialect = dialect
        self._index = index
        self._record = record

    def search(self, wanted: Search, readable: Collection[str] | None) -> Found:
        """Return a page of results, how many there are, and the facets asked for."""
        match = Match(wanted, readable, self._dialect)
        most = CAP if match.conditions else COUNTED  # where each has to be looked at, fewer are
        ids = self._index.several(match, most + 1)
        exact = len(ids) <= most
        hits = self._page(wanted, match, ids, most) if wanted.limit else ()
        total = len(ids) if exact else max(most, wanted.offset + len(hits) + 1)
        return Found(
            hits=hits, total=total, exact=exact, facets={item.kind: self._facet(item, ids[:CAP]) for item in wanted.facets}
        )

    def _page(self, wanted: Search, match: Match, ids: list[int], most: int) -> tuple[Hit, ...]:
        start, end = wanted.offset, wanted.offset + wanted.limit
        if wanted.order:
            return self._hits([(number, 1.0) for number in self._index.ordered(match, wanted.order, wanted.limit, start)])
        if match.words and len(ids) <= CAP:
            return self._hits(self._ranked(match, ids)[start:end])
        if len(ids) <= most or (self._index.orderly(match) and end <= len(ids)):
            return self._hits([(number, 1.0) for number in ids[start:end]])
        return self._hits([(number, 1.0) for number in self._index.oldest(match, wanted.limit, start)])

    def _ranked(self, match: Match, ids: Sequence[int]) -> list[tuple[int, float]]:
        """Return entities with how well they fit the words: the best first, and the older of equals."""
        sql = f"select e.id, e.name, e.qualified from {self._dialect.listed} join entity e on e.id = j.value"  # noqa: S608
        score = Ranking(match.words).score
        scored = [(number, score(*texts)) for number, *texts in self._database.rows(sql, self._dialect.numbers(ids))]
        return sorted(scored, key=lambda row: (-row[1], row[0]))

    def _hits(self, rows: Sequence[tuple[int, float]]) -> tuple[Hit, ...]:
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
