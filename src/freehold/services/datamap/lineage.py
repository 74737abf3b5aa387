"""Where data comes from and where it goes: from a dataset through processes to datasets, as far as the caller may read."""

from __future__ import annotations

from typing import Any

from freehold.datamap.access import Someone
from freehold.datamap.types import LINEAGE
from freehold.errors import EntityInvalid
from freehold.ports.datamap import Record, Relation
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.reading import Reading

DIRECTIONS = ("INPUT", "OUTPUT", "BOTH")
DEEPEST = 100
MOST = 20_000
"""How many entities one answer holds at most."""


class Lineage:
    """The lineage of one catalogue's entities."""

    def __init__(self, ground: Ground, reading: Reading) -> None:
        """Work on `ground`."""
        self._ground = ground
        self._reading = reading

    def graph(self, someone: Someone, base: Record, *, direction: str = "BOTH", depth: int = 3) -> dict[str, Any]:
        """Return what is at most `depth` steps up (INPUT) or down (OUTPUT) from an entity; a step is one relationship.

        What the caller may not read is left out, and so is what can be reached only through it.

        Raises:
            EntityInvalid: The direction is not known, or the depth not 0 to 100.
        """
        if direction not in DIRECTIONS:
            raise EntityInvalid(f"the direction `{direction[:40]}` is not known", remedy=f"use one of {', '.join(DIRECTIONS)}")
        if not 0 <= depth <= DEEPEST:
            raise EntityInvalid(f"the depth {depth} is not 0 to {DEEPEST}", remedy="use a smaller one")
        known = {base.guid: base}
        relations: dict[str, Relation] = {}
        widths: dict[str, int] = {}
        for side, name in ((2, "INPUT"), (1, "OUTPUT")):
            if direction in {name, "BOTH"}:
                widths[name] = self._walk(someone, base, side, depth or DEEPEST, known=known, relations=relations)
        headers = self._reading.headers(known.values())
        return {
            "baseEntityGuid": base.guid,
            "guidEntityMap": {item["guid"]: item for item in headers},
            "relations": [_shown(item) for item in relations.values()],
            "parentRelations": self._parents(known),
            "lineageDirection": direction,
            "lineageDepth": depth,
            "lineageWidth": max(widths.values(), default=0),
            "includeParent": False,
            "childrenCount": -1,
            "widthCounts": {name: {base.guid: {"1": count}} for name, count in widths.items()},
        }

    def following(self, someone: Someone, base: Record, *, direction: str, offset: int, limit: int) -> dict[str, Any]:
        """Return a page of the next step from an entity.

        Raises:
            EntityInvalid: As `graph`, or the page is malformed.
        """
        if offset < 0 or not (limit == -1 or 0 < limit <= MOST):
            raise EntityInvalid("the page is malformed", remedy=f"use an offset from 0, and a limit of 1 to {MOST:,}")
        graph = self.graph(someone, base, direction=direction, depth=1)
        relations = sorted(graph["relations"], key=lambda item: (item["fromEntityId"], item["toEntityId"]))
        page = relations[offset:] if limit == -1 else relations[offset : offset + limit]
        kept = {base.guid} | {item[end] for item in page for end in ("fromEntityId", "toEntityId")}
        graph["guidEntityMap"] = {guid: item for guid, item in graph["guidEntityMap"].items() if guid in kept}
        return graph | {"relations": page, "childrenCount": len(relations)}

    def _walk(
        self, someone: Someone, base: Record, side: int, depth: int, *, known: dict[str, Record], relations: dict[str, Relation]
    ) -> int:
        """Follow relationships breadth first, from their end `side` to the other; return the width of the widest step."""
        ground, level, seen, widest = self._ground, {base.guid}, {base.guid}, 0
        for _ in range(depth):
            found = ground.store.relations(level, LINEAGE, side)
            fresh = {item.end2 if side == 1 else item.end1 for item in found} - known.keys()
            records = ground.store.entities(fresh) if fresh else {}
            known |= {guid: record for guid, record in records.items() if ground.may_read(someone, record)}
            relations |= {item.guid: item for item in found if item.end1 in known and item.end2 in known}
            level = {guid for item in found if (guid := item.end2 if side == 1 else item.end1) in known and guid not in seen}
            seen |= level
            widest = max(widest, len(level))
            if not level:
                break
            if len(known) > MOST:
                raise EntityInvalid(f"the lineage has more than {MOST:,} entities", remedy="ask for a smaller depth")
        return widest

    def _parents(self, known: dict[str, Record]) -> list[dict[str, str]]:
        """Return which of the entities contain others of them."""
        types = self._ground.types
        kinds = {
            end.relationship: end.side
            for item in {r.type for r in known.values()}
            for end in types.entity(item).ends.values()
            if end.contains
        }
        if not kinds or len({item.type for item in known.values()}) < 2:
            return []
        held = self._ground.store.relations(list(known), tuple(kinds))
        return [_parent(item, kinds[item.type]) for item in held if item.end1 in known and item.end2 in known]


def _shown(item: Relation) -> dict[str, str]:
    return {"fromEntityId": item.end1, "toEntityId": item.end2, "relationshipId": item.guid}


def _parent(item: Relation, side: int) -> dict[str, str]:
    container, inside = (item.end1, item.end2) if side == 1 else (item.end2, item.end1)
    return {"childEntityId": inside, "relationshipId": item.guid, "parentEntityId": container}
