"""How the entities of a request relate to each other and to those that are there: what to add, to take away, and no circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from freehold.datamap.access import Right, Someone
from freehold.datamap.types import MEANINGS, End
from freehold.datamap.values import Reference
from freehold.errors import ContainmentCyclic, EntityInvalid, ReferenceUnresolved
from freehold.ports.datamap import Relation
from freehold.services.datamap.ground import TERM, Ground
from freehold.services.datamap.pending import Pending

_DEEPEST = 200
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Related:
    """Relationships to add and, by identifier, to take away."""

    added: tuple[Relation, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """An entity that a reference means."""

    guid: str
    type: str
    qualified: str | None
    collection: str | None = None


class Linking:
    """Works out the relationships of one request."""

    def __init__(self, ground: Ground, someone: Someone, pending: Mapping[str, Pending], assigned: Mapping[str, str]) -> None:
        """Resolve references of `pending` entities; `assigned` says what each placeholder stands for."""
        self._ground = ground
        self._someone = someone
        self._pending = pending
        self._assigned = assigned
        self._own: dict[tuple[str, str], str] = {}
        self._stored: dict[str, Known] = {}
        self._named: dict[tuple[str, str], Known] = {}

    def read(self) -> Related:
        """Return what changes, completing the references inside of attributes.

        Raises:
            ReferenceUnresolved: An entity is not there, or not the caller's to see.
            EntityInvalid: It is of a type that does not fit, or named as a term.
            ContainmentCyclic: An entity would contain itself.
            CollectionRefused: An entity that can have only one such relationship is not the caller's to change.
        """
        links = [
            (item, draft.type.ends[name], reference)
            for item in self._pending.values()
            for draft in item.drafts
            for name, references in draft.links.items()
            for reference in references
        ]
        inner = [item for pending in self._pending.values() for draft in pending.drafts for item in draft.references]
        if links or inner:
            self._look_up([reference for _, _, reference in links] + inner)
        for reference in inner:
            found = self._resolve(reference, "an attribute")
            reference.holder |= {"guid": found.guid, "typeName": found.type, "uniqueAttributes": {"qualifiedName": found.qualified}}
        wanted: dict[_Key, dict[str, Any]] = {}
        singles: set[tuple[str, str, int]] = set()
        for item, end, reference in links:
            key = self._wanted(item.guid, end, reference, singles)
            wanted[key] = reference.attributes or wanted.get(key, {})
        return self._difference(wanted, singles)

    def _wanted(self, guid: str, end: End, reference: Reference, singles: set[tuple[str, str, int]]) -> _Key:
        found = self._term(reference) if end.relationship == MEANINGS else self._resolve(reference, f"`{end.name}`")
        other = self._ground.types.entity(found.type)
        if not other.is_a(end.other):
            raise EntityInvalid(
                f"`{end.name}` wants a `{end.other}`, and `{found.type}` is none", remedy="name an entity of that type"
            )
        side = 3 - end.side
        if any(item.relationship == end.relationship and item.side == side and item.single for item in other.ends.values()):
            singles.add((found.guid, end.relationship, side))
            if found.collection is not None:  # it may lose what it is related to now: that changes it
                self._ground.access.check(self._someone, Right.WRITE, found.collection)
        return (end.relationship, guid, found.guid) if end.side == 1 else (end.relationship, found.guid, guid)

    def _difference(self, wanted: dict[_Key, dict[str, Any]], singles: set[tuple[str, str, int]]) -> Related:
        replaced = {
            (item.guid, item.kind.ends[name].relationship, item.kind.ends[name].side)
            for item in self._pending.values()
            for draft in item.drafts
            for name in draft.links
        }
        stored = {guid for guid, _, _ in replaced if self._pending[guid].old is not None}
        stored |= {guid for guid, _, _ in singles if guid not in self._pending or self._pending[guid].old is not None}
        types = tuple({kind for _, kind, _ in replaced | singles})
        there = self._ground.store.relations(stored, types) if stored else []
        removed = [
            item.guid
            for item in there
            if (item.type, item.end1, item.end2) not in wanted
            and {(item.end1, item.type, 1), (item.end2, item.type, 2)} & (replaced | singles)
        ]
        held = {(item.type, item.end1, item.end2): item.guid for item in there}
        self._check_circles(wanted, frozenset(removed))
        added = [
            Relation(
                guid=held.get(key) or self._ground.new_guid(),
                type=key[0],
                end1=key[1],
                end2=key[2],
                body={"attributes": attributes} if attributes else {},
            )
            for key, attributes in wanted.items()
        ]
        return Related(tuple(added), tuple(removed))

    def _check_circles(self, wanted: Iterable[_Key], removed: frozenset[str]) -> None:
        check_circles(self._ground, wanted, removed)

    def _look_up(self, references: Iterable[Reference]) -> None:
        """Read the entities of the store that references name, all at once."""
        ground = self._ground
        for item in self._pending.values():
            for draft in item.drafts:
                if draft.qualified is not None:
                    self._own[(draft.type.name, draft.qualified)] = item.guid
        guids: set[str] = set()
        names: set[tuple[str, str]] = set()
        for item in references:
            if item.guid is not None and item.guid not in self._assigned:
                guids.add(item.guid)
            elif item.guid is None and item.type is not None and item.qualified is not None:
                names |= {(kind, item.qualified) for kind in ground.types.subs(item.type)}
        found = list(ground.store.entities(guids).values()) + list(ground.store.named(names).values())
        for record in found:
            if ground.may_read(self._someone, record):
                known = Known(record.guid, record.type, record.qualified, record.collection)
                self._stored[record.guid] = self._named[(record.type, record.qualified)] = known

    def _resolve(self, reference: Reference, what: str) -> Known:
        if reference.guid is not None:
            found = self._of_guid(self._assigned.get(reference.guid, reference.guid))
        else:
            found = self._of_name(reference.type or "", reference.qualified or "")
        if found is None:
            raise ReferenceUnresolved(
                f"{what} refers to an entity that is not there", remedy="send both in one request, or create it first"
            )
        return found

    def _term(self, reference: Reference) -> Known:
        term = self._ground.store.document(TERM, reference.guid or "")
        if term is None:
            raise ReferenceUnresolved("`meanings` names a term that is not there", remedy="create it in a glossary first")
        return Known(term["guid"], "AtlasGlossaryTerm", term.get("qualifiedName"))

    def _of_guid(self, guid: str) -> Known | None:
        item = self._pending.get(guid)
        return (
            Known(guid, item.kind.name, item.body["attributes"].get("qualifiedName"))
            if item is not None
            else self._stored.get(guid)
        )

    def _of_name(self, kind: str, qualified: str) -> Known | None:
        for name in self._ground.types.subs(kind):
            guid = self._own.get((name, qualified))
            if guid is not None:
                return Known(guid, name, qualified)
            if (name, qualified) in self._named:
                return self._named[(name, qualified)]
        return None


def check_circles(ground: Ground, wanted: Iterable[_Key], removed: frozenset[str]) -> None:
    """Check that no entity would contain itself through relationships that are wanted and those that are there.

    Raises:
        ContainmentCyclic: One would.
    """
    parents: dict[str, set[str]] = {}
    for kind, end1, end2 in wanted:
        side = ground.types.contained(kind) if kind in ground.types.circular else None
        if side is not None:
            container, inside = (end1, end2) if side == 1 else (end2, end1)
            parents.setdefault(inside, set()).add(container)
    for start in list(parents):
        _climb(ground, start, parents, removed)


def _climb(ground: Ground, start: str, parents: dict[str, set[str]], removed: frozenset[str]) -> None:
    level, seen = {start}, set[str]()
    for _ in range(_DEEPEST):
        above = {container for item in level for container in parents.get(item, ())}
        for relation in ground.store.relations(level, tuple(ground.types.circular)):
            one, two = (
                (relation.end1, relation.end2) if ground.types.contained(relation.type) == 1 else (relation.end2, relation.end1)
            )
            if two in level and relation.guid not in removed:
                above.add(one)
        if start in above:
            raise ContainmentCyclic("an entity would contain itself", remedy="take the circle out of its containers")
        level = above - seen
        seen |= above
        if not level:
            return
    raise ContainmentCyclic(f"entities would be contained more than {_DEEPEST} deep", remedy="flatten them")
