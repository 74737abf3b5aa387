"""The cases of tests/cases/azure_policy: each operator, function and effect, with none left out."""

from __future__ import annotations

import doctest
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from ruamel.yaml import YAML

import freehold.azure
from freehold.azure.expression.budget import Budget
from freehold.azure.expression.functions import FUNCTIONS
from freehold.azure.expression.run import Language, branch
from freehold.azure.expression.syntax import Call, Member, Node, parse
from freehold.azure.expression.values import ABSENT, Unfit, Unknown, Unresolved
from freehold.azure.policy.aliases import UnknownAlias, read_aliases
from freehold.azure.policy.assignment import Assignment
from freehold.azure.policy.definition import read_definition
from freehold.azure.policy.effects import Effect
from freehold.azure.policy.judging import judge
from freehold.azure.policy.operators import OPERATORS
from freehold.azure.policy.policy import Policy, State, view_of
from freehold.azure.policy.subject import Applied, Subject
from freehold.errors import AzurePolicyInvalid, ExpressionFailed
from freehold.stores.azure_policies import PackagedPolicies

FOLDER = Path(__file__).parents[2] / "cases" / "azure_policy"
ALIASES = read_aliases(PackagedPolicies().aliases(), UnknownAlias.DERIVE)


def load(name: str) -> list[dict[str, Any]]:
    return YAML(typ="safe").load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@dataclass
class Run:
    budget: Budget = field(default_factory=Budget)


OPERATOR_CASES, FUNCTION_CASES, EFFECT_CASES = load("operators"), load("functions"), load("effects")
CONDITION_CASES = load("conditions")
RESOURCE = {
    "type": "Microsoft.Test/resourceType",
    "name": "ab",
    "kind": "VM-01",
    "location": "East US 2",
    "tags": {"env": "prod", "'My.Apostrophe.Tag'": "x", "tag.with.dots": "y"},
    "properties": {
        "stringArray": ["a", "b", "c"],
        "objectArray": [{"property": "value1", "nestedArray": [1, 2]}, {"property": "value2", "nestedArray": [3, 4]}],
    },
}
DOCUMENTED_CASES = [{"resource": RESOURCE, "want": True, **case} for case in load("documented")]
LANGUAGE = Language("a test", FUNCTIONS, {"if": branch})


def operator_says(case: dict[str, Any]) -> Any:
    left = ABSENT if case.get("absent") else Unknown("reference('x')") if case.get("unknown") else case["left"]
    try:
        return OPERATORS[case["operator"].lower()](left, case["right"])
    except Unfit:
        return "fails"
    except Unresolved:
        return "unknown"


@pytest.mark.parametrize("case", OPERATOR_CASES, ids=lambda case: case["note"])
def test_an_operator_says_what_the_case_wants(case: dict[str, Any]) -> None:
    assert operator_says(case) == case["want"]


def test_every_operator_has_a_case_that_holds_and_one_that_does_not() -> None:
    for wanted in (True, False):
        covered = {case["operator"].lower() for case in OPERATOR_CASES if case["want"] is wanted}
        assert set(OPERATORS) - covered == set()


@pytest.mark.parametrize("case", FUNCTION_CASES, ids=lambda case: case["expression"])
def test_a_function_makes_what_the_case_wants(case: dict[str, Any]) -> None:
    closure = LANGUAGE.compile_text(f"[{case['expression']}]")
    if case.get("fails"):
        with pytest.raises(ExpressionFailed):
            closure(Run())
        return
    found = closure(Run())
    assert found == case["want"]
    assert isinstance(found, bool) is isinstance(case["want"], bool)


def condition_says(case: dict[str, Any]) -> Any:
    try:
        policy = Policy(read_definition({"if": case["if"], "then": {"effect": "audit"}}), ALIASES)
    except AzurePolicyInvalid:
        return "refused"
    context = {"subscription": {"tags": {}}}
    verdict = policy.judge(view_of(case["resource"], ALIASES), {}, context, lambda _: [])
    return {State.COMPLIANT: False, State.NON_COMPLIANT: True}.get(verdict.state, verdict.state.value)


@pytest.mark.parametrize("case", [*CONDITION_CASES, *DOCUMENTED_CASES], ids=lambda case: case["note"])
def test_a_condition_says_what_the_case_wants(case: dict[str, Any]) -> None:
    assert condition_says(case) == case["want"]


def called(node: Node) -> set[str]:
    if isinstance(node, Call):
        return {node.name.lower()}.union(*map(called, node.arguments))
    return called(node.of) | called(node.key) if isinstance(node, Member) else set()


def test_every_function_has_a_case() -> None:
    covered = set[str]().union(*(called(parse(f"[{case['expression']}]")) for case in FUNCTION_CASES))
    assert set(FUNCTIONS) - covered == set()


ACCOUNT = {
    "type": "Microsoft.Storage/storageAccounts",
    "apiVersion": "2023-01-01",
    "name": "raw",
    "location": "westeurope",
    "tags": {"Owner": "me", "old": "x"},
    "properties": {"minimumTlsVersion": "TLS1_0"},
}


def subject(resource: dict[str, Any], place: str) -> Subject:
    return Subject(resource, place, f"/subscriptions/s/providers/{resource['type']}/{resource['name']}", {})


@pytest.mark.parametrize("case", EFFECT_CASES, ids=lambda case: case["note"])
def test_an_effect_says_what_the_case_wants(case: dict[str, Any]) -> None:
    rule = {"if": {"field": "type", "equals": "Microsoft.Storage/storageAccounts"}, "then": case["then"]}
    policy = Policy(read_definition(rule, "case"), ALIASES)
    parameters = {name.lower(): value for name, value in case.get("parameters", {}).items()}
    applied = Applied(policy, parameters, Assignment("case", "", "", "case"))
    subjects = [subject(ACCOUNT, "resources[0]"), *(subject(item, "beside") for item in case.get("related", ()))]
    found = [item for item in judge(subjects, [applied], ALIASES).findings if item.place == "resources[0]"]
    want = case["want"]
    if want["state"] == "compliant":
        assert found == []
        return
    (finding,) = found
    assert (finding.state, finding.effect) == (want["state"], want["effect"])
    assert "details" not in want or finding.details == want["details"]
    for key, value in want.get("after", {}).items():
        assert finding.after is not None
        assert finding.after[key] == value


def test_every_effect_has_a_case() -> None:
    named = {str(case["want"].get("effect")) for case in EFFECT_CASES} | {
        str(case["then"]["effect"]).lower() for case in EFFECT_CASES
    }
    assert {effect.value for effect in Effect} - named == set()


MODULES = sorted(name for _, name, _ in walk_packages(freehold.azure.__path__, "freehold.azure."))


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
