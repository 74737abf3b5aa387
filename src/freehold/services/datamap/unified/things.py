"""Business domains, data products, assets, terms, objectives, critical data elements: create, read, change, remove, find, count."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from freehold.datamap import wire
from freehold.datamap.access import Someone
from freehold.datamap.unified.query import Query, counted, matching, owners, paged
from freehold.datamap.unified.requests import ACTIVE
from freehold.datamap.unified.roles import Role
from freehold.datamap.unified.shape import guid
from freehold.datamap.unified.things import THINGS, Kind, read_thing
from freehold.errors import AlreadyExists, EntityInvalid, ItemInUse
from freehold.ports.datamap import Change, Record
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.unified.standing import APP, DEEPEST, POLICY, Body, Standing, kept_as, unknown

LINK, POLICY_SET, REQUEST = "unified-link", "unified-policyset", "unified-request"
_INSIDE = (Kind.PRODUCT, Kind.TERM, Kind.OBJECTIVE, Kind.ELEMENT)


class Things:
    """The things of one catalogue."""

    def __init__(self, ground: Ground) -> None:
        """Work on `ground`."""
        self._ground = ground

    @property
    def lock(self) -> threading.RLock:
        """Held while something is changed."""
        return self._ground.lock

    def find(self, someone: Someone, kind: Kind, key: str, above: str | None = None) -> Body:
        """Return a thing; `above` is the objective that a key result is of.

        Raises:
            DomainRefused: The caller has no role at all.
            ItemUnknown: There is no such thing that they see.
        """
        standing = Standing(self._ground, someone)
        return self._shown(standing, kind, self._held(standing, kind, key, above))

    def page(self, someone: Someone, kind: Kind, query: Query, parent: str | None = None) -> tuple[list[Body], int | None]:
        """Return a page of the things that fit a query, and where the next begins; with `parent` only those directly in it.

        Raises:
            DomainRefused, ItemUnknown: As `find`, for the objective that key results are of.
        """
        standing = Standing(self._ground, someone)
        if kind is Kind.KEY_RESULT:
            standing.find(Kind.OBJECTIVE, parent or "")
        fitting = matching(kind, standing.all(kind, parent), query.filters)
        page = paged(kind, fitting, query.page)
        end = query.page.skip + len(page)
        return [self._shown(standing, kind, item) for item in page], end if page and end < len(fitting) else None

    def mine(self, someone: Someone, kind: Kind, query: Query) -> Query:
        """Return a query narrowed to the things that name the caller as an owner."""
        standing = Standing(self._ground, someone)
        own = [item["id"] for item in standing.all(kind) if standing.id in owners(item)]
        asked = query.filters.get("ids")
        kept = own if asked is None else [item for item in own if item in asked]
        return Query(filters={**query.filters, "ids": kept}, page=query.page, facets=query.facets)

    def facets(self, someone: Someone, kind: Kind, query: Query) -> dict[str, Any]:
        """Return how many of the things that fit a query have each value.

        Raises:
            DomainRefused: As `find`.
        """
        standing = Standing(self._ground, someone)
        return {"facets": counted(matching(kind, standing.all(kind), query.filters), query.facets)}

    def count(self, someone: Someone, kind: Kind, query: Query) -> dict[str, int]:
        """Return how many things fit a query.

        Raises:
            DomainRefused: As `find`.
        """
        return {"count": len(matching(kind, Standing(self._ground, someone).all(kind), query.filters))}

    def create(self, someone: Someone, kind: Kind, given: Any, above: str | None = None) -> Body:
        """Create a thing, under the identifier that it brings or a new one.

        Raises:
            EntityInvalid: It is malformed.
            DomainRefused: The caller may not, in that business domain.
            ItemUnknown: Its domain, its parent, its entity or its objective (`above`) is not there.
            AlreadyExists: The identifier is taken.
        """
        made = read_thing(kind, given)
        asked = given.get("id")
        key = guid("id", asked) if asked else self._ground.new_guid()
        with self.lock:
            standing = Standing(self._ground, someone)
            if kind is Kind.KEY_RESULT:
                made["domainId"] = standing.find(Kind.OBJECTIVE, above or "")["domain"]
            self._check_place(standing, kind, made, key)
            if self._ground.store.document(kept_as(kind), key) is not None:
                raise AlreadyExists(f"a {THINGS[kind].word} has this identifier", remedy="change it with PUT, or send another `id`")
            made |= {"id": key, "systemData": self._stamp(standing, kind, made, {})}
            parent = (above or "").lower() if kind is Kind.KEY_RESULT else _parent(kind, made)
            documents = [(kept_as(kind), key, parent, made)]
            if kind is Kind.DOMAIN:
                roles = {role: [someone.subject] for role in (Role.OWNER, Role.PRODUCT_OWNER, Role.STEWARD)}
                documents.append((POLICY, key, "", {"id": self._ground.new_guid(), "version": 1, "grants": {"people": roles}}))
            self._ground.store.write(Change(documents=tuple(documents)))
            return self._shown(Standing(self._ground, someone), kind, made)

    def update(self, someone: Someone, kind: Kind, key: str, given: Any, above: str | None = None) -> Body:
        """Replace what a thing says; what a request leaves out, it says no more.

        Raises:
            EntityInvalid: It is malformed, of another identifier, or would lie below itself.
            DomainRefused, ItemUnknown: As `create`, where it is and where it shall be.
        """
        made = read_thing(kind, given)
        asked = given.get("id")
        if asked is not None and guid("id", asked) != key.lower():
            raise EntityInvalid("the `id` in the body is not that of the address", remedy="send the same in both, or leave it out")
        with self.lock:
            standing = Standing(self._ground, someone)
            old = self._held(standing, kind, key, above)
            self._check_change(standing, kind, old)
            if kind is Kind.KEY_RESULT:
                made["domainId"] = old["domainId"]
            if kind is Kind.ASSET and made["source"].get("assetId") != old["source"]["assetId"]:
                raise EntityInvalid("an asset stays that of its entity", remedy="create another asset")
            if _place(kind, made) != _place(kind, old):
                self._check_place(standing, kind, made, key)
            made |= {"id": old["id"], "systemData": self._stamp(standing, kind, made, old)}
            parent = (above or "").lower() if kind is Kind.KEY_RESULT else _parent(kind, made)
            self._ground.write_documents((kept_as(kind), old["id"], parent, made))
            return self._shown(Standing(self._ground, someone), kind, made)

    def delete(self, someone: Someone, kind: Kind, key: str, above: str | None = None) -> None:
        """Remove a thing with its relationships, its access policies and the requests for it.

        Raises:
            DomainRefused, ItemUnknown: As `create`.
            ItemInUse: Something lies below it.
        """
        with self.lock:
            standing = Standing(self._ground, someone)
            old = self._held(standing, kind, key, above)
            self._check_change(standing, kind, old)
            self._check_empty(kind, old["id"])
            store, name = self._ground.store, old["id"]
            forget = [(kept_as(kind), name), (POLICY_SET, name), (POLICY, name)]
            for link, body in store.documents(LINK, name):
                forget += [(LINK, link), (LINK, f"{body['entityId']}/{name}/{body['relationshipType']}")]
            forget += [(REQUEST, item) for item, _ in store.documents(REQUEST, name)]
            forget += [(kept_as(Kind.KEY_RESULT), item) for item, _ in store.documents(kept_as(Kind.KEY_RESULT), name)]
            store.write(Change(forget=tuple(dict.fromkeys(forget))))

    def _held(self, standing: Standing, kind: Kind, key: str, above: str | None) -> Body:
        found = standing.find(kind, key)
        if kind is Kind.KEY_RESULT:
            objective = standing.find(Kind.OBJECTIVE, above or "")
            if all(item != found["id"] for item, _ in self._ground.store.documents(kept_as(kind), objective["id"])):
                raise unknown(kind)
        return found

    def _check_place(self, standing: Standing, kind: Kind, made: Body, key: str) -> None:
        """Check that a thing may be where it says."""
        if kind is Kind.ASSET:
            standing.check_write(kind, None)
            if "assetId" not in made["source"]:
                raise EntityInvalid("the data asset names no entity", remedy="send `source.assetId`, its guid in the Data Map")
            if not standing.may_see(kind, made):
                raise unknown(kind)
            return
        parent = made.get("parentId")
        domain = parent if kind is Kind.DOMAIN else made.get(THINGS[kind].domain or "")
        if domain is not None:
            standing.find(Kind.DOMAIN, domain)
        standing.check_write(kind, domain)
        if kind is Kind.TERM and parent is not None and standing.find(kind, parent)["domain"] != domain:
            raise EntityInvalid("the term above it is in another business domain", remedy="name a term of the same domain")
        self._check_depth(kind, key, parent)

    def _check_depth(self, kind: Kind, key: str, parent: str | None) -> None:
        seen = [key]
        while parent is not None:
            if parent in seen or len(seen) >= DEEPEST:
                raise EntityInvalid("it would lie below itself, or too deep", remedy=f"nest at most {DEEPEST} deep")
            seen.append(parent)
            parent = (self._ground.store.document(kept_as(kind), parent) or {}).get("parentId")

    def _check_change(self, standing: Standing, kind: Kind, old: Body) -> None:
        if kind is not Kind.ASSET:
            standing.check_write(kind, standing.domain_of(kind, old))
            return
        standing.check_write(kind, None)
        linked = [body for _, body in self._ground.store.documents(LINK, old["id"]) if body["kind"] == Kind.PRODUCT]
        products = (self._ground.store.document(kept_as(Kind.PRODUCT), item["entityId"]) for item in linked)
        if Role.CURATOR not in standing.app:
            for product in products:
                standing.check_write(Kind.PRODUCT, product["domain"] if product is not None else None)

    def _check_empty(self, kind: Kind, key: str) -> None:
        store, below = self._ground.store, False
        if kind is Kind.DOMAIN:
            below = any(store.documents(kept_as(item), key) for item in _INSIDE)
        if kind in {Kind.DOMAIN, Kind.TERM}:
            below = below or any(body.get("parentId") == key for _, body in store.documents(kept_as(kind)))
        if below:
            raise ItemInUse(f"the {THINGS[kind].word} is not empty", remedy="move or delete what is in it first")

    def _stamp(self, standing: Standing, kind: Kind, made: Body, old: Body) -> dict[str, Any]:
        now, held = self._ground.moment(), old.get("systemData", {})
        first = {"createdAt": held.get("createdAt", now), "createdBy": held.get("createdBy", standing.id)}
        stamped = first | {"lastModifiedAt": now, "lastModifiedBy": standing.id}
        word = "closed" if kind is Kind.OBJECTIVE else "expired"
        if made.get("status") == THINGS[kind].last:
            was = old.get("status") == made["status"]
            ended = (held.get(f"{word}At", now), held.get(f"{word}By", standing.id)) if was else (now, standing.id)
            stamped |= {f"{word}At": ended[0], f"{word}By": ended[1]}
        return stamped if kind in {Kind.OBJECTIVE, Kind.KEY_RESULT} else stamped | {"provisioningState": "Succeeded"}

    def _shown(self, standing: Standing, kind: Kind, body: Body) -> Body:
        store = self._ground.store
        match kind:
            case Kind.DOMAIN:
                return {"thumbnail": {}, "domains": [], "managedAttributes": []} | body
            case Kind.PRODUCT:
                links = (item["entityId"] for _, item in store.documents(LINK, body["id"]) if item["kind"] == Kind.ASSET)
                related = (store.document(kept_as(Kind.ASSET), item) for item in links)
                assets = sum(item is not None and standing.may_see(Kind.ASSET, item) for item in related)
                active = sum(item["subscriptionStatus"] in ACTIVE for _, item in store.documents(REQUEST, body["id"]))
                return body | {"additionalProperties": {"assetCount": assets}, "activeSubscriberCount": active}
            case Kind.ASSET:
                record = store.entities([body["source"]["assetId"]]).get(body["source"]["assetId"])
                gone = {"name": body["source"]["assetId"], "type": "General"}
                return body | (gone if record is None else self._asset(standing, record, body))
            case Kind.TERM:
                below = (item for _, item in store.documents(kept_as(kind), body["domain"]) if item.get("parentId") == body["id"])
                return body | {"isLeaf": not any(standing.may_see(kind, item) for item in below)}
            case Kind.OBJECTIVE:
                results = [item for _, item in store.documents(kept_as(Kind.KEY_RESULT), body["id"])]
                return body | {"additionalProperties": _overall(results)}
            case _:
                return body

    def _asset(self, standing: Standing, record: Record, body: Body) -> Body:
        """Return what the Data Map says of an asset's entity, as far as the caller reads it there."""
        ground = self._ground
        attributes = record.body["attributes"]
        source = {"type": "DataMap", "assetType": record.type, "fqn": record.qualified, "accountName": ground.access.root}
        relations = ground.store.relations([record.guid])
        others = ground.store.entities({end for item in relations for end in (item.end1, item.end2) if end != record.guid})
        columns = [item for item in others.values() if item.type.endswith("_column") and ground.may_read(standing.someone, item)]
        return {
            "name": wire.display(attributes) or record.qualified,
            "type": "General",
            **({"description": attributes["description"]} if attributes.get("description") else {}),
            "source": body["source"] | source,
            "classifications": _classifications(record),
            "schema": [_column(item) for item in sorted(columns, key=lambda item: item.name)],
        }


def administer(ground: Ground, subjects: tuple[str, ...]) -> None:
    """Make subjects data governance administrators who may create business domains and read the catalogue, beside whoever is."""
    held = ground.store.document(POLICY, APP) or {"id": ground.new_guid(), "version": 0, "grants": {"people": {}}}
    people = dict(held["grants"].get("people", {}))
    for role in (Role.ADMINISTRATOR, Role.CREATOR, Role.READER, Role.CURATOR):
        people[role] = list(dict.fromkeys((*people.get(role, ()), *subjects)))
    grants = held["grants"] | {"people": people}
    if grants != held["grants"]:
        ground.write_documents((POLICY, APP, "", {**held, "version": held["version"] + 1, "grants": grants}))


def _parent(kind: Kind, body: Mapping[str, Any]) -> str:
    return str(body.get(THINGS[kind].domain or "parentId") or "")


def _place(kind: Kind, body: Mapping[str, Any]) -> tuple[Any, ...]:
    return body.get(THINGS[kind].domain or ""), body.get("parentId")


def _column(record: Record) -> dict[str, Any]:
    attributes = record.body["attributes"]
    return {
        "name": wire.display(attributes),
        "description": attributes.get("description") or "",
        "type": str(attributes.get("data_type") or attributes.get("type") or ""),
        "classifications": _classifications(record),
    }


def _classifications(record: Record) -> list[str]:
    return [item["typeName"] for item in record.body.get("classifications", ())]


def _overall(results: list[Body]) -> dict[str, Any]:
    """Return what the key results of an objective come to; its state is the worst of theirs."""
    worst = ("AtRisk", "Behind", "OnTrack", "NotTracked")
    states = {item.get("status", "NotTracked") for item in results}
    totals = {f"overall{name.title()}": sum(item.get(name, 0) for item in results) for name in ("progress", "goal", "max")}
    status = next((item for item in worst if item in states), "NotTracked")
    return {"overallStatus": status, "keyResultsCount": len(results)} | totals
