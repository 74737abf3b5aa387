"""The question that measures quality, run for real in an engine."""

from __future__ import annotations

import math
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from freehold.model.product import Column, Product
from freehold.model.query import Metrics
from freehold.model.rule import Probe
from freehold.quality.measure import measurement, metrics_of, timeliness


def ask(product: Product, table: pa.Table) -> Metrics:
    counts: dict[Probe, float | None] = {}
    with duckdb.connect() as session:
        session.execute("CREATE SCHEMA sales")
        session.register("given", table)
        session.execute("CREATE TABLE sales.orders AS FROM given")
        for statement in measurement(product):
            row: dict[str, Any] = session.execute(statement.sql).to_arrow_table().to_pylist()[0]
            counts |= {probe: row[f"p{at}"] for at, probe in enumerate(statement.probes)}
    return metrics_of(product, counts)


def product(*columns: Column) -> Product:
    return Product(name="Orders", domain="Sales", columns=columns)


def test_completeness_is_the_share_of_filled_required_cells() -> None:
    table = pa.table(
        {"id": [1, 2, None, 4], "note": [None, None, None, None]}, schema=pa.schema({"id": pa.int64(), "note": pa.string()})
    )
    found = ask(product(Column(name="id", type="integer", required=True), Column(name="note", type="string")), table)
    assert found.completeness == 75.0


def test_completeness_counts_every_column_where_none_is_required() -> None:
    table = pa.table({"id": [1, 2], "note": ["a", None]})
    assert ask(product(Column(name="id", type="integer"), Column(name="note", type="string")), table).completeness == 75.0


def test_not_a_number_is_not_a_filled_cell() -> None:
    table = pa.table({"price": [1.5, math.nan, None, 2.0]})
    assert ask(product(Column(name="price", type="number")), table).completeness == 50.0


def test_accuracy_is_the_share_of_filled_cells_that_meet_every_constraint() -> None:
    table = pa.table({"code": ["AB", "ab", None, "CD"], "units": [1, 0, 7, 101], "segment": ["A", "B", "Z", "A"]})
    columns = (
        Column(name="code", type="string", pattern="^[A-Z]{2}$"),
        Column(name="units", type="integer", minimum=1, maximum=100),
        Column(name="segment", type="string", values=("A", "B")),
    )
    assert ask(product(*columns), table).accuracy == pytest.approx(100 * (2 + 2 + 3) / (3 + 4 + 4))


def test_accuracy_is_unknown_where_nothing_is_declared() -> None:
    assert ask(product(Column(name="id", type="integer")), pa.table({"id": [1]})).accuracy is None


def test_an_empty_product_keeps_its_promises() -> None:
    table = pa.table({"id": pa.array([], pa.int64())})
    found = ask(product(Column(name="id", type="integer", minimum=0)), table)
    assert (found.completeness, found.accuracy) == (100.0, 100.0)


def test_a_product_without_a_schema_has_nothing_to_measure() -> None:
    assert measurement(product()) == ()


def test_hostile_names_and_patterns_stay_data() -> None:
    table = pa.table({'a"; DROP TABLE x; --': ["it's", "no"]})
    column = Column(name='a"; DROP TABLE x; --', type="string", pattern="^it's$", values=("it's", "no"))
    assert ask(product(column), table).accuracy == 50.0


def test_values_of_a_number_are_compared_as_written() -> None:
    table = pa.table({"grade": [1, 2, 3, 9]})
    assert ask(product(Column(name="grade", type="integer", values=("1", "2", "3"))), table).accuracy == 75.0


def test_timeliness_falls_with_age_once_the_promise_is_broken() -> None:
    assert [timeliness(60.0, age) for age in (0.0, 60.0, 120.0, 600.0)] == [100.0, 100.0, 50.0, 10.0]
