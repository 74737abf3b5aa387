"""Benchmarks as products of one domain, whose owner sees all of them; and worlds in which less is shown."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from differential.worlds import TERMS, World, build
from freehold.engines.duckdb.sources import logical
from freehold.model.mesh import Mesh
from freehold.model.party import Domain, RoleAccess
from freehold.model.place import Node, Region
from freehold.model.product import Column, Product, Source
from freehold.model.query import Limits


def extension(name: str) -> Path:
    """Return the file of an extension that a wheel brought along."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.rglob(f"{name}.duckdb_extension"))


class Benchmark:
    """A benchmark's data in files, its questions, the engine alone and the whole gate over the same files."""

    def __init__(self, kit: Any, folder: Path, name: str, call: str) -> None:
        """Make the data of benchmark `name` in `folder` by the statement `call`."""
        maker = duckdb.connect()
        maker.execute(f"LOAD '{extension(name)}'")
        maker.execute(call)
        self.questions: dict[int, str] = dict(maker.execute(f"SELECT query_nr, query FROM {name}_queries() ORDER BY 1").fetchall())
        self._raw = duckdb.connect()
        products: dict[str, Product] = {}
        for (table,) in maker.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            file = folder / f"{name}_{table}.parquet"
            maker.execute(f"COPY {table} TO '{file}' (FORMAT parquet)")
            self._raw.execute(f"CREATE VIEW {table} AS FROM read_parquet('{file}')")
            described = self._raw.execute(f"DESCRIBE {table}").fetchall()
            columns = tuple(Column(name=row[0], type=logical(row[1])) for row in described)
            product = Product(
                name=table, domain=name, home="westeurope", jurisdiction="EU", columns=columns, source=Source(path=file.name)
            )
            products[product.key] = product
        maker.close()
        mesh = Mesh(
            name=name,
            regions={"westeurope": Region(name="westeurope", jurisdiction="EU")},
            nodes={"one": Node(name="one", region="westeurope", url="http://127.0.0.1:1")},
            domains={name: Domain(name=name, roles={"data-engineer": RoleAccess.READ})},
            products=products,
        )
        self._house = kit.house_in(folder, mesh, Limits(seconds=120, memory=4 << 30))
        self._house.principals["owner"] = kit.principal(name, "westeurope", "data-engineer")

    def raw(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the columns and rows that the engine alone gives."""
        cursor = self._raw.execute(sql)
        return [item[0] for item in cursor.description or ()], cursor.fetchall()

    def gated(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the columns and rows that come through the gate."""
        table = self._house.ask(sql, "owner")
        return table.column_names, list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return left == pytest.approx(right, rel=1e-9, nan_ok=True)
    return left == right


def check_same(benchmark: Benchmark, sql: str) -> None:
    """Assert that the gate gives the engine's own answer: names, values and, where the question orders them, order."""
    names, rows = benchmark.raw(sql)
    gated_names, gated_rows = benchmark.gated(sql)
    assert gated_names == names
    assert len(gated_rows) == len(rows)
    for ours, theirs in zip(sorted(gated_rows, key=repr), sorted(rows, key=repr), strict=True):
        assert all(_same(left, right) for left, right in zip(ours, theirs, strict=True)), (ours, theirs)


@pytest.fixture(scope="session")
def benchmark_of(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Benchmark]:
    """Return what makes a benchmark, once for each size."""
    made: dict[tuple[str, str], Benchmark] = {}

    def make(name: str, call: str) -> Benchmark:
        if (name, call) not in made:
            made[name, call] = Benchmark(kit, tmp_path_factory.mktemp(name), name, call)
        return made[name, call]

    return make


@pytest.fixture(scope="session")
def same() -> Callable[[Benchmark, str], None]:
    """Return the comparison."""
    return check_same


@pytest.fixture(scope="session")
def world_of(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], World]:
    """Return what makes a world, once for each name."""
    made: dict[str, World] = {}

    def make(name: str) -> World:
        if name not in made:
            made[name] = build(kit, tmp_path_factory.mktemp("world"), TERMS[name])
        return made[name]

    return make
