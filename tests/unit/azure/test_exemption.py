"""Exemptions: what they exempt, where and until when; what is wrong with one is said, and such a one exempts nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.template.deployment import Circumstances
from freehold.errors import AzurePolicyInvalid
from freehold.services.azure_policy import Evaluation, evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope", now="2026-06-01T00:00:00.000000Z")
GROUP = "/subscriptions/s1/resourceGroups/rg"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/raw"
ASSIGNMENT = f"{GROUP}/providers/Microsoft.Authorization/policyAssignments/a"


def rule(name: str, field: str) -> dict[str, Any]:
    of_type = {"field": "type", "equals": "Microsoft.Storage/storageAccounts"}
    found = {"field": f"Microsoft.Storage/storageAccounts/{field}", "exists": False}
    return {
        "name": name,
        "properties": {"mode": "Indexed", "policyRule": {"if": {"allOf": [of_type, found]}, "then": {"effect": "deny"}}},
    }


SET: dict[str, Any] = {
    "name": "set",
    "properties": {
        "policyDefinitionGroups": [{"name": "residency"}],
        "policyDefinitions": [
            {"policyDefinitionReferenceId": "Tls", "policyDefinitionId": "tls", "groupNames": ["residency"]},
            {"policyDefinitionReferenceId": "Https", "policyDefinitionId": "https"},
        ],
    },
}


def assignment(**properties: Any) -> dict[str, Any]:
    return {"name": "a", "id": ASSIGNMENT, "properties": {"policyDefinitionId": "set", "scope": GROUP, **properties}}


def exemption(scope: str = ACCOUNT, **properties: Any) -> dict[str, Any]:
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/policyExemptions/e",
        "properties": {"policyAssignmentId": ASSIGNMENT, "exemptionCategory": "Waiver", "displayName": "leaves soon", **properties},
    }


def evaluated(*documents: dict[str, Any], now: Circumstances = HERE) -> Evaluation:
    own = [rule("tls", "minimumTlsVersion"), rule("https", "supportsHttpsTrafficOnly"), SET, assignment(), *documents]
    policies = gather(PackagedPolicies(), {f"file{at}": item for at, item in enumerate(own)})
    account = {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "raw", "location": "westeurope"}
    return evaluate_template(json.dumps([account]), None, policies, now)


def states(found: Evaluation) -> dict[str | None, str]:
    return {item.reference: item.state for item in found.judged.findings if item.assignment == "a"}


BOTH = {"Tls": "exempt", "Https": "exempt"}
NEITHER = {"Tls": "non-compliant", "Https": "non-compliant"}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (exemption(), BOTH),
        (exemption(GROUP), BOTH),
        (exemption(exemptionCategory="mitigated"), BOTH),
        (exemption(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/ra"), NEITHER),
        (exemption(policyDefinitionReferenceIds=["tls"]), {"Tls": "exempt", "Https": "non-compliant"}),
        (exemption(expiresOn="2026-06-01T00:00:01.0000000Z"), BOTH),
        (exemption(expiresOn="2026-06-01T00:00:00.0000000Z"), NEITHER),
        (exemption(resourceSelectors=[{"selectors": [{"kind": "resourceLocation", "in": ["West Europe"]}]}]), BOTH),
        (exemption(resourceSelectors=[{"selectors": [{"kind": "resourceLocation", "notIn": ["westeurope"]}]}]), NEITHER),
        (exemption(resourceSelectors=[{"selectors": [{"kind": "resourceType", "in": ["microsoft.sql/servers"]}]}]), NEITHER),
    ],
)
def test_an_exemption_exempts_what_it_names_where_it_lies_until_it_ends(given: dict[str, Any], wanted: dict[str, str]) -> None:
    found = evaluated(given)
    assert states(found) == wanted
    assert found.refused == {}
    assert found.is_denied is (wanted != BOTH)


def test_an_exempt_finding_says_why_and_keeps_the_effect() -> None:
    found = next(item for item in evaluated(exemption(expiresOn="2026-12-31T00:00:00Z")).judged.findings if item.state == "exempt")
    assert (found.effect, found.denies) == ("deny", False)
    assert found.reason == "exempt until 2026-12-31 (waiver): leaves soon"
    assert found.groups == ("residency",)


def test_an_exemption_that_ends_exempts_nothing_where_nobody_knows_the_time() -> None:
    assert states(evaluated(exemption(expiresOn="2030-01-01T00:00:00Z"), now=Circumstances("s1", resource_group="rg"))) == NEITHER


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (exemption(policyDefinitionReferenceIds=["nothing"]), "`nothing` is no policy of the initiative"),
        (exemption("/subscriptions/s1"), "not in the scope of the assignment"),
    ],
)
def test_an_exemption_that_does_not_fit_its_assignment_is_named_and_exempts_nothing(given: dict[str, Any], said: str) -> None:
    found = evaluated(given)
    assert said in found.refused["exemption e"]
    assert states(found) == NEITHER


def test_an_exemption_may_reach_beyond_its_assignment_where_it_says_so() -> None:
    assert states(evaluated(exemption("/subscriptions/s1", assignmentScopeValidation="DoNotValidate"))) == BOTH


def test_an_exemption_of_an_assignment_that_is_not_there_is_noted() -> None:
    found = evaluated(exemption(policyAssignmentId=f"{GROUP}/providers/Microsoft.Authorization/policyAssignments/b"))
    assert states(found) == NEITHER
    assert found.notes == ("exemption e: its assignment is not among the files, and it changes nothing",)


@pytest.mark.parametrize(
    "broken",
    [
        {**exemption(), "id": "e"},
        {**exemption(), "id": "/providers/Microsoft.Authorization/policyExemptions/e"},
        exemption(exemptionCategory="Because"),
        exemption(expiresOn="soon"),
        exemption(policyAssignmentId=None),
        exemption(policyDefinitionReferenceIds="tls"),
        exemption(resourceSelectors=[{"selectors": [{"kind": "resourceColour", "in": ["x"]}]}]),
        exemption(resourceSelectors=[{"selectors": [{"kind": "resourceLocation", "in": ["x"], "notIn": ["y"]}]}]),
        exemption(
            resourceSelectors=[{"selectors": [{"kind": "resourceType", "in": ["x"]}, {"kind": "resourceType", "in": ["y"]}]}]
        ),
        assignment(enforcementMode="Perhaps"),
        assignment(overrides=[{"kind": "colour", "value": "deny"}]),
        {"name": "s2", "properties": {"policyDefinitions": [{"policyDefinitionId": "tls", "groupNames": ["none"]}]}},
    ],
)
def test_a_document_that_is_not_of_the_documented_shape_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(AzurePolicyInvalid):
        evaluated(broken)


def test_another_version_than_the_one_here_is_said() -> None:
    versioned = {**SET, "name": "set2", "properties": {**SET["properties"], "version": "2.1.0"}}
    asked = {"name": "b", "properties": {"policyDefinitionId": "set2", "definitionVersion": "1.*.*"}}
    assert evaluated(versioned, asked).notes == ("version 1.*.* of set2 is asked for, and 2.1.0 is what was judged by",)
    asked["properties"] = {"policyDefinitionId": "set2", "definitionVersion": "2.1.*"}
    assert evaluated(versioned, asked).notes == ()


@pytest.mark.parametrize("scope", ["/", "x", "/subscriptions", "/subscriptions/"])
def test_an_exemption_of_everything_is_refused(scope: str) -> None:
    with pytest.raises(AzurePolicyInvalid, match="says by its `id` where it holds"):
        evaluated(exemption(scope))


def test_an_exemption_with_a_misspelt_key_is_refused_and_exempts_nothing() -> None:
    with pytest.raises(AzurePolicyInvalid):
        evaluated(exemption(expireOn="2020-01-01T00:00:00Z"))
