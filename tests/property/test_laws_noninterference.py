"""Law 3: what a caller may not see changes nothing that they get: not the rows, not the error, not the plan shown.

Each world is a pair of houses whose data differ only in what the contract hides. Facts about a product as a whole, which its
owner publishes (data version, freshness, quality), are the one difference allowed, and are left out of the comparison.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import found
from freehold.errors import BadRequest, FreeholdError, LimitExceeded, QueryRefused
from freehold.model.contract import Contract
from freehold.model.label import Disclosure, Mask, MaskKind
from freehold.model.query import Limits, Question

WHOLE = {"dataVersion", "freshness", "quality"}
PURPOSE = "Customer enrichment"
ORDERS = {"sales.orders": (("orderId", "n"), ("customerId", "s"), ("category", "s"), ("revenue", "n"))}
HIDDEN = (("email", "s"), ("ssn", "s"), ("income", "n"), ("active", "b"))
ODD = ("", "0", "1e999", "CANARY", "\U0001f600", "' or 1=1 --", "2026-01-31", "null")


class World(NamedTuple):
    """Two houses that look the same to the caller, and what the caller may write about."""

    left: Any
    right: Any
    relations: dict[str, tuple[tuple[str, str], ...]]


def odd(count: int) -> Any:
    """Return values that trip whatever looks at them."""
    return pa.array([ODD[i % len(ODD)] if i % 5 else None for i in range(count)], pa.string())


def with_columns(table: pa.Table, **columns: Any) -> pa.Table:
    """Return `table` with these columns replaced."""
    for name, values in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, values)
    return table


def hidden_columns(table: pa.Table) -> pa.Table:
    """Return the same customers with other e-mail addresses, numbers and incomes."""
    count = table.num_rows
    incomes = pa.array([None if i % 3 else float(-i) * 1e300 for i in range(count)], pa.float64())
    return with_columns(table, email=odd(count), ssn=odd(count), income=incomes, active=pa.array([None] * count, pa.bool_()))


def hidden_rows(table: pa.Table) -> pa.Table:
    """Return the same customers of the north, beside others of the south: more of them, with odd values in every column."""
    north = table.filter(pa.array([value == "north" for value in table["region"].to_pylist()]))
    count = 333
    south = pa.table(
        {
            "customerId": pa.array([f"C{i % 50:05d}" if i % 2 else None for i in range(count)], pa.string()),
            "segment": odd(count),
            "region": pa.array(["south" if i % 2 else "nowhere" for i in range(count)], pa.string()),
            "email": odd(count),
            "ssn": odd(count),
            "income": pa.array([float("inf") if i % 2 else float("nan") for i in range(count)], pa.float64()),
            "active": pa.array([None] * count, pa.bool_()),
        }
    )
    return pa.concat_tables([south.slice(0, 100), north, south.slice(100)])


def same_masks(table: pa.Table) -> pa.Table:
    """Return the same customers with other values under the same masks."""
    count = table.num_rows
    domains = [str(value).partition("@")[2] for value in table["email"].to_pylist()]
    held: list[Any] = table["income"].to_pylist()
    incomes = [1000.0 * (value // 1000) + (value * 7 % 1000) for value in held]
    return with_columns(
        table,
        email=pa.array([f"other{i}@{domain}" for i, domain in enumerate(domains)], pa.string()),
        ssn=pa.array([f"{i}-{value[-2:]}" for i, value in enumerate(map(str, table["ssn"].to_pylist()))], pa.string()),
        income=pa.array(incomes, pa.float64()),
        active=pa.array([i % 2 == 0 for i in range(count)], pa.bool_()),
    )


WORLDS: dict[str, tuple[Contract, Callable[[pa.Table], pa.Table], tuple[tuple[str, str], ...]]] = {
    "hidden columns": (
        Contract(consumer="Sales", purpose=PURPOSE, fields=("customerId", "segment", "region"), excluded_fields=("email",)),
        hidden_columns,
        (("customerId", "s"), ("segment", "s"), ("region", "s")),
    ),
    "hidden rows": (
        Contract(
            consumer="Sales",
            purpose=PURPOSE,
            fields=("customerId", "segment", "region", "income"),
            row_filter="region = 'north' and cast(replace(customerId, 'C', '') as integer) >= 0",
        ),
        hidden_rows,
        (("customerId", "s"), ("segment", "s"), ("region", "s"), ("income", "n")),
    ),
    "values under masks": (
        Contract(
            consumer="Sales",
            purpose=PURPOSE,
            fields=("customerId", "segment", "region", "email", "ssn", "income"),
            masks={
                "email": Mask(kind=MaskKind.EMAIL_DOMAIN),
                "ssn": Mask(kind=MaskKind.LAST, number=2),
                "income": Mask(kind=MaskKind.BUCKET, number=1000),
            },
        ),
        same_masks,
        (("customerId", "s"), ("segment", "s"), ("region", "s"), ("email", "s"), ("ssn", "s"), ("income", "n")),
    ),
    "hidden columns beside aggregates": (
        Contract(
            consumer="Sales",
            purpose=PURPOSE,
            fields=("segment", "region"),
            aggregate_fields=("active",),
            join_fields=("customerId",),
            excluded_fields=("email",),
        ),
        lambda table: with_columns(hidden_columns(table), active=table["active"].combine_chunks()),
        (("customerId", "s"), ("segment", "s"), ("region", "s"), ("active", "b")),
    ),
}


@pytest.fixture(scope="module")
def worlds(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    """Return every world."""
    made: dict[str, World] = {}
    for name, (contract, change, columns) in WORLDS.items():
        mesh = kit.example_mesh(contracts=(contract,))
        table = kit.customers(120)
        houses = []
        for customers in (table, change(table)):
            tables = {"customers": customers, "orders": kit.orders(200)}
            house = kit.house_in(tmp_path_factory.mktemp("world"), mesh, Limits(seconds=5), tables=tables)
            house.principals["sales"] = house.principals["sales-engineer"]
            houses.append(house)
        hidden = tuple(column for column in HIDDEN if column not in columns)[:1]
        made[name] = World(houses[0], houses[1], {"customer.customer_360": (*columns, *hidden), **ORDERS})
    return made


def seen(house: Any, sql: str, who: str = "sales") -> tuple[Any, ...]:
    """Return all that a caller gets: the answer's bytes and metadata or the refusal, and the explanation."""
    house.forget()
    question = Question(principal=house.principals[who], sql=sql)
    _, explained = house.gate.explain(question)
    explained.pop("leaf", None)
    try:
        _, answer = house.gate.ask(question).release()
        table = pa.Table.from_batches(list(answer.batches()), schema=answer.schema)
        metadata = {name: value for name, value in answer.metadata.items() if name not in WHOLE}
        return "answered", sorted(map(repr, table.to_pylist())), table.schema.to_string(), metadata, explained
    except FreeholdError as error:
        facts = {name: value for name, value in error.facts.items() if name != "leaf"}
        return "refused", error.code, error.detail, error.remedy, facts, explained


@pytest.mark.parametrize("name", WORLDS)
@settings(max_examples=250)
@given(data=st.data())
def test_what_is_hidden_changes_nothing(
    worlds: dict[str, World], queries: Callable[..., Any], name: str, data: st.DataObject
) -> None:
    world = worlds[name]
    sql = data.draw(queries(world.relations))
    found.note("what_is_hidden_changes_nothing", world=name, sql=sql)
    assert seen(world.left, sql) == seen(world.right, sql), sql


@pytest.mark.parametrize("case", found.kept("what_is_hidden_changes_nothing"), ids=lambda case: case["sql"][:60])
def test_what_was_found_once_is_not_found_again(worlds: dict[str, World], case: dict[str, str]) -> None:
    world = worlds[case["world"]]
    assert seen(world.left, case["sql"]) == seen(world.right, case["sql"])


GUARDED = st.builds(
    "select {0}, {1} from customer.customer_360 {2} group by segment{3}{4}".format,
    st.sampled_from(["segment", "upper(segment) as s", "segment, count(*) as n"]),
    st.sampled_from(
        ["avg(income) as a", "sum(income) as a", "count(income) as a", "sum(income * 2 - 1) as a", "stddev(income) as a"]
    ),
    st.sampled_from(["", "where region = 'north'", "where region <> 'south' and segment is not null"]),
    st.sampled_from(["", " having sum(income) > 10", " having 1 / (avg(income) - 7) > 0 or true", " having count(*) < 1000"]),
    st.sampled_from(["", " order by avg(income)", " order by cast(sum(income) as integer)", " order by 1 desc limit 1"]),
)


@pytest.fixture(scope="module")
def groups(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return two houses that differ in a group of too few entities alone."""
    terms = Contract(consumer="Sales", purpose=PURPOSE, fields=("segment", "region"), aggregate_fields=("income",))
    mesh = kit.example_mesh(contracts=(terms,))
    table = kit.customers(120)
    segments = table["segment"].to_pylist()
    rare = {"Rare": [1e300, float("nan"), 7.0]}
    incomes = [rare["Rare"][i % 3] if segment == "Rare" else value for i, (segment, value) in enumerate(
        zip(segments, table["income"].to_pylist(), strict=True)
    )]  # fmt: skip
    regions = [
        "south" if segment == "Rare" else value for segment, value in zip(segments, table["region"].to_pylist(), strict=True)
    ]
    other = with_columns(table, income=pa.array(incomes, pa.float64()), region=pa.array(regions, pa.string()))
    houses = [kit.house_in(tmp_path_factory.mktemp("groups"), mesh, tables={"customers": item}) for item in (table, other)]
    return World(houses[0], houses[1], {})


@given(sql=GUARDED)
def test_a_group_of_too_few_changes_nothing(groups: World, sql: str) -> None:
    assert seen(groups.left, sql) == seen(groups.right, sql), sql


# ── whether an aggregate is refused tells nothing about any value ────────────────────────────────────────────────
@pytest.fixture(scope="module", params=list(Disclosure))
def abroad(kit: Any, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return two houses that have nothing but their schema in common, asked from another jurisdiction: aggregates alone leave."""
    shown = ("customerId", "segment", "region", "active")
    terms = Contract(
        consumer="Sales", purpose=PURPOSE, fields=shown, aggregate_fields=("income",), disclosure=request.param, max_share=100
    )
    mesh = kit.example_mesh(contracts=(terms,))
    plain = kit.customers(120)
    count = plain.num_rows
    strange = with_columns(
        plain,
        segment=odd(count),
        region=pa.array([("-1", "true", "1", "x")[i % 4] for i in range(count)], pa.string()),
        income=pa.array([(float("nan"), -1e308, None, 1e308)[i % 4] for i in range(count)], pa.float64()),
        active=pa.array([(True, None)[i % 2] for i in range(count)], pa.bool_()),
    )
    houses = [kit.house_in(tmp_path_factory.mktemp("abroad"), mesh, Limits(seconds=5), tables={"customers": item})
              for item in (plain, strange)]  # fmt: skip
    columns = (("customerId", "s"), ("segment", "s"), ("region", "s"), ("active", "b"), ("income", "n"))
    return World(houses[0], houses[1], {"customer.customer_360": columns})


def refused(house: Any, sql: str) -> tuple[Any, ...]:
    """Return whether a question from abroad is answered, or all that its refusal says."""
    told = seen(house, sql, "sales-us")
    return told[:1] if told[0] == "answered" else told


@settings(max_examples=250)
@given(data=st.data())
def test_whether_an_aggregate_is_refused_depends_on_no_value(
    abroad: World, queries: Callable[..., Any], data: st.DataObject
) -> None:
    sql = data.draw(st.one_of(queries(abroad.relations), AGGREGATES))
    found.note("whether_an_aggregate_is_refused_depends_on_no_value", sql=sql)
    assert refused(abroad.left, sql) == refused(abroad.right, sql), sql


@pytest.mark.parametrize(
    "case", found.kept("whether_an_aggregate_is_refused_depends_on_no_value"), ids=lambda case: case["sql"][:60]
)
def test_no_refusal_found_once_is_found_again(abroad: World, case: dict[str, str]) -> None:
    assert refused(abroad.left, case["sql"]) == refused(abroad.right, case["sql"])


_VALUES = st.recursive(
    st.sampled_from(["segment", "region", "income", "active", "customerId", "1", "0", "'x'", "'true'", "null"]),
    lambda inner: st.one_of(
        st.builds("({0} {1} {2})".format, inner, st.sampled_from(["+", "-", "*", "/", "||", "=", "<", "and", "or", "like"]), inner),
        st.builds("{0}({1})".format, st.sampled_from(["upper", "length", "abs", "sqrt", "ln", "not "]), inner),
        st.builds("case when {0} then {1} else {2} end".format, inner, inner, inner),
        st.builds("cast({0} as {1})".format, inner, st.sampled_from(["integer", "date", "boolean", "double", "varchar"])),
    ),
    max_leaves=4,
)
_AGGREGATED = st.one_of(
    st.builds("{0}({1})".format, st.sampled_from(["count", "sum", "avg", "stddev", "count(distinct ", "max"]), _VALUES).map(
        lambda text: text.replace("distinct (", "distinct ") if "distinct" in text else text
    ),
    st.just("count(*)"),
)  # fmt: skip
_FRAGILE = st.builds(
    "case when {0} then {1} end".format,
    st.sampled_from(["active", "region = 'south'", "customerId = 'C00003' and segment = 'Consumer'", "segment like 'Rar%'"]),
    st.sampled_from([
        *("cast(segment as integer)", "week(interval (length(segment)) day)", "extract(doy from cast(segment as time))"),
        *("date_diff('month', cast(region as time), time '01:00:00')", "segment like 'Rare!' escape '!'", "current_date(region)"),
        *("date_sub('era', current_date, cast(region as timestamptz))", "regexp_extract('a', region || '(')"),
        *("ln(length(region) - 5)", "yearweek(interval (length(region)) month)"),
        "date_part(region, current_date - date '2020-01-01')",
    ]),
)  # fmt: skip
AGGREGATES = st.builds(
    "select {0}, {1} as b from customer.customer_360 where {2} group by {0} having {3} order by {4}".format,
    st.one_of(
        st.sampled_from(["segment", "upper(region)", "active", "cast(region as integer)", "segment || region"]),
        st.builds("{0} || {0}".format, _FRAGILE),
    ),
    _AGGREGATED,
    st.one_of(st.just("true"), _VALUES, st.builds("{0} = {0}".format, _FRAGILE)),
    st.one_of(st.just("true"), st.builds("{0} > {1}".format, _AGGREGATED, _AGGREGATED)),
    st.one_of(st.just("1"), _AGGREGATED),
)


# ── nobody's own value comes out of an aggregate ─────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def marked(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[float]]:
    """Return a house whose incomes are all far from each other and from any sum of few, and the incomes."""
    terms = Contract(
        consumer="Sales", purpose=PURPOSE, fields=("segment", "region"), aggregate_fields=("income",), join_fields=("customerId",)
    )
    incomes = [1_000_003.0 + 7919.25 * i + 0.125 * (i * i % 97) for i in range(120)]
    table = with_columns(kit.customers(120), income=pa.array(incomes, pa.float64()))
    tables = {"customers": table, "orders": kit.orders(200)}
    house = kit.house_in(tmp_path_factory.mktemp("marked"), kit.example_mesh(contracts=(terms,)), Limits(seconds=5), tables=tables)
    house.principals["sales"] = house.principals["sales-engineer"]
    return house, incomes


@settings(max_examples=300)
@given(data=st.data())
def test_no_answer_holds_one_persons_value(
    marked: tuple[Any, list[float]], queries: Callable[..., Any], data: st.DataObject
) -> None:
    house, incomes = marked
    relations = {"customer.customer_360": (("customerId", "s"), ("segment", "s"), ("region", "s"), ("income", "n")), **ORDERS}
    sql = data.draw(queries(relations))
    house.forget()
    reply = house.gate.ask(Question(principal=house.principals["sales"], sql=sql))
    with contextlib.suppress(QueryRefused, BadRequest, LimitExceeded):
        _, answer = reply.release()
        check_no_value_of(incomes, pa.Table.from_batches(list(answer.batches()), schema=answer.schema), sql)


def check_no_value_of(incomes: list[float], table: pa.Table, sql: str) -> None:
    """Assert that no cell is anybody's income, its double or its half."""
    held = {round(abs(factor * income), 2) for income in incomes for factor in (1, 2, 0.5)}
    shown = {
        round(abs(value), 2) for row in table.to_pylist() for value in row.values() if isinstance(value, float) and value == value
    }
    assert not shown & held, sql
