"""Laws 3 and 8: where each entity has one row, counting rows gives what counting entities gives, and never outlives the data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.errors import FreeholdError
from freehold.model.contract import Contract
from freehold.model.label import Disclosure
from freehold.model.product import Column
from freehold.model.query import Question
from freehold.services.prepare import Refused

PEOPLE = 120
TABLE = "customer.customer_360"
COLUMNS = (
    Column(name="customerId", type="string"),
    Column(name="segment", type="string"),
    Column(name="region", type="string"),
    Column(name="income", type="number"),
    Column(name="active", type="boolean"),
)
AGGREGATES = (
    "count(*)",
    "sum(income)",
    "avg(income)",
    "stddev(income)",
    "count(income)",
    "sum(income * 2 - 1)",
    "count(distinct active)",
)


def people(**columns: list[Any]) -> pa.Table:
    """Return everybody once; a segment of three, one of nine, and one in which one person has nearly everything."""
    segments = [("Rare" if i < 3 else "Nine" if i < 12 else "Rich" if i < 40 else ("A", "B")[i % 2]) for i in range(PEOPLE)]
    table = {
        "customerId": [f"C{i:05d}" for i in range(PEOPLE)],
        "segment": segments,
        "region": [("north", None, "south")[i % 3] for i in range(PEOPLE)],
        "income": [1e9 if i == 20 else None if i % 11 == 0 else float(i % 50) - 3 for i in range(PEOPLE)],
        "active": [i % 4 == 0 for i in range(PEOPLE)],
    }
    return pa.table(table | columns)


@pytest.fixture(scope="module", params=list(Disclosure))
def pair(kit: Any, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """Return two houses over the same people; in one, somebody whom a row filter hides is there twice."""
    terms = Contract(
        consumer="Sales Domain", purpose="Statistics", fields=("segment", "region", "active"), aggregate_fields=("income",),
        disclosure=request.param, row_filter="segment <> 'Hidden'",
    )  # fmt: skip
    mesh = kit.example_mesh(contracts=(terms,), columns=COLUMNS)
    twice = people().slice(0, 1)
    hidden = pa.concat_tables([twice.set_column(1, "segment", pa.array(["Hidden"]))] * 2)
    tables = (people(), pa.concat_tables([people(), hidden]))
    return tuple(kit.house_in(tmp_path_factory.mktemp("unique"), mesh, tables={"customers": item}) for item in tables)  # pyright: ignore[reportReturnType]


def told(house: Any, sql: str) -> Any:
    """Return the rows of an answer, or the refusal."""
    house.forget()
    try:
        return sorted(str({name: rounded(value) for name, value in row.items()}) for row in house.rows(sql))
    except FreeholdError as error:
        return error.code


def rounded(value: Any) -> Any:
    """Return a number without its last digits, which depend on how the work is shared."""
    return f"{value:.9g}" if isinstance(value, float) else value


def plan_of(house: Any, sql: str) -> str:
    """Return the SQL that runs for a question."""
    question = Question(principal=house.principals["sales"], sql=sql)
    return house.gate._preparer.prepare(question, house.gate._in_force.current(), "2026-11-23").plan.sql


@settings(max_examples=60)
@given(
    aggregates=st.lists(st.sampled_from(AGGREGATES), min_size=1, max_size=2, unique=True),
    key=st.sampled_from(["segment", "region", "upper(segment)", "active"]),
    where=st.sampled_from(["", " where active", " where segment <> 'Rich'", " where region = 'north'"]),
)
def test_counting_rows_gives_what_counting_entities_gives(
    pair: tuple[Any, Any], aggregates: list[str], key: str, where: str
) -> None:
    outputs = ", ".join(f"{item} as a{at}" for at, item in enumerate(aggregates))
    sql = f"select {key} as k, {outputs} from {TABLE}{where} group by {key}"
    once, twice = pair
    assert told(once, sql) == told(twice, sql)


def test_rows_are_counted_where_nobody_is_there_twice_and_entities_elsewhere(pair: tuple[Any, Any]) -> None:
    sql = f"select segment, count(income) as n from {TABLE} group by segment"
    once, twice = (plan_of(house, sql) for house in pair)
    assert '"__known"' not in once
    assert '"__known"' in twice


def test_beside_another_relation_entities_are_counted(pair: tuple[Any, Any]) -> None:
    sql = f"select count(distinct b.income) as n from sales.orders a join {TABLE} b on a.category = b.segment"
    house = pair[0]
    question = Question(principal=house.principals["sales-engineer"], sql=sql)
    try:
        plan = house.gate._preparer.prepare(question, house.gate._in_force.current(), "2026-11-23").plan
    except Refused as refused:
        assert refused.error.code == "statement-unsupported"  # noqa: PT017  (under cell keys)
    else:
        assert "COUNT(DISTINCT" in plan.sql


@pytest.fixture
def build(kit: Any, tmp_path: Path) -> Callable[[pa.Table], Any]:
    """Return what makes a house over people."""

    def make(table: pa.Table) -> Any:
        terms = Contract(
            consumer="Sales Domain",
            purpose="Statistics",
            fields=("segment",),
            aggregate_fields=("income",),
            disclosure=Disclosure.CELL_KEY,
        )
        return kit.house_in(tmp_path, kit.example_mesh(contracts=(terms,), columns=COLUMNS), tables={"customers": table})

    return make


def test_a_kept_plan_does_not_outlive_the_data_that_it_counts_rows_of(build: Callable[[pa.Table], Any]) -> None:
    house = build(people())
    sql = f"select segment, count(income) as n from {TABLE} group by segment"
    assert {row["segment"] for row in house.rows(sql)} == {"Rich", "A", "B"}
    nine = people().filter(pa.array([name == "Nine" for name in people()["segment"].to_pylist()]))
    pq.write_table(pa.concat_tables([people(), nine]), house.data / "customers.parquet")
    house.clock.time += dt.timedelta(seconds=60)
    assert {row["segment"] for row in house.rows(sql)} == {"Rich", "A", "B"}


def test_data_that_change_while_rows_are_counted_are_not_answered(build: Callable[[pa.Table], Any]) -> None:
    house = build(people())
    engine, sql = house.engine, f"select segment, avg(income) as a from {TABLE} group by segment"
    nine = pa.concat_tables([people(), people()])

    class Moving:
        """An engine under which the data changes once, before its next run."""

        def __getattr__(self, name: str) -> Any:
            return getattr(engine, name)

        def run(self, *given: Any) -> Any:
            pq.write_table(nine, house.data / "customers.parquet")
            return engine.run(*given)

    house.gate._engine = Moving()
    assert house.refusal(sql).code == "data-changed"
