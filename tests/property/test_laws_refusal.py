"""Law 9: hidden and missing look the same, and what a refusal suggests really passes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.errors import FreeholdError
from freehold.model.contract import Contract
from freehold.model.label import Mask, MaskKind
from freehold.model.query import Limits, Question

PURPOSE = "Customer enrichment"
PROFILES: dict[str, Contract] = {
    "rows": Contract(consumer="Sales", purpose=PURPOSE, fields=("customerId", "segment", "region"), excluded_fields=("email",)),
    "aggregate": Contract(
        consumer="Sales",
        purpose=PURPOSE,
        fields=("segment", "region"),
        aggregate_fields=("active",),
        join_fields=("customerId",),
        excluded_fields=("email",),
    ),
    "masked": Contract(
        consumer="Sales",
        purpose=PURPOSE,
        fields=("segment", "email"),
        masks={"email": Mask(kind=MaskKind.HASH)},
        row_filter="region = 'north'",
    ),
    "nothing": Contract(consumer="Sales", purpose=PURPOSE, fields=()),
}
HIDDEN, MISSING = ("ssn", "income"), ("nss", "imcome")
RELATIONS = {
    "customer.customer_360": (
        ("customerId", "s"),
        ("segment", "s"),
        ("region", "s"),
        ("email", "s"),
        ("ssn", "s"),
        ("income", "n"),
    ),
    "sales.orders": (("orderId", "n"), ("customerId", "s"), ("category", "s"), ("revenue", "n")),
}


@pytest.fixture(scope="module")
def refusing(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return a house for each profile."""
    made: dict[str, Any] = {}
    for name, terms in PROFILES.items():
        house = kit.house_in(tmp_path_factory.mktemp(name), kit.example_mesh(contracts=(terms,)), Limits(seconds=5))
        house.principals["sales"] = house.principals["sales-engineer"]
        made[name] = house
    return made


def refusal(house: Any, sql: str, who: str) -> FreeholdError | None:
    """Return the refusal, or None where the question is answered."""
    try:
        _, answer = house.gate.ask(Question(principal=house.principals[who], sql=sql)).release()
    except FreeholdError as error:
        return error
    answer.close()
    return None


def shown(error: FreeholdError, name: str, label: str) -> str:
    """Return all that a refusal says, with one name in it replaced."""
    facts = {key: value for key, value in error.facts.items() if key != "leaf"}
    text = repr((error.code, error.status, error.title, error.detail, error.remedy, sorted(facts.items(), key=repr)))
    return text.replace(name, label).replace(name.upper(), label)


USES = """
select {0} from customer.customer_360
select c.{0} from customer.customer_360 c
select customer_360.{0} from customer.customer_360
select customer.customer_360.{0} from customer.customer_360
select "{0}" from customer.customer_360
select count({0}) from customer.customer_360
select max({0}) as m from customer.customer_360
select segment from customer.customer_360 where {0} = 'x'
select segment from customer.customer_360 where {0} is null
select segment from customer.customer_360 order by {0}
select segment, count(*) from customer.customer_360 group by segment, {0}
select segment, count(*) from customer.customer_360 group by segment having max({0}) > 'x'
select segment, count(*) from customer.customer_360 group by segment having {0} > 'x'
select segment from customer.customer_360 qualify row_number() over (order by {0}) = 1
select segment from customer.customer_360 qualify {0} = 'x'
select sum(1) over (partition by {0}) from customer.customer_360
select sum(1) over w from customer.customer_360 window w as (order by {0})
select segment from customer.customer_360 where {0} in (select category from sales.orders)
select category from sales.orders where category in (select {0} from customer.customer_360)
select category from sales.orders o where exists (select 1 from customer.customer_360 c where c.{0} = o.category)
select o.category from sales.orders o join customer.customer_360 c on c.{0} = o.customerId
select 1 from customer.customer_360 a join customer.customer_360 b using ({0})
select * exclude ({0}) from customer.customer_360
select * replace (1 as {0}) from customer.customer_360
select * rename ({0} as x) from customer.customer_360
select case when {0} = 'x' then 1 end from customer.customer_360
select distinct on ({0}) segment from customer.customer_360
with c as (select * from customer.customer_360) select {0} from c
with c as (select {0} as x from customer.customer_360) select x from c
select x from (select {0} as x from customer.customer_360) t
select segment from customer.customer_360 union select {0} from customer.customer_360
select segment from customer.customer_360 limit (select max({0}) from customer.customer_360)
select upper({0}) || segment as u from customer.customer_360
select count(*) filter (where {0} = 'x') from customer.customer_360
select {0}.x from customer.customer_360
select segment as {0}, {0} || 'x' as y from customer.customer_360
select segment as s from customer.customer_360 c where c.{0} like s
""".strip().splitlines()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("use", USES)
def test_a_hidden_and_a_missing_column_are_refused_alike(refusing: dict[str, Any], profile: str, use: str) -> None:
    for hidden, missing in zip(HIDDEN, MISSING, strict=True):
        for who in ("sales", "sales-us"):
            left = refusal(refusing[profile], use.format(hidden), who)
            right = refusal(refusing[profile], use.format(missing), who)
            if left is None or right is None:
                assert left is right, "one is answered and the other is not"
                continue
            assert shown(left, hidden, "NAME") == shown(right, missing, "NAME")


@settings(max_examples=100)
@given(data=st.data())
def test_a_name_makes_no_difference_to_what_is_hidden(
    refusing: dict[str, Any], queries: Callable[..., Any], data: st.DataObject
) -> None:
    sql = data.draw(queries(RELATIONS))
    house = refusing["rows"]
    other = sql
    for hidden, missing in zip(HIDDEN, MISSING, strict=True):
        other = other.replace(hidden, missing).replace(hidden.upper(), missing.upper())
    if len(other) != len(sql):
        return  # `imcome` is as long as `income`, `nss` as `ssn`: places stay the same
    left, right = refusal(house, sql, "sales"), refusal(house, other, "sales")
    if other == sql:
        return
    assert (left is None) == (right is None)
    if left is not None and right is not None:
        texts = [shown(left, hidden, missing) for hidden, missing in zip(HIDDEN, MISSING, strict=True)]
        assert left.code == right.code
        assert left.facts.get("position") == right.facts.get("position")
        assert left.facts.get("suggestion") == right.facts.get("suggestion")
        assert len(texts) == 2


@pytest.mark.parametrize("name", ["customer.customer_360", "customer_360", "sales.orders", "customer.nothing", "nothing"])
def test_a_hidden_and_a_missing_product_are_refused_alike(refusing: dict[str, Any], name: str) -> None:
    """To callers of no domain of the mesh, every product is as missing as the next."""
    other = re.sub(r"\w", "x", name)
    error = refusal(refusing["rows"], f"select 1 from {name}", "stranger")
    missing = refusal(refusing["rows"], f"select 1 from {other}", "stranger")
    assert error is not None
    assert missing is not None
    assert shown(error, name, "NAME") == shown(missing, other, "NAME")


@pytest.mark.parametrize("profile", PROFILES)
@settings(max_examples=100)
@given(data=st.data())
def test_a_suggestion_passes(refusing: dict[str, Any], queries: Callable[..., Any], profile: str, data: st.DataObject) -> None:
    house = refusing[profile]
    sql = data.draw(queries(RELATIONS))
    who = data.draw(st.sampled_from(["sales", "sales-us"]))
    house.forget()
    error = refusal(house, sql, who)
    suggestion = error.facts.get("suggestion") if error is not None else None
    if suggestion is not None:
        house.forget()
        again = refusal(house, suggestion["sql"], who)
        assert again is None, (suggestion, again.detail if again else None)


@pytest.mark.parametrize(
    "column",
    [
        "avg(case when active then income end)",
        "sum(case when segment = 'Consumer' then income else 0 end)",
        "count(case when active then 1 end)",
        "max(region)",
        "avg(income) filter (where active)",
        "median(income)",
    ],
)
def test_a_suggestion_averages_numbers_alone(kit: Any, tmp_path: Any, column: str) -> None:
    terms = Contract(consumer="Sales", purpose="p", fields=("segment", "region", "active"), aggregate_fields=("income",))
    house = kit.house_in(tmp_path, kit.example_mesh(contracts=(terms,)))
    error = refusal(house, f"select segment, {column}, avg(income) as a from customer.customer_360 group by segment", "sales")
    if error is not None:
        assert refusal(house, error.facts["suggestion"]["sql"], "sales") is None
