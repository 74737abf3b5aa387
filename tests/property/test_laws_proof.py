"""Laws 3 and 8: what a group's rows prove of its entities is so, and a group of which nothing is proven is judged by them."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse_one

from freehold.compiler.passes import proof
from freehold.compiler.passes.min_group import install_condition
from freehold.model.query import COUNTED, EntityRows

LEAST = 3
ALIAS = "p"
DATABASE = duckdb.connect(config={"threads": 1})


class Row(NamedTuple):
    """A row of some table: whose it is, the group that it is in, and a value."""

    entity: int | None
    key: str | None
    value: float | None


VALUES = st.one_of(
    st.integers(-3, 40).map(float), st.sampled_from([None, 0.0, 1e-300, 1e6, -1e6, 1e308, -1e308, math.inf, math.nan])
)
TAME = st.integers(0, 9).map(float)


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Return rows of a few groups in which some entities have many rows, and one may have nearly everything."""
    values = draw(st.sampled_from([TAME, TAME, VALUES]))
    entities = st.one_of(st.integers(0, draw(st.integers(1, 40))), st.none()) if draw(st.booleans()) else st.integers(0, 40)
    keys = st.sampled_from(["a", "a", "b", "c", None])
    return draw(st.lists(st.builds(Row, entities, keys, values), min_size=0, max_size=160))


def rows_of(table: list[Row]) -> EntityRows:
    """Return the statistic of a table."""
    counts: defaultdict[int | None, int] = defaultdict(int)
    for row in table:
        counts[row.entity] += 1
    nameless = counts.pop(None, 0)
    return EntityRows(rows=len(table), nameless=nameless, largest=tuple(sorted(counts.values(), reverse=True)))


def shown(table: list[Row], sql: str, share: int, rows: EntityRows | None) -> set[Any]:
    """Return the keys of the groups that are told of, by SQL."""
    select: Any = parse_one(sql, read="duckdb")
    aggregates = tuple(select.find_all(exp.Sum, exp.Count, exp.Avg))
    aggregates = tuple(node for node in aggregates if node.find(exp.Column))
    condition, _ = proof.judged(select, ALIAS, aggregates, rows, least=LEAST, share=share)
    install_condition(select, condition)
    columns = {"__entity": pa.int64(), "k": pa.string(), "x": pa.float64()}
    data = pa.table([pa.array(c, kind) for c, kind in zip(zip(*table, strict=True), columns.values(), strict=True)], list(columns))
    DATABASE.register("t", data)
    return {row[0] for row in DATABASE.execute(select.sql("duckdb")).fetchall()}


KEYED = f"select {ALIAS}.k, sum({ALIAS}.x), count(*) from t as {ALIAS} group by {ALIAS}.k"
TOTAL = f"select 'all', sum({ALIAS}.x) from t as {ALIAS}"
COUNTS = f"select {ALIAS}.k, count({ALIAS}.x) from t as {ALIAS} group by {ALIAS}.k"


@settings(max_examples=200)
@given(table=tables(), sql=st.sampled_from([KEYED, TOTAL, COUNTS]), share=st.sampled_from([30, 80, 100]))
def test_a_proof_changes_no_answer(table: list[Row], sql: str, share: int) -> None:
    table = table or [Row(1, "a", 1.0)]
    assert shown(table, sql, share, rows_of(table)) == shown(table, sql, share, None)


@settings(max_examples=100)
@given(table=tables(), share=st.sampled_from([30, 80]))
def test_what_is_proven_is_so_however_few_rows_there_are(table: list[Row], share: int) -> None:
    table = table or [Row(1, "a", 1.0)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proof, "_TOO_LARGE", 0)
        assert shown(table, KEYED, share, rows_of(table)) == shown(table, KEYED, share, None)


@settings(max_examples=100)
@given(table=tables())
def test_groups_are_told_of_where_enough_entities_have_a_value(table: list[Row]) -> None:
    table = table or [Row(1, "a", 1.0)]
    people: defaultdict[str | None, set[int]] = defaultdict(set)
    for row in table:
        if row.entity is not None and row.value is not None:
            people[row.key].add(row.entity)
    assert shown(table, COUNTS, 100, rows_of(table)) == {key for key, who in people.items() if len(who) >= LEAST}


def spread(entities: int, rows: int, key: str, value: float) -> list[Row]:
    """Return a group in which each entity has as many rows."""
    return [Row(entity, key, value) for entity in range(entities) for _ in range(rows)]


EVEN = [*spread(50, 4, "a", 1.0), *spread(40, 2, "b", -2.0)]


def test_large_even_groups_are_proven_and_others_are_not() -> None:
    select: Any = parse_one(KEYED, read="duckdb")
    few = [*EVEN, *spread(2, 2, "few", 1.0), *spread(20, 4, "whale", 1.0), Row(99, "whale", 1e6)]
    made, _ = proof.groups_proven(select, LEAST, 80, tuple(select.find_all(exp.Sum)), rows_of(few))
    DATABASE.register("t", pa.table({"k": [row.key for row in few], "x": [row.value for row in few]}))
    found = dict(DATABASE.execute(made.sql("duckdb")).fetchall())
    assert found == {"a": True, "b": True, "few": False, "whale": False}


def test_a_group_of_the_busiest_few_is_not_proven() -> None:
    busy = [*EVEN, *spread(LEAST - 1, 300, "busy", 1.0)]
    assert shown(busy, KEYED, 80, rows_of(busy)) == {"a", "b"}


def test_rows_without_an_entity_prove_nothing() -> None:
    nameless = [*EVEN, *[Row(None, "nobody", 1.0) for _ in range(60)]]
    assert shown(nameless, COUNTS, 100, rows_of(nameless)) == {"a", "b"}


def test_one_entity_with_all_rows_of_a_large_group_dominates_it() -> None:
    owner = [*EVEN, *[Row(1000, "own", 1.0) for _ in range(50)], *spread(10, 1, "own", 0.01)]
    assert shown(owner, KEYED, 80, rows_of(owner)) == {"a", "b"}


def test_sums_in_which_both_signs_cancel_are_judged_by_entities() -> None:
    both = [*EVEN, *[Row(n, "both", (1.0, -1.0)[n % 2]) for n in range(60)]]
    assert shown(both, KEYED, 80, rows_of(both)) == {"a", "b", "both"}


def test_the_rows_of_fewer_entities_than_are_asked_for_never_suffice() -> None:
    rows = EntityRows(rows=1000, nameless=7, largest=(5, 3, 2))
    assert [rows.of_fewer(entities) for entities in (1, 2, 3, 4, 5)] == [7, 12, 15, 17, 17]
    crowded = EntityRows(rows=5000, nameless=0, largest=(2,) * COUNTED)
    assert crowded.of_fewer(COUNTED + 11) == 2 * (COUNTED + 10)
