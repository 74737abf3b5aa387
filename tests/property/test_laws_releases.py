"""Law 3 across questions: under `threshold`, no two answers of one domain differ by so few that subtracting tells of them."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.engines.duckdb.releases import DuckDBReleases
from freehold.errors import ReleaseOverlap, StoreFailed
from freehold.model.contract import Contract
from freehold.model.label import Disclosure
from freehold.model.product import Column
from freehold.model.query import FIELD
from freehold.ports.releases import Exhausted, Overlap, Told
from freehold.services.releases import ReleaseMemory

PEOPLE, LEAST = 60, 5
TOTAL = "select sum(income) as s from customer.customer_360"
TOLD = Told(consumer="sales", product="customer.customer_360", version="v1")


def people() -> pa.Table:
    """Return everybody; a segment of three is too small to be told of."""
    return pa.table(
        {
            "customerId": [f"C{number:05d}" for number in range(PEOPLE)],
            "segment": ["Rare" if number < 3 else ("Consumer", "Corporate")[number % 2] for number in range(PEOPLE)],
            "income": [1000.0 + 7 * number for number in range(PEOPLE)],
        }
    )


@pytest.fixture
def build(kit: Any, tmp_path: Path) -> Callable[..., Any]:
    """Return what makes a house over these people."""

    def make(table: pa.Table | None = None, **terms: Any) -> Any:
        table = people() if table is None else table
        fields = tuple(name for name in table.column_names if name != "income")
        given: dict[str, Any] = {"purpose": "Statistics", "fields": fields, "aggregate_fields": ("income",)} | terms
        contracts = tuple(Contract(consumer=consumer, **given) for consumer in ("Sales Domain", "Analytics"))
        columns = tuple(Column(name=name, type="number" if name == "income" else "string") for name in table.column_names)
        mesh = kit.example_mesh(contracts=contracts, columns=columns, min_group_size=LEAST)
        return kit.house_in(tmp_path, mesh, tables={"customers": table})

    return make


def near(house: Any, sql: str, who: str = "sales") -> int | None:
    """Return the leaf of the answer that a question is refused as too near to."""
    refusal = house.refusal(sql, who)
    assert isinstance(refusal, ReleaseOverlap)
    assert "income" not in refusal.detail
    return refusal.facts["near"]  # pyright: ignore[reportReturnType]


def test_a_subtracting_attacker_gets_one_answer_and_no_other(build: Callable[..., Any]) -> None:
    house = build()
    assert house.rows(TOTAL)
    for number in range(0, PEOPLE, 7):
        assert near(house, f"{TOTAL} where customerId <> 'C{number:05d}'") == 1


def test_a_total_is_refused_after_groups_of_which_one_was_withheld_and_the_other_way_round(build: Callable[..., Any]) -> None:
    groups = "select segment, sum(income) as s from customer.customer_360 group by segment"
    for first, second in itertools.permutations((TOTAL, groups)):
        house = build()
        assert house.rows(first)
        near(house, second)


def test_both_in_one_question_are_refused(build: Callable[..., Any]) -> None:
    house = build()
    groups = "select segment, sum(income) from customer.customer_360 group by 1"
    refusal = house.refusal(f"select 'all' as segment, s from ({TOTAL}) t union all {groups}")
    assert refusal.code == "release-overlap"
    assert house.rows(TOTAL)  # nothing of a refused question is remembered


def test_the_same_people_may_be_asked_about_again_in_other_words_and_figures(build: Callable[..., Any]) -> None:
    house = build()
    others = ("avg(income) from customer.customer_360 where segment <> 'Nobody'", "count(income) from customer.customer_360")
    for sql in (TOTAL, TOTAL, *(f"select {other}" for other in others)):
        assert house.rows(sql)


def test_groups_that_differ_by_many_are_given(build: Callable[..., Any]) -> None:
    house = build()
    assert house.rows("select count(income) from customer.customer_360 where segment = 'Consumer'")
    assert house.rows("select count(income) from customer.customer_360 where segment = 'Corporate'")
    assert house.rows("select count(income) from customer.customer_360 where segment <> 'Rare'")


def test_groups_of_the_same_people_with_other_rows_are_given(build: Callable[..., Any]) -> None:
    """Whoever bought in each category is told of by category and in all: a subtraction leaves the rows of many."""
    once = people()
    rows = pa.concat_tables([once.append_column("category", pa.array([name] * PEOPLE)) for name in ("Books", "Tools")])
    house = build(rows)
    assert house.rows(TOTAL)
    assert len(house.rows("select category, sum(income) from customer.customer_360 group by category")) == 2
    near(house, f"{TOTAL} where not (category = 'Books' and customerId = 'C00009')")


def test_every_path_of_a_domain_is_remembered_and_other_domains_are_not(build: Callable[..., Any], kit: Any) -> None:
    house = build()
    house.principals["colleague"] = kit.principal("sales", "northeurope")
    assert house.rows(TOTAL)
    sql = f"{TOTAL} where customerId <> 'C00009'"
    near(house, sql, "colleague")
    assert house.rows(sql, "analytics")


def test_owners_and_noise_are_not_held_back(build: Callable[..., Any]) -> None:
    for house, who in ((build(), "owner"), (build(disclosure=Disclosure.CELL_KEY), "sales")):
        assert house.rows(TOTAL, who)
        assert house.rows(f"{TOTAL} where customerId <> 'C00009'", who)


def test_where_the_memory_fails_nothing_is_told(build: Callable[..., Any]) -> None:
    house = build()
    store = DuckDBReleases(None)
    store.close()
    house.gate._releases = ReleaseMemory(store)
    assert house.refusal(TOTAL).code == "store-failed"


class Moving:
    """An engine under which the data changes once, after its next run."""

    def __init__(self, engine: Any, change: Callable[[], None]) -> None:
        self._engine, self._changes = engine, [change]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def run(self, *given: Any) -> Any:
        execution = self._engine.run(*given)
        if self._changes:
            self._changes.pop()()
        return execution


def test_data_that_change_between_are_not_told_of_under_the_wrong_version(build: Callable[..., Any]) -> None:
    house = build()
    other = people().set_column(2, "income", pa.array([7.0 * number for number in range(PEOPLE)]))
    house.gate._engine = Moving(house.engine, lambda: pq.write_table(other, house.data / "customers.parquet"))
    refusal = house.refusal(TOTAL)
    assert (refusal.code, refusal.transient) == ("data-changed", True)
    assert house.rows(TOTAL) == [{"s": sum(7.0 * number for number in range(PEOPLE))}]
    near(house, f"{TOTAL} where customerId <> 'C00009'")


def test_near_questions_at_one_moment_do_not_both_pass(build: Callable[..., Any]) -> None:
    house = build()
    questions = [TOTAL, *(f"{TOTAL} where customerId <> 'C{number:05d}'" for number in range(7))]

    def ask(sql: str) -> bool:
        try:
            return bool(house.rows(sql))
        except ReleaseOverlap:
            return False

    with ThreadPoolExecutor(len(questions)) as pool:
        assert sum(pool.map(ask, questions)) == 1


# ── the store by itself, held to sets ────────────────────────────────────────────────────────────────────────────
Groups = dict[int, dict[int, int]]
"""How many rows of each entity are in each group."""


def table(groups: Mapping[int, dict[int, int] | set[int]]) -> pa.Table:
    """Return groups as the store takes them; the entities of a set have one row each, and an entity's rows one number."""
    counted = {group: held if isinstance(held, dict) else dict.fromkeys(held, 1) for group, held in groups.items()}
    rows = [(entity, group, 1, n * (7919 * entity + 1) % FIELD) for group, held in counted.items() for entity, n in held.items()]
    kinds = (pa.int64(), pa.uint64(), pa.int64(), pa.int64())
    return pa.table([pa.array([row[at] for row in rows], kind) for at, kind in enumerate(kinds)], names=["e", "c", "n", "s"])


@pytest.fixture
def stores() -> Iterator[Callable[..., DuckDBReleases]]:
    """Return what makes stores."""
    made: list[DuckDBReleases] = []

    def make(**given: int) -> DuckDBReleases:
        made.append(DuckDBReleases(None, **given))
        return made[-1]

    yield make
    for store in made:
        store.close()


GROUPS = st.dictionaries(
    st.integers(1, 4), st.dictionaries(st.integers(0, 9), st.integers(1, 2), min_size=1), min_size=1, max_size=3
)


def told_of(groups: Groups, least: int) -> list[Counter[int]]:
    """Return the groups that are told of."""
    return [Counter(entities) for entities in groups.values() if len(entities) >= least]


def too_near(one: Counter[int], other: Counter[int], least: int) -> bool:
    """Return whether a subtraction of the two tells of fewer than `least`."""
    return 0 < sum(1 for entity in one.keys() | other.keys() if one[entity] != other[entity]) < least


def isolated(groups: list[Counter[int]]) -> set[int]:
    """Return the entities whose own figure follows from those of `groups`: their unit vectors are in its row space."""
    rows = [[Fraction(group[entity]) for entity in range(10)] for group in groups]
    rank = rank_of(rows)
    return {entity for entity in range(10) if rank_of([*rows, [Fraction(at == entity) for at in range(10)]]) == rank}


def rank_of(rows: list[list[Fraction]]) -> int:
    """Return the rank of a matrix, by elimination."""
    rows, rank = [list(row) for row in rows], 0
    for column in range(10):
        pivot = next((row for row in rows[rank:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(rank, pivot)
        for row in rows[rank + 1 :]:
            factor = row[column] / pivot[column]
            for at in range(10):
                row[at] -= factor * pivot[at]
        rank += 1
    return rank


@settings(max_examples=150)
@given(asked=st.lists(GROUPS, min_size=2, max_size=6), least=st.integers(2, 4))
def test_nothing_that_is_told_isolates_anybody_by_any_sum(asked: list[Groups], least: int) -> None:
    store = DuckDBReleases(None)
    held: list[Counter[int]] = []
    wholes: list[Counter[int]] = []
    for number, groups in enumerate(asked):
        mine = told_of(groups, least)
        whole = [sum(mine, Counter[int]())] if mine else []
        near = any(too_near(one, other, least) for one in (*mine, *whole) for other in (*held, *wholes))
        answer = store.admit(TOLD, str(number), least, table(groups))
        if isolated(held + mine) or near:
            assert isinstance(answer, Overlap)
        if not isinstance(answer, Overlap):
            held, wholes = held + mine, wholes + whole
    store.close()


@given(asked=st.lists(st.sets(st.integers(0, 9), min_size=2), min_size=1, max_size=5), least=st.integers(2, 4))
def test_what_is_refused_would_tell_of_few(asked: list[set[int]], least: int) -> None:
    """Every refusal is shown to be right by a sum with small factors; none is for fear alone."""
    store = DuckDBReleases(None)
    held: list[set[int]] = []
    for number, group in enumerate(asked):
        answer = store.admit(TOLD, str(number), least, table({1: group}))
        if isinstance(answer, Overlap):
            assert any(0 < size < least for size in sizes([*held, group]))
        elif len(group) >= least:
            held.append(group)
    store.close()


def sizes(groups: list[set[int]]) -> Iterator[int]:
    """Yield the number of entities that are left by each sum of `groups` with factors from -3 to 3."""
    for factors in itertools.product(range(-3, 4), repeat=len(groups)):
        left = Counter[int]()
        for factor, group in zip(factors, groups, strict=True):
            left.update(dict.fromkeys(group, factor))
        yield sum(1 for value in left.values() if value)


def test_a_group_less_one_person_is_refused_after_its_parts(stores: Callable[..., DuckDBReleases]) -> None:
    """The sums of two segments tell the sum of both; less one person, it would tell of that person."""
    store = stores()
    assert isinstance(store.admit(TOLD, "parts", 3, table({1: set(range(9)), 2: set(range(9, 20)), 3: set(range(20, 40))})), int)
    assert isinstance(store.admit(TOLD, "two", 3, table({1: set(range(1, 20))})), Overlap)
    assert isinstance(store.admit(TOLD, "others", 3, table({1: set(range(4, 20))})), int)


def test_other_rows_of_the_same_people_are_no_way_round(build: Callable[..., Any]) -> None:
    """One order of a person taken for another: as many rows of everybody as before, and the difference is that person's."""
    once = people()
    rows = pa.concat_tables([once.append_column("category", pa.array([name] * PEOPLE)) for name in ("Books", "Tools")])
    house = build(rows)
    assert house.rows(f"{TOTAL} where category = 'Books'")
    other = "(category = 'Books' and customerId <> 'C00009') or (category = 'Tools' and customerId = 'C00009')"
    near(house, f"{TOTAL} where {other}")


def test_a_tracker_of_three_overlapping_questions_is_refused_at_the_last(build: Callable[..., Any]) -> None:
    """Denning's tracker: count(A or T) + count(A or not T) - count(all) is count(A), where A is one person."""
    house = build()
    assert house.rows(f"{TOTAL} where segment <> 'Rare'")
    assert house.rows(f"{TOTAL} where segment = 'Consumer'")
    near(house, f"{TOTAL} where segment = 'Corporate' or customerId = 'C00008'")


def test_more_groups_than_are_compared_are_not_told_of(stores: Callable[..., DuckDBReleases]) -> None:
    store = stores(most_groups=4)
    groups = {at: set(range(10 * at, 10 * at + 10)) for at in range(4)}
    assert isinstance(store.admit(TOLD, "four", 3, table(groups)), int)
    assert isinstance(store.admit(TOLD, "sum", 3, table({1: groups[1] | groups[2]})), int)
    assert store.admit(TOLD, "fifth", 3, table({1: set(range(100, 110))})) == Exhausted(4)
    assert isinstance(store.admit(TOLD, "again", 3, table({1: groups[2] | groups[3]})), int)


def test_many_columns_are_folded_and_told_apart(stores: Callable[..., DuckDBReleases]) -> None:
    store, every = stores(), set(range(4096))
    assert isinstance(store.admit(TOLD, "all", 3, table({1: every})), int)
    assert isinstance(store.admit(TOLD, "halves", 3, table({1: {at for at in every if at % 2}})), int)
    assert isinstance(store.admit(TOLD, "thirds", 3, table({at: {one for one in every if one % 3 == at} for at in range(3)})), int)
    sixth = {at for at in every if at % 2 or at % 3 == 1}
    assert isinstance(store.admit(TOLD, "more", 3, table({1: sixth})), int)
    odd_of_third = {at for at in every if at % 2 and at % 3 == 1}
    assert isinstance(store.admit(TOLD, "near", 3, table({1: odd_of_third ^ {1}})), Overlap)
    assert isinstance(store.admit(TOLD, "far", 3, table({1: {at for at in odd_of_third if at > 50}})), int)


def test_a_restart_forgets_nothing_and_new_data_forgets_all(tmp_path: Path) -> None:
    path = tmp_path / "releases.duckdb"
    store = DuckDBReleases(path)
    number = store.admit(TOLD, "a", 2, table({1: {1, 2, 3, 4}}))
    assert isinstance(number, int)
    store.settle(number, 17)
    store.close()
    again = DuckDBReleases(path)
    assert path.stat().st_mode & 0o077 == 0
    assert again.admit(TOLD, "a", 2, table({1: {1, 2, 3, 4}})) is None
    assert again.admit(TOLD, "b", 2, table({1: {1, 2, 3}})) == Overlap(17)
    newer = Told(consumer="sales", product=TOLD.product, version="v2")
    assert isinstance(again.admit(newer, "b", 2, table({1: {1, 2, 3}})), int)
    again.close()


def test_what_is_withdrawn_is_forgotten(stores: Callable[[], DuckDBReleases]) -> None:
    store = stores()
    number = store.admit(TOLD, "a", 2, table({1: {1, 2, 3, 4}}))
    assert isinstance(number, int)
    store.withdraw(number)
    assert isinstance(store.admit(TOLD, "b", 2, table({1: {1, 2, 3}})), int)


def test_groups_of_any_number_are_as_good_as_any(stores: Callable[..., DuckDBReleases]) -> None:
    store, large = stores(), 1 << 63
    assert isinstance(store.admit(TOLD, "a", 2, table({large + 1: {1, 2, 3}, large + 2: {4, 5}})), int)
    assert isinstance(store.admit(TOLD, "b", 2, table({large + 1: {1, 2}})), Overlap)


def test_a_file_that_is_no_memory_is_refused_clearly(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreFailed):
        DuckDBReleases(tmp_path / "x")
