"""The expression language of templates: its forms, beside the functions of values.

What only a deployment knows (`reference()`, `list…()`, `newGuid()`) stays the expression that asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from freehold.azure.expression.functions import FUNCTIONS
from freehold.azure.expression.functions.dates import formatted
from freehold.azure.expression.run import Closure, Form, Language, branch, check_count, constant_text
from freehold.azure.expression.syntax import Call, Node, written
from freehold.azure.expression.values import ABSENT, Unfit, Unknown, as_moment, is_number, known
from freehold.azure.template.deployment import ENVIRONMENT, Deployment
from freehold.azure.template.identifiers import id_in, resource_path, split_arguments
from freehold.azure.template.lambdas import LAMBDAS
from freehold.errors import ExpressionFailed, ExpressionRefused

_UNKNOWN = """
    reference references newGuid pickZones providers toLogicalZone toLogicalZones toPhysicalZone toPhysicalZones externalInput
""".split()
_CONTEXT = ("resourceGroup", "subscription", "tenant", "managementGroup")


def language(parameters: frozenset[str], variables: frozenset[str], functions: Mapping[str, Form]) -> Language:
    """Return the language of a template that declares these names (in lower case) and functions of its own."""
    forms: dict[str, Form] = {name.lower(): _unknown for name in _UNKNOWN}
    forms.update({name.lower(): _circumstance(name) for name in _CONTEXT})
    forms.update(LAMBDAS)
    forms.update(functions)
    forms.update(
        {
            "if": branch,
            "parameters": _named("parameters", parameters, _parameter),
            "variables": _named("variables", variables, _variable),
            "copyindex": _copy_index,
            "deployment": _deployment,
            "environment": _environment,
            "utcnow": _utc_now,
            "resourceid": _identifier(_resource_id),
            "subscriptionresourceid": _identifier(_subscription_id),
            "tenantresourceid": _identifier(_tenant_id),
            "managementgroupresourceid": _identifier(_management_group_id),
            "extensionresourceid": _identifier(_extension_id),
        }
    )
    return TemplateLanguage("a template", FUNCTIONS, forms)


class TemplateLanguage(Language):
    """Templates may call `list…()` of any resource type: each is what only a deployment knows."""

    __slots__ = ()

    def compile(self, node: Node) -> Closure:
        """Return a closure that evaluates a tree in a deployment.

        Raises:
            ExpressionRefused: It calls what templates do not have.
        """
        if isinstance(node, Call) and node.name.lower().startswith("list") and node.name.lower() not in self.forms:
            return _unknown(self, node.arguments, node.name)
        if isinstance(node, Call) and self.forms.get(node.name.lower()) is _unknown:
            return _unknown(self, node.arguments, node.name)
        return super().compile(node)


def _unknown(language: Language, arguments: tuple[Node, ...], name: str = "reference") -> Closure:
    for argument in arguments:
        language.compile(argument)
    text = written(Call(name, arguments))
    return lambda _: Unknown(text)


def _named(what: str, declared: frozenset[str], form: Callable[[str], Closure]) -> Form:
    def read(_: Language, arguments: tuple[Node, ...]) -> Closure:
        check_count(what, arguments, 1, 1)
        name = constant_text(what, arguments[0])
        if name.lower() not in declared:
            raise ExpressionRefused(f"there is no {what[:-1]} `{name}`", remedy=f"declare it under `{what}`")
        return form(name.lower())

    return read


def _parameter(low: str) -> Closure:
    return lambda run: run.parameters[low]


def _variable(low: str) -> Closure:
    def look_up(run: Deployment) -> Any:
        if low not in run.found:
            if low in run.working:
                raise ExpressionFailed(f"variable `{low}` is made of itself")
            run.working.add(low)
            run.found[low] = run.variables[low](run)
            run.working.discard(low)
        return run.found[low]

    return look_up


def _copy_index(language: Language, arguments: tuple[Node, ...]) -> Closure:
    check_count("copyIndex", arguments, 0, 2)
    values = [language.compile(argument) for argument in arguments]

    def index(run: Deployment) -> int:
        given = [known(value(run)) for value in values]
        name = str(given[0]).lower() if given and isinstance(given[0], str) else ""
        offset = given[-1] if given and is_number(given[-1]) else 0
        if name not in run.loops:
            raise ExpressionFailed(f"`copyIndex({name})` stands in no such copy")
        return run.loops[name] + int(offset)

    return index


def _circumstance(name: str) -> Form:
    def read(_: Language, arguments: tuple[Node, ...]) -> Closure:
        check_count(name, arguments, 0, 0)
        return lambda run: run.context[name]

    return read


def _deployment(_: Language, arguments: tuple[Node, ...]) -> Closure:
    check_count("deployment", arguments, 0, 0)
    return lambda run: {
        "name": run.name,
        "location": Unknown("deployment().location"),
        "properties": {"template": {}, "mode": "Incremental"},
    }


def _environment(_: Language, arguments: tuple[Node, ...]) -> Closure:
    check_count("environment", arguments, 0, 0)
    return lambda _: ENVIRONMENT


def _utc_now(language: Language, arguments: tuple[Node, ...]) -> Closure:
    check_count("utcNow", arguments, 0, 1)
    form = language.compile(arguments[0]) if arguments else None

    def now(run: Deployment) -> Any:
        found, wanted = run.context["utcNow"], form(run) if form else "yyyyMMddTHHmmssZ"
        moment = as_moment(found) if isinstance(found, str) else None
        if moment is None or not isinstance(wanted, str):
            return Unknown("utcNow()")
        try:
            return formatted(moment, wanted)
        except Unfit as unfit:
            raise ExpressionFailed(f"`utcNow()`: {unfit}") from None

    return now


def _identifier(make: Callable[[Deployment, list[Any]], str]) -> Form:
    def read(language: Language, arguments: tuple[Node, ...]) -> Closure:
        values = [language.compile(argument) for argument in arguments]
        text = written(Call("resourceId", arguments))

        def identify(run: Deployment) -> Any:
            run.budget.spend(1)
            given = [value(run) for value in values]
            if any(isinstance(value, Unknown) or value is ABSENT for value in given):
                return Unknown(text)
            try:
                return make(run, given)
            except Unfit as unfit:
                raise ExpressionFailed(f"`{text}`: {unfit}") from None

        return identify

    return read


def _resource_id(run: Deployment, values: list[Any]) -> str:
    before, kind, names = split_arguments(values)
    group, subscription = run.context["resourceGroup"]["name"], run.context["subscription"]["subscriptionId"]
    if len(before) > 2:
        raise Unfit("has too much before the resource type")
    if before:
        group = before[-1]
    if len(before) == 2:
        subscription = before[0]
    scope = run.scope if not before else f"/subscriptions/{subscription}/resourceGroups/{group}"
    return id_in(scope, kind, names)


def _subscription_id(run: Deployment, values: list[Any]) -> str:
    before, kind, names = split_arguments(values)
    return id_in(f"/subscriptions/{before[0] if before else run.context['subscription']['subscriptionId']}", kind, names)


def _tenant_id(_: Deployment, values: list[Any]) -> str:
    _before, kind, names = split_arguments(values)
    return f"/providers/{resource_path(kind, names)}"


def _management_group_id(run: Deployment, values: list[Any]) -> str:
    before, kind, names = split_arguments(values)
    group = before[0] if before else run.context["managementGroup"]["name"]
    return f"/providers/Microsoft.Management/managementGroups/{group}/providers/{resource_path(kind, names)}"


def _extension_id(_: Deployment, values: list[Any]) -> str:
    if not values or not isinstance(values[0], str):
        raise Unfit("wants the id of a resource first")
    _before, kind, names = split_arguments(values[1:])
    return f"{values[0].rstrip('/')}/providers/{resource_path(kind, names)}"
