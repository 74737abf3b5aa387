"""Access policies and requests for access below `/datagovernance/access`, with verbs behind a colon (`ID:approve`)."""

from __future__ import annotations

from typing import Any

from freehold.datamap.unified.query import read_page
from freehold.datamap.unified.requests import Status
from freehold.datamap.unified.things import Kind
from freehold.errors import AddressUnknown
from freehold.gateway.purview.routing import Call, Handler, Route
from freehold.gateway.purview.unified import listing, next_link, said
from freehold.services.datamap.unified.requests import PolicySets, Requests

PREFIX = "/datagovernance/access"
_REQUESTS = "/dataSubscriptions"
_PLACES = {
    Kind.PRODUCT: "/dataProducts/{id}",
    Kind.DOMAIN: "/businessDomains/{id}",
    Kind.TERM: "/terms/{id}",
    Kind.ELEMENT: "/criticalDataElements/{id}",
}
_VERBS = frozenset({"approve", "decline", "complete"})
_FIELDS = {"dataProductId": "dataProductId", "dataProductName": "dataProductName", "governanceDomain": "businessDomainName"}


def routes(sets: PolicySets, requests: Requests) -> list[Route]:
    """Return the routes of access policies and requests."""
    product = _PLACES[Kind.PRODUCT]
    made: list[Route] = []
    for kind, place in _PLACES.items():
        made += _applied(sets, kind, f"{place}/policySets/applied")
    for kind, word in ((Kind.TERM, "terms"), (Kind.ELEMENT, "criticalDataElements")):
        made.append(Route("GET", f"{product}/policySets/{word}", _related(sets, kind)))
    return [
        *made,
        Route("GET", f"{product}/policySets/effective", lambda call: sets.effective(call.someone, call.names["id"])),
        Route("GET", f"{product}/policySet", lambda call: sets.workflow(call.someone, call.names["id"])),
        Route("GET", f"{product}/activeSubscribers", lambda call: requests.active(call.someone, call.names["id"])),
        *_requests(requests),
    ]


def _applied(sets: PolicySets, kind: Kind, path: str) -> list[Route]:
    return [
        Route("GET", path, lambda call: sets.applied(call.someone, kind, call.names["id"])),
        Route("PUT", path, lambda call: sets.put(call.someone, kind, call.names["id"], call.object)),
        Route("DELETE", path, lambda call: sets.delete(call.someone, kind, call.names["id"]), 204),
    ]


def _related(sets: PolicySets, kind: Kind) -> Handler:
    return lambda call: {"value": sets.related(call.someone, call.names["id"], kind)}


def _requests(requests: Requests) -> list[Route]:
    one = f"{_REQUESTS}/{{id}}"

    def listed(call: Call) -> Any:
        skip = read_page(call.field("skipToken"), None).skip
        fields = {_FIELDS[name]: value for name, value in call.fields if name in _FIELDS and value}
        page, following = requests.page(call.someone, skip, fields)
        if said(call, "count"):
            return {"count": requests.count(call.someone, fields)}
        return listing(page, next_link(call, f"{PREFIX}{_REQUESTS}", "skipToken", following) if following is not None else None)

    def put(call: Call) -> Any:
        name, colon, verb = call.names["id"].partition(":")
        if colon and verb != "save":
            raise _unknown()
        return requests.put(call.someone, name, call.object, Status.DRAFT if colon else Status.PENDING)

    def step(call: Call) -> Any:
        name, _, verb = call.names["id"].partition(":")
        if verb not in _VERBS:
            raise _unknown()
        return requests.step(call.someone, name, verb, call.body)

    return [
        Route("GET", _REQUESTS, listed),
        Route("GET", one, lambda call: requests.find(call.someone, call.names["id"])),
        Route("PUT", one, put),
        Route("POST", one, step),
        Route("DELETE", one, lambda call: requests.delete(call.someone, call.names["id"]), 204),
    ]


def _unknown() -> AddressUnknown:
    return AddressUnknown(
        "nothing is served at this address", remedy="write `:save`, `:approve`, `:decline` or `:complete` behind the id"
    )
