"""What the gate counts for a product's owner is what the naive reading counts, row by row."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

import naive
from freehold.engines.duckdb import DuckDBEngine
from freehold.model.mesh import Mesh
from freehold.model.party import Domain, RoleAccess
from freehold.model.place import Node, Region
from freehold.model.product import Column, Product, Residency, Source
from freehold.model.query import Limits
from freehold.model.rule import Probe
from freehold.quality.statements import counting, relation_of
from freehold.services.force import InForce
from freehold.services.gate import Gate
from freehold.services.quality import Quality
from freehold.services.rehearsal import Rehearsal, Untold, as_approved
from freehold.services.releases import ReleaseMemory
from freehold.stores.limiter import MemoryLimiter
from freehold.testing import FixedClock, FixedKeys, MemoryLedger, MemoryRegistry
from generated.rules import COLUMNS, probes, tables

PRODUCT = Product(
    name="Things",
    domain="Sales",
    home="westeurope",
    residency=Residency(area="EU"),
    columns=tuple(Column(name=name, type=type_) for name, (type_, _) in COLUMNS.items() if type_ != "nested"),
    source=Source(path="things.parquet"),
)
MESH = Mesh(
    name="contoso",
    regions={"westeurope": Region(name="westeurope", jurisdiction="EU")},
    nodes={"we": Node(name="we", region="westeurope", url="http://127.0.0.1:8080")},
    domains={"sales": Domain(name="Sales", roles={"data-owner": RoleAccess.READ})},
    products={PRODUCT.key: PRODUCT},
)


@settings(max_examples=25)
@given(tables(), st.lists(probes(), min_size=1, max_size=6, unique=True))
def test_counts_through_the_gate_are_those_of_the_naive_reading(table: pa.Table, asked: list[Probe]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pq.write_table(table, Path(folder) / "things.parquet")
        engine = DuckDBEngine(Path(folder))
        rehearsal = Rehearsal(lambda in_force, node: gate(in_force, node, engine))
        found: dict[Probe, float | None] = {}
        for statement in counting(relation_of(PRODUCT.key), asked):
            leaf, (row,) = rehearsal.measure(as_approved(MESH), PRODUCT, statement.sql)
            assert leaf >= 0
            found |= {probe: row[f"p{at}"] for at, probe in enumerate(statement.probes)}
        engine.close()
    rows = table.to_pylist()
    assert found == {probe: naive.count(rows, probe) for probe in asked}


def gate(in_force: InForce, node: Node, engine: DuckDBEngine) -> Gate:
    clock = FixedClock()
    return Gate(
        node=node.name,
        region=node.region,
        in_force=in_force,
        engine=engine,
        ledger=MemoryLedger(),
        registry=MemoryRegistry(),
        keys=FixedKeys(),
        clock=clock,
        limiter=MemoryLimiter(clock),
        quality=Quality(clock=clock),
        releases=ReleaseMemory(Untold()),
        limits=Limits(),
    )
