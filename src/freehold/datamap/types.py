"""Type definitions of the data map, how they build on each other, and what follows for an entity of each type.

A set of definitions is a value: changing it makes another one, whole and sound, or is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from freehold.datamap.shape import Shape, read_shape
from freehold.errors import TypeInvalid, TypeUnknown

Definition = dict[str, Any]
"""A type definition as it stands on the wire."""

LISTS = {
    "ENTITY": "entityDefs",
    "CLASSIFICATION": "classificationDefs",
    "RELATIONSHIP": "relationshipDefs",
    "ENUM": "enumDefs",
    "STRUCT": "structDefs",
    "BUSINESS_METADATA": "businessMetadataDefs",
}
"""The member that holds the definitions of each category."""

LINEAGE = ("dataset_process_inputs", "process_dataset_outputs")
"""The relationship types that lineage follows, from their first end to their second."""

MEANINGS = "AtlasGlossarySemanticAssignment"
_MOST_SUPERS = 64


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an entity, struct, classification or relationship."""

    name: str
    shape: Shape
    required: bool
    default: Any = None


@dataclass(frozen=True, slots=True)
class End:
    """An attribute through which an entity shows its relationships of one type; `side` is the end that it stands at itself."""

    name: str
    relationship: str
    side: int
    other: str
    single: bool
    legacy: bool
    contains: bool


@dataclass(frozen=True, slots=True)
class EntityType:
    """What an entity of a type may hold: its own attributes and those of all types that it builds on."""

    name: str
    supers: frozenset[str]
    attributes: Mapping[str, Attribute]
    ends: Mapping[str, End]
    required: tuple[Attribute, ...]

    def is_a(self, name: str) -> bool:
        """Return whether this is the type of that name, or builds on it."""
        return name in self.supers


@dataclass(frozen=True)
class TypeSystem:
    """A whole set of definitions by name, without a contradiction."""

    definitions: Mapping[str, Definition] = field(default_factory=dict[str, Definition])

    @cached_property
    def _by_guid(self) -> dict[str, str]:
        return {item["guid"]: name for name, item in self.definitions.items() if "guid" in item}

    @cached_property
    def _entities(self) -> dict[str, EntityType]:
        return {}

    @cached_property
    def _attributes(self) -> dict[str, Mapping[str, Attribute]]:
        return {}

    @cached_property
    def _relationships(self) -> tuple[Definition, ...]:
        return tuple(self.of_category("RELATIONSHIP"))

    def of_category(self, category: str) -> Iterator[Definition]:
        """Yield the definitions of a category, as they were defined."""
        return (item for item in self.definitions.values() if item["category"] == category)

    def find(self, name: str, category: str | None = None) -> Definition:
        """Return the definition of that name.

        Raises:
            TypeUnknown: There is none, or none of that category.
        """
        found = self.definitions.get(name)
        if found is None or category not in {None, found["category"]}:
            raise TypeUnknown(f"no type `{name[:200]}` is defined", remedy="create it first, or correct its name")
        return found

    def find_guid(self, guid: str, category: str | None = None) -> Definition:
        """Return the definition of that identifier.

        Raises:
            TypeUnknown: As `find`.
        """
        return self.find(self._by_guid.get(guid, guid), category)

    def supers(self, name: str) -> frozenset[str]:
        """Return the type of that name and all that it builds on.

        Raises:
            TypeUnknown: One of them is not defined.
            TypeInvalid: They go round in a circle.
        """
        found: set[str] = set()
        left = [name]
        while left:
            item = left.pop()
            if item in found:
                continue
            found.add(item)
            left += self.find(item).get("superTypes") or []
            if len(found) > _MOST_SUPERS:
                raise TypeInvalid(f"`{name}` builds on more than {_MOST_SUPERS} types", remedy="flatten it")
        return frozenset(found)

    def subs(self, name: str) -> frozenset[str]:
        """Return the type of that name and all that build on it."""
        return self._subs_of.get(name, frozenset({name}))

    @cached_property
    def _subs_of(self) -> dict[str, frozenset[str]]:
        subs: dict[str, set[str]] = {}
        for item in self.definitions:
            for parent in self.supers(item):
                subs.setdefault(parent, set()).add(item)
        return {name: frozenset(items) for name, items in subs.items()}

    def attributes(self, name: str) -> Mapping[str, Attribute]:
        """Return the attributes of a type of any category, those that it inherits among them.

        Raises:
            TypeUnknown: There is no such type.
        """
        if name not in self._attributes:
            made: dict[str, Attribute] = {}
            for item in sorted(self.supers(name), key=lambda other: len(self.supers(other))):
                for given in self.definitions[item].get("attributeDefs") or []:
                    made[given["name"]] = Attribute(
                        given["name"],
                        read_shape(given["typeName"]),
                        required=given.get("isOptional") is False and given.get("defaultValue") is None,
                        default=given.get("defaultValue"),
                    )
            self._attributes[name] = made
        return self._attributes[name]

    def entity(self, name: str) -> EntityType:
        """Return what an entity of that type may hold.

        Raises:
            TypeUnknown: There is no such entity type.
        """
        found = self._entities.get(name)
        if found is None:
            self.find(name, "ENTITY")
            supers, attributes = self.supers(name), self.attributes(name)
            ends = {end.name: end for end in self._ends(supers)}
            required = tuple(item for item in attributes.values() if item.required and item.name not in ends)
            found = self._entities[name] = EntityType(name, supers, attributes, ends, required)
        return found

    def _ends(self, supers: frozenset[str]) -> Iterator[End]:
        for item in self._relationships:
            for side, (own, other) in enumerate(((item["endDef1"], item["endDef2"]), (item["endDef2"], item["endDef1"])), 1):
                if own["type"] in supers and own.get("name"):
                    single = own.get("cardinality", "SINGLE") == "SINGLE"
                    legacy = bool(own.get("isLegacyAttribute"))
                    contains = item.get("relationshipCategory") == "COMPOSITION" and bool(own.get("isContainer"))
                    yield End(own["name"], item["name"], side, other["type"], single, legacy, contains)

    def contained(self, relationship: str) -> int | None:
        """Return at which end (1 or 2) of a relationship type the container stands, or None where nothing is contained."""
        found = self.find(relationship, "RELATIONSHIP")
        if found.get("relationshipCategory") != "COMPOSITION":
            return None
        return 1 if found["endDef1"].get("isContainer") else 2

    @cached_property
    def circular(self) -> frozenset[str]:
        """The relationship types of composition by which an entity could come to contain itself."""
        inside: dict[str, set[str]] = {}
        pairs: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        for item in self._relationships:
            side = self.contained(item["name"])
            if side is not None:
                ends = (item["endDef1"]["type"], item["endDef2"]["type"])
                container, content = (self.subs(ends[side - 1]), self.subs(ends[2 - side]))
                pairs[item["name"]] = (container, content)
                for name in container:
                    inside.setdefault(name, set()).update(content)
        return frozenset(name for name, (container, content) in pairs.items() if _reached(inside, content) & container)

    def with_definitions(self, given: Iterable[Definition]) -> TypeSystem:
        """Return these definitions with others added, or put in place of those of the same names.

        Raises:
            TypeInvalid, TypeUnknown: The whole would not hold together.
        """
        changed = {item["name"]: item for item in given}
        made = TypeSystem({**self.definitions, **changed})
        for name in changed:
            made.check(name)
        return made

    def without(self, names: Iterable[str]) -> TypeSystem:
        """Return these definitions without some."""
        gone = set(names)
        return TypeSystem({name: item for name, item in self.definitions.items() if name not in gone})

    def users(self, names: frozenset[str]) -> tuple[str, ...]:
        """Return the names of other types that refer to one of these."""
        return tuple(name for name, item in self.definitions.items() if name not in names and names & set(_referred(item)))

    def check(self, name: str) -> None:
        """Check one definition against the others.

        Raises:
            TypeInvalid: It contradicts itself or another one.
            TypeUnknown: It refers to a type that is not defined.
        """
        item = self.definitions[name]
        supers = self.supers(name)
        if any(self.find(parent)["category"] != item["category"] for parent in supers):
            raise TypeInvalid(f"`{name}` builds on a type of another category", remedy="give `superTypes` of its own category")
        if any(name in self.supers(parent) for parent in item.get("superTypes") or []):
            raise TypeInvalid(f"`{name}` builds on itself", remedy="take the circle out of `superTypes`")
        for other in _referred(item):
            self.find(other)
        if item["category"] == "RELATIONSHIP":
            for end in (item["endDef1"], item["endDef2"]):
                self.find(end["type"], "ENTITY")


def _reached(inside: Mapping[str, set[str]], start: frozenset[str]) -> set[str]:
    """Return the types from `start` on, and all that can be inside of them at any depth."""
    found, left = set(start), list(start)
    while left:
        fresh = inside.get(left.pop(), set()) - found
        found |= fresh
        left += fresh
    return found


def _referred(item: Definition) -> Iterator[str]:
    """Yield the names of other types that a definition needs, those of relationship ends aside."""
    yield from item.get("superTypes") or []
    yield from item.get("entityTypes") or []
    for attribute in item.get("attributeDefs") or []:
        yield from read_shape(attribute["typeName"]).names
    for member in ("endDef1", "endDef2"):
        if item["category"] == "RELATIONSHIP":
            yield item[member]["type"]
