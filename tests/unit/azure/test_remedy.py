"""What `deployIfNotExists` would deploy: its template worked out with what the policy gives it, or why that cannot be done."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.policy.findings import Finding
from freehold.azure.template.deployment import Circumstances
from freehold.services.azure_policy import Evaluation, evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope")
STORAGE, SETTING = "Microsoft.Storage/storageAccounts", "Microsoft.Insights/diagnosticSettings"


def evaluated(given: Any, name: str = "[concat(parameters('of'), '-logs')]", effect: str = "deployIfNotExists") -> Evaluation:
    setting = {"type": SETTING, "apiVersion": "2021-05-01-preview", "name": name, "properties": {}}
    template = {"parameters": {"of": {"type": "string"}}, "resources": [setting]}
    deployment = {"properties": {"mode": "incremental", "template": template, "parameters": given}}
    details = {"type": SETTING, "roleDefinitionIds": ["r"], "deployment": deployment}
    rule = {"if": {"field": "type", "equals": STORAGE}, "then": {"effect": effect, "details": details}}
    account = {"type": STORAGE, "apiVersion": "2023-01-01", "name": "raw", "location": "westeurope", "properties": {}}
    gathered = gather(PackagedPolicies(), {"p": {"name": "p", "properties": {"mode": "All", "policyRule": rule}}})
    return evaluate_template(json.dumps({"resources": [account]}), None, gathered, HERE)


def only(found: Evaluation) -> Finding:
    (finding,) = [item for item in found.judged.findings if item.policy == "p"]
    return finding


def test_a_finding_says_what_would_be_deployed() -> None:
    finding = only(evaluated({"of": {"value": "[field('name')]"}}))
    assert finding.deploys == (f"{SETTING} raw-logs",)
    assert (finding.effect, finding.denies, finding.reason) == ("deployIfNotExists", False, "")


def test_what_is_not_known_of_it_stays_the_expression() -> None:
    finding = only(evaluated({"of": {"value": "[subscription().displayName]"}}, name="[parameters('of')]"))
    assert finding.deploys == (f"{SETTING} subscription().displayName",)


@pytest.mark.parametrize(
    ("given", "name", "said"),
    [
        ({"other": {"value": "x"}}, "x", "there is no parameter `other`"),
        ({"of": {"value": "x"}}, "[field('name')]", "a template has no function `field`"),
        ({"of": {"value": 1}}, "x", "of type string"),
    ],
)
def test_one_that_cannot_be_worked_out_is_said_with_the_reason(given: Any, name: str, said: str) -> None:
    finding = only(evaluated(given, name))
    assert finding.deploys == ()
    assert said in finding.reason


def test_a_function_that_policies_do_not_have_is_refused_where_the_policy_gives_parameters() -> None:
    found = evaluated({"of": {"value": "[reference('x').y]"}})
    assert "no function `reference`" in found.refused["p"]
    assert "parameters" in found.refused["p"]


def test_a_policy_that_only_audits_deploys_nothing() -> None:
    assert only(evaluated({"of": {"value": "x"}}, effect="auditIfNotExists")).deploys == ()
