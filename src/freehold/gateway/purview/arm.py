"""Azure Resource Manager as far as a Purview account is made and read by it. There is one account: the catalogue itself."""

from __future__ import annotations

from typing import Any

from freehold.errors import EntityInvalid, ItemUnknown
from freehold.gateway.purview.routing import Call, Route
from freehold.services.datamap.collections import Collections

_SUBSCRIPTION = "/subscriptions/{subscription}"
_PROVIDER = "/providers/Microsoft.Purview"
_GROUP = f"{_SUBSCRIPTION}/resourceGroups/{{group}}{_PROVIDER}/accounts"


def routes(service: Collections) -> list[Route]:
    """Return the routes of the account as a resource."""

    def account(call: Call) -> dict[str, Any]:
        held = service.account(call.someone, call.url)
        name, group = held["name"], call.names.get("group", "local")
        if call.names.get("name", name) != name:
            raise ItemUnknown(f"there is no account `{call.names['name'][:80]}`", remedy=f"this catalogue is the account `{name}`")
        path = f"/subscriptions/{call.names['subscription']}/resourceGroups/{group}{_PROVIDER}/accounts/{name}"
        endpoints = {"catalog": f"{call.url}/catalog", "guardian": f"{call.url}/guardian", "scan": f"{call.url}/scan"}
        return held | {"id": path, "properties": held["properties"] | {"endpoints": endpoints}}

    def put(call: Call) -> dict[str, Any]:
        given = call.object
        if not isinstance(given.get("location", "local"), str):
            raise EntityInvalid("`location` is no text", remedy="send the name of a region")
        return account(call) | {name: given[name] for name in ("location", "tags") if given.get(name) is not None}

    def listed(call: Call) -> dict[str, Any]:
        return {"value": [account(call)]}

    def available(call: Call) -> dict[str, Any]:
        taken = call.object.get("name") == service.account(call.someone, call.url)["name"]
        return {"nameAvailable": not taken, **({"reason": "AlreadyExists", "message": "the name is taken"} if taken else {})}

    return [
        Route("GET", _GROUP, listed),
        Route("GET", f"{_SUBSCRIPTION}{_PROVIDER}/accounts", listed),
        Route("GET", f"{_GROUP}/{{name}}", account),
        Route("PUT", f"{_GROUP}/{{name}}", put, 201),
        Route("PATCH", f"{_GROUP}/{{name}}", put),
        Route("POST", f"{_SUBSCRIPTION}{_PROVIDER}/checkNameAvailability", available),
    ]
