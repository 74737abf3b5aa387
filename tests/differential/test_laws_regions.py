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

pytestmark = pytest.mark.long

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


BOTH = "(select * from trade.lines_west union all select * from trade.lines_us)"
JOINED = "trade.lines_west o join trade.orders_us b on o.okey = b.okey"
ODD = {
    "a window with a filter is no aggregate": f"select a.okey, sum(a.qty) filter (where a.flag = 'A') over () as s from {BOTH} a",
    "a window with a filter over aggregates": (
        f"select a.flag, sum(sum(a.qty)) filter (where a.flag <> 'A') over () as s from {BOTH} a group by a.flag"
    ),
    "a window orders the whole and no part": (
        f"select a.okey, a.qty, a.price from {BOTH} a order by count(*) over (partition by a.okey), a.okey, a.qty, a.price limit 3"
    ),
    "the least and most of several values": f"select min(a.qty, 2) as l, max(a.qty, 2) as m from {BOTH} a group by a.flag",
    "counts of what there is none of": f"select count_if(a.qty > 2) as n, count(*) as m from {BOTH} a where a.qty > 1000",
    "counts of what there is": f"select count_if(a.qty > 2) as n from {BOTH} a group by a.flag",
    "one alias around and below": (
        f"select o.okey, (select count(*) from (select o.okey as z from {JOINED}) s where s.z = o.okey) as n "
        "from trade.orders_west o"
    ),
    "one alias beside and below": (
        f"select s.z, count(*) filter (where exists (select 1 from trade.buyers o where o.ckey = s.z)) as n "
        f"from (select o.okey as z from {JOINED}) s group by s.z"
    ),
}
"""What was once answered wrongly, or may be."""


@pytest.mark.parametrize("name", ODD)
def test_odd_questions_are_answered_as_one_engine_does(kit: Any, regions: Regions, name: str) -> None:
    who, union = kit.principal("trade", WEST, "data-engineer"), regions.union()
    assert check(regions, union, who, WEST, ODD[name]) in {"in aggregates", "in rows"}


UUID = "cast('00000000-0000-0000-0000-00000000000A' as uuid)"


def test_no_uuid_is_compared_as_the_text_that_it_is_carried_as(kit: Any, regions: Regions) -> None:
    who, union = kit.principal("trade", WEST, "data-engineer"), regions.union()
    joined = "a join trade.orders_us b on a.okey = b.okey where a.u in ('00000000-0000-0000-0000-00000000000A', b.prio)"
    sql = "select count(*) as n from (select {} as u, okey from trade.lines_west) " + joined
    assert check(regions, union, who, WEST, sql.format(UUID)) == "in aggregates"
    inside = f"coalesce({UUID}, null)"
    assert check(regions, union, who, WEST, sql.format(inside)) == "statement-unsupported"
    assert check(regions, union, who, WEST, sql.format(f"cast({UUID} as varchar)")) == "in aggregates"
    told = f"select a.okey from {BOTH} a where {UUID} = '00000000-0000-0000-0000-00000000000A'"
    assert check(regions, union, who, WEST, told) == "in rows"


SAYS_LESS = [
    f"select a.okey from {BOTH} a",
    f"select a.flag, sum(a.qty) as s from {BOTH} a join trade.buyers b on b.ckey = a.okey group by a.flag",
    f"select a.okey, b.seg from {BOTH} a left join trade.buyers b on b.ckey = a.okey",
    "select okey from trade.lines_west union select okey from trade.lines_us",
    "(select okey from trade.lines_west union all select okey from trade.lines_us) except select okey from trade.lines_north",
]
SAYS_WHAT_IS_NOT_SO = [
    f"select b.ckey from trade.buyers b where b.ckey not in (select a.okey from {BOTH} a)",
    "select ckey from trade.buyers where ckey not in (select okey from trade.lines_west union all select okey from trade.lines_us)",
    f"select b.ckey from trade.buyers b where not exists (select 1 from {BOTH} a where a.okey = b.ckey)",
    f"select b.ckey, a.flag from trade.buyers b left join {BOTH} a on b.ckey = a.okey",
    f"select b.ckey, a.flag from {BOTH} a full join trade.buyers b on b.ckey = a.okey",
    f"select b.ckey from trade.buyers b anti join {BOTH} a on b.ckey = a.okey",
    "select ckey from trade.buyers except (select okey from trade.lines_west union all select okey from trade.lines_us)",
    f"select b.ckey, (select count(*) from {BOTH} a where a.okey = b.ckey) as n from trade.buyers b",
    f"select b.seg from trade.buyers b group by b.seg having count(*) > (select count(*) from {BOTH} a)",
]


@pytest.mark.parametrize("sql", SAYS_LESS)
def test_a_question_that_says_less_without_a_region_is_answered_without_it(kit: Any, regions: Regions, sql: str) -> None:
    _, metadata = regions.ask(sql, kit.principal("trade", WEST, "data-engineer"), without=(US,))
    assert metadata["missing"] == [US]


@pytest.mark.parametrize("sql", SAYS_WHAT_IS_NOT_SO)
def test_a_question_that_would_say_what_is_not_so_without_a_region_is_not_answered_without_it(
    kit: Any, regions: Regions, sql: str
) -> None:
    with pytest.raises(FreeholdError) as missing:
        regions.ask(sql, kit.principal("trade", WEST, "data-engineer"), without=(US,))
    assert missing.value.code == "region-missing"


# ── homes that give aggregates only ──────────────────────────────────────────────────────────────────────────────
PEOPLE = (("person", "string"), ("town", "string"), ("income", "number"))
TOWNS = {"Aalst": (30, 12), "Brest": (4, 40), "Cadiz": (9, 9), "Delft": (25, 0), "Evora": (11, 10)}
"""How many people of each town are at home in the west, and how many in the north."""
SPLIT = "(select * from trade.people_west union all select * from trade.people_north)"


def people(at: int, hidden: float = 0.0) -> pa.Table:
    """Return the people of one home; `hidden` is added to the income of all who are too few in their town to be told of."""
    rows = [
        (f"P{at}-{town}-{number}", town, 100.0 * (at + 1) + number) for town, many in TOWNS.items() for number in range(many[at])
    ]
    few = {town for town, many in TOWNS.items() if many[at] < 10}
    incomes = [income + (hidden if town in few else 0.0) for _, town, income in rows]
    return pa.table({"person": [row[0] for row in rows], "town": [row[1] for row in rows], "income": incomes})


def guarded_regions(kit: Any, folder: Any, hidden: float = 0.0) -> Regions:
    """Return two homes in the EU of which the US may have aggregates over at least ten people."""
    keys = {"trade.people_west": WEST, "trade.people_north": NORTH}
    mesh = mesh_of(kit, [product(key, home, PEOPLE, entity_key="person", min_group_size=10) for key, home in keys.items()])
    mesh.domains["trade"] = mesh.domains["sales"]
    return regions_in(kit, folder, mesh, {key: people(at, hidden) for at, key in enumerate(keys)})


@pytest.fixture(scope="module")
def guarded(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> Regions:
    """Return those homes."""
    return guarded_regions(kit, tmp_path_factory.mktemp("guarded"))


def american(kit: Any) -> Any:
    """Return an engineer of the owning domain who is in the US."""
    return kit.principal("trade", US, "data-engineer")


@pytest.mark.parametrize("entry", [US, WEST])
def test_each_home_withholds_its_own_small_groups(kit: Any, guarded: Regions, entry: str) -> None:
    guarded.forget()
    figures = "count(*) as n, sum(income) as s, avg(income) as a, stddev_pop(income) as d"
    sql = f"select town, {figures} from {SPLIT} p group by town order by 1"
    got, metadata = guarded.ask(sql, american(kit), entry)
    told = {town: sum(number for number in many if number >= 10) for town, many in TOWNS.items()}
    assert {row["town"]: row["n"] for row in got.to_pylist()} == {town: number for town, number in told.items() if number}
    known = [income for number in range(30) for income in [100.0 + number]] + [200.0 + number for number in range(12)]
    aalst = got.to_pylist()[0]
    assert (aalst["s"], aalst["a"]) == (sum(known), pytest.approx(sum(known) / 42))
    assert aalst["d"] == pytest.approx((sum((income - sum(known) / 42) ** 2 for income in known) / 42) ** 0.5)
    assert metadata["smallGroups"].startswith("withheld at each home")


def test_who_is_withheld_at_a_home_changes_nothing(kit: Any, guarded: Regions, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = guarded_regions(kit, tmp_path_factory.mktemp("other"), hidden=5_000.0)
    for sql in (
        f"select town, count(*), sum(income) from {SPLIT} p group by town",
        f"select town, var_samp(income) from {SPLIT} p where town <> 'Aalst' group by town having count(*) > 10",
        "select town, count(*) from trade.people_west group by 1 union select town, count(*) from trade.people_north group by 1",
    ):
        both = []
        for regions in (guarded, other):
            regions.forget()
            try:
                both.append(sorted(map(str, regions.ask(sql, american(kit))[0].to_pylist())))
            except FreeholdError as refusal:
                both.append([refusal.code, refusal.detail])
        assert both[0] == both[1], sql
        assert both[0]


ROWS_OF_PEOPLE = [
    f"select person from {SPLIT} p",
    f"select min(person), max(income) from {SPLIT} p",
    f"select median(income) from {SPLIT} p",
    f"select town, income from {SPLIT} p order by income desc limit 1",
    "select a.town from trade.people_west a join trade.people_north b on a.town = b.town",
    "select count(*) from trade.people_west a where a.person in (select person from trade.people_north)",
    f"select person, count(*) from {SPLIT} p group by person",
    f"select count(distinct person) from {SPLIT} p",
    f"select sum(case when person = 'P0-Aalst-1' then income end) from {SPLIT} p",
    f"select sum(income) filter (where person = 'P0-Aalst-1') from {SPLIT} p",
]


@pytest.mark.parametrize("sql", ROWS_OF_PEOPLE)
def test_no_division_gets_rows_from_homes_that_give_aggregates(kit: Any, guarded: Regions, sql: str) -> None:
    guarded.forget()
    with pytest.raises(FreeholdError) as refused:
        guarded.ask(sql, american(kit))
    assert refused.value.code == "no-compliant-plan"


def test_a_home_that_does_not_answer_leaves_the_rest_of_a_union(kit: Any, guarded: Regions) -> None:
    guarded.forget()
    got, metadata = guarded.ask(f"select count(*) as n from {SPLIT} p", american(kit), US, without=(NORTH,))
    assert got.to_pylist() == [{"n": sum(many[0] for many in TOWNS.values())}]
    assert metadata["missing"] == [NORTH]
    with pytest.raises(FreeholdError) as missing:
        guarded.ask(f"select count(*) as n from {SPLIT} p", american(kit), US, without=(NORTH, WEST))
    assert missing.value.code == "region-missing"
