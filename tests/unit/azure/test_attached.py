"""Enrollments and attestations: where an assignment is enforced that wants enrollment, and what is said of a manual policy."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.policy.findings import Finding
from freehold.azure.template.deployment import Circumstances
from freehold.errors import AzurePolicyInvalid
from freehold.services.azure_policy import Evaluation, evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope", now="2026-06-01T00:00:00.000000Z")
GROUP = "/subscriptions/s1/resourceGroups/rg"
STORAGE = "Microsoft.Storage/storageAccounts"
ACCOUNT = f"{GROUP}/providers/{STORAGE}/raw"
ASSIGNMENT = f"{GROUP}/providers/Microsoft.Authorization/policyAssignments/a"


def policy(effect: str) -> dict[str, Any]:
    rule = {"if": {"field": "type", "equals": STORAGE}, "then": {"effect": effect}}
    return {"name": "p", "properties": {"mode": "All", "policyRule": rule}}


def assignment(**properties: Any) -> dict[str, Any]:
    return {"name": "a", "id": ASSIGNMENT, "properties": {"policyDefinitionId": "p", "scope": GROUP, **properties}}


def enrollment(scope: str = ACCOUNT, **properties: Any) -> dict[str, Any]:
    named = f"{scope}/providers/Microsoft.Authorization/policyEnrollments/e"
    return {"id": named, "properties": {"policyAssignmentId": ASSIGNMENT, **properties}}


def attestation(scope: str = ACCOUNT, **properties: Any) -> dict[str, Any]:
    named = f"{scope}/providers/Microsoft.PolicyInsights/attestations/t"
    return {"id": named, "properties": {"policyAssignmentId": ASSIGNMENT, "complianceState": "Compliant", **properties}}


def evaluated(*documents: dict[str, Any]) -> Evaluation:
    account = {"type": STORAGE, "apiVersion": "2023-01-01", "name": "raw", "location": "westeurope", "properties": {}}
    gathered = gather(PackagedPolicies(), {f"f{at}": item for at, item in enumerate(documents)})
    return evaluate_template(json.dumps({"resources": [account]}), None, gathered, HERE)


def own(*documents: dict[str, Any]) -> list[Finding]:
    found = evaluated(*documents)
    assert found.refused == {}
    return [item for item in found.judged.findings if item.policy == "p"]


def selecting(kind: str, *values: str, side: str = "in") -> list[dict[str, Any]]:
    return [{"name": "s", "selectors": [{"kind": kind, side: list(values)}]}]


@pytest.mark.parametrize(
    ("documents", "denies"),
    [
        ([], False),
        ([enrollment()], True),
        ([enrollment(GROUP)], True),
        ([enrollment(f"{GROUP}/providers/{STORAGE}/other")], False),
        ([enrollment(policyAssignmentId=f"{ASSIGNMENT}x")], False),
        ([enrollment(resourceSelectors=selecting("resourceLocation", "westeurope"))], True),
        ([enrollment(resourceSelectors=selecting("resourceLocation", "eastus"))], False),
        ([enrollment(resourceSelectors=selecting("resourceRolloutPercentage", "10"))], True),
    ],
)
def test_an_assignment_that_wants_enrollment_is_enforced_of_what_is_enrolled(documents: Any, denies: bool) -> None:
    (finding,) = own(policy("deny"), assignment(enforcementMode="Enroll"), *documents)
    assert (finding.effect, finding.denies) == ("deny", denies)


def test_an_enrollment_outside_of_its_assignment_is_refused_and_enrolls_nothing() -> None:
    found = evaluated(policy("deny"), assignment(enforcementMode="Enroll"), enrollment("/subscriptions/s1"))
    assert "not in the scope" in found.refused["enrollment e"]
    assert not any(item.denies for item in found.judged.findings)


@pytest.mark.parametrize(
    ("said", "states"),
    [
        ({}, []),
        ({"complianceState": "NonCompliant"}, ["non-compliant"]),
        ({"complianceState": "Unknown"}, ["unknown"]),
        ({"expiresOn": "2027-01-01T00:00:00Z"}, []),
        ({"expiresOn": "2026-01-01T00:00:00Z"}, ["unknown"]),
        ({"policyDefinitionReferenceId": ""}, []),
        ({"scope": GROUP}, ["unknown"]),
        ({"scope": f"{ACCOUNT}/blobServices/default"}, ["unknown"]),
    ],
)
def test_what_is_attested_of_the_resource_itself_counts_until_it_ends(said: dict[str, Any], states: list[str]) -> None:
    assert [item.state for item in own(policy("manual"), assignment(), attestation(**said))] == states


def test_an_attestation_says_nothing_of_a_policy_that_is_not_manual() -> None:
    assert [item.denies for item in own(policy("deny"), assignment(), attestation())] == [True]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (attestation(complianceState="Fine"), "complianceState"),
        (attestation(expireOn="2027-01-01T00:00:00Z"), "`expireon` says nothing"),
        ({**attestation(), "id": "x"}, "by its `id`"),
        (enrollment(expiresOn="2027-01-01T00:00:00Z"), "`expireson` says nothing"),
    ],
)
def test_one_that_is_not_as_documented_is_refused(document: dict[str, Any], said: str) -> None:
    with pytest.raises(AzurePolicyInvalid, match=said):
        evaluated(document)


@pytest.mark.parametrize("kind", ["userPrincipalId", "groupPrincipalId", "resourceRolloutPercentage"])
def test_who_deploys_is_not_known_and_so_is_what_a_selector_asks_of_it(kind: str) -> None:
    for side in ("in", "notIn"):
        (finding,) = own(policy("deny"), assignment(resourceSelectors=selecting(kind, "1", side=side)))
        assert (finding.state, finding.denies) == ("unknown", False)
        assert kind in finding.reason
    exempt = {
        "id": f"{ACCOUNT}/providers/Microsoft.Authorization/policyExemptions/e",
        "properties": {
            "policyAssignmentId": ASSIGNMENT,
            "exemptionCategory": "Waiver",
            "resourceSelectors": selecting(kind, "1"),
        },
    }
    assert [item.denies for item in own(policy("deny"), assignment(), exempt)] == [True]
