"""Attacks that take two questions: what either is answered with says nothing, and the two together might (law 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from freehold.model.contract import Contract
from freehold.model.mesh import Mesh

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
