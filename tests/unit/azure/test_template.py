"""A template becomes what it would deploy: copies, conditions, children, nested templates, and what cannot be known."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.azure.expression.values import Unknown
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.resources import Resource, expand
from freehold.errors import ArmTemplateInvalid

HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope", now="2026-01-02T03:04:05.000000Z")
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def account(**more: Any) -> dict[str, Any]:
    return {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "raw", **more}


def template(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": list(resources), **more}


def deployed(document: Any, parameters: Any = None, circumstances: Circumstances = HERE) -> list[Resource]:
    return expand(document, parameters, circumstances).resources


def only(document: Any, parameters: Any = None) -> dict[str, Any]:
    (resource,) = deployed(document, parameters)
    return resource.body


def value(expression: str, **more: Any) -> Any:
    return only(template(account(properties={"x": expression}), **more))["properties"]["x"]


def test_parameters_have_given_values_and_defaults_of_others() -> None:
    declared = {
        "name": {"type": "string"},
        "sku": {"type": "string", "defaultValue": "[concat('Standard_', 'ZRS')]", "allowedValues": ["Standard_ZRS"]},
    }
    body = only(
        template(account(name="[parameters('Name')]", sku={"name": "[parameters('sku')]"}), parameters=declared),
        {"parameters": {"name": {"value": "sales"}}},
    )
    assert (body["name"], body["sku"]) == ("sales", {"name": "Standard_ZRS"})


@pytest.mark.parametrize(
    ("declared", "given", "said"),
    [
        ({"a": {"type": "string"}}, {"b": {"value": 1}}, "there is no parameter"),
        ({"a": {"type": "int"}}, {"a": {"value": "1"}}, "of type int"),
        ({"a": {"type": "string", "allowedValues": ["x"]}}, {"a": {"value": "y"}}, "not allowed"),
        ({"a": {"type": "string", "maxLength": 2}}, {"a": {"value": "abc"}}, "maxlength 2"),
        ({"a": {"type": "int", "minValue": 5}}, {"a": {"value": 4}}, "minvalue 5"),
        ({"a": {"type": "string", "defaultValue": "[nowhere()]"}}, {}, "no function `nowhere`"),
    ],
)
def test_a_parameter_that_is_not_what_is_declared_is_refused(declared: Any, given: Any, said: str) -> None:
    with pytest.raises(ArmTemplateInvalid, match=said):
        deployed(template(account(), parameters=declared), {"parameters": given})


def test_a_value_that_nobody_gave_yet_is_unknown_and_named() -> None:
    declared = {"who": {"type": "string"}, "where": {"type": "string", "defaultValue": "westeurope"}}
    document = template(account(properties={"x": "[parameters('who')]", "y": "[parameters('where')]"}), parameters=declared)
    found = expand(document, None, HERE)
    assert found.resources[0].body["properties"] == {"x": Unknown("parameters('who')"), "y": "westeurope"}
    assert found.notes == ["no value is given for who: what depends on it is unknown"]


def test_a_nested_deployment_must_give_every_value() -> None:
    inner = template(account(), parameters={"who": {"type": "string"}})
    nested = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2024-03-01",
        "name": "inner",
        "properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": inner},
    }
    with pytest.raises(ArmTemplateInvalid, match="no value and no default"):
        deployed(template(nested))


def test_a_secret_that_is_missing_or_in_a_vault_cannot_be_known() -> None:
    declared = {"a": {"type": "secureString"}, "b": {"type": "securestring"}}
    given = {"parameters": {"b": {"reference": {"keyVault": {"id": "/v"}, "secretName": "s"}}}}
    body = only(template(account(properties={"a": "[parameters('a')]", "b": "[parameters('b')]"}), parameters=declared), given)
    assert body["properties"] == {"a": Unknown("parameters('a')"), "b": Unknown("parameters('b')")}


def test_variables_may_be_made_of_others_and_of_copies() -> None:
    variables = {
        "b": "[concat(variables('a'), '2')]",
        "a": "1",
        "copy": [{"name": "c", "count": 3, "input": "[copyIndex('c', 1)]"}],
    }
    assert value("[concat(variables('b'), string(variables('c')))]", variables=variables) == "12[1,2,3]"


def test_a_variable_made_of_itself_is_refused() -> None:
    with pytest.raises(ArmTemplateInvalid, match="made of itself"):
        value("[variables('a')]", variables={"a": "[variables('b')]", "b": "[variables('a')]"})


def test_a_copy_makes_resources_with_their_indices() -> None:
    copied = account(
        name="[concat('a', copyIndex(1))]", copy={"name": "loop", "count": 2}, tags={"i": "[string(copyIndex('loop'))]"}
    )
    found = deployed(template(copied))
    assert [(item.body["name"], item.body["tags"]["i"], item.place) for item in found] == [
        ("a1", "0", "resources[0]#0"),
        ("a2", "1", "resources[0]#1"),
    ]


def test_a_copy_of_a_property_makes_an_array() -> None:
    rules = {"copy": [{"name": "ipRules", "count": 2, "input": {"value": "[format('10.0.{0}.0/24', copyIndex('ipRules'))]"}}]}
    body = only(template(account(properties={"networkAcls": rules})))
    assert body["properties"]["networkAcls"] == {"ipRules": [{"value": "10.0.0.0/24"}, {"value": "10.0.1.0/24"}]}


@pytest.mark.parametrize("count", [-1, 801, "many"])
def test_a_copy_of_no_sensible_number_is_refused(count: Any) -> None:
    with pytest.raises(ArmTemplateInvalid, match="0 to 800 times"):
        deployed(template(account(copy={"name": "loop", "count": count})))


def test_a_condition_that_does_not_hold_deploys_nothing_and_one_that_cannot_be_known_might() -> None:
    assert deployed(template(account(condition="[equals('a', 'b')]"))) == []
    assert len(deployed(template(account(condition="[reference('x').enabled]")))) == 1


def test_children_have_their_parents_types_and_names() -> None:
    containers = {"type": "containers", "name": "[toLower('Data')]"}
    services = {"type": "blobServices", "name": "default", "resources": [containers]}
    found = deployed(template(account(resources=[services])))
    assert [(item.body["type"], item.body["name"]) for item in found] == [
        ("Microsoft.Storage/storageAccounts", "raw"),
        ("Microsoft.Storage/storageAccounts/blobServices", "raw/default"),
        ("Microsoft.Storage/storageAccounts/blobServices/containers", "raw/default/data"),
    ]
    assert found[2].id == (
        "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/raw/blobServices/default/containers/data"
    )


def test_an_extension_below_providers_is_of_its_own_type_and_has_a_scope() -> None:
    body = only(
        template({"type": "Microsoft.Storage/storageAccounts/providers/diagnosticSettings", "name": "raw/Microsoft.Insights/logs"})
    )
    assert (body["type"], body["name"]) == ("Microsoft.Insights/diagnosticSettings", "logs")
    assert body["scope"] == "Microsoft.Storage/storageAccounts/raw"


def nested(inner: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.Resources/deployments",
        "name": "n",
        "resourceGroup": "other",
        "properties": {"template": inner, **properties},
    }


def test_a_nested_template_sees_its_own_parameters_where_its_scope_is_inner() -> None:
    inner = template(account(name="[parameters('n')]"), parameters={"n": {"type": "string"}})
    outer = nested(inner, expressionEvaluationOptions={"scope": "inner"}, parameters={"n": {"value": "[variables('v')]"}})
    (found,) = deployed(template(outer, variables={"v": "deep"}))
    assert found.body["name"] == "deep"
    assert found.id.startswith("/subscriptions/s1/resourceGroups/other/")


def test_a_nested_template_sees_the_outer_variables_otherwise() -> None:
    (found,) = deployed(template(nested(template(account(name="[variables('v')]"))), variables={"v": "outer"}))
    assert found.body["name"] == "outer"


def test_a_linked_template_is_named_and_not_fetched() -> None:
    linked = {"type": "Microsoft.Resources/deployments", "name": "n", "properties": {"templateLink": {"uri": "https://x"}}}
    found = expand(template(linked), None, HERE)
    assert found.resources == []
    assert "not fetched" in found.notes[0]


def test_symbolic_names_work_and_existing_resources_are_not_deployed() -> None:
    document = {"languageVersion": "2.0", "resources": {"a": account(), "b": account(name="b", existing=True)}}
    assert [(item.place, item.body["name"]) for item in deployed(document)] == [("resources.a", "raw")]


def test_a_resource_group_is_of_the_type_that_policies_know() -> None:
    document = template({"type": "Microsoft.Resources/resourceGroups", "name": "rg2", "location": "westeurope"})
    document["$schema"] = "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"
    (found,) = deployed(document)
    assert found.body["type"] == "Microsoft.Resources/subscriptions/resourceGroups"
    assert found.id == "/subscriptions/s1/resourceGroups/rg2"


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        (
            "[resourceId('Microsoft.Sql/servers/databases', 'a', 'b')]",
            "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Sql/servers/a/databases/b",
        ),
        ("[resourceId('g', 'Microsoft.Sql/servers', 'a')]", "/subscriptions/s1/resourceGroups/g/providers/Microsoft.Sql/servers/a"),
        (
            "[resourceId('s', 'g', 'Microsoft.Sql/servers', 'a')]",
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/a",
        ),
        ("[subscriptionResourceId('M.A/r', 'x')]", "/subscriptions/s1/providers/M.A/r/x"),
        ("[tenantResourceId('M.A/r', 'x')]", "/providers/M.A/r/x"),
        ("[extensionResourceId('/a/b', 'M.A/r', 'x')]", "/a/b/providers/M.A/r/x"),
        (
            "[managementGroupResourceId('mg', 'M.A/r', 'x')]",
            "/providers/Microsoft.Management/managementGroups/mg/providers/M.A/r/x",
        ),
        ("[resourceGroup().location]", "westeurope"),
        ("[subscription().subscriptionId]", "s1"),
        ("[environment().suffixes.sqlServerHostname]", ".database.windows.net"),
        ("[utcNow('yyyy-MM-dd')]", "2026-01-02"),
        ("[map(range(1, 2), lambda('x', mul(lambdaVariables('x'), 2)))]", [2, 4]),
        ("[filter(createArray('a', 'bb'), lambda('x', greater(length(lambdaVariables('x')), 1)))]", ["bb"]),
        ("[reduce(createArray(1, 2, 3), 10, lambda('t', 'x', add(lambdaVariables('t'), lambdaVariables('x'))))]", 16),
        ("[sort(createArray(2, 1), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))]", [1, 2]),
        ("[toObject(createArray('k'), lambda('x', lambdaVariables('x')), lambda('x', 1))]", {"k": 1}),
        ("[groupBy(createArray('aa', 'b'), lambda('x', first(lambdaVariables('x'))))]", {"a": ["aa"], "b": ["b"]}),
        ("[mapValues(createObject('k', 2), lambda('x', add(lambdaVariables('x'), 1)))]", {"k": 3}),
        ("[[literal]", "[literal]"),
    ],
)
def test_a_form_makes_what_is_documented(expression: str, wanted: Any) -> None:
    assert value(expression) == wanted


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("[reference('x', '2023-01-01').primaryEndpoints.blob]", "reference('x', '2023-01-01').primaryEndpoints.blob"),
        ("[listKeys('x', '2023-01-01').keys[0].value]", "listKeys('x', '2023-01-01').keys.0.value"),
        ("[concat('a', newGuid())]", "newGuid()"),
    ],
)
def test_what_only_a_deployment_knows_stays_the_expression(expression: str, text: str) -> None:
    assert value(expression) == Unknown(text)


def test_functions_of_the_template_itself_can_be_called() -> None:
    member = {
        "parameters": [{"name": "p", "type": "string"}],
        "output": {"type": "string", "value": "[concat(parameters('p'), '!')]"},
    }
    assert value("[contoso.loud('a')]", functions=[{"namespace": "contoso", "members": {"loud": member}}]) == "a!"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "no template"),
        ({"resources": [{"name": "x"}]}, "with a `type`"),
        ({"resources": [account(name="[nothing()]")]}, "resources\\[0\\].name: a template has no function `nothing`"),
        ({"resources": [account(name="[parameters('x')]")]}, "no parameter `x`"),
        ({"resources": [account(name="[variables('x')]")]}, "no variable `x`"),
        ({"resources": [account(name="a/b")]}, "wants 1 names and has 2"),
        ({"resources": [account(properties={"x": "[int('a')]"})]}, "resources\\[0\\].properties.x"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_with_its_place(document: Any, said: str) -> None:
    with pytest.raises(ArmTemplateInvalid, match=said):
        deployed(document)
