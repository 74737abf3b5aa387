"""The implementation checklist: nine lines, each true."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.model.contract import Approval, Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain
from freehold.model.policy import ClassificationRule, Governance
from freehold.model.product import Interface, InterfaceKind, Product, QualityFloor, Source
from freehold.services.force import Force
from freehold.services.status import Line, Scene, Standing, checklist, pending

TODAY = "2026-11-23"
CONTRACT = Contract(consumer="Sales", purpose="Enrichment", fields=("segment",), where="customer.yaml:9")
CUSTOMER = Product(
    name="Customer 360",
    domain="Customer",
    owner="team@contoso.eu",
    contracts=(CONTRACT,),
    interfaces=(Interface(kind=InterfaceKind.API),),
    quality=QualityFloor(completeness=98),
    source=Source(path="c.parquet"),
)
GOVERNANCE = Governance(
    residency_enforced=True,
    allowed_regions=("westeurope",),
    auto_classify=True,
    rules=(ClassificationRule(pattern="email", classification="PII.Contact"),),
    require_owner=True,
    require_approval=True,
    approvers=("data-steward@domain",),
)
MESH = Mesh(
    name="contoso",
    regions={},
    governance=GOVERNANCE,
    domains={"customer": Domain(name="Customer"), "sales": Domain(name="Sales")},
    products={CUSTOMER.key: CUSTOMER},
)


def force(mesh: Mesh = MESH, *approvals: Approval) -> Force:
    applied = Applied(version=3, digest="d", mesh=mesh, applied_at="2026-11-23T10:00:00+00:00")
    return Force(stamp=1, applied=applied, approvals=approvals)


def scene(**changes: Any) -> Scene:
    held: dict[str, Any] = {"mesh": MESH, "force": force(), "today": TODAY, "templates": ("product",)}
    return Scene(**(held | changes))


def line(title: str, found: Scene) -> Line:
    return next(item for item in checklist(found) if title in item.title)


def test_the_checklist_has_its_nine_lines_in_order() -> None:
    titles = [item.title for item in checklist(scene())]
    assert len(titles) == 9
    assert (titles[0], titles[-1]) == ("Deploy Microsoft Purview", "Train domain teams")


def test_an_empty_mesh_has_nothing_ticked() -> None:
    empty = Scene(mesh=Mesh(name="m", regions={}), force=None, today=TODAY)
    assert Standing.DONE not in {item.standing for item in checklist(empty)}
    assert all(item.next for item in checklist(empty))


def test_a_catalogue_is_not_ticked_because_it_was_served_and_the_next_command_writes_the_mesh_into_one() -> None:
    missing, served = line("Purview", scene()), line("Purview", scene(catalogue=True))
    assert (missing.standing, served.standing) == (Standing.OPEN, Standing.PARTLY)
    assert "freehold purview serve" in missing.next
    assert served.next == "freehold purview plan --endpoint URL"


def test_a_contract_that_awaits_approval_is_not_done_and_names_the_command() -> None:
    found = line("contracts", scene())
    assert (found.standing, found.next) == (Standing.PARTLY, "freehold approve customer.customer_360 sales-enrichment")
    assert "1 awaiting approval" in found.found


def test_an_approved_contract_is_done() -> None:
    approval = Approval(product=CUSTOMER.key, contract=CONTRACT, approver="x", at=TODAY, leaf=0)
    assert line("contracts", scene(force=force(MESH, approval))).standing is Standing.DONE


def test_an_api_is_done_only_while_a_node_serves_it() -> None:
    assert line("APIs", scene()).standing is Standing.PARTLY
    assert line("APIs", scene(urls=("http://127.0.0.1:8080",))).standing is Standing.DONE


def test_domains_are_counted_with_their_products() -> None:
    assert line("boundaries", scene()).found == "2 domains: customer (1 product), sales (0 products)"


def test_quality_names_what_to_run_next() -> None:
    assert (line("quality", scene()).standing, line("quality", scene()).next) == (Standing.DONE, "freehold quality")
    bare = msgspec.structs.replace(MESH, products={CUSTOMER.key: msgspec.structs.replace(CUSTOMER, source=None)})
    found = line("quality", scene(mesh=bare))
    assert found.standing is Standing.OPEN
    assert found.next.endswith("then: freehold test")


def test_governance_names_what_is_set() -> None:
    found = line("governance", scene())
    assert found.standing is Standing.DONE
    assert "approval by data-steward@domain" in found.found


def test_a_file_that_only_moved_lines_is_still_what_is_in_force() -> None:
    moved = msgspec.structs.replace(CUSTOMER, where="customer.yaml:99")
    same = msgspec.structs.replace(MESH, products={CUSTOMER.key: moved})
    assert "say the same" in pending(scene(mesh=same))


def test_a_changed_file_is_said_to_be_pending() -> None:
    changed = msgspec.structs.replace(MESH, products={})
    assert "freehold plan" in pending(scene(mesh=changed))
    assert "freehold apply" in pending(scene(force=None))
    assert "2 errors" in pending(scene(mesh=None, errors=2))
