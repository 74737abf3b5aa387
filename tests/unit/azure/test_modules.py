"""Outputs of modules: what a template says of them is known to those that ask, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.azure.expression.values import Unknown
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.linked import Linked
from freehold.azure.template.resources import expand
from freehold.errors import ArmTemplateInvalid

HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope")
DEPLOYMENTS = "Microsoft.Resources/deployments"
ASKS = "[reference('{}').outputs.where.value]"
ID = f"resourceId('{DEPLOYMENTS}', 'mod')"
OUTPUTS = {
    "where": {"type": "string", "value": "[toLower(parameters('region'))]"},
    "list": {"type": "array", "copy": {"count": 2, "input": "[concat('x', copyIndex())]"}},
    "key": {"type": "string", "value": "[listKeys('a', '2024-01-01').keys[0].value]"},
    "hidden": {"type": "secureString", "value": "[parameters('region')]"},
    "id": {"type": "string", "value": "[resourceId('Microsoft.Test/things', 'inner')]"},
}
THERE = {
    "parameters": {"region": {"type": "string"}},
    "resources": [{"type": "Microsoft.Test/things", "apiVersion": "2024-01-01", "name": "inner"}],
    "outputs": OUTPUTS,
}


def module(name: str = "mod", template: dict[str, Any] = THERE, scope: str = "inner", **more: Any) -> dict[str, Any]:
    options = {"expressionEvaluationOptions": {"scope": scope}}
    given = {"parameters": {"region": {"value": more.pop("region", "EastUS")}}} if scope == "inner" else {}
    properties = {"mode": "Incremental", "template": template, **options, **given}
    return {"type": DEPLOYMENTS, "apiVersion": "2022-09-01", "name": name, "properties": properties, **more}


def asking(expression: str, name: str = "asks") -> dict[str, Any]:
    return {"type": "Microsoft.Test/askers", "apiVersion": "2024-01-01", "name": name, "properties": {"it": f"[{expression}]"}}


def told(resources: Any, *, linked: Linked | None = None, **more: Any) -> Any:
    found = expand({"resources": resources, **more}, None, HERE, linked).resources
    (value,) = [item.body["properties"]["it"] for item in found if item.body["name"] == "asks"]
    return value


@pytest.mark.parametrize(
    ("expression", "want"),
    [
        (f"reference({ID}).outputs.where.value", "eastus"),
        (f"reference({ID}, '2022-09-01').outputs.where.value", "eastus"),
        (f"reference({ID}, '2022-09-01', 'Full').properties.outputs.where.value", "eastus"),
        ("reference('mod').outputs.where.value", "eastus"),
        ("REFERENCE('MOD').Outputs.Where.Value", "eastus"),
        (f"reference({ID}).outputs.list.value", ["x0", "x1"]),
        (f"reference({ID}).outputs.list.type", "array"),
        (f"reference({ID}).outputs.id.value", "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Test/things/inner"),
        (f"reference({ID}).outputs.?none", None),
        (f"contains(reference({ID}).outputs, 'where')", True),
        (
            f"reference(extensionResourceId('/subscriptions/s1/resourceGroups/rg', '{DEPLOYMENTS}', 'mod')).outputs.where.value",
            "eastus",
        ),
    ],
)
def test_the_outputs_of_a_module_are_as_the_template_says_wherever_it_stands(expression: str, want: Any) -> None:
    assert told([module(), asking(expression)]) == want
    assert told([asking(expression), module()]) == want


@pytest.mark.parametrize(
    "expression",
    [
        f"reference({ID}).outputs.key.value",
        f"reference({ID}).outputs.hidden.value",
        f"reference({ID}).duration",
        f"reference(resourceId('other', '{DEPLOYMENTS}', 'mod')).outputs.where.value",
        "reference('nobody').outputs.where.value",
        "reference(resourceId('Microsoft.Test/things', 'inner')).where",
    ],
)
def test_what_the_template_does_not_say_of_a_module_is_unknown(expression: str) -> None:
    assert isinstance(told([module(), asking(expression)]), Unknown)


def test_a_module_in_another_group_is_asked_for_by_its_id_there() -> None:
    there = module(resourceGroup="other")
    assert told([there, asking(f"reference(resourceId('other', '{DEPLOYMENTS}', 'mod')).outputs.where.value")]) == "eastus"
    assert isinstance(told([there, asking(f"reference({ID}).outputs.where.value")]), Unknown)


def test_modules_hand_on_what_others_told_them() -> None:
    first, second = module("one", region="SwedenCentral"), module("two", region="[reference('one').outputs.where.value]")
    assert told([second, asking("reference('two').outputs.where.value"), first]) == "swedencentral"


def test_a_module_of_the_outer_scope_says_what_the_outer_template_works_out() -> None:
    inner = {"resources": [], "outputs": {"where": {"type": "string", "value": "[variables('v')]"}}}
    held = [module(template=inner, scope="outer"), asking("reference('mod').outputs.where.value")]
    assert told(held, variables={"v": "outside"}) == "outside"


def test_symbolic_names_and_copies_of_modules_are_asked_by_their_index() -> None:
    copied = module("[concat('m', copyIndex())]", region="[concat('R', copyIndex())]", copy={"name": "c", "count": 2})
    ask = asking(
        "createArray(reference('mod[1]').outputs.where.value, length(references('mod')), reference('m0').outputs.where.value)"
    )
    mapped = asking("map(references('mod'), lambda('m', lambdaVariables('m').outputs.where.value))")
    for asks, want in ((ask, ["r1", 2, "r0"]), (mapped, ["r0", "r1"])):
        assert told({"asks": asks, "mod": copied}, languageVersion="2.0") == want


@pytest.mark.parametrize(("condition", "want"), [("[equals(1, 2)]", Unknown), ("[equals(newGuid(), '')]", str), (True, str)])
def test_a_module_that_is_not_deployed_says_nothing(condition: Any, want: type) -> None:
    assert isinstance(told([module(condition=condition), asking("reference('mod').outputs.where.value")]), want)


def test_a_module_that_is_not_deployed_need_not_have_a_name_that_makes_sense() -> None:
    absent = module("[split(null(), '/')[2]]", condition=False)
    assert told([absent, module(), asking("reference('mod').outputs.where.value")]) == "eastus"


def test_copies_go_on_as_they_were_when_one_asks_a_module() -> None:
    copied = {**asking("concat(reference('mod').outputs.where.value, copyIndex())"), "copy": {"name": "c", "count": 2}}
    copied["name"] = "[concat('asks', copyIndex())]"
    found = expand({"resources": [copied, module()]}, None, HERE).resources
    assert [item.body["properties"]["it"] for item in found if "it" in item.body.get("properties", {})] == ["eastus0", "eastus1"]


def test_a_linked_template_that_was_found_says_its_outputs() -> None:
    link = {**module(), "properties": {"templateLink": {"relativePath": "there.json"}, "parameters": {"region": {"value": "A"}}}}
    held = [link, asking("reference('mod').outputs.where.value")]
    assert told(held, linked=Linked({"main.json": {}, "there.json": THERE}, "main.json")) == "a"
    assert isinstance(told(held), Unknown)


@pytest.mark.parametrize(
    "resources",
    [
        [module("one", region=ASKS.format("two")), module("two", region=ASKS.format("one"))],
        [module(region="[reference('mod').outputs.where.value]")],
        [module(), asking("reference('mod').outputs.none.value")],
        [module(template={"resources": [], "outputs": {"a": {"type": "string"}}, "parameters": {"region": {"type": "string"}}}),
         asking("reference('mod').outputs.a.value")],
    ],
    ids=["each of the other", "of itself", "no such output", "an output without a value"],
)  # fmt: skip
def test_what_modules_cannot_say_is_refused(resources: list[dict[str, Any]]) -> None:
    with pytest.raises(ArmTemplateInvalid):
        expand({"resources": resources}, None, HERE)


def test_resources_stay_in_the_order_in_which_they_are_written() -> None:
    group = {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2024-01-01", "name": "other", "location": "eastus"}
    schema = "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"
    template = {"$schema": schema, "resources": [module(resourceGroup="other"), asking("1"), group]}
    found = expand(template, None, HERE).resources
    assert [item.place for item in found] == ["resources[0].resources[0]", "resources[1]", "resources[2]"]
    assert found[0].circumstances.location == "eastus"
