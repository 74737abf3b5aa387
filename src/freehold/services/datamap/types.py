"""Type definitions as they are read, created, updated and deleted; what is used stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from freehold.datamap.access import Right, Someone
from freehold.datamap.definitions import read_definitions
from freehold.datamap.types import LISTS, Definition
from freehold.errors import TypeExists, TypeInUse, TypeInvalid
from freehold.ports.datamap import Change
from freehold.services.datamap.ground import TYPE, Ground

_CATEGORIES = {
    "entitydef": "ENTITY",
    "classificationdef": "CLASSIFICATION",
    "relationshipdef": "RELATIONSHIP",
    "enumdef": "ENUM",
    "structdef": "STRUCT",
    "businessmetadatadef": "BUSINESS_METADATA",
}
_WORDS = {
    "entity": "ENTITY",
    "classification": "CLASSIFICATION",
    "relationship": "RELATIONSHIP",
    "enum": "ENUM",
    "struct": "STRUCT",
    "business_metadata": "BUSINESS_METADATA",
}


class Types:
    """The type definitions of one catalogue. They are the account's: whoever curates the root collection may change them."""

    def __init__(self, ground: Ground) -> None:
        """Work on `ground`."""
        self._ground = ground

    def all(self, someone: Someone, category: str | None) -> dict[str, list[Definition]]:
        """Return the definitions of a category (`entity`, `classification`, …), or of all.

        Raises:
            CollectionRefused: The caller has no role at all.
        """
        self._ground.access.check_anywhere(someone)
        wanted = _WORDS.get((category or "").lower())
        made = {
            member: [self._shown(item) for item in self._ground.types.of_category(name) if wanted in {None, name}]
            for name, member in LISTS.items()
        }
        return made | {"termTemplateDefs": []}

    def headers(self, someone: Someone, category: str | None) -> list[dict[str, str]]:
        """Return identifier, name and category of each definition.

        Raises:
            CollectionRefused: As `all`.
        """
        self._ground.access.check_anywhere(someone)
        wanted = _WORDS.get((category or "").lower())
        found = self._ground.types.definitions.values()
        return [
            {"guid": item["guid"], "name": item["name"], "category": item["category"]}
            for item in found
            if wanted in {None, item["category"]}
        ]

    def find(self, someone: Someone, kind: str, by: str, value: str) -> Definition:
        """Return a definition by its `name` or `guid`; `kind` is a word of the address, `typedef` for any category.

        Raises:
            TypeUnknown: There is none.
            CollectionRefused: As `all`.
        """
        self._ground.access.check_anywhere(someone)
        category = _CATEGORIES.get(kind)
        types = self._ground.types
        return self._shown(types.find_guid(value, category) if by == "guid" else types.find(value, category))

    def create(self, someone: Someone, given: Any) -> dict[str, list[Definition]]:
        """Define new types, all or none.

        Raises:
            TypeInvalid, TypeUnknown: They do not hold together with the others.
            TypeExists: One is defined already.
            CollectionRefused: The caller does not curate the root collection.
        """
        items = self._read(someone, given)
        with self._ground.lock:
            known = self._ground.types.definitions
            there = next((item["name"] for item in items if item["name"] in known), None)
            if there is not None:
                raise TypeExists(f"a type `{there}` is defined already", remedy="send it by PUT to update it")
            return self._put(someone, items)

    def update(self, someone: Someone, given: Any) -> dict[str, list[Definition]]:
        """Define types anew.

        Raises:
            TypeUnknown: One is not defined yet, or refers to one that is not.
            TypeInvalid: They do not hold together, or one would lose an attribute or become of another category.
            CollectionRefused: As `create`.
        """
        items = self._read(someone, given)
        with self._ground.lock:
            for item in items:
                self._check_update(self._ground.types.find(item["name"]), item)
            return self._put(someone, items)

    def delete(self, someone: Someone, names: list[str]) -> None:
        """Undefine types, all or none.

        Raises:
            TypeUnknown: One is not defined.
            TypeInUse: Entities or other types refer to one of them.
            CollectionRefused: As `create`.
        """
        ground = self._ground
        ground.access.check(someone, Right.WRITE, ground.access.root)
        with ground.lock:
            gone = frozenset(names)
            for name in gone:
                ground.types.find(name)
            users = ground.types.users(gone)
            if users or ground.store.counted(gone) or self._is_carried(gone):
                by = f"the type `{users[0]}` refers to it" if users else "entities are of it"
                raise TypeInUse(f"`{names[0][:200]}` cannot be deleted: {by}", remedy="delete what uses it first")
            ground.store.write(Change(forget=tuple((TYPE, name) for name in gone)))
            ground.types = ground.types.without(gone)

    def names(self, given: Any) -> list[str]:
        """Return the names that a request to delete types lists.

        Raises:
            TypeInvalid: It is malformed.
        """
        return [item["name"] for item in read_definitions(given)]

    def _read(self, someone: Someone, given: Any) -> list[Definition]:
        self._ground.access.check(someone, Right.WRITE, self._ground.access.root)
        return read_definitions(given)

    def _put(self, someone: Someone, items: list[Definition]) -> dict[str, list[Definition]]:
        ground = self._ground
        known = ground.types.definitions
        made = [ground.stamped(item, someone.subject, known.get(item["name"])) for item in items]
        changed = ground.types.with_definitions(made)
        ground.write_documents(*((TYPE, item["name"], "", item) for item in made))
        ground.types = changed
        return {member: [self._shown(item) for item in made if item["category"] == name] for name, member in LISTS.items()}

    def _check_update(self, old: Definition, new: Definition) -> None:
        if old["category"] != new["category"]:
            raise TypeInvalid(f"`{old['name']}` is of the category {old['category']}", remedy="use another name")
        kept = {item["name"] for item in new.get("attributeDefs") or []}
        lost = next((item["name"] for item in old.get("attributeDefs") or [] if item["name"] not in kept), None)
        if lost is not None:
            raise TypeInvalid(f"`{old['name']}` would lose its attribute `{lost}`", remedy="send all attributes that it has")
        had = {item["name"] for item in old.get("attributeDefs") or []}
        demanded = next(
            (item["name"] for item in new.get("attributeDefs") or [] if not item["isOptional"] and item["name"] not in had), None
        )
        if demanded is not None and self._ground.store.counted(self._ground.types.subs(old["name"])):
            raise TypeInvalid(f"`{old['name']}.{demanded}` would be required of entities that lack it", remedy="make it optional")

    def _is_carried(self, names: frozenset[str]) -> bool:
        """Return whether entities carry one of these classifications or sets of business metadata."""
        from freehold.datamap.search import Search, Tagged

        categories: Mapping[str, str] = {"CLASSIFICATION": "classification", "BUSINESS_METADATA": "business"}
        for name in names:
            kind = categories.get(self._ground.types.find(name)["category"])
            if kind is not None and self._ground.store.search(Search(condition=Tagged(kind, (name,)), limit=1), None).total:
                return True
        return False

    def _shown(self, item: Definition) -> Definition:
        """Return a definition with what follows from others: its subtypes, and the attributes that relationships give it."""
        types = self._ground.types
        if item["name"] not in types.definitions or item["category"] not in {"ENTITY", "CLASSIFICATION"}:
            return item
        direct = sorted(sub for sub in types.subs(item["name"]) if item["name"] in (types.find(sub).get("superTypes") or []))
        made = {**item, "subTypes": direct}
        if item["category"] == "ENTITY":
            made["relationshipAttributeDefs"] = [
                {
                    "name": end.name,
                    "typeName": end.other if end.single else f"array<{end.other}>",
                    "isOptional": True,
                    "cardinality": "SINGLE" if end.single else "SET",
                    "valuesMinCount": -1,
                    "valuesMaxCount": -1,
                    "isUnique": False,
                    "isIndexable": False,
                    "includeInNotification": False,
                    "relationshipTypeName": end.relationship,
                    "isLegacyAttribute": end.legacy,
                }
                for end in types.entity(item["name"]).ends.values()
            ]
        return made
