"""Hostile documents cost little and are refused in words: bombs of copies, long texts, deep values, numbers that do not fit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.documents import read_json
from freehold.azure.policy.aliases import UnknownAlias, read_aliases
from freehold.azure.policy.definition import read_definition
from freehold.azure.policy.policy import Policy, State, view_of
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.resources import expand
from freehold.errors import ArmTemplateInvalid, AzurePolicyInvalid, FreeholdError
from freehold.services.azure_policy import evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

HERE = Circumstances(subscription="s1", resource_group="rg", location="westeurope")


def account(**more: Any) -> dict[str, Any]:
    return {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "raw", **more}


LONG = list(range(2000))


@pytest.mark.parametrize(
    ("copied", "more"),
    [
        (LONG, {}),
        ("[parameters('long')]", {"parameters": {"long": {"type": "array", "defaultValue": LONG}}}),
        ("[variables('long')]", {"variables": {"long": LONG}}),
    ],
)
def test_copies_of_copies_of_much_are_refused_before_they_fill_the_memory(copied: Any, more: Any) -> None:
    bomb = account(
        name="[concat('a', copyIndex())]",
        copy={"name": "many", "count": 800},
        properties={"copy": [{"name": "more", "count": 800, "input": copied}]},
    )
    with pytest.raises(ArmTemplateInvalid, match="too many steps"):
        expand({"resources": [bomb], **more}, None, HERE)


def test_a_long_text_in_a_long_list_is_not_compared_for_minutes() -> None:
    rule = {"if": {"field": "tags['x']", "in": [f"y{at}" for at in range(5000)]}, "then": {"effect": "deny"}}
    document = json.dumps([account(tags={"x": "x" * 3_000_000})])
    found = evaluate_template(document, None, gather(PackagedPolicies(), {"p": rule}), HERE)
    assert [(item.state, item.denies) for item in found.judged.findings if item.policy == "p"] == [("failed", True)]


@pytest.mark.parametrize("count", [1.5, 1e30])
def test_a_copy_is_made_a_whole_number_of_times(count: float) -> None:
    with pytest.raises(ArmTemplateInvalid, match="0 to 800 times"):
        expand({"resources": [account(copy={"name": "loop", "count": count})]}, None, HERE)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 300 + "]" * 300,
        '{"a":' * 300 + "1" + "}" * 300,
        '{"a": ' + "9" * 400 + "}",
        '{"a": 1e999}',
        '{"a": "\\ud800"}',
        '{"\\udfff": 1}',
    ],
)
def test_a_document_that_is_too_deep_or_has_what_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(ArmTemplateInvalid, match="nested too deeply, or has a number"):
        read_json(text, ArmTemplateInvalid)


@pytest.mark.parametrize("text", ["[" * 199 + "]" * 199, '{"a": 18446744073709551615}', '{"a": "\\ud83d\\ude00"}'])
def test_a_document_within_the_bounds_is_read(text: str) -> None:
    assert read_json(text, ArmTemplateInvalid) == json.loads(text)


@pytest.mark.parametrize(
    "expression",
    [
        "[string(12345678901234567890)]",
        f"[string({'9' * 400}.0)]",
        "[format('{0:D}', json('1e999'))]",
        "[uniqueString(json('\"\\ud800\"'))]",
        "[padLeft('a', float('-1e308'))]",
    ],
)
def test_an_expression_of_what_is_no_value_is_refused_or_harmless_and_never_another_value(expression: str) -> None:
    document = {"resources": [account(tags={"x": expression})]}
    if "padLeft" in expression:
        assert expand(document, None, HERE).resources[0].body["tags"] == {"x": "a"}
        return
    with pytest.raises(ArmTemplateInvalid):
        expand(document, None, HERE)


def test_a_policy_with_a_deep_value_fails_in_words() -> None:
    deep = json.loads('{"if": {"field": "name", "in": ' + "[" * 150 + "]" * 150 + '}, "then": {"effect": "deny"}}')
    found = evaluate_template(json.dumps([account()]), None, gather(PackagedPolicies(), {"p": deep}), HERE)
    (one,) = (item for item in found.judged.findings if item.policy == "p")
    assert (one.state, one.denies, "128 levels" in one.reason) == ("failed", True, True)


@pytest.mark.parametrize("odd", [{"defaultMetadata": "Modifiable"}, {"defaultMetadata": {"attributes": 5}}, {"paths": ["x"]}])
def test_an_odd_list_of_aliases_is_read_or_refused_in_words(odd: dict[str, Any]) -> None:
    entry = {"name": "A.B/things/x", "defaultPath": "properties.x", **odd}
    kinds = [{"resourceType": "things", "aliases": [entry], "capabilities": 5}]
    try:
        table = read_aliases([{"namespace": "A.B", "resourceTypes": kinds}])
    except FreeholdError:
        return
    assert not table.is_modifiable("A.B/things/x")


ALIASES = read_aliases(PackagedPolicies().aliases(), UnknownAlias.DERIVE)
STORAGE = "Microsoft.Storage/storageAccounts"
NAMED = {"field": "name", "exists": True}
COUNTED = {"count": {"value": [1]}, "equals": 1}
MEMBERS = {"count": {"field": f"{STORAGE}/networkAcls.ipRules[*]"}, "equals": 0}
CALLED = ", ".join(["toLower(toUpper(field('name')))"] * 120)
CALLS = {"value": f"[concat({CALLED})]", "equals": "x"}


def read(condition: dict[str, Any], existence: dict[str, Any] | None = None) -> Policy:
    details = {"type": STORAGE, "existenceCondition": existence or NAMED}
    return Policy(read_definition({"if": condition, "then": {"effect": "auditIfNotExists", "details": details}}), ALIASES)


@pytest.mark.parametrize(
    ("one", "most"),
    [(COUNTED, 10), (MEMBERS, 5), (CALLS, 5)],
    ids=["counts of values", "counts of an array", "functions"],
)
def test_a_rule_has_as_much_as_azure_takes_and_no_more(one: dict[str, Any], most: int) -> None:
    read({"allOf": [one] * most})
    with pytest.raises(AzurePolicyInvalid, match="at most"):
        read({"allOf": [one] * (most + 1)})


def test_a_function_has_at_most_128_arguments() -> None:
    for count in (128, 129):
        rule = {"value": f"[concat({', '.join(['1'] * count)})]", "equals": "x"}
        if count == 128:
            read(rule)
            continue
        with pytest.raises(AzurePolicyInvalid, match="128 arguments at most"):
            read(rule)


def test_what_must_exist_has_at_most_128_conditions() -> None:
    read(NAMED, {"allOf": [NAMED] * 127})
    with pytest.raises(AzurePolicyInvalid, match="more than 128 conditions"):
        read(NAMED, {"allOf": [NAMED] * 128})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("[padLeft('x', 131073)]", "more than 131,072 characters"),
        ("[length(concat(field('tags').a, field('tags').a))]", "more than 32,768 nodes"),
    ],
)
def test_an_evaluation_over_the_documented_limits_denies(value: str, said: str) -> None:
    policy = Policy(read_definition({"if": {"value": value, "equals": 1}, "then": {"effect": "audit"}}), ALIASES)
    view = view_of({"type": STORAGE, "name": "raw", "tags": {"a": list(range(20_000))}}, ALIASES)
    verdict = policy.judge(view, {}, {}, lambda _: [])
    assert verdict.state is State.FAILED
    assert said in verdict.reason
