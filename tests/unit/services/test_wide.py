"""Products of thousands of columns: their promises are counted in as many questions as the gate's limits make of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from freehold.cli.main import app
from freehold.compiler.text import MAX_TOKENS, tokenize
from freehold.model.product import Column, Product, QualityFloor, Source
from freehold.model.query import Limits
from freehold.model.rule import Constraint
from freehold.quality.measure import measurement
from freehold.services.meter import measure
from freehold.services.quality import Quality

CHOICES = Constraint(values=tuple(f"it's {at}" for at in range(200)), pattern="it's [0-9]+", min_length=6)


def wide(columns: int, constraint: Constraint | None = None) -> Product:
    listed, pattern = (constraint.values, constraint.pattern) if constraint else ((), None)
    type_ = "string" if constraint else "integer"
    return Product(
        name="Wide",
        domain="Sales",
        home="westeurope",
        jurisdiction="EU",
        source=Source(path="wide.parquet"),
        quality=QualityFloor(completeness=40),
        columns=tuple(Column(name=f"c{at}", type=type_, values=listed, pattern=pattern) for at in range(columns)),
    )


@pytest.mark.parametrize(("columns", "constraint"), [(3_000, None), (100, CHOICES), (1, CHOICES)])
def test_every_statement_keeps_within_what_a_gate_reads(columns: int, constraint: Constraint | None) -> None:
    product = wide(columns, constraint)
    statements = measurement(product)
    assert sum(len(item.probes) for item in statements) == 1 + columns * (2 if constraint else 1)
    assert all(len(item.sql) <= Limits().sql_length for item in statements)
    assert all(len(tokenize(item.sql, Limits().sql_length)) <= MAX_TOKENS for item in statements)


def measured(kit: Any, folder: Path, columns: int) -> float | None:
    product, example = wide(columns), kit.example_mesh()
    mesh = msgspec.structs.replace(example, products={**example.products, product.key: product})
    house = kit.house_in(folder, mesh, tables={"wide": pa.table({column.name: [1, None] for column in product.columns})})
    quality = Quality(clock=house.clock, ask=lambda asked, sql: measure(house.gate, mesh, asked, sql)[1][0])
    return quality.metrics(product, "v1", 0.0).completeness


def test_the_gate_measures_the_floor_of_a_thousand_columns(kit: Any, tmp_path: Path) -> None:
    assert measured(kit, tmp_path, 1_000) == 50.0


@pytest.mark.long
def test_the_gate_measures_the_floor_of_ten_thousand_columns(kit: Any, tmp_path: Path) -> None:
    assert measured(kit, tmp_path, 10_000) == 50.0


def folder_of(path: Path, columns: int) -> Path:
    schema = "\n".join(f"    - {{name: c{at}, type: integer, required: true, minimum: 0}}" for at in range(columns))
    product = f"dataProduct:\n  name: Wide\n  domain: Sales\n  source: {{path: wide.parquet}}\n  schema:\n{schema}\n"
    (path / "domains" / "sales").mkdir(parents=True)
    (path / "mesh.yaml").write_text('mesh: {name: m, nodes: [{name: we, region: westeurope, url: "http://127.0.0.1:1"}]}')
    (path / "domains" / "sales" / "wide.yaml").write_text(product)
    (path / "data").mkdir()
    pq.write_table(pa.table({f"c{at}": [1, None if at % 2 else -1] for at in range(columns)}), path / "data" / "wide.parquet")
    return path


def report_of(folder: Path, *words: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["test", *words, "--mesh", str(folder), "--json", "--samples", "0"])
    (report,) = json.loads(done.stdout)["reports"]
    return report


def check(report: dict[str, Any], columns: int) -> None:
    rules = [item for item in report["verdicts"] if item["check"] in {"nullValues", "invalidValues"}]
    failed = [item for item in rules if item["outcome"] == "failed"]
    assert (len(rules), len(failed)) == (2 * columns, columns)
    assert {item["failing"] for item in failed} == {1}


COMMANDS: list[Callable[[Path], tuple[str, ...]]] = [
    lambda _folder: ("sales.wide",),
    lambda folder: (str(folder / "data" / "wide.parquet"), "--contract", "sales.wide"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=["product", "file"])
def test_six_hundred_columns_are_tested_whole(tmp_path: Path, words: Callable[[Path], tuple[str, ...]]) -> None:
    check(report_of(folder_of(tmp_path, 600), *words(tmp_path)), 600)


@pytest.mark.long
@pytest.mark.parametrize("words", COMMANDS, ids=["product", "file"])
def test_ten_thousand_columns_are_tested_whole(tmp_path: Path, words: Callable[[Path], tuple[str, ...]]) -> None:
    check(report_of(folder_of(tmp_path, 10_000), *words(tmp_path)), 10_000)
