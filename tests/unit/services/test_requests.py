"""Requests for access: who may ask, who sees and answers, what is recorded, and that nothing is granted by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from freehold.digest import digest
from freehold.errors import (
    ColumnUnknown,
    FreeholdError,
    ParameterInvalid,
    ProductUnknown,
    RequestDecided,
    RequestLimit,
    RequestNeedless,
    RequestUnknown,
    SettlementRefused,
)
from freehold.model.contract import Contract
from freehold.model.label import Mask, MaskKind
from freehold.model.mesh import Applied, Mesh
from freehold.model.party import Domain, Principal
from freehold.model.peer import Carrier
from freehold.model.place import Node, Region, Transfer, Travel
from freehold.model.policy import Governance
from freehold.model.product import Column, Product
from freehold.model.request import RequestState, Wanted
from freehold.services.force import InForce
from freehold.services.proposal import propose
from freehold.services.record import Recorder
from freehold.services.requests import OPEN, Requests
from freehold.testing import FixedClock, FixedKeys, MemoryLedger, MemoryRegistry

KEY, MISSING = "customer.customer_360", "customer.nothing"
CONTRACT = Contract(
    consumer="Sales",
    purpose="Customer enrichment",
    fields=("segment",),
    excluded_fields=("email", "phone"),
    aggregate_fields=("income",),
    where="domains/customer/customer-360.yaml:18",
)
PRODUCT = Product(
    name="Customer 360",
    domain="Customer",
    owner="customer-team@contoso.eu",
    home="westeurope",
    jurisdiction="EU",
    columns=(
        Column(name="segment", type="string"),
        Column(name="region", type="string"),
        Column(name="income", type="number"),
        Column(name="email", type="string", classifications=("PII.Contact",)),
        Column(name="phone", type="string", classifications=("PII.Contact",)),
        Column(name="taxNumber", type="string", classifications=("PII.HighRisk",)),
    ),
    contracts=(CONTRACT,),
    where="domains/customer/customer-360.yaml:2",
)
EMAIL = Wanted(fields=("email",), purpose="Customer enrichment")


def principal(domain: str, *roles: str, subject: str = "anna", region: str = "westeurope") -> Principal:
    return Principal(subject=subject, issuer="https://login.contoso.eu", domain=domain, region=region, roles=frozenset(roles))


STEWARD = principal("customer", "data-steward")
ENGINEER = principal("customer", "data-engineer", subject="erik")
APP = principal("sales", subject="sales-app")
COLLEAGUE = principal("sales", subject="other-app")
ANALYST = principal("analytics", subject="ana")
OUTSIDER = principal("nowhere", subject="eve")
ABROAD = principal("sales", subject="far-app", region="centralindia")


@dataclass
class Office:
    requests: Requests
    registry: MemoryRegistry
    ledger: MemoryLedger

    def entry(self) -> dict[str, Any]:
        return msgspec.json.decode(self.ledger.written[-1])

    def listed(self, who: Principal, product: str | None = None, via: Carrier | None = None) -> list[dict[str, Any]]:
        return self.requests.page(who, product, via, limit=100)[0]

    def answer(self, who: Principal, name: str, state: RequestState, reason: str = "so it is") -> dict[str, Any]:
        return self.requests.answer(who, name, state, reason)


@pytest.fixture
def office() -> Office:
    registry, ledger, clock = MemoryRegistry(), MemoryLedger(), FixedClock()
    places = (("westeurope", "EU"), ("eastus", "US"), ("centralindia", "IN"))
    mesh = Mesh(
        name="contoso",
        regions={name: Region(name=name, jurisdiction=place) for name, place in places},
        nodes={"west": Node(name="west", region="westeurope", url="http://127.0.0.1:1")},
        domains={name.casefold(): Domain(name=name) for name in ("Customer", "Sales", "Analytics")},
        governance=Governance(require_approval=True, approvers=("data-steward@domain",)),
        transfers=(Transfer(origin="EU", destination="IN", allow=Travel.NOTHING, where="mesh.yaml:1"),),
        products={PRODUCT.key: PRODUCT},
    )
    registry.apply(Applied(version=1, digest=digest(mesh), mesh=mesh, applied_at="2026-11-23"))
    recorder = Recorder(node="west", ledger=ledger, registry=registry, keys=FixedKeys(), clock=clock)
    requests = Requests(in_force=InForce(registry), registry=registry, recorder=recorder, clock=clock, region="westeurope")
    return Office(requests, registry, ledger)


def said(kind: type[FreeholdError], call: Any, *given: Any) -> str:
    with pytest.raises(kind) as caught:
        call(*given)
    return f"{caught.value.code} {caught.value.detail} {caught.value.remedy}"


def test_a_request_is_recorded_and_kept_and_grants_nothing(office: Office) -> None:
    stamp, before = office.registry.stamp(), office.registry.current()
    wanted = msgspec.structs.replace(EMAIL, fields=("EMAIL",), days=30, reason="letters to Anna Müller")
    made = office.requests.ask(APP, KEY, wanted)
    assert (made["id"], made["state"], made["fields"]) == (f"{KEY}-0", "open", ["email"])
    assert (made["given"], made["approver"], made["leaf"]) == (False, "data-steward@customer", 0)
    entry = office.entry()
    assert (entry["kind"], entry["products"], entry["fields"]) == ("requested", [KEY], {KEY: ["email"]})
    assert (entry["purpose"], entry["contracts"]) == ("Customer enrichment", [f"{KEY}/sales-customer-enrichment@1"])
    assert b"sales-app" not in office.ledger.written[0]
    assert b"letters" not in office.ledger.written[0]
    assert (office.registry.stamp(), office.registry.current()) == (stamp, before)
    assert office.registry.approvals() == ()


def test_words_of_a_purpose_that_no_contract_has_are_not_in_the_ledger(office: Office) -> None:
    office.requests.ask(APP, KEY, Wanted(fields=("region",), purpose="a secret plan"))
    assert b"secret" not in office.ledger.written[-1]


def test_the_same_request_twice_is_one(office: Office) -> None:
    first, again = office.requests.ask(APP, KEY, EMAIL), office.requests.ask(APP, KEY, EMAIL)
    assert (first["already"], again["already"], first["id"]) == (False, True, again["id"])
    assert "leaf" not in again
    assert len(office.ledger.written) == 1


def test_a_caller_has_so_many_open_requests_for_a_product_and_an_answer_makes_room(office: Office) -> None:
    ids = [office.requests.ask(APP, KEY, msgspec.structs.replace(EMAIL, days=day))["id"] for day in range(1, OPEN + 1)]
    assert f"you have {OPEN} open" in said(RequestLimit, office.requests.ask, APP, KEY, EMAIL)
    assert office.requests.ask(COLLEAGUE, KEY, EMAIL)["state"] == "open"
    office.answer(STEWARD, ids[0], RequestState.REJECTED)
    assert office.requests.ask(APP, KEY, EMAIL)["state"] == "open"


@pytest.mark.parametrize("who", [OUTSIDER, ABROAD], ids=["of no domain", "where nothing may go"])
def test_a_hidden_product_and_a_missing_one_are_refused_in_the_same_words(office: Office, who: Principal) -> None:
    asked = [said(ProductUnknown, office.requests.ask, who, key, EMAIL).replace(key, "…") for key in (KEY, MISSING)]
    listed = [said(ProductUnknown, office.listed, who, key).replace(key, "…") for key in (KEY, MISSING)]
    assert asked[0] == asked[1]
    assert listed[0] == listed[1]
    assert office.ledger.written == []


def test_nothing_is_known_through_a_node_to_whose_region_nothing_may_go(office: Office) -> None:
    through = Carrier(node="in", region="centralindia")
    office.requests.ask(APP, KEY, EMAIL)
    assert said(ProductUnknown, office.requests.ask, APP, KEY, EMAIL, through)
    assert said(ProductUnknown, office.listed, APP, KEY, through)
    assert office.listed(APP, None, through) == []


def test_a_personal_column_that_no_contract_of_the_caller_names_looks_missing(office: Office) -> None:
    def refused(who: Principal, name: str) -> str:
        return said(ColumnUnknown, office.requests.ask, who, KEY, Wanted(fields=(name,), purpose="x")).replace(name, "…")

    assert refused(APP, "taxNumber") == refused(APP, "nothing")
    assert refused(ANALYST, "email") == refused(ANALYST, "nothing")
    assert office.requests.ask(ANALYST, KEY, Wanted(fields=("segment",), purpose="Segments"))["state"] == "open"


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": ""},
        {"purpose": "  "},
        {"purpose": "x" * 201},
        {"purpose": "a\nb"},
        {"purpose": "a\u202eb"},
        {"reason": "x" * 1001},
        {"reason": "\x1b[2J"},
        {"reason": ""},
        {"days": 0},
        {"days": 3651},
        {"fields": ()},
        {"fields": ("email",) * 101},
    ],
    ids=lambda changes: ascii(changes)[:40],
)
def test_texts_and_numbers_out_of_bounds_are_refused_and_leave_nothing(office: Office, changes: dict[str, Any]) -> None:
    assert said(ParameterInvalid, office.requests.ask, APP, KEY, msgspec.structs.replace(EMAIL, **changes))
    assert office.registry.requests() == ()
    assert office.ledger.written == []


def test_what_a_contract_gives_already_and_what_is_ones_own_is_not_asked_for(office: Office) -> None:
    given = Wanted(fields=("segment",), purpose=" customer  Enrichment")
    assert "already" in said(RequestNeedless, office.requests.ask, APP, KEY, given)
    assert "own domain" in said(RequestNeedless, office.requests.ask, ENGINEER, KEY, EMAIL)


def test_owners_and_stewards_see_all_requests_a_requester_their_own_and_nobody_else_any(office: Office) -> None:
    mine, other = (office.requests.ask(who, KEY, EMAIL)["id"] for who in (APP, COLLEAGUE))
    assert [item["id"] for item in office.listed(STEWARD)] == [mine, other]
    assert [item["id"] for item in office.listed(ENGINEER, KEY)] == [mine, other]
    assert [item["id"] for item in office.listed(APP)] == [mine]
    assert [item["id"] for item in office.listed(COLLEAGUE, KEY)] == [other]
    for who in (ANALYST, principal("sales", subject="third"), OUTSIDER):
        assert office.listed(who) == []
    assert office.listed(ANALYST, KEY) == []
    assert "sales-app" in office.listed(STEWARD)[0]["requester"]
    assert [office.listed(who)[0]["mayAnswer"] for who in (STEWARD, ENGINEER, APP)] == [True, False, False]


def test_requests_come_a_page_at_a_time_each_once(office: Office) -> None:
    made = [office.requests.ask(APP, KEY, msgspec.structs.replace(EMAIL, days=day))["id"] for day in (1, 2, 3)]
    first, following = office.requests.page(STEWARD, limit=2)
    rest, end = office.requests.page(STEWARD, after=following, limit=2)
    assert [item["id"] for item in (*first, *rest)] == made
    assert end is None


def test_who_asked_and_what_people_wrote_crosses_no_border(office: Office) -> None:
    office.requests.ask(APP, KEY, msgspec.structs.replace(EMAIL, reason="for Anna"))
    over = Carrier(node="us", region="eastus")
    for found in (office.listed(principal("customer", "data-steward", region="eastus")), office.listed(STEWARD, via=over)):
        assert (found[0]["requester"], found[0]["reason"], found[0]["fields"]) == (None, None, ["email"])
    assert office.listed(APP, via=over)[0]["reason"] == "for Anna"


@pytest.mark.parametrize("who", [COLLEAGUE, ANALYST, OUTSIDER], ids=lambda who: who.subject)
def test_a_request_that_is_not_ones_to_see_is_answered_like_one_that_is_not_there(office: Office, who: Principal) -> None:
    names = (office.requests.ask(APP, KEY, EMAIL)["id"], f"{KEY}-99")
    told = [said(RequestUnknown, office.answer, who, name, RequestState.ACCEPTED).replace(name, "…") for name in names]
    assert told[0] == told[1]
    assert len(office.ledger.written) == 1


@pytest.mark.parametrize("who", [ENGINEER, APP], ids=["of the domain, without the role", "who asked"])
def test_only_who_decides_answers_and_the_attempt_is_recorded(office: Office, who: Principal) -> None:
    name = office.requests.ask(APP, KEY, EMAIL)["id"]
    assert "data-steward@customer" in said(SettlementRefused, office.answer, who, name, RequestState.ACCEPTED)
    assert (office.entry()["kind"], office.entry()["code"]) == ("refused", "settlement-refused")
    assert office.listed(STEWARD)[0]["state"] == "open"


def test_an_owner_by_name_answers_too(office: Office) -> None:
    name = office.requests.ask(APP, KEY, EMAIL)["id"]
    owner = principal("customer", subject="customer-team@contoso.eu")
    assert office.answer(owner, name, RequestState.REJECTED)["state"] == "rejected"


def test_an_answer_is_recorded_once_and_stands(office: Office) -> None:
    name = office.requests.ask(APP, KEY, EMAIL)["id"]
    done = office.answer(STEWARD, name, RequestState.REJECTED, "ask for the segment")
    entry = office.entry()
    assert (entry["kind"], entry["form"], entry["refers_to"], done["leaf"]) == ("settled", "rejected", 0, 1)
    assert b"segment" not in office.ledger.written[-1]
    again = office.answer(STEWARD, name, RequestState.REJECTED, "again")
    assert (again["already"], again["answer"]["reason"], "leaf" in again) == (True, "ask for the segment", False)
    assert "was rejected before" in said(RequestDecided, office.answer, STEWARD, name, RequestState.ACCEPTED)
    assert office.listed(APP)[0]["answer"]["reason"] == "ask for the segment"
    assert len(office.ledger.written) == 2


def test_an_answer_needs_a_reason(office: Office) -> None:
    name = office.requests.ask(APP, KEY, EMAIL)["id"]
    assert said(ParameterInvalid, office.answer, STEWARD, name, RequestState.REJECTED, " ")
    assert office.listed(APP)[0]["state"] == "open"


def test_accepting_shows_the_change_of_the_manifest_and_makes_none(office: Office) -> None:
    name = office.requests.ask(APP, KEY, EMAIL)["id"]
    before = office.registry.current()
    done = office.answer(STEWARD, name, RequestState.ACCEPTED)
    assert done["change"]["where"] == "domains/customer/customer-360.yaml:18"
    assert done["change"]["after"]["fields"] == ["segment", "email"]
    assert done["change"]["after"]["excludedFields"] == ["phone"]
    assert "-  fields: [segment]\n" in done["change"]["diff"]
    assert "+  fields: [segment, email]\n" in done["change"]["diff"]
    assert (done["state"], done["given"], office.registry.current()) == ("accepted", False, before)


def changed(contract: Contract | None, wanted: Wanted) -> dict[str, Any]:
    product = msgspec.structs.replace(PRODUCT, contracts=(contract,) if contract else ())
    return msgspec.to_builtins(propose(product, Domain(name="Sales Domain"), "sales", wanted, "2026-11-23"))


def test_a_request_without_a_contract_proposes_one_that_ends_when_it_was_asked_to() -> None:
    made = changed(None, msgspec.structs.replace(EMAIL, days=30))
    assert made["before"] is None
    assert made["after"] == {
        "consumer": "Sales Domain",
        "purpose": "Customer enrichment",
        "fields": ["email"],
        "validUntil": "2026-12-23",
    }
    assert all(line.startswith("+") for line in made["diff"].splitlines()[3:])


def test_a_contract_gets_a_column_in_the_clear_whatever_form_it_had_and_keeps_all_else() -> None:
    hashed = {name: Mask(kind=MaskKind.HASH) for name in ("email", "phone")}
    held = msgspec.structs.replace(CONTRACT, masks=hashed, min_group_size=20, row_filter="region = 'North'")
    made = changed(held, Wanted(fields=("email", "income"), purpose="Customer enrichment", days=30))
    assert made["after"]["fields"] == ["segment", "email", "income"]
    assert "aggregateFields" not in made["after"]
    assert list(made["after"]["masks"]) == ["phone"]
    assert (made["after"]["minGroupSize"], made["after"]["rowFilter"]) == (20, "region = 'North'")
    assert "validUntil" not in made["after"]
    assert "2026-12-23" in made["notes"][0]


def test_a_contract_that_has_ended_is_proposed_anew_with_the_end_that_was_asked_for() -> None:
    ended = msgspec.structs.replace(CONTRACT, valid_until="2026-01-01", fields=("segment", "email"), excluded_fields=())
    assert changed(ended, msgspec.structs.replace(EMAIL, days=1))["after"]["validUntil"] == "2026-11-24"
    assert "validUntil" not in changed(ended, EMAIL)["after"]
