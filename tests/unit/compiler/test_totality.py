"""What is called total cannot fail on any value of the column's type: asked of the engine, over awkward values."""

from __future__ import annotations

import duckdb
import pytest
from sqlglot import parse_one

from freehold.compiler import View, enforce, parse
from freehold.compiler.predicate import predicate
from freehold.compiler.totality import is_total
from freehold.model.label import READ
from freehold.model.policy import Decision, Effect, Form, ShownColumn
from freehold.model.product import Source

TYPES = {"text": "string", "amount": "number", "count": "integer", "price": "decimal(10,2)", "day": "date", "yes": "boolean"}
TOTAL = """
text = 'a' | text <> 'a' | text in ('a', 'b') | text between 'a' and 'b' | text like 'a%' | text is null | not text = 'a' | yes
amount > 5 | amount between -1 and 5.5 | count in (1, 2) | price <= 1e3 | day >= '2026-01-31' | day >= date '2026-01-31' | not yes
text = 'a' and (amount > 5 or yes) | text is not distinct from 'a' | 'a' = text | true
"""
PARTIAL = """
text = 1 | text in ('a', 1) | text > 5.0 | cast(text as integer) > 5 | text = cast('2026-01-31' as date)
text = cast('5' as integer) | amount = '5' | count in (1, 'x') | price < '1e9' | yes = 'maybe' | day = 'x' | day >= '2026-02-30'
day = date '2026-13-01' | day = timestamp '2026-01-31 00:00:00' | amount between 1 and -'5'
amount + 1 > 5 | length(text) > 1 | text = amount | text = $p | count | text || 'a' = 'b' | case when yes then true else false end
"""


def column_type(column: object) -> str:
    """Return the logical type of a column of the table below."""
    return TYPES[column.name]  # type: ignore[attr-defined]


def listed(text: str) -> list[str]:
    """Return the conditions of a block."""
    return [item.strip() for line in text.splitlines() for item in line.split(" | ") if item.strip()]


@pytest.mark.parametrize("condition", listed(TOTAL))
def test_a_total_condition_meets_every_value_without_failing(condition: str) -> None:
    engine = duckdb.connect()
    engine.execute('CREATE TABLE t("text" VARCHAR, amount DOUBLE, "count" BIGINT, price DECIMAL(10, 2), day DATE, yes BOOLEAN)')
    engine.execute(
        "INSERT INTO t VALUES ('x', 'nan', -9223372036854775808, -99999999.99, '-infinity', NULL), ('', 'inf', 1, 0, NULL, true)"
    )
    assert is_total(parse_one(condition, read="duckdb"), column_type)
    engine.execute(f"SELECT count(*) FROM t WHERE {condition}").fetchall()


@pytest.mark.parametrize("condition", listed(PARTIAL))
def test_a_condition_that_could_fail_is_not_called_total(condition: str) -> None:
    assert not is_total(parse_one(condition, read="duckdb"), column_type)


def test_a_row_filter_that_could_fail_is_false_where_it_would() -> None:
    assert predicate("text = 'a'", TYPES) == "\"text\" = 'a'"
    assert predicate("cast(text as integer) > 5", TYPES) == 'TRY(STRUCT_EXTRACT(ROW(CAST("text" AS INT) > 5), 1))'
    assert predicate("amount > 5", ["amount"]) == 'TRY(STRUCT_EXTRACT(ROW("amount" > 5), 1))'


@pytest.mark.parametrize("rows", [0, 1])
def test_that_a_time_has_no_such_part_is_said_before_there_is_a_row(rows: int) -> None:
    engine = duckdb.connect()
    engine.execute(f"CREATE TABLE t AS SELECT time '10:00' AS at FROM range({rows})")
    condition = predicate("datepart('day', at) = 1", {"at": "time"})
    with pytest.raises(duckdb.BinderException):
        engine.execute(f"SELECT count(*) FROM t WHERE {condition}")


def test_days_beyond_all_moments_are_left_out_of_an_average() -> None:
    types = {"id": "integer", "day": "date"}
    columns = tuple(ShownColumn(name=name, type=kind, right=READ) for name, kind in types.items())
    decision = Decision(effect=Effect.PERMIT, product="d.p", columns=columns, form=Form.AGGREGATE, entity_key="id", max_share=100)
    view = View(decision=decision, source=Source(path="p.parquet"), raw_types=types)
    plan = enforce(parse("select avg(day) as d from d.p"), {("d", "p"): view})
    engine = duckdb.connect()
    engine.execute(
        "CREATE TABLE t AS SELECT i AS id, i AS __entity, DATE '2026-01-31' + (i // 20 * 200000000)::INT AS day FROM range(21) r(i)"
    )
    engine.execute('CREATE VIEW "__r0" AS FROM t')
    assert engine.execute(f"SELECT CAST(d AS VARCHAR) FROM ({plan.sql})").fetchall() == [("2026-01-31 00:00:00",)]
