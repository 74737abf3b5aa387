"""Azure policies that are held against a domain's template: what stops it, what is only said, and what cannot be known."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.azure.template.deployment import Circumstances
from freehold.model.finding import Severity
from freehold.services.azure_policy import gather
from freehold.services.provision_policies import policy_judge
from freehold.stores.azure_policies import PackagedPolicies

STORAGE = "Microsoft.Storage/storageAccounts"
TEMPLATE: dict[str, Any] = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {"who": {"type": "string"}, "where": {"type": "string", "defaultValue": "westeurope"}},
    "resources": [
        {
            "type": STORAGE,
            "apiVersion": "2023-05-01",
            "name": "stcontoso",
            "location": "[parameters('where')]",
            "tags": {"DataOwner": "[parameters('who')]"},
            "sku": {"name": "Standard_LRS"},
            "kind": "StorageV2",
            "properties": {"supportsHttpsTrafficOnly": True},
        }
    ],
}


def rule(effect: str, **condition: Any) -> dict[str, Any]:
    own = {"allOf": [{"field": "type", "equals": STORAGE}, condition]}
    return {"name": "own", "properties": {"displayName": "Own rule", "policyRule": {"if": own, "then": {"effect": effect}}}}


def found(document: dict[str, Any], template: dict[str, Any] = TEMPLATE, **values: Any) -> list[tuple[str, Severity]]:
    judge = policy_judge(gather(PackagedPolicies(), {"own.json": document}), Circumstances(now="2026-11-28T00:00:00.000000Z"))
    return [(item.code, item.severity) for item in judge(template, values)]


@pytest.mark.parametrize(
    ("effect", "expected"),
    [("deny", ("policy-denied", Severity.ERROR)), ("audit", ("policy-not-kept", Severity.WARNING))],
)
def test_an_own_denial_stops_and_an_own_audit_warns(effect: str, expected: tuple[str, Severity]) -> None:
    assert found(rule(effect, field="location", equals="westeurope")) == [expected]


def test_what_is_kept_finds_nothing_and_built_ins_that_nobody_assigned_stay_silent() -> None:
    assert found(rule("deny", field="location", equals="eastus")) == []


def test_a_value_of_the_platform_is_judged_and_one_that_is_asked_for_is_unknown() -> None:
    owned = rule("deny", field="tags['DataOwner']", equals="sales-data-team@contoso.com")
    assert found(owned) == [("policy-unknown", Severity.NOTICE)]
    assert found(owned, who="sales-data-team@contoso.com") == [("policy-denied", Severity.ERROR)]


def test_a_policy_that_cannot_be_used_stops_too() -> None:
    assert found(rule("deny", value="[nonsense()]", equals="x"))[0] == ("policy-unusable", Severity.ERROR)


def test_what_only_a_deployment_knows_is_said() -> None:
    resource = {**TEMPLATE["resources"][0], "location": "[reference('other').location]"}
    assert found(rule("deny", field="location", equals="eastus"), {**TEMPLATE, "resources": [resource]}) == [
        ("policy-unknown", Severity.NOTICE)
    ]


def test_a_template_that_cannot_be_expanded_stops() -> None:
    broken = {**TEMPLATE, "resources": [{**TEMPLATE["resources"][0], "location": "[parameters('nowhere')]"}]}
    assert found(rule("audit", field="location", equals="eastus"), broken) == [("policy-unusable", Severity.ERROR)]
