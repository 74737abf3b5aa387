"""The decision point against a table that another implementation could read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from ruamel.yaml import YAML

from freehold.model.contract import Contract
from freehold.model.label import RightKind
from freehold.model.mesh import Mesh
from freehold.model.party import Principal
from freehold.model.place import Transfer, Travel
from freehold.model.policy import Decision, Governance
from freehold.model.product import Interface, InterfaceKind, Residency
from freehold.policy import Situation, decide

FILE = Path(__file__).parents[2] / "cases" / "decide" / "decide.yaml"


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table."""

    id: str
    who: dict[str, Any]
    want: dict[str, Any]
    purpose: str | None = None
    product: dict[str, Any] = {}
    contract: dict[str, Any] = {}
    transfers: list[tuple[str, str, str]] = []
    scopes: list[str] = []
    authentication: str | None = None
    approval: str | None = None


CASES = [msgspec.convert(item, Case) for item in YAML(typ="safe").load(FILE)]


def situation(case: Case, mesh: Mesh) -> Situation:
    terms: dict[str, Any] = {"fields": ("customerId", "segment", "region"), **case.contract}
    contract = Contract(consumer="Sales", purpose="Customer enrichment", **{k: _tuple(v) for k, v in terms.items()})
    changes = {name: value for name, value in case.product.items() if name != "pii"}
    port = Interface(kind=InterfaceKind.SQL, scopes=tuple(case.scopes), authentication=case.authentication)
    product = msgspec.structs.replace(
        mesh.products["customer.customer_360"],
        contracts=(contract,),
        interfaces=(port,),
        residency=Residency(area="EU", pii_handling=case.product.get("pii")),
        **changes,
    )
    rules = tuple(Transfer(origin=a, destination=b, allow=Travel(c)) for a, b, c in case.transfers)
    mesh = msgspec.structs.replace(
        mesh,
        products={**mesh.products, product.key: product},
        transfers=(*mesh.transfers, *rules),
        governance=Governance(require_approval=case.approval is not None, approvers=("data-steward@domain",)),
    )
    who = case.who
    caller = Principal(
        subject="caller",
        issuer="https://issuer.example",
        domain=who.get("domain"),
        region=who.get("region", "westeurope"),
        roles=frozenset(who.get("roles", ())),
        scopes=frozenset(who.get("scopes", ())),
        authentications=frozenset({"OAuth2"}),
    )
    return Situation(
        mesh=mesh,
        principal=caller,
        product=product,
        purpose=case.purpose,
        today="2026-11-23",
        node_region="westeurope",
        approved=frozenset({contract.slug} if case.approval == "given" else ()),
    )


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def found(decision: Decision) -> dict[str, Any]:
    kinds: dict[str, list[str]] = {kind.value: [] for kind in RightKind}
    for column in decision.columns:
        kinds[column.right.kind.value].append(column.name)
    return {
        "code": decision.code,
        "form": decision.form.value,
        "group": decision.min_group,
        "whole": decision.whole,
        "withheld": list(decision.withheld),
        **kinds,
    }


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_situation_is_decided_as_the_table_says(case: Case, example: Callable[..., Mesh]) -> None:
    decision = decide(situation(case, example()))
    told = found(decision)
    wanted = {"code": None, **case.want}
    wanted.setdefault("withheld", [] if "read" in wanted else told["withheld"])
    assert {name: told[name] for name in wanted} == wanted


def test_a_forbid_shows_no_column_and_says_what_to_do(example: Callable[..., Mesh]) -> None:
    for case in CASES:
        decision = decide(situation(case, example()))
        if decision.code is not None:
            assert decision.columns == ()
            assert decision.detail
            assert decision.remedy or decision.code == "product-unknown"


def test_an_error_inside_a_policy_denies(example: Callable[..., Mesh]) -> None:
    broken = msgspec.structs.replace(situation(CASES[0], example()), versions=None)  # pyright: ignore[reportArgumentType]
    assert decide(broken).code == "policy-failed"
