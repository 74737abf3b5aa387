"""Entities as their readers see them: whole, as headers, by identifier and by name. What somebody may not read is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from freehold.datamap import wire
from freehold.datamap.access import Right, Someone
from freehold.datamap.types import MEANINGS, End
from freehold.errors import EntityInvalid, EntityNameUnknown
from freehold.ports.datamap import Record, Relation
from freehold.services.datamap.ground import TERM, Ground

MOST = 5_000
"""How many entities one request may name."""


class Reading:
    """Reads the entities of one catalogue."""

    def __init__(self, ground: Ground) -> None:
        """Work on `ground`."""
        self._ground = ground

    def find(self, someone: Someone, guid: str, right: Right = Right.READ) -> Record:
        """Return an entity that the caller may read, or change.

        Raises:
            EntityUnknown, CollectionRefused: As `Ground.check`.
        """
        return self._ground.check(someone, right, self._ground.store.entities([guid]).get(guid))

    def find_named(self, someone: Someone, kind: str, qualified: str | None, right: Right = Right.READ) -> Record:
        """Return the entity of a type, or of one that builds on it, with that qualified name.

        Raises:
            TypeUnknown: There is no such type.
            EntityInvalid: No name is given.
            EntityNameUnknown, CollectionRefused: As `Ground.check`.
        """
        self._ground.types.find(kind, "ENTITY")
        if not qualified:
            raise EntityInvalid("no unique attribute is given", remedy="add `?attr:qualifiedName=…`")
        names = [(name, qualified) for name in self._ground.types.subs(kind)]
        found = next(iter(self._ground.store.named(names).values()), None)
        unknown = EntityNameUnknown(f"no `{kind}` has that qualifiedName", remedy="search for it")
        return self._ground.check(someone, right, found, unknown)

    def whole(self, someone: Someone, records: Sequence[Record]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Return entities with all their attributes, and by identifier those that they contain."""
        ground = self._ground
        relations = ground.store.relations([item.guid for item in records])
        others = {guid for item in relations for guid in (item.end1, item.end2)}
        known = ground.store.entities(others)
        seen = {guid: item for guid, item in known.items() if ground.may_read(someone, item)}
        terms = self._terms(relations)
        by_end: dict[tuple[str, str, int], list[Relation]] = {}
        for item in relations:
            by_end.setdefault((item.end1, item.type, 1), []).append(item)
            by_end.setdefault((item.end2, item.type, 2), []).append(item)
        made: list[dict[str, Any]] = []
        contained: dict[str, Any] = {}
        for record in records:
            kind = ground.entity_type(record)
            links: dict[str, Any] = {}
            for end in kind.ends.values():
                held = by_end.get((record.guid, end.relationship, end.side), [])
                links[end.name] = _links(end, held, seen, terms)
                if end.contains:
                    inside = [seen[guid] for item in held if (guid := _other(item, end.side)) in seen]
                    contained |= {item.guid: self.header(item) for item in inside}
            meanings = [_meaning(item, terms) for item in by_end.get((record.guid, MEANINGS, 2), []) if item.end1 in terms]
            times = (record.created, record.updated)
            made.append(
                wire.whole(
                    record.guid, kind, record.body, collection=record.collection, times=times, links=links, meanings=meanings
                )
            )
        return made, contained

    def entity(self, someone: Someone, record: Record) -> dict[str, Any]:
        """Return one entity with what it contains, as the wire has it."""
        made, contained = self.whole(someone, [record])
        return {"referredEntities": contained, "entity": made[0]}

    def several(self, someone: Someone, guids: Sequence[str]) -> dict[str, Any]:
        """Return entities by their identifiers.

        Raises:
            EntityInvalid: None, or more than 5,000, are named.
            EntityUnknown, CollectionRefused: As `find`, for any of them.
        """
        if not 0 < len(guids) <= MOST:
            raise EntityInvalid(f"{len(guids):,} entities are named", remedy=f"name 1 to {MOST:,} with `?guid=…&guid=…`")
        found = self._ground.store.entities(guids)
        records = [self._ground.check(someone, Right.READ, found.get(guid)) for guid in dict.fromkeys(guids)]
        made, contained = self.whole(someone, records)
        return {"referredEntities": contained, "entities": made}

    def several_named(self, someone: Someone, kind: str, names: Sequence[str]) -> dict[str, Any]:
        """Return entities of a type by their qualified names, those that there are.

        Raises:
            TypeUnknown: There is no such type.
            EntityInvalid: No name is given.
            EntityNameUnknown, CollectionRefused: As `find_named`, for any of them.
        """
        if not 0 < len(names) <= MOST:
            raise EntityInvalid("no unique attributes are given", remedy="add `?attr_0:qualifiedName=…&attr_1:qualifiedName=…`")
        made, contained = self.whole(someone, [self.find_named(someone, kind, name) for name in names])
        return {"referredEntities": contained, "entities": made}

    def header(self, record: Record) -> dict[str, Any]:
        """Return the header of an entity."""
        return wire.header(record.guid, record.type, record.body)

    def headers(self, records: Iterable[Record]) -> list[dict[str, Any]]:
        """Return the headers of entities, with the terms that are assigned to them."""
        held = list(records)
        relations = self._ground.store.relations([item.guid for item in held], (MEANINGS,), 2)
        terms = self._terms(relations)
        meanings: dict[str, list[dict[str, Any]]] = {}
        for item in relations:
            if item.end1 in terms:
                meanings.setdefault(item.end2, []).append(_meaning(item, terms))
        return [wire.header(item.guid, item.type, item.body, meanings.get(item.guid, ())) for item in held]

    def _terms(self, relations: Iterable[Relation]) -> dict[str, dict[str, Any]]:
        wanted = {item.end1 for item in relations if item.type == MEANINGS}
        found = ((guid, self._ground.store.document(TERM, guid)) for guid in wanted)
        return {guid: item for guid, item in found if item is not None}


def _links(
    end: End, held: Sequence[Relation], seen: dict[str, Record], terms: dict[str, dict[str, Any]]
) -> list[dict[str, Any]] | dict[str, Any] | None:
    made = [item for item in (_link(relation, _other(relation, end.side), seen, terms) for relation in held) if item is not None]
    if end.single:
        return made[0] if made else None
    return sorted(made, key=lambda item: str(item.get("qualifiedName")))


def _link(relation: Relation, guid: str, seen: dict[str, Record], terms: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    if guid in terms:
        kind, title, qualified = "AtlasGlossaryTerm", terms[guid]["name"], terms[guid].get("qualifiedName")
    elif (record := seen.get(guid)) is not None:
        kind, title, qualified = record.type, wire.display(record.body["attributes"]), record.qualified
    else:
        return None
    return wire.link(
        guid,
        kind,
        title=title,
        qualified=qualified,
        relationship=relation.type,
        relationship_guid=relation.guid,
        attributes=relation.body.get("attributes", {}),
    )


def _meaning(relation: Relation, terms: dict[str, dict[str, Any]]) -> dict[str, Any]:
    term = terms[relation.end1]
    return {
        "termGuid": relation.end1,
        "relationGuid": relation.guid,
        "displayText": term["name"],
        "qualifiedName": term.get("qualifiedName"),
        **{
            name: relation.body[name]
            for name in ("confidence", "description", "steward", "source", "status")
            if name in relation.body
        },
    }


def _other(relation: Relation, side: int) -> str:
    return relation.end2 if side == 1 else relation.end1
