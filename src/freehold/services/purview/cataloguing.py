"""The Unified Catalog's part of keeping an account in step: what is found there of a mesh, and how one thing is written.

A product is written with its mark first, and what stands beside it after: whoever is interrupted finds the difference again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from freehold.model.mesh import Mesh
from freehold.ports.purview import Body, UnifiedCatalog
from freehold.purview import catalogue_wire as wire
from freehold.purview.catalogue import term_fact
from freehold.purview.changes import Change, Plan, tag
from freehold.purview.naming import mesh_address
from freehold.purview.state import Kind, Seen, Wanted

ASSET, TERM = "DATAASSET", "TERM"
Progress = Callable[[int, int], None]


class CatalogueLook:
    """One look at a Unified Catalog."""

    def __init__(self, catalog: UnifiedCatalog, mesh: Mesh, wanted: Sequence[Wanted], progress: Progress) -> None:
        """Look for the things `wanted` of `mesh`, and for what is ours beside them."""
        self._catalog = catalog
        self._mesh = mesh
        self._address = mesh_address(mesh)
        self._wanted = {tag(item.kind, item.key): item for item in wanted}
        self._progress = progress

    def things(self, entities: Mapping[str, str]) -> list[Seen]:
        """Return all that is found; `entities` are products of the Data Map: identifier → address."""
        domains = self._domains()
        places = {item.guid: item.key for item in domains}
        terms = self._terms(domains, places)
        assets = {
            str(body["id"]): entities[source]
            for body in self._catalog.assets(entities)
            if (source := str(wire.as_object(body.get("source")).get("assetId"))) in entities and isinstance(body.get("id"), str)
        }
        read = (wire.read_thing(Kind.DATA_PRODUCT, body, self._address, places) for body in self._catalog.products())
        products = self._matched([item for item in read if item is not None], "domain")
        made: list[Seen] = []
        for count, item in enumerate(products, 1):
            made.append(self._detailed(item, assets, terms))
            self._progress(count, len(products))
        return [*domains, *terms, *made]

    def _domains(self) -> list[Seen]:
        bodies = self._catalog.domains()
        marks = [wire.read_thing(Kind.BUSINESS_DOMAIN, body, self._address, {}) for body in bodies]
        places = {item.guid: item.key for item in marks if item is not None and item.ours}
        places |= {item.guid: item.key for item in self._placed(bodies, places)}
        return self._placed(bodies, places)  # again: the mesh's own may be somebody else's, and those below it are known only now

    def _placed(self, bodies: Sequence[Body], places: Mapping[str, str]) -> list[Seen]:
        read = (wire.read_thing(Kind.BUSINESS_DOMAIN, body, self._address, places) for body in bodies)
        return self._matched([item for item in read if item is not None], "parent")

    def _terms(self, domains: Sequence[Seen], places: Mapping[str, str]) -> list[Seen]:
        top = next((item for item in domains if item.key == self._address), None)
        if top is None:
            return []
        read = (wire.read_thing(Kind.CATALOGUE_TERM, body, self._address, places) for body in self._catalog.terms(top.guid))
        return _once([item for item in read if item is not None])

    def _matched(self, items: Sequence[Seen], place: str) -> list[Seen]:
        """Return what is ours, and what is not but has the name and the place of something wanted that is not there."""
        ours = _once([item for item in items if item.ours])
        held = {tag(item.kind, item.key) for item in ours}
        others = {(item.name.casefold(), item.facts.get(place)): item for item in reversed(items) if item.belongs == ""}
        for key, item in self._wanted.items():
            if key in held or item.kind is not (items[0].kind if items else None):
                continue
            other = others.get((item.facts["name"].casefold(), item.facts.get(place)))
            if other is not None:
                ours.append(msgspec.structs.replace(other, key=item.key))
        return ours

    def _detailed(self, item: Seen, assets: Mapping[str, str], terms: Sequence[Seen]) -> Seen:
        names = {term.guid: term.key for term in terms}
        own = [guid for guid in self._catalog.related(item.guid, ASSET) if assets.get(guid) == item.key]
        related = {guid: names[guid] for guid in self._catalog.related(item.guid, TERM) if guid in names}
        found = dict.fromkeys(own, item.key)
        facts, marks = wire.details(self._catalog.policies(item.guid), found, related, item.key)
        return msgspec.structs.replace(item, facts=item.facts | facts, marks=marks)


class CatalogueUpkeep:
    """Writes things of a Unified Catalog as a plan says; `guids` are identifiers of all things by tag, and are added to."""

    def __init__(self, catalog: UnifiedCatalog, planned: Plan, guids: dict[str, str]) -> None:
        """Write by `planned`."""
        self._catalog = catalog
        self._plan = planned
        self._guids = guids

    def put(self, change: Change) -> int:
        """Create or change one thing."""
        key = tag(change.kind, change.key)
        wanted, held = self._plan.wanted[key], self._guids.get(key)
        path = wire.PATHS[change.kind]
        cleared = [item.what for item in change.differences if item.want is None]
        current: Body = {} if held is None else self._catalog.find(path, held)
        body = wire.thing_body(wanted, current, cleared, self._place(wanted))
        self._guids[key] = self._catalog.put(path, held if current else None, body)
        if change.kind is Kind.DATA_PRODUCT:
            self._beside(wanted, self._plan.seen.get(key), cleared)
        return 1

    def remove(self, seen: Seen) -> int:
        """Remove one thing; a product's own asset goes first, as nothing leads to it afterwards."""
        if "asset" in seen.marks:
            self._catalog.delete("dataAssets", seen.marks["asset"])
        self._catalog.delete(wire.PATHS[seen.kind], seen.guid)
        return 1

    def _place(self, wanted: Wanted) -> str | None:
        address = wanted.facts.get("parent") or wanted.facts.get("domain")
        return None if address is None else self._guids[tag(Kind.BUSINESS_DOMAIN, address)]

    def _beside(self, wanted: Wanted, seen: Seen | None, cleared: Sequence[str]) -> None:
        """Write what stands beside a product: its access policies, its asset, its terms."""
        guid, facts = self._guids[tag(wanted.kind, wanted.key)], seen.facts if seen is not None else {}
        if any(facts.get(name) != wanted.facts.get(name) and (name in wanted.facts or name in cleared) for name in _POLICIES):
            kept = self._catalog.policies(guid)
            lost = [name for name in _POLICIES if name in cleared]
            self._catalog.put_policies(guid, wire.policy_body(wanted, kept, lost))
        entity = self._guids.get(tag(Kind.PRODUCT, wanted.key))
        if facts.get("asset") is None and entity is not None:
            self._catalog.relate(guid, ASSET, self._asset(entity))
        for name in cleared:
            if seen is not None and name.startswith(term_fact("")) and name in seen.marks:
                self._catalog.unrelate(guid, TERM, seen.marks[name])
        for name in wanted.facts:
            if name.startswith(term_fact("")) and facts.get(name) is None:
                self._catalog.relate(guid, TERM, self._guids[tag(Kind.CATALOGUE_TERM, name.removeprefix(term_fact("")))])

    def _asset(self, entity: str) -> str:
        found = next((item["id"] for item in self._catalog.assets([entity]) if isinstance(item.get("id"), str)), None)
        return found or self._catalog.put("dataAssets", None, {"source": {"assetId": entity}})


_POLICIES = ("permittedUseCases", "approvers")


def _once(items: Sequence[Seen]) -> list[Seen]:
    """Return the first of each key: the second was made by an apply that ran beside another, and is left alone."""
    return list({item.key: item for item in reversed(items)}.values())[::-1]
