"""The account's plane: the account itself, collections, metadata roles and policies, the resource set rule."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from freehold.errors import CollectionRefused
from freehold.gateway.purview.routing import Call, Route
from freehold.services.datamap.collections import Collections

_RULE = "/resourceSetRuleConfigs/defaultResourceSetRuleConfig"


def routes(service: Collections, prefix: str) -> list[Route]:
    """Return the routes of the account; `prefix` is where they are mounted, for the links to next pages."""

    def listed(call: Call) -> dict[str, Any]:
        skip = max(0, call.number("$skipToken", 0))
        page, following = service.all(call.someone, skip)
        version = quote(call.field("api-version") or "2019-11-01-preview")
        link = f"{call.url}{prefix}/collections?api-version={version}&$skipToken={following}"
        return {"value": page, "count": len(page), "nextLink": link if following is not None else None}

    def children(call: Call) -> dict[str, Any]:
        found = service.children(call.someone, call.names["name"])
        return {"value": found, "count": len(found)}

    def rules(call: Call) -> dict[str, Any]:
        return {"value": [service.resource_set_rule(call.someone)], "count": 1}

    return [
        Route("GET", "/", lambda call: service.account(call.someone, call.url)),
        Route("PATCH", "/", lambda call: service.rename(call.someone, call.body, call.url)),
        Route("POST", "/listkeys", _keys),
        Route("POST", "/regeneratekeys", _keys),
        Route("GET", "/collections", listed),
        Route("GET", "/collections/{name}", lambda call: service.find(call.someone, call.names["name"])),
        Route("PUT", "/collections/{name}", lambda call: service.put(call.someone, call.names["name"], call.body)),
        Route("DELETE", "/collections/{name}", lambda call: service.delete(call.someone, call.names["name"]), 204),
        Route("GET", "/collections/{name}/getChildCollectionNames", children),
        Route("GET", "/collections/{name}/getCollectionPath", lambda call: service.path(call.someone, call.names["name"])),
        Route("GET", "/resourceSetRuleConfigs", rules),
        Route("GET", _RULE, lambda call: service.resource_set_rule(call.someone)),
        Route("PUT", _RULE, lambda call: service.put_resource_set_rule(call.someone, call.body)),
        Route("DELETE", _RULE, lambda call: service.delete_resource_set_rule(call.someone), 204),
    ]


def policies(service: Collections) -> list[Route]:
    """Return the routes of metadata roles and policies."""
    one = "/metadataPolicies/{id}"
    return [
        Route("GET", "/metadataRoles", lambda call: service.roles(call.someone)),
        Route("GET", "/metadataPolicies", lambda call: service.policies(call.someone, call.field("collectionName"))),
        Route("GET", one, lambda call: service.policy(call.someone, call.names["id"])),
        Route("PUT", one, lambda call: service.put_policy(call.someone, call.names["id"], call.body)),
    ]


def _keys(_: Call) -> Any:
    raise CollectionRefused(
        "this catalogue has no event hub, and so no keys to it", remedy="read changes by searching for updateTime"
    )
