"""What only a deployment knows is never compliant, wherever it hides: whole properties, arrays, selectors, names of children."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.policy.findings import Finding
from freehold.azure.template.deployment import Circumstances
from freehold.services.azure_policy import evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

STORAGE = "Microsoft.Storage/storageAccounts"
ASKED = "[reference('x', '2024-01-01').y]"
NOWHERE = Circumstances(subscription="s1", resource_group="rg")


def account(**more: Any) -> dict[str, Any]:
    return {"type": STORAGE, "apiVersion": "2023-01-01", "name": "raw", "location": "westeurope", **more}


def found(resources: list[dict[str, Any]], condition: Any, *documents: Any, **then: Any) -> list[Finding]:
    rule = {"if": condition, "then": {"effect": "deny", **then}}
    policies = {"p": {"name": "p", "properties": {"mode": "All", "policyRule": rule}}}
    held = {**policies, **{f"more{at}": item for at, item in enumerate(documents)}}
    judged = evaluate_template(json.dumps(resources), None, gather(PackagedPolicies(), held), NOWHERE).judged
    return [item for item in judged.findings if item.policy == "p"]


RULES = f"{STORAGE}/networkAcls.ipRules[*]"
PUBLIC = {"field": f"{STORAGE}/allowBlobPublicAccess", "equals": True}
OF_VALUES = f"field('{RULES}.value')"


@pytest.mark.parametrize(
    ("more", "condition"),
    [
        ({"properties": ASKED}, PUBLIC),
        ({"properties": ASKED}, {"value": f"[field('{STORAGE}/allowBlobPublicAccess')]", "equals": True}),
        ({"properties": ASKED}, {"count": {"field": RULES}, "greater": 0}),
        ({"properties": {"networkAcls": {"ipRules": ASKED}}}, {"value": f"[length({OF_VALUES})]", "equals": 0}),
        ({"properties": {"networkAcls": ASKED}}, {"value": f"[empty({OF_VALUES})]", "equals": True}),
        (
            {"properties": {"networkAcls": {"ipRules": [{"value": ASKED}]}}},
            {"value": f"[length(intersection({OF_VALUES}, createArray('0.0.0.0/0')))]", "greater": 0},
        ),
        (
            {
                "properties": {
                    "networkAcls": f"[union(createObject('x', {ASKED[1:-1]}), json('{{\"x\": {{\"a\": 1}}}}')).x]",
                }
            },
            {"field": f"{STORAGE}/networkAcls.defaultAction", "equals": "Allow"},
        ),
    ],
)
def test_what_cannot_be_known_is_unknown(more: dict[str, Any], condition: Any) -> None:
    assert [item.state for item in found([account(**more)], condition)] == ["unknown"]


def test_what_stands_beside_properties_is_known_though_they_are_not() -> None:
    assert found([account(properties=ASKED)], {"field": "kind", "exists": True}) == []
    assert [item.state for item in found([account(properties=ASKED)], {"field": "location", "equals": "westeurope"})] == [
        "non-compliant"
    ]


def selecting(kind: str, **values: Any) -> dict[str, Any]:
    selectors = [{"selectors": [{"kind": kind, **values}, {"kind": "resourceType", "in": [STORAGE]}]}]
    return {"name": "a", "properties": {"policyDefinitionId": "p", "resourceSelectors": selectors}}


OF_TYPE = {"field": "type", "equals": STORAGE}


@pytest.mark.parametrize(
    "selected",
    [
        selecting("resourceLocation", **{"in": ["eastus"]}),
        selecting("resourceLocation", notIn=["eastus"]),
        selecting("resourceWithoutLocation", **{"in": ["subscriptionLevelResources"]}),
        {
            "name": "a",
            "properties": {
                "policyDefinitionId": "p",
                "overrides": [
                    {
                        "kind": "policyEffect",
                        "value": "disabled",
                        "selectors": [{"kind": "resourceLocation", "in": ["eastus"]}],
                    }
                ],
            },
        },
    ],
)
def test_a_selector_of_what_cannot_be_known_leaves_open_what_the_policy_says(selected: dict[str, Any]) -> None:
    (one,) = found([account(location="[resourceGroup().location]")], OF_TYPE, selected)
    assert (one.state, one.denies, one.reason) == ("unknown", False, "only a deployment knows resourceGroup().location")


def test_a_selector_that_another_one_outdoes_leaves_nothing_open() -> None:
    other = selecting("resourceLocation", **{"in": ["eastus"]})
    other["properties"]["resourceSelectors"][0]["selectors"][1]["in"] = ["Microsoft.Sql/servers"]
    assert found([account(location="[resourceGroup().location]")], OF_TYPE, other) == []


def test_an_exemption_of_a_region_that_cannot_be_known_exempts_nothing() -> None:
    assigned = {
        "name": "a",
        "id": "/subscriptions/s1/providers/Microsoft.Authorization/policyAssignments/a",
        "properties": {"policyDefinitionId": "p"},
    }
    exempt = {
        "name": "e",
        "id": "/subscriptions/s1/providers/Microsoft.Authorization/policyExemptions/e",
        "properties": {
            "policyAssignmentId": assigned["id"],
            "exemptionCategory": "Waiver",
            "resourceSelectors": [{"selectors": [{"kind": "resourceLocation", "in": ["eastus"]}]}],
        },
    }
    (one,) = found([account(location="[resourceGroup().location]")], OF_TYPE, assigned, exempt)
    assert (one.state, one.denies) == ("non-compliant", True)


def test_an_override_of_what_cannot_be_known_leaves_a_disabled_policy_open() -> None:
    overrides = [{"kind": "policyEffect", "value": "deny", "selectors": [{"kind": "resourceLocation", "in": ["eastus"]}]}]
    assigned = {"name": "a", "properties": {"policyDefinitionId": "p", "overrides": overrides}}
    (one,) = found([account(location="[resourceGroup().location]")], OF_TYPE, assigned, effect="disabled")
    assert (one.state, one.denies) == ("unknown", False)


SERVICE = f"{STORAGE}/blobServices"
HAS_SERVICE = {"effect": "auditIfNotExists", "details": {"type": SERVICE, "name": "default"}}


def service(**more: Any) -> dict[str, Any]:
    return {"type": SERVICE, "apiVersion": "2023-01-01", "properties": {}, **more}


@pytest.mark.parametrize(
    ("resources", "states"),
    [
        ([account(), service(name="raw/default")], []),
        ([account(), service(name="other/default")], ["non-compliant"]),
        ([account(), service(name=f"[concat({ASKED[1:-1]}, '/default')]")], ["unknown"]),
        ([account(name=ASKED, resources=[{**service(name="default"), "type": "blobServices"}])], []),
    ],
)
def test_a_child_whose_name_cannot_be_known_may_be_the_one_that_is_looked_for(resources: Any, states: list[str]) -> None:
    assert [item.state for item in found(resources, OF_TYPE, **HAS_SERVICE)] == states


ON = {"isVersioningEnabled": True}
VERSIONED = {
    "effect": "auditIfNotExists",
    "details": {"type": SERVICE, "existenceCondition": {"field": f"{SERVICE}/isVersioningEnabled", "equals": True}},
}
UNNAMED = f"[concat({ASKED[1:-1]}, '/default')]"


@pytest.mark.parametrize(
    ("resources", "states"),
    [
        ([account(), service(name="raw/default", properties=ON)], []),
        ([account(), service(name="raw/default", properties=ON), service(name=UNNAMED)], []),
        ([account(), service(name="raw/default")], ["non-compliant"]),
        ([account(), service(name="raw/default"), service(name=UNNAMED, properties=ON)], ["unknown"]),
    ],
)
def test_what_is_there_and_fails_is_no_finding_while_another_may_satisfy(resources: Any, states: list[str]) -> None:
    assert [item.state for item in found(resources, OF_TYPE, **VERSIONED)] == states
