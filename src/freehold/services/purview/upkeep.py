"""Bring an account in step with the mesh: what is planned is made in the order in which it depends on each other.

Each step may be repeated, and what is written is on record before its marks are given: whoever is interrupted begins again, and
ends where they would have ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from freehold.model.mesh import Mesh
from freehold.ports.purview import Account, UnifiedCatalog
from freehold.purview import wire
from freehold.purview.asked import asked, changed
from freehold.purview.catalogue import catalogued
from freehold.purview.changes import Action, Change, Gone, Plan, Unified, compare, tag
from freehold.purview.definitions import grouped
from freehold.purview.desired import desired
from freehold.purview.naming import mesh_address
from freehold.purview.proposals import Proposal, proposals
from freehold.purview.state import ENTITY_TYPES, PLACE, UNIFIED, Kind, Seen
from freehold.services.purview.cataloguing import CatalogueLook, CatalogueUpkeep
from freehold.services.purview.looking import Looking, Progress, root_of

BATCH = 100
"""How many entities one request brings."""

_LAST = frozenset({Kind.COLLECTION, Kind.BUSINESS_DOMAIN})


def plan(account: Account, mesh: Mesh, *, collection: str | None, gone: Gone, progress: Progress) -> Plan:
    """Return what has to change in an account; `collection` names the mesh's one there, by default after the mesh.

    Raises:
        AccountUnreachable, AccountBusy, AccountRefused, AccountRejected: The account does not answer.
    """
    root = root_of(mesh, collection)
    wanted = desired(mesh, root, account.root())
    unified, catalog = _unified(account)
    state = Looking(account, mesh, wanted, progress).state()
    if catalog is not None:
        also = catalogued(mesh)
        wanted = (*wanted, *also)
        entities = {item.guid: item.key for item in state.things if item.kind is Kind.PRODUCT}
        found = CatalogueLook(catalog, mesh, also, progress).things(entities)
        state = msgspec.structs.replace(state, things=(*state.things, *found))
    return msgspec.structs.replace(compare(wanted, state, mesh_address(mesh), gone), unified=unified)


def apply(account: Account, planned: Plan, progress: Progress) -> int:
    """Make all changes of a plan, and return how many there were; `progress` hears how many are done, and of how many.

    Raises:
        AccountUnreachable, AccountBusy, AccountRefused, AccountRejected: The account did not take one; those before it are made.
    """
    total = len(planned.pending)
    done = 0
    for count in _Upkeep(account, planned).steps():
        done += count
        progress(done, total)
    return total


def findings(account: Account, mesh: Mesh, planned: Plan) -> tuple[Proposal, ...]:
    """Return what stewards set in an account and people asked for there, beside what the mesh says. Nothing comes into force by it.

    Raises:
        AccountUnreachable, AccountBusy, AccountRefused, AccountRejected: The account does not answer.
    """
    found = proposals(mesh, planned.seen)
    if account.unified is None or planned.unified is not Unified.KEPT:
        return found
    requests = account.unified.requests()
    return (*found, *changed(mesh, planned.seen, planned.wanted), *asked(mesh, planned.seen, requests))


def _unified(account: Account) -> tuple[Unified, UnifiedCatalog | None]:
    """Return the Unified Catalog of an account, and what becomes of it."""
    if account.unified is None:
        return Unified.LEFT_OUT, None
    return (Unified.KEPT, account.unified) if account.unified.is_there() else (Unified.ABSENT, None)


class _Upkeep:
    """One apply."""

    def __init__(self, account: Account, planned: Plan) -> None:
        self._account = account
        self._plan = planned
        self._guids = {key: item.guid for key, item in planned.seen.items() if item.guid}
        self._catalogue = CatalogueUpkeep(account.unified, planned, self._guids) if account.unified is not None else None

    def steps(self) -> Iterator[int]:
        """Make the changes; after each step yield how many it made."""
        pending = self._plan.pending
        removed = [self._plan.seen[tag(item.kind, item.key)] for item in pending if item.action is Action.REMOVE]
        kept = [item for item in pending if item.action is not Action.REMOVE]
        for change in kept:
            self._take_marks(change)
        yield from map(self._remove, (item for item in removed if item.kind not in _LAST))
        yield self._define()
        yield from map(self._put_thing, (item for item in kept if item.kind in {Kind.COLLECTION, Kind.GLOSSARY, Kind.TERM}))
        entities = sorted((item for item in kept if item.kind in ENTITY_TYPES), key=self._batched)
        for (_, place), items in groupby(entities, self._batched):
            yield from (self._put_entities(batch, place) for batch in _batches(list(items)))
        self._give_marks(entities)
        yield from map(self._put_source, (item for item in kept if item.kind is Kind.SOURCE))
        if self._catalogue is not None:
            yield from map(self._catalogue.put, (item for item in kept if item.kind in UNIFIED))
        # Last, since what moves out of a collection or a business domain has done so by now.
        yield from map(self._remove, (item for item in removed if item.kind in _LAST))

    def _define(self) -> int:
        definitions = self._plan.definitions
        if definitions.create:
            self._account.define(grouped(definitions.create))
        if definitions.update:
            self._account.redefine(grouped(definitions.update))
        return len(definitions.create) + len(definitions.update)

    def _put_thing(self, change: Change) -> int:
        key = tag(change.kind, change.key)
        wanted, address = self._plan.wanted[key], self._plan.address
        if change.kind is Kind.COLLECTION:
            self._account.put_collection(change.key, wire.collection_body(wanted, address))
            return 1
        glossary = next((guid for name, guid in self._guids.items() if name.startswith(f"{Kind.GLOSSARY.value} ")), "")
        body = wire.thing_body(wanted, address, glossary)
        put = self._account.put_glossary if change.kind is Kind.GLOSSARY else self._account.put_term
        self._guids[key] = put(self._guids.get(key), body)
        return 1

    def _put_source(self, change: Change) -> int:
        self._account.put_source(change.key, wire.source_body(self._plan.wanted[tag(change.kind, change.key)]))
        return 1

    def _batched(self, change: Change) -> tuple[int, str]:
        return list(Kind).index(change.kind), self._plan.wanted[tag(change.kind, change.key)].collection

    def _put_entities(self, changes: Sequence[Change], place: str) -> int:
        bodies = [self._body(change, number) for number, change in enumerate(changes)]
        assigned = self._account.put_entities(bodies, place)
        for change, body in zip(changes, bodies, strict=True):
            guid = assigned.get(body["guid"])
            if guid is not None:
                self._guids[tag(change.kind, change.key)] = guid
        return len(changes)

    def _body(self, change: Change, number: int) -> wire.Body:
        key = tag(change.kind, change.key)
        wanted = self._plan.wanted[key]
        marks = {"term", "classification", PLACE}
        named = (item.what for item in change.differences if item.want is None and item.have is not None)
        cleared = [name for name in named if name not in marks and not name.startswith("left ")]
        return wire.entity_body(wanted, self._plan.records[key], self._plan.address, cleared, number)

    def _give_marks(self, changes: Sequence[Change]) -> None:
        given: dict[tuple[Kind, str], list[str]] = {}
        for change in changes:
            for item in change.differences:
                if item.what in {"term", "classification"} and item.want is not None:
                    given.setdefault((change.kind, item.want), []).append(self._guids[tag(change.kind, change.key)])
        for (kind, name), guids in given.items():
            if kind is Kind.PRODUCT:
                self._account.assign(self._guids[tag(Kind.TERM, name)], guids)
            else:
                self._account.classify(name, guids)

    def _take_marks(self, change: Change) -> None:
        seen = self._plan.seen.get(tag(change.kind, change.key))
        for item in change.differences:
            if seen is None or item.have is None or item.want is not None:
                continue
            if item.what == "classification":
                self._account.declassify(item.have, seen.guid)
            elif item.what == "term":
                self._account.unassign(self._guids[tag(Kind.TERM, item.have)], seen.guid, seen.marks[item.have])

    def _remove(self, seen: Seen) -> int:
        if seen.kind in UNIFIED:
            return self._catalogue.remove(seen) if self._catalogue is not None else 0
        if seen.kind is Kind.SOURCE:
            self._account.delete_source(seen.key)
        elif seen.kind is Kind.COLLECTION:
            self._account.delete_collection(seen.key)
        elif seen.kind is Kind.GLOSSARY:
            self._account.delete_glossary(seen.guid)
        elif seen.kind is Kind.TERM:
            self._account.delete_term(seen.guid)
        else:
            self._account.delete_entity(seen.guid)
        return 1


def _batches(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    yield from (changes[start : start + BATCH] for start in range(0, len(changes), BATCH))
