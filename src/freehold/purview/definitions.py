"""The types that an account must know before it can hold a mesh. What it knows already is kept, and completed where it must be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from freehold.purview.state import ENTITY_TYPES, MANAGED, SET, WRITTEN, Kind

Definition = dict[str, Any]
_LONGEST_TEXT = "100000"
_OWN = {
    Kind.DOMAIN: ("DataSet", ()),
    Kind.PRODUCT: ("DataSet", ("domain", "version", "region", "jurisdiction")),
    Kind.COLUMN: ("DataSet", ("data_type",)),
    Kind.CONTRACT: (
        "Process",
        ("consumer", "purpose", "fields", "aggregateFields", "joinFields", "maskedFields", "excludedFields", "validUntil"),
    ),
}
BUSINESS = (MANAGED, WRITTEN, "owner", "residency", "sensitivityLabel", "sla", "contracts")
LISTS = {
    "ENTITY": "entityDefs",
    "CLASSIFICATION": "classificationDefs",
    "RELATIONSHIP": "relationshipDefs",
    "BUSINESS_METADATA": "businessMetadataDefs",
}


class Definitions(msgspec.Struct, frozen=True, kw_only=True):
    """Definitions to create, and to update since something is missing in them."""

    create: tuple[Definition, ...] = ()
    update: tuple[Definition, ...] = ()


def missing(found: Mapping[str, Sequence[Definition]], classifications: Iterable[str], address: str) -> Definitions:
    """Return what to define beside what is `found` (lists by member, as the wire has them); nothing loses an attribute."""
    known = {item.get("name"): item for items in found.values() for item in items}
    create: list[Definition] = []
    update: list[Definition] = []
    for wanted in [*_entities(), *_relationships(), _business(), *_classifications(classifications, address)]:
        held = known.get(wanted["name"])
        if held is None:
            create.append(wanted)
        elif lacking := _lacking(held, wanted, known):
            update.append({**held, "attributeDefs": [*(held.get("attributeDefs") or []), *lacking]})
    return Definitions(create=tuple(create), update=tuple(update))


def grouped(items: Iterable[Definition]) -> dict[str, list[Definition]]:
    """Return definitions as a request has them, by the member of their category."""
    made: dict[str, list[Definition]] = {}
    for item in items:
        made.setdefault(LISTS[item["category"]], []).append(item)
    return made


def _lacking(held: Definition, wanted: Definition, known: Mapping[Any, Definition]) -> list[Definition]:
    """Return the attributes that a definition lacks, its own and those of all types that it builds on."""
    has: set[Any] = set()
    left, seen = [held], set[Any]()
    while left:
        item = left.pop()
        has |= {inner.get("name") for inner in item.get("attributeDefs") or ()}
        left += [known[name] for name in item.get("superTypes") or () if name in known and name not in seen]
        seen |= set(item.get("superTypes") or ())
    return [item for item in wanted["attributeDefs"] if item["name"] not in has]


def _entities() -> Iterable[Definition]:
    for kind, (parent, attributes) in _OWN.items():
        yield {
            "category": "ENTITY",
            "name": ENTITY_TYPES[kind],
            "description": f"A {kind.value} of a Freehold mesh",
            "serviceType": "Freehold",
            "typeVersion": "1.0",
            "superTypes": [parent],
            "attributeDefs": [_attribute(name) for name in attributes],
            **({"options": {"schemaElementsAttribute": "columns"}} if kind is Kind.PRODUCT else {}),
        }


def _relationships() -> Iterable[Definition]:
    domain, product, column = (ENTITY_TYPES[kind] for kind in (Kind.DOMAIN, Kind.PRODUCT, Kind.COLUMN))
    yield _relationship(f"{product}_columns", (product, "columns"), (column, "product"), "COMPOSITION")
    yield _relationship(f"{domain}_products", (domain, "products"), (product, "owningDomain"), "AGGREGATION")


def _relationship(name: str, whole: tuple[str, str], part: tuple[str, str], category: str) -> Definition:
    ends = [
        {
            "type": of,
            "name": at,
            "cardinality": "SET" if is_whole else "SINGLE",
            "isContainer": is_whole,
            "isLegacyAttribute": False,
        }
        for (of, at), is_whole in ((whole, True), (part, False))
    ]
    return {
        "category": "RELATIONSHIP",
        "name": name,
        "description": name,
        "typeVersion": "1.0",
        "attributeDefs": [],
        "endDef1": ends[0],
        "endDef2": ends[1],
        "relationshipCategory": category,
        "propagateTags": "NONE",
    }


def _business() -> Definition:
    listed = ",".join(f'"{name}"' for name in ENTITY_TYPES.values())
    options = {"applicableEntityTypes": f"[{listed}]", "maxStrLength": _LONGEST_TEXT}
    return {
        "category": "BUSINESS_METADATA",
        "name": SET,
        "description": "What a Freehold mesh says of its domains, products, columns and contracts",
        "typeVersion": "1.0",
        "attributeDefs": [_attribute(name) | {"options": options} for name in BUSINESS],
    }


def _classifications(names: Iterable[str], address: str) -> Iterable[Definition]:
    for name in names:
        parent = name.rpartition(".")[0]
        yield {
            "category": "CLASSIFICATION",
            "name": name,
            "description": f"{name}, as the mesh {address} uses it",
            "typeVersion": "1.0",
            "superTypes": [parent] if parent else [],
            "entityTypes": [],
            "attributeDefs": [],
        }


def _attribute(name: str) -> Definition:
    return {
        "name": name,
        "typeName": "string",
        "isOptional": True,
        "cardinality": "SINGLE",
        "valuesMinCount": 0,
        "valuesMaxCount": 1,
        "isUnique": False,
        "isIndexable": False,
        "includeInNotification": False,
    }
