"""Laws 4 and 8 over several homes: what they answer together is what one engine answers that holds the data of all."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from differential.compare import difference
from freehold.errors import FreeholdError
from generated.queries import queries
from generated.spread import spread
from regions import BOTH_WAYS, NORTH, US, WEST, Regions, mesh_of, product, regions_in

LINE = (("okey", "integer"), ("qty", "integer"), ("price", "decimal(15,2)"), ("flag", "string"), ("ship", "date"))
ORDER = (("okey", "integer"), ("ckey", "integer"), ("prio", "string"))
BUYER = (("ckey", "integer"), ("seg", "string"), ("bal", "number"))
HOMES = {
    "trade.lines_west": (WEST, LINE),
    "trade.lines_north": (NORTH, LINE),
    "trade.lines_us": (US, LINE),
    "trade.orders_west": (WEST, ORDER),
    "trade.orders_us": (US, ORDER),
    "trade.buyers": (NORTH, BUYER),
}
ARROW = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "string": pa.string(),
    "date": pa.date32(),
    "decimal(15,2)": pa.decimal128(15, 2),
}


def value(draw: random.Random, kind: str) -> Any:
    """Return a value of a type, or now and then none."""
    if draw.random() < 0.08:
        return None
    if kind == "integer":
        return draw.randint(0, 12)
    if kind == "string":
        return draw.choice("ABC")
    if kind == "date":
        return dt.date(2024, draw.randint(1, 4), 1)
    return draw.randint(0, 100) / 4 if kind == "number" else Decimal(draw.randint(0, 1000)).scaleb(-2)


def table(seed: int, schema: tuple[tuple[str, str], ...]) -> pa.Table:
    """Return forty rows."""
    draw = random.Random(seed)  # noqa: S311  (the same rows each time)
    return pa.table({name: pa.array([value(draw, kind) for _ in range(40)], ARROW[kind]) for name, kind in schema})


@pytest.fixture(scope="module")
def regions(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> Regions:
    """Return three homes between which rows may go."""
    mesh = mesh_of(kit, [product(key, home, schema) for key, (home, schema) in HOMES.items()], *BOTH_WAYS)
    mesh.domains["trade"] = mesh.domains["sales"]
    tables = {key: table(at, schema) for at, (key, (_, schema)) in enumerate(HOMES.items())}
    return regions_in(kit, tmp_path_factory.mktemp("regions"), mesh, tables)


RELATIONS = {
    key: tuple((name, "s" if kind == "string" else "n") for name, kind in schema if kind != "date")
    for key, (_, schema) in HOMES.items()
}


def check(regions: Regions, union: duckdb.DuckDBPyConnection, who: Any, entry: str, sql: str) -> str:
    """Assert that the homes answer as one engine does; return what became of the question."""
    try:
        want = union.execute(sql).to_arrow_table()
    except duckdb.Error:
        return "no question"
    try:
        got, _ = regions.ask(sql, who, entry)
    except FreeholdError as refusal:
        return refusal.code
    rows = [list(zip(*(column.to_pylist() for column in item.columns), strict=True)) for item in (got, want)]
    extra, missing = difference(*rows)
    assert not extra, f"the homes alone give {extra[:3]}: {sql}"
    assert not missing, f"the engine alone gives {missing[:3]}: {sql}"
    assert [field.type for field in got.schema] == [field.type for field in want.schema], sql
    assert got.column_names == want.column_names, sql
    split = any("v0" in fragment.columns for fragment in regions.plan(sql, who, entry).fragments)
    return "in aggregates" if split else "in rows"


@pytest.mark.parametrize("entry", [WEST, US])
def test_homes_answer_together_as_one_engine_does(kit: Any, regions: Regions, entry: str) -> None:
    who, union, outcomes = kit.principal("trade", WEST, "data-engineer"), regions.union(), Counter[str]()

    @settings(max_examples=250)
    @given(sql=st.one_of(spread(), spread(), queries(RELATIONS)))
    def compare(sql: str) -> None:
        outcomes[check(regions, union, who, entry, sql)] += 1

    compare()
    answered = outcomes["in aggregates"] + outcomes["in rows"]
    assert 10 * answered >= 9 * (outcomes.total() - outcomes["no question"]), outcomes
    assert 4 * outcomes["in aggregates"] >= answered, outcomes
