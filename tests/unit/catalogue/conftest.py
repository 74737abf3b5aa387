"""Two nodes of one mesh, west and north, and a third that is named in it: real keys, real stores, one clock, no network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.digest import digest
from freehold.identity.nodes import NodeTokens
from freehold.keys.node import LocalNodeKey
from freehold.model.catalog import Head
from freehold.model.contract import Approval, Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, RoleAccess
from freehold.model.peer import Carrier
from freehold.model.place import Node, Region
from freehold.model.policy import Governance
from freehold.model.product import Column, DeclaredQuery, Product, Source
from freehold.services.copies import Copies
from freehold.services.force import InForce
from freehold.services.listings import Listings
from freehold.services.publication import Publication, Told
from freehold.stores.catalog import SqliteCatalogStore
from freehold.testing import FixedClock, MemoryRegistry

REGIONS = {"west": "westeurope", "north": "northeurope", "east": "eastus"}
SECRET = "CANARY"


def product(name: str, home: str = "westeurope", **changes: Any) -> Product:
    """Return a product of domain Customer under a contract with Sales."""
    made = Product(
        name=name,
        domain="Customer",
        home=home,
        jurisdiction="EU",
        description=f"{name} as it is",
        columns=(Column(name="id", type="string"), Column(name="email", type="string", classifications=("PII.Contact",))),
        source=Source(path=f"{SECRET}.parquet"),
        row_filter=f"email <> '{SECRET}'",
        queries=(DeclaredQuery(name="all", sql=f"select '{SECRET}'"),),
        contracts=(Contract(consumer="Sales", purpose="Use", fields=("id",), where=f"{SECRET}.yaml:1"),),
        where=f"{SECRET}.yaml:1",
    )
    return msgspec.structs.replace(made, **changes)


@dataclass
class Site:
    """One node: what it has in force, what it tells, and what it holds of others."""

    name: str
    folder: Path
    nodes: dict[str, Node]
    keys: dict[str, LocalNodeKey]
    clock: FixedClock
    registry: MemoryRegistry = field(default_factory=MemoryRegistry)
    version: str = "0.1.0"

    def __post_init__(self) -> None:
        """Build its parts."""
        self.in_force = InForce(self.registry)
        self.become(self.version)

    def become(self, version: str) -> None:
        """Run another version from now on."""
        self.version = version
        self.identity = NodeTokens(
            node=self.name, version=version, key=self.keys[self.name], nodes=lambda: self.nodes, clock=self.clock
        )
        self.start()

    @property
    def region(self) -> str:
        """The region it serves."""
        return REGIONS[self.name]

    def start(self) -> None:
        """Make the parts that a process makes, over what is on disk."""
        self.store = SqliteCatalogStore(self.folder / f"{self.name}.sqlite")
        self.copies = Copies(identity=self.identity, store=self.store, clock=self.clock)
        self.copies.load(self.nodes)
        self.listings = Listings(in_force=self.in_force, clock=self.clock, region=self.region, copies=self.copies)
        self.publication = Publication(
            node=self.name,
            region=self.region,
            in_force=self.in_force,
            store=self.store,
            identity=self.identity,
            clock=self.clock,
        )

    def restart(self) -> None:
        """Forget all that is not on disk."""
        self.store.close()
        self.start()

    def apply(self, *products: Product, **changes: Any) -> None:
        """Put a mesh of these products in force."""
        mesh = Mesh(
            name="contoso",
            regions={region: Region(name=region, jurisdiction="US" if region == "eastus" else "EU") for region in REGIONS.values()},
            nodes=self.nodes,
            domains={name.casefold(): Domain(name=name, roles={"r": RoleAccess.READ}) for name in ("Customer", "Sales")},
            governance=Governance(require_approval=True, approvers=("data-steward@domain",)),
            products={item.key: item for item in products},
        )
        mesh = msgspec.structs.replace(mesh, **changes)
        current = self.registry.current()
        version = (current.version if current else 0) + 1
        self.registry.apply(Applied(version=version, digest=digest(mesh), mesh=mesh, applied_at=""))

    def approve(self, item: Product) -> None:
        """Approve all contracts of a product."""
        for contract in item.contracts:
            self.registry.approve(Approval(product=item.key, contract=contract, approver="x", at="", leaf=0))


class Duo:
    """The two nodes, and the way between them."""

    def __init__(self, folder: Path) -> None:
        """Make their keys."""
        self.folder = folder
        self.clock = FixedClock()
        self.keys = {name: LocalNodeKey(folder / "keys" / name) for name in (*REGIONS, "stranger")}
        self.nodes = {
            name: Node(name=name, region=region, url="http://127.0.0.1:1", public_key=self.keys[name].public_key())
            for name, region in REGIONS.items()
        }
        self.sites = {name: Site(name, folder, self.nodes, self.keys, self.clock) for name in REGIONS}
        self.west, self.north, self.east = self.sites.values()

    def tell(self, of: str = "west", to: str = "north") -> Told:
        """Let a node tell another one what is new to it."""
        held = self.sites[to].copies.held(self.nodes[of])
        known, since = (held.head.root, held.head.version) if held else ("", None)
        return self.sites[of].publication.tell(Carrier(node=to, region=REGIONS[to]), known, since)

    def sync(self, of: str = "west", to: str = "north") -> int:
        """Let a node hear another one; return how many entries and removals came."""
        told, copies, node = self.tell(of, to), self.sites[to].copies, self.nodes[of]
        if told.body is None:
            copies.confirm(node, told.token)
            return 0
        copies.accept(node, told.token, told.body)
        body = msgspec.json.decode(told.body)
        return len(body["entries"]) + len(body["removed"])

    def forge(self, head: Head, *, name: str = "west", key: str = "west", to: str = "north", version: str = "0.1.0") -> str:
        """Return a head signed as if by a node, with a key, by the present clock."""
        identity = NodeTokens(node=name, version=version, key=self.keys[key], nodes=lambda: self.nodes, clock=self.clock)
        return identity.vouch(to, head)


@pytest.fixture
def duo(tmp_path: Path) -> Iterator[Duo]:
    """Return the two nodes, with nothing in force."""
    made = Duo(tmp_path)
    yield made
    for site in made.sites.values():
        site.store.close()
