"""Every attack case is run, twice, on data that differs only in what its caller may not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from attacks import CASES, CLASSES, Case, hold, mesh_of, parameters
from freehold.model.mesh import Mesh
from freehold.model.query import Question

LEAST_CASES = 6
"""How many cases each class has at the least."""


@pytest.mark.parametrize("case", parameters(CASES))
def test_an_attack_learns_nothing(case: Case, build_house: Callable[[Mesh], Any], example: Callable[..., Mesh]) -> None:
    def ask(house: Any) -> Question:
        return Question(
            principal=house.principals[case.caller],
            sql=case.sql,
            domain=case.domain,
            declared=case.declared,
            parameters={**case.parameters},
            purpose=case.purpose,
        )

    hold(case, case.outcome, ask, build_house, mesh_of(case.profile, example))


def test_every_class_of_attack_has_cases_and_every_case_its_own_name() -> None:
    counted = Counter(case.number for case in CASES)
    assert set(counted) == set(CLASSES)
    assert min(counted.values()) >= LEAST_CASES, counted
    assert len({case.id for case in CASES}) == len(CASES)
