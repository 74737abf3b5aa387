"""How a template spells things changes nothing: keys count without case, and what Azure does not work out is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.expression.values import Unknown
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.resources import expand
from freehold.errors import ArmTemplateInvalid
from freehold.services.azure_policy import Evaluation, evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope")
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
DEPLOYMENT = {"type": "Microsoft.Resources/deployments", "apiVersion": "2024-03-01", "name": "inner"}
ABROAD: dict[str, Any] = {"if": {"field": "location", "notIn": ["westeurope"]}, "then": {"effect": "deny"}}


def account(**more: Any) -> dict[str, Any]:
    return {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "raw", **more}


def template(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": list(resources), **more}


def evaluated(document: Any) -> Evaluation:
    return evaluate_template(json.dumps(document), None, gather(PackagedPolicies(), {"abroad": ABROAD}), HERE)


@pytest.mark.parametrize("key", ["location", "Location", "LOCATION"])
def test_a_location_counts_however_its_key_is_spelt(key: str) -> None:
    assert evaluated(template(account(**{key: "eastus"}))).is_denied


def test_keys_of_a_resource_count_without_case() -> None:
    written = {key.upper(): value for key, value in account(tags={"a": "b"}, sku={"name": "x"}, properties={"y": 1}).items()}
    (found,) = expand(template(written), None, HERE).resources
    assert found.body == account(tags={"a": "b"}, sku={"name": "x"}, properties={"y": 1})


@pytest.mark.parametrize(
    "kind", ["[concat('Microsoft.Resources/', 'deployments')]", "[reference('x').type]", "Microsoft.Storage/storageAccounts ", ""]
)
def test_a_type_that_is_not_written_out_is_refused(kind: str) -> None:
    with pytest.raises(ArmTemplateInvalid, match=r"resources\[0\]\.type: "):
        expand(template({**account(), "type": kind}), None, HERE)


def test_a_slash_behind_its_type_hides_no_nested_template() -> None:
    nested = {**DEPLOYMENT, "type": "Microsoft.Resources/deployments/", "properties": {"template": template(account(name="a"))}}
    assert [item.body["name"] for item in expand(template(nested), None, HERE).resources] == ["a"]


def nested_in(region: str, **options: Any) -> dict[str, Any]:
    """A nested template whose parameter of the same name as one around it says another region."""
    inner = template(account(location="[parameters('region')]"), parameters={"region": {"type": "string"}})
    properties = {"template": inner, "parameters": {"region": {"value": region}}, **options}
    return {**DEPLOYMENT, "properties": properties}


AROUND = {"region": {"type": "string", "defaultValue": "westeurope"}}


@pytest.mark.parametrize(
    ("version", "options", "region"),
    [
        ({}, {}, "westeurope"),
        ({"languageVersion": "2.0"}, {}, "eastus"),
        ({"languageVersion": "2.1-experimental"}, {"expressionEvaluationOptions": {"scope": "NotSpecified"}}, "eastus"),
        ({}, {"expressionEvaluationOptions": {"scope": "Inner"}}, "eastus"),
    ],
)
def test_nested_templates_of_language_version_2_have_parameters_of_their_own(version: Any, options: Any, region: str) -> None:
    (found,) = expand(template(nested_in("eastus", **options), parameters=AROUND, **version), None, HERE).resources
    assert found.body["location"] == region


@pytest.mark.parametrize(("version", "scope"), [({"languageVersion": "2.0"}, "outer"), ({}, "between")])
def test_a_scope_that_azure_does_not_take_is_refused(version: Any, scope: str) -> None:
    nested = nested_in("eastus", expressionEvaluationOptions={"scope": scope})
    with pytest.raises(ArmTemplateInvalid, match="is no scope here"):
        expand(template(nested, parameters=AROUND, **version), None, HERE)


def test_a_key_that_is_an_expression_is_worked_out() -> None:
    written = {"properties": {"[concat('allowBlob', 'PublicAccess')]": True, "a": 1}, "tags": {"[[b]": "c"}}
    (found,) = expand(template(account(**written)), None, HERE).resources
    assert (found.body["properties"], found.body["tags"]) == ({"allowBlobPublicAccess": True, "a": 1}, {"[b]": "c"})


def test_an_object_with_a_key_that_only_a_deployment_knows_is_unknown() -> None:
    (found,) = expand(template(account(properties={"[reference('x').key]": True, "a": 1})), None, HERE).resources
    assert found.body["properties"] == Unknown("reference('x').key")


@pytest.mark.parametrize(
    "more",
    [
        {"properties": {"a": 1, "[toUpper('a')]": 2}},
        {"properties": {"[toUpper('a')]": 1, "[toLower('A')]": 2}},
        {"properties": {"[createArray('a')]": 1}},
        {"[concat('loc', 'ation')]": "eastus"},
    ],
)
def test_a_key_that_is_there_twice_or_no_text_or_of_the_resource_itself_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ArmTemplateInvalid):
        expand(template(account(**more)), None, HERE)
