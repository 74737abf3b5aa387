"""Plans and applies: what is said to change is what changes, all of it or nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.errors import BreakingUnversioned, PlanStale
from freehold.model.contract import Approval, Contract
from freehold.model.mesh import Mesh
from freehold.model.party import Domain
from freehold.model.place import Node, Region
from freehold.model.policy import Governance
from freehold.model.product import Column, Product, Residency, ServiceLevel
from freehold.services.publish import Plan, apply, plan
from freehold.testing import FixedClock, MemoryRegistry

CONTRACT = Contract(consumer="Sales Domain", purpose="Customer enrichment", fields=("segment",), where="customer.yaml:9")
CUSTOMER = Product(
    name="Customer 360",
    domain="Customer",
    home="westeurope",
    jurisdiction="EU",
    residency=Residency(area="EU"),
    sla=ServiceLevel(latency=0.1, latency_text="< 100ms"),
    columns=(Column(name="segment", type="string"), Column(name="income", type="number")),
    contracts=(CONTRACT,),
    where="customer.yaml:1",
)
WITHDRAWN = msgspec.structs.replace(CUSTOMER, contracts=(), version="2.0.0")
APPROVING = Governance(require_approval=True, approvers=("data-steward@domain",))
KEY = "customer.customer_360/sales-customer-enrichment"


def mesh(product: Product | None = CUSTOMER, **changes: Any) -> Mesh:
    held: dict[str, Any] = {"name": "contoso", "regions": {"westeurope": Region(name="westeurope", jurisdiction="EU")}}
    held |= {"nodes": {"we": Node(name="we", region="westeurope", url="http://127.0.0.1:1")}}
    held |= {"domains": {name.casefold(): Domain(name=name) for name in ("Customer", "Sales")}}
    held |= {"products": {product.key: product} if product else {}}
    return Mesh(**(held | changes))


def contract(**changes: Any) -> Product:
    return msgspec.structs.replace(CUSTOMER, contracts=(msgspec.structs.replace(CONTRACT, **changes),))


def planned(registry: MemoryRegistry, wanted: Mesh) -> Plan:
    return plan(wanted, registry, FixedClock(), lambda _mesh, _audience: 200)


def put(registry: MemoryRegistry, wanted: Mesh) -> dict[str, int]:
    return apply(planned(registry, wanted), registry, FixedClock()).contract_versions


@pytest.fixture
def registry() -> MemoryRegistry:
    made = MemoryRegistry()
    put(made, mesh())
    return made


def test_a_first_plan_is_made_for_nothing_in_force() -> None:
    found = planned(MemoryRegistry(), mesh())
    assert found.base == 0
    assert [(change.sign, change.kind) for change in found.changes][:1] == [("+", "mesh")]
    assert any(change.name == "Customer 360  contract with Sales Domain (Customer enrichment)" for change in found.changes)


def test_the_same_mesh_again_is_an_empty_plan(registry: MemoryRegistry) -> None:
    found = planned(registry, mesh())
    assert found.is_empty
    assert found.exposure == ()


def test_what_only_moved_to_another_line_is_no_change(registry: MemoryRegistry) -> None:
    moved = msgspec.structs.replace(contract(where="customer.yaml:99"), where="customer.yaml:50")
    assert planned(registry, mesh(moved)).is_empty


def test_each_change_says_what_was_and_what_will_be(registry: MemoryRegistry) -> None:
    changed = msgspec.structs.replace(CUSTOMER, sla=ServiceLevel(latency=0.05, latency_text="< 50ms"), owner="team@contoso.eu")
    (change,) = planned(registry, mesh(changed)).changes
    assert (change.sign, change.kind, change.name) == ("~", "product", "Customer 360")
    assert "sla.latency_text: < 100ms → < 50ms" in change.details
    assert "owner: nothing → team@contoso.eu" in change.details


def test_columns_are_said_to_come_and_go_by_name(registry: MemoryRegistry) -> None:
    columns = (Column(name="segment", type="string"), Column(name="region", type="string"))
    (change,) = planned(registry, mesh(msgspec.structs.replace(CUSTOMER, columns=columns))).changes
    assert set(change.details) == {"columns: + region", "columns: - income"}


def test_a_contract_says_its_terms_by_their_manifest_names(registry: MemoryRegistry) -> None:
    (change,) = planned(registry, mesh(contract(fields=("segment", "income"), min_group_size=20))).changes
    assert change.kind == "contract"
    assert set(change.details) == {"fields: + income", "minGroupSize: nothing → 20"}


def test_a_product_that_goes_takes_its_contracts_along(registry: MemoryRegistry) -> None:
    found = planned(registry, mesh(None))
    assert [(change.sign, change.kind) for change in found.changes] == [("-", "product"), ("-", "contract")]


def test_governance_is_planned_like_everything_else(registry: MemoryRegistry) -> None:
    found = planned(registry, mesh(governance=APPROVING))
    assert [change.kind for change in found.changes] == ["governance"]
    assert found.awaits[0].suspends


def test_a_contract_that_has_effect_and_widens_is_said_to_be_suspended() -> None:
    registry = MemoryRegistry()
    put(registry, mesh(governance=APPROVING))
    registry.approve(Approval(product=CUSTOMER.key, contract=CONTRACT, approver="a", at="2026-11-23", leaf=0))
    assert planned(registry, mesh(governance=APPROVING)).awaits == ()
    (awaited,) = planned(registry, mesh(contract(fields=("segment", "income")), governance=APPROVING)).awaits
    assert (awaited.contract, awaited.approvers, awaited.suspends) == (
        "sales-customer-enrichment",
        ("data-steward@customer",),
        True,
    )


def test_a_contract_gets_a_version_at_each_change_of_its_terms_and_at_no_other(registry: MemoryRegistry) -> None:
    assert put(registry, mesh(contract(where="customer.yaml:99"))) == {KEY: 1}
    assert put(registry, mesh(contract(fields=("segment", "income")))) == {KEY: 2}
    assert put(registry, mesh(WITHDRAWN)) == {KEY: 2}
    assert put(registry, mesh(contract(fields=("segment", "income")))) == {KEY: 3}


def test_a_plan_that_somebody_overtook_is_stale_and_changes_nothing(registry: MemoryRegistry) -> None:
    mine = planned(registry, mesh(contract(fields=("segment", "income"))))
    put(registry, mesh(WITHDRAWN))
    before = registry.current()
    with pytest.raises(PlanStale, match="version 1"):
        apply(mine, registry, FixedClock())
    assert registry.current() is before


def test_an_apply_is_numbered_dated_and_digested(registry: MemoryRegistry) -> None:
    applied = apply(planned(registry, mesh(WITHDRAWN)), registry, FixedClock())
    assert (applied.version, applied.applied_at) == (2, "2026-11-23T10:00:00+00:00")
    assert registry.current() == applied


def test_a_breaking_change_without_a_new_major_version_is_refused(registry: MemoryRegistry) -> None:
    narrower = planned(registry, mesh(contract(fields=())))
    assert [item.code for item in narrower.findings] == ["breaking-unversioned"]
    assert "Sales Domain: column `segment`" in narrower.findings[0].message
    assert 'version: "2.0.0"' in narrower.findings[0].mend
    before = registry.current()
    with pytest.raises(BreakingUnversioned) as refused:
        apply(narrower, registry, FixedClock())
    assert refused.value.facts["findings"][0]["code"] == "breaking-unversioned"
    assert registry.current() is before


def test_a_breaking_change_that_its_version_announces_is_applied(registry: MemoryRegistry) -> None:
    announced = planned(registry, mesh(msgspec.structs.replace(contract(fields=()), version="2.0.0")))
    assert announced.findings == ()
    assert apply(announced, registry, FixedClock()).version == 2


def test_a_change_that_breaks_nobody_needs_no_version(registry: MemoryRegistry) -> None:
    assert planned(registry, mesh(contract(fields=("segment", "income")))).findings == ()


def test_a_product_with_consumers_is_not_removed_before_its_contracts_are_ended(registry: MemoryRegistry) -> None:
    (found,) = planned(registry, mesh(None)).findings
    assert "end its contracts first" in found.mend


def test_a_contract_that_nobody_ever_approved_can_be_withdrawn_under_the_same_version() -> None:
    fresh = MemoryRegistry()
    put(fresh, mesh(governance=APPROVING))
    gone = msgspec.structs.replace(CUSTOMER, contracts=())
    assert planned(fresh, mesh(gone, governance=APPROVING)).findings == ()
