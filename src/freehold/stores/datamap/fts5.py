"""Searches as SQLite understands them: an FTS5 expression, and SQL over JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from freehold.datamap.search import Compared
from freehold.stores.datamap.match import COLUMNS, SIGNS, Match, places, word_of


class Fts5:
    """A `match.Dialect`."""

    mark = "?"
    fits = "e.id in (select rowid from search where search match ?)"
    by_name = "e.name collate nocase"
    listed = "json_each(?) j"
    oldest = "select rowid from search where search match ? order by rowid limit ?"

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

    def source(self, expression: str | None) -> tuple[str, str]:
        """Return `from … where …` with the expression as its one value, if there is one; and by what the oldest come first."""
        if expression is None:
            return "from entity e where true", "e.id"
        return "from search s join entity e on e.id = s.rowid where search match ?", "s.rowid"

    def ranked(self, match: Match) -> tuple[str, list[Any]]:
        """Return the statement that gives how well the entities fit the words, and its values."""
        return "select rowid, -bm25(search, 10.0, 4.0, 1.0, 0.0) from search where search match ?", [match.expression]


def _held(attribute: str) -> tuple[str, list[Any]]:
    if attribute in COLUMNS:
        return COLUMNS[attribute], []
    paths = ["$" + "".join(f'."{part}"' for part in place) for place in places(attribute)]
    found = ", ".join("json_extract(e.body, ?)" for _ in paths)
    return (f"coalesce({found})" if len(paths) > 1 else found), list(paths)
