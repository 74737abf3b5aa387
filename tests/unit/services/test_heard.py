"""What a folder knows of approvals that are given elsewhere: what a home said, never that something is missing which it keeps."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.model.catalog import Head, Published, public
from freehold.model.contract import Approval, Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain
from freehold.model.place import Node, Region
from freehold.model.policy import Governance
from freehold.model.product import Column, Product
from freehold.services.copies import Held
from freehold.services.force import Force
from freehold.services.heard import Approved, Heard
from freehold.services.publish import plan
from freehold.services.status import Scene, checklist
from freehold.testing import FixedClock, MemoryRegistry

CONTRACT = Contract(consumer="Sales", purpose="Enrichment", fields=("segment",), where="customer.yaml:9")
WIDER = msgspec.structs.replace(CONTRACT, fields=("segment", "income"))
OTHER = msgspec.structs.replace(CONTRACT, fields=("income",))
PRODUCT = Product(
    name="Customer 360",
    domain="Customer",
    home="northeurope",
    jurisdiction="EU",
    columns=(Column(name="segment", type="string"), Column(name="income", type="number")),
    contracts=(CONTRACT,),
)
NORTH = Node(name="north", region="northeurope", url="https://north.example")
WEST = Node(name="west", region="westeurope", url="https://west.example")
MESH = Mesh(
    name="contoso",
    regions={name: Region(name=name, jurisdiction="EU") for name in ("westeurope", "northeurope")},
    nodes={"north": NORTH, "west": WEST},
    governance=Governance(require_approval=True, approvers=("data-steward@domain",)),
    domains={name.casefold(): Domain(name=name) for name in ("Customer", "Sales")},
    products={PRODUCT.key: PRODUCT},
)
AT = FixedClock().now().timestamp()


def of(contract: Contract) -> Product:
    return msgspec.structs.replace(PRODUCT, contracts=(contract,))


def word(*contracts: Contract, approved: bool = False, at: float = AT - 240) -> Held:
    """Return what the home told four minutes ago."""
    told = Published(
        product=public(msgspec.structs.replace(PRODUCT, contracts=contracts)),
        approved=tuple(item.slug for item in contracts) if approved else (),
    )
    return Held(node=NORTH, head=Head(node="north", version=1, root="r", entries=1), at=at, entries={PRODUCT.key: told}, digests={})


def heard(*approvals: Approval, said: Held | None = None) -> Heard:
    return Heard(approvals, {"northeurope": NORTH}, {"northeurope": said} if said else {}, AT)


APPROVAL = Approval(product=PRODUCT.key, contract=CONTRACT, approver="a", at="2026-11-01T00:00:00+00:00", leaf=1)


@pytest.mark.parametrize(
    ("said", "asked", "known"),
    [
        (None, CONTRACT, Approved.UNKNOWN),
        (word(), CONTRACT, Approved.UNKNOWN),
        (word(CONTRACT, approved=True), CONTRACT, Approved.YES),
        (word(WIDER, approved=True), CONTRACT, Approved.YES),
        (word(CONTRACT, approved=True), WIDER, Approved.UNKNOWN),
        (word(CONTRACT), CONTRACT, Approved.NO),
        (word(CONTRACT), WIDER, Approved.NO),
        (word(WIDER), CONTRACT, Approved.UNKNOWN),
        (word(OTHER), CONTRACT, Approved.UNKNOWN),
    ],
    ids=[
        "not heard",
        "not in force there",
        "approved there",
        "wider approved there",
        "narrower approved there",
        "not approved there",
        "narrower not approved there",
        "wider not approved there",
        "others not approved there",
    ],
)
def test_a_home_that_keeps_its_approvals_elsewhere_is_believed_as_far_as_its_word_goes(
    said: Held | None, asked: Contract, known: Approved
) -> None:
    assert heard(said=said).approved(of(asked), asked) is known


def test_an_approval_of_this_folder_says_nothing_of_a_product_that_is_at_home_elsewhere_by_now() -> None:
    assert heard(APPROVAL).approved(PRODUCT, CONTRACT) is Approved.UNKNOWN
    assert Heard((APPROVAL,)).approved(PRODUCT, CONTRACT) is Approved.YES
    assert Heard(()).approved(PRODUCT, CONTRACT) is Approved.NO


def test_a_plan_tells_missing_approvals_from_unknown_ones_and_how_old_the_word_is() -> None:
    def planned(known: Heard) -> Any:
        return plan(MESH, MemoryRegistry(), FixedClock(), lambda _mesh, _audience: 200, known)

    missing, unknown, given = (
        planned(heard(said=word(CONTRACT))),
        planned(heard()),
        planned(heard(said=word(CONTRACT, approved=True))),
    )
    assert [(item.contract, item.word.node, item.word.age) for item in missing.awaits] == [("sales-enrichment", "north", 240)]
    assert (unknown.awaits, given.awaits, missing.unknown, given.unknown) == ((), (), (), ())
    assert [(item.node, item.url, item.why) for item in unknown.unknown] == [
        ("north", "https://north.example", "which was not heard here")
    ]
    assert [(item.node, item.age) for item in given.words] == [("north", 240)]
    assert unknown.words == ()


@pytest.mark.parametrize(
    ("said", "found", "following"),
    [
        (None, "1 contract: 1 unknown here", "freehold contracts --url https://north.example"),
        (word(CONTRACT, approved=True), "1 contract: 1 in force; north said so 240 s ago", ""),
        (
            word(CONTRACT),
            "1 contract: 1 awaiting approval; north said so 240 s ago",
            "freehold approve customer.customer_360 sales-enrichment",
        ),
    ],
    ids=["not heard", "approved there", "not approved there"],
)
def test_the_checklist_calls_no_contract_pending_that_another_home_may_have_approved(
    said: Held | None, found: str, following: str
) -> None:
    force = Force(stamp=1, applied=Applied(version=1, digest="d", mesh=MESH, applied_at=""), approvals=())
    lines = checklist(Scene(mesh=MESH, force=force, today="2026-11-23", heard=heard(said=said)))
    line = next(item for item in lines if item.title == "Implement data contracts")
    assert (line.found, line.next) == (found, following)
