"""Where related resources are looked for: `type`, `name`, `kind`, `resourceGroupName` and `existenceScope` of details."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.policy.findings import Finding
from freehold.azure.template.deployment import Circumstances
from freehold.services.azure_policy import evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

STORAGE, LOCK, VAULT = "Microsoft.Storage/storageAccounts", "Microsoft.Authorization/locks", "Microsoft.KeyVault/vaults"
HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope")
ASKED = "[reference('x', '2024-01-01').y]"


def resource(of_type: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": of_type, "apiVersion": "2023-01-01", "name": name, "location": "westeurope", "properties": {}, **more}


def elsewhere(*resources: dict[str, Any], **where: Any) -> dict[str, Any]:
    template = {"resources": list(resources)}
    options = {"expressionEvaluationOptions": {"scope": "inner"}}
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "there",
        "properties": {"mode": "Incremental", "template": template, **options},
        **where,
    }


def found(resources: list[dict[str, Any]], **details: Any) -> list[Finding]:
    rule = {"if": {"field": "type", "equals": STORAGE}, "then": {"effect": "auditIfNotExists", "details": details}}
    gathered = gather(PackagedPolicies(), {"p": {"name": "p", "properties": {"mode": "All", "policyRule": rule}}})
    assert gathered.refused == {}
    judged = evaluate_template(json.dumps({"resources": resources}), None, gathered, HERE).judged
    return [item for item in judged.findings if item.policy == "p"]


def states(resources: list[dict[str, Any]], **details: Any) -> list[str]:
    return [item.state for item in found(resources, **details)]


ACCOUNT, OTHER_GROUP = resource(STORAGE, "raw"), elsewhere(resource(VAULT, "v"), resourceGroup="other")


@pytest.mark.parametrize(
    ("beside", "details", "want"),
    [
        ([OTHER_GROUP], {}, ["non-compliant"]),
        ([OTHER_GROUP], {"existenceScope": "ResourceGroup"}, ["non-compliant"]),
        ([OTHER_GROUP], {"existenceScope": "Subscription"}, []),
        ([OTHER_GROUP], {"existenceScope": "subscription"}, []),
        ([OTHER_GROUP], {"resourceGroupName": "Other"}, []),
        ([OTHER_GROUP], {"resourceGroupName": "[concat('oth', 'er')]", "existenceScope": "resourceGroup"}, []),
        ([resource(VAULT, "v")], {"resourceGroupName": "other"}, ["non-compliant"]),
        ([resource(VAULT, "v")], {}, []),
        ([elsewhere(resource(VAULT, "v"), subscriptionId="s2")], {"existenceScope": "Subscription"}, ["non-compliant"]),
        ([elsewhere(resource(VAULT, "v"), resourceGroup=ASKED)], {}, ["unknown"]),
        ([elsewhere(resource(VAULT, "v"), resourceGroup=ASKED)], {"existenceScope": "Subscription"}, []),
        ([elsewhere(resource(VAULT, "v"), subscriptionId=ASKED)], {"existenceScope": "Subscription"}, ["unknown"]),
        ([resource(VAULT, "v")], {"name": "V"}, []),
        ([resource(VAULT, "w")], {"name": "v"}, ["non-compliant"]),
        ([resource(VAULT, "v", kind="a")], {"kind": "A"}, []),
        ([resource(VAULT, "v", kind="b")], {"kind": "a"}, ["non-compliant"]),
        ([resource(VAULT, "v", kind=ASKED)], {"kind": "a"}, ["unknown"]),
        ([resource(VAULT, "v", condition=f"[equals({ASKED[1:-1]}, 1)]")], {}, ["unknown"]),
        ([resource(VAULT, "v", copy={"name": "c", "count": ASKED})], {}, ["unknown"]),
        ([resource(VAULT, "v", condition=f"[equals({ASKED[1:-1]}, 1)]"), resource(VAULT, "w")], {}, []),
    ],
)
def test_a_resource_is_looked_for_in_its_group_or_where_the_policy_says(beside: Any, details: Any, want: list[str]) -> None:
    assert states([ACCOUNT, *beside], type=VAULT, **details) == want


SERVICE = f"{STORAGE}/blobServices"
CONTAINER = f"{SERVICE}/containers"


@pytest.mark.parametrize(
    ("beside", "details", "want"),
    [
        ([resource(SERVICE, "raw/default")], {"type": SERVICE, "existenceScope": "Subscription", "resourceGroupName": "x"}, []),
        ([resource(SERVICE, "other/default")], {"type": SERVICE, "existenceScope": "Subscription"}, ["non-compliant"]),
        ([elsewhere(resource(SERVICE, "raw/default"), resourceGroup="other")], {"type": SERVICE}, ["non-compliant"]),
        ([resource(CONTAINER, "raw/default/c")], {"type": CONTAINER, "name": "raw/default/?"}, []),
        ([resource(CONTAINER, "raw/default/c")], {"type": CONTAINER, "name": "[concat(field('name'), '/default/?')]"}, []),
        ([resource(CONTAINER, "raw/default/c")], {"type": CONTAINER, "name": "raw/other/?"}, ["non-compliant"]),
        ([], {"type": STORAGE, "name": "[field('name')]"}, []),
        ([resource(LOCK, "l", scope=f"{STORAGE}/raw")], {"type": LOCK}, []),
        ([resource(LOCK, "l", scope=f"[resourceId('{STORAGE}', 'raw')]")], {"type": LOCK}, []),
        ([resource(LOCK, "l", scope=f"{STORAGE}/other")], {"type": LOCK}, ["non-compliant"]),
        ([resource(LOCK, "l", scope=ASKED)], {"type": LOCK}, ["unknown"]),
        ([resource(LOCK, "l", scope=ASKED), resource(LOCK, "m", scope=f"{STORAGE}/raw")], {"type": LOCK}, []),
    ],
)
def test_what_is_below_or_on_a_resource_is_looked_for_there_alone(beside: Any, details: Any, want: list[str]) -> None:
    assert states([ACCOUNT, *beside], **details) == want


@pytest.mark.parametrize(
    "details",
    [
        {"existenceScope": "ManagementGroup"},
        {"evaluationDelay": "AfterLunch"},
        {"evaluationDelay": "P1Y"},
        {"deploymentScope": "tenant"},
        {"name": ["a"]},
        {"existanceCondition": {"field": "kind", "equals": "a"}},
    ],
)
def test_what_the_details_cannot_say_is_refused(details: dict[str, Any]) -> None:
    then = {"effect": "auditIfNotExists", "details": {"type": VAULT, **details}}
    policy = {"name": "p", "properties": {"policyRule": {"if": {"field": "type", "equals": STORAGE}, "then": then}}}
    assert "p" in gather(PackagedPolicies(), {"p": policy}).refused


@pytest.mark.parametrize(
    "then",
    [
        {"effect": "append"},
        {
            "effect": "modify",
            "details": {
                "roleDefinitionIds": ["r"],
                "conflictEffect": "perhaps",
                "operations": [{"operation": "remove", "field": "tags.a"}],
            },
        },
    ],
)
def test_changes_that_do_not_say_what_they_are_are_refused(then: dict[str, Any]) -> None:
    policy = {"name": "p", "properties": {"policyRule": {"if": {"field": "type", "equals": STORAGE}, "then": then}}}
    assert "p" in gather(PackagedPolicies(), {"p": policy}).refused


@pytest.mark.parametrize("delay", ["AfterProvisioning", "afterprovisioningfailure", "PT30M", "PT0M", "[concat('PT', '5M')]"])
def test_a_delay_changes_nothing_of_what_a_template_shows(delay: str) -> None:
    assert states([ACCOUNT, resource(VAULT, "v")], type=VAULT, evaluationDelay=delay) == []


def test_a_scope_that_is_none_when_it_is_worked_out_fails() -> None:
    (one,) = found([ACCOUNT], type=VAULT, existenceScope="[concat('Ten', 'ant')]")
    assert (one.state, one.denies) == ("failed", True)


def judged(resources: list[dict[str, Any]], condition: Any) -> list[tuple[str, str]]:
    policy = {"name": "p", "properties": {"mode": "All", "policyRule": {"if": condition, "then": {"effect": "deny"}}}}
    found = evaluate_template(json.dumps({"resources": resources}), None, gather(PackagedPolicies(), {"p": policy}), HERE).judged
    return [(item.resource, item.state) for item in found.findings if item.policy == "p"]


def test_a_child_has_a_name_of_its_own_and_a_full_one() -> None:
    held = [resource(SERVICE, "raw/default")]
    assert judged(held, {"field": "name", "equals": "default"}) == [("raw/default", "non-compliant")]
    assert judged(held, {"field": "fullName", "equals": "raw/default"}) == [("raw/default", "non-compliant")]


@pytest.mark.parametrize(
    ("where", "want"),
    [({}, []), ({"resourceGroup": "other"}, ["non-compliant"]), ({"resourceGroup": ASKED}, ["unknown"])],
)
def test_a_resource_has_the_id_that_it_would_get(where: dict[str, Any], want: list[str]) -> None:
    condition = {"allOf": [{"field": "type", "equals": STORAGE}, {"field": "id", "like": "*/resourceGroups/other/*"}]}
    assert [state for _, state in judged([elsewhere(ACCOUNT, **where)], condition)] == want


def test_an_assignment_to_a_group_leaves_open_what_may_be_in_it() -> None:
    policy = {"name": "p", "properties": {"policyRule": {"if": {"field": "type", "equals": STORAGE}, "then": {"effect": "deny"}}}}
    at = "/subscriptions/s1/resourceGroups/other"
    for given, want in (({"scope": at}, ["unknown"]), ({"notScopes": [at]}, ["unknown"]), ({"scope": "/subscriptions/s2"}, [])):
        assigned = {"name": "a", "properties": {"policyDefinitionId": "p", **given}}
        gathered = gather(PackagedPolicies(), {"p": policy, "a": assigned})
        template = json.dumps({"resources": [elsewhere(ACCOUNT, resourceGroup=ASKED)]})
        findings = evaluate_template(template, None, gathered, HERE).judged.findings
        assert [item.state for item in findings if item.policy == "p"] == want


@pytest.mark.parametrize(
    ("scope", "want"),
    [(f"{STORAGE}/raw", True), (f"[resourceId('{STORAGE}', 'raw')]", True), ("/subscriptions/s2", False), (ASKED, None)],
)
def test_an_extension_has_its_id_below_what_it_is_on(scope: str, want: bool | None) -> None:
    condition = {"field": "id", "like": f"*/resourceGroups/rg/providers/{STORAGE}/raw/providers/{LOCK}/l"}
    said = [state for _, state in judged([resource(LOCK, "l", scope=scope)], condition)]
    assert said == {True: ["non-compliant"], False: [], None: ["unknown"]}[want]


def test_the_tags_of_a_group_that_nobody_gave_are_unknown() -> None:
    held = [ACCOUNT]
    assert judged(held, {"value": "[resourceGroup().tags['owner']]", "exists": False}) == [("raw", "unknown")]
    assert judged(held, {"value": "[subscription().tags.owner]", "notEquals": ""}) == [("raw", "unknown")]


@pytest.mark.parametrize(
    "condition",
    [
        {"value": "[requestContext().identity.idtyp]", "equals": "user"},
        {"value": "[claims().acrs]", "notContains": "p1"},
        {"not": {"value": "[claims()['xms_mirid']]", "exists": True}},
    ],
)
def test_who_would_deploy_is_unknown(condition: Any) -> None:
    assert judged([ACCOUNT], condition) == [("raw", "unknown")]


@pytest.mark.parametrize(
    "rule",
    [
        {"if": {"field": "type", "equals": STORAGE}, "then": {"effect": "deny", "detials": {}}},
        {"if": {"field": "type", "equals": STORAGE}, "then": {"effect": "deny"}, "unless": {}},
    ],
)
def test_what_is_no_part_of_a_rule_is_refused(rule: dict[str, Any]) -> None:
    assert "p" in gather(PackagedPolicies(), {"p": {"name": "p", "properties": {"policyRule": rule}}}).refused


def test_a_policy_of_no_mode_that_is_known_is_refused() -> None:
    rule = {"if": {"field": "type", "equals": STORAGE}, "then": {"effect": "deny"}}
    assert "p" in gather(PackagedPolicies(), {"p": {"name": "p", "properties": {"mode": "Some", "policyRule": rule}}}).refused
