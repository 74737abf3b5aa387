"""Approvals: who may give them, what they leave behind, and when they stop to hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from freehold.digest import digest
from freehold.errors import ApprovalRefused, ContractUnknown, FreeholdError, PlanStale
from freehold.model.contract import Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Principal
from freehold.model.policy import Governance
from freehold.model.product import Product
from freehold.services.approval import Approvals
from freehold.services.force import InForce
from freehold.services.record import Recorder
from freehold.testing import FixedClock, FixedKeys, MemoryLedger, MemoryRegistry

KEY, SLUG = "customer.customer_360", "sales-customer-enrichment"
CONTRACT = Contract(consumer="Sales Domain", purpose="Customer enrichment", fields=("segment", "region"))


def principal(domain: str, *roles: str, subject: str = "anna") -> Principal:
    return Principal(subject=subject, issuer="https://login.contoso.eu", domain=domain, region="westeurope", roles=frozenset(roles))


STEWARD = principal("customer", "data-steward")
CONSUMER = principal("sales", subject="sales-app")


@dataclass
class Office:
    approvals: Approvals
    registry: MemoryRegistry
    ledger: MemoryLedger

    def apply(self, contract: Contract = CONTRACT, **changes: Any) -> None:
        product = Product(name="Customer 360", domain="Customer", contracts=(contract,))
        held: dict[str, Any] = {"name": "contoso", "regions": {}, "products": {product.key: product}}
        held |= {"domains": {name.casefold(): Domain(name=name) for name in ("Customer", "Sales", "Analytics")}}
        held |= {"governance": Governance(require_approval=True, approvers=("data-steward@domain",))}
        mesh = Mesh(**(held | changes))
        current = self.registry.current()
        version = (current.version if current else 0) + 1
        self.registry.apply(Applied(version=version, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23", contract_versions={}))

    def entry(self, index: int) -> dict[str, Any]:
        return msgspec.json.decode(self.ledger.written[index])

    def states(self, who: Principal = CONSUMER) -> list[str]:
        return [item["state"] for item in self.approvals.contracts(who)]

    def refusal(self, who: Principal, slug: str = SLUG) -> FreeholdError:
        with pytest.raises(FreeholdError) as caught:
            self.approvals.approve(who, KEY, slug)
        return caught.value


@pytest.fixture
def office() -> Office:
    registry, ledger = MemoryRegistry(), MemoryLedger()
    clock = FixedClock()
    recorder = Recorder(node="contoso-we", ledger=ledger, registry=registry, keys=FixedKeys(), clock=clock)
    approvals = Approvals(in_force=InForce(registry), registry=registry, recorder=recorder, clock=clock)
    made = Office(approvals, registry, ledger)
    made.apply()
    return made


def test_an_approver_puts_a_contract_in_force_and_leaves_a_leaf(office: Office) -> None:
    assert office.states() == ["awaiting approval"]
    done = office.approvals.approve(STEWARD, KEY, SLUG)
    assert (done["state"], done["leaf"], done["already"]) == ("in force", 0, False)
    assert office.states() == ["in force"]
    assert (office.entry(0)["kind"], office.entry(0)["contracts"]) == ("approved", [f"{KEY}/{SLUG}@1"])


def test_the_leaf_of_an_approval_names_nobody_in_the_clear(office: Office) -> None:
    office.approvals.approve(STEWARD, KEY, SLUG)
    assert b"anna" not in office.ledger.written[0]
    assert "anna" not in office.registry.approvals()[0].approver
    assert "anna" in (office.registry.caller(office.registry.approvals()[0].approver) or "")


def test_approving_twice_changes_nothing(office: Office) -> None:
    first = office.approvals.approve(STEWARD, KEY, SLUG)
    again = office.approvals.approve(STEWARD, KEY, SLUG)
    assert (again["leaf"], again["already"]) == (first["leaf"], True)
    assert len(office.ledger.written) == len(office.registry.approvals()) == 1


def test_wider_terms_await_approval_again(office: Office) -> None:
    office.approvals.approve(STEWARD, KEY, SLUG)
    office.apply(msgspec.structs.replace(CONTRACT, fields=("segment", "region", "income")))
    assert office.states() == ["awaiting approval"]


def test_narrower_terms_stay_approved(office: Office) -> None:
    office.approvals.approve(STEWARD, KEY, SLUG)
    office.apply(msgspec.structs.replace(CONTRACT, fields=("segment",), row_filter="region = 'EU'"))
    assert office.states() == ["in force"]


@pytest.mark.parametrize("roles", [(), ("data-engineer",)])
def test_another_role_of_the_owning_domain_may_not_and_that_is_recorded(office: Office, roles: tuple[str, ...]) -> None:
    error = office.refusal(principal("customer", *roles))
    assert isinstance(error, ApprovalRefused)
    assert error.remedy == "ask data-steward@customer (the role `data-steward` in Customer)"
    assert (office.entry(error.facts["leaf"])["kind"], office.entry(0)["code"]) == ("refused", "approval-refused")


def test_a_steward_of_the_consuming_domain_may_not(office: Office) -> None:
    assert isinstance(office.refusal(principal("sales", "data-steward")), ApprovalRefused)
    assert office.registry.approvals() == ()


def test_a_stranger_cannot_tell_a_contract_from_none(office: Office) -> None:
    stranger = principal("analytics", "data-steward")
    hidden, missing = office.refusal(stranger), office.refusal(stranger, "sales-nothing")
    assert isinstance(hidden, ContractUnknown)
    assert hidden.detail.replace(SLUG, "?") == missing.detail.replace("sales-nothing", "?")
    assert office.approvals.contracts(stranger) == []


def test_a_version_that_is_no_more_is_not_approved(office: Office) -> None:
    assert isinstance(office.refusal(STEWARD, f"{SLUG}@7"), PlanStale)
    assert office.approvals.approve(STEWARD, KEY, f"{SLUG}@1")["state"] == "in force"


def test_an_approver_may_be_named_as_a_person(office: Office) -> None:
    office.apply(governance=Governance(require_approval=True, approvers=("dpo@contoso.eu",)))
    dpo = principal("analytics", subject="dpo@contoso.eu")
    assert office.approvals.approve(dpo, KEY, SLUG)["state"] == "in force"


def test_a_domain_cannot_add_an_approver_whom_the_mesh_did_not_name(office: Office) -> None:
    office.apply(domain_governance={"customer": Governance(scope="customer", approvers=("data-engineer@domain",))})
    assert isinstance(office.refusal(principal("customer", "data-engineer")), ApprovalRefused)
    assert isinstance(office.refusal(STEWARD), ApprovalRefused)
    assert office.approvals.approve(principal("customer", "data-engineer", "data-steward"), KEY, SLUG)["state"] == "in force"


def test_a_contract_that_has_ended_is_said_to_have(office: Office) -> None:
    office.apply(msgspec.structs.replace(CONTRACT, valid_until="2026-11-22"))
    assert office.states() == ["ended"]


def test_contracts_come_a_page_at_a_time_and_each_once(office: Office) -> None:
    purposes = ("one", "two", "three", "four", "five")
    contracts = tuple(msgspec.structs.replace(CONTRACT, purpose=purpose) for purpose in purposes)
    products = [Product(name=name, domain="Customer", contracts=contracts) for name in ("Customer 360", "Events")]
    office.apply(products={product.key: product for product in products})
    seen: list[str] = []
    after = None
    while True:
        found, after = office.approvals.page(CONSUMER, after=after, limit=3)
        seen += [f"{item['product']}/{item['slug']}" for item in found]
        if after is None:
            break
        assert len(found) == 3
    whole = office.approvals.contracts(CONSUMER)
    assert sorted(seen) == seen == sorted(f"{item['product']}/{item['slug']}" for item in whole)
    assert office.approvals.page(CONSUMER, after="zzz/zzz", limit=3) == ([], None)
