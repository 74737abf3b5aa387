"""The running example as values: Contoso's Sales, Customer and Analytics, over small files with planted secrets."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, settings

from freehold.digest import digest
from freehold.engines.duckdb import DuckDBEngine
from freehold.engines.duckdb.releases import DuckDBReleases
from freehold.errors import FreeholdError
from freehold.model.contract import Approval, Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Principal, RoleAccess
from freehold.model.place import Node, Region, Transfer, Travel
from freehold.model.policy import Governance
from freehold.model.product import Column, DeclaredQuery, Parameter, Product, Residency, Source
from freehold.model.query import Limits, Question
from freehold.ports.engine import Engine
from freehold.ports.keys import NodeKey
from freehold.services.force import InForce
from freehold.services.gate import Gate
from freehold.services.quality import Quality
from freehold.services.releases import ReleaseMemory
from freehold.testing import FixedClock, FixedKeys, FreeLimiter, MemoryLedger, MemoryRegistry

CANARY = "CANARY"
pytest.register_assert_rewrite("attacks")

settings.register_profile("freehold", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", settings.get_profile("freehold"), derandomize=False, max_examples=2000)
settings.load_profile("freehold")  # the same examples each time; `--hypothesis-profile=fuzz` looks for others


def customers(count: int = 200) -> pa.Table:
    """Return customers; `email` and `ssn` hold canaries, 3 customers alone are in segment `Rare`."""
    ids = list(range(count))
    return pa.table(
        {
            "customerId": [f"C{i:05d}" for i in ids],
            "segment": ["Rare" if i < 3 else ("Consumer" if i % 2 else "Corporate") for i in ids],
            "region": ["north" if i % 3 else "south" for i in ids],
            "email": [f"{CANARY}-{i}@example.invalid" for i in ids],
            "ssn": [f"{CANARY}-{i:09d}" for i in ids],
            "income": [1000.0 + i for i in ids],
            "active": [i % 10 != 0 for i in ids],
        }
    )


def orders(count: int = 1000) -> pa.Table:
    """Return orders of the 200 customers."""
    ids = list(range(count))
    return pa.table(
        {
            "orderId": ids,
            "customerId": [f"C{i % 200:05d}" for i in ids],
            "category": [("Books", "Tools", "Toys")[i % 3] for i in ids],
            "revenue": [float(i % 50) for i in ids],
        }
    )


CUSTOMER_COLUMNS = (
    Column(name="customerId", type="string", required=True),
    Column(name="segment", type="string", required=True),
    Column(name="region", type="string", required=True),
    Column(name="email", type="string", classifications=("PII.Contact",)),
    Column(name="ssn", type="string", classifications=("PII.HighRisk",)),
    Column(name="income", type="number", required=True),
    Column(name="active", type="boolean", required=True),
)
ORDER_COLUMNS = (
    Column(name="orderId", type="integer"),
    Column(name="customerId", type="string"),
    Column(name="category", type="string"),
    Column(name="revenue", type="number"),
)
ENRICHMENT = Contract(
    consumer="Sales Domain",
    purpose="Customer enrichment",
    fields=("customerId", "segment", "region"),
    excluded_fields=("email", "phone", "address"),
)


def example_mesh(**customer: Any) -> Mesh:
    """Return the example mesh; keyword arguments replace fields of Customer 360."""
    read = {"data-engineer": RoleAccess.READ, "data-steward": RoleAccess.READ, "analyst": RoleAccess.AGGREGATE}
    base = Product(
        name="Customer 360",
        domain="Customer",
        owner="customer-data-team@contoso.com",
        residency=Residency(area="EU"),
        home="westeurope",
        jurisdiction="EU",
        columns=CUSTOMER_COLUMNS,
        source=Source(path="customers.parquet"),
        entity_key="customerId",
        contracts=(ENRICHMENT,),
    )
    sales = Product(
        name="Orders",
        domain="Sales",
        owner="sales-data-team@contoso.com",
        home="westeurope",
        jurisdiction="EU",
        columns=ORDER_COLUMNS,
        source=Source(path="orders.parquet"),
        entity_key="customerId",
        queries=(
            DeclaredQuery(
                name="by-category",
                sql="select category, sum(revenue) as revenue from sales.orders where category <> $except group by category",
                parameters=(Parameter(name="except", type="string"),),
            ),
        ),
        contracts=(Contract(consumer="Customer", purpose="Customer enrichment", fields=("customerId", "category", "revenue")),),
    )
    return Mesh(
        name="contoso",
        regions={
            "westeurope": Region(name="westeurope", jurisdiction="EU"),
            "northeurope": Region(name="northeurope", jurisdiction="EU"),
            "eastus": Region(name="eastus", jurisdiction="US"),
            "chinanorth": Region(name="chinanorth", jurisdiction="CN"),
        },
        nodes={"contoso-we": Node(name="contoso-we", region="westeurope", url="http://127.0.0.1:1")},
        transfers=(Transfer(origin="EU", destination="CN", allow=Travel.NOTHING, where="mesh.yaml:9"),),
        governance=Governance(approvers=("data-steward@domain",)),
        domains={name.lower(): Domain(name=name, roles=read) for name in ("Sales", "Customer", "Analytics")},
        products={base.key: msgspec.structs.replace(base, **customer), sales.key: sales},
    )


@dataclass
class House:
    """A gate with everything under it, and short ways to ask it."""

    gate: Gate
    registry: MemoryRegistry
    ledger: MemoryLedger
    clock: FixedClock
    engine: Engine
    data: Path
    principals: dict[str, Principal] = field(default_factory=dict[str, Principal])

    def forget(self) -> None:
        """Forget which groups were told of, for questions that have nothing to do with each other."""
        self.gate._releases = ReleaseMemory(DuckDBReleases(None))  # pyright: ignore[reportPrivateUsage]

    def ask(self, sql: str, who: str = "sales", **given: Any) -> pa.Table:
        """Return the whole answer, or raise the refusal."""
        _, answer = self.gate.ask(Question(principal=self.principals[who], sql=sql, **given)).release()
        return pa.Table.from_batches(list(answer.batches()), schema=answer.schema)

    def rows(self, sql: str, who: str = "sales", **given: Any) -> list[dict[str, Any]]:
        """Return the answer's rows."""
        return self.ask(sql, who, **given).to_pylist()

    def refusal(self, sql: str, who: str = "sales", **given: Any) -> FreeholdError:
        """Return the refusal; it is an error of the test where the question is answered."""
        with pytest.raises(FreeholdError) as caught:
            self.ask(sql, who, **given)
        return caught.value

    def apply(self, mesh: Mesh) -> None:
        """Put a mesh in force."""
        current = self.registry.current()
        version = (current.version if current else 0) + 1
        self.registry.apply(Applied(version=version, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23T10:00:00+00:00"))

    def approve(self, product: str, contract: Contract) -> None:
        """Approve a contract as it stands."""
        approval = Approval(product=product, contract=contract, approver="steward", at="2026-11-23T10:00:00+00:00", leaf=0)
        self.registry.approve(approval)


def principal(domain: str | None, region: str | None = "westeurope", *roles: str, scopes: tuple[str, ...] = ()) -> Principal:
    """Return a caller."""
    return Principal(
        subject=f"{domain}-app",
        issuer="https://login.contoso.example",
        domain=domain,
        region=region,
        roles=frozenset(roles),
        scopes=frozenset(scopes),
        authentications=frozenset({"OAuth2"}),
    )


PRINCIPALS = {
    "sales": principal("sales"),
    "sales-us": principal("sales", "eastus"),
    "sales-cn": principal("sales", "chinanorth"),
    "sales-nowhere": principal("sales", None),
    "sales-engineer": principal("sales", "westeurope", "data-engineer"),
    "owner": principal("customer", "westeurope", "data-engineer"),
    "owner-analyst": principal("customer", "westeurope", "analyst"),
    "owner-guest": principal("customer", "westeurope"),
    "analytics": principal("analytics"),
    "stranger": principal("elsewhere"),
}


def house_in(
    folder: Path,
    mesh: Mesh | None = None,
    limits: Limits | None = None,
    concurrency: int = 32,
    ledger: MemoryLedger | None = None,
    tables: dict[str, pa.Table] | None = None,
    region: str = "westeurope",
    node_key: NodeKey | None = None,
    engine: Engine | None = None,
) -> House:
    """Return the house of `region`, whose data files are made in `folder`; `tables` replace or add files by their stem."""
    for stem, table in {"customers": customers(), "orders": orders(), **(tables or {})}.items():
        pq.write_table(table, folder / f"{stem}.parquet")
    registry, ledger, clock, keys = MemoryRegistry(), ledger or MemoryLedger(), FixedClock(), FixedKeys()
    engine = engine or DuckDBEngine(folder)
    quality = Quality(clock=clock, engine=engine)
    in_force = InForce(registry)
    gate = Gate(
        node="contoso-we" if region == "westeurope" else region,
        region=region,
        in_force=in_force,
        engine=engine,
        ledger=ledger,
        registry=registry,
        keys=keys,
        clock=clock,
        limiter=FreeLimiter(),
        quality=quality,
        releases=ReleaseMemory(DuckDBReleases(None)),
        limits=limits or Limits(),
        concurrency=concurrency,
        node_key=node_key,
    )
    house = House(gate, registry, ledger, clock, engine, folder, dict(PRINCIPALS))

    def ask(product: Product, sql: str) -> dict[str, Any]:
        meter = principal(product.domain_key, region, "data-engineer")
        _, answer = gate.ask(Question(principal=meter, sql=sql, path="quality")).release()
        return pa.Table.from_batches(list(answer.batches()), schema=answer.schema).to_pylist()[0]

    quality.bind(ask)
    house.apply(mesh or example_mesh())
    return house


@dataclass(frozen=True)
class Kit:
    """What a test module needs to build houses of its own, kept as long as it likes."""

    house_in: Callable[..., House] = house_in
    example_mesh: Callable[..., Mesh] = example_mesh
    customers: Callable[..., pa.Table] = customers
    orders: Callable[..., pa.Table] = orders
    principal: Callable[..., Principal] = principal
    principals: Mapping[str, Principal] = field(default_factory=lambda: PRINCIPALS)
    canary: str = CANARY


@pytest.fixture(scope="session")
def kit() -> Kit:
    """Return the parts of the running example."""
    return Kit()


@pytest.fixture
def build_house(tmp_path: Path) -> Callable[..., House]:
    """Return what builds a house over a mesh; data files are made in a temporary folder."""

    def build(mesh: Mesh | None = None, limits: Limits | None = None, concurrency: int = 32) -> House:
        return house_in(tmp_path, mesh, limits, concurrency)

    return build


@pytest.fixture
def house(build_house: Callable[..., House]) -> House:
    """Return a house over the example mesh."""
    return build_house()


@pytest.fixture
def example() -> Callable[..., Mesh]:
    """Return what makes the example mesh, with fields of Customer 360 replaced."""
    return example_mesh


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let cases be written anew from what is so now."""
    parser.addoption("--regenerate", action="store_true", help="write the present outcomes into the case files")
    parser.addoption("--mutate", metavar="NAME", help="take one wall out of Freehold first: see tests/mutation/mutants.py")


def pytest_configure(config: pytest.Config) -> None:
    """Take out the wall that `--mutate` names."""
    name = config.getoption("--mutate")
    if name is not None:
        runpy.run_path(str(Path(__file__).parent / "mutation" / "mutants.py"))["MUTANTS"][name]()
