"""The expression language of templates: its forms, beside the functions of values.

What only a deployment knows (`reference()` of a resource, `list…()`, `newGuid()`) stays the expression that asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from freehold.azure.expression.functions import FUNCTIONS
from freehold.azure.expression.functions.dates import formatted
from freehold.azure.expression.functions.logic import FORMS
from freehold.azure.expression.run import Closure, Form, Language, branch, check_count
from freehold.azure.expression.syntax import Call, Literal, Node, written
from freehold.azure.expression.values import ABSENT, Partly, Unfit, Unknown, Unresolved, as_moment, is_number, kind, known
from freehold.azure.template.deployment import ENVIRONMENT, Deployment
from freehold.azure.template.identifiers import id_in, resource_path, split_arguments
from freehold.azure.template.lambdas import LAMBDAS
from freehold.azure.template.references import REFERENCES
from freehold.errors import ExpressionFailed, ExpressionRefused

_UNKNOWN = """
    newGuid pickZones providers toLogicalZone toLogicalZones toPhysicalZone toPhysicalZones externalInput
    externalInputs resourceInfo extensions
""".split()
_CONTEXT = ("resourceGroup", "subscription", "tenant", "managementGroup")


def language(parameters: frozenset[str], variables: frozenset[str], functions: Mapping[str, Form]) -> Language:
    """Return the language of a template that declares these names (in lower case) and functions of its own."""
    forms: dict[str, Form] = {name.lower(): _unknown for name in _UNKNOWN}
    forms.update(REFERENCES)
    forms.update({name.lower(): _circumstance(name) for name in _CONTEXT})
    forms.update(FORMS)
    forms.update(LAMBDAS)
    forms.update(functions)
    forms.update(
        {
            "if": branch,
            "parameters": _named("parameters", parameters, value_of),
            "variables": _named("variables", variables, _variable),
            "copyindex": _copy_index,
            "deployment": _deployment,
            "deployer": _deployer,
            "fail": _fail,
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


def _named(what: str, declared: frozenset[str], look_up: Callable[[Deployment, str], Any]) -> Form:
    def read(language: Language, arguments: tuple[Node, ...]) -> Closure:
        check_count(what, arguments, 1, 1)
        (argument,) = arguments
        if isinstance(argument, Literal) and isinstance(argument.value, str):
            low = _declared(argument.value)
            return lambda run: look_up(run, low)
        named = language.compile(argument)

        def computed(run: Deployment) -> Any:
            name = named(run)
            if isinstance(name, Unknown):
                return name
            if not isinstance(name, str):
                raise ExpressionFailed(f"`{what}()` wants a name, not {kind(name)}")
            return look_up(run, _declared(name))

        return computed

    def _declared(name: str) -> str:
        if name.lower() not in declared:
            raise ExpressionRefused(f"there is no {what[:-1]} `{name}`", remedy=f"declare it under `{what}`")
        return name.lower()

    return read


def value_of(run: Deployment, low: str) -> Any:
    """Return the value of a parameter by its lower-case name, its default worked out where it has to be.

    Raises:
        ExpressionFailed: The default is made of itself, or fails.
    """
    if low not in run.parameters:
        run.parameters[low] = _worked_out(run, "parameter", low, run.defaults)
    return run.parameters[low]


def _variable(run: Deployment, low: str) -> Any:
    if low not in run.found:
        run.found[low] = _worked_out(run, "variable", low, run.variables)
    return run.found[low]


def _worked_out(run: Deployment, what: str, low: str, of: Mapping[str, Closure]) -> Any:
    name = f"{what} `{low}`"
    if name in run.working:
        raise ExpressionFailed(f"{name} is made of itself")
    run.working.add(name)
    try:
        return of[low](run)
    finally:
        run.working.discard(name)


def _copy_index(language: Language, arguments: tuple[Node, ...]) -> Closure:
    check_count("copyIndex", arguments, 0, 2)
    values = [language.compile(argument) for argument in arguments]

    def index(run: Deployment) -> Any:
        given = [known(value(run)) for value in values]
        name = str(given[0]).lower() if given and isinstance(given[0], str) else ""
        offset = given[-1] if given and is_number(given[-1]) else 0
        if name not in run.loops:
            raise ExpressionFailed(f"`copyIndex({name})` stands in no such copy")
        at = run.loops[name]
        return at if isinstance(at, Unknown) else at + int(offset)

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
        "location": run.context["location"],
        "properties": Partly(
            {
                "templateLink": Partly(
                    {"uri": run.linked or Unknown("deployment().properties.templateLink.uri")},
                    Unknown("deployment().properties.templateLink"),
                ),
                "mode": "Incremental",
            },
            Unknown("deployment().properties"),
        ),
    }


def _deployer(_: Language, arguments: tuple[Node, ...]) -> Closure:
    check_count("deployer", arguments, 0, 0)
    return lambda run: {
        "objectId": Unknown("deployer().objectId"),
        "tenantId": run.context["tenant"]["tenantId"],
        "userPrincipalName": Unknown("deployer().userPrincipalName"),
    }


def _fail(language: Language, arguments: tuple[Node, ...]) -> Closure:
    check_count("fail", arguments, 1, 1)
    message = language.compile(arguments[0])

    def fail(run: Deployment) -> Any:
        raise ExpressionFailed(f"the template itself fails: {str(message(run))[:200]}")

    return fail


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
                made = make(run, given)
            except Unfit as unfit:
                raise ExpressionFailed(f"`{text}`: {unfit}") from None
            except Unresolved:
                return Unknown(text)
            return Unknown(text) if "/[" in made else made

        return identify

    return read


def _resource_id(run: Deployment, values: list[Any]) -> str:
    before, kind, names = split_arguments(values)
    if len(before) > 2:
        raise Unfit("has too much before the resource type")
    if not before:
        return id_in(run.scope, kind, names)
    subscription = before[0] if len(before) == 2 else known(run.context["subscription"]["subscriptionId"])
    return id_in(f"/subscriptions/{subscription}/resourceGroups/{before[-1]}", kind, names)


def _subscription_id(run: Deployment, values: list[Any]) -> str:
    before, kind, names = split_arguments(values)
    return id_in(f"/subscriptions/{before[0] if before else known(run.context['subscription']['subscriptionId'])}", kind, names)


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
