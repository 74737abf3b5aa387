"""Filters, orders, pages and counts of things. An unknown filter is refused: one left out would show more than was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from freehold.datamap.unified.shape import MOST, Read, each, flag, guid, one_of, read_members, record, text
from freehold.datamap.unified.things import THINGS, Kind
from freehold.errors import EntityInvalid, SearchInvalid

PAGE, LARGEST = 100, 1_000
"""How many things a page has, and the most that can be asked for."""

FURTHEST = 1_000_000
_ORDERS = frozenset({"name", "definition", "status", "type", "createdAt", "lastModifiedAt"})
_FACETS = {"domain": "domain", "status": "status", "type": "type", "owner": "owner", "owners": "owner", "dataType": "dataType"}
_SHORT = text(256)
Body = dict[str, Any]
_ATTRIBUTE = record(field=_SHORT, operator=one_of("eq", "ne", "contains", "notcontains", "prefix"), value=text(1_000), type=_SHORT)
_FILTERS: Mapping[str, Read] = {
    "ids": each(guid),
    "domainIds": each(guid),
    "nameKeyword": _SHORT,
    "owners": each(guid),
    "status": _SHORT,
    "multiStatus": each(_SHORT),
}
_OWN: Mapping[Kind, Mapping[str, Read]] = {
    Kind.PRODUCT: {"type": _SHORT, "types": each(_SHORT)},
    Kind.TERM: {"acronyms": each(_SHORT)},
    Kind.OBJECTIVE: {"definition": _SHORT},
    Kind.ASSET: {"sourceAssetIds": each(guid), "assetTypes": each(_SHORT), "includingOrphans": flag},
}
_ORDER = each(record(field=_SHORT, direction=one_of("asc", "desc")))


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a list, in which order: (member, whether descending) each."""

    skip: int = 0
    top: int = PAGE
    order: tuple[tuple[str, bool], ...] = ()


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What to find of a kind."""

    filters: Body = {}
    page: Page = Page()
    facets: tuple[str, ...] = ()


def read_query(kind: Kind, given: Any, skip: str | None = None, top: str | None = None) -> Query:
    """Return a query as a body says it; `skip` and `top` of the address go before those of the body.

    Raises:
        SearchInvalid: It has an unknown member, or one that does not fit.
    """
    members = {
        **_FILTERS,
        **_OWN.get(kind, {}),
        "managedAttributes": each(_ATTRIBUTE),
        "orderby": _ORDER,
        "facets": each(record(name=_SHORT)),
        "skip": _whole,
        "top": _whole,
    }
    try:
        found = read_members("query", {} if given is None else given, members)
    except EntityInvalid as error:
        raise SearchInvalid(error.detail, remedy=error.remedy) from None
    order = tuple((item.get("field", ""), item.get("direction") == "desc") for item in found.pop("orderby", ()))
    facets = tuple(item.get("name", "") for item in found.pop("facets", ()))
    unknown = [item for item in facets if item not in _FACETS]
    if unknown:
        raise SearchInvalid(f"`{unknown[0]}` cannot be counted", remedy=f"use {', '.join(sorted(_FACETS))}")
    bounds = {"skip": skip or str(found.pop("skip", 0)), "top": top or str(found.pop("top", PAGE))}
    found.pop("skip", None)
    found.pop("top", None)
    return Query(filters=found, page=read_page(bounds["skip"], bounds["top"], order), facets=facets)


def read_page(skip: str | None, top: str | None, order: Sequence[tuple[str, bool]] = ()) -> Page:
    """Return a page as an address says it; more than the largest page is cut.

    Raises:
        SearchInvalid: It is no page, or an order that is not known.
    """
    unknown = [name for name, _ in order if name not in _ORDERS]
    if unknown or len(order) > len(_ORDERS):
        raise SearchInvalid("the order is by something unknown", remedy=f"order by {', '.join(sorted(_ORDERS))}")
    return Page(skip=_bound("skip", skip, 0, FURTHEST), top=min(_bound("top", top, PAGE, FURTHEST), LARGEST), order=tuple(order))


def read_order(given: str | None) -> tuple[tuple[str, bool], ...]:
    """Return an order as an address says it: `name desc, status`."""
    parts = [part.split() for part in (given or "").split(",") if part.strip()]
    if any(len(part) > 2 or (len(part) == 2 and part[1].lower() not in {"asc", "desc"}) for part in parts):
        raise SearchInvalid("the order cannot be read", remedy="write it like `name desc`")
    return tuple((part[0], len(part) == 2 and part[1].lower() == "desc") for part in parts)


def matching(kind: Kind, bodies: Iterable[Body], filters: Mapping[str, Any]) -> list[Body]:
    """Return the things that fit all filters."""
    title = THINGS[kind].title
    tests: list[Callable[[Body], bool]] = []
    for name, wanted in filters.items():
        tests += _tests(name, wanted, title)
    return [item for item in bodies if all(test(item) for test in tests)]


def paged(kind: Kind, bodies: list[Body], page: Page) -> list[Body]:
    """Return one page of things, by default in the order of their names."""
    title = THINGS[kind].title
    made = sorted(bodies, key=lambda item: (str(item.get(title) or "").casefold(), item["id"]))
    for name, descending in reversed(page.order):
        made.sort(key=lambda item: _ordered(item, name, title), reverse=descending)
    return made[page.skip : page.skip + page.top]


def counted(bodies: Iterable[Body], facets: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Return how many things there are of each value, the most first; counts are texts, as the interface has them."""
    held = list(bodies)
    return {
        name: [
            {"value": value, "count": str(count)}
            for value, count in sorted(
                Counter(found for item in held for found in _values(item, _FACETS[name])).items(),
                key=lambda pair: (-pair[1], pair[0]),
            )[:MOST]
        ]
        for name in facets
    }


def owners(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the identifiers of a thing's owners."""
    return tuple(item["id"] for item in body.get("contacts", {}).get("owner", ()) if "id" in item)


def _values(body: Body, name: str) -> tuple[str, ...]:
    if name == "owner":
        return owners(body)
    value = body.get(name)
    return (str(value),) if value is not None else ()


def _tests(name: str, wanted: Any, title: str) -> list[Callable[[Body], bool]]:
    if name == "managedAttributes":
        return [_attribute_test(item) for item in wanted]
    folded = wanted.casefold() if isinstance(wanted, str) else ""
    several = {str(item).casefold() for item in wanted} if isinstance(wanted, list) else set[str]()
    known: dict[str, Callable[[Body], bool]] = {
        "ids": lambda body: body["id"] in several,
        "domainIds": lambda body: (body.get("domain") or body.get("domainId")) in several,
        "nameKeyword": lambda body: folded in str(body.get(title, "")).casefold(),
        "definition": lambda body: folded in str(body.get("definition", "")).casefold(),
        "owners": lambda body: bool(several & set(owners(body))),
        "status": lambda body: str(body.get("status", "")).casefold() == folded,
        "multiStatus": lambda body: str(body.get("status", "")).casefold() in several,
        "type": lambda body: str(body.get("type", "")).casefold() == folded,
        "types": lambda body: str(body.get("type", "")).casefold() in several,
        "acronyms": lambda body: bool(several & {item.casefold() for item in body.get("acronyms", ())}),
        "sourceAssetIds": lambda body: body.get("source", {}).get("assetId") in several,
        "assetTypes": lambda body: str(body.get("source", {}).get("assetType", "")).casefold() in several,
        "parentId": lambda body: body.get("parentId") == wanted,
        "includingOrphans": lambda _: True,
    }
    return [known[name]]


def _attribute_test(wanted: Mapping[str, str]) -> Callable[[Body], bool]:
    field, value = wanted.get("field", "").rpartition(".")[2], wanted.get("value", "").casefold()
    operators: dict[str, Callable[[str], bool]] = {
        "eq": lambda have: have == value,
        "ne": lambda have: have != value,
        "contains": lambda have: value in have,
        "notcontains": lambda have: value not in have,
        "prefix": lambda have: have.startswith(value),
    }
    test = operators[wanted.get("operator", "eq")]

    def fits(body: Body) -> bool:
        found = [str(item.get("value", "")).casefold() for item in body.get("managedAttributes", ()) if item.get("name") == field]
        return test(found[0]) if found else wanted.get("operator") in {"ne", "notcontains"}

    return fits


def _ordered(body: Body, name: str, title: str) -> str:
    if name in {"createdAt", "lastModifiedAt"}:
        return str(body.get("systemData", {}).get(name, ""))
    return str(body.get(title if name in {"name", "definition"} else name) or "").casefold()


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise EntityInvalid(f"`{name}` is no whole number", remedy="send one")
    return value


def _bound(name: str, given: str | None, default: int, most: int) -> int:
    if given is None or given == "":
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 8 and int(given) <= most):
        raise SearchInvalid(f"`{name}` is no part of a list", remedy=f"send a whole number from 0 to {most:,}")
    return int(given)
