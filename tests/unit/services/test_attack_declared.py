"""Every attack case again as a declared query: a product's own words do no more for a caller than the caller's (law 1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from attacks import CASES, Case, hold, mesh_of, parameters
from freehold.compiler.check import check_query
from freehold.errors import FreeholdError
from freehold.model.mesh import Mesh
from freehold.model.product import InterfaceKind
from freehold.model.query import Question

WRITTEN = [case for case in CASES if not case.declared]


@pytest.mark.parametrize("case", parameters(WRITTEN))
def test_an_attack_by_a_declared_query_learns_nothing(
    case: Case, build_house: Callable[[Mesh], Any], example: Callable[..., Mesh]
) -> None:
    def ask(house: Any) -> Question:
        return Question(
            principal=house.principals[case.caller],
            domain="customer",
            declared=case.id,
            parameters={**case.parameters},
            purpose=case.purpose,
            interface=InterfaceKind.API,
        )

    hold(case, case.outcome_declared, ask, build_house, mesh_of(case.profile, example))


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case.id)
def test_what_nobody_may_ask_may_not_be_declared_either(case: Case, example: Callable[..., Mesh]) -> None:
    mesh = mesh_of(case.profile, example)
    found = check_query(case.sql, lambda reference: mesh.products.get(f"{reference.domain}.{reference.name}"))
    assert not isinstance(found, FreeholdError) or found.code == case.refused
