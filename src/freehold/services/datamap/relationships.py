"""Relationships by themselves: created between two entities, read, updated and deleted."""

from __future__ import annotations

from typing import Any

from freehold.datamap.access import Right, Someone
from freehold.datamap.types import MEANINGS
from freehold.datamap.values import Values, read_reference
from freehold.errors import EntityInvalid, RelationshipUnknown
from freehold.ports.datamap import Change, Record, Relation
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.linking import check_circles
from freehold.services.datamap.reading import Reading


class Relationships:
    """The relationships of one catalogue. Who may write both ends may relate them."""

    def __init__(self, ground: Ground, reading: Reading) -> None:
        """Work on `ground`."""
        self._ground = ground
        self._reading = reading

    def create(self, someone: Someone, given: Any) -> dict[str, Any]:
        """Relate two entities; what relates them in this way already is updated.

        Raises:
            EntityInvalid, TypeUnknown, AttributeInvalid: It is malformed, or an end is of a type that does not fit.
            EntityUnknown, EntityNameUnknown, CollectionRefused: An end is not there, or not the caller's to change.
            ContainmentCyclic: An entity would contain itself.
        """
        ground = self._ground
        name = self._name(given)
        with ground.lock:
            ends = [self._end(someone, given.get(f"end{side}"), side) for side in (1, 2)]
            self._check_ends(name, ends)
            key = (name, ends[0].guid, ends[1].guid)
            here = ground.store.relations([ends[0].guid, ends[1].guid], (name,))
            old = next((item for item in here if (item.type, item.end1, item.end2) == key), None)
            gone = tuple(item.guid for item in here if self._is_replaced(item, key))
            check_circles(ground, [key], frozenset(gone))
            attributes = self._attributes(name, given)
            made = Relation(
                guid=old.guid if old else ground.new_guid(), type=name, end1=key[1], end2=key[2],
                body={"attributes": attributes, "createdBy": someone.subject, "createTime": ground.now()},
            )  # fmt: skip
            ground.store.write(Change(relate=(made,), unrelate=gone))
        return self._shown(made, ends)

    def update(self, someone: Someone, given: Any) -> dict[str, Any]:
        """Change the attributes of a relationship.

        Raises:
            RelationshipUnknown: There is none of that identifier.
            EntityInvalid, AttributeInvalid, CollectionRefused: It cannot be changed.
        """
        guid = given.get("guid") if isinstance(given, dict) else None
        if not isinstance(guid, str):
            raise EntityInvalid("the relationship has no `guid`", remedy="send it as it was read, with your changes")
        with self._ground.lock:
            held, ends = self._find(someone, guid, Right.WRITE)
            body = {**held.body, "attributes": self._attributes(held.type, given), "updatedBy": someone.subject}
            made = Relation(guid=guid, type=held.type, end1=held.end1, end2=held.end2, body=body)
            self._ground.store.write(Change(relate=(made,)))
        return self._shown(made, ends)

    def find(self, someone: Someone, guid: str) -> dict[str, Any]:
        """Return a relationship of which the caller may read both ends, with the headers of those.

        Raises:
            RelationshipUnknown, CollectionRefused: As `update`.
        """
        held, ends = self._find(someone, guid, Right.READ)
        return {
            "relationship": self._shown(held, ends),
            "referredEntities": {item.guid: self._reading.header(item) for item in ends},
        }

    def delete(self, someone: Someone, guid: str) -> None:
        """Part two entities.

        Raises:
            RelationshipUnknown, CollectionRefused: As `update`.
        """
        with self._ground.lock:
            self._find(someone, guid, Right.WRITE)
            self._ground.store.write(Change(unrelate=(guid,)))

    def _find(self, someone: Someone, guid: str, right: Right) -> tuple[Relation, list[Record]]:
        ground = self._ground
        held = ground.store.relation(guid)
        unknown = RelationshipUnknown("no relationship of that identifier is in the data map", remedy="read one of its entities")
        if held is None or held.type == MEANINGS:
            ground.access.check(someone, Right.READ, ground.access.root)
            raise unknown
        known = ground.store.entities([held.end1, held.end2])
        return held, [ground.check(someone, right, known.get(end), unknown) for end in (held.end1, held.end2)]

    def _name(self, given: Any) -> str:
        name = given.get("typeName") if isinstance(given, dict) else None
        if not isinstance(name, str):
            raise EntityInvalid("the relationship has no `typeName`", remedy='send {"typeName": "…", "end1": {…}, "end2": {…}}')
        self._ground.types.find(name, "RELATIONSHIP")
        if name == MEANINGS:
            raise EntityInvalid("terms are assigned in the glossary", remedy="use /glossary/terms/{termId}/assignedEntities")
        return name

    def _end(self, someone: Someone, given: Any, side: int) -> Record:
        reference = read_reference(given, f"end{side}")
        if reference.guid is not None:
            return self._reading.find(someone, reference.guid, Right.WRITE)
        return self._reading.find_named(someone, reference.type or "", reference.qualified, Right.WRITE)

    def _check_ends(self, name: str, ends: list[Record]) -> None:
        found = self._ground.types.find(name)
        for side, record in enumerate(ends, 1):
            wanted = found[f"endDef{side}"]["type"]
            if not self._ground.entity_type(record).is_a(wanted):
                raise EntityInvalid(f"end{side} of `{name}` wants a `{wanted}`", remedy=f"`{record.type}` is none")

    def _is_replaced(self, item: Relation, key: tuple[str, str, str]) -> bool:
        """Return whether a relationship has to give way, since an end can have only one."""
        if (item.type, item.end1, item.end2) == key:
            return False
        found = self._ground.types.find(item.type)
        single = [found[member].get("cardinality") == "SINGLE" for member in ("endDef1", "endDef2")]
        return (single[0] and item.end1 == key[1]) or (single[1] and item.end2 == key[2])

    def _attributes(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        attributes = given.get("attributes") or {}
        if not isinstance(attributes, dict):
            raise EntityInvalid("`attributes` is not an object", remedy="send an object")
        types = self._ground.types
        return Values(types).attributes(types.attributes(name), attributes, name)

    def _shown(self, item: Relation, ends: list[Record]) -> dict[str, Any]:
        shown = [
            {"guid": record.guid, "typeName": record.type, "uniqueAttributes": {"qualifiedName": record.qualified}}
            for record in ends
        ]
        return {
            "typeName": item.type,
            "guid": item.guid,
            "attributes": item.body.get("attributes", {}),
            "end1": shown[0],
            "end2": shown[1],
            "label": f"r:{item.type}",
            "status": "ACTIVE",
            "propagateTags": "NONE",
            "version": 0,
            **{name: item.body[name] for name in ("createdBy", "createTime", "updatedBy") if name in item.body},
        }
