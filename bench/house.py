"""A gate over one made-up product, built as a node builds it, with the ledger and registry in memory."""

from __future__ import annotations

from pathlib import Path

from freehold.digest import digest
from freehold.engines.duckdb import DuckDBEngine
from freehold.engines.duckdb.releases import DuckDBReleases
from freehold.engines.place import Place
from freehold.model.contract import Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Principal, RoleAccess
from freehold.model.place import Node, Region
from freehold.model.product import Column, Product, Source
from freehold.model.query import Limits
from freehold.services.force import InForce
from freehold.services.gate import Gate
from freehold.services.quality import Quality
from freehold.services.releases import ReleaseMemory
from freehold.testing import FixedClock, FixedKeys, FreeLimiter, MemoryLedger, MemoryRegistry

CALLER = Principal(subject="bench", issuer="https://issuer.example", domain="sales", region="westeurope")


def product(name: str, path: str, columns: dict[str, str], fields: tuple[str, ...]) -> Product:
    """Return a product of domain Customer under one contract with Sales that shows `fields`."""
    return Product(
        name=name,
        domain="Customer",
        home="westeurope",
        jurisdiction="EU",
        columns=tuple(Column(name=column, type=kind) for column, kind in columns.items()),
        source=Source(path=path),
        contracts=(Contract(consumer="Sales", purpose="Bench", fields=fields),),
    )


def gate(folder: Path | Place, products: list[Product]) -> tuple[Gate, InForce]:
    """Return a gate over `products`, whose sources lie in `folder`, or in another place."""
    mesh = Mesh(
        name="bench",
        regions={"westeurope": Region(name="westeurope", jurisdiction="EU")},
        nodes={"bench": Node(name="bench", region="westeurope", url="http://127.0.0.1:1")},
        domains={name.lower(): Domain(name=name, roles={"data-engineer": RoleAccess.READ}) for name in ("Sales", "Customer")},
        products={item.key: item for item in products},
    )
    registry = MemoryRegistry(Applied(version=1, digest=digest(mesh), mesh=mesh, applied_at=""))
    clock, engine, in_force = FixedClock(), DuckDBEngine(folder), InForce(registry)
    made = Gate(
        node="bench",
        region="westeurope",
        in_force=in_force,
        engine=engine,
        ledger=MemoryLedger(),
        registry=registry,
        keys=FixedKeys(),
        clock=clock,
        limiter=FreeLimiter(),
        releases=ReleaseMemory(DuckDBReleases(None)),
        quality=Quality(clock=clock, engine=engine, ask=lambda _product, _sql: {}),
        limits=Limits(seconds=120),
    )
    return made, in_force
