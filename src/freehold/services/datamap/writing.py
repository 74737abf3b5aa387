"""Entities as they are created, updated, moved and deleted: a request is written whole, or refused whole.

An entity is who has its type and qualified name; what a request does not say of it stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from freehold.datamap import wire
from freehold.datamap.access import Right, Someone
from freehold.datamap.entity import Draft, check_whole, read_entity
from freehold.datamap.types import MEANINGS
from freehold.datamap.values import missing
from freehold.errors import EntityInvalid, EntityUnknown
from freehold.ports.datamap import Change, Entry, Record
from freehold.services.datamap.ground import TERM, Ground
from freehold.services.datamap.linking import Linking, Related
from freehold.services.datamap.pending import Pending
from freehold.services.datamap.reading import Reading

MOST = 50_000
"""How many entities one request may bring."""

BEHAVIOURS = ("ignore", "replace", "merge")


class Writing:
    """Writes the entities of one catalogue."""

    def __init__(self, ground: Ground, reading: Reading) -> None:
        """Work on `ground`."""
        self._ground = ground
        self._reading = reading

    def put(
        self, someone: Someone, given: Sequence[Any], *, collection: str | None = None, behaviour: str = "ignore"
    ) -> dict[str, Any]:
        """Create or update entities; `behaviour` says what becomes of business metadata of those that are there.

        Raises:
            EntityInvalid, AttributeInvalid, AttributeMissing, TypeUnknown: One of them is malformed.
            ReferenceUnresolved: One refers to an entity that is not there, or not the caller's to see.
            ContainmentCyclic: One would contain itself.
            EntityUnknown: One has an identifier that no entity has.
            CollectionRefused, CollectionUnknown: The caller may not write there.
        """
        if len(given) > MOST:
            raise EntityInvalid(f"the request brings {len(given):,} entities", remedy=f"send at most {MOST:,} at a time")
        if behaviour not in BEHAVIOURS:
            raise EntityInvalid("`businessAttributeUpdateBehavior` is not known", remedy=f"use one of {', '.join(BEHAVIOURS)}")
        ground = self._ground
        if collection is not None:
            ground.access.check(someone, Right.WRITE, collection)
        drafts = [read_entity(ground.types, item) for item in given]
        with ground.lock:
            if collection is not None:  # again: it may be gone by now
                ground.access.check(someone, Right.WRITE, collection)
            pending, assigned = self._resolve(someone, drafts, collection)
            for item in pending.values():
                self._settle(someone, item, behaviour)
            linking = Linking(ground, someone, pending, assigned)
            related = linking.read()
            entries = self._entries(pending.values(), related)
            ground.store.write(Change(keep=entries, relate=related.added, unrelate=related.removed))
        return self._answer(entries, pending, assigned)

    def change(self, someone: Someone, record: Record, attributes: dict[str, Any]) -> dict[str, Any]:
        """Update some attributes of an entity, relationship attributes among them.

        Raises:
            As `put`.
        """
        given = {"guid": record.guid, "typeName": record.type, "attributes": attributes}
        return self.put(someone, [given])

    def move(self, someone: Someone, guids: Sequence[Any], collection: str) -> dict[str, Any]:
        """Put entities into another collection.

        Raises:
            EntityInvalid: No list of identifiers is given.
            EntityUnknown, CollectionRefused, CollectionUnknown: One cannot be moved, so none is.
        """
        ground = self._ground
        if not guids or len(guids) > MOST or any(not isinstance(item, str) for item in guids):
            raise EntityInvalid("`entityGuids` is no list of identifiers", remedy='send {"entityGuids": ["…"]}')
        with ground.lock:
            ground.access.check(someone, Right.WRITE, collection)
            found = ground.store.entities(guids)
            records = [ground.check(someone, Right.WRITE, found.get(guid)) for guid in dict.fromkeys(guids)]
            entries = self._entries(
                Pending(item.guid, ground.entity_type(item), item, [], collection, item.body) for item in records
            )
            ground.store.write(Change(keep=entries))
        return {"mutatedEntities": {"UPDATE": self._reading.headers(item.record for item in entries)}}

    def delete(self, someone: Someone, records: Sequence[Record]) -> dict[str, Any]:
        """Delete entities and what they contain.

        Raises:
            CollectionRefused: The caller may not delete one of them, so none is deleted.
        """
        ground = self._ground
        with ground.lock:
            gone = {item.guid: item for item in records}
            left = dict(gone)
            while left:
                inside = {guid: item for guid, item in self._contained(left.values()).items() if guid not in gone}
                gone |= inside
                left = inside
            for item in gone.values():
                ground.check(someone, Right.WRITE, item)
            ground.store.write(Change(remove=tuple(gone)))
        headers = [{**self._reading.header(item), "status": "DELETED"} for item in gone.values()]
        return {"mutatedEntities": {"DELETE": headers}} if headers else {}

    def rewrite(
        self,
        someone: Someone,
        changed: Iterable[tuple[Record, dict[str, Any]]],
        terms: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    ) -> None:
        """Write other bodies of entities, all of them or none; `terms` are those of entities whose terms change, by identifier."""
        held = [
            Pending(item.guid, self._ground.entity_type(item), item, [], item.collection, body | _touched(body, someone))
            for item, body in changed
        ]
        tags = self._terms([item.guid for item in held]) | dict(terms or {})
        self._ground.store.write(Change(keep=tuple(self._entry(item, tags.get(item.guid, ())) for item in held)))

    def _contained(self, records: Iterable[Record]) -> dict[str, Record]:
        ground = self._ground
        held = {item.guid: item for item in records}
        inside: set[str] = set()
        types = {
            end.relationship: end.side for item in held.values() for end in ground.entity_type(item).ends.values() if end.contains
        }
        for relation in ground.store.relations(list(held), tuple(types)):
            one, other = (relation.end1, relation.end2) if types[relation.type] == 1 else (relation.end2, relation.end1)
            if one in held:
                inside.add(other)
        return ground.store.entities(inside)

    def _resolve(
        self, someone: Someone, drafts: Sequence[Draft], collection: str | None
    ) -> tuple[dict[str, Pending], dict[str, str]]:
        """Return which entities the drafts are of, by identifier, and which identifier each placeholder stands for."""
        ground = self._ground
        by_guid = ground.store.entities([item.guid for item in drafts if item.guid is not None and not item.is_placeholder])
        names = {(item.type.name, item.qualified) for item in drafts if item.qualified is not None}
        by_name = ground.store.named(list(names))
        fresh: dict[tuple[str, str], str] = {}
        pending: dict[str, Pending] = {}
        assigned: dict[str, str] = {}
        for draft in drafts:
            old, key = self._known(someone, draft, by_guid, by_name)
            guid = old.guid if old is not None else fresh.setdefault(key, ground.new_guid())
            if draft.is_placeholder and draft.guid is not None and assigned.setdefault(draft.guid, guid) != guid:
                raise EntityInvalid(f"the placeholder `{draft.guid[:40]}` stands for two entities", remedy="number them apart")
            item = pending.setdefault(guid, Pending(guid, draft.type, old))
            item.drafts.append(draft)
            item.collection = self._place(someone, old, collection)
        return pending, assigned

    def _known(
        self, someone: Someone, draft: Draft, by_guid: dict[str, Record], by_name: dict[tuple[str, str], Record]
    ) -> tuple[Record | None, tuple[str, str]]:
        key = (draft.type.name, draft.qualified or "")
        named = by_name.get(key)
        if draft.is_placeholder:
            if named is None and draft.qualified is None:
                raise missing(draft.type.name, "qualifiedName")
            return named, key
        unknown = EntityUnknown("no entity of that identifier is in the data map", remedy="leave the `guid` out to create one")
        old = self._ground.check(someone, Right.WRITE, by_guid.get(draft.guid or ""), unknown)  # before a word is said of its type
        if old.type != draft.type.name:
            raise EntityInvalid(f"the entity is a `{old.type}`, not a `{draft.type.name}`", remedy="send its own type")
        if named is not None and named.guid != old.guid:
            raise EntityInvalid(f"another `{old.type}` has that qualifiedName", remedy="choose one that is free")
        return old, key

    def _place(self, someone: Someone, old: Record | None, collection: str | None) -> str:
        ground = self._ground
        place = collection or (old.collection if old is not None else ground.access.root)
        if old is not None:
            ground.check(someone, Right.WRITE, old)
        if collection is None and old is None:
            ground.access.check(someone, Right.WRITE, place)
        return place

    def _settle(self, someone: Someone, item: Pending, behaviour: str) -> None:
        """Lay the drafts over what there was."""
        fresh: dict[str, Any] = {"attributes": {}, "createdBy": someone.subject, "version": 0}
        old = item.old.body if item.old is not None else fresh
        body: dict[str, Any] = {**old, "updatedBy": someone.subject, "version": old.get("version", 0) + 1}
        for number, draft in enumerate(item.drafts):
            if item.old is None and number == 0:
                check_whole(draft)
            body["attributes"] = body["attributes"] | draft.attributes
            body |= draft.kept
            body["classifications"] = _classified(item.guid, body.get("classifications", []), draft.classifications)
            _lay_business(body, draft, behaviour, is_new=item.old is None)
        for required in item.kind.required:
            if body["attributes"].get(required.name) is None:
                raise missing(item.kind.name, required.name)
        item.body = body

    def _entries(self, pending: Iterable[Pending], related: Related | None = None) -> tuple[Entry, ...]:
        held = list(pending)
        terms = self._terms([item.guid for item in held if item.old is not None])
        for item in held:
            if any("meanings" in draft.links for draft in item.drafts) and related is not None:
                named = (
                    self._ground.store.document(TERM, link.end1)
                    for link in related.added
                    if (link.type, link.end2) == (MEANINGS, item.guid)
                )
                terms[item.guid] = tuple(tag for term in named if term is not None for tag in term_tags(term))
        return tuple(self._entry(item, terms.get(item.guid, ())) for item in held)

    def _terms(self, guids: Sequence[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        if not guids:
            return {}
        found = self._ground.store.tagged(guids)
        return {guid: tuple(tag for tag in tags if tag[0] in {"term", "termGuid"}) for guid, tags in found.items()}

    def _entry(self, item: Pending, terms: Sequence[tuple[str, str]]) -> Entry:
        now, attributes = self._ground.now(), item.body["attributes"]
        record = Record(
            guid=item.guid,
            type=item.kind.name,
            qualified=attributes.get("qualifiedName") or f"{item.kind.name}:{item.guid}",
            name=str(attributes.get("name") or wire.display(attributes)),
            collection=item.collection,
            created=item.old.created if item.old is not None else now,
            updated=now,
            body=item.body,
        )
        words = wire.tags(item.kind, self._ground.service(item.kind.name), item.collection, item.body, terms)
        return Entry(record=record, text=wire.words(item.body), tags=words)

    def _answer(self, entries: Sequence[Entry], pending: dict[str, Pending], assigned: dict[str, str]) -> dict[str, Any]:
        mutated: dict[str, list[dict[str, Any]]] = {}
        for item in entries:
            verb = "CREATE" if pending[item.record.guid].old is None else "UPDATE"
            mutated.setdefault(verb, []).append(self._reading.header(item.record))
        guids = assigned or {item.record.guid: item.record.guid for item in entries}
        return {"mutatedEntities": mutated, "guidAssignments": guids}


def term_tags(term: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the words by which a search finds what a term is assigned to."""
    return (("term", str(term["qualifiedName"])), ("termGuid", str(term["guid"])))


def _classified(guid: str, old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    made = {item["typeName"]: item for item in old}
    return list((made | {item["typeName"]: {**item, "entityGuid": guid} for item in new}).values())


def _lay_business(body: dict[str, Any], draft: Draft, behaviour: str, *, is_new: bool) -> None:
    if not draft.business or (behaviour == "ignore" and not is_new):
        return
    held = {} if behaviour == "replace" else body.get("business", {})
    body["business"] = held | {name: {**held.get(name, {}), **inner} for name, inner in draft.business.items()}


def _touched(body: dict[str, Any], someone: Someone) -> dict[str, Any]:
    """Return what a body says of who wrote it, once someone has written another."""
    return {"updatedBy": someone.subject, "version": body.get("version", 0) + 1}
