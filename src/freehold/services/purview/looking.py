"""What an account says of a mesh now. Nothing is searched for: an index may lag, and what is read by name does not.

From the mesh's collections follow its domains, from domains their products, from products their columns and contracts, so that what
is gone from the mesh is found as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from freehold.model.mesh import Mesh
from freehold.ports.purview import Account, Body
from freehold.purview import wire
from freehold.purview.changes import State, member
from freehold.purview.definitions import missing
from freehold.purview.desired import classifications
from freehold.purview.naming import collection_name, domain_address, mesh_address
from freehold.purview.state import ENTITY_TYPES, Kind, Seen, Wanted

Progress = Callable[[int, int], None]
BATCH = 400
"""How many entities are asked for between two words on progress."""


class Looking:
    """One look at an account."""

    def __init__(self, account: Account, mesh: Mesh, wanted: Sequence[Wanted], progress: Progress) -> None:
        """Look in `account` for the things `wanted` of `mesh` and for what is ours beside them."""
        self._account = account
        self._mesh = mesh
        self._wanted = wanted
        self._address = mesh_address(mesh)
        self._progress = progress
        self._terms: dict[str, str] = {}

    def state(self) -> State:
        """Return all that is found.

        Raises:
            AccountUnreachable, AccountBusy, AccountRefused, AccountRejected: The account does not answer.
        """
        definitions = missing(self._account.definitions(), classifications(self._mesh), self._address)
        places = [item for body in self._account.collections() if (item := wire.read_collection(body, self._address)) is not None]
        named = {item.key for item in self._wanted if item.kind is Kind.COLLECTION}
        things = [item for item in places if item.key in named or item.ours]
        things += self._glossary()
        domains = list(self._domains(things))
        things += [item for item, _ in domains]
        products = list(self._products(domains))
        things += [item for item, _ in products]
        for attribute, kind in (("columns", Kind.COLUMN), ("inputToProcesses", Kind.CONTRACT)):
            things += [item for item, _ in self._below(products, attribute, kind)]
        things += self._sources([item for item, _ in domains])
        return State(things=tuple(things), definitions=definitions)

    def _glossary(self) -> Iterator[Seen]:
        for body in self._account.glossaries():
            found = wire.read_thing(Kind.GLOSSARY, body, self._address)
            if found is None or found.key != self._mesh.name:
                continue
            yield found
            for item in self._account.terms(found.guid):
                term = wire.read_thing(Kind.TERM, item, self._address)
                if term is not None:
                    self._terms[term.guid] = term.key
                    yield term

    def _domains(self, places: Iterable[Seen]) -> Iterator[tuple[Seen, Body]]:
        marked = {item.belongs for item in places if item.kind is Kind.COLLECTION and item.ours and item.belongs != self._address}
        own = {domain_address(self._mesh, key) for key in self._mesh.domains}
        for address in sorted(marked | own):
            found = self._named(Kind.DOMAIN, address, self._address)
            if found is not None:
                yield found

    def _products(self, domains: Sequence[tuple[Seen, Body]]) -> Iterator[tuple[Seen, Body]]:
        """Yield the products of domains, and those that are wanted and were there before their domain was."""
        yield from self._below(domains, "products", Kind.PRODUCT)
        known = {item.key for item, _ in domains}
        for item in self._wanted:
            if item.kind is Kind.PRODUCT and item.belongs not in known:
                found = self._named(item.kind, item.key, item.belongs)
                if found is not None:
                    yield found

    def _below(self, owners: Sequence[tuple[Seen, Body]], attribute: str, kind: Kind) -> Iterator[tuple[Seen, Body]]:
        """Yield the entities of a kind that belong to some: those that they show, then those that are wanted and not shown."""
        of = {
            item["guid"]: owner.key
            for owner, body in owners
            for item in wire.linked(body, attribute)
            if item.get("typeName") == ENTITY_TYPES[kind]
        }
        shown, seen = list(of), set[str]()
        for start in range(0, len(shown), BATCH):
            for body in self._account.entities(shown[start : start + BATCH]):
                found = self._read(body, of.get(str(body.get("guid")), ""))
                if found is not None:
                    seen.add(found.key)
                    yield found, body
            self._progress(min(start + BATCH, len(shown)), len(shown))
        known = {owner.key for owner, _ in owners}
        for item in self._wanted:
            if item.kind is kind and item.belongs in known and item.key not in seen:
                one = self._named(kind, item.key, item.belongs)
                if one is not None:
                    yield one

    def _named(self, kind: Kind, key: str, belongs: str) -> tuple[Seen, Body] | None:
        body = self._account.entity(ENTITY_TYPES[kind], key)
        found = self._read(body, belongs)
        return None if found is None or body is None else (found, body)

    def _read(self, body: Any, belongs: str) -> Seen | None:
        return wire.read_entity(body, belongs, self._terms, self._address)

    def _sources(self, domains: Sequence[Seen]) -> Iterator[Seen]:
        wanted = {item.key: item.belongs for item in self._wanted if item.kind is Kind.SOURCE}
        recorded = {name: item for item in domains if item.ours for name in item.record.members}
        for body in self._account.sources():
            found = wire.read_source(body)
            owner = recorded.get(member(Kind.SOURCE, found.key)) if found is not None else None
            if found is None or not (found.key in wanted or _lies_with(found, owner)):
                continue
            yield msgspec.structs.replace(found, ours=owner is not None, belongs=owner.key if owner else wanted[found.key])


def _lies_with(source: Seen, owner: Seen | None) -> bool:
    """Return whether a source lies in the collection of the domain that records it.

    Whoever may write to a domain's entity can record the name of any source there, and has rights in that collection alone.
    """
    return owner is not None and owner.place is not None and source.facts.get("collection") == owner.place


def root_of(mesh: Mesh, name: str | None) -> str:
    """Return the name of the mesh's collection: the one given, or that of the mesh."""
    return name or collection_name(mesh.name)
