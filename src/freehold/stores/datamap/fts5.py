"""Searches as SQLite understands them: an FTS5 expression, and SQL over JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from freehold.datamap.search import Compared
from freehold.stores.datamap.match import COLUMNS, SIGNS, Match, places, word_of

_WEIGHTS = {"name": 1.0, "qualified": 0.4, "text": 0.1}


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
        listed = " AND ".join(map(_quoted, words))
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
        """Return the statement that gives how well the entities fit the words, and its values.

        Each word counts by where it is best found. How rare a word is (`bm25`) would tell of entities that the caller may not read.
        """
        found, values = list[str](), list[Any]()
        for at, word in enumerate(match.words):
            for place, weight in _WEIGHTS.items():
                found.append(f"select rowid as id, {at} as word, {weight} as weight from search where search match ?")  # noqa: S608
                values.append(self.every([f"{{{place}}} : {_quoted(word)}", str(match.expression)]))
        best = f"select id, max(weight) as best from ({' union all '.join(found)}) group by id, word"  # noqa: S608  (constants)
        return f"select id, sum(best) / {len(match.words)} from ({best}) group by id", values  # noqa: S608  (constants)


def _quoted(word: str) -> str:
    return f'"{word.rstrip("*")}"{" *" if word.endswith("*") else ""}'


def _held(attribute: str) -> tuple[str, list[Any]]:
    if attribute in COLUMNS:
        return COLUMNS[attribute], []
    paths = ["$" + "".join(f'."{part}"' for part in place) for place in places(attribute)]
    found = ", ".join("json_extract(e.body, ?)" for _ in paths)
    return (f"coalesce({found})" if len(paths) > 1 else found), list(paths)
