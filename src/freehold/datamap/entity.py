"""An entity as a request brings it, checked against its type: what is its own, and which entities it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from freehold.datamap.types import EntityType, TypeSystem
from freehold.datamap.values import Reference, Values, missing, read_reference
from freehold.errors import AttributeInvalid, EntityInvalid

KEPT = ("labels", "customAttributes", "contacts", "homeId", "provenanceType", "proxy", "isIncomplete")
"""Members of an entity that are kept as they are sent."""

_LONGEST_NAME = 4_096
_MOST_LABELS, _LONGEST_LABEL = 1_000, 512


@dataclass(slots=True)
class Draft:
    """An entity that a request brings and that fits its type.

    `links` are the entities related to it by the name of its attribute: None where the request says nothing of an attribute.
    `references` are entities inside of attributes that are no relationships.
    """

    type: EntityType
    guid: str | None
    qualified: str | None
    attributes: dict[str, Any]
    links: dict[str, list[Reference]]
    references: list[Reference]
    kept: dict[str, Any]
    classifications: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    business: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    collection: str | None = None

    @property
    def is_placeholder(self) -> bool:
        """Whether its identifier only names it inside of the request."""
        return self.guid is None or self.guid.startswith("-")


def read_entity(types: TypeSystem, given: Any) -> Draft:
    """Return the entity that a JSON object describes; attributes that its type does not have are left out.

    Raises:
        EntityInvalid: It is no object of that shape.
        TypeUnknown: Its type, or one of its classifications, is not defined.
        AttributeInvalid: A value does not fit.
    """
    kind = _typed(types, given)
    values = Values(types)
    attributes: dict[str, Any] = {}
    links: dict[str, list[Reference]] = {}
    for name, value in _object(given, "attributes").items():
        known = kind.attributes.get(name)
        if name in kind.ends:
            links[name] = _links(value, f"{kind.name}.{name}")
        elif known is not None:
            attributes[name] = values.fitting(known, value, f"{kind.name}.{name}")
    for name, value in _object(given, "relationshipAttributes").items():
        if name in kind.ends:
            links[name] = _links(value, f"{kind.name}.{name}")
    qualified = attributes.get("qualifiedName")
    if qualified is not None and (not 0 < len(qualified) <= _LONGEST_NAME or "\0" in qualified):
        remedy = f"use 1 to {_LONGEST_NAME:,} characters, none of them NUL"
        raise AttributeInvalid(f"the `qualifiedName` of {len(qualified):,} characters cannot be one", remedy=remedy)
    guid = given.get("guid")
    draft = Draft(
        kind,
        str(guid) if isinstance(guid, str | int) and not isinstance(guid, bool) and guid != "" else None,
        qualified,
        attributes,
        links,
        values.references,
        {name: given[name] for name in KEPT if given.get(name) is not None},
        [read_classification(types, item) for item in _list(given, "classifications")],
        read_business(types, kind, _object(given, "businessAttributes")),
    )
    _check_kept(draft.kept)
    return draft


def check_whole(draft: Draft) -> None:
    """Check that a new entity has all that its type requires, giving it the defaults of its type.

    Raises:
        AttributeMissing: A required attribute has no value.
    """
    for item in draft.type.required:
        if draft.attributes.get(item.name) is None:
            raise missing(draft.type.name, item.name)
    for item in draft.type.attributes.values():
        if item.default is not None and draft.attributes.get(item.name) is None:
            draft.attributes[item.name] = item.default


def read_classification(types: TypeSystem, given: Any) -> dict[str, Any]:
    """Return a classification as an entity holds it.

    Raises:
        EntityInvalid: It is no object with a `typeName`.
        TypeUnknown: It is not defined.
        AttributeInvalid, AttributeMissing: Its attributes do not fit.
    """
    name = given.get("typeName") if isinstance(given, dict) else None
    if not isinstance(name, str):
        raise EntityInvalid("a classification has no `typeName`", remedy='send {"typeName": "…"}')
    types.find(name, "CLASSIFICATION")
    attributes = Values(types).attributes(types.attributes(name), _object(given, "attributes"), name)
    kept = {key: given[key] for key in ("propagate", "validityPeriods", "source", "sourceDetails") if given.get(key) is not None}
    return {"typeName": name, "attributes": attributes, "entityStatus": "ACTIVE", **kept}


def read_business(types: TypeSystem, kind: EntityType, given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return business metadata: for each set of attributes (a definition) the values of some.

    Raises:
        TypeUnknown: A set is not defined.
        EntityInvalid: A set is no object, has no such attribute, or is not for entities of this type.
        AttributeInvalid: A value does not fit.
    """
    made: dict[str, dict[str, Any]] = {}
    for name, inner in given.items():
        types.find(name, "BUSINESS_METADATA")
        if not isinstance(inner, dict):
            raise EntityInvalid(f"the business metadata `{name}` is no object", remedy='send {"SET": {"attribute": value}}')
        known, values = types.attributes(name), Values(types)
        made[name] = {}
        for attribute, value in inner.items():
            if attribute not in known:
                raise EntityInvalid(
                    f"`{name}` has no attribute `{attribute[:200]}`", remedy=f"it has: {', '.join(known) or 'none'}"
                )
            _check_applicable(types, kind, name, attribute)
            made[name][attribute] = values.fitting(known[attribute], value, f"{name}.{attribute}")
    return made


def _check_applicable(types: TypeSystem, kind: EntityType, name: str, attribute: str) -> None:
    """Hold to `applicableEntityTypes`, which Atlas writes as JSON text into an attribute's options."""
    found = next(item for item in types.find(name)["attributeDefs"] if item["name"] == attribute)
    options = found.get("options")
    text = options.get("applicableEntityTypes") if isinstance(options, dict) else None
    if isinstance(text, str) and text.startswith("["):
        allowed = [item.strip().strip('"') for item in text.strip("[]").split(",") if item.strip()]
        if allowed and not any(kind.is_a(item) for item in allowed):
            raise EntityInvalid(
                f"`{name}.{attribute}` is not for entities of `{kind.name}`", remedy=f"it is for: {', '.join(allowed)}"
            )


def _typed(types: TypeSystem, given: Any) -> EntityType:
    if not isinstance(given, dict) or not isinstance(given.get("typeName"), str):
        raise EntityInvalid("an entity has no `typeName`", remedy='send {"typeName": "…", "attributes": {"qualifiedName": "…", …}}')
    return types.entity(given["typeName"])


def _links(value: Any, where: str) -> list[Reference]:
    if value is None:
        return []
    return [read_reference(item, where) for item in (value if isinstance(value, list) else [value]) if item is not None]


def _object(given: Mapping[str, Any], member: str) -> dict[str, Any]:
    found = given.get(member)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise EntityInvalid(f"`{member}` is not an object", remedy="send an object")
    return found


def _list(given: Mapping[str, Any], member: str) -> list[Any]:
    found = given.get(member)
    if found is None:
        return []
    if not isinstance(found, list):
        raise EntityInvalid(f"`{member}` is not a list", remedy="send a list")
    return found


def _check_kept(kept: Mapping[str, Any]) -> None:
    if "labels" in kept:
        read_labels(kept["labels"])
    for name in ("customAttributes", "contacts"):
        if name in kept and not isinstance(kept[name], dict):
            raise EntityInvalid(f"`{name}` is not an object", remedy="send an object")
    contacts = kept.get("contacts", {})
    people = (
        [item for items in contacts.values() for item in (items or [])]
        if all(isinstance(items, list | None) for items in contacts.values())
        else [None]
    )
    if any(not isinstance(item, dict) or not isinstance(item.get("id"), str) for item in people):
        raise EntityInvalid("`contacts` holds no lists of people", remedy='send {"Owner": [{"id": "…", "info": "…"}]}')


def read_labels(given: Any) -> list[str]:
    """Return labels, each once.

    Raises:
        EntityInvalid: It is no list of short texts.
    """
    items: list[Any] = given if isinstance(given, list) else [None]
    if len(items) > _MOST_LABELS or any(not isinstance(item, str) or not 0 < len(item) <= _LONGEST_LABEL for item in items):
        raise EntityInvalid("labels are a list of texts of at most 512 characters", remedy='send ["gold", "reviewed"]')
    return list(dict.fromkeys(items))
