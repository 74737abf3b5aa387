"""A search's words and conditions as SQLite understands them: an FTS5 expression as far as it can be one, SQL for the rest.

What callers wrote becomes quoted words or bound values; no text of theirs is ever part of a statement.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from freehold.datamap.search import And, Compared, Condition, Not, Or, Search, Tagged, Timed
from freehold.errors import SearchInvalid

_WORD = re.compile(r"[^\W_]+\*?")
_MOST_WORDS = 32
_OPERATORS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_COLUMNS = {"name": "e.name", "qualifiedName": "e.qualified", "createTime": "e.created", "updateTime": "e.updated"}
ALL = ("all", "1")
"""The word that every entity has."""


@lru_cache(maxsize=65_536)
def word_of(kind: str, value: str) -> str:
    """Return the word of the index for a word of a kind: letters and digits alone, whatever the value holds."""
    return "x" + hashlib.blake2b(f"{kind}\0{value}".encode("utf-8", "replace"), digest_size=8).hexdigest()


class Match:
    """What to ask: `expression` for the index (None where everything fits), and `conditions` of SQL with their `values`."""

    def __init__(self, wanted: Search, readable: Collection[str] | None) -> None:
        """Translate a search in the collections that may be read."""
        self.conditions: list[str] = []
        self.values: list[Any] = []
        self.has_words = False
        parts = [part for part in (self._words(wanted.words),) if part]
        if readable is not None:
            parts.append(_tagged(Tagged("collection", tuple(sorted(readable)) or ("",))))
        for item in _conjuncts(wanted.condition):
            found = _expression(item)
            if found is not None:
                parts.append(found)
            else:
                sql, values = _sql(item)
                self.conditions.append(sql)
                self.values += values
        self.expression = " AND ".join(f"({part})" for part in parts) if parts else None

    def _words(self, text: str) -> str | None:
        words = _WORD.findall(text)
        if len(words) > _MOST_WORDS:
            raise SearchInvalid(f"the search has more than {_MOST_WORDS} words", remedy="use fewer")
        self.has_words = bool(words)
        if not words:
            return _word("nothing", text) if text.strip(" *") else None
        listed = " AND ".join(f'"{word.rstrip("*")}"{" *" if word.endswith("*") else ""}' for word in words)
        return f"{{name qualified text}} : ({listed})"


def _conjuncts(item: Condition) -> list[Condition]:
    return [inner for part in item.of for inner in _conjuncts(part)] if isinstance(item, And) else [item]


def _expression(item: Condition) -> str | None:
    """Return a condition as an expression of the index, or None where it cannot be one."""
    match item:
        case Tagged(kind="guid"):
            return None
        case Tagged():
            return _tagged(item)
        case And(of=of) | Or(of=of):
            parts = [_expression(part) for part in of]
            if not parts or any(part is None for part in parts):
                return None
            return (" AND " if isinstance(item, And) else " OR ").join(f"({part})" for part in parts)
        case Not(of=inner):
            found = _expression(inner)
            return None if found is None else f"({_word(*ALL)}) NOT ({found})"
        case _:
            return None


def _tagged(item: Tagged) -> str:
    return " OR ".join(_word(item.kind, value) for value in item.values)


def _word(kind: str, value: str) -> str:
    return f"tags : {word_of(kind, value)}"


def _sql(item: Condition) -> tuple[str, list[Any]]:
    match item:
        case And(of=of) | Or(of=of):
            parts = [_sql(part) for part in of]
            word = " and " if isinstance(item, And) else " or "
            return f"({word.join(sql for sql, _ in parts) or '1'})", [value for _, values in parts for value in values]
        case Not(of=inner):
            sql, values = _sql(inner)
            return f"not coalesce({sql}, 0)", values
        case Tagged(kind="guid", values=guids):
            return "e.guid = ?", [guids[0]]
        case Tagged():
            return "e.id in (select rowid from search where search match ?)", [_tagged(item)]
        case Timed():
            column = "e.created" if item.moment == "createTime" else "e.updated"
            ends = [(f"{column} >= ?", item.start), (f"{column} < ?", item.end)]
            return " and ".join(sql for sql, value in ends if value is not None), [value for _, value in ends if value is not None]
        case Compared():
            return _compared(item)


def _compared(item: Compared) -> tuple[str, list[Any]]:
    value = int(item.value) if isinstance(item.value, bool) else item.value
    held, before = _held(item.attribute)
    if item.operator in {"contains", "prefix"}:
        test = "instr(lower({0}), lower(?)) > 0" if item.operator == "contains" else "instr(lower({0}), lower(?)) = 1"
        return test.format(held), [*before, str(value)]
    if item.operator in {"eq", "ne"}:
        return f"{held} is {'not ' if item.operator == 'ne' else ''}?", [*before, value]
    return f"{held} {_OPERATORS[item.operator]} ?", [*before, value]


def _held(attribute: str) -> tuple[str, list[Any]]:
    if attribute in _COLUMNS:
        return _COLUMNS[attribute], []
    if '"' in attribute or "\\" in attribute:
        raise SearchInvalid(f"no attribute is called `{attribute[:80]}`", remedy="correct its name")
    owner, dot, name = attribute.partition(".")
    own = f'$.attributes."{attribute}"'
    if not dot:
        return "json_extract(e.body, ?)", [own]
    return "coalesce(json_extract(e.body, ?), json_extract(e.body, ?))", [own, f'$.business."{owner}"."{name}"']
