"""Laws of Azure Policy and its expressions, whatever is thrown at them: De Morgan, case, Kleene, and bounds that hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.azure.expression.budget import LONGEST_TEXT, Budget
from freehold.azure.expression.functions import FUNCTIONS
from freehold.azure.expression.run import Language, branch
from freehold.azure.expression.syntax import parse, written
from freehold.azure.expression.values import Unknown, is_equal
from freehold.azure.policy.aliases import AliasTable, UnknownAlias, read_aliases
from freehold.azure.policy.definition import read_definition
from freehold.azure.policy.normal import normalised
from freehold.azure.policy.operators import OPERATORS, is_like
from freehold.azure.policy.original import denormalised
from freehold.azure.policy.policy import Policy, State, Verdict, view_of
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.linked import Linked
from freehold.azure.template.resources import expand
from freehold.errors import ArmTemplateInvalid, AzurePolicyInvalid, ExpressionFailed, ExpressionRefused, FreeholdError
from freehold.services.azure_policy import evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies


class NothingPublished:
    """No built-in at all: what is own is what is tried."""

    def definitions(self) -> Sequence[dict[str, Any]]:
        return ()

    def initiatives(self) -> Sequence[dict[str, Any]]:
        return ()

    def aliases(self) -> Any:
        return PackagedPolicies().aliases()


NOTHING_PUBLISHED = NothingPublished()
RAW = AliasTable(unknown=UnknownAlias.RAW)
TABLE = read_aliases(PackagedPolicies().aliases(), UnknownAlias.DERIVE)
LANGUAGE = Language("a test", FUNCTIONS, {"if": branch})


@dataclass
class Run:
    budget: Budget = field(default_factory=Budget)


values = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text("aB1*?#. ", max_size=4))
OF_ONE = ["equals", "notEquals", "contains", "notContains", "like", "notLike", "match", "notMatch"]


def leaf(name: str, operator: str, right: Any) -> dict[str, Any]:
    return {"field": name, operator: right}


def joined(key: str, items: Any) -> dict[str, Any]:
    return {key: items}


def grown(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.builds(joined, st.sampled_from(["allOf", "anyOf"]), st.lists(inner, max_size=3))
    return several | st.builds(joined, st.just("not"), inner)


conditions: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.builds(leaf, st.sampled_from(["a", "b.c", "d[*]", "e[*].f"]), st.sampled_from(OF_ONE), values)
    | st.builds(leaf, st.sampled_from(["a", "b.c"]), st.just("in"), st.lists(values, max_size=3))
    | st.builds(leaf, st.sampled_from(["a", "b.c"]), st.just("exists"), st.booleans()),
    grown,
    max_leaves=8,
)
resources = st.fixed_dictionaries(
    {},
    optional={
        "a": values,
        "b": st.fixed_dictionaries({}, optional={"c": values}),
        "d": st.lists(values, max_size=3),
        "e": st.lists(st.fixed_dictionaries({}, optional={"f": values}), max_size=3),
    },
)


def judged(condition: dict[str, Any], resource: Any, aliases: AliasTable = RAW) -> Verdict:
    policy = Policy(read_definition({"if": condition, "then": {"effect": "audit"}}), aliases)
    return policy.judge(view_of(resource, aliases), {}, {}, lambda _: [])


def holds(condition: dict[str, Any], resource: Any) -> bool:
    return judged(condition, resource).state is State.NON_COMPLIANT


@given(conditions, resources)
def test_not_holds_where_its_condition_does_not(condition: dict[str, Any], resource: dict[str, Any]) -> None:
    assert holds({"not": condition}, resource) is not holds(condition, resource)


@given(st.lists(conditions, max_size=3), resources)
def test_de_morgan_holds_of_all_of_and_any_of(items: list[dict[str, Any]], resource: dict[str, Any]) -> None:
    negated = [{"not": item} for item in items]
    assert holds({"not": {"allOf": items}}, resource) is holds({"anyOf": negated}, resource)
    assert holds({"not": {"anyOf": items}}, resource) is holds({"allOf": negated}, resource)


def shouted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key.upper(): shouted(item) for key, item in value.items()}
    return [shouted(item) for item in value] if isinstance(value, list) else value


@given(conditions, resources)
def test_the_case_of_keys_does_not_count(condition: dict[str, Any], resource: dict[str, Any]) -> None:
    assert holds(shouted(condition), {key.upper(): value for key, value in resource.items()}) is holds(condition, resource)


@given(st.sampled_from(sorted(set(OPERATORS) - {"match", "notmatch"})), st.text(max_size=6), st.text(max_size=6))
def test_the_case_of_text_does_not_count_but_for_match(operator: str, left: str, right: str) -> None:
    if operator == "exists":
        right = "true"
    loud = left.upper()
    if loud.casefold() == left.casefold():
        assert OPERATORS[operator](left, right) is OPERATORS[operator](loud, right)


@given(conditions, resources)
def test_making_a_value_unknown_never_turns_one_answer_into_the_other(condition: dict[str, Any], resource: dict[str, Any]) -> None:
    known = judged(condition, resource).state
    hidden = judged(condition, {**resource, "a": Unknown("reference('a')")}).state
    if "a" in resource:
        assert hidden in {known, State.UNKNOWN}


@given(st.text("ab*?", max_size=12), st.text("ab", max_size=12))
def test_like_says_what_a_naive_matcher_says(pattern: str, text: str) -> None:
    def naive(rest: str, of: str) -> bool:
        if not of:
            return not rest
        if of[0] == "*":
            return naive(rest, of[1:]) or (bool(rest) and naive(rest[1:], of))
        return bool(rest) and of[0] in {"?", rest[0]} and naive(rest[1:], of[1:])

    assert is_like(text, pattern) is naive(text, pattern)


@given(values, values)
def test_equality_is_symmetric(left: Any, right: Any) -> None:
    assert is_equal(left, right) is is_equal(right, left)


def holders(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text("aBc", min_size=1, max_size=3), inner, max_size=3)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("aB[]'*", max_size=5),
    holders,
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["if", "then", "properties", "policyRule", "parameters", "mode", "x"]), json_values))
def test_a_malformed_policy_is_refused_and_nothing_else(raw: dict[str, Any]) -> None:
    try:
        policy = Policy(read_definition(raw), TABLE)
    except AzurePolicyInvalid:
        return
    assert policy.judge({}, {}, {}, lambda _: []).state in State


@given(json_values)
def test_a_malformed_condition_is_refused_and_nothing_else(raw: Any) -> None:
    for condition in (
        raw,
        {"allOf": [raw]},
        {"count": raw, "greater": 0},
        {"field": raw, "equals": raw},
        {"value": raw, "in": raw},
    ):
        try:
            judged(condition, {"a": 1})
        except AzurePolicyInvalid:
            continue


@given(st.text("ab1.,()[]'?- ", max_size=30))
def test_text_is_an_expression_or_refused(inside: str) -> None:
    try:
        tree = parse(f"[{inside}]")
    except ExpressionRefused:
        return
    assert parse(f"[{written(tree)}]") is not None


@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(json_values, max_size=4))
def test_a_function_makes_a_value_or_fails(name: str, arguments: list[Any]) -> None:
    call = ", ".join(f"json('{json.dumps(value)}')" if "'" not in json.dumps(value) else "null()" for value in arguments)
    try:
        found = LANGUAGE.compile_text(f"[{FUNCTIONS[name].name}({call})]")(Run())
    except (ExpressionRefused, ExpressionFailed):
        return
    json.dumps(found)


KEYS = ["name", "copy", "condition", "resources", "properties", "tags", "location", "scope", "dependsOn", "resourceGroup", "import"]
PARTS = ["parameters", "variables", "functions", "resources", "$schema", "languageVersion", "outputs", "definitions"]
NESTED_KEYS = ["template", "templateLink", "parameters", "parametersLink", "expressionEvaluationOptions", "mode"]
FILES = Linked({"a": {"resources": []}, "B": [], "aB": {"parameters": {"a": {"$ref": "a"}}, "resources": {}}}, "a")
TYPES = [
    "Microsoft.Storage/storageAccounts",
    "Microsoft.Sql/servers",
    "Microsoft.Resources/deployments",
    "A",
    "A/b/providers/c",
    "A/b",
]
POLICIES = gather(PackagedPolicies(), {"own": {"if": {"not": {"field": "tags['a b']", "like": "*x"}}, "then": {"effect": "deny"}}})


@given(
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(KEYS), json_values),
    st.dictionaries(st.sampled_from(PARTS), json_values),
)
def test_a_malformed_template_is_refused_or_judged_and_nothing_else(
    kind: str, resource: dict[str, Any], around: dict[str, Any]
) -> None:
    for document in ({"resources": [{"name": "x", **resource, "type": kind}]}, {"resources": [], **around}, resource, [around]):
        try:
            evaluate_template(json.dumps(document), None, POLICIES, Circumstances())
        except ArmTemplateInvalid:
            continue


links = st.dictionaries(st.sampled_from(["uri", "relativePath", "id"]), st.text("aB/.:%[]", max_size=12))


@given(st.dictionaries(st.sampled_from(NESTED_KEYS), json_values), links, json_values, json_values)
def test_a_malformed_nested_deployment_is_refused_or_judged_and_nothing_else(
    nested: dict[str, Any], link: dict[str, str], types: Any, given: Any
) -> None:
    inner = {"resources": [], "definitions": {"a": types}, "parameters": {"a": {"$ref": "#/definitions/a"}}}
    for properties in (nested, {**nested, "templateLink": link}, {**nested, "template": inner, "parameters": {"a": given}}):
        nest = {"type": "Microsoft.Resources/deployments", "name": "x", "properties": properties}
        try:
            expand({"resources": [nest]}, None, Circumstances(), FILES)
        except ArmTemplateInvalid:
            continue


ASSIGNED = [
    *("policyDefinitionId", "exemptionCategory", "policyAssignmentId", "resourceSelectors", "overrides", "notScopes", "parameters"),
    *("enforcementMode", "expiresOn", "policyDefinitionReferenceIds", "definitionVersion", "policyDefinitions", "groupNames"),
]
selected = st.lists(
    st.dictionaries(st.sampled_from(["selectors", "kind", "in", "notIn", "value"]), json_values, max_size=3), max_size=2
)


@given(st.dictionaries(st.sampled_from(ASSIGNED), st.one_of(json_values, selected, st.just("own"), st.just("Waiver"))))
def test_a_malformed_assignment_exemption_or_initiative_is_refused_or_used_and_nothing_else(properties: dict[str, Any]) -> None:
    own = {"name": "own", "properties": {"policyRule": {"if": {"field": "name", "equals": "x"}, "then": {"effect": "deny"}}}}
    written = {"id": "/subscriptions/s/providers/Microsoft.Authorization/policyExemptions/e", "properties": properties}
    try:
        policies = gather(NOTHING_PUBLISHED, {"own": own, "written": written})
    except AzurePolicyInvalid:
        return
    evaluate_template(json.dumps({"type": "A/b", "name": "x"}), None, policies, Circumstances(now="2026-01-01T00:00:00Z"))


@given(resources, st.sampled_from(["Microsoft.Storage/storageAccounts", "Microsoft.Network/networkSecurityGroups", "A/b"]))
def test_the_normal_form_of_a_normal_form_put_back_is_itself(properties: dict[str, Any], kind: str) -> None:
    aliases = TABLE.of(kind)
    view = normalised({"type": kind, "name": "x", "properties": properties}, aliases)
    assert normalised(denormalised(view, aliases), aliases) == view


NESTED = "concat(" * 60 + "'a'" + ")" * 60
HOSTILE = {
    "deep calls": f"[{'concat(' * 400}'a'{')' * 400}]",
    "deep brackets": f"[createArray(1){'[0]' * 400}]",
    "a long expression": f"[concat('{'a' * 90_000}')]",
    "many minus signs": f"[{'-' * 400}1]",
    "a huge padding": "[padLeft('a', 2000000000)]",
    "a huge replacement": f"[replace('{'a' * 2000}', 'a', '{'b' * 2000}')]",
    "a huge range": "[range(0, 2000000000)]",
    "deep JSON": f"[json('{'[' * 5000}')]",
    "a huge number": "[int('1e400')]",
    "endless digits": f"[int('{'9' * 5000}')]",
    "a huge alignment": "[format('{0,-2000000000}', 'a')]",
    "no URI": "[uri('http://[', 'x')]",
    "a huge duration": "[dateTimeAdd('2024-01-01T00:00:00Z', 'P99999999999Y')]",
}


@pytest.mark.parametrize("expression", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_expression_is_refused_or_fails(expression: str) -> None:
    with pytest.raises((ExpressionRefused, ExpressionFailed)):
        LANGUAGE.compile_text(expression)(Run())


def test_an_expression_as_deep_as_is_documented_runs() -> None:
    assert LANGUAGE.compile_text(f"[{NESTED}]")(Run()) == "a"


DOUBLING = ["concat({0}, {0})", "createArray({0}, {0})", "union(createArray({0}), createArray(createArray({0})))"]


@pytest.mark.parametrize("call", DOUBLING)
def test_doubling_variables_stop_at_a_bound(call: str) -> None:
    variables = {"v0": "start"}
    for at in range(1, 60):
        before = f"variables('v{at - 1}')"
        variables[f"v{at}"] = f"[{call.format(before)}]"
    document = {"resources": [{"type": "A/b", "name": "[string(variables('v59'))]"}], "variables": variables}
    with pytest.raises(ArmTemplateInvalid, match=r"steps|characters|levels"):
        expand(document, None, Circumstances())
    assert LONGEST_TEXT >= 1_000_000


def test_loops_in_loops_stop_at_a_bound() -> None:
    inner = "map(range(0, 9000), lambda('x', 1))"
    document = {"resources": [{"type": "A/b", "name": "x", "properties": {"p": f"[map(range(0, 9000), lambda('y', {inner}))]"}}]}
    with pytest.raises(ArmTemplateInvalid, match="too many steps"):
        expand(document, None, Circumstances())


def test_counts_in_counts_stop_at_a_bound() -> None:
    where: dict[str, Any] = {"value": "[current('a')]", "equals": 1}
    for name in ("c", "b", "a"):
        where = {"count": {"value": list(range(400)), "name": name, "where": where}, "greater": 0}
    assert judged(where, {}).state is State.FAILED


@pytest.mark.parametrize(
    "condition",
    [
        {"allOf": [{"field": "a", "equals": 1}] * 5000},
        json.loads('{"not":' * 200 + '{"field": "a", "exists": true}' + "}" * 200),
        {"field": ".".join(["a"] * 100), "equals": 1},
    ],
    ids=["many", "deep", "a long path"],
)
def test_more_conditions_than_are_documented_are_refused(condition: dict[str, Any]) -> None:
    with pytest.raises(FreeholdError):
        judged(condition, {})
