"""A rehearsal over real data: a gate that judges by meshes which nobody has put in force, and the ledger it records in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from freehold.engines.duckdb import DuckDBEngine
from freehold.model.mesh import Mesh
from freehold.model.place import Node
from freehold.model.query import Limits
from freehold.services.exposure import Difference, differences
from freehold.services.force import InForce
from freehold.services.gate import Gate
from freehold.services.quality import Quality
from freehold.services.rehearsal import Rehearsal, Untold
from freehold.services.releases import ReleaseMemory
from freehold.stores.limiter import MemoryLimiter
from freehold.testing import FixedClock, FixedKeys, MemoryLedger, MemoryRegistry


def customers(count: int = 2_000) -> pa.Table:
    """Return customers: 600 in the south and the others in the north; segment `Rare` has 4, all of the south."""
    ids = range(count)
    return pa.table(
        {
            "customerId": [f"C{at:04d}" for at in ids],
            "segment": ["Rare" if at < 4 else "Consumer" if at % 2 else "Corporate" for at in ids],
            "region": ["south" if at < 600 else "north" for at in ids],
            "birthDate": [dt.date(1960 + at % 50, 1 + at % 12, 1) for at in ids],
        }
    )


class Stage:
    """A rehearsal, and what it recorded."""

    def __init__(self, folder: Path) -> None:
        """Make the data in `folder`."""
        pq.write_table(customers(), folder / "customers.parquet")
        pq.write_table(customers(1_500), folder / "fewer.parquet")
        self.engine = DuckDBEngine(folder)
        self.ledger = MemoryLedger()
        self.rehearsal = Rehearsal(self._build)

    def differences(self, before: Mesh | None, after: Mesh) -> tuple[Difference, ...]:
        """Return who would see what differently."""
        return differences(before, after, "2026-11-23", self.rehearsal.count)

    def entries(self) -> list[dict[str, Any]]:
        """Return what was recorded."""
        return [msgspec.json.decode(entry) for entry in self.ledger.written]

    def _build(self, in_force: InForce, node: Node) -> Gate:
        clock = FixedClock()
        return Gate(
            node=node.name,
            region=node.region,
            in_force=in_force,
            engine=self.engine,
            ledger=self.ledger,
            registry=MemoryRegistry(),
            keys=FixedKeys(),
            clock=clock,
            limiter=MemoryLimiter(clock),
            quality=Quality(clock=clock),
            releases=ReleaseMemory(Untold()),
            limits=Limits(),
        )


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return a rehearsal over two files of customers."""
    made = Stage(tmp_path)
    yield made
    made.engine.close()
