"""References to products at home elsewhere: what a caller's answer says of them, and when it says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from freehold.errors import ContractMissing
from freehold.model.contract import Contract
from freehold.model.product import Column, Product
from freehold.model.rule import Metric, Rule
from freehold.model.verdict import Outcome, Report, Verdict
from freehold.quality.verdict import Measured, judge
from freehold.services.references import across, references, refers_elsewhere

RULE = Rule(name="known", metric=Metric.UNKNOWN_REFERENCES, columns=("customer",), references="customer.people.id")
FILLED = Rule(name="filled", metric=Metric.NULL_VALUES, columns=("customer",))
ORDERS = Product(
    name="Orders", domain="Sales", home="northeurope", columns=(Column(name="customer", type="string"),), rules=(RULE, FILLED)
)
PEOPLE = Product(
    name="People",
    domain="Customer",
    home="westeurope",
    columns=(Column(name="id", type="string"),),
    contracts=(Contract(consumer="Sales", purpose="Delivery", fields=("id",)),),
)
PRODUCTS = {item.key: item for item in (ORDERS, PEOPLE)}
REPORT = Report(
    subject=ORDERS.key,
    product=ORDERS.key,
    rows=4,
    verdicts=(
        judge(RULE, references(RULE, ORDERS, PRODUCTS, lambda sql, _: pytest.fail(sql))),
        judge(FILLED, Measured(value=0.0, rows=4)),
    ),
)


def held(*rows: Mapping[str, Any], asked: list[str | None] | None = None) -> Verdict:
    def query(sql: str, purpose: str | None) -> Sequence[Mapping[str, Any]]:
        assert '"customer"."people"' in sql
        if asked is not None:
            asked.append(purpose)
        return rows

    report = across(REPORT, PRODUCTS, query)
    assert report.verdicts[1] == REPORT.verdicts[1]
    return report.verdicts[0]


def test_it_is_asked_for_the_purpose_of_the_domains_contract() -> None:
    asked: list[str | None] = []
    assert held({"p0": 0, "p1": 4}, asked=asked).outcome is Outcome.PASSED
    assert asked == ["Delivery"]


def test_values_that_are_not_there_fail() -> None:
    found = held({"p0": 3, "p1": 4})
    assert (found.outcome, found.failing, found.percent) == (Outcome.FAILED, 3, 75.0)


def test_who_sees_fewer_rows_than_there_are_cannot_say_that_all_are_known() -> None:
    found = held({"p0": 0, "p1": 3})
    assert (found.outcome, found.sentence) == (Outcome.UNCHECKED, "Not checked: whoever asks sees 3 rows, and there are 4.")


def test_an_answer_without_a_row_says_nothing() -> None:
    assert held().outcome is Outcome.UNCHECKED


def test_what_the_node_refuses_is_unchecked_with_its_reason() -> None:
    def refuse(_sql: str, _purpose: str | None) -> Sequence[Mapping[str, Any]]:
        raise ContractMissing("no contract gives `id`")

    found = across(REPORT, PRODUCTS, refuse).verdicts[0]
    assert (found.outcome, found.sentence) == (Outcome.UNCHECKED, "The gate refused it: no contract gives `id`.")


@pytest.mark.parametrize("home", ["northeurope", "westeurope"])
def test_nobody_is_asked_again_of_what_is_at_home_together(home: str) -> None:
    near = {**PRODUCTS, PEOPLE.key: msgspec.structs.replace(PEOPLE, home=home)}
    assert refers_elsewhere(ORDERS, near) == (home != ORDERS.home)
    if home == ORDERS.home:
        assert across(REPORT, near, lambda sql, _: pytest.fail(sql)) is REPORT


def test_what_was_found_of_the_column_itself_stands_whatever_the_node_says() -> None:
    strange = judge(RULE, Measured(reason="The data has no `customer` of the promised type."))
    report = msgspec.structs.replace(REPORT, verdicts=(strange,))
    assert across(report, PRODUCTS, lambda sql, _: pytest.fail(sql)).verdicts == (strange,)
