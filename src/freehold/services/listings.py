"""All products of the mesh as this node knows of them: each from its home, a copy of its home's word, or else from manifests.

Law 4: nothing here decides. A home tells of its own products alone: what it says of one that is at home elsewhere is left out.
"""

from __future__ import annotations

import enum
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from freehold.model.catalog import Published
from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.place import Node
from freehold.model.product import Product
from freehold.ports.clock import Clock
from freehold.services.copies import Copies, Held
from freehold.services.force import Force, InForce, Standings

SECONDS = 30.0
"""How often a node asks another one for its catalogue."""

ROUNDS = 3
"""After how many such times without word a copy is stale."""


class Origin(enum.StrEnum):
    """Who says what is listed of a product."""

    HOME = "home"
    COPY = "copy"
    MANIFESTS = "manifests"


@dataclass(frozen=True, slots=True)
class Listed:
    """A product as it is listed: how its contracts stand, whether a row filter that is not told applies, and who says so."""

    product: Product
    standings: Standings
    origin: Origin
    node: str | None = None
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class _HomeSays:
    """`Standings` of one product's contracts, as its home says."""

    mesh: Mesh
    published: Published

    def approved(self, product: str, contract: Contract) -> bool:  # noqa: ARG002  (its own product alone is asked of it)
        return contract.slug in self.published.approved

    def contract_version(self, product: str, slug: str) -> int:  # noqa: ARG002
        return self.published.versions.get(slug, 1)


class Vouched(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How a node's catalogue stands here: `as_of` is when the node last vouched for it (ISO 8601, UTC), `age` in seconds.

    `version` is that of the catalogue and `mesh` that of the manifests which the node has in force; `withheld` names products that
    it tells of and that are at home elsewhere; `error` and `detail` say why the attempt to hear from it at `tried` failed.
    """

    node: str
    region: str
    url: str
    origin: Origin
    stale: bool
    as_of: str | None = None
    age: float | None = None
    version: int | None = None
    mesh: int | None = None
    products: int | None = None
    withheld: tuple[str, ...] = ()
    error: str | None = None
    detail: str | None = None
    tried: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything that is listed, by key, under one mesh and one set of copies."""

    force: Force
    items: Mapping[str, Listed]
    keys: tuple[str, ...]
    withheld: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


class Listings:
    """The shelf of one node. Safe in any thread."""

    def __init__(
        self, *, in_force: InForce, clock: Clock, region: str = "", copies: Copies | None = None, seconds: float = SECONDS
    ) -> None:
        """List for the node of `region`, which asks others every `seconds`; without copies all is listed from manifests."""
        self._in_force = in_force
        self._clock = clock
        self._region = region
        self._copies = copies
        self._late = seconds * ROUNDS
        self._lock = threading.Lock()
        self._known: tuple[tuple[int, int], Shelf] | None = None

    def current(self) -> Shelf:
        """Return what is listed now.

        Raises:
            NothingApplied: No mesh is in force.
        """
        force = self._in_force.current()
        stamp = (force.stamp, self._copies.generation if self._copies else 0)
        known = self._known
        if known is None or known[0] != stamp:
            with self._lock:
                known = self._known = (stamp, stock(force, self._region, self._held))
        return known[1]

    def vouched(self) -> tuple[Vouched, ...]:
        """Return how the catalogue of each other node stands, by region.

        Raises:
            NothingApplied: No mesh is in force.
        """
        shelf = self.current()
        others = (node for node in shelf.force.mesh.nodes.values() if node.region != self._region)
        return tuple(self._vouched(node, shelf) for node in sorted(others, key=lambda node: node.region))

    def standing(self, item: Listed) -> dict[str, Any]:
        """Return who says what is listed of a product, since when, and whether that is stale."""
        if item.origin is Origin.HOME:
            return {"from": item.origin.value, "asOf": _written(self._clock.now().timestamp()), "stale": False}
        nodes = self.current().force.mesh.nodes
        held = self._held(nodes[item.node]) if item.node in nodes else None
        as_of = _written(held.at) if held is not None else None
        return {"from": item.origin.value, "asOf": as_of, "stale": self._is_stale(held)}

    def _held(self, node: Node) -> Held | None:
        return self._copies.held(node) if self._copies is not None else None

    def _is_stale(self, held: Held | None) -> bool:
        return held is None or self._clock.now().timestamp() - held.at > self._late

    def _vouched(self, node: Node, shelf: Shelf) -> Vouched:
        held, failure = self._held(node), self._copies.failure(node.name) if self._copies else None
        found = Vouched(
            node=node.name,
            region=node.region,
            url=node.url,
            origin=Origin.COPY if held is not None else Origin.MANIFESTS,
            stale=self._is_stale(held),
            error=failure.code if failure else None,
            detail=failure.detail if failure else None,
            tried=_written(failure.at) if failure else None,
        )
        if held is None:
            return found
        return msgspec.structs.replace(
            found,
            as_of=_written(held.at),
            age=round(max(0.0, self._clock.now().timestamp() - held.at), 1),
            version=held.head.version,
            mesh=held.head.mesh_version,
            products=held.head.entries,
            withheld=shelf.withheld.get(node.name, ()),
        )


def stock(force: Force, region: str, held: Callable[[Node], Held | None]) -> Shelf:
    """Return what the node of `region` lists under what is in force, where `held` gives the copy of a node's catalogue."""
    copies = {node.region: found for node in force.mesh.nodes.values() if node.region != region and (found := held(node))}
    items = dict(_written_here(force, region, copies))
    withheld: dict[str, tuple[str, ...]] = {}
    told = Counter(key for copy in copies.values() for key in copy.entries)
    for copy in copies.values():
        own = {key for key in copy.entries if _may_tell(force.mesh, key, copy, told)}
        items |= {key: _told(force.mesh, copy, copy.entries[key]) for key in own}
        if len(own) < len(copy.entries):
            withheld[copy.node.name] = tuple(sorted(copy.entries.keys() - own))
    return Shelf(force, items, tuple(sorted(items)), withheld)


def _written_here(force: Force, region: str, copies: Mapping[str, Held]) -> Iterator[tuple[str, Listed]]:
    """Yield the products of the manifests in force here whose home is this node, or has not been heard of."""
    nodes = {node.region: node.name for node in force.mesh.nodes.values()}
    for key, product in force.mesh.products.items():
        if product.home == region:
            yield key, Listed(product, force, Origin.HOME, nodes.get(region))
        elif product.home not in copies:
            yield key, Listed(product, force, Origin.MANIFESTS, nodes.get(product.home or ""))


def _may_tell(mesh: Mesh, key: str, copy: Held, told: Mapping[str, int]) -> bool:
    """Return whether a node may tell of a product: manifests put its home there, or know nothing of it and nobody else tells."""
    known = mesh.products.get(key)
    if known is not None:
        return known.home == copy.node.region
    placed = mesh.jurisdiction(copy.node.region) is not None
    return placed and told[key] == 1 and copy.entries[key].product.domain_key in mesh.domains


def _told(mesh: Mesh, copy: Held, entry: Published) -> Listed:
    # The jurisdiction is that of the home as the mesh in force here has it, whatever the home says.
    product = msgspec.structs.replace(entry.product, jurisdiction=mesh.jurisdiction(copy.node.region))
    return Listed(product, _HomeSays(mesh, entry), Origin.COPY, copy.node.name, entry.filtered)


def _written(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
