"""Things of an account as requests bring them and as answers show them. What an answer does not say is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from freehold.purview.naming import marked, unmarked
from freehold.purview.sources import ENDPOINTS
from freehold.purview.state import ENTITY_TYPES, MANAGED, SET, WRITTEN, Kind, Record, Seen, Wanted, read_record, short, write_record

_KINDS = {name: kind for kind, name in ENTITY_TYPES.items()}
Body = dict[str, Any]

RELATED = ("owningDomain", "product", "inputs", "outputs")
"""The relationships that entities of ours have to what they belong to, and that lineage is made of."""


def entity_body(wanted: Wanted, record: Record, address: str, cleared: Sequence[str], number: int) -> Body:
    """Return an entity as a request brings it; the facts `cleared` are taken from it, `number` tells it from others."""
    facts: dict[str, str | None] = {**wanted.facts, **dict.fromkeys(cleared)}
    business = {name.removeprefix(f"{SET}."): value for name, value in facts.items() if name.startswith(f"{SET}.")}
    return {
        "typeName": ENTITY_TYPES[wanted.kind],
        "guid": str(-1 - number),
        "attributes": {
            "qualifiedName": wanted.key,
            **{name: value for name, value in facts.items() if not name.startswith(f"{SET}.")},
            **{name: _references(wanted.links[name]) for name in ("inputs", "outputs") if name in wanted.links},
        },
        "relationshipAttributes": {
            name: _references(links)[0] for name, links in wanted.links.items() if name not in {"inputs", "outputs"}
        },
        "businessAttributes": {SET: {**business, MANAGED: address, WRITTEN: write_record(record)}},
    }


def collection_body(wanted: Wanted, address: str) -> Body:
    """Return a collection as a request brings it."""
    return {
        "friendlyName": wanted.facts["friendlyName"],
        "parentCollection": {"referenceName": wanted.facts["parent"], "type": "CollectionReference"},
        "description": _described(wanted, address),
    }


def thing_body(wanted: Wanted, address: str, glossary: str) -> Body:
    """Return a glossary, or a term of the glossary of that identifier, as a request brings it."""
    body: Body = {"name": wanted.key, "longDescription": _described(wanted, address)}
    return body if wanted.kind is Kind.GLOSSARY else body | {"anchor": {"glossaryGuid": glossary}, "status": "Approved"}


def source_body(wanted: Wanted) -> Body:
    """Return a data source as a request brings it."""
    kind = wanted.facts["kind"]
    return {
        "kind": kind,
        "name": wanted.key,
        "properties": {
            ENDPOINTS.get(kind, "endpoint"): wanted.facts["endpoint"],
            "collection": {"referenceName": wanted.facts["collection"], "type": "CollectionReference"},
        },
    }


def read_collection(body: Any, mesh: str) -> Seen | None:
    """Return a collection as an answer shows it, or None where it has no name; `mesh` is the address of what is ours."""
    found = as_object(body)
    if not isinstance(found.get("name"), str):
        return None
    above = as_object(found.get("parentCollection"))
    facts = {"friendlyName": text(found.get("friendlyName")), "parent": text(above.get("referenceName"))}
    return _marked(Kind.COLLECTION, found["name"], mesh, facts, text(found.get("description")))


def read_thing(kind: Kind, body: Any, mesh: str) -> Seen | None:
    """Return a glossary or term as an answer shows it, or None where it has no name; `mesh` is the address of what is ours."""
    found = as_object(body)
    name, guid = text(found.get("name")), text(found.get("guid"))
    if name is None or guid is None:
        return None
    return msgspec.structs.replace(_marked(kind, name, mesh, {}, text(found.get("longDescription"))), guid=guid)


def read_source(body: Any) -> Seen | None:
    """Return a data source as an answer shows it, or None where it has no name. Whether it is ours, others know."""
    found = as_object(body)
    name, kind, properties = text(found.get("name")), text(found.get("kind")), as_object(found.get("properties"))
    if name is None:
        return None
    place = text(as_object(properties.get("collection")).get("referenceName"))
    endpoint = text(properties.get(ENDPOINTS.get(kind or "", "endpoint")))
    facts = {"kind": kind, "endpoint": endpoint, "collection": place}
    return Seen(kind=Kind.SOURCE, key=name, name=name, facts=facts)


def read_entity(body: Any, belongs: str, terms: Mapping[str, str], address: str) -> Seen | None:
    """Return an entity as an answer shows it, or None where it is none of ours; `terms` are names of terms by identifier."""
    found = as_object(body)
    kind = _KINDS.get(str(found.get("typeName")))
    attributes, guid = as_object(found.get("attributes")), text(found.get("guid"))
    key = text(attributes.get("qualifiedName"))
    if kind is None or guid is None or key is None or found.get("status") == "DELETED":
        return None
    business = as_object(as_object(found.get("businessAttributes")).get(SET))
    facts = {name: text(value) for name, value in attributes.items() if name not in {"qualifiedName", "inputs", "outputs"}}
    facts |= {f"{SET}.{name}": text(value) for name, value in business.items()}
    record = read_record(business.get(WRITTEN))
    return Seen(
        kind=kind,
        key=key,
        name=text(attributes.get("name")) or key,
        guid=guid,
        belongs=belongs,
        place=text(found.get("collectionId")),
        ours=business.get(MANAGED) == address,
        facts=facts,
        marks=_terms(found, terms) if kind is Kind.PRODUCT else _classifications(found),
        links={
            name: tuple(item["guid"] for item in linked(found, name))
            for name in RELATED
            if name in as_object(found.get("relationshipAttributes"))
        },
        record=record or Record(made=False),
    )


def linked(body: Any, attribute: str) -> list[Body]:
    """Return the entities that an entity shows by one of its relationships."""
    held = as_object(as_object(body).get("relationshipAttributes")).get(attribute)
    items: list[Any] = held if isinstance(held, list) else [held]
    found = [as_object(item) for item in items]
    return [item for item in found if isinstance(item.get("guid"), str) and item.get("entityStatus") != "DELETED"]


def as_object(value: Any) -> Body:
    """Return an object as it is, and anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[Body]:
    """Return the objects of a list; of anything else none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """Return a text that is not empty, or None."""
    return value if isinstance(value, str) and value else None


def _marked(kind: Kind, key: str, mesh: str, facts: dict[str, str | None], description: str | None) -> Seen:
    said, address, whole = unmarked(description)
    ours = address is not None and (address == mesh or address.startswith(f"{mesh}/"))
    return Seen(
        kind=kind,
        key=key,
        name=facts.get("friendlyName") or key,
        belongs=address or "",
        ours=ours,
        facts=facts | {"description": said or None},
        record=Record(whole=whole) if ours else Record(made=False),
    )


def _described(wanted: Wanted, address: str) -> str:
    return marked(wanted.facts.get("description"), wanted.belongs or address, short(wanted.facts))


def _references(links: Sequence[tuple[str, str]]) -> list[Body]:
    return [{"typeName": kind, "uniqueAttributes": {"qualifiedName": name}} for kind, name in links]


def _classifications(found: Body) -> dict[str, str]:
    names = (text(item.get("typeName")) for item in as_objects(found.get("classifications")))
    return {name: name for name in names if name is not None}


def _terms(found: Body, terms: Mapping[str, str]) -> dict[str, str]:
    """Return the terms of an entity, each with the relationship that assigns it."""
    made: dict[str, str] = {}
    for item in linked(found, "meanings"):
        name = terms.get(item["guid"])
        if name is not None:
            made[name] = text(item.get("relationshipGuid")) or ""
    return made
