"""A real node in a process of its own, for the HTTP benchmarks: `serve_ours` writes its address and a token, then serves."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from freehold.digest import digest
from freehold.gateway.serve import Listening, serve
from freehold.model.contract import Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, RoleAccess
from freehold.model.place import Mode, Node, Region
from freehold.model.product import Column, DeclaredQuery, Product, Source
from freehold.stores.registry import SqliteRegistry
from freehold.wiring.clock import SystemClock
from freehold.wiring.identity import open_development_issuer
from freehold.wiring.node import build_node
from freehold.wiring.settings import Settings

PURPOSE = "Bench"
ROWS = 1_000_000


def big_table() -> pa.Table:
    """Return 1 M rows of 38.5 MB: three integers, a number and a short text."""
    ids = pa.array(range(ROWS), pa.int64())
    text = pa.array([f"c{i % 1000:06d}" for i in range(ROWS)])
    amount = pa.array([i / 7 for i in range(ROWS)], pa.float64())
    small = pa.array([i % 90 for i in range(ROWS)], pa.int32())
    return pa.table({"id": ids, "day": ids, "amount": amount, "code": text, "small": small})


def small_rows() -> list[dict[str, Any]]:
    """Return the ten rows of the small answer."""
    row = {"region": "westeurope", "revenue": 1234.5}
    return [{"id": i, "segment": f"Segment {i}", **row, "active": i % 2 == 0} for i in range(10)]


def serve_ours() -> None:
    """Serve a mesh with both tables until the process is told to stop."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _lay(Path(folder))
        with closing(build_node(settings)) as node:
            issuer = open_development_issuer(settings, SystemClock())
            token = issuer.mint("bench", domain="sales", region="westeurope", ttl=86_400)
            serve(node, port=0, on_ready=lambda found: _announce(found, token))


def _announce(found: Listening, token: str) -> None:
    print(json.dumps({"port": found.port, "token": token}), flush=True)


def _lay(folder: Path) -> Settings:
    (folder / "data").mkdir()
    small = pa.Table.from_pylist(small_rows())
    products = [_product("Small", small), _product("Big", big_table())]
    pq.write_table(small, folder / "data" / "small.parquet")
    pq.write_table(big_table(), folder / "data" / "big.parquet", compression="none", use_dictionary=False)
    mesh = Mesh(
        name="bench",
        regions={"westeurope": Region(name="westeurope", jurisdiction="EU")},
        nodes={"bench": Node(name="bench", region="westeurope", url="http://127.0.0.1:1")},
        domains={name.lower(): Domain(name=name, roles={"steward": RoleAccess.READ}) for name in ("Sales", "Customer")},
        products={item.key: item for item in products},
    )
    settings = Settings(folder=folder, mode=Mode.DEVELOPMENT)
    settings.state.mkdir()
    with closing(SqliteRegistry(settings.registry_file)) as registry:
        registry.apply(Applied(version=1, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23T10:00:00+00:00"))
    return settings


def _product(name: str, table: pa.Table) -> Product:
    kinds = {"int64": "integer", "int32": "integer", "double": "number", "string": "string", "bool": "boolean"}
    return Product(
        name=name,
        domain="Customer",
        home="westeurope",
        jurisdiction="EU",
        columns=tuple(Column(name=field.name, type=kinds[str(field.type)]) for field in table.schema),
        source=Source(path=f"{name.lower()}.parquet"),
        queries=(DeclaredQuery(name=name.lower(), sql=f"select {', '.join(table.column_names)} from customer.{name.lower()}"),),
        contracts=(Contract(consumer="Sales", purpose=PURPOSE, fields=tuple(table.column_names)),),
    )


@contextmanager
def started(script: str, side: str) -> Generator[dict[str, Any]]:
    """Run `script --serve side` in a process of its own; yield what it announced, and end it."""
    process = subprocess.Popen([sys.executable, script, "--serve", side], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()
