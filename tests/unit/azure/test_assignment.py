"""Policies at work: where an assignment holds, of what, with which effect, and what is refused instead of left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.policy.definition import arguments, read_definition
from freehold.azure.policy.findings import Finding
from freehold.azure.template.deployment import Circumstances
from freehold.errors import AzurePolicyInvalid
from freehold.services.azure_policy import Evaluation, evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope")
TLS: dict[str, Any] = {
    "name": "tls",
    "properties": {
        "displayName": "TLS 1.2",
        "mode": "Indexed",
        "parameters": {"effect": {"type": "String", "defaultValue": "Deny", "allowedValues": ["Deny", "Audit", "Disabled"]}},
        "policyRule": {
            "if": {
                "allOf": [
                    {"field": "type", "equals": "Microsoft.Storage/storageAccounts"},
                    {"field": "Microsoft.Storage/storageAccounts/minimumTlsVersion", "notEquals": "TLS1_2"},
                ]
            },
            "then": {"effect": "[parameters('effect')]"},
        },
    },
}


TLS_ANY: dict[str, Any] = {
    "name": "any",
    "properties": {
        "parameters": {"effect": {"type": "String"}},
        "policyRule": {"if": {"field": "type", "equals": "A/nothing"}, "then": {"effect": "[parameters('effect')]"}},
    },
}


def account(name: str = "raw", **properties: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.Storage/storageAccounts",
        "apiVersion": "2023-01-01",
        "name": name,
        "location": "West Europe",
        "properties": properties,
    }


def assignment(definition: str = "tls", **properties: Any) -> dict[str, Any]:
    return {"name": "a", "properties": {"policyDefinitionId": definition, **properties}}


def evaluated(*documents: dict[str, Any], resources: Any = None, aliases: Any = None) -> Evaluation:
    policies = gather(PackagedPolicies(), {f"file{at}": item for at, item in enumerate(documents)}, aliases)
    return evaluate_template(json.dumps(resources or [account()]), None, policies, HERE)


def own(found: Evaluation) -> list[Finding]:
    return [item for item in found.judged.findings if item.assignment != "built-in"]


def test_an_own_policy_that_nobody_assigned_holds_with_its_defaults() -> None:
    found = evaluated(TLS)
    (finding,) = own(found)
    assert (finding.effect, finding.denies, finding.place) == ("deny", True, "resources[0]")
    assert finding.fields == {"minimumTlsVersion": None}
    assert found.is_denied


def test_built_ins_advise_and_deny_nothing() -> None:
    found = evaluated()
    assert found.judged.findings
    assert not any(item.denies for item in found.judged.findings)
    assert not found.is_denied


def test_a_built_in_that_is_assigned_denies() -> None:
    tls = "/providers/Microsoft.Authorization/policyDefinitions/fe83a0eb-a853-422d-aac2-1bffd182c5d0"
    found = evaluated(assignment(tls, parameters={"effect": {"value": "Deny"}}))
    assert [item.denies for item in own(found)] == [True]
    assert len([item for item in found.judged.findings if item.policy == tls.rpartition("/")[2]]) == 1


@pytest.mark.parametrize(
    ("properties", "states"),
    [
        ({"parameters": {"effect": {"value": "Audit"}}}, [("audit", False)]),
        ({"parameters": {"effect": {"value": "Disabled"}}}, []),
        ({"enforcementMode": "DoNotEnforce"}, [("deny", False)]),
        ({"scope": "/subscriptions/other"}, []),
        ({"scope": "/subscriptions/s1/resourceGroups/RG"}, [("deny", True)]),
        ({"notScopes": ["/subscriptions/s1/resourceGroups/rg"]}, []),
        ({"notScopes": ["/subscriptions/s1/resourceGroups/r"]}, [("deny", True)]),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceLocation", "in": ["westeurope"]}]}]}, [("deny", True)]),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceLocation", "notIn": ["West Europe"]}]}]}, []),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceWithoutLocation", "in": ["subscriptionLevelResources"]}]}]}, []),
        ({"overrides": [{"kind": "policyEffect", "value": "Audit"}]}, [("audit", False)]),
        (
            {
                "overrides": [
                    {
                        "kind": "policyEffect",
                        "value": "Audit",
                        "selectors": [{"kind": "resourceType", "in": ["microsoft.sql/servers"]}],
                    }
                ]
            },
            [("deny", True)],
        ),
    ],
)
def test_an_assignment_says_where_of_what_and_with_which_effect(properties: dict[str, Any], states: list[tuple[str, bool]]) -> None:
    assert [(item.effect, item.denies) for item in own(evaluated(TLS, assignment(**properties)))] == states


def initiative(**parameters: Any) -> dict[str, Any]:
    reference = {"policyDefinitionReferenceId": "r", "policyDefinitionId": "tls", "parameters": parameters}
    declared = {"how": {"type": "String", "defaultValue": "Audit"}}
    return {"name": "set", "properties": {"parameters": declared, "policyDefinitions": [reference]}}


def test_an_initiative_hands_its_parameters_on() -> None:
    handed = initiative(effect={"value": "[parameters('how')]"})
    assert [item.effect for item in own(evaluated(TLS, handed))] == ["audit"]
    given = assignment("set", parameters={"how": {"value": "Deny"}}, nonComplianceMessages=[{"message": "use TLS 1.2"}])
    (finding,) = own(evaluated(TLS, handed, given))
    assert (finding.effect, finding.reference, finding.mend) == ("deny", "r", "use TLS 1.2")


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ([assignment("nothing")], "no definition"),
        ([TLS, assignment(parameters={"effect": {"value": "Perhaps"}})], "cannot be `Perhaps`"),
        ([TLS, assignment(parameters={"other": {"value": 1}})], "no parameter `other`"),
        ([TLS, initiative(effect={"value": "[parameters('nothing')]"})], "no parameter `nothing`"),
        ([{"if": {"field": "type", "resembles": "x"}, "then": {"effect": "deny"}}], "`resembles` is no operator"),
        ([{"if": {"field": "type", "equals": "x"}, "then": {"effect": "explode"}}], "`explode` is no effect"),
        ([TLS_ANY, assignment("any", parameters={"effect": {"value": "explode"}})], "`explode` is no effect"),
        ([{"if": {"value": "[reference('x')]", "equals": "x"}, "then": {"effect": "deny"}}], "no function `reference`"),
        ([{"if": {"field": "nonsense", "equals": "x"}, "then": {"effect": "deny"}}], "no alias that is known"),
    ],
)
def test_a_policy_that_cannot_be_used_is_named_and_fails_the_evaluation(documents: list[dict[str, Any]], said: str) -> None:
    found = evaluated(*documents)
    assert len(found.refused) == 1
    assert said in next(iter(found.refused.values()))
    assert found.is_denied


def override(value: str, *selectors: dict[str, Any]) -> dict[str, Any]:
    return {"overrides": [{"kind": "policyEffect", "value": value, "selectors": list(selectors)}]}


@pytest.mark.parametrize(
    ("value", "said"),
    [("Modify", "cannot be `Modify` in place of its own"), ("auditIfNotExists", "cannot be `auditIfNotExists`")],
)
def test_an_effect_that_the_rule_cannot_have_takes_the_place_of_none(value: str, said: str) -> None:
    assert said in evaluated(TLS, assignment(**override(value))).refused["a"]
    fixed = {"name": "fixed", "if": TLS["properties"]["policyRule"]["if"], "then": {"effect": "deny"}}
    only = {"name": "fixed", "properties": {"mode": "All", "policyRule": {"if": fixed["if"], "then": fixed["then"]}}}
    assert "has no details for it" in evaluated(only, assignment("fixed", **override(value))).refused["a"]
    assert [item.effect for item in own(evaluated(only, assignment("fixed", **override("audit"))))] == ["audit"]


def test_an_override_of_other_policies_of_the_initiative_is_not_held_against_this_one() -> None:
    others = override("Modify", {"kind": "policyDefinitionReferenceId", "in": ["other"]})
    assert evaluated(TLS, initiative(), assignment("set", **others)).refused == {}
    this = override("Modify", {"kind": "policyDefinitionReferenceId", "notIn": ["other"]})
    assert "in place of its own" in evaluated(TLS, initiative(), assignment("set", **this)).refused["set/r"]


def test_what_would_mend_a_policy_that_cannot_be_used_is_said_with_it() -> None:
    assert "needs a value (give it in an assignment" in evaluated(TLS_ANY).refused["any"]
    assert "(it can be Deny, Audit, Disabled)" in evaluated(TLS, assignment(parameters={"effect": {"value": "deny"}})).refused["a"]


@pytest.mark.parametrize("document", [{}, [], "text", {"properties": {}}])
def test_a_file_that_is_no_policy_is_refused(document: Any) -> None:
    if document == []:
        assert not evaluated(document).refused
        return
    with pytest.raises(AzurePolicyInvalid, match="no policy definition"):
        evaluated(document)


def test_a_policy_of_objects_inside_a_service_is_said_to_be_not_evaluated() -> None:
    data = {"name": "keys", "properties": {**TLS["properties"], "mode": "Microsoft.KeyVault.Data"}}
    found = evaluated(data)
    assert "inside a service" in found.judged.not_evaluated["keys"]
    assert own(found) == []


def test_an_indexed_policy_leaves_out_what_has_no_tags_and_location() -> None:
    rule = {"if": {"field": "tags.Owner", "exists": False}, "then": {"effect": "audit"}}
    service = {"type": "Microsoft.Storage/storageAccounts/blobServices", "name": "raw/default", "properties": {}}
    for mode, count in (("Indexed", 1), ("All", 2)):
        policy = {"name": "tags", "properties": {"mode": mode, "policyRule": rule}}
        assert len(own(evaluated(policy, resources=[account(minimumTlsVersion="TLS1_2"), service]))) == count


def test_what_only_a_deployment_knows_is_unknown_and_never_compliant() -> None:
    found = evaluated(TLS, resources=[account(minimumTlsVersion="[reference('x').tls]")])
    (finding,) = own(found)
    assert (finding.state, finding.denies) == ("unknown", False)
    assert "reference('x').tls" in finding.reason


def test_what_cannot_be_known_does_not_matter_beside_what_decides() -> None:
    either = {"anyOf": [{"field": "name", "equals": "[field('kind')]"}, {"field": "name", "equals": "raw"}]}
    both = {"allOf": [{"field": "name", "equals": "[field('kind')]"}, {"field": "name", "equals": "other"}]}
    resource = {**account(), "kind": "[reference('x').kind]"}
    for condition, states in ((either, ["non-compliant"]), (both, [])):
        found = evaluated({"if": condition, "then": {"effect": "audit"}}, resources=[resource])
        assert [item.state for item in own(found)] == states


def test_an_evaluation_that_fails_denies() -> None:
    rule = {"if": {"value": "[substring(field('name'), 0, 9)]", "equals": "x"}, "then": {"effect": "audit"}}
    (finding,) = own(evaluated(rule))
    assert (finding.state, finding.effect, finding.denies) == ("failed", "deny", True)
    assert "substring" in finding.reason


def test_a_location_counts_without_case_and_blanks() -> None:
    allowed = assignment(
        "e56962a6-4747-49cd-b67b-bf8b01975c4c", parameters={"listOfAllowedLocations": {"value": ["westeurope", "North Europe"]}}
    )
    assert own(evaluated(allowed)) == []
    elsewhere = {**account(), "location": "eastus2"}
    assert [item.denies for item in own(evaluated(allowed, resources=[elsewhere]))] == [True]


def test_related_resources_below_another_parent_do_not_count() -> None:
    rule = {
        "if": {"field": "type", "equals": "Microsoft.Sql/servers"},
        "then": {
            "effect": "auditIfNotExists",
            "details": {
                "type": "Microsoft.Sql/servers/auditingSettings",
                "name": "default",
                "existenceCondition": {"field": "Microsoft.Sql/auditingSettings.state", "equals": "Enabled"},
            },
        },
    }
    servers = [{"type": "Microsoft.Sql/servers", "name": name, "location": "westeurope", "properties": {}} for name in ("a", "b")]
    audit = {"type": "Microsoft.Sql/servers/auditingSettings", "name": "a/default", "properties": {"state": "Enabled"}}
    found = evaluated(rule, resources=[*servers, audit])
    assert [item.resource for item in own(found)] == ["b"]


def test_a_setting_on_another_resource_does_not_count() -> None:
    rule = {
        "if": {"field": "type", "equals": "Microsoft.Storage/storageAccounts"},
        "then": {"effect": "auditIfNotExists", "details": {"type": "Microsoft.Insights/diagnosticSettings"}},
    }
    logs = {
        "type": "Microsoft.Insights/diagnosticSettings",
        "name": "logs",
        "scope": "Microsoft.Storage/storageAccounts/raw",
        "properties": {},
    }
    found = evaluated(rule, resources=[account("raw"), account("other"), logs])
    assert [item.resource for item in own(found)] == ["other"]


def test_a_tenants_list_of_aliases_is_the_only_one_that_counts() -> None:
    listed = [{"namespace": "Microsoft.Storage", "resourceTypes": [{"resourceType": "storageAccounts", "aliases": []}]}]
    found = evaluated(TLS, aliases=listed)
    assert "no alias that is known" in found.refused["tls"]


def test_an_api_version_that_keeps_a_property_elsewhere_is_looked_up_there() -> None:
    alias = {
        "name": "Microsoft.Storage/storageAccounts/minimumTlsVersion",
        "defaultPath": "properties.minimumTlsVersion",
        "paths": [{"path": "properties.old.tls", "apiVersions": ["2015-01-01"]}],
    }
    listed = [{"namespace": "Microsoft.Storage", "resourceTypes": [{"resourceType": "storageAccounts", "aliases": [alias]}]}]
    old = {**account(old={"tls": "TLS1_2"}), "apiVersion": "2015-01-01"}
    assert own(evaluated(TLS, aliases=listed, resources=[old])) == []
    assert len(own(evaluated(TLS, aliases=listed, resources=[{**old, "apiVersion": "2023-01-01"}]))) == 1


def test_a_parameter_of_an_array_may_be_any_of_what_is_allowed() -> None:
    raw = {"p": {"type": "Array", "allowedValues": ["a", "b"]}}
    definition = read_definition({"properties": {"parameters": raw, "policyRule": {"if": {}, "then": {}}}})
    assert arguments(definition.parameters, {"P": ["b", "a"]}, "here") == {"p": ["b", "a"]}
    for other in ("c", "A"):
        with pytest.raises(AzurePolicyInvalid, match=f"cannot be `{other}`"):
            arguments(definition.parameters, {"p": [other]}, "here")
    with pytest.raises(AzurePolicyInvalid, match="needs a value"):
        arguments(definition.parameters, {}, "here")


def test_every_built_in_of_the_package_can_be_used() -> None:
    published = PackagedPolicies()
    policies = gather(published, {})
    assert policies.refused == {}
    sets = {f"set{at}": assignment(item["name"], parameters=_needed(item)) for at, item in enumerate(published.initiatives())}
    assigned = gather(published, {name: {**item, "name": name} for name, item in sets.items()})
    assert assigned.refused == {}
    assert {one.reference is not None for one in assigned.applied} == {True, False}


def _needed(item: dict[str, Any]) -> dict[str, Any]:
    declared: dict[str, Any] = item["properties"].get("parameters", {})
    return {name: {"value": []} for name, body in declared.items() if "defaultValue" not in body}


@pytest.mark.parametrize("scopes", ["/subscriptions/s1", [""], ["/"], ["/subscriptions/"], [5], {"a": 1}])
def test_scopes_to_leave_out_that_are_none_are_refused_and_leave_nothing_out(scopes: Any) -> None:
    with pytest.raises(AzurePolicyInvalid, match="notScopes are a list of ids"):
        evaluated(TLS, assignment(notScopes=scopes))


ALLOWED = "e56962a6-4747-49cd-b67b-bf8b01975c4c"


def built_in(name: str) -> dict[str, Any]:
    (found,) = [item for item in PackagedPolicies().definitions() if item["name"] == name]
    return found


def test_a_file_does_not_take_the_place_of_a_built_in_of_its_name() -> None:
    weak = {
        **built_in(ALLOWED),
        "properties": {**TLS_ANY["properties"], "parameters": built_in(ALLOWED)["properties"]["parameters"]},
    }
    given = {"listOfAllowedLocations": {"value": ["eastus"]}, "effect": {"value": "Deny"}}
    found = evaluated(weak, assignment(ALLOWED, parameters=given), resources=[account()])
    assert [(item.policy, item.denies) for item in own(found)] == [(ALLOWED, True)]
    assert "built-in" in found.refused[ALLOWED]
    assert found.is_denied


def test_a_file_that_says_what_the_built_in_says_is_taken() -> None:
    same = {**built_in(ALLOWED), "properties": {**built_in(ALLOWED)["properties"], "displayName": "Ours"}}
    given = {"listOfAllowedLocations": {"value": ["eastus"]}}
    found = evaluated(same, assignment(ALLOWED, parameters=given), resources=[account()])
    assert found.refused == {}
    assert [item.denies for item in own(found)] == [True]


def test_a_file_does_not_take_the_place_of_a_built_in_initiative() -> None:
    (first, *_) = PackagedPolicies().initiatives()
    weak = {**first, "properties": {**first["properties"], "policyDefinitions": []}}
    found = evaluated(weak, resources=[account()])
    assert "built-in" in found.refused[first["name"]]


def test_two_files_of_one_name_that_say_different_things_are_named() -> None:
    other = {**TLS_ANY, "name": "tls"}
    assert any("two documents are called tls" in note for note in evaluated(other, TLS, resources=[account()]).notes)
    assert not any("two documents" in note for note in evaluated(TLS, TLS, resources=[account()]).notes)
