"""Attacks that take two questions: what either is answered with says nothing, and the two together might (law 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from freehold.model.contract import Contract
from freehold.model.label import Disclosure
from freehold.model.mesh import Mesh
from freehold.model.query import Question

CONTRACT = Contract(
    consumer="Sales", purpose="Statistics", fields=("customerId", "segment", "region"), aggregate_fields=("income",)
)
ALL_BUT = "select sum(income) as s from customer.customer_360 where right(customerId, 5) <> $who"


@pytest.fixture
def told(build_house: Callable[[Mesh], Any], example: Callable[..., Mesh]) -> Any:
    """A house whose contract gives sums of income, over people chosen by any other column."""
    return build_house(example(contracts=(CONTRACT,)))


def test_a_parameter_leaves_nobody_out_after_another_value_left_out_none(told: Any) -> None:
    assert told.rows(ALL_BUT, parameters={"who": "nobody"})
    assert told.refusal(ALL_BUT, parameters={"who": "00007"}).code == "release-overlap"


def test_a_number_leaves_nobody_out_after_the_same_text_left_out_none(told: Any) -> None:
    assert told.rows(ALL_BUT, parameters={"who": "7"})
    assert told.refusal(ALL_BUT, parameters={"who": 7}).code == "release-overlap"


@pytest.fixture
def change_keys(told: Any) -> Callable[[dict[int, str | None]], None]:
    """Return what gives rows of the customers' file other keys."""

    def change(keys: dict[int, str | None]) -> None:
        path = told.data / "customers.parquet"
        table = pq.read_table(path)
        changed = [keys.get(at, value) for at, value in enumerate(table["customerId"].to_pylist())]
        pq.write_table(table.set_column(0, "customerId", pa.array(changed, pa.string())), path)

    return change


@pytest.mark.parametrize("also", [{}, {8: "C00009"}], ids=["unique keys", "a key twice"])
def test_a_row_that_belongs_to_nobody_is_left_out_by_nobody(told: Any, change_keys: Any, also: dict[int, str]) -> None:
    change_keys({150: None, **also})
    assert told.rows("select sum(income) as s from customer.customer_360")
    refusal = told.refusal("select sum(income) as s from customer.customer_360 where customerId is not null")
    assert refusal.code == "release-overlap"


@pytest.mark.parametrize("figure", ["sum(revenue)", "count(revenue)"])
def test_under_cell_keys_one_row_of_somebody_less_is_another_draw(
    build_house: Callable[[Mesh], Any], example: Callable[..., Mesh], figure: str
) -> None:
    orders = example().products["sales.orders"]
    terms = Contract(
        consumer="Customer", purpose="Statistics", fields=("orderId", "category"), aggregate_fields=("revenue",),
        disclosure=Disclosure.CELL_KEY,
    )  # fmt: skip
    mesh = example()
    governed = msgspec.structs.replace(orders, contracts=(terms,), queries=())
    house = build_house(msgspec.structs.replace(mesh, products={**mesh.products, orders.key: governed}))
    sql = f"select {figure} as f from sales.orders where orderId <> $order"
    whole, *less = (house.rows(sql, "owner-guest", parameters={"order": order})[0]["f"] for order in (-1, *range(100, 130)))
    values = [1.0 if "count" in figure else float(order % 50) for order in range(100, 130)]
    assert sum(abs(whole - part - value) < 1e-6 for part, value in zip(less, values, strict=True)) < len(less) / 2


def test_an_explanation_is_the_same_whether_a_key_is_there_twice_or_not(told: Any, change_keys: Any) -> None:
    question = Question(principal=told.principals["sales"], sql="select segment, sum(income) from customer.customer_360 group by 1")
    _, once = told.gate.explain(question)
    change_keys({8: "C00009"})
    _, twice = told.gate.explain(question)
    assert once == twice
