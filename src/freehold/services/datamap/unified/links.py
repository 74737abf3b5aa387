"""How things relate: a relationship is seen from both of its ends, and written in one change.

What is related to a data product is for its own writers to say, from whichever end: it counts among the product's assets, and a
term or an element brings policies along that name who decides on requests.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from freehold.datamap.access import Someone
from freehold.datamap.unified.things import Kind, read_relationship
from freehold.errors import EntityInvalid, RelationshipUnknown
from freehold.ports.datamap import Change
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.unified.standing import DEEPEST, Body, Standing, kept_as
from freehold.services.datamap.unified.things import LINK

MOST = 2_000
"""How many relationships one thing may have."""


class Wanted(NamedTuple):
    """Which relationships are meant: to a kind (None: to any), to one thing and of one type in small letters (empty: any)."""

    kind: Kind | None = None
    other: str = ""
    relation: str = ""

    def fits(self, item: Body) -> bool:
        """Return whether a relationship is meant."""
        return (
            self.kind in {None, item["kind"]}
            and self.other in {"", item["entityId"]}
            and self.relation in {"", item["relationshipType"].casefold()}
        )


class Links:
    """The relationships of one catalogue."""

    def __init__(self, ground: Ground) -> None:
        """Work on `ground`."""
        self._ground = ground

    def of(self, someone: Someone, kind: Kind, key: str, wanted: Wanted) -> list[Body]:
        """Return those relationships of a thing that are wanted, to things that the caller sees.

        Raises:
            DomainRefused, ItemUnknown: As `Standing.find`.
        """
        standing = Standing(self._ground, someone)
        made: list[Body] = []
        for _, item in self._ground.store.documents(LINK, standing.find(kind, key)["id"]):
            if wanted.fits(item):
                other = self._ground.store.document(kept_as(Kind(item["kind"])), item["entityId"])
                if other is not None and standing.may_see(Kind(item["kind"]), other):
                    made.append(_shown(item))
        return made

    def add(self, someone: Someone, kind: Kind, key: str, wanted: Kind | None, given: Any) -> Body:
        """Relate a thing to another one that the caller sees; a relationship that is there stays, with the new description.

        Raises:
            EntityInvalid: It is malformed, names no kind, or the thing itself.
            DomainRefused, ItemUnknown: The caller may not change the thing, or the data product that it is related to; or
                one of the two is not there.
        """
        if wanted is None:
            raise EntityInvalid("the address has no `entityType`", remedy=f"add one of {', '.join(Kind)}")
        relation = read_relationship(given)
        with self._ground.lock:
            standing = Standing(self._ground, someone)
            here = self._changeable(standing, kind, key)
            other = standing.find(wanted, relation["entityId"])
            if other["id"] == here["id"]:
                raise EntityInvalid("a thing cannot relate to itself", remedy="name another one")
            _check_product(standing, kind, wanted, other)
            if any(len(self._ground.store.documents(LINK, item["id"])) >= MOST for item in (here, other)):
                raise EntityInvalid(f"one of the two has {MOST:,} relationships", remedy="remove some first")
            now = self._ground.moment()
            stamp = {"createdAt": now, "createdBy": standing.id, "lastModifiedAt": now, "lastModifiedBy": standing.id}
            made = relation | {"systemData": stamp}
            name = relation["relationshipType"]
            there = made | {"entityId": other["id"], "kind": wanted.value}
            back = made | {"entityId": here["id"], "kind": kind.value}
            documents = (
                (LINK, f"{here['id']}/{other['id']}/{name}", here["id"], there),
                (LINK, f"{other['id']}/{here['id']}/{name}", other["id"], back),
            )
            self._ground.write_documents(*documents)
            return _shown(there)

    def remove(self, someone: Someone, kind: Kind, key: str, wanted: Wanted) -> None:
        """Remove the relationships between two things that are wanted.

        Raises:
            EntityInvalid: The other thing is not named.
            DomainRefused, ItemUnknown: As `add`.
            RelationshipUnknown: There is none.
        """
        if not wanted.other:
            raise EntityInvalid("the address has no `entityId`", remedy="add the identifier of the other thing")
        with self._ground.lock:
            standing = Standing(self._ground, someone)
            here = self._changeable(standing, kind, key)["id"]
            found = [item for _, item in self._ground.store.documents(LINK, here) if wanted.fits(item)]
            if not found:
                raise RelationshipUnknown("the two are not related so", remedy="list the relationships of the first")
            forget: list[tuple[str, str]] = []
            for item in found:
                name, there = item["relationshipType"], Kind(item["kind"])
                _check_product(standing, kind, there, self._ground.store.document(kept_as(there), item["entityId"]))
                forget += [(LINK, f"{here}/{item['entityId']}/{name}"), (LINK, f"{item['entityId']}/{here}/{name}")]
            self._ground.store.write(Change(forget=tuple(forget)))

    def hierarchy(self, someone: Someone, key: str) -> list[Body]:
        """Return a term with those above it, the highest first, and those directly below it.

        Raises:
            DomainRefused, ItemUnknown: As `Standing.find`.
        """
        standing = Standing(self._ground, someone)
        term = standing.find(Kind.TERM, key)
        above: list[Body] = []
        parent = term.get("parentId")
        while parent is not None and len(above) < DEEPEST:
            found = self._ground.store.document(kept_as(Kind.TERM), parent)
            if found is None or not standing.may_see(Kind.TERM, found):
                break
            above.insert(0, found)
            parent = found.get("parentId")
        below = [item for item in standing.all(Kind.TERM, term["domain"]) if item.get("parentId") == term["id"]]
        return [*above, term, *below]

    def _changeable(self, standing: Standing, kind: Kind, key: str) -> Body:
        found = standing.find(kind, key)
        standing.check_write(kind, None if kind is Kind.ASSET else standing.domain_of(kind, found))
        return found


def _check_product(standing: Standing, kind: Kind, other: Kind, body: Body | None) -> None:
    """Check that a caller who relates a thing of another kind to a data product, or parts the two, may write the product.

    Raises:
        DomainRefused: They may not.
    """
    if other is Kind.PRODUCT and kind is not Kind.PRODUCT and body is not None:
        standing.check_write(other, standing.domain_of(other, body))


def _shown(item: Body) -> Body:
    return {name: item[name] for name in ("entityId", "relationshipType", "description", "systemData")}
