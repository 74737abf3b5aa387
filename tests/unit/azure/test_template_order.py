"""A template in whatever order it stands: parameters made of later ones, types, functions of functions, what waits for what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.documents import read_json
from freehold.azure.expression.values import Unknown
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.linked import Linked
from freehold.azure.template.resources import Expanded, expand
from freehold.errors import ArmTemplateInvalid

HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope")
SUBSCRIPTION = "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"


def account(name: str = "raw", **more: Any) -> dict[str, Any]:
    return {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": name, **more}


def nested(template: Any = None, *, name: str = "inner", link: Any = None, **more: Any) -> dict[str, Any]:
    parameters = more.pop("parameters", {})
    inside = {"templateLink": link} if link else {"template": template, "expressionEvaluationOptions": {"scope": "inner"}}
    properties = {"mode": "Incremental", "parameters": parameters, **inside, **more.pop("properties", {})}
    return {"type": "Microsoft.Resources/deployments", "apiVersion": "2024-03-01", "name": name, "properties": properties, **more}


def expanded(*resources: Any, linked: Linked | None = None, given: Any = None, schema: str = "", **more: Any) -> Expanded:
    return expand({"$schema": schema, "resources": list(resources), **more}, given, HERE, linked)


def value(expression: str, **more: Any) -> Any:
    return expanded(account(properties={"x": expression}), **more).resources[0].body["properties"]["x"]


def test_a_default_may_be_made_of_a_parameter_that_stands_after_it() -> None:
    declared = {
        "a": {"type": "string", "defaultValue": "[concat(parameters('b'), '1')]"},
        "b": {"type": "string", "defaultValue": "x"},
    }
    assert value("[parameters('a')]", parameters=declared) == "x1"


def test_a_default_made_of_itself_is_refused() -> None:
    declared = {
        "a": {"type": "string", "defaultValue": "[parameters('b')]"},
        "b": {"type": "string", "defaultValue": "[parameters('a')]"},
    }
    with pytest.raises(ArmTemplateInvalid, match="made of itself"):
        value("x", parameters=declared)


def test_variables_made_of_each_other_without_end_are_refused() -> None:
    variables = {"v0": "x", **{f"v{at}": f"[variables('v{at - 1}')]" for at in range(1, 5000)}}
    with pytest.raises(ArmTemplateInvalid, match="too deeply"):
        value("[variables('v4999')]", variables=variables)


def test_a_name_of_a_variable_may_be_computed() -> None:
    assert value("[variables(concat('a', 'b'))]", variables={"ab": 5}) == 5
    with pytest.raises(ArmTemplateInvalid, match="no variable `ac`"):
        value("[variables(concat('a', 'c'))]", variables={"ab": 5})


def test_null_given_to_a_nested_parameter_is_its_default() -> None:
    inner = {"parameters": {"t": {"type": "object", "defaultValue": {"a": "b"}}}, "resources": [account(tags="[parameters('t')]")]}
    found = expanded(nested(inner, parameters={"t": {"value": "[null()]"}}))
    assert found.resources[0].body["tags"] == {"a": "b"}


def test_a_type_of_the_template_says_what_its_parameters_may_be() -> None:
    types = {"sku": {"type": "string", "allowedValues": ["a"]}, "maybe": {"$ref": "#/definitions/sku", "nullable": True}}
    declared = {"p": {"$ref": "#/definitions/maybe"}}
    assert value("[parameters('p')]", parameters=declared, definitions=types) is None
    with pytest.raises(ArmTemplateInvalid, match="not allowed"):
        value("x", parameters=declared, definitions=types, given={"parameters": {"p": {"value": "b"}}})
    with pytest.raises(ArmTemplateInvalid, match="no type"):
        value("x", parameters={"p": {"$ref": "#/definitions/q"}}, definitions={"q": {"$ref": "#/definitions/q"}})


def functions(**members: str) -> list[dict[str, Any]]:
    bodies = {
        name: {"parameters": [{"name": "x", "type": "int"}], "output": {"type": "int", "value": text}}
        for name, text in members.items()
    }
    return [{"namespace": "own", "members": bodies}]


def test_functions_of_a_template_call_each_other_and_never_themselves() -> None:
    assert value("[own.a(1)]", functions=functions(a="[own.b(add(parameters('x'), 1))]", b="[mul(parameters('x'), 10)]")) == 20
    with pytest.raises(ArmTemplateInvalid, match="calls itself"):
        value("x", functions=functions(a="[own.b(1)]", b="[own.a(1)]"))


def test_a_function_that_nobody_calls_is_read_too() -> None:
    with pytest.raises(ArmTemplateInvalid, match="no function `nowhere`"):
        value("x", functions=functions(a="[nowhere()]"))


def test_what_decides_and_or_or_is_all_that_is_evaluated() -> None:
    missing = "contains(variables('o').b, 'x')"
    assert value(f"[and(contains(variables('o'), 'b'), {missing})]", variables={"o": {"a": 1}}) is False
    assert value(f"[or(true(), {missing})]", variables={"o": {"a": 1}}) is True
    assert value("[and(reference('x').y, false())]") is False
    assert value("[or(reference('x').y, false())]") == Unknown("reference('x').y")


def test_a_copy_made_nobody_knows_how_often_is_judged_once_and_noted() -> None:
    copied = account("[concat('a', copyIndex())]", copy={"name": "l", "count": "[length(reference('x').y)]"})
    found = expanded(copied)
    assert [item.place for item in found.resources] == ["resources[0]#0"]
    assert isinstance(found.resources[0].body["name"], Unknown)
    assert "only a deployment knows how many copies" in found.notes[0]


def test_copies_of_properties_and_variables_that_cannot_be_counted_are_unknown() -> None:
    copies = [{"name": "y", "count": "[reference('x').n]", "input": 1}]
    assert expanded(account(properties={"copy": copies})).resources[0].body["properties"]["y"] == Unknown("reference('x').n")
    assert value("[variables('y')]", variables={"copy": copies}) == Unknown("reference('x').n")


def test_copy_index_without_a_name_is_that_of_the_resource_inside_a_copy_of_a_property() -> None:
    inside = [{"name": "p", "count": 2, "input": "[format('{0}-{1}', copyIndex(), copyIndex('p'))]"}]
    found = expanded(account("[concat('a', copyIndex())]", copy={"name": "l", "count": 2}, properties={"copy": inside}))
    assert [item.body["properties"]["p"] for item in found.resources] == [["0-0", "0-1"], ["1-0", "1-1"]]


def test_resources_that_wait_for_each_other_are_refused() -> None:
    by_name = {"a": account("x", dependsOn=["b"]), "b": account("y", dependsOn=["a"])}
    with pytest.raises(ArmTemplateInvalid, match="wait for each other"):
        expand({"languageVersion": "2.0", "resources": by_name}, None, HERE)
    ids = [f"[resourceId('Microsoft.Storage/storageAccounts', '{name}')]" for name in ("x", "y")]
    with pytest.raises(ArmTemplateInvalid, match="wait for each other"):
        expanded(account("x", dependsOn=ids[1:]), account("y", dependsOn=ids[:1]))
    assert len(expanded(account("x", dependsOn=ids[1:]), account("y")).resources) == 2


def test_a_long_chain_of_resources_is_no_circle() -> None:
    chain = [account(f"a{at}", dependsOn=[f"a{at - 1}"] if at else []) for at in range(3000)]
    assert len(expanded(*chain).resources) == 3000


def test_a_resource_of_an_extension_is_noted_and_not_judged() -> None:
    found = expand({"resources": {"pod": {"import": "k8s", "type": "core/Pod@v1", "properties": {}}}}, None, HERE)
    assert found.resources == []
    assert "none of Azure" in found.notes[0]


def test_what_may_be_deployed_and_fails_is_noted() -> None:
    failing = account(condition="[reference('x').y]", properties={"x": "[variables('o').nothing]"})
    found = expanded(failing, variables={"o": {}})
    assert found.resources == []
    assert "cannot be judged" in found.notes[0]


GROUP = {"resources": [account(location="[resourceGroup().location]")]}


def test_a_nested_deployment_to_another_group_is_where_that_group_is_and_unknown_if_nobody_says() -> None:
    group = {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2024-03-01", "name": "other", "location": "northeurope"}
    found = expanded(group, nested(GROUP, resourceGroup="Other"), schema=SUBSCRIPTION)
    assert found.resources[1].body["location"] == "northeurope"
    assert isinstance(expanded(nested(GROUP, resourceGroup="elsewhere")).resources[0].body["location"], Unknown)
    assert expanded(nested(GROUP, resourceGroup="RG")).resources[0].body["location"] == "westeurope"
    assert isinstance(expanded(nested(GROUP, scope="/subscriptions/s2/resourceGroups/x")).resources[0].body["location"], Unknown)


FOLDER = Linked(
    {
        "main.json": {},
        "nested/a.json": {
            "parameters": {"n": {"type": "string"}},
            "resources": [account("[parameters('n')]"), nested(link={"relativePath": "b.json"})],
        },
        "nested/b.json": {"resources": [account("deep")]},
        "loop.json": {
            "resources": [nested(link={"relativePath": "loop.json"}, name="x"), nested(link={"relativePath": "loop.json"})]
        },
        "values.json": {"parameters": {"n": {"value": "fromfile"}}},
    },
    "main.json",
)


@pytest.mark.parametrize(
    "link",
    [
        {"relativePath": "nested/a.json"},
        {"uri": "[uri(deployment().properties.templateLink.uri, 'nested/a.json')]"},
        {"uri": "https://raw.githubusercontent.com/contoso/templates/main/nested/a.json?sas=secret"},
    ],
)
def test_a_linked_template_is_found_among_the_files_that_are_given(link: dict[str, str]) -> None:
    found = expanded(nested(link=link, parameters={"n": {"value": "one"}}), linked=FOLDER)
    assert [item.body["name"] for item in found.resources] == ["one", "deep"]
    assert found.notes == [
        "resources[0]: the linked template was read from nested/a.json",
        "resources[0].resources[1]: the linked template was read from nested/b.json",
    ]


def test_linked_parameters_are_found_likewise_and_otherwise_unknown() -> None:
    found = expanded(
        nested(link={"relativePath": "nested/a.json"}, properties={"parametersLink": {"uri": "https://x/values.json"}}),
        linked=FOLDER,
    )
    assert found.resources[0].body["name"] == "fromfile"
    lost = expanded(
        nested(link={"relativePath": "nested/a.json"}, properties={"parametersLink": {"uri": "https://x/no.json"}}), linked=FOLDER
    )
    assert lost.resources[0].body["name"] == Unknown("parameters('n')")


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "no.json", "https://other.example/x.json"])
def test_a_linked_template_that_is_not_there_is_named(path: str) -> None:
    found = expanded(nested(link={"relativePath": path}), linked=FOLDER)
    assert found.resources == []
    assert "not fetched" in found.notes[0]


def test_templates_that_link_to_themselves_stop_at_a_bound() -> None:
    with pytest.raises(ArmTemplateInvalid, match="levels deep"):
        expanded(nested(link={"relativePath": "loop.json"}), linked=FOLDER)


def test_many_copies_of_large_nested_templates_stop_at_a_bound() -> None:
    inner: Any = {"resources": [account(condition=False, properties={"x": list(range(500))})]}
    for level in range(6):
        inner = {"resources": [{**nested(inner, name="[concat('n', copyIndex())]"), "copy": {"name": f"c{level}", "count": 800}}]}
    with pytest.raises(ArmTemplateInvalid, match="too many steps"):
        expand(inner, None, HERE)


def test_comments_and_texts_of_several_lines_are_read_as_azure_does() -> None:
    text = '{ // a comment\n "a": "http://x /* kept */", /* more\n lines */ "b": "two\nlines" }'
    assert read_json(text, ArmTemplateInvalid) == {"a": "http://x /* kept */", "b": "two\nlines"}
    with pytest.raises(ArmTemplateInvalid, match="line 3"):
        read_json('{ // a\n/* \n */ "a": }', ArmTemplateInvalid)


@pytest.mark.parametrize("text", ['"' + '\\"' * 200_000, "/*" * 200_000, "//" * 200_000, '{"a": /' + "*/" * 100_000])
def test_hostile_comments_are_refused_in_one_pass(text: str) -> None:
    with pytest.raises(ArmTemplateInvalid):
        read_json(text, ArmTemplateInvalid)


def test_a_parameter_called_parameters_is_one() -> None:
    inner = {"parameters": {"parameters": {"type": "int"}}, "resources": [account(kind="[parameters('parameters')]")]}
    assert expanded(nested(inner, parameters={"parameters": {"value": 3}})).resources[0].body["kind"] == 3


def test_values_in_a_vault_are_noted() -> None:
    given = {"parameters": {"p": {"reference": {"keyVault": {"id": "/v"}, "secretName": "s"}}}}
    found = expanded(account(kind="[parameters('p')]"), parameters={"p": {"type": "string"}}, given=given)
    assert found.notes == ["the value of p lies elsewhere: what depends on it is unknown"]
    assert json.dumps(str(found.resources[0].body["kind"]))
