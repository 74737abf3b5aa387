"""Searches as SQLite understands them: an FTS5 expression, and SQL over JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from freehold.datamap.search import Compared, Order
from freehold.stores.datamap.finding import ORDERS, Rows, few
from freehold.stores.datamap.match import COLUMNS, SIGNS, Match, places, word_of

_ORDERS = ORDERS | {"name": "e.name collate nocase"}


class Fts5:
    """A `match.Dialect`."""

    mark = "?"
    listed = "json_each(?) j"

    def word(self, kind: str, value: str) -> str:
        """Return the expression for a word of a kind."""
        return f"tags : {word_of(kind, value)}"

    def words(self, words: Sequence[str]) -> str:
        """Return the expression for all of several words of people; one with `*` behind it is unfinished."""
        listed = " AND ".join(f'"{word.rstrip("*")}"{" *" if word.endswith("*") else ""}' for word in words)
        return f"{{name qualified text}} : ({listed})"

    def every(self, parts: Sequence[str]) -> str:
        """Return the expression for all of several."""
        return " AND ".join(f"({part})" for part in parts)

    def some(self, parts: Sequence[str]) -> str:
        """Return the expression for any of several."""
        return " OR ".join(f"({part})" for part in parts)

    def without(self, whole: str, part: str) -> str:
        """Return the expression for what fits `whole` and not `part`."""
        return f"({whole}) NOT ({part})"

    def compared(self, item: Compared) -> tuple[str, list[Any]]:
        """Return the condition on an attribute, and its values.

        Raises:
            SearchInvalid: No attribute can have that name.
        """
        value = int(item.value) if isinstance(item.value, bool) else item.value
        held, before = _held(item.attribute)
        if item.operator in {"contains", "prefix"}:
            test = "instr(lower({0}), lower(?)) > 0" if item.operator == "contains" else "instr(lower({0}), lower(?)) = 1"
            return test.format(held), [*before, str(value)]
        if item.operator in {"eq", "ne"}:
            return f"{held} is {'not ' if item.operator == 'ne' else ''}?", [*before, value]
        return f"{held} {SIGNS[item.operator]} ?", [*before, value]

    def numbers(self, ids: Sequence[int]) -> str:
        """Return numbers as one value to bind."""
        return msgspec.json.encode(ids).decode()

    def fitting(self, expression: str) -> tuple[str, list[Any]]:
        """Return the condition that an entity fits an expression, and its values."""
        return "e.id in (select rowid from search where search match ?)", [expression]


class Fts5Index:
    """A `finding.Index` over FTS5's, which gives what it finds by number."""

    def __init__(self, database: Rows, dialect: Fts5) -> None:
        """Search in `database`."""
        self._database = database
        self._dialect = dialect

    def several(self, match: Match, most: int) -> list[int]:
        """Return entities that are found, in order: all, or `most` of them, which are the oldest if `orderly` says so."""
        if match.expression is not None and not match.conditions:
            sql = "select rowid from search where search match ? order by rowid limit ?"
            return self._ids(sql, [match.expression, most])
        if not match.conditions:
            return self.oldest(match, most, 0)
        listed = few(self._database, match)
        source, values, _ = _source(match) if listed is None else self._among(match, listed)
        return sorted(self._ids(f"select e.id {source} limit ?", [*values, most]))

    def orderly(self, match: Match) -> bool:
        """Return whether `several` gives the oldest."""
        return not match.conditions

    def oldest(self, match: Match, limit: int, offset: int) -> list[int]:
        """Return a page of all that are found, in order."""
        source, values, oldest = _source(match)
        return self._ids(f"select e.id {source} order by {oldest} limit ? offset ?", [*values, limit, offset])

    def ordered(self, match: Match, order: Sequence[Order], limit: int, offset: int) -> list[int]:
        """Return a page of all that are found, ordered so, and the older of equals first."""
        source, values, _ = _source(match)
        listed = ", ".join(f"{_ORDERS[item.by]} {'desc' if item.descending else 'asc'}" for item in order)
        return self._ids(f"select e.id {source} order by {listed}, e.id limit ? offset ?", [*values, limit, offset])

    def _among(self, match: Match, ids: Sequence[int]) -> tuple[str, list[Any], str]:
        """Return what `_source` does, to be asked of those entities alone."""
        where = "".join(f" and ({item})" for item in match.conditions)
        one = "exists (select 1 from search s where s.rowid = e.id and search match ?)"
        source = f"from {self._dialect.listed} join entity e on e.id = j.value where {one}{where}"
        return source, [self._dialect.numbers(ids), match.expression, *match.values], "e.id"

    def _ids(self, sql: str, values: Sequence[Any]) -> list[int]:
        return [number for (number,) in self._database.rows(sql, *values)]


def _source(match: Match) -> tuple[str, list[Any], str]:
    """Return `from … where …` with its values, and by what the oldest come first."""
    where = "".join(f" and ({item})" for item in match.conditions)
    if match.expression is None:
        return f"from entity e where true{where}", match.values, "e.id"
    source = f"from search s join entity e on e.id = s.rowid where search match ?{where}"
    return source, [match.expression, *match.values], "s.rowid"


def _held(attribute: str) -> tuple[str, list[Any]]:
    if attribute in COLUMNS:
        return COLUMNS[attribute], []
    paths = ["$" + "".join(f'."{part}"' for part in place) for place in places(attribute)]
    found = ", ".join("json_extract(e.body, ?)" for _ in paths)
    return (f"coalesce({found})" if len(paths) > 1 else found), list(paths)
