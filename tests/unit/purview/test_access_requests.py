"""Access policies and requests: each step is taken once, by whom it belongs to; the server alone says where a request stands."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from freehold.services.datamap.unified.standing import identifier
from people import ACCESS, People

NOBODY = "00000000-0000-0000-0000-000000000000"
USES = {"permittedUseCases": ["Care", "Reports"]}


@pytest.fixture
def product(people: People) -> str:
    """A published product whose policy permits two uses, and a reader who may ask for it."""
    domain = people.domain()
    people.give("reader", "global-catalog-reader")
    people.give("other", "global-catalog-reader")
    made = people.product(domain)
    put(people, f"dataProducts/{made}", USES)
    return made


def put(people: People, where: str, policies: dict[str, Any], who: str = "steward") -> Any:
    return people.ask(who, "PUT", f"{ACCESS}/{where}/policySets/applied", {"dataProductPolicies": policies})


def request(people: People, product: str, who: str = "reader", key: str | None = None, verb: str = "", **more: Any) -> Any:
    body = {"dataProductId": product, "policySetValues": {"useCases": ["Care"]}} | more
    return people.ask(who, "PUT", f"{ACCESS}/dataSubscriptions/{key or uuid.uuid4()}{verb}", body)


def step(people: People, key: str, verb: str, who: str = "steward", body: Any = None) -> Any:
    return people.ask(who, "POST", f"{ACCESS}/dataSubscriptions/{key}:{verb}", body)


def test_a_request_goes_from_pending_to_completed_and_counts_its_subscriber(people: People, product: str) -> None:
    made = request(people, product).body
    assert (made["subscriptionStatus"], made["dataProductName"], made["businessDomainName"]) == ("Pending", "Orders", "Sales")
    key = made["dataSubscriptionId"]
    approved = step(people, key, "approve", body={"decision": "Approved", "comments": "Welcome"}).body
    assert (approved["subscriptionStatus"], approved["globalComment"]) == ("Approved", "Welcome")
    assert "accessDecisionDate" in approved
    assert step(people, key, "complete").body["subscriptionStatus"] == "Completed"
    assert people.ask("reader", "GET", f"{ACCESS}/dataProducts/{product}/activeSubscribers").body == {"activeSubscribers": 1}
    assert people.ask("reader", "GET", f"dataProducts/{product}").body["activeSubscriberCount"] == 1


def test_what_the_server_says_of_a_request_is_not_taken_from_it(people: People, product: str) -> None:
    lies: dict[str, Any] = {
        "subscriptionStatus": "Granted",
        "requestorIdentity": {"objectId": identifier("other")},
        "createdBy": "other",
        "createdAt": "1970-01-01T00:00:00Z",
        "domainId": NOBODY,
        "accessDecisionDate": "1970-01-01T00:00:00Z",
        "accessProviders": [identifier("reader")],
    }
    made = request(people, product, **lies).body
    assert made["subscriptionStatus"] == "Pending"
    assert made["requestorIdentity"]["objectId"] == made["createdBy"] == identifier("reader")
    assert "accessDecisionDate" not in made
    assert made["domainId"] != NOBODY


def test_nobody_decides_on_their_own_request_nor_on_one_that_is_not_theirs_to_decide(people: People, product: str) -> None:
    key = request(people, product).body["dataSubscriptionId"]
    for verb in ("approve", "decline", "complete"):
        assert step(people, key, verb, "reader").status == 403
        assert step(people, key, verb, "other") == step(people, NOBODY, verb, "other"), "another's request is not there"
    own = request(people, product, "steward").body["dataSubscriptionId"]
    assert step(people, own, "approve").status == 403


def test_nobody_decides_on_a_request_that_another_made_for_them(people: People, product: str) -> None:
    put(people, f"dataProducts/{product}", USES | {"approvers": [{"objectId": identifier("other")}]})
    subscriber = {"identityType": "User", "objectId": identifier("other").upper()}
    key = request(people, product, subscriberIdentity=subscriber).body["dataSubscriptionId"]
    assert step(people, key, "approve", "other").status == 403
    assert step(people, key, "approve").status == 200


@pytest.mark.parametrize("other", ["{KEY}", "urn:uuid:KEY", "BIG"])
def test_another_way_to_write_an_identifier_is_another_subject(other: str) -> None:
    key = "4e74f902-62f5-49f4-8258-92ed2b8537ba"
    assert identifier(key) == key
    assert identifier(other.replace("KEY", key).replace("BIG", key.upper())) != key


def test_an_approver_that_the_policy_names_decides(people: People, product: str) -> None:
    key = request(people, product).body["dataSubscriptionId"]
    put(people, f"dataProducts/{product}", USES | {"approvers": [{"objectId": identifier("other")}]})
    assert step(people, key, "decline", "other", {"decision": "Approved"}).status == 400
    assert step(people, key, "decline", "other", {"decision": "Rejected"}).body["subscriptionStatus"] == "Declined"
    for verb in ("approve", "decline", "complete"):
        assert step(people, key, verb).status == 409
    assert request(people, product, key=key).status == 409, "a declined request is not opened again"


def test_requests_are_told_to_who_made_them_and_who_decides(people: People, product: str) -> None:
    key = request(people, product).body["dataSubscriptionId"]
    draft = request(people, product, verb=":save").body
    assert draft["subscriptionStatus"] == "Draft"
    listed = {who: people.ask(who, "GET", f"{ACCESS}/dataSubscriptions").body["value"] for who in ("reader", "other", "steward")}
    assert {who: len(items) for who, items in listed.items()} == {"reader": 2, "other": 0, "steward": 1}
    for path in (f"{ACCESS}/dataSubscriptions/{key}", f"{ACCESS}/dataSubscriptions/{NOBODY}"):
        assert people.ask("other", "GET", path).status == 404
        assert people.ask("other", "DELETE", path).status == 404
    assert request(people, product, "other", key=key).status == 409
    assert people.ask("steward", "GET", f"{ACCESS}/dataSubscriptions/{draft['dataSubscriptionId']}").status == 404
    assert people.ask("steward", "GET", f"{ACCESS}/dataSubscriptions", None, count="true").body == {"count": 1}
    assert people.ask("steward", "GET", f"{ACCESS}/dataSubscriptions", None, dataProductId=NOBODY).body == {"value": []}
    assert people.ask("reader", "DELETE", f"{ACCESS}/dataSubscriptions/{key}").status == 204
    assert people.ask("reader", "GET", f"{ACCESS}/dataSubscriptions/{key}").status == 404


@pytest.mark.parametrize(
    ("policies", "values", "status"),
    [
        (USES, {"policySetValues": {"useCases": ["Selling"]}}, 400),
        (USES, {"policySetValues": {}}, 400),
        (USES, {"policySetValues": {"useCases": ["Care", "Selling"]}}, 400),
        ({"permittedUseCases": []}, {}, 400),
        ({"permittedSubscribers": ["Group"]}, {}, 400),
        ({"permittedSubscribers": ["Group"]}, {"subscriberIdentity": {"identityType": "Group", "displayName": "g"}}, 200),
        ({"termsOfUseRequired": True}, {}, 400),
        ({"termsOfUseRequired": True}, {"policySetValues": {"termsOfUseAccepted": True}}, 200),
        ({}, {"policySetValues": {"useCases": ["Care"], "role": "admin"}}, 400),
        ({}, {"workflow": "x"}, 400),
        ({}, {"accessExpirationDate": "tomorrow"}, 400),
        ({}, {"dataProductId": NOBODY}, 404),
    ],
)
def test_a_request_asks_for_no_more_than_its_product_s_policies_permit(
    people: People, product: str, policies: dict[str, Any], values: dict[str, Any], status: int
) -> None:
    put(people, f"dataProducts/{product}", policies)
    assert request(people, product, **values).status == status


def test_policies_narrow_each_other_and_those_of_a_draft_do_not_bind(people: People, product: str) -> None:
    domain = people.ask("steward", "GET", f"dataProducts/{product}").body["domain"]
    told = people.made("steward", "terms", name="Personal", domain=domain, status="PUBLISHED")["id"]
    draft = people.made("steward", "terms", name="Secret plans", domain=domain)["id"]
    for term in (told, draft):
        people.ask("steward", "POST", f"dataProducts/{product}/relationships", {"entityId": term}, entityType="TERM")
    put(people, f"terms/{draft}", {"permittedUseCases": [], "sensitiveMarkers": ["secret"]})
    put(people, f"businessDomains/{domain}", {"permittedUseCases": ["Reports"], "partnerSharingPermitted": False})
    put(people, f"terms/{told}", {"termsOfUseRequired": True, "sensitiveMarkers": ["personal"]})
    put(people, f"dataProducts/{product}", USES | {"partnerSharingPermitted": True})
    found = people.ask("reader", "GET", f"{ACCESS}/dataProducts/{product}/policySets/effective").body
    assert found["policySetKind"] == "Effective"
    assert found["dataProductPolicies"] == {
        "permittedUseCases": ["Reports"],
        "partnerSharingPermitted": False,
        "termsOfUseRequired": True,
        "sensitiveMarkers": ["personal"],
    }
    assert people.ask("reader", "GET", f"{ACCESS}/dataProducts/{product}/policySets/terms").body["value"] != []
    assert len(people.ask("steward", "GET", f"{ACCESS}/dataProducts/{product}/policySets/terms").body["value"]) == 2
    assert request(people, product).status == 400
    allowed = {"useCases": ["Reports"], "termsOfUseAccepted": True}
    assert request(people, product, policySetValues=allowed).status == 200


def test_policies_are_written_by_who_may_change_the_thing(people: People, product: str) -> None:
    domain = people.ask("steward", "GET", f"dataProducts/{product}").body["domain"]
    for where in (f"dataProducts/{product}", f"businessDomains/{domain}"):
        assert put(people, where, {"skipWorkflow": True}, "reader").status == 403
        assert people.ask("reader", "DELETE", f"{ACCESS}/{where}/policySets/applied").status == 403
    assert put(people, f"dataProducts/{NOBODY}", {}, "reader").status == 404
    for body in ({"dataProductPolicies": {"grantEverybody": True}}, {"decisionRules": []}, {"dataProductPolicies": [1]}):
        answer = people.ask("steward", "PUT", f"{ACCESS}/dataProducts/{product}/policySets/applied", body)
        assert answer.status == 400, body
    assert people.ask("steward", "DELETE", f"{ACCESS}/dataProducts/{product}/policySets/applied").status == 204
    assert people.ask("steward", "GET", f"{ACCESS}/dataProducts/{product}/policySets/applied").status == 404


def test_one_person_does_not_flood_a_product_with_requests(people: People, product: str) -> None:
    answers = [request(people, product).status for _ in range(22)]
    assert answers == [200] * 20 + [400] * 2
    assert request(people, product, "other").status == 200


def test_requests_go_with_their_product(people: People, product: str) -> None:
    request(people, product)
    people.ask("steward", "DELETE", f"dataProducts/{product}")
    assert people.ask("reader", "GET", f"{ACCESS}/dataSubscriptions").body == {"value": []}


def test_nothing_that_decides_knows_of_requests_in_the_catalogue() -> None:
    import ast
    from pathlib import Path

    source = Path(__file__).parents[3] / "src" / "freehold"
    deciding = [*source.glob("policy/**/*.py"), *source.glob("compiler/**/*.py"), *source.glob("disclosure/**/*.py")]
    deciding += [
        *source.glob("services/*.py"),
        *source.glob("gateway/*.py"),
        source / "wiring" / "gates.py",
        source / "wiring" / "node.py",
    ]
    assert len(deciding) > 50
    for file in deciding:
        named = [item.module or "" for item in ast.walk(ast.parse(file.read_text())) if isinstance(item, ast.ImportFrom)]
        assert not [name for name in named if "unified" in name or name.startswith("freehold.purview")], file
