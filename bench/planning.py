"""Plans of questions over many regions, made in this process and never kept: each is planned anew."""

from __future__ import annotations

import re
import statistics
import time

import three
import tpch
from freehold.digest import digest
from freehold.model.federation import FederatedPlan
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Principal, RoleAccess
from freehold.model.place import Node, Region
from freehold.model.product import Column, Product, Source
from freehold.model.query import Limits, Question
from freehold.services.force import InForce
from freehold.services.spread import Planner
from freehold.testing import FixedClock, FixedKeys, MemoryRegistry

COLUMNS = {"okey": "integer", "flag": "string", "qty": "integer", "price": "decimal(15,2)", "ship": "date"}
QUESTION = (
    "select flag, sum(price) as s, count(*) as n, avg(qty) as q from ({parts}) l"
    " where ship < date '2024-01-01' group by flag order by flag"
)
ROUNDS, WARM = 25, 25
_OWNER = Principal(
    subject="bench", issuer="https://issuer.example", domain="tpch", region=three.WEST, roles=frozenset({"data-engineer"})
)


def planner(mesh: Mesh, region: str) -> Planner:
    """Return what plans questions that come in at the node of `region`; it reaches no data."""
    registry = MemoryRegistry(Applied(version=1, digest=digest(mesh), mesh=mesh, applied_at=""))
    return Planner(
        node=region,
        region=region,
        in_force=InForce(registry),
        keys=FixedKeys(),
        clock=FixedClock(),
        longest=Limits().sql_length,
        nonce=lambda: "0" * 32,
    )


def own_text(data: three.Data, number: str) -> str:
    """Return a query of the benchmark in its own words over the parts; EXISTS reads no columns, whatever it says."""
    text = re.sub(r"EXISTS\s*\(\s*SELECT\s*\*", "EXISTS (SELECT 1", data.questions[number].rstrip("; \n"))
    return tpch.question(text)


def plan_of(data: three.Data, sql: str) -> FederatedPlan:
    """Return the plan of a question over TPC-H for its owner, at the node in `three.WEST`."""
    nodes = {region: Node(name=region, region=region, url="http://127.0.0.1:1") for region in three.JURISDICTIONS}
    return planner(three.mesh_of(data, nodes), three.WEST).plan(Question(principal=_OWNER, sql=sql)).plan


def median(count: int) -> float:
    """Return the seconds that it takes to plan an aggregate over the parts of `count` regions, every other one across a border.

    They are of the processor (one thread plans), so that what else the machine does is left out.
    """
    names = [three.WEST, *(f"region{at}" for at in range(1, count))]
    areas = {name: ("EU", "US")[at % 2] for at, name in enumerate(names)}
    products = [
        Product(
            name=f"lines_{name}",
            domain="tpch",
            home=name,
            jurisdiction=area,
            columns=tuple(Column(name=column, type=kind) for column, kind in COLUMNS.items()),
            source=Source(path="none.parquet"),
            entity_key="okey",
        )
        for name, area in areas.items()
    ]
    mesh = Mesh(
        name="bench",
        regions={name: Region(name=name, jurisdiction=area) for name, area in areas.items()},
        nodes={name: Node(name=name, region=name, url="http://127.0.0.1:1") for name in names},
        domains={"tpch": Domain(name="tpch", roles={"data-engineer": RoleAccess.READ})},
        products={item.key: item for item in products},
    )
    parts = " union all ".join(f"select * from {item.key}" for item in products)
    plans, took = planner(mesh, three.WEST), list[float]()
    for at in range(WARM + ROUNDS):
        question = Question(principal=_OWNER, sql=QUESTION.format(parts=parts) + " " * at)
        start = time.process_time()
        plans.plan(question)
        took.append(time.process_time() - start)
    return statistics.median(took[WARM:])
