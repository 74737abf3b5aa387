"""A real node over HTTP: the example mesh applied in a folder, served by Granian in a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from freehold.digest import digest
from freehold.gateway.serve import Listening, serve
from freehold.identity.development import DevelopmentIssuer
from freehold.model.contract import Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Issuer, RoleAccess
from freehold.model.place import Mode, Node, Region
from freehold.model.product import Column, DeclaredQuery, Interface, InterfaceKind, Parameter, Product, RateLimit, Residency, Source
from freehold.model.query import Limits
from freehold.stores.registry import SqliteRegistry
from freehold.wiring.clock import SystemClock
from freehold.wiring.node import Node as RunningNode
from freehold.wiring.node import build_node
from freehold.wiring.settings import Settings

ROWS = 120_000
SECRET = "CANARY"
PURPOSE = "Customer enrichment"


@dataclass
class Site:
    """A node that is up, and short ways to ask it."""

    url: str
    node: RunningNode
    issuer: DevelopmentIssuer
    client: httpx.Client

    def token(self, domain: str = "sales", *, region: str = "westeurope", roles: tuple[str, ...] = (), ttl: int = 600) -> str:
        """Return a token of an app of `domain`."""
        return self.issuer.mint(f"{domain}-app", domain=domain, region=region, roles=roles, ttl=ttl)

    def headers(self, domain: str = "sales", **more: str) -> dict[str, str]:
        """Return headers that name an app of `domain`."""
        return {"Authorization": f"Bearer {self.token(domain)}", **more}

    def ask(self, sql: str, domain: str = "sales", *, accept: str = "application/json", **body: Any) -> httpx.Response:
        """Ask in SQL."""
        return self.client.post("/v1/query", json={"sql": sql, **body}, headers=self.headers(domain, Accept=accept))


def http_mesh(issuers: tuple[Issuer, ...] = ()) -> Mesh:
    """Return a small mesh: Customer 360 with a contract for Sales, a big table of events, and a limited product."""
    read = {"data-engineer": RoleAccess.READ}
    customer = Product(
        name="Customer 360",
        domain="Customer",
        owner="customer-data-team@contoso.example",
        home="westeurope",
        jurisdiction="EU",
        residency=Residency(area="EU"),
        columns=(
            Column(name="customerId", type="string"),
            Column(name="segment", type="string"),
            Column(name="email", type="string", classifications=("PII.Contact",)),
        ),
        source=Source(path="customers.parquet"),
        entity_key="customerId",
        interfaces=(Interface(kind=InterfaceKind.API, endpoint="https://customer-api.contoso.example/v1"),),
        queries=(
            DeclaredQuery(
                name="by-segment",
                description="How many customers a segment has.",
                sql="select segment, count(*) as customers from customer.customer_360 "
                "where segment <> $except group by segment order by 1",
                parameters=(Parameter(name="except", type="string", description="A segment to leave out."),),
            ),
        ),
        contracts=(Contract(consumer="Sales", purpose=PURPOSE, fields=("customerId", "segment"), excluded_fields=("email",)),),
    )
    events = Product(
        name="Events",
        domain="Customer",
        home="westeurope",
        jurisdiction="EU",
        columns=(Column(name="id", type="integer"), Column(name="kind", type="string"), Column(name="amount", type="number")),
        source=Source(path="events.parquet"),
        contracts=(Contract(consumer="Sales", purpose=PURPOSE, fields=("id", "kind", "amount")),),
    )
    limited = Product(
        name="Limited",
        domain="Customer",
        home="westeurope",
        jurisdiction="EU",
        columns=(Column(name="customerId", type="string"),),
        source=Source(path="customers.parquet"),
        interfaces=(Interface(kind=InterfaceKind.SQL, rate_limit=RateLimit(requests=2, seconds=60)),),
        contracts=(Contract(consumer="Sales", purpose=PURPOSE, fields=("customerId",)),),
    )
    products = {item.key: item for item in (customer, events, limited)}
    return Mesh(
        name="contoso",
        regions={
            "westeurope": Region(name="westeurope", jurisdiction="EU"),
            "eastus": Region(name="eastus", jurisdiction="US"),
        },
        nodes={"contoso-we": Node(name="contoso-we", region="westeurope", url="http://127.0.0.1:8080")},
        issuers=issuers,
        domains={name.lower(): Domain(name=name, roles=read) for name in ("Sales", "Customer", "Analytics")},
        products=products,
    )


def lay(folder: Path, mesh: Mesh) -> Settings:
    """Write data and put the mesh in force in a folder; return the settings of its development node."""
    data = folder / "data"
    data.mkdir(parents=True)
    ids = list(range(100))
    segments = ["Consumer" if i % 2 else "Corporate" for i in ids]
    table = {"customerId": [f"C{i:04d}" for i in ids], "segment": segments, "email": [f"{SECRET}-{i}@example.invalid" for i in ids]}
    pq.write_table(pa.table(table), data / "customers.parquet")
    kinds = [f'kind, "{i % 7}" and some more text to send' for i in range(ROWS)]
    many = {"id": range(ROWS), "kind": kinds, "amount": [i / 4 for i in range(ROWS)]}
    pq.write_table(pa.table({name: list(values) for name, values in many.items()}), data / "events.parquet")
    settings = Settings(folder=folder, mode=Mode.DEVELOPMENT, limits=Limits(rows=1_000_000))
    settings.state.mkdir(exist_ok=True)
    registry = SqliteRegistry(settings.registry_file)
    registry.apply(Applied(version=1, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23T10:00:00+00:00"))
    registry.close()
    return settings


@contextmanager
def served(settings: Settings, **client: Any) -> Generator[Site]:
    """Serve the node of `settings` until the block ends."""
    node = build_node(settings)
    ready: SimpleQueue[Listening | BaseException] = SimpleQueue()

    def run() -> None:
        try:
            serve(node, port=0, on_ready=ready.put)
        except BaseException as error:  # noqa: BLE001  (the test shall see it)
            ready.put(error)

    thread = threading.Thread(target=run)
    thread.start()
    found = ready.get(timeout=20)
    if isinstance(found, BaseException):
        raise found
    try:
        issuer = DevelopmentIssuer(settings.development_keys, mode=Mode.DEVELOPMENT, clock=SystemClock())
        with httpx.Client(base_url=found.url, trust_env=False, timeout=30, **client) as opened:
            yield Site(found.url, node, issuer, opened)
    finally:
        found.stop()
        thread.join(20)
        node.close()
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def lay_mesh() -> Callable[[Path, Mesh], Settings]:
    """Return what puts a mesh in force in a folder."""
    return lay


@pytest.fixture(scope="session")
def serve_node() -> Callable[..., Any]:
    """Return what serves the node of some settings, as a context manager."""
    return served


@pytest.fixture(scope="session")
def make_mesh() -> Callable[..., Mesh]:
    """Return what makes the mesh of these tests."""
    return http_mesh


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A node that all tests share."""
    with served(lay(tmp_path_factory.mktemp("mesh"), http_mesh())) as up:
        yield up
