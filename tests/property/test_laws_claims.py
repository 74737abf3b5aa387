"""Laws 4 and 5: only the token's claims say who and where a caller is; across a border go aggregates over enough entities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.errors import FreeholdError
from freehold.model.contract import Contract
from freehold.model.peer import Carrier
from freehold.model.product import InterfaceKind
from freehold.model.query import Limits, Question

SQL = "select segment, region from customer.customer_360"
RELATIONS = {"customer.customer_360": (("customerId", "s"), ("segment", "s"), ("region", "s"), ("income", "n"))}
TERMS = Contract(consumer="Sales", purpose="Customer enrichment", fields=("customerId", "segment", "region", "income"))


@pytest.fixture(scope="module")
def claimed(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a house whose contract gives four columns."""
    return kit.house_in(tmp_path_factory.mktemp("claims"), kit.example_mesh(contracts=(TERMS,)), Limits(seconds=5))


def outcome(house: Any, question: Question) -> tuple[str, Any]:
    """Return what came of a question."""
    try:
        _, answer = house.gate.ask(question).release()
        return "answered", [batch.to_pylist() for batch in answer.batches()]
    except FreeholdError as error:
        return error.code, {name: value for name, value in error.facts.items() if name != "leaf"}


@given(
    path=st.text(max_size=20) | st.sampled_from(["http", "sql", "python", "flight"]),
    interface=st.sampled_from(InterfaceKind),
    who=st.sampled_from(["sales", "sales-cn", "sales-nowhere", "analytics", "stranger", "owner-guest"]),
)
def test_nothing_but_the_principal_decides(claimed: Any, path: str, interface: InterfaceKind, who: str) -> None:
    """The door, the address, and whatever else comes with a question have no say (these products' interfaces ask nothing)."""
    question = Question(principal=claimed.principals[who], sql=SQL)
    other = msgspec.structs.replace(question, path=path, interface=interface, domain="customer")
    assert outcome(claimed, other) == outcome(claimed, question)


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        ({"domain": None}, "product-unknown"),
        ({"domain": "Sales"}, "product-unknown"),
        ({"domain": "elsewhere"}, "product-unknown"),
        ({"region": None}, "residency-refused"),
        ({"region": "atlantis"}, "residency-refused"),
        ({"region": "WestEurope"}, "residency-refused"),
        ({"region": "chinanorth"}, "residency-refused"),
        ({"region": "eastus"}, "rows-may-not-cross"),
        ({"domain": "customer"}, "role-missing"),
        ({"domain": "analytics"}, "contract-missing"),
    ],
)
def test_each_claim_is_taken_as_it_stands(claimed: Any, claim: dict[str, Any], code: str) -> None:
    principal = msgspec.structs.replace(claimed.principals["sales"], **claim)
    assert outcome(claimed, Question(principal=principal, sql=SQL))[0] == code


def test_roles_of_another_domain_give_nothing(claimed: Any) -> None:
    principal = msgspec.structs.replace(
        claimed.principals["analytics"], roles=frozenset({"data-owner", "data-steward", "data-engineer"})
    )
    assert outcome(claimed, Question(principal=principal, sql=SQL))[0] == "contract-missing"


def test_a_node_judges_only_what_is_at_home_on_it(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    house = kit.house_in(tmp_path_factory.mktemp("home"), kit.example_mesh(home="eastus", jurisdiction="US"))
    code, facts = outcome(house, Question(principal=house.principals["sales"], sql=SQL))
    assert code == "node-elsewhere"
    assert facts["home"] == "eastus"


@pytest.mark.parametrize(
    ("who", "region", "code"),
    [
        ("sales", "northeurope", "answered"),
        ("sales", "eastus", "rows-may-not-cross"),
        ("sales", "chinanorth", "residency-refused"),
        ("sales-cn", "westeurope", "residency-refused"),
        ("sales-us", "northeurope", "rows-may-not-cross"),
        ("stranger", "northeurope", "product-unknown"),
    ],
)
def test_a_node_that_carries_a_question_can_only_narrow_the_answer(claimed: Any, who: str, region: str, code: str) -> None:
    """The bytes go through the carrier's jurisdiction, so what may not go there is not given to anybody behind it."""
    carried = Question(principal=claimed.principals[who], sql=SQL, via=Carrier(node="other", region=region))
    assert outcome(claimed, carried)[0] == code


# ── only aggregates cross, over enough entities (law 5) ──────────────────────────────────────────────────────────
@settings(max_examples=200)
@given(data=st.data())
def test_across_a_border_no_row_crosses(claimed: Any, queries: Callable[..., Any], data: st.DataObject) -> None:
    """Whatever is answered to a caller across the border is guarded: no customer's number, and no group of the rare segment."""
    sql = data.draw(queries(RELATIONS))
    claimed.forget()
    kind, got = outcome(claimed, Question(principal=claimed.principals["sales-us"], sql=sql))
    if kind == "answered":
        seen = {value for batch in got for row in batch for value in row.values() if isinstance(value, str)}
        assert not any(value.startswith("C0") and len(value) == 6 for value in seen - {"C00003"}), sql


KEYS = ("segment", "region", "segment || region", "upper(segment)", "customerId", "substring(customerId, 1, 5)", "left(region, 1)")
FILTERS = ("", "where region = 'north'", "where segment <> 'Rare'", "where customerId < 'C00012'", "where income > 1190")


@given(
    keys=st.lists(st.sampled_from(KEYS), max_size=2, unique=True),
    where=st.sampled_from(FILTERS),
    having=st.sampled_from(["", " having count(*) < 10", " having count(distinct customerId) = 1", " having true"]),
)
def test_across_a_border_no_answer_has_a_group_of_too_few(claimed: Any, keys: list[str], where: str, having: str) -> None:
    listed = "".join(f"{key} as k{place}, " for place, key in enumerate(keys))
    group = f" group by {', '.join(keys)}" if keys else ""
    sql = f"select {listed}count(*) as n, count(distinct customerId) as d from customer.customer_360 {where}{group}{having}"
    claimed.forget()
    kind, got = outcome(claimed, Question(principal=claimed.principals["sales-us"], sql=sql))
    assert kind == "answered"
    assert all(row["d"] >= 10 and row["n"] >= 10 for batch in got for row in batch)
