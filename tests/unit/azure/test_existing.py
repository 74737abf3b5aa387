"""What is there already: `existing` resources of a template, resources with ids of their own, and children of what is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.policy.findings import Finding
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.resources import expand
from freehold.errors import ArmTemplateInvalid
from freehold.services.azure_policy import evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope")
STORAGE, VAULT = "Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults"
ASKED = "[equals(reference('x', '2024-01-01').y, 1)]"


def resource(of_type: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": of_type, "apiVersion": "2023-01-01", "name": name, "location": "westeurope", "properties": {}, **more}


def existing(of_type: str, name: str, **more: Any) -> dict[str, Any]:
    return {"existing": True, "type": of_type, "apiVersion": "2023-01-01", "name": name, **more}


def own(document: Any, then: dict[str, Any], condition: Any = None, **properties: Any) -> list[Finding]:
    rule = {"if": condition or {"field": "type", "equals": STORAGE}, "then": then}
    policy = {"name": "p", "properties": {"mode": "All", "policyRule": rule}}
    files = {"p": policy}
    if properties:
        files["a"] = {"name": "a", "properties": {"policyDefinitionId": "p", **properties}}
    gathered = gather(PackagedPolicies(), files)
    assert gathered.refused == {}
    judged = evaluate_template(json.dumps(document), None, gathered, HERE).judged
    return [item for item in judged.findings if item.policy == "p"]


def audit(**details: Any) -> dict[str, Any]:
    return {"effect": "auditIfNotExists", "details": {"type": VAULT, **details}}


def symbolic(**resources: Any) -> dict[str, Any]:
    return {"languageVersion": "2.0", "resources": resources}


def nested(name: str, **more: Any) -> dict[str, Any]:
    template = {"resources": []}
    return {"type": "Microsoft.Resources/deployments", "name": name, "properties": {"template": template}, **more}


PURGE = {"field": f"{VAULT}/enablePurgeProtection", "equals": "true"}


@pytest.mark.parametrize(
    ("there", "details", "states"),
    [
        (existing(VAULT, "v"), {}, []),
        (existing(VAULT, "v"), {"name": "v"}, []),
        (existing(VAULT, "v"), {"name": "w"}, ["non-compliant"]),
        (existing(VAULT, "v"), {"existenceCondition": PURGE}, ["unknown"]),
        (existing(VAULT, "v"), {"existenceCondition": {"field": "name", "equals": "v"}}, []),
        (existing(VAULT, "v"), {"kind": "k"}, ["unknown"]),
        (existing(VAULT, "v", condition=False), {}, ["non-compliant"]),
        (existing(VAULT, "v", condition=ASKED), {}, ["unknown"]),
        (existing(VAULT, "v", copy={"name": "c", "count": "[reference('x', '2024-01-01').y]"}), {}, ["unknown"]),
        (nested("n", condition=ASKED, properties={"template": symbolic(v=existing(VAULT, "v"))}), {}, ["unknown"]),
        (existing(VAULT, "v", resourceGroup="other"), {}, ["non-compliant"]),
        (existing(VAULT, "v", resourceGroup="other"), {"resourceGroupName": "other"}, []),
        (existing(VAULT, "v", subscriptionId="s2", resourceGroup="rg"), {"existenceScope": "Subscription"}, ["non-compliant"]),
    ],
)
def test_an_existing_resource_is_there_and_nobody_knows_how(there: Any, details: Any, states: list[str]) -> None:
    document = symbolic(vault=there, account=resource(STORAGE, "raw"))
    assert [item.state for item in own(document, audit(**details))] == states


def test_an_existing_resource_is_not_judged_and_its_children_are() -> None:
    service = resource("blobServices", "default")
    document = symbolic(account=existing(STORAGE, "raw", resources={"service": service}))
    found = own(document, {"effect": "deny"}, {"field": "name", "exists": True})
    assert [(item.type, item.resource) for item in found] == [(f"{STORAGE}/blobServices", "raw/default")]


@pytest.mark.parametrize("condition", [False, "[false()]", ASKED])
def test_a_condition_is_not_that_of_children(condition: Any) -> None:
    parent = resource(STORAGE, "[concat('r', 'aw')]", condition=condition, resources=[resource("blobServices", "default")])
    found = expand({"resources": [parent]}, None, HERE).resources
    assert [(item.body["name"], item.only_if is None) for item in found if "/" in item.body["name"]] == [("raw/default", True)]


def test_what_a_resource_that_is_left_out_is_made_of_need_not_make_sense() -> None:
    parent = resource(
        STORAGE, "raw", condition=False, tags={"x": "[substring('', 5)]"}, resources=[resource("blobServices", "default")]
    )
    assert [item.body["name"] for item in expand({"resources": [parent]}, None, HERE).resources] == ["raw/default"]


@pytest.mark.parametrize(
    "resources",
    [
        [resource(STORAGE, "raw"), resource("microsoft.storage/StorageAccounts", "RAW")],
        [resource(STORAGE, "raw", copy={"name": "c", "count": 2})],
        [
            resource(STORAGE, "raw", resources=[resource("blobServices", "default")]),
            resource(f"{STORAGE}/blobServices", "raw/default"),
        ],
        [nested("n"), nested("n")],
    ],
)
def test_a_template_that_deploys_a_resource_twice_is_refused_as_azure_does(resources: Any) -> None:
    with pytest.raises(ArmTemplateInvalid, match="is in the template already, at resources"):
        expand({"resources": resources}, None, HERE)


@pytest.mark.parametrize(
    "resources",
    [
        [resource(STORAGE, "raw", condition=True), resource(STORAGE, "raw", condition=False)],
        [resource(STORAGE, "raw", condition=ASKED), resource(STORAGE, "raw")],
        [resource(STORAGE, "[reference('x', '2024-01-01').a]"), resource(STORAGE, "[reference('x', '2024-01-01').a]")],
        [nested("n", resourceGroup="a"), nested("n", resourceGroup="b")],
        [existing(STORAGE, "raw"), resource(STORAGE, "raw")],
        [
            nested("n", properties={"template": {"resources": [resource(STORAGE, "raw")]}}),
            nested("m", properties={"template": {"resources": [resource(STORAGE, "raw")]}}),
        ],
    ],
)
def test_a_resource_that_may_be_deployed_once_is_taken(resources: Any) -> None:
    expand({"resources": resources}, None, HERE)


SERVER = "/subscriptions/s9/resourceGroups/Data/providers/Microsoft.Sql/servers/a"
DATABASE = {
    "id": f"{SERVER}/databases/b",
    "type": "Microsoft.Sql/servers/databases",
    "name": "b",
    "location": "westeurope",
    "tags": {"note": "[not an expression"},
    "properties": {"collation": "[parameters('x')]"},
}
ANY = {"field": "type", "equals": "Microsoft.Sql/servers/databases"}


@pytest.mark.parametrize("document", [DATABASE, [DATABASE], {"value": [DATABASE]}, {"count": 1, "data": [DATABASE]}])
def test_a_resource_with_an_id_of_its_own_is_judged_as_it_is(document: Any) -> None:
    collation = {"allOf": [ANY, {"field": "fullName", "equals": "a/b"}, {"field": "name", "equals": "b"}]}
    (finding,) = own(document, {"effect": "deny"}, collation)
    assert (finding.resource, finding.denies) == ("a/b", True)
    as_it_is = {"allOf": [ANY, {"field": "Microsoft.Sql/servers/databases/collation", "equals": "[[parameters('x')]"}]}
    assert len(own(document, {"effect": "audit"}, as_it_is)) == 1


@pytest.mark.parametrize(
    ("properties", "count"),
    [
        ({"scope": "/subscriptions/s9"}, 1),
        ({"scope": "/subscriptions/s1"}, 0),
        ({"notScopes": ["/subscriptions/S9/resourcegroups/data"]}, 0),
        ({"notScopes": [f"{SERVER}/databases/other"]}, 1),
    ],
)
def test_it_is_where_its_id_says(properties: dict[str, Any], count: int) -> None:
    assert len(own(DATABASE, {"effect": "deny"}, ANY, **properties)) == count
    elsewhere = {"allOf": [ANY, {"value": "[resourceGroup().name]", "equals": "data"}]}
    assert len(own(DATABASE, {"effect": "deny"}, elsewhere)) == 1


def test_an_id_that_a_template_writes_moves_no_resource() -> None:
    written = resource(STORAGE, "raw", id="/subscriptions/s9/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/raw")
    here = {"field": "id", "like": "/subscriptions/s1/*"}
    for document in ({"resources": [written]}, symbolic(a=written)):
        assert len(own(document, {"effect": "deny"}, here, scope="/subscriptions/s1")) == 1


def test_an_extension_is_where_its_id_says() -> None:
    lock = {"id": f"{SERVER}/providers/Microsoft.Authorization/locks/l", "type": "Microsoft.Authorization/locks", "name": "l"}
    server = {"id": SERVER, "type": "Microsoft.Sql/servers", "name": "a", "location": "westeurope"}
    then = {"effect": "auditIfNotExists", "details": {"type": "Microsoft.Authorization/locks"}}
    server_only = {"field": "type", "equals": "Microsoft.Sql/servers"}
    assert own([server, lock], then, server_only) == []
    assert len(own([server, {**lock, "id": lock["id"].replace("servers/a", "servers/c")}], then, server_only)) == 1
    group = {"id": "/subscriptions/s9/resourceGroups/Data", "type": "Microsoft.Resources/resourceGroups", "name": "Data"}
    assert [
        item.resource
        for item in own(
            [{**group, "type": "Microsoft.Resources/subscriptions/resourceGroups"}],
            {"effect": "audit"},
            {"field": "type", "equals": "Microsoft.Resources/subscriptions/resourceGroups"},
        )
    ] == ["Data"]
    assert [
        item.resource
        for item in own(
            [group], {"effect": "audit"}, {"field": "type", "equals": "Microsoft.Resources/subscriptions/resourceGroups"}
        )
    ] == ["Data"]


def in_group(tags: dict[str, Any], group: str = "new") -> dict[str, Any]:
    made = {
        "type": "Microsoft.Resources/resourceGroups",
        "apiVersion": "2022-09-01",
        "name": "new",
        "location": "westeurope",
        **tags,
    }
    inner = {"template": {"resources": [resource(STORAGE, "raw")]}, "expressionEvaluationOptions": {"scope": "inner"}}
    schema = "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"
    return {"$schema": schema, "resources": [made, nested("n", resourceGroup=group, properties=inner)]}


@pytest.mark.parametrize(
    ("document", "states"),
    [
        (in_group({"tags": {"Env": "prod"}}), ["non-compliant"]),
        (in_group({"tags": {"env": "test"}}), []),
        (in_group({}), []),
        (in_group({"tags": {"env": "[reference('x', '2024-01-01').y]"}}), ["unknown"]),
        (in_group({"tags": {"env": "prod"}}, group="other"), ["unknown"]),
    ],
)
def test_the_tags_of_a_group_that_the_template_makes_are_known(document: Any, states: list[str]) -> None:
    tagged = {"allOf": [{"field": "type", "equals": STORAGE}, {"value": "[resourceGroup().tags['env']]", "equals": "prod"}]}
    assert [item.state for item in own(document, {"effect": "deny"}, tagged)] == states
