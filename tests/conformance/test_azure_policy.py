"""The public case set of an open implementation of Azure Policy (microsoft/regorus, MIT); skipped where it is not here.

Three kinds of files: policies against resources, functions of expressions, and the normal form of resources. A case says what
it wants: an effect, nothing (`want_undefined`), or that a policy is refused when it is read. What differs by choice is in MISSES,
with its reason, and stands in docs/azure-policy.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from freehold.azure.documents import read_json
from freehold.azure.expression.functions import FUNCTIONS
from freehold.azure.expression.run import Function
from freehold.azure.expression.values import Unfit
from freehold.azure.policy.aliases import AliasTable, TypeAliases, UnknownAlias, read_aliases
from freehold.azure.policy.definition import Definition, read_definition
from freehold.azure.policy.effects import Lookup
from freehold.azure.policy.language import Scope
from freehold.azure.policy.normal import normalised, type_of
from freehold.azure.policy.original import denormalised
from freehold.azure.policy.policy import Policy, State, view_of
from freehold.errors import AzurePolicyInvalid, ExpressionFailed

FOLDER = Path(__file__).parents[3] / "shared" / "conformance" / "azure-policy"
CASES = FOLDER / "azure_policy"
CONTEXT = {
    "resourceGroup": {"name": "myResourceGroup", "location": "eastus"},
    "subscription": {"subscriptionId": "00000000-0000-0000-0000-000000000000"},
}
MISSES: dict[str, str] = {}
"""Cases that go otherwise here, by file and note, each with the reason."""

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/conformance/azure-policy is not here")


@dataclass(frozen=True)
class Case:
    """One case, the file that it stands in, and what that file says for all of its cases."""

    path: Path
    body: dict[str, Any]
    file: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.path.stem}/{self.body['note']}"

    def get(self, key: str) -> Any:
        return self.body.get(key)


@cache
def load(path: Path) -> dict[str, Any]:
    loaded = YAML(typ="safe", pure=False).load(path.read_text(encoding="utf-8"))
    return loaded if isinstance(loaded, dict) else {}


def cases(pattern: str) -> Iterator[Any]:
    for path in sorted(FOLDER.glob(pattern)):
        file = load(path)
        for body in file.get("cases") or ():
            if not body.get("skip"):
                case = Case(path, body, file)
                yield pytest.param(case, id=case.name, marks=_mark(case))


def _mark(case: Case) -> Any:
    return [pytest.mark.xfail(reason=MISSES[case.name], strict=True)] if case.name in MISSES else []


@cache
def alias_file(path: Path, unknown: UnknownAlias) -> AliasTable:
    return read_aliases(json.loads(path.read_text(encoding="utf-8")), unknown)


def table_of(case: Case) -> AliasTable:
    if "aliases" in case.file:
        return alias_file(CASES / "aliases" / case.file["aliases"], UnknownAlias.REFUSE)
    return AliasTable(unknown=UnknownAlias.RAW)


def definition_of(case: Case) -> Definition:
    for source in (case.body, case.file):
        for key in ("policy_definition", "policy_rule"):
            if key in source:
                return read_definition(read_json(source[key], AzurePolicyInvalid), case.name)
    raise AssertionError("a case has a rule or a definition")


def resource_of(case: Case, raw: Any, resource_type: str | None = None) -> dict[str, Any]:
    resource = dict(raw or {})
    if resource_type and not any(key.lower() == "type" for key in resource):
        resource["type"] = resource_type
    return {**resource, "apiVersion": case.get("api_version")} if case.get("api_version") else resource


def context_of(case: Case) -> dict[str, Any]:
    context = dict(case.get("context") or CONTEXT)
    asked = case.get("request_context") or ({"apiVersion": case.get("api_version")} if case.get("api_version") else None)
    return {"requestContext": asked, **context} if asked else context


@pytest.mark.parametrize("case", list(cases("azure_policy/cases/*.yaml")))
def test_a_policy_says_of_a_resource_what_the_case_wants(case: Case) -> None:
    if case.get("want_parse_error") or case.get("want_compile_error"):
        with pytest.raises(AzurePolicyInvalid):
            Policy(definition_of(case), table_of(case))
        return
    table = table_of(case)
    definition = definition_of(case)
    policy = Policy(definition, table)
    answers = iter(case.get("host_await") or ())

    def related(lookup: Lookup) -> list[dict[str, Any]]:
        answer = next(answers, {"response": None})
        if answer["response"] is None:
            return []
        return [view_of(resource_of(case, answer["response"], answer.get("resource_type") or lookup.type), table)]

    defaults = {low: item.default for low, item in definition.parameters.items()}
    given = {name.lower(): value for name, value in (case.get("parameters") or {}).items()}
    view = view_of(resource_of(case, case.get("resource")), table)
    verdict = policy.judge(view, {**defaults, **given}, context_of(case), related)
    if case.get("want_undefined"):
        assert verdict.state is State.COMPLIANT, verdict
        return
    if case.get("want_effect") is not None:
        assert verdict.state is State.NON_COMPLIANT, verdict
        assert verdict.outcome is not None
        assert verdict.outcome.written == case.get("want_effect")
        if case.get("want_details") is not None:
            assert verdict.outcome.details == case.get("want_details")


def function_of(name: str) -> Function:
    plain = name.removeprefix("azure.policy.").removeprefix("fn.").replace("_", "")
    plain = {"logicall": "and", "logicany": "or", "logicnot": "not", "intdiv": "div", "intmod": "mod"}.get(plain, plain)
    return Scope(AliasTable(unknown=UnknownAlias.RAW)).language.functions[plain]


@pytest.mark.parametrize("case", list(cases("azure_policy_builtins/cases/*.yaml")))
def test_a_function_makes_of_its_arguments_what_the_case_wants(case: Case) -> None:
    arguments = list(case.body["args"])
    if case.file["builtin"].endswith(".if"):
        assert (arguments[1] if arguments[0] is True else arguments[2]) == case.get("want")
        return
    function = function_of(case.file["builtin"])
    if case.get("want_error") or case.get("want_undefined"):
        with pytest.raises((Unfit, ExpressionFailed)):
            called(function, arguments)
        return
    assert called(function, arguments) == as_json(case.get("want"))


def as_json(value: Any) -> Any:
    """Return a value of a case as JSON has it: YAML's keys may be numbers, those of JSON are their text."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(key): as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list) else value


def called(function: Function, arguments: list[Any]) -> Any:
    if len(arguments) < function.least or (function.most is not None and len(arguments) > function.most):
        raise Unfit("too few or many arguments")
    return function.call(*arguments)


def tables_of(case: Case) -> AliasTable | None:
    if case.get("aliases_json"):
        return read_aliases(json.loads(case.body["aliases_json"]))
    documents: list[Any] = []
    for key in ("aliases", "data_manifest"):
        if f"{key}_json" in case.file:
            documents.append(json.loads(case.file[f"{key}_json"]))
        if f"{key}_file" in case.file:
            documents.append(json.loads((case.path.parent / case.file[f"{key}_file"]).read_text(encoding="utf-8")))
    tables = [read_aliases(document) for document in documents]
    return AliasTable([item for table in tables for item in table.types.values()]) if tables else None


def aliases_of(case: Case) -> TypeAliases | None:
    table = tables_of(case)
    found = table.of(case.get("resource_type") or type_of(case.body["input"])) if table else None
    wrapped = case.get("sub_resource_arrays")
    if wrapped is None:
        return found
    return replace(found or TypeAliases(case.get("resource_type") or "", {}), wrapped=frozenset(map(str.lower, wrapped)), moves={})


@pytest.mark.parametrize("case", list(cases("azure_policy/normalization/cases/**/*.yaml")))
def test_a_resource_has_the_normal_form_and_comes_back_as_the_case_wants(case: Case) -> None:
    aliases, version, given = aliases_of(case), case.get("api_version"), case.body["input"]
    if "expected_normalized" in case.body:
        assert normalised(given, aliases, version) == case.get("expected_normalized")
    if "expected_denormalized" in case.body:
        assert denormalised(given, aliases, version) == case.get("expected_denormalized")
    if "expected_envelope" in case.body:
        view = normalised(given, aliases, version)
        envelope = {"resource": view, "context": case.get("context") or {}, "parameters": case.get("parameters") or {}}
        assert envelope == case.get("expected_envelope")
    if case.get("round_trip"):
        there = denormalised(normalised(given, aliases, version), aliases, version)
        assert there == case.body.get("expected_round_trip", given)
    if case.get("reverse_round_trip"):
        back = normalised(denormalised(given, aliases, version), aliases, version)
        assert back == case.body.get("expected_reverse_round_trip", given)


def test_every_function_of_the_case_set_is_in_the_table() -> None:
    names = {load(path)["builtin"] for path in FOLDER.glob("azure_policy_builtins/cases/*.yaml")} - {"azure.policy.if"}
    assert {function_of(name).name.lower() for name in names} <= set(FUNCTIONS)
