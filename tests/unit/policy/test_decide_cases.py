"""The decisions that the cases name are the decisions that are made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from ruamel.yaml import YAML

from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.peer import Carrier
from freehold.model.policy import Effect
from freehold.model.product import Product
from freehold.policy import Situation, decide

FILE = Path(__file__).parents[2] / "cases" / "decide" / "cases.yaml"


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A permission."""

    form: str
    least: int
    rights: dict[str, str]
    filters: list[str] = []


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who asks, through the node of which region, what is changed, and exactly one of `refused` and `decided`."""

    id: str
    who: str
    purpose: str | None = None
    via: str | None = None
    scopes: list[str] = []
    approved: list[str] = []
    product: dict[str, Any] = {}
    contract: dict[str, Any] = {}
    mesh: dict[str, Any] = {}
    refused: str | None = None
    decided: Outcome | None = None


CASES = msgspec.convert(YAML(typ="safe").load(FILE), list[Case])


def changed(value: Any, changes: dict[str, Any]) -> Any:
    """Return a value with fields replaced, as strictly as if they had been read from a file."""
    fields = msgspec.to_builtins(value)
    assert changes.keys() <= fields.keys()
    return msgspec.convert({**fields, **changes}, type(value))


def situation(case: Case, mesh: Mesh, principals: dict[str, Any]) -> Situation:
    """Return what a case rests on."""
    product: Product = mesh.products["customer.customer_360"]
    contracts: tuple[Contract, ...] = tuple(changed(item, case.contract) for item in product.contracts)
    product = changed(msgspec.structs.replace(product, contracts=contracts), case.product)
    return Situation(
        mesh=changed(mesh, case.mesh),
        principal=msgspec.structs.replace(principals[case.who], scopes=frozenset(case.scopes)),
        product=product,
        purpose=case.purpose,
        today="2026-11-23",
        node_region="westeurope",
        via=Carrier(node=f"contoso-{case.via}", region=case.via) if case.via else None,
        approved=frozenset(case.approved),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_decision_is_the_one_the_case_names(case: Case, kit: Any, house: Any) -> None:
    decision = decide(situation(case, kit.example_mesh(), house.principals))
    if case.refused is not None:
        assert decision.effect is Effect.FORBID
        assert decision.code == case.refused
        assert decision.detail
        assert decision.columns == ()
        return
    assert decision.effect is Effect.PERMIT, decision.detail
    got = Outcome(
        form=decision.form.value,
        least=decision.min_group,
        rights={column.name: str(column.right) for column in decision.columns},
        filters=list(decision.row_filters),
    )
    assert got == case.decided


def test_every_case_has_its_own_name_and_one_outcome() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 30
    assert all((case.refused is None) != (case.decided is None) for case in CASES)


def test_a_refusal_says_whom_to_ask_and_a_permission_what_determined_it(kit: Any, house: Any) -> None:
    for case in CASES:
        decision = decide(situation(case, kit.example_mesh(), house.principals))
        if decision.effect is Effect.PERMIT:
            assert decision.policies
        elif decision.code not in {"product-unknown", "node-elsewhere"}:
            assert decision.remedy
