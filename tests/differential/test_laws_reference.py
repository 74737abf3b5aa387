"""Laws 3 and 8: what the gate answers is what a naive interpreter works out row by row from the permitted view alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from differential.compare import difference
from differential.reference import Interpreter
from differential.worlds import TERMS, World
from freehold.errors import FreeholdError
from generated.aggregates import aggregates
from generated.queries import queries

pytestmark = pytest.mark.long


def check_answer(world: World, sql: str) -> str:
    """Assert that the gate's answer, if it gives one, is the reference's; return what became of the question."""
    world.house.forget()
    try:
        table = world.house.ask(sql, world.who)
    except FreeholdError as refusal:
        return refusal.code
    got = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    extra, missing = difference(got, Interpreter(world.products).answer(sql))
    assert not extra, f"the gate alone gives {extra[:3]}: {sql}"
    assert not missing, f"the reference alone gives {missing[:3]}: {sql}"
    return "rows" if got else "no rows"


@pytest.mark.parametrize("name", TERMS)
def test_the_gate_answers_as_the_reference_does(world_of: Callable[[str], World], name: str) -> None:
    world, outcomes = world_of(name), Counter[str]()
    asked = [queries(world.relations), *(aggregates(subject) for subject in world.subjects * 2)]

    @settings(max_examples=300)
    @given(sql=st.one_of(*asked))
    def compare(sql: str) -> None:
        outcomes[check_answer(world, sql)] += 1

    compare()
    answered = outcomes["rows"] + outcomes["no rows"]
    assert 3 * answered >= outcomes.total(), outcomes
    assert 4 * outcomes["rows"] >= answered, outcomes
