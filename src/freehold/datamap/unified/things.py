"""What things the Unified Catalog holds: their members, those that the server holds itself, and the states they may be in."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import msgspec

from freehold.datamap.unified.shape import (
    LONGEST_NAME,
    Read,
    each,
    flag,
    guid,
    moment,
    number,
    one_of,
    read_members,
    record,
    text,
    url,
)
from freehold.errors import EntityInvalid

DRAFT, PUBLISHED, EXPIRED = "DRAFT", "PUBLISHED", "EXPIRED"


class Kind(enum.StrEnum):
    """What sort of thing it is, as relationships name it."""

    DOMAIN = "DOMAIN"
    PRODUCT = "DATAPRODUCT"
    ASSET = "DATAASSET"
    TERM = "TERM"
    OBJECTIVE = "OBJECTIVE"
    KEY_RESULT = "KEYRESULT"
    ELEMENT = "CRITICALDATAELEMENT"


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """The shape of a kind. `held` members are the server's; `required` must be there; `title` is its name; `domain` where it is."""

    path: str
    word: str
    members: Mapping[str, Read]
    required: tuple[str, ...] = ("name",)
    held: frozenset[str] = frozenset()
    title: str = "name"
    domain: str | None = "domain"
    default: str | None = DRAFT
    last: str = EXPIRED


_NAME, _TEXT, _TEXTS = text(LONGEST_NAME), text(), each(text(LONGEST_NAME))
_STATUS = one_of(DRAFT, PUBLISHED, EXPIRED)
_PEOPLE = each(record(id=guid, description=text(1_000)))
_CONTACTS = record(owner=_PEOPLE, expert=_PEOPLE, databaseAdmin=_PEOPLE)
_ATTRIBUTES = each(record(name=_NAME, value=_TEXT, isRequired=flag))
_LINKS = each(record(url=url, name=_NAME, dataAssetId=guid))
_COLLECTION = record(name=_NAME, friendlyName=_NAME, parentCollection=record(type=_NAME, refName=_NAME))
_OVERALL = one_of("NotTracked", "OnTrack", "Behind", "AtRisk")
_HELD = frozenset({"id", "systemData"})
PRODUCT_TYPES = (
    "Master", "Reference", "Analytical", "AI", "MasterDataAndReferenceData", "BusinessSystemOrApplication", "ModelTypes",
    "DashboardsOrReports", "Operational", "MLAITrainingDataSet", "MLAITestingDataSet", "TransactionalDataset", "AnalyticsModel",
    "SemanticModel",
)  # fmt: skip
FREQUENCIES = ("Hourly", "Daily", "Weekly", "Monthly", "Quarterly", "Yearly")
_AUDIENCES = (
    "DataEngineer", "BIEngineer", "DataAnalyst", "DataScientist", "BusinessAnalyst", "SoftwareEngineer", "BusinessUser",
    "Executive",
)  # fmt: skip

THINGS: Mapping[Kind, Thing] = {
    Kind.DOMAIN: Thing(
        path="businessdomains",
        word="business domain",
        domain=None,
        held=_HELD,
        members={
            "name": _NAME,
            "type": one_of("FunctionalUnit", "LineOfBusiness", "DataDomain", "Regulatory", "Project"),
            "status": _STATUS,
            "description": _TEXT,
            "isRestricted": flag,
            "parentId": guid,
            "thumbnail": record(color=text(40)),
            "domains": each(record(name=_NAME, friendlyName=_NAME, relatedCollections=each(_COLLECTION))),
            "managedAttributes": _ATTRIBUTES,
        },
    ),
    Kind.PRODUCT: Thing(
        path="dataProducts",
        word="data product",
        required=("name", "domain"),
        held=_HELD | {"activeSubscriberCount", "dataQualityScore", "additionalProperties"},
        members={
            "name": _NAME,
            "domain": guid,
            "type": one_of(*PRODUCT_TYPES),
            "status": _STATUS,
            "description": _TEXT,
            "businessUse": _TEXT,
            "updateFrequency": one_of(*FREQUENCIES),
            "contacts": _CONTACTS,
            "termsOfUse": _LINKS,
            "documentation": _LINKS,
            "sensitivityLabel": _NAME,
            "endorsed": flag,
            "audience": each(one_of(*_AUDIENCES)),
            "managedAttributes": _ATTRIBUTES,
        },
    ),
    Kind.ASSET: Thing(
        path="dataAssets",
        word="data asset",
        required=("source",),
        held=_HELD | {"name", "description", "type", "typeProperties", "schema", "classifications", "lineage"},
        domain=None,
        default=None,
        members={
            "source": record(
                assetId=guid,
                type=_NAME,
                assetType=_NAME,
                assetAttributes=_TEXTS,
                fqn=_TEXT,
                accountName=_NAME,
                lastRefreshedAt=moment,
                lastRefreshedBy=_NAME,
            ),
            "contacts": _CONTACTS,
            "openInUrl": url,
        },
    ),
    Kind.TERM: Thing(
        path="terms",
        word="term",
        required=("name", "domain"),
        held=_HELD | {"isLeaf"},
        members={
            "name": _NAME,
            "domain": guid,
            "status": _STATUS,
            "description": _TEXT,
            "contacts": _CONTACTS,
            "parentId": guid,
            "acronyms": _TEXTS,
            "resources": each(record(name=_NAME, url=url)),
            "managedAttributes": _ATTRIBUTES,
        },
    ),
    Kind.OBJECTIVE: Thing(
        path="objectives",
        word="objective",
        required=("definition", "domain"),
        held=_HELD | {"additionalProperties"},
        title="definition",
        default="Draft",
        last="Closed",
        members={
            "definition": _TEXT,
            "domain": guid,
            "status": one_of("Draft", "Published", "Closed"),
            "targetDate": moment,
            "contacts": _CONTACTS,
        },
    ),
    Kind.KEY_RESULT: Thing(
        path="keyResults",
        word="key result",
        required=("definition",),
        held=_HELD | {"domainId"},
        title="definition",
        domain="domainId",
        default=None,
        members={"definition": _TEXT, "status": _OVERALL, "progress": number, "goal": number, "max": number},
    ),
    Kind.ELEMENT: Thing(
        path="criticalDataElements",
        word="critical data element",
        required=("name", "domain"),
        held=_HELD,
        members={
            "name": _NAME,
            "domain": guid,
            "dataType": one_of("TEXT", "NUMBER", "DATETIME", "BOOLEAN"),
            "status": _STATUS,
            "description": _TEXT,
            "contacts": _CONTACTS,
            "managedAttributes": _ATTRIBUTES,
        },
    ),
}


def read_thing(kind: Kind, given: Any) -> dict[str, Any]:
    """Return a thing as a request brings it, in the state it begins in where it names none.

    Raises:
        EntityInvalid: It lacks something, has an unknown member, or one of another type.
    """
    thing = THINGS[kind]
    found = read_members(thing.word, given, thing.members, thing.held)
    for name in thing.required:
        if not (found[name].strip() if isinstance(found.get(name), str) else found.get(name)):
            raise EntityInvalid(f"the {thing.word} has no `{name}`", remedy=f"send its {', '.join(thing.required)}")
    if thing.default is not None:
        found.setdefault("status", thing.default)
    return found


def is_public(kind: Kind, body: Mapping[str, Any]) -> bool:
    """Return whether readers of the catalogue see a thing, not only those who work on it."""
    return THINGS[kind].default is None or str(body.get("status")).upper() == PUBLISHED


RELATIONSHIPS = one_of("Related", "Synonym", "Parent")
_RELATION: Mapping[str, Read] = {"entityId": guid, "relationshipType": RELATIONSHIPS, "description": text(1_000), "assetId": guid}


def read_relationship(given: Any) -> dict[str, Any]:
    """Return what a request says of a relationship: bare, or below one name as the published example has it (`relationship1`).

    Raises:
        EntityInvalid: It is malformed, or names no entity.
    """
    inner: list[Any] = [given[name] for name in given] if isinstance(given, dict) and len(given) == 1 else []
    bare = given if not inner or not isinstance(inner[0], dict) else inner[0]
    found = read_members("relationship", bare, _RELATION, {"systemData"})
    if "entityId" not in found:
        raise EntityInvalid("the relationship has no `entityId`", remedy="send the identifier of the other thing")
    found.pop("assetId", None)
    return {"relationshipType": "Related", "description": ""} | found


def read_kind(text_: str | None) -> Kind | None:
    """Return the kind that a query names (`entityType`), None where it names none.

    Raises:
        EntityInvalid: There is no such kind here.
    """
    if not text_:
        return None
    try:
        return Kind(text_.upper())
    except ValueError:
        raise EntityInvalid(f"`{text_[:40]}` is no kind of thing that is served", remedy=f"use one of {', '.join(Kind)}") from None
