"""Which entities a search finds in PostgreSQL: by the postings, and by SQL over what they leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from freehold.datamap.search import Order
from freehold.stores.datamap.finding import CAP, COUNTED, ORDERS, Rows, few
from freehold.stores.datamap.match import Match
from freehold.stores.datamap.postgres.postings import numbers, walk
from freehold.stores.datamap.postgres.terms import Term
from freehold.stores.datamap.postgres.tsquery import TsQuery

_LOWER = "lower(e.name)"
_BEGINNING = f"left({_LOWER}, 200)"
_ORDERS = {kind: (column,) for kind, column in ORDERS.items()} | {"name": (_BEGINNING, _LOWER)}
"""By what entities are put in order; an index has the beginnings of names."""

_PORTION = CAP + 1
"""How many entities are held against conditions of SQL at once: where all fit, no more than are counted."""


class PostgresIndex:
    """A `finding.Index`."""

    def __init__(self, database: Rows, dialect: TsQuery) -> None:
        """Search in `database`."""
        self._database = database
        self._dialect = dialect

    def several(self, match: Match, most: int) -> list[int]:
        """Return entities that are found, in order: all, or `most` of them, which are the oldest if `orderly` says so."""
        listed = few(self._database, match)
        if listed is not None:
            source, values = self._source(match)
            return self._ids(f"select e.id {source} and e.id = any(%s::bigint[]) order by e.id limit %s", [*values, listed, most])
        if match.expression is not None:
            return self.oldest(match, most, 0)
        if not match.conditions:
            return self._ids("select e.id from entity e order by e.id limit %s", [most])
        source, values = self._source(match)
        return sorted(self._ids(f"select e.id {source} limit %s", [*values, most]))

    def orderly(self, match: Match) -> bool:
        """Return whether `several` gives the oldest."""
        return match.expression is not None or not match.conditions

    def oldest(self, match: Match, limit: int, offset: int) -> list[int]:
        """Return a page of all that are found, in order."""
        if match.expression is None:
            source, values = self._source(match)
            return self._ids(f"select e.id {source} order by e.id limit %s offset %s", [*values, limit, offset])
        if match.conditions:
            return list(islice(self._held_against(match, match.expression), offset, offset + limit))
        return self._first(match.expression, limit, offset)

    def ordered(self, match: Match, order: Sequence[Order], limit: int, offset: int) -> list[int]:
        """Return a page of all that are found, ordered so, and the older of equals first."""
        source, values = self._source(match)
        if match.expression is not None:
            ids = self._first(match.expression, COUNTED + 1, 0)
            if len(ids) <= COUNTED:
                source, values = f"{source} and e.id = any(%s::bigint[])", [*values, ids]
        listed = ", ".join(f"{by} {'desc' if item.descending else 'asc'}" for item in order for by in _ORDERS[item.by])
        return self._ids(f"select e.id {source} order by {listed}, e.id limit %s offset %s", [*values, limit, offset])

    def _first(self, term: Term, limit: int, offset: int) -> list[int]:
        found: list[int] = []
        for first, bits in walk(self._database, term):
            count = bits.bit_count()
            if offset < count:
                found += numbers(first, bits)[offset : offset + limit - len(found)]
                if len(found) == limit:
                    break
            offset = max(0, offset - count)
        return found

    def _held_against(self, match: Match, term: Term) -> Iterator[int]:
        """Return what the index finds and the conditions leave, the oldest first."""
        where = " and ".join(f"({item})" for item in match.conditions)
        sql = f"select e.id from entity e where e.id = any(%s::bigint[]) and {where} order by e.id"  # noqa: S608  (constants, marks)
        for first, bits in walk(self._database, term):
            listed = numbers(first, bits)
            for start in range(0, len(listed), _PORTION):
                yield from self._ids(sql, [listed[start : start + _PORTION], *match.values])

    def _source(self, match: Match) -> tuple[str, list[Any]]:
        """Return `from … where …`, for what no index has to find first, with its values."""
        fits, values = ("true", []) if match.expression is None else self._dialect.fitting(match.expression)
        where = "".join(f" and ({item})" for item in match.conditions)
        return f"from entity e where {fits}{where}", [*values, *match.values]

    def _ids(self, sql: str, values: Sequence[Any]) -> list[int]:
        return [number for (number,) in self._database.rows(sql, *values)]


def following(database: Rows, prefix: str, after: str | None, limit: int, readable: Sequence[str] | None) -> list[str]:
    """Return names that begin so, whatever the case, in order and as often as they are there: those after one, if it is given."""
    first, last = after or prefix, prefix + chr(0x10FFFF)
    where, values = f"{_BEGINNING} >= {_start('%s')} and {_BEGINNING} <= {_start('%s')}", [first, last]
    where, values = f"{where} and {_LOWER} >= {_low('%s')} and {_LOWER} < {_low('%s')}", [*values, first, last]
    if after is not None:
        where, values = f"{where} and ({_LOWER}, e.name) > ({_low('%s')}, %s)", [*values, after, after]
    order = f"order by {_BEGINNING}, {_LOWER}, e.name limit %s"
    if readable is None:
        rows = database.rows(f"select e.name from entity e where {where} {order}", *values, limit)  # noqa: S608  (constants, marks)
    else:  # each collection by itself: all of a large one would be looked through for what a small one has
        inner = f"select e.name from entity e where e.collection = c.one and {where} {order}"  # noqa: S608
        sql = f"select e.name from unnest(%s::text[]) c (one), lateral ({inner}) e {order}"  # noqa: S608
        rows = database.rows(sql, list(readable), *values, limit, limit)
    return [name for (name,) in rows]


def _low(text: str) -> str:
    return f'lower({text}::text collate "C")'


def _start(text: str) -> str:
    return f"left({_low(text)}, 200)"
