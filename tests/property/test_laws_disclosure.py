"""Law 3 in numbers: what dominance and cell keys leave to attackers who subtract, repeat and average, measured by doing it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sqlglot import exp

from freehold.errors import FreeholdError
from freehold.model.contract import Contract
from freehold.model.label import Disclosure
from freehold.model.product import Column

PEOPLE = 120
TARGETS = range(0, PEOPLE, 3)

Build = Callable[..., Any]


def income(number: int) -> float:
    """Return one person's secret: spread widely and without order."""
    return 1000.0 + (number * 7919) % 1000


def people(secrets: dict[int, float] | None = None, rows: int = 1) -> pa.Table:
    """Return everybody, each with `rows` rows that share out their income."""
    ids = [number for number in range(PEOPLE) for _ in range(rows)]
    return pa.table(
        {
            "customerId": [f"C{number:05d}" for number in ids],
            "segment": [("Consumer", "Corporate")[number % 2] for number in ids],
            "region": [("north", "south", "east")[number % 3] for number in ids],
            "income": [(secrets or {}).get(number, income(number)) / rows for number in ids],
        }
    )


@pytest.fixture
def build(kit: Any, tmp_path: Path) -> Build:
    """Return what makes a house over these people, under one contract."""

    def make(table: pa.Table, product: dict[str, Any] | None = None, **terms: Any) -> Any:
        contract = Contract(
            consumer="Sales Domain",
            purpose="Statistics",
            fields=("customerId", "segment", "region"),
            aggregate_fields=("income",),
            **terms,
        )
        columns = tuple(Column(name=name, type="number" if name == "income" else "string") for name in table.column_names)
        mesh = kit.example_mesh(contracts=(contract,), columns=columns, **(product or {}))
        return kit.house_in(tmp_path, mesh, tables={"customers": table})

    return make


def one(house: Any, sql: str) -> float | None:
    """Return the one value of an answer, or None where it was withheld."""
    rows = house.rows(sql)
    return next(iter(rows[0].values())) if rows else None


WHALE = {4: 1_000_000.0}


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("aggregate", ["sum(income)", "avg(income)", "sum(income * 2)", "stddev(income)"])
def test_a_group_in_which_one_entity_has_nearly_all_is_withheld(build: Build, aggregate: str, rows: int) -> None:
    house = build(people(WHALE, rows))
    found = {row["segment"] for row in house.rows(f"select segment, {aggregate} as v from customer.customer_360 group by segment")}
    assert found == {"Corporate"}
    assert one(house, f"select {aggregate} from customer.customer_360") is None


def test_a_dominated_group_still_counts_its_members(build: Build) -> None:
    house = build(people(WHALE))
    assert len(house.rows("select segment, count(income) as n from customer.customer_360 group by segment")) == 2


def test_contributions_of_both_signs_do_not_hide_who_dominates(build: Build) -> None:
    house = build(people({4: 1_000_000.0, 6: -5_000.0}))
    assert one(house, "select sum(income) from customer.customer_360 where segment = 'Consumer'") is None


@pytest.mark.parametrize(
    ("product", "terms", "shown"),
    [
        ({"max_share": 100}, {}, True),
        ({"max_share": 100}, {"max_share": 60}, False),
        ({"max_share": 60}, {"max_share": 100}, False),
    ],
    ids=["the owner allows it", "the contract narrows", "the contract cannot widen"],
)
def test_the_narrower_share_holds(build: Build, product: dict[str, Any], terms: dict[str, Any], *, shown: bool) -> None:
    house = build(people(WHALE), product, **terms)
    assert (one(house, "select sum(income) from customer.customer_360") is not None) is shown


def test_a_group_whose_key_is_null_is_judged_like_any_other(build: Build) -> None:
    table = people(WHALE).set_column(1, "segment", pa.array([None if n % 2 == 0 else "Corporate" for n in range(PEOPLE)]))
    assert [row["segment"] for row in build(table).rows("select segment, sum(income) from customer.customer_360 group by 1")] == [
        "Corporate"
    ]


CELL_KEY = {"disclosure": Disclosure.CELL_KEY}

PHRASINGS = (
    "select sum(income) from customer.customer_360 where segment = 'Consumer'",
    "select sum(income) as another from customer.customer_360 c where not c.segment <> 'Consumer'",
    "select sum(c.income) from customer.customer_360 as c where c.segment in ('Consumer', 'Nobody') and 1 = 1",
    "select s from (select segment, sum(income) as s from customer.customer_360 group by segment) where segment = 'Consumer'",
    "select sum(income) from customer.customer_360 where segment = 'Consumer' and customerId <> 'C99999'",
    "select sum(income) from customer.customer_360 group by segment having segment = 'Consumer' order by 1 limit 3",
)


def test_the_same_people_get_the_same_noise_however_they_are_asked_for(build: Build) -> None:
    house = build(people(), **CELL_KEY)
    answers = {one(house, sql) for sql in PHRASINGS}
    assert len(answers) == 1
    assert answers != {sum(income(number) for number in range(0, PEOPLE, 2))}


def test_an_average_is_the_sum_by_the_count_and_counts_are_whole(build: Build) -> None:
    house = build(people(), **CELL_KEY)
    asked = "segment, count(income) as n, count(*) as rows, sum(income) as s, avg(income) as a"
    for row in house.rows(f"select {asked} from customer.customer_360 group by segment"):
        assert isinstance(row["n"], int)
        assert row["n"] == row["rows"]
        assert abs(row["n"] - PEOPLE / 2) <= 4
        assert math.isclose(row["a"], row["s"] / row["n"])


def without(number: int) -> str:
    """Return a question about everybody but one."""
    return f"select sum(income) from customer.customer_360 where customerId <> 'C{number:05d}'"


def attack(house: Any) -> list[float]:
    """Return by how much a subtracting attacker misses the secret of each target."""
    everybody = one(house, "select sum(income) from customer.customer_360") or math.nan
    return [(everybody - (one(house, without(number)) or math.nan)) - income(number) for number in TARGETS]


def spread(errors: list[float]) -> float:
    """Return the root mean square of errors."""
    return math.sqrt(statistics.fmean(error * error for error in errors))


def test_under_cell_keys_subtraction_tells_less_than_guessing(build: Build) -> None:
    guessing = statistics.pstdev(income(number) for number in TARGETS)
    assert spread(attack(build(people(), **CELL_KEY))) > 2 * guessing


def test_under_cell_keys_averaging_tells_no_more_than_one_question(build: Build) -> None:
    house = build(people(), **CELL_KEY)
    for number in (0, 3, 6):
        asked = [f"{without(number)} and customerId <> 'X{tail}'" for tail in range(20)]
        assert len({one(house, sql) for sql in asked}) == 1


def test_under_cell_keys_the_noise_of_counts_and_of_sums_is_spread_as_documented(build: Build) -> None:
    house = build(people(), **CELL_KEY)
    largest = max(income(number) for number in range(PEOPLE))
    counts, sums = [], []
    for number in range(PEOPLE):
        (row,) = house.rows(
            f"select count(*) as n, sum(income) as s from customer.customer_360 where customerId <> 'C{number:05d}'"
        )
        counts.append(row["n"] - (PEOPLE - 1))
        sums.append((row["s"] - sum(income(other) for other in range(PEOPLE) if other != number)) / largest)
    assert 1.0 < statistics.pstdev(counts) < 2.0
    assert 0.7 < statistics.pstdev(sums) < 1.3
    assert max(map(abs, counts)) <= 4
    assert abs(statistics.fmean(sums)) < 0.4
    assert abs(statistics.correlation(counts, sums)) < 0.3


def test_noise_follows_the_largest_contribution_of_a_whole_entity_not_of_a_row(build: Build) -> None:
    guessing = statistics.pstdev(income(number) for number in TARGETS)
    assert spread(attack(build(people(rows=7), **CELL_KEY))) > 2 * guessing


@pytest.mark.parametrize(
    "sql",
    [
        "select sum(income + 1) from customer.customer_360",
        "select stddev(income) from customer.customer_360",
        "select sum(1) from customer.customer_360 where income is not null",
        "select segment, avg(2), avg(income) from customer.customer_360 group by segment",
        "select sum(distinct income) from customer.customer_360",
        "select sum(a.income), sum(b.income) from customer.customer_360 a join customer.customer_360 b using (customerId)",
    ],
)
def test_under_cell_keys_nothing_gives_a_second_draw_for_the_same_people(build: Build, sql: str) -> None:
    assert build(people(), **CELL_KEY).refusal(sql).code in {"statement-unsupported", "column-use"}


SPLIT = (
    "select segment, count(*) as n, sum(income) as s from {c} group by segment order by s desc limit 1",
    "select count(*) from {c}",
    "select segment from {c} group by segment having avg(income) > 0 and count(*) > 10 order by segment desc",
    "select upper(segment) as u, region, round(avg(income), 1) + 1 as a from {c} group by upper(segment), region",
    "select segment, count(distinct region) as regions, count(income) from {c} group by 1 order by count(*), 1",
    "select 'all' as what, sum(income) as s from {c} union all select segment, sum(income) from {c} group by 1",
    "with t as (select segment, sum(income) as s from {c} group by 1) select max(s), count(*) from t",
    "select avg(income) from {c} having count(*) > 1000",
    "select segment, (select count(*) from {c} where income is not null) as n, sum(income) from {c} group by 1",
    "select case when count(*) > 50 then 'many' else 'few' end as size, avg(income) from {c} where region > 'n' group by segment",
    "select c.segment, avg(c.income) from {c} c join sales.orders o on o.customerId = c.customerId group by c.segment offset 0",
)


@pytest.mark.parametrize("sql", SPLIT)
def test_without_the_noise_a_cell_is_what_a_threshold_gives(build: Build, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The split into a private and a public SELECT changes nothing by itself."""
    monkeypatch.setattr("freehold.compiler.passes.cell_key._noise", silence)
    outcomes: list[Any] = []
    for disclosure in Disclosure:
        house = build(people(), disclosure=disclosure)
        try:
            outcomes.append(plain(house.ask(sql.replace("{c}", "customer.customer_360"))))
        except FreeholdError as error:
            outcomes.append(error.code)
    assert outcomes[0] == outcomes[1]


def silence(_cell: str, _tag: str, _value: str | None = None) -> exp.Expr:
    """Return no noise."""
    return exp.Literal.number(0)


def plain(table: pa.Table) -> Any:
    """Return names and rows, numbers as floats rounded to a billionth, in order of their text."""
    rows = [[round(float(v), 9) if isinstance(v, int | float) else v for v in row.values()] for row in table.to_pylist()]
    return table.column_names, sorted(rows, key=repr)


QUANTILES = {"quantile_fields": ("income",)}
MEDIAN = "select approx_quantile(income, 0.5) from customer.customer_360"


def test_a_quantile_is_given_where_the_contract_says_so_and_nowhere_else(build: Build) -> None:
    middle = one(build(people(), **QUANTILES), MEDIAN)
    assert middle is not None
    assert abs(middle - statistics.median(income(number) for number in range(PEOPLE))) < 50
    assert build(people()).refusal(MEDIAN).code == "statement-unsupported"
    assert build(people(), **QUANTILES, **CELL_KEY).refusal(MEDIAN).code == "statement-unsupported"


@pytest.mark.parametrize("at", ["0", "0.01", "0.99", "1", "1.5", "-0.5", "$q", "region"])
def test_a_quantile_at_the_edge_or_at_a_place_that_is_no_number_is_refused(build: Build, at: str) -> None:
    sql = f"select approx_quantile(income, {at}) from customer.customer_360"
    assert build(people(), **QUANTILES).refusal(sql).code == "statement-unsupported"


def test_a_quantile_needs_enough_entities_on_either_side(build: Build) -> None:
    house = build(people(), **QUANTILES)
    asked = "select approx_quantile(income, {at}) from customer.customer_360 where region = 'north'"
    assert one(house, asked.format(at=0.5)) is not None
    assert one(house, asked.format(at=0.8)) is None


def test_no_quantile_is_given_where_one_entity_has_several_values(build: Build) -> None:
    assert one(build(people(rows=2), **QUANTILES), MEDIAN) is None
