"""Rules as SQL count in PostgreSQL what the naive reading counts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import naive
from differential.postgres import Postgres
from freehold.model.product import Column, Product
from freehold.model.rule import Constraint, Metric, Rule
from freehold.quality.probes import probe_of
from freehold.services.rules_sql import rules_sql

COLUMNS = {"code": "string", "units": "integer", "price": "decimal(9,2)", "share": "number", "day": "date", "at": "timestamp"}
ROWS: list[dict[str, Any]] = [
    {
        "code": "AB-1",
        "units": 1,
        "price": Decimal("0.05"),
        "share": 0.3,
        "day": dt.date(2015, 1, 1),
        "at": dt.datetime.fromisoformat("2015-01-01"),
    },
    {"code": "it's\nb", "units": 7, "price": Decimal("2.51"), "share": math.nan, "day": dt.date(2014, 12, 31), "at": None},
    {
        "code": None,
        "units": None,
        "price": None,
        "share": None,
        "day": None,
        "at": dt.datetime.fromisoformat("2024-02-29T12:00:00.5"),
    },
    {"code": "AB-1", "units": 7, "price": Decimal("-1.50"), "share": math.inf, "day": dt.date(2015, 1, 1), "at": None},
    {"code": "", "units": -3, "price": Decimal("2.50"), "share": math.nan, "day": dt.date(2024, 2, 29), "at": None},
]
ASKED: list[tuple[Metric, str, Constraint | None]] = [
    *((Metric.NULL_VALUES, name, None) for name in COLUMNS),
    *((Metric.DUPLICATE_VALUES, name, None) for name in COLUMNS),
    (Metric.AGE, "day", None),
    (Metric.AGE, "at", None),
    (Metric.INVALID_VALUES, "code", Constraint(pattern="[A-Z]{2}-[0-9]", min_length=1)),
    (Metric.INVALID_VALUES, "code", Constraint(pattern=".*", max_length=5)),
    (Metric.INVALID_VALUES, "units", Constraint(minimum=0.5, exclusive_maximum=7.0, values=("1", "7"))),
    (Metric.INVALID_VALUES, "price", Constraint(minimum=-1.505, multiple_of=0.05)),
    (Metric.INVALID_VALUES, "share", Constraint(multiple_of=0.1, minimum=0.3)),
    (Metric.INVALID_VALUES, "day", Constraint(minimum="2015-01-01")),
    (Metric.INVALID_VALUES, "at", Constraint(exclusive_minimum="2015-01-01T00:00:00+01:00")),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    made = Postgres()
    types = "code text, units bigint, price numeric(9,2), share double precision, day date, at timestamp"
    values = ", ".join(f"({', '.join(map(literal, row.values()))})" for row in ROWS)
    made.execute(f"CREATE SCHEMA sales; CREATE TABLE sales.things ({types}); INSERT INTO sales.things VALUES {values}")
    yield made
    made.stop()


def literal(value: Any) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


@pytest.mark.parametrize(("metric", "column", "constraint"), ASKED)
def test_a_rule_counts_in_postgres_what_the_naive_reading_counts(
    server: Postgres, metric: Metric, column: str, constraint: Constraint | None
) -> None:
    rule = Rule(name="r", metric=metric, columns=(column,), constraint=constraint)
    columns = tuple(Column(name=name, type=type_) for name, type_ in COLUMNS.items())
    (made,) = rules_sql(Product(name="Things", domain="Sales", columns=columns, rules=(rule,)), "postgres")
    ((measured, rows),) = server.rows(made.sql, "sales")
    probe = probe_of(rule, COLUMNS.__getitem__)
    assert probe is not None
    assert measured is not None
    assert (float(measured), rows) == (naive.count(ROWS, probe), str(len(ROWS)))


def test_a_combination_is_counted_too_and_what_needs_the_mesh_is_left_out(server: Postgres) -> None:
    rules = (
        Rule(name="both", metric=Metric.DUPLICATE_VALUES, columns=("code", "day")),
        Rule(name="asks the mesh", metric=Metric.SQL, query="SELECT 1"),
    )
    columns = tuple(Column(name=name, type=type_) for name, type_ in COLUMNS.items())
    (made,) = rules_sql(Product(name="Elsewhere", domain="Sales", columns=columns, rules=rules), "postgres", "sales.things")
    assert server.rows(made.sql, "sales") == [("1", "5")]
