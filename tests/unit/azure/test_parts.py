"""Arrays and objects of which only a part is known: what follows from the part is said, and nothing else is taken to be known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.resources import expand
from freehold.services.azure_policy import evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

STORAGE = "Microsoft.Storage/storageAccounts"
ASKED = "reference('x', '2024-01-01').ip"
OTHER = "reference('y', '2024-01-01').ip"
HERE = Circumstances(subscription="s1", resource_group="rg")
RULES = f"{STORAGE}/networkAcls.ipRules[*]"


def output(expression: str) -> Any:
    resource = {"type": "Microsoft.Test/things", "apiVersion": "2024-01-01", "name": "x", "properties": {"it": f"[{expression}]"}}
    (found,) = expand({"resources": [resource]}, None, HERE).resources
    value = found.body["properties"]["it"]
    return getattr(value, "text", value)


@pytest.mark.parametrize(
    ("expression", "want"),
    [
        (f"length(union(createArray('a'), createArray({ASKED})))", ASKED),
        ("length(union(createArray(newGuid()), createArray(newGuid())))", "newGuid()"),
        (f"length(union(createArray({ASKED}), createArray()))", 1),
        (f"length(concat(createArray('a'), createArray({ASKED})))", 2),
        (f"length(concat(createArray('a'), union(createArray('a'), createArray({ASKED}))))", ASKED),
        (f"first(union(createArray('a'), createArray({ASKED})))", "a"),
        (f"last(union(createArray({ASKED}), createArray('a')))", ASKED),
        (f"union(createArray({ASKED}), createArray('a'))[1]", ASKED),
        (f"contains(union(createArray({ASKED}), createArray('a')), 'a')", True),
        (f"contains(union(createArray({ASKED}), createArray('a')), 'b')", ASKED),
        (f"contains(createArray({ASKED}, 'a'), 'a')", True),
        (f"empty(union(createArray({ASKED}), createArray('a')))", False),
        (f"equals(union(createArray({ASKED}), createArray('a')), createArray('a'))", ASKED),
        (f"join(createArray('a', {ASKED}), ',')", ASKED),
        (f"length(flatten(createArray(createArray('a'), {ASKED})))", ASKED),
        (f"length(flatten(createArray(createArray('a'), union(createArray('b'), createArray({ASKED})))))", ASKED),
        (f"length(intersection(createArray(createObject('a', {ASKED})), createArray(createObject('a', 1))))", ASKED),
        (f"tryGet(createObject('a', {ASKED}), 'a', 'b')", ASKED),
        (f"coalesce('a', {ASKED})", "a"),
        (f"coalesce(null(), {ASKED}, 'a')", ASKED),
        (f"length(map(union(createArray('a'), createArray({ASKED})), lambda('i', 1)))", ASKED),
        (f"length(union(createArray({ASKED}), createArray({OTHER})))", ASKED),
    ],
)
def test_a_function_of_an_array_says_of_it_what_is_known(expression: str, want: Any) -> None:
    assert output(expression) == want


def states(rules: Any, condition: Any) -> list[str]:
    account: dict[str, Any] = {"type": STORAGE, "apiVersion": "2023-01-01", "name": "raw", "location": "westeurope"}
    account["properties"] = {"networkAcls": {"ipRules": rules}}
    rule = {"if": condition, "then": {"effect": "deny"}}
    policies = gather(PackagedPolicies(), {"p": {"name": "p", "properties": {"mode": "All", "policyRule": rule}}})
    judged = evaluate_template(json.dumps([account]), None, policies, HERE).judged
    return [item.state for item in judged.findings if item.policy == "p"]


OPEN = "createArray(createObject('value', '0.0.0.0/0'))"
ONE_UNKNOWN = f"createArray(createObject('value', {ASKED}))"
PARTLY = f"[union({OPEN}, {ONE_UNKNOWN})]"
IS_OPEN = {"field": f"{RULES}.value", "equals": "0.0.0.0/0"}
OF_OPEN = {"field": RULES, "where": IS_OPEN}


@pytest.mark.parametrize(
    ("rules", "condition", "want"),
    [
        (PARTLY, {"count": {"field": RULES}, "equals": 2}, ["unknown"]),
        (PARTLY, {"count": {"field": RULES}, "greater": 0}, ["non-compliant"]),
        (PARTLY, {"count": {"field": RULES}, "greater": 2}, []),
        (PARTLY, {"count": OF_OPEN, "greater": 0}, ["non-compliant"]),
        (PARTLY, {"count": OF_OPEN, "greater": 1}, ["unknown"]),
        (PARTLY, {"count": OF_OPEN, "greater": 2}, []),
        (PARTLY, {"count": OF_OPEN, "equals": 0}, []),
        (PARTLY, {"count": {"field": RULES, "where": {"not": IS_OPEN}}, "equals": 0}, ["unknown"]),
        (PARTLY, {"not": {"field": f"{RULES}.value", "notEquals": "0.0.0.0/0"}}, ["non-compliant"]),
        (PARTLY, {"value": f"[length(field('{RULES}'))]", "equals": 2}, ["unknown"]),
        (PARTLY, {"value": f"[contains(field('{RULES}.value'), '0.0.0.0/0')]", "equals": True}, ["non-compliant"]),
        (f"[createArray({ASKED})]", {"value": f"[length(field('{RULES}.value'))]", "equals": 1}, ["unknown"]),
        (f"[createArray({ASKED})]", {"value": f"[length(field('{RULES}'))]", "equals": 1}, ["non-compliant"]),
        (
            PARTLY,
            {"count": {"value": f"[field('{RULES}.value')]", "where": {"value": "[current()]", "equals": "0.0.0.0/0"}}, "less": 1},
            [],
        ),
        ([{"value": f"[{ASKED}]"}, {"value": "0.0.0.0/0"}], {"count": OF_OPEN, "greaterOrEquals": 1}, ["non-compliant"]),
        ([{"value": f"[{ASKED}]"}, {"value": "10.0.0.0/8"}], {"count": OF_OPEN, "greaterOrEquals": 1}, ["unknown"]),
    ],
)
def test_a_count_decides_where_it_does_whatever_the_rest_may_be(rules: Any, condition: Any, want: list[str]) -> None:
    assert states(rules, condition) == want
