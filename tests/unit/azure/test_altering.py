"""`append` and `modify` come first: what they change may prevent a denial, and who wins where two change the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.policy.findings import Finding
from freehold.azure.template.deployment import Circumstances
from freehold.services.azure_policy import evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope")
STORAGE = "Microsoft.Storage/storageAccounts"
TLS, RETENTION = f"{STORAGE}/minimumTlsVersion", f"{STORAGE}/encryption.requireInfrastructureEncryption"
ROLES = ["/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"]


def policy(name: str, condition: Any, effect: str, details: Any = None) -> dict[str, Any]:
    then = {"effect": effect} if details is None else {"effect": effect, "details": details}
    of_type = {"field": "type", "equals": STORAGE}
    rule = {"if": {"allOf": [of_type, condition]}, "then": then}
    return {"name": name, "properties": {"mode": "All", "policyRule": rule}}


def modify(
    name: str, field: str, value: Any, operation: str = "addOrReplace", conflict: str = "deny", **more: Any
) -> dict[str, Any]:
    change = {"operation": operation, "field": field, "value": value, **more}
    details = {"roleDefinitionIds": ROLES, "conflictEffect": conflict, "operations": [change]}
    return policy(name, {"field": "name", "exists": True}, "modify", details)


def assigned(definition: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"name": f"a-{definition['name']}", "properties": {"policyDefinitionId": definition["name"], **properties}}


def found(*documents: dict[str, Any], aliases: Any = None, resource: Any = None, **properties: Any) -> dict[str, Finding]:
    account = {"type": STORAGE, "apiVersion": "2023-01-01", "name": "raw", "location": "westeurope", "properties": properties}
    gathered = gather(PackagedPolicies(), {f"f{at}": item for at, item in enumerate(documents)}, aliases)
    assert gathered.refused.keys() <= ({"built-in"} if aliases else set())
    judged = evaluate_template(json.dumps({"resources": [resource or account]}), None, gathered, HERE).judged
    return {item.policy: item for item in judged.findings if item.assignment != "built-in"}


DENY_OLD = policy("old", {"field": TLS, "notEquals": "TLS1_2"}, "deny")
SET_TLS = modify("set", TLS, "TLS1_2")


def test_what_modify_mends_is_not_denied() -> None:
    assert found(DENY_OLD, minimumTlsVersion="TLS1_0")["old"].denies
    said = found(DENY_OLD, SET_TLS, minimumTlsVersion="TLS1_0")
    assert set(said) == {"set"}
    assert said["set"].after is not None


def test_what_modify_brings_about_is_denied_and_the_policy_named() -> None:
    said = found(policy("tag", {"field": "tags.env", "equals": "test"}, "deny"), modify("mark", "tags['env']", "test"))
    assert said["tag"].denies
    assert said["tag"].reason == "as mark changes it"


def test_what_append_adds_is_there_for_the_others() -> None:
    added = policy("add", {"field": TLS, "exists": False}, "append", [{"field": TLS, "value": "TLS1_2"}])
    assert set(found(DENY_OLD, added)) == {"add"}


def test_a_change_that_is_not_enforced_or_exempt_changes_nothing() -> None:
    assert found(DENY_OLD, SET_TLS, assigned(SET_TLS, enforcementMode="DoNotEnforce"), assigned(DENY_OLD))["old"].denies
    there = "/subscriptions/s1/providers/Microsoft.Authorization/policyAssignments/set"
    exemption = {
        "id": "/subscriptions/s1/providers/Microsoft.Authorization/policyExemptions/e",
        "properties": {"policyAssignmentId": there, "exemptionCategory": "Waiver"},
    }
    at_work = {"id": there, "name": "set", "properties": {"policyDefinitionId": "set", "scope": "/subscriptions/s1"}}
    assert found(DENY_OLD, SET_TLS, at_work, exemption)["old"].denies


def test_a_related_resource_counts_as_policies_change_it() -> None:
    details = {"type": STORAGE, "name": "[field('name')]", "existenceCondition": {"field": TLS, "equals": "TLS1_2"}}
    audit = policy("audit", {"field": "name", "equals": "raw"}, "auditIfNotExists", details)
    assert "audit" in found(audit, minimumTlsVersion="TLS1_0")
    assert "audit" not in found(audit, SET_TLS, minimumTlsVersion="TLS1_0")


@pytest.mark.parametrize(
    ("first", "second", "denied", "skipped"),
    [
        ("deny", "deny", {"one", "two"}, set[str]()),
        ("deny", "audit", set[str](), {"two"}),
        ("audit", "deny", set[str](), {"one"}),
        ("audit", "audit", set[str](), {"one", "two"}),
        ("audit", "disabled", set[str](), {"one", "two"}),
    ],
)
def test_of_two_that_change_the_same_the_one_that_insists_wins(
    first: str, second: str, denied: set[str], skipped: set[str]
) -> None:
    said = found(modify("one", TLS, "TLS1_2", conflict=first), modify("two", TLS, "TLS1_1", conflict=second))
    assert {name for name, item in said.items() if item.denies} == denied
    assert {name for name, item in said.items() if item.reason.startswith("skipped")} == skipped


def test_two_that_change_the_same_to_the_same_do_not_contradict_each_other() -> None:
    said = found(modify("one", TLS, "TLS1_2"), modify("two", TLS, "TLS1_2"))
    assert not any(item.denies or item.reason for item in said.values())


def test_members_that_two_add_stand_beside_each_other() -> None:
    rules = f"{STORAGE}/networkAcls.ipRules[*]"
    many = policy("many", {"count": {"field": rules}, "greater": 1}, "deny")
    said = found(
        modify("one", rules, {"value": "1.1.1.1"}, "add"), modify("two", rules, {"value": "2.2.2.2"}, "add"), many, networkAcls={}
    )
    assert {name for name, item in said.items() if item.denies} == {"many"}


def test_a_property_whose_parent_is_left_out_is_left_alone() -> None:
    nested = modify("nested", RETENTION, True)
    said = found(nested)["nested"]
    assert "skipped" in said.reason
    assert said.after is not None
    assert said.after["properties"] == {}
    said = found(nested, encryption={})["nested"]
    assert said.reason == ""
    assert said.after is not None
    assert said.after["properties"] == {"encryption": {"requireInfrastructureEncryption": True}}


@pytest.mark.parametrize(("conflict", "denies"), [("deny", True), ("audit", False)])
def test_what_an_api_version_does_not_let_policies_change_has_the_effect_of_a_conflict(conflict: str, denies: bool) -> None:
    old = {"path": "properties.minimumTlsVersion", "apiVersions": ["2023-01-01"], "metadata": {"attributes": "None"}}
    alias = {
        "name": TLS,
        "defaultPath": "properties.minimumTlsVersion",
        "defaultMetadata": {"attributes": "Modifiable"},
        "paths": [old],
    }
    listed = [{"namespace": "Microsoft.Storage", "resourceTypes": [{"resourceType": "storageAccounts", "aliases": [alias]}]}]
    said = found(modify("set", TLS, "TLS1_2", conflict=conflict), aliases=listed)["set"]
    assert said.denies is denies
    assert "cannot be changed" in said.reason


def test_only_machines_have_their_identity_changed() -> None:
    identity = modify("identity", "identity.type", "SystemAssigned")
    identity["properties"]["policyRule"]["if"] = {"field": "name", "equals": "raw"}
    assert found(identity) == {}
    machine = {"type": "Microsoft.Compute/virtualMachines", "apiVersion": "2024-03-01", "name": "raw", "location": "westeurope"}
    said = found(identity, resource=machine)["identity"]
    assert said.after is not None
    assert said.after["identity"] == {"type": "SystemAssigned"}


def test_nobody_is_locked_out_by_a_policy_about_deleting() -> None:
    rule = {"if": {"field": "name", "equals": "x"}, "then": {"effect": "denyAction", "details": {"actionNames": ["delete"]}}}
    keep = {"name": "keep", "properties": {"mode": "All", "policyRule": rule}}
    assert found(keep, resource={"type": "Microsoft.Authorization/locks", "apiVersion": "2020-05-01", "name": "x"}) == {}
    assert set(found(keep, resource={"type": STORAGE, "apiVersion": "2023-01-01", "name": "x"})) == {"keep"}
