"""A search's words and conditions for a database: an expression for its index as far as it can be one, SQL for the rest.

What callers wrote becomes quoted words or bound values; no text of theirs is ever part of a statement.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, Protocol

from freehold.datamap.search import And, Compared, Condition, Not, Or, Search, Tagged, Timed
from freehold.errors import SearchInvalid

_WORD = re.compile(r"[^\W_]+\*?")
_MOST_WORDS = 32
COLUMNS = {"name": "e.name", "qualifiedName": "e.qualified", "createTime": "e.created", "updateTime": "e.updated"}
"""Attributes that are columns of the entity."""

SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
ALL = ("all", "1")
"""The word that every entity has."""


class Dialect(Protocol):
    """How one database says it. Entities are `e`; what is an expression for its index, it alone knows."""

    mark: str
    """What stands for a bound value."""

    listed: str
    """A table `j (value)` of numbers, of one bound value as `numbers` gives it."""

    def word(self, kind: str, value: str) -> Any:
        """Return the expression for a word of a kind."""
        ...

    def words(self, words: Sequence[str]) -> Any:
        """Return the expression for all of several words of people; one with `*` behind it is unfinished."""
        ...

    def every(self, parts: Sequence[Any]) -> Any:
        """Return the expression for all of several."""
        ...

    def some(self, parts: Sequence[Any]) -> Any:
        """Return the expression for any of several."""
        ...

    def without(self, whole: Any, part: Any) -> Any:
        """Return the expression for what fits `whole` and not `part`."""
        ...

    def compared(self, item: Compared) -> tuple[str, list[Any]]:
        """Return the condition on an attribute, and its values.

        Raises:
            SearchInvalid: No attribute can have that name.
        """
        ...

    def numbers(self, ids: Sequence[int]) -> Any:
        """Return numbers as one value to bind."""
        ...

    def fitting(self, expression: Any) -> tuple[str, list[Any]]:
        """Return the condition that an entity fits an expression, and its values."""
        ...


@lru_cache(maxsize=65_536)
def word_of(kind: str, value: str) -> str:
    """Return the word of the index for a word of a kind: letters and digits alone, whatever the value holds."""
    return "x" + hashlib.blake2b(f"{kind}\0{value}".encode("utf-8", "replace"), digest_size=8).hexdigest()


def places(attribute: str) -> list[tuple[str, ...]]:
    """Return where in an entity's body an attribute may be; the first place that has it counts.

    Raises:
        SearchInvalid: No attribute can have that name.
    """
    if '"' in attribute or "\\" in attribute:
        raise SearchInvalid(f"no attribute is called `{attribute[:80]}`", remedy="correct its name")
    owner, dot, name = attribute.partition(".")
    return [("attributes", attribute), *([("business", owner, name)] if dot else [])]


class Match:
    """What to ask: `expression` for the index (None where everything fits), and `conditions` of SQL with their `values`.

    `narrow` is one of the conditions that an index of a column answers, and that may leave few entities, with its values.
    """

    def __init__(self, wanted: Search, readable: Collection[str] | None, dialect: Dialect) -> None:
        """Translate a search in the collections that may be read."""
        self._dialect = dialect
        self.conditions: list[str] = []
        self.values: list[Any] = []
        self.narrow: tuple[str, list[Any]] | None = None
        self.words = _words(wanted.words)
        parts: list[Any] = []
        if self.words:
            parts.append(dialect.words(self.words))
        elif wanted.words.strip(" *"):
            parts.append(dialect.word("nothing", wanted.words))
        if readable is not None:
            parts.append(self._tagged(Tagged("collection", tuple(sorted(readable)) or ("",))))
        for item in _conjuncts(wanted.condition):
            found = self._expression(item)
            if found is not None:
                parts.append(found)
            else:
                sql, values = self._sql(item)
                self.conditions.append(sql)
                self.values += values
                if isinstance(item, Tagged) or (self.narrow is None and isinstance(item, Timed) and item.moment == "updateTime"):
                    self.narrow = sql, values
        self.expression = dialect.every(parts) if parts else None

    def _expression(self, item: Condition) -> Any:
        """Return a condition as an expression of the index, or None where it cannot be one."""
        match item:
            case Tagged(kind="guid"):
                return None
            case Tagged():
                return self._tagged(item)
            case And(of=of) | Or(of=of):
                found = [self._expression(part) for part in of]
                parts = [part for part in found if part is not None]
                if not parts or len(parts) < len(found):
                    return None
                return self._dialect.every(parts) if isinstance(item, And) else self._dialect.some(parts)
            case Not(of=inner):
                part = self._expression(inner)
                return None if part is None else self._dialect.without(self._dialect.word(*ALL), part)
            case _:
                return None

    def _tagged(self, item: Tagged) -> Any:
        return self._dialect.some([self._dialect.word(item.kind, value) for value in item.values])

    def _sql(self, item: Condition) -> tuple[str, list[Any]]:
        mark = self._dialect.mark
        match item:
            case And(of=of) | Or(of=of):
                parts = [self._sql(part) for part in of]
                word = " and " if isinstance(item, And) else " or "
                return f"({word.join(sql for sql, _ in parts) or 'true'})", [value for _, values in parts for value in values]
            case Not(of=inner):
                sql, values = self._sql(inner)
                return f"not coalesce({sql}, false)", values
            case Tagged(kind="guid", values=guids):
                return f"e.guid = {mark}", [guids[0]]
            case Tagged():
                return self._dialect.fitting(self._tagged(item))
            case Timed():
                column = COLUMNS[item.moment]
                ends = [(f"{column} >= {mark}", item.start), (f"{column} < {mark}", item.end)]
                given = [(sql, value) for sql, value in ends if value is not None]
                return " and ".join(sql for sql, _ in given), [value for _, value in given]
            case Compared():
                return self._dialect.compared(item)


def _words(text: str) -> list[str]:
    words = _WORD.findall(text)
    if len(words) > _MOST_WORDS:
        raise SearchInvalid(f"the search has more than {_MOST_WORDS} words", remedy="use fewer")
    return words


def _conjuncts(item: Condition) -> list[Condition]:
    return [inner for part in item.of for inner in _conjuncts(part)] if isinstance(item, And) else [item]
