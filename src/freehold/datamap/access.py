"""Collections, and who may do what in them. A role on a collection holds in all below it; nothing else gives a right.

Whoever has no role that reads the root is told the same of what is hidden and of what is missing.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.errors import CollectionRefused, CollectionUnknown, EntityInvalid

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_REMEMBERED = 10_000
PERSON, GROUP = "principal.microsoft.id", "principal.microsoft.groups"
_ROLE = re.compile(r"purviewmetadatarole_builtin_([a-z-]+)(?::.*)?")


class Role(enum.StrEnum):
    """What somebody may be in a collection."""

    READER = "data-reader"
    CURATOR = "data-curator"
    SOURCES = "data-source-administrator"
    COLLECTIONS = "collection-administrator"
    POLICIES = "policy-author"


class Right(enum.StrEnum):
    """What somebody may do in a collection."""

    READ = "read"
    WRITE = "write"
    SCAN = "scan"
    GOVERN = "govern"


GIVES: Mapping[Role, frozenset[Right]] = {
    Role.READER: frozenset({Right.READ}),
    Role.CURATOR: frozenset({Right.READ, Right.WRITE}),
    Role.SOURCES: frozenset({Right.SCAN}),
    Role.COLLECTIONS: frozenset({Right.GOVERN}),
    Role.POLICIES: frozenset(),
}
TITLES = {
    Role.READER: "Data Reader",
    Role.CURATOR: "Data Curator",
    Role.SOURCES: "Data Source Administrator",
    Role.COLLECTIONS: "Collection Administrator",
    Role.POLICIES: "Policy Author",
}


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """A collection; the one without a parent is the root. `created` is an ISO time."""

    name: str
    title: str
    parent: str | None = None
    description: str = ""
    created: str = ""
    by: str = ""


class Grants(msgspec.Struct, frozen=True, kw_only=True):
    """Who has which role on one collection: subjects, and groups (`role@domain`, or a role of the token alone)."""

    people: dict[str, tuple[str, ...]] = {}
    groups: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Someone:
    """A caller of the catalogue: their subject, and the groups that their token's roles put them in."""

    subject: str
    groups: frozenset[str] = frozenset()


SCANNER = Someone("urn:freehold:scanner")
"""Who writes what a scan has found. It is this very value: no token can be it, whatever subject it names."""


class Access:
    """All collections and grants at one moment."""

    def __init__(self, collections: Iterable[Collection], grants: Mapping[str, Grants]) -> None:
        """Judge by `grants`, by the name of the collection."""
        self.collections = {item.name: item for item in collections}
        self._grants = grants
        self._known: dict[tuple[Someone, str], frozenset[Right]] = {}
        self.root = next(item.name for item in self.collections.values() if item.parent is None)
        self.children: dict[str, list[str]] = {name: [] for name in self.collections}
        for item in self.collections.values():
            if item.parent is not None:
                self.children[item.parent].append(item.name)

    def path(self, name: str) -> tuple[str, ...]:
        """Return a collection and those above it, the root last."""
        found = [name]
        while (parent := self.collections[found[-1]].parent) is not None:
            found.append(parent)
        return tuple(found)

    def rights(self, someone: Someone, name: str) -> frozenset[Right]:
        """Return what somebody may do in a collection; nothing in one that does not exist."""
        if name not in self.collections:
            return frozenset()
        if someone is SCANNER:
            return frozenset({Right.READ, Right.WRITE})
        known = self._known.get((someone, name))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[(someone, name)] = self._given(someone, name)
        return known

    def _given(self, someone: Someone, name: str) -> frozenset[Right]:
        given: set[Right] = set()
        for item in self.path(name):
            grants = self._grants.get(item)
            if grants is not None:
                for role, rights in GIVES.items():
                    held = someone.subject in grants.people.get(role, ()) or someone.groups & set(grants.groups.get(role, ()))
                    given |= rights if held else set()
        return frozenset(given)

    def may(self, someone: Someone, right: Right, name: str) -> bool:
        """Return whether somebody may do that in a collection."""
        return right in self.rights(someone, name)

    def where(self, someone: Someone, right: Right) -> frozenset[str]:
        """Return the collections in which somebody may do that."""
        return frozenset(name for name in self.collections if self.may(someone, right, name))

    def check(self, someone: Someone, right: Right, name: str) -> None:
        """Check that somebody may do that in a collection.

        Raises:
            CollectionRefused: They may not, or there is no such collection and they may not know.
            CollectionUnknown: There is none, and they may know.
        """
        if self.may(someone, right, name):
            return
        if name not in self.collections and Right.READ in self.rights(someone, self.root) | self._governing(someone):
            raise CollectionUnknown(f"the account has no collection `{name[:80]}`", remedy="list them at /account/collections")
        raise refused(right, name)

    def check_anywhere(self, someone: Someone) -> None:
        """Check that somebody has any role at all.

        Raises:
            CollectionRefused: They have none.
        """
        if not any(self.rights(someone, name) for name in self.collections):
            raise CollectionRefused(
                "you have no role on any collection", remedy="ask a collection administrator for the role data-reader"
            )

    def _governing(self, someone: Someone) -> frozenset[Right]:
        return frozenset({Right.READ}) if self.may(someone, Right.GOVERN, self.root) else frozenset()


_ROLES = {
    Right.READ: "data-reader",
    Right.WRITE: "data-curator",
    Right.SCAN: "data-source-administrator",
    Right.GOVERN: "collection-administrator",
}


def refused(right: Right, name: str) -> CollectionRefused:
    """Return the error of somebody who may not do that in a collection."""
    return CollectionRefused(
        f"you may not {right.value} in the collection `{name[:80]}`",
        remedy=f"ask a collection administrator for the role {_ROLES[right]}",
    )


def read_collection(name: str, given: Any) -> tuple[str, str | None, str]:
    """Return title, parent and description of a collection that a request describes.

    Raises:
        EntityInvalid: The name or the body is malformed.
    """
    if not _NAME.fullmatch(name):
        raise EntityInvalid(f"`{name[:80]}` is no name of a collection", remedy="use letters, digits and `-`, at most 64")
    if not isinstance(given, dict):
        raise EntityInvalid("a collection comes as an object", remedy='send {"friendlyName": "…", "parentCollection": {…}}')
    parent = given.get("parentCollection")
    referred = parent.get("referenceName") if isinstance(parent, dict) else None
    title, description = given.get("friendlyName") or name, given.get("description") or ""
    if not isinstance(title, str) or not isinstance(description, str) or not isinstance(referred, str | None) or referred == "":
        raise EntityInvalid(
            "a collection has members that are no text, or a parent without a name",
            remedy='send {"friendlyName": "…", "parentCollection": {…}}',
        )
    return title[:200], referred, description[:2_000]


def write_policy(identifier: str, collection: Collection, grants: Grants, version: int) -> dict[str, Any]:
    """Return the metadata policy of a collection: one rule for each role, whose condition lists who has it."""
    rules: list[dict[str, Any]] = []
    for role in GIVES:
        conditions: list[list[dict[str, Any]]] = []
        for attribute, held in ((PERSON, grants.people), (GROUP, grants.groups)):
            conditions.append(
                [
                    {"attributeName": attribute, "attributeValueIncludedIn": list(held.get(role, ()))},
                    {
                        "fromRule": f"purviewmetadatarole_builtin_{role}",
                        "attributeName": "derived.purview.role",
                        "attributeValueIncludes": f"purviewmetadatarole_builtin_{role}",
                    },
                ]
            )
        if collection.parent is not None:
            conditions.append(
                [
                    {
                        "fromRule": f"purviewmetadatarole_builtin_{role}:{collection.parent}",
                        "attributeName": "derived.purview.permission",
                        "attributeValueIncludes": f"purviewmetadatarole_builtin_{role}:{collection.parent}",
                    }
                ]
            )
        rules.append(
            {
                "kind": "attributerule",
                "id": f"purviewmetadatarole_builtin_{role}:{collection.name}",
                "name": f"purviewmetadatarole_builtin_{role}:{collection.name}",
                "dnfCondition": conditions,
            }
        )
    return {
        "name": f"policy_collection_{collection.name}",
        "id": identifier,
        "version": version,
        "properties": {
            "description": "",
            "decisionRules": [
                {
                    "kind": "decisionrule",
                    "effect": "Permit",
                    "dnfCondition": [[{"attributeName": "resource.purview.collection", "attributeValueIncludes": collection.name}]],
                }
            ],
            "attributeRules": rules,
            "collection": {"type": "CollectionReference", "referenceName": collection.name},
            **({"parentCollectionName": collection.parent} if collection.parent else {}),
        },
    }


def read_policy(given: Any) -> Grants:
    """Return the grants that a metadata policy gives.

    Raises:
        EntityInvalid: It is malformed, or has a rule or a condition that is not known: it would give more than it says, or less.
    """
    properties = given.get("properties") if isinstance(given, dict) else None
    rules = properties.get("attributeRules") if isinstance(properties, dict) else None
    if not isinstance(rules, list):
        raise EntityInvalid("a metadata policy has no `attributeRules`", remedy="send the policy as it was read, with your changes")
    people: dict[str, tuple[str, ...]] = {}
    groups: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        role = _role(rule)
        for condition in rule.get("dnfCondition") or []:
            for attribute, held in ((PERSON, people), (GROUP, groups)):
                found = _included(condition, attribute)
                if found:
                    held[role] = tuple(dict.fromkeys((*held.get(role, ()), *found)))
    return Grants(people=people, groups=groups)


def _role(rule: Any) -> Role:
    name = rule.get("id") if isinstance(rule, dict) else None
    found = _ROLE.fullmatch(name) if isinstance(name, str) else None
    if found is None or found[1] not in set(Role) or not isinstance(rule.get("dnfCondition") or [], list):
        raise EntityInvalid(
            "a metadata policy has a rule of no known role",
            remedy=f"name rules purviewmetadatarole_builtin_ROLE; of {', '.join(Role)}",
        )
    return Role(found[1])


def _included(condition: Any, attribute: str) -> tuple[str, ...]:
    parts: list[Any] = condition if isinstance(condition, list) else [condition]
    known = (PERSON, GROUP, "derived.purview.role", "derived.purview.permission")
    if any(not isinstance(part, dict) or part.get("attributeName") not in known for part in parts):
        raise EntityInvalid("a metadata policy has a condition that is not known", remedy=f"compare {PERSON} or {GROUP}")
    found: list[Any] = []
    for part in parts:
        if part["attributeName"] == attribute:
            listed = part.get("attributeValueIncludedIn")
            found += listed if isinstance(listed, list) else [part.get("attributeValueIncludes")]
    if any(not isinstance(item, str) for item in found):
        raise EntityInvalid("a metadata policy names somebody who is no text", remedy="name subjects and groups as texts")
    return tuple(found)
