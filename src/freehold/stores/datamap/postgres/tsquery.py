"""Searches as PostgreSQL understands them: a tree of words that were split here, and SQL over JSON.

It compares as SQLite does: numbers, texts and what is missing are told apart, and no comparison can fail on a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from freehold.datamap.search import Compared
from freehold.stores.datamap.folding import split
from freehold.stores.datamap.match import COLUMNS, SIGNS, places
from freehold.stores.datamap.postgres.terms import Begun, Every, Some, Term, Without, Word, tsquery
from freehold.stores.datamap.postgres.words import mark

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*", re.ASCII)
_TIMES = frozenset({"createTime", "updateTime"})
_BYTES = ' collate "C"'
_NOTHING = Word(mark("nothing", ""))

_IS_TRUE = "case j.held #>> '{}' when 'true' then"
_AS_NUMBER = (
    f"case json_typeof(j.held) when 'number' then (j.held #>> '{{}}')::numeric when 'boolean' then {_IS_TRUE} 1 else 0 end end"
)
_AS_TEXT = "case when json_typeof(j.held) in ('string', 'array', 'object') then j.held #>> '{}' end"
_AS_WRITTEN = (
    f"case json_typeof(j.held) when 'null' then null when 'boolean' then {_IS_TRUE} '1' else '0' end else j.held #>> '{{}}' end"
)


class TsQuery:
    """A `match.Dialect`."""

    mark = "%s"
    listed = "unnest(%s::bigint[]) j (value)"

    def word(self, kind: str, value: str) -> Term:
        """Return the expression for a word of a kind."""
        return Word(mark(kind, value))

    def words(self, words: Sequence[str]) -> Term:
        """Return the expression for all of several words of people; one with `*` behind it is unfinished."""
        return self.every([Begun(part) if word.endswith("*") else Word(part) for word in words for part in split(word)])

    def every(self, parts: Sequence[Term]) -> Term:
        """Return the expression for all of several."""
        return Every(tuple(parts)) if parts else _NOTHING

    def some(self, parts: Sequence[Term]) -> Term:
        """Return the expression for any of several."""
        return Some(tuple(parts)) if parts else _NOTHING

    def without(self, whole: Term, part: Term) -> Term:
        """Return the expression for what fits `whole` and not `part`."""
        return Without(whole, part)

    def compared(self, item: Compared) -> tuple[str, list[Any]]:
        """Return the condition on an attribute, and its values.

        Raises:
            SearchInvalid: No attribute can have that name.
        """
        value = int(item.value) if isinstance(item.value, bool) else item.value
        if item.attribute in COLUMNS:
            return _of_column(item, value)
        paths = [list(place) for place in places(item.attribute)]
        held, bound = "e.body::json #> %s", [paths[0]]
        if len(paths) > 1:
            held, bound = f"case when json_typeof({held}) <> 'null' then {held} else {held} end", [paths[0], *paths]
        test, values = _test(item.operator, value)
        return f"(select {test} from (select {held}) j (held))", [*values, *bound]  # noqa: S608  (constants and marks)

    def numbers(self, ids: Sequence[int]) -> list[int]:
        """Return numbers as one value to bind."""
        return list(ids)

    def fitting(self, expression: Term) -> tuple[str, list[Any]]:
        """Return the condition that an entity fits an expression, and its values."""
        return "e.words @@ %s::tsquery", [tsquery(expression)]


def _of_column(item: Compared, value: str | float) -> tuple[str, list[Any]]:
    column, timed = COLUMNS[item.attribute], item.attribute in _TIMES
    if item.operator in {"contains", "prefix"}:
        return _within(f"{column}::text", item.operator), [str(value)]
    if not timed:
        return f"{column} {_sign(item.operator)} %s::text", [str(value)]
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return ("true" if item.operator in {"ne", "lt", "le"} else "false"), []  # a number comes before every text
    return f"{column} {_sign(item.operator)} %s::numeric", [str(value).strip()]


def _test(operator: str, value: str | float) -> tuple[str, list[Any]]:
    """Return a condition on what an attribute holds (`j.held`), unknown where there is nothing."""
    if operator in {"contains", "prefix"}:
        return _within(_AS_WRITTEN, operator), [str(value)]
    if operator == "ne":
        test, values = _test("eq", value)
        return f"not coalesce({test}, false)", values
    own, other, kind = (_AS_TEXT, _AS_NUMBER, "text") if isinstance(value, str) else (_AS_NUMBER, _AS_TEXT, "numeric")
    test = f"({own}) {_sign(operator)} %s::{kind}{_BYTES if kind == 'text' else ''}"
    if operator == "eq":
        return f"coalesce({test}, false)", [str(value)]
    beyond = {"lt", "le"} if kind == "text" else {"gt", "ge"}  # numbers come before texts
    return (f"({test} or ({other}) is not null)" if operator in beyond else test), [str(value)]


def _within(text: str, operator: str) -> str:
    found = f"strpos(lower(({text}){_BYTES}), lower(%s::text{_BYTES}))"
    return f"{found} > 0" if operator == "contains" else f"{found} = 1"


def _sign(operator: str) -> str:
    return {"eq": "=", "ne": "<>", **SIGNS}[operator]
