"""What a search asks: keywords, a filter as a neutral tree of conditions, order, facets and a page.

The filter is Purview's: a node may name its `kind` or leave it out; what is not of the grammar is refused, never ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from freehold.errors import SearchInvalid

DEEPEST = 20
WIDEST = 500
MOST = 1_000
"""How many results one page may have."""

FURTHEST = 100_000
"""How far into the results a page may begin."""

DAY = 86_400_000
_WHOLE = 2**63
OPERATORS = ("eq", "ne", "gt", "ge", "lt", "le", "contains", "prefix", "startsWith", "timerange")
RANGES = {"LAST_24H": 1, "LAST_7D": 7, "LAST_30D": 30, "LAST_365D": 365}
FACETS = ("assetType", "classification", "collectionId", "contactId", "entityType", "label", "objectType", "term", "typeName")


class And(msgspec.Struct, frozen=True, tag=True):
    """All of several conditions; none is always true."""

    of: tuple[Condition, ...]


class Or(msgspec.Struct, frozen=True, tag=True):
    """Any of several conditions."""

    of: tuple[Condition, ...]


class Not(msgspec.Struct, frozen=True, tag=True):
    """The opposite of a condition."""

    of: Condition


class Tagged(msgspec.Struct, frozen=True, tag=True):
    """The entity has one of these words of a kind: its type, a classification, a label, a term, its collection and so on."""

    kind: str
    values: tuple[str, ...]


class Compared(msgspec.Struct, frozen=True, tag=True):
    """An attribute of the entity compares so with a value; of business metadata the name is `Set.attribute`."""

    attribute: str
    operator: str
    value: str | int | float | bool


class Timed(msgspec.Struct, frozen=True, tag=True):
    """The entity was created or updated (`moment`) from `start` (included) to `end` (left out), in milliseconds since the epoch."""

    moment: str
    start: int | None = None
    end: int | None = None


Condition = And | Or | Not | Tagged | Compared | Timed
EVERYTHING = And(())


class Facet(msgspec.Struct, frozen=True):
    """How many results have each word of a kind; the `count` most frequent ones, or the first by name."""

    kind: str
    count: int = 10
    by_name: bool = False


class Order(msgspec.Struct, frozen=True):
    """By what results are put in order."""

    by: str
    descending: bool = False


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A search as it was asked."""

    words: str = ""
    condition: Condition = EVERYTHING
    facets: tuple[Facet, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int = 50
    offset: int = 0


Subtypes = Callable[[str], frozenset[str]]
"""Returns a type and all that build on it."""


def read_search(given: Any, subtypes: Subtypes, now: int) -> Search:
    """Return the search of a request's body; `now` is in milliseconds since the epoch.

    Raises:
        SearchInvalid: It is not of the grammar.
    """
    if not isinstance(given, dict):
        raise _bad("a search comes as an object", 'send {"keywords": "…", "filter": {…}, "limit": 50}')
    words = given.get("keywords")
    if words is not None and (not isinstance(words, str) or len(words) > 1_000):
        raise _bad("`keywords` is no text of at most 1,000 characters", "send words, or null for everything")
    return Search(
        words=words or "",
        condition=read_filter(given.get("filter"), subtypes, now),
        facets=tuple(_facet(item) for item in _items(given, "facets")),
        order=tuple(_order(item) for item in _items(given, "orderby")),
        limit=_number(given, "limit", 50, 0, MOST),
        offset=_offset(given),
    )


def _offset(given: Mapping[str, Any]) -> int:
    token = given.get("continuationToken")
    if token is None:
        return _number(given, "offset", 0, 0, FURTHEST)
    if not isinstance(token, str) or not token.isascii() or not token.isdigit() or len(token) > 9:
        raise _bad("`continuationToken` is none of this catalogue", "send the one of the page before")
    return int(token)


def read_filter(given: Any, subtypes: Subtypes, now: int) -> Condition:
    """Return the condition that a filter writes; nothing, or an empty object, is always true.

    Raises:
        SearchInvalid: It is not of the grammar, or too deep or wide.
    """
    if given is None or given == {}:
        return EVERYTHING
    return _Reader(subtypes, now).read(given, 0)


class _Reader:
    def __init__(self, subtypes: Subtypes, now: int) -> None:
        self._subtypes = subtypes
        self._now = now
        self._seen = 0

    def read(self, node: Any, depth: int) -> Condition:
        self._seen += 1
        if depth > DEEPEST or self._seen > WIDEST:
            raise _bad("the filter is too large", f"nest at most {DEEPEST} deep and ask at most {WIDEST} conditions")
        if not isinstance(node, dict):
            raise _bad("a node of the filter is no object", 'write conditions such as {"entityType": "azure_sql_table"}')
        for word, make in (("and", And), ("or", Or)):
            if word in node:
                inner = node[word]
                if not isinstance(inner, list) or not inner:
                    raise _bad(f"`{word}` wants a list of conditions", f'write {{"{word}": [{{…}}, {{…}}]}}')
                return make(tuple(self.read(item, depth + 1) for item in inner))
        if "not" in node:
            return Not(self.read(node["not"], depth + 1))
        return self._leaf(node)

    def _leaf(self, node: dict[str, Any]) -> Condition:
        if "attributeName" in node:
            return self._compared(node)
        for moment in ("createTime", "updateTime"):
            if moment in node:
                return self._timed(moment, node[moment])
        for member, read in _LEAVES.items():
            if member in node:
                return read(self._subtypes, node, _word(node[member], member))
        shown = ", ".join(str(name)[:40] for name in list(node)[:5])
        raise _bad(
            f"the filter has a condition that is not known: {shown or 'none'}", "see the table of filters in docs/purview.md"
        )

    def _compared(self, node: dict[str, Any]) -> Condition:
        name, operator, value = node["attributeName"], node.get("operator", "eq"), node.get("attributeValue")
        if not isinstance(name, str) or not 0 < len(name) <= 300 or operator not in OPERATORS:
            raise _bad("a condition on an attribute is malformed", f"use one of the operators {', '.join(OPERATORS)}")
        if operator == "timerange":
            moment = {"createTime": "createTime", "updateTime": "updateTime", "modifiedTime": "updateTime"}.get(name)
            if moment is None:
                raise _bad(f"`timerange` is not for `{name[:80]}`", "use it for createTime and updateTime")
            return self._timed(moment, value)
        if not isinstance(value, str | int | float | bool) or (isinstance(value, int) and not -_WHOLE <= value < _WHOLE):
            raise _bad(
                f"the condition on `{name[:80]}` has no value that can be compared",
                "give `attributeValue` a text, a boolean, or a number (a whole one of at most 64 bits)",
            )
        return Compared(name, "prefix" if operator == "startsWith" else operator, value)

    def _timed(self, moment: str, given: Any) -> Condition:
        if isinstance(given, dict):
            threshold, operator = given.get("timeThreshold"), given.get("operator")
            if isinstance(threshold, int) and not isinstance(threshold, bool) and abs(threshold) < 2**53:
                if operator in ("lt", "le"):
                    return Timed(moment, end=threshold + (operator == "le"))
                if operator in ("gt", "ge"):
                    return Timed(moment, start=threshold + (operator == "gt"))
        if isinstance(given, str) and given in RANGES:
            return Timed(moment, start=self._now - RANGES[given] * DAY)
        if given == "MORE_THAN_365D":
            return Timed(moment, end=self._now - 365 * DAY)
        raise _bad(f"`{moment}` has no known range", 'write "LAST_7D", or {"operator": "lt", "timeThreshold": milliseconds}')


def _typed(subtypes: Subtypes, node: dict[str, Any], name: str) -> Condition:
    whole = _said(node, "includeSubTypes")
    return Tagged("type", tuple(sorted(subtypes(name))) if whole else (name,))


def _classified(subtypes: Subtypes, node: dict[str, Any], name: str) -> Condition:
    whole = _said(node, "includeSubClassifications")
    return Tagged("classification", tuple(sorted(subtypes(name))) if whole else (name,))


def _term(_: Subtypes, node: dict[str, Any], name: str) -> Condition:
    glossary = node.get("glossary")
    return Tagged("term", (f"{name}@{glossary}",)) if isinstance(glossary, str) else Tagged("termName", (name,))


def _said(node: dict[str, Any], member: str) -> bool:
    found = node.get(member)
    if found is None or isinstance(found, bool):
        return found is not False
    if not isinstance(found, str) or found.lower() not in {"true", "false"}:
        raise _bad(f"`{member}` is neither true nor false", "correct it, or leave it out")
    return found.lower() == "true"


def _plain(kind: str) -> Callable[[Subtypes, dict[str, Any], str], Condition]:
    def read(_: Subtypes, __: dict[str, Any], word: str) -> Condition:
        return Tagged(kind, (word,))

    return read


_LEAVES: dict[str, Callable[[Subtypes, dict[str, Any], str], Condition]] = {
    "entityType": _typed,
    "typeName": _typed,
    "classification": _classified,
    "collectionId": _plain("collection"),
    "objectType": _plain("object"),
    "assetType": _plain("asset"),
    "id": _plain("guid"),
    "fileExtension": _plain("extension"),
    "termGuid": _plain("termGuid"),
    "term": _term,
    "label": _plain("label"),
}


def _word(given: Any, member: str) -> str:
    if not isinstance(given, str) or not 0 < len(given) <= 1_000:
        raise _bad(f"`{member}` is no text", "give a text of at most 1,000 characters")
    return given


def _items(given: Mapping[str, Any], member: str) -> list[Any]:
    found = given.get(member)
    if found is None:
        return []
    if not isinstance(found, list) or len(found) > 20:
        raise _bad(f"`{member}` is no list of at most 20", "send a list")
    return found


def _facet(given: Any) -> Facet:
    name = given.get("facet") if isinstance(given, dict) else None
    if name not in FACETS:
        raise _bad(f"the facet `{str(name)[:80]}` is not known", f"use one of {', '.join(FACETS)}")
    sort = given.get("sort")
    return Facet(name, _number(given, "count", 10, 0, MOST), isinstance(sort, dict) and "value" in sort)


def _order(given: Any) -> Order:
    if isinstance(given, dict) and len(given) == 1:
        name, way = next(iter(given.items()))
        if name in {"name", "qualifiedName", "createTime", "updateTime", "entityType"} and str(way).upper() in {"ASC", "DESC"}:
            return Order(name, str(way).upper() == "DESC")
    raise _bad("`orderby` cannot be read", 'write [{"name": "ASC"}]; of name, qualifiedName, createTime, updateTime, entityType')


def _number(given: Mapping[str, Any], member: str, default: int, least: int, most: int) -> int:
    found = given.get(member)
    if found is None:
        return default
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
        raise _bad(f"`{member}` is no number from {least} to {most:,}", "correct it, or leave it out")
    return found


def _bad(detail: str, remedy: str) -> SearchInvalid:
    return SearchInvalid(detail, remedy=remedy)
