"""Things of the Unified Catalog as requests bring them and as answers show them. Members that others have set stay as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from freehold.purview.catalogue import RELATED, term_fact
from freehold.purview.naming import marked, unmarked
from freehold.purview.state import Kind, Record, Seen, Wanted, short
from freehold.purview.wire import as_object, as_objects, text

Body = dict[str, Any]
PATHS: Mapping[Kind, str] = {
    Kind.BUSINESS_DOMAIN: "businessdomains",
    Kind.CATALOGUE_TERM: "terms",
    Kind.DATA_PRODUCT: "dataProducts",
}
PAGE = "What the mesh says of it"
"""The name of a product's link to its page."""

_PLAIN: Mapping[Kind, tuple[str, ...]] = {
    Kind.BUSINESS_DOMAIN: ("name", "type", "status"),
    Kind.CATALOGUE_TERM: ("name", "status"),
    Kind.DATA_PRODUCT: ("name", "type", "status", "businessUse", "sensitivityLabel", "updateFrequency"),
}
_PLACES = {
    Kind.BUSINESS_DOMAIN: ("parent", "parentId"),
    Kind.CATALOGUE_TERM: ("domain", "domain"),
    Kind.DATA_PRODUCT: ("domain", "domain"),
}
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def thing_body(wanted: Wanted, current: Body, cleared: Sequence[str], place: str | None) -> Body:
    """Return a thing as a request brings it: what it is now (`current`), with what the mesh says; `place` is what it is in."""
    facts = wanted.facts
    made = {name: value for name, value in current.items() if name not in cleared}
    made |= {name: facts[name] for name in _PLAIN[wanted.kind] if name in facts}
    made["description"] = marked(facts.get("description"), wanted.belongs, short(facts))
    if place is not None:
        made[_PLACES[wanted.kind][1]] = place
    if wanted.kind is Kind.DATA_PRODUCT:
        links = [item for item in as_objects(current.get("documentation")) if item.get("name") != PAGE]
        own = [{"name": PAGE, "url": facts["documentation"]}] if "documentation" in facts else []
        made["documentation"] = [*own, *links]
    return made


def policy_body(wanted: Wanted, current: Body, cleared: Sequence[str]) -> Body:
    """Return the access policies of a product as a request brings them: as they are now, with what the mesh says."""
    uses, approvers = wanted.facts.get("permittedUseCases"), wanted.facts.get("approvers")
    kept = {name: value for name, value in current.items() if name not in cleared}
    kept |= {"permittedUseCases": uses.split("\n")} if uses else {}
    return kept | ({"approvers": [_identity(name) for name in approvers.split("\n")]} if approvers else {})


def read_thing(kind: Kind, body: Any, mesh: str, places: Mapping[str, str]) -> Seen | None:
    """Return a thing as an answer shows it, or None where it has no name; `places` are addresses of domains by identifier.

    One that carries no mark of the mesh has its name for a key.
    """
    found = as_object(body)
    name, guid = text(found.get("name")), text(found.get("id"))
    if name is None or guid is None:
        return None
    said, address, whole = unmarked(text(found.get("description")))
    ours = address is not None and (address == mesh or address.startswith(f"{mesh}/"))
    inside = text(found.get(_PLACES[kind][1]))
    facts: dict[str, str | None] = {item: text(found.get(item)) for item in _PLAIN[kind]}
    facts |= {"description": said or None, _PLACES[kind][0]: places.get(inside, inside) if inside else None}
    if kind is Kind.DATA_PRODUCT:
        links = (item for item in as_objects(found.get("documentation")) if item.get("name") == PAGE)
        facts["documentation"] = next((text(item.get("url")) for item in links), None)
    return Seen(
        kind=kind,
        key=name if kind is Kind.CATALOGUE_TERM or not ours else str(address),
        name=name,
        guid=guid,
        belongs=address or "",
        ours=ours,
        facts=facts,
        record=Record(whole=whole) if ours else Record(made=False),
    )


def details(policies: Body, assets: Mapping[str, str], terms: Mapping[str, str], key: str) -> tuple[Body, dict[str, str]]:
    """Return the facts and marks of a product that stand beside it: policies, its own asset, terms (identifiers to names)."""
    facts: dict[str, str | None] = {"permittedUseCases": _lines(policies.get("permittedUseCases"))}
    facts["approvers"] = _lines([_named(item) for item in as_objects(policies.get("approvers"))])
    own = next((guid for guid, address in assets.items() if address == key), None)
    facts["asset"] = key if own is not None else None
    marks = {"asset": own} if own is not None else {}
    facts |= {term_fact(name): RELATED for name in terms.values()}
    return facts, marks | {term_fact(name): guid for guid, name in terms.items()}


def _lines(items: Any) -> str | None:
    found = [item for item in items if isinstance(item, str)] if isinstance(items, list) else []
    return "\n".join(found) or None


def _identity(name: str) -> Body:
    mail = {"email": name} if _MAIL.fullmatch(name) else {}
    return {"displayName": name} | mail | ({"objectId": name.lower()} if _GUID.fullmatch(name.lower()) else {})


def _named(item: Body) -> str:
    return text(item.get("displayName")) or text(item.get("email")) or text(item.get("objectId")) or ""
