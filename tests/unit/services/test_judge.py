"""Whoever is alike in what policy asks of them is judged once; a name makes no difference, everything else may."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.model.product import InterfaceKind
from freehold.model.query import Question
from freehold.services.judge import Judge
from freehold.testing import FixedKeys


@pytest.fixture
def view(house: Any) -> Any:
    """Return what asks one judge for the view of Customer 360."""
    judge, force = Judge(region="westeurope", keys=FixedKeys()), house.gate._in_force.current()
    product = force.mesh.products["customer.customer_360"]

    def ask(today: str = "2026-11-23", **changes: Any) -> Any:
        who = msgspec.structs.replace(house.principals["sales"], **changes)
        return judge.view(product, Question(principal=who), force, today)

    return ask


def test_callers_who_differ_in_name_alone_share_a_view(view: Any) -> None:
    assert view() is view(subject="somebody else", issuer="https://elsewhere.example", expires_at=1.0)


@pytest.mark.parametrize(
    "other",
    [
        {"domain": "analytics"},
        {"region": "eastus"},
        {"roles": frozenset({"x"})},
        {"scopes": frozenset({"x"})},
        {"authentications": frozenset[str]()},
        {"today": "2026-11-24"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_callers_who_differ_in_anything_that_policy_asks_do_not(view: Any, other: dict[str, Any]) -> None:
    assert view() is not view(**other)


def test_each_purpose_and_interface_is_judged_by_itself(house: Any) -> None:
    judge, force = Judge(region="westeurope", keys=FixedKeys()), house.gate._in_force.current()
    product, who = force.mesh.products["customer.customer_360"], house.principals["sales"]
    questions = [Question(principal=who, purpose=purpose, interface=kind) for purpose in (None, "x") for kind in InterfaceKind]
    assert len({id(judge.view(product, question, force, "2026-11-23")) for question in questions}) == len(questions)
