"""Each way to divide a question, as a case: what each home is asked, and what is left to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.compiler import View, parse
from freehold.compiler.federation import Refused, divide
from freehold.model.label import Right, RightKind
from freehold.model.policy import Decision, Effect, Form, ShownColumn
from freehold.model.product import Source

CASES = Path(__file__).parents[2] / "cases" / "federation"
COLUMNS = {
    "lines": (("okey", "integer"), ("qty", "integer"), ("price", "decimal(15,2)"), ("flag", "string"), ("ship", "date")),
    "orders": (("okey", "integer"), ("ckey", "integer"), ("prio", "string")),
    "buyers": (("ckey", "integer"), ("seg", "string"), ("bal", "number")),
}
HOMES = {
    "eu.lines": "westeurope",
    "eu.orders": "westeurope",
    "us.lines": "eastus",
    "us.orders": "eastus",
    "eu.buyers": "northeurope",
}


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question, the products that give aggregates only, and what it is divided into: `region | sql` for each part, the rest."""

    name: str
    why: str
    sql: str
    aggregates: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    rest: str = ""
    refused: str = ""


def read() -> list[Case]:
    """Return all cases."""
    found: list[Case] = []
    for path in sorted(CASES.glob("*.yaml")):
        found += msgspec.yaml.decode(path.read_bytes(), type=list[Case])
    return found


def views(aggregates: tuple[str, ...]) -> dict[tuple[str | None, str], View]:
    """Return a view of each product that shows all of it, in rows or in aggregates alone."""
    made: dict[tuple[str | None, str], View] = {}
    for key in HOMES:
        domain, name = key.split(".")
        columns = tuple(ShownColumn(name=column, type=kind, right=Right(kind=RightKind.READ)) for column, kind in COLUMNS[name])
        form = Form.AGGREGATE if key in aggregates else Form.ROWS
        decision = Decision(effect=Effect.PERMIT, product=key, form=form, columns=columns, entity_key="okey")
        made[domain, name] = View(decision=decision, source=Source(path=""), raw_types={})
    return made


def divided(case: Case) -> Any:
    """Return the plan of a case."""
    statement, shown = parse(case.sql), views(case.aggregates)
    asked = {(item.domain, item.name): shown[item.domain, item.name] for item in statement.references}
    return divide(statement, asked, HOMES)


@pytest.mark.parametrize("case", read(), ids=lambda case: case.name)
def test_a_question_is_divided_as_its_case_says(case: Case) -> None:
    if case.refused:
        with pytest.raises(Refused) as refused:
            divided(case)
        assert refused.value.refusal.code == case.refused
        return
    plan = divided(case)
    assert tuple(f"{item.region} | {item.sql}" for item in plan.fragments) == case.asks
    assert plan.sql == case.rest


def test_the_same_question_is_divided_the_same_way_each_time() -> None:
    for case in read():
        if not case.refused:
            assert divided(case) == divided(case)
