"""The catalogue of a mesh of 60 regions, 5,000 products and 100,000 contracts at one node: taken in, kept fresh, listed.

Run: `python bench/catalog.py [HOMES PRODUCTS CONTRACTS]`. Signatures, stores and JSON are real; the network is left out, so each
time is what the processors do. A round of questions to all other nodes comes every 30 s, which is the limit. The same once more
with everything at home in one place, which is the most that one answer can be.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

sys.path.insert(0, str(Path(__file__).parent))

from freehold.engines.duckdb import DuckDBEngine
from freehold.identity.nodes import NodeTokens
from freehold.keys.node import LocalNodeKey
from freehold.model.contract import Approval, Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Principal
from freehold.model.peer import Carrier
from freehold.model.place import Node, Region
from freehold.model.policy import Governance
from freehold.model.product import Column, DeclaredQuery, Product, Source
from freehold.services.catalog import Catalog
from freehold.services.copies import Copies
from freehold.services.force import InForce
from freehold.services.listings import SECONDS, Listings
from freehold.services.publication import Publication
from freehold.stores.catalog import SqliteCatalogStore
from freehold.testing import MemoryRegistry
from freehold.wiring.clock import SystemClock

T = TypeVar("T")
DOMAINS, COLUMNS = 100, 12
ASKER = Carrier(node="node0", region="region0")
CALLER = Principal(subject="bench", issuer="https://issuer.example", domain="domain5", region="region0")


def main(homes: int = 60, products: int = 5_000, contracts: int = 100_000) -> None:
    """Print what the catalogue costs, spread over `homes` and then at one."""
    for places in (homes, 2):
        with tempfile.TemporaryDirectory() as folder:
            where = f"{places} regions" if places > 2 else "one region, seen from another"
            print(f"{products:,} products and {contracts:,} contracts, at home in {where}")
            _measure(Grid(Path(folder), places, products, contracts // products))


@dataclass
class Grid:
    """A mesh of so many homes; where there are two, the first one has no product."""

    folder: Path
    homes: int
    products: int
    each: int

    def __post_init__(self) -> None:
        """Make the keys and the mesh."""
        names = [f"node{number}" for number in range(self.homes)]
        self.keys = {name: LocalNodeKey(self.folder / "keys" / name) for name in names}
        self.clock = SystemClock()
        self.nodes = {
            name: Node(name=name, region=f"region{at}", url="https://x.example", public_key=self.keys[name].public_key())
            for at, name in enumerate(names)
        }
        items = [self._product(number) for number in range(self.products)]
        self.mesh = Mesh(
            name="bench",
            regions={node.region: Region(name=node.region, jurisdiction="EU") for node in self.nodes.values()},
            nodes=self.nodes,
            domains={f"domain{at}": Domain(name=f"Domain{at}") for at in range(DOMAINS)},
            governance=Governance(require_approval=True, approvers=("data-steward@domain",)),
            products={item.key: item for item in items},
        )
        self.approvals = [
            Approval(product=item.key, contract=contract, approver="x", at="", leaf=0)
            for item in items
            for contract in item.contracts[::2]
        ]

    def _product(self, number: int) -> Product:
        home = 1 if self.homes == 2 else number % self.homes
        columns = tuple(
            Column(name=f"column{at}", type="string", description=f"What column {at} of product {number} holds")
            for at in range(COLUMNS)
        )
        return Product(
            name=f"Product {number}",
            domain=f"Domain{number % DOMAINS}",
            owner=f"team-{number % DOMAINS}@contoso.example",
            home=f"region{home}",
            jurisdiction="EU",
            description=f"What there is to know of the matter {number}, each day anew",
            columns=(*columns, Column(name="email", type="string", classifications=("PII.Contact",))),
            entity_key="column0",
            source=Source(path=f"product-{number}.parquet"),
            queries=(DeclaredQuery(name=f"query-{number}", sql="select 1"),),
            contracts=tuple(
                Contract(
                    consumer=f"Domain{(number + 1 + at) % DOMAINS}",
                    purpose=f"Purpose {at}",
                    fields=("column1", "column2", "column3"),
                    aggregate_fields=("column4",),
                    excluded_fields=("email",),
                )
                for at in range(self.each)
            ),
        )

    def identity(self, name: str) -> NodeTokens:
        """Return what speaks as a node."""
        return NodeTokens(node=name, version="0.1.0", key=self.keys[name], nodes=lambda: self.nodes, clock=self.clock)

    def registry(self) -> MemoryRegistry:
        """Return a registry with the mesh and its approvals."""
        made = MemoryRegistry(Applied(version=1, digest="", mesh=self.mesh, applied_at=""))
        for approval in self.approvals:
            made.approve(approval)
        return made

    def store(self, name: str) -> SqliteCatalogStore:
        """Return a node's store."""
        return SqliteCatalogStore(self.folder / f"{name}.sqlite")


@dataclass
class Home:
    """A node that tells, and what it has in force."""

    node: Node
    registry: MemoryRegistry
    in_force: InForce
    publication: Publication


def _homes(grid: Grid) -> list[Home]:
    made: list[Home] = []
    for name, node in list(grid.nodes.items())[1:]:
        registry = grid.registry()
        in_force = InForce(registry)
        told = Publication(
            node=name,
            region=node.region,
            in_force=in_force,
            store=grid.store(name),
            identity=grid.identity(name),
            clock=grid.clock,
        )
        made.append(Home(node, registry, in_force, told))
    return made


def _measure(grid: Grid) -> None:
    homes, store = _homes(grid), grid.store("node0")
    identity, in_force = grid.identity("node0"), InForce(grid.registry())
    copies = Copies(identity=identity, store=store, clock=grid.clock)
    mine = sum(item.home == "region0" for item in grid.mesh.products.values())
    # Every home has the same mesh here, so its approvals are sorted once for each of them before anything is timed.
    for home in homes:
        home.in_force.current()
    first = _time("told for the first time, by all homes", lambda: [home.publication.tell(ASKER, "", None) for home in homes])
    size = sum(len(told.body or b"") for told in first)
    _time(f"taken in whole, {size / 1e6:.1f} MB", lambda: _take(copies, homes))
    assert sum(len(held.entries) for home in homes if (held := copies.held(home.node))) == grid.products - mine
    _time("asked again, nothing changed", lambda: _take(copies, homes))
    _change(homes)
    _time("told and taken in, one product of each home changed", lambda: _take(copies, homes))
    later = Copies(identity=identity, store=store, clock=grid.clock)
    _time("taken up after a restart", lambda: later.load(grid.nodes))
    assert all(later.held(home.node) is not None for home in homes)
    _list(grid, in_force, copies)


def _list(grid: Grid, in_force: InForce, copies: Copies) -> None:
    in_force.current()
    listings = Listings(in_force=in_force, clock=grid.clock, region="region0", copies=copies)
    catalog = Catalog(listings=listings, engine=DuckDBEngine(grid.folder), clock=grid.clock)
    _time("copies and own products put together", listings.current)
    _time("first page of 100", lambda: catalog.page(CALLER))
    found = _time("all pages of 1,000", lambda: _pages(catalog))
    assert found == grid.products
    _time("a search for one product, the caller's first", lambda: catalog.page(CALLER, f"product_{grid.products - 1}"))
    _time("the caller's next search", lambda: catalog.page(CALLER, f"product_{grid.products - 2}"))


def _pages(catalog: Catalog) -> int:
    after, found = None, 0
    while True:
        page = catalog.page(CALLER, after=after, limit=1_000)
        found, after = found + len(page.products), page.next
        if after is None:
            return found


def _take(copies: Copies, homes: list[Home]) -> None:
    for home in homes:
        held = copies.held(home.node)
        told = home.publication.tell(ASKER, held.head.root if held else "", held.head.version if held else None)
        if told.body is None:
            copies.confirm(home.node, told.token)
        else:
            copies.accept(home.node, told.token, told.body)


def _change(homes: list[Home]) -> None:
    """Let each home put another description of one of its products in force."""
    for home in homes:
        applied = home.registry.current()
        assert applied is not None
        one = next(item for item in applied.mesh.products.values() if item.home == home.node.region)
        products = {**applied.mesh.products, one.key: msgspec.structs.replace(one, description="Another")}
        mesh = msgspec.structs.replace(applied.mesh, products=products)
        if len(homes) == 1:  # as a registry reads it: no value is the same object as before
            mesh = msgspec.json.decode(msgspec.json.encode(mesh), type=Mesh)
        home.registry.apply(msgspec.structs.replace(applied, version=applied.version + 1, mesh=mesh))
        home.in_force.current()


def _time(what: str, work: Callable[[], T]) -> T:
    start, worked = time.perf_counter(), time.process_time()
    found = work()
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    shown = f"{seconds * 1e3:>8.1f} ms, {worked * 1e3:>8.1f} ms of a processor: {worked / SECONDS:7.3%} of a round"
    print(f"  {what:<56} {shown}", flush=True)
    return found


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
