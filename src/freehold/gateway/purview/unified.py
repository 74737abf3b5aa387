"""The Unified Catalog below `/datagovernance/catalog`: domains, data products, assets, terms, objectives, elements, policies."""

from __future__ import annotations

import functools
from typing import Any
from urllib.parse import urlencode

from freehold.datamap.unified.query import Query, read_order, read_page, read_query
from freehold.datamap.unified.shape import guid
from freehold.datamap.unified.things import THINGS, Kind, read_kind
from freehold.errors import ParameterInvalid
from freehold.gateway.purview.routing import Call, Handler, Route
from freehold.services.datamap.unified.links import Links, Wanted
from freehold.services.datamap.unified.policies import Policies
from freehold.services.datamap.unified.things import Things

PREFIX = "/datagovernance/catalog"
_RELATED = (Kind.PRODUCT, Kind.ASSET, Kind.TERM, Kind.ELEMENT)
_QUERIED = (Kind.PRODUCT, Kind.ASSET, Kind.TERM, Kind.OBJECTIVE, Kind.ELEMENT)
_FACETED = (Kind.PRODUCT, Kind.TERM, Kind.OBJECTIVE, Kind.ELEMENT)
_COUNTED = (Kind.PRODUCT, Kind.ELEMENT)
_TRUE = {"true": True, "false": False, "": False}


def routes(things: Things, links: Links, policies: Policies) -> list[Route]:
    """Return the routes of the Unified Catalog."""
    made: list[Route] = []
    for kind in Kind:
        if kind is not Kind.KEY_RESULT:
            made += _basic(things, kind, f"/{THINGS[kind].path}")
    for kind in _QUERIED:
        made.append(Route("POST", f"/{THINGS[kind].path}/query", _queried(things, kind)))
    for kind in _FACETED:
        made.append(Route("POST", f"/{THINGS[kind].path}/facets", _faceted(things, kind)))
    for kind in _COUNTED:
        made.append(Route("POST", f"/{THINGS[kind].path}/count", _count(things, kind)))
    for kind in _RELATED:
        made += _relationships(links, kind, f"/{THINGS[kind].path}/{{id}}/relationships")
    return [*made, *_key_results(things), *_others(links, policies)]


def next_link(call: Call, path: str, name: str, value: int) -> str:
    """Return the address of the next page: the same fields, but for where it begins."""
    kept = [(key, held) for key, held in call.fields if key.lower() != name.lower()]
    return f"{call.url}{path}?{urlencode([*kept, (name, str(value))])}"


def listing(items: list[dict[str, Any]], link: str | None) -> dict[str, Any]:
    """Return a page as an answer; a last one has no link."""
    return {"value": items} | ({"nextLink": link} if link is not None else {})


def said(call: Call, name: str) -> bool:
    """Return whether a field of the query says true.

    Raises:
        ParameterInvalid: It says neither true nor false.
    """
    found = _TRUE.get((call.field(name) or "").lower())
    if found is None:
        raise ParameterInvalid(f"`{name}` is neither true nor false", remedy="correct it, or leave it out", parameter=name)
    return found


def _basic(things: Things, kind: Kind, path: str) -> list[Route]:
    one = f"{path}/{{id}}"
    return [
        Route("GET", path, functools.partial(_listed, things, kind, path)),
        Route("POST", path, lambda call: things.create(call.someone, kind, call.object), 201),
        Route("GET", one, lambda call: things.find(call.someone, kind, call.names["id"])),
        Route("PUT", one, lambda call: things.update(call.someone, kind, call.names["id"], call.object)),
        Route("DELETE", one, lambda call: things.delete(call.someone, kind, call.names["id"]), 204),
    ]


def _listed(things: Things, kind: Kind, path: str, call: Call) -> dict[str, Any]:
    token = "$skipToken" if kind is Kind.DOMAIN else "skip"
    order = read_order(call.field("orderby") or call.field("orderBy"))
    page = read_page(call.field(token), call.field("top"), order)
    items, following = things.page(call.someone, kind, Query(filters=_filters(kind, call), page=page))
    return listing(items, next_link(call, f"{PREFIX}{path}", token, following) if following is not None else None)


def _filters(kind: Kind, call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if call.field("domainId"):
        found["domainIds"] = [guid("domainId", call.field("domainId"))]
    if kind is Kind.TERM and call.field("parentId"):
        found["parentId"] = guid("parentId", call.field("parentId"))
    if call.field("keyword"):
        found["nameKeyword"] = call.field("keyword")
    return found


def _queried(things: Things, kind: Kind) -> Handler:
    def answer(call: Call) -> dict[str, Any]:
        query = read_query(kind, call.body, call.field("skip"), call.field("top"))
        if kind is Kind.PRODUCT and said(call, "dataProductOwner"):
            query = things.mine(call.someone, kind, query)
        items, following = things.page(call.someone, kind, query)
        path = f"{PREFIX}/{THINGS[kind].path}/query"
        return listing(items, next_link(call, path, "skip", following) if following is not None else None)

    return answer


def _faceted(things: Things, kind: Kind) -> Handler:
    return lambda call: things.facets(call.someone, kind, read_query(kind, call.body))


def _count(things: Things, kind: Kind) -> Handler:
    def answer(call: Call) -> dict[str, int]:
        query = read_query(kind, call.body)
        if kind is Kind.PRODUCT and said(call, "dataProductOwner"):
            query = things.mine(call.someone, kind, query)
        return things.count(call.someone, kind, query)

    return answer


def _relationships(links: Links, kind: Kind, path: str) -> list[Route]:
    def wanted(call: Call) -> Wanted:
        other, relation = call.field("entityId"), call.field("relationshipType")
        return Wanted(read_kind(call.field("entityType")), (other or "").lower(), (relation or "").casefold())

    def add(call: Call) -> dict[str, Any]:
        return links.add(call.someone, kind, call.names["id"], read_kind(call.field("entityType")), call.object)

    return [
        Route("GET", path, lambda call: listing(links.of(call.someone, kind, call.names["id"], wanted(call)), None)),
        Route("POST", path, add),
        Route("DELETE", path, lambda call: links.remove(call.someone, kind, call.names["id"], wanted(call)), 204),
    ]


def _key_results(things: Things) -> list[Route]:
    kind, several = Kind.KEY_RESULT, "/objectives/{objective}/keyResults"
    one = f"{several}/{{id}}"

    def names(call: Call) -> tuple[str, str]:
        return call.names["id"], call.names["objective"]

    def listed(call: Call) -> dict[str, Any]:
        page = read_page(call.field("skip"), call.field("top"))
        items, following = things.page(call.someone, kind, Query(page=page), call.names["objective"].lower())
        path = f"{PREFIX}/objectives/{call.names['objective'].lower()}/keyResults"
        return listing(items, next_link(call, path, "skip", following) if following is not None else None)

    def put(call: Call) -> dict[str, Any]:
        key, objective = names(call)
        return listing([things.update(call.someone, kind, key, call.object, objective)], None)

    def delete(call: Call) -> None:
        key, objective = names(call)
        things.delete(call.someone, kind, key, objective)

    return [
        Route("GET", several, listed),
        Route("POST", several, lambda call: things.create(call.someone, kind, call.object, call.names["objective"]), 201),
        Route("GET", one, lambda call: things.find(call.someone, kind, *names(call))),
        Route("PUT", one, put),
        Route("DELETE", one, delete, 204),
    ]


def _others(links: Links, policies: Policies) -> list[Route]:
    def listed(call: Call) -> dict[str, Any]:
        skip = read_page(call.field("skipToken"), None).skip
        page, following = policies.page(call.someone, skip)
        return {"values": page} | ({"skipToken": str(following)} if following is not None else {})

    return [
        Route("GET", "/terms/{id}/hierarchies", lambda call: listing(links.hierarchy(call.someone, call.names["id"]), None)),
        Route("GET", "/policies", listed),
        Route("PUT", "/policies/{id}", lambda call: policies.put(call.someone, call.names["id"], call.object)),
    ]
