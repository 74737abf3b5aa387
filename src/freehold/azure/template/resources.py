"""A template → the resources that it would deploy: copies made, conditions decided, children and nested templates put in full.

A resource comes with its full type and name, as plain JSON but for what only a deployment knows. A condition that cannot be known
counts as true: what might be deployed is judged. Linked templates are not fetched; they are named instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.budget import MOST_STEPS, Budget
from freehold.azure.expression.run import Closure, Form, Language, check_count
from freehold.azure.expression.syntax import Node
from freehold.azure.expression.values import Unfit, Unknown, as_boolean, as_text
from freehold.azure.template.copies import compile_body, looped
from freehold.azure.template.deployment import Circumstances, Deployment
from freehold.azure.template.identifiers import id_in, resource_path
from freehold.azure.template.language import language
from freehold.azure.template.parameters import bind_parameters, given_parameters
from freehold.errors import ArmTemplateInvalid

MOST_RESOURCES = 20_000
DEEPEST_NESTING = 10
_STEPS = 2 * MOST_STEPS
_DEPLOYMENTS = "microsoft.resources/deployments"
_GROUPS = {"microsoft.resources/resourcegroups": "Microsoft.Resources/subscriptions/resourceGroups"}
_OWN = frozenset({"copy", "condition", "resources", "existing", "comments"})


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that would be deployed, where it stands in the template, and its id; `circumstances` are those of its scope."""

    body: dict[str, Any]
    place: str
    id: str
    circumstances: Circumstances


@dataclass(slots=True)
class Expanded:
    """What a template would deploy, and what could not be looked into, each in a sentence."""

    resources: list[Resource] = field(default_factory=list[Resource])
    notes: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class _Around:
    """What a template stands in: where it is deployed to, what it may cost, where it stands, and how deep."""

    circumstances: Circumstances
    budget: Budget
    place: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Template:
    """A template being expanded: what to evaluate it with, and where."""

    language: Language
    run: Deployment
    circumstances: Circumstances
    scope: str
    depth: int


def expand(template: Any, parameters: Any, circumstances: Circumstances) -> Expanded:
    """Return the resources of a template with a parameter file (or None).

    Raises:
        ArmTemplateInvalid: It or its parameters are not of the documented shape, or too large, or an expression fails.
    """
    out = Expanded()
    _expand(template, given_parameters(parameters), _Around(circumstances, Budget(_STEPS)), out)
    return out


def _expand(raw: Any, given: Mapping[str, Any], around: _Around, out: Expanded) -> None:
    low, place = lower_keys(raw) if isinstance(raw, dict) else {}, around.place
    if "resources" not in low or not isinstance(low["resources"], list | dict):
        raise ArmTemplateInvalid(f"{place or 'the document'} is no template: it has no `resources`")
    if around.depth > DEEPEST_NESTING:
        raise ArmTemplateInvalid(f"{place}: templates are nested more than {DEEPEST_NESTING} levels deep")
    declared, variables = _object(low, "parameters"), _object(low, "variables")
    functions = _functions(low.get("functions"), f"{place}functions")
    speech = language(frozenset(name.lower() for name in declared), _variable_names(variables), functions)
    scope = _scope(str(low.get("$schema", "")), around.circumstances)
    run = Deployment(around.budget, around.circumstances.context(), scope=scope)
    run.variables = _variables(speech, variables, f"{place}variables")
    missing: list[str] | None = [] if around.depth == 0 else None
    bind_parameters(speech, declared, given, run, f"{place}parameters", missing=missing)
    if missing:
        out.notes.append(f"no value is given for {', '.join(missing)}: what depends on it is unknown")
    inner = _Template(speech, run, around.circumstances, scope, around.depth)
    for at, item in _listed(low["resources"], f"{place}resources"):
        _resource(item, at, inner, None, out)


def _scope(schema: str, circumstances: Circumstances) -> str:
    low = schema.lower()
    if "subscriptiondeploymenttemplate" in low:
        return f"/subscriptions/{circumstances.subscription}"
    if "managementgroupdeploymenttemplate" in low:
        return f"/providers/Microsoft.Management/managementGroups/{circumstances.management_group}"
    if "tenantdeploymenttemplate" in low:
        return ""
    return f"/subscriptions/{circumstances.subscription}/resourceGroups/{circumstances.resource_group}"


def _listed(raw: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    entries = [(f"{place}.{name}", item) for name, item in raw.items()] if isinstance(raw, dict) else []
    entries = entries or [(f"{place}[{at}]", item) for at, item in enumerate(raw if isinstance(raw, list) else ())]
    for at, item in entries:
        if not isinstance(item, dict) or not isinstance(lower_keys(item).get("type"), str):
            raise ArmTemplateInvalid(f"{at}: a resource is an object with a `type`")
        yield at, item


@dataclass(frozen=True, slots=True)
class _Written:
    """A resource as it is written, its expressions read once for all of its copies."""

    low: dict[str, Any]
    condition: Closure
    body: Closure | None
    """None for a nested deployment."""


def _resource(raw: dict[str, Any], place: str, template: _Template, parent: dict[str, Any] | None, out: Expanded) -> None:
    low = lower_keys(raw)
    if low.get("existing") is True:
        return
    condition = compile_body(template.language, low.get("condition", True), f"{place}.condition")
    body = {key: value for key, value in raw.items() if key.lower() not in _OWN}
    is_nested = str(low["type"]).lower() == _DEPLOYMENTS
    written = _Written(low, condition, None if is_nested else compile_body(template.language, body, place))
    copy = lower_keys(low["copy"]) if isinstance(low.get("copy"), dict) else None
    if copy is None:
        _one(written, place, template, parent, out)
        return
    count = compile_body(template.language, copy.get("count"), f"{place}.copy.count")
    for index in looped(template.run, str(copy.get("name", "")), count, f"{place}.copy"):
        _one(written, f"{place}#{index}", template, parent, out)


def _one(written: _Written, place: str, template: _Template, parent: dict[str, Any] | None, out: Expanded) -> None:
    if not _is_wanted(written.condition(template.run), place):
        return
    if written.body is None:
        _nested(written.low, place, template, out)
        return
    body = written.body(template.run)
    _name_in_full(body, parent, place)
    if len(out.resources) >= MOST_RESOURCES:
        raise ArmTemplateInvalid(f"a template deploys at most {MOST_RESOURCES:,} resources here")
    out.resources.append(Resource(body, place, _id(body, template.scope, place), template.circumstances))
    for at, child in _listed(written.low.get("resources") or [], f"{place}.resources"):
        _resource(child, at, template, body, out)


def _is_wanted(condition: Any, place: str) -> bool:
    if isinstance(condition, Unknown):
        return True
    wanted = as_boolean(condition)
    if wanted is None:
        raise ArmTemplateInvalid(f"{place}.condition: true or false is expected")
    return wanted


def _name_in_full(body: dict[str, Any], parent: dict[str, Any] | None, place: str) -> None:
    kind, name = str(body["type"]), body.get("name")
    if parent is not None and "." not in kind.partition("/")[0]:
        kind = f"{parent['type']}/{kind}"
        name = name if isinstance(name, Unknown) else f"{as_text(parent.get('name')) or parent['name'].text}/{name}"
    if not isinstance(name, str | Unknown):
        raise ArmTemplateInvalid(f"{place}: a resource has a `name`")
    around, mark, extension = kind.partition("/providers/")
    if mark and isinstance(name, str):
        kind, name = _extension(body, around, extension, name, place)
    body["type"], body["name"] = _GROUPS.get(kind.lower(), kind), name


def _extension(body: dict[str, Any], around: str, extension: str, name: str, place: str) -> tuple[str, str]:
    names, levels = name.split("/"), around.count("/")
    namespace, rest = (names[levels : levels + 1] or [""])[0], names[levels + 1 :]
    if not rest or not levels:
        raise ArmTemplateInvalid(f"{place}: `{name[:80]}` names no resource and extension")
    body["scope"] = resource_path(around, names[:levels])
    return f"{namespace}/{extension}", "/".join(rest)


def _id(body: dict[str, Any], scope: str, place: str) -> str:
    if isinstance(body["name"], Unknown):
        return f"{scope}/providers/{body['type']}/[{body['name'].text}]"
    try:
        return id_in(scope, str(body["type"]), body["name"].split("/"))
    except Unfit as unfit:
        raise ArmTemplateInvalid(f"{place}: {unfit}", remedy="a child has the names of its parents before its own") from None


def _nested(low: dict[str, Any], place: str, template: _Template, out: Expanded) -> None:
    properties = lower_keys(low["properties"]) if isinstance(low.get("properties"), dict) else {}
    inner = properties.get("template")
    if not isinstance(inner, dict):
        out.notes.append(f"{place}: a linked template is not fetched; what it deploys is not judged")
        return
    circumstances = _elsewhere(low, place, template)
    options = properties.get("expressionevaluationoptions")
    if str(lower_keys(options).get("scope") if isinstance(options, dict) else "outer").lower() == "inner":
        given = compile_body(template.language, properties.get("parameters") or {}, f"{place}.parameters")(template.run)
        _expand(inner, given_parameters(given), _Around(circumstances, template.run.budget, f"{place}.", template.depth + 1), out)
        return
    if template.depth >= DEEPEST_NESTING:
        raise ArmTemplateInvalid(f"{place}: templates are nested more than {DEEPEST_NESTING} levels deep")
    scope = _scope(str(lower_keys(inner).get("$schema", "")), circumstances)
    outer = replace(template, circumstances=circumstances, scope=scope, depth=template.depth + 1)
    for at, item in _listed(lower_keys(inner).get("resources") or [], f"{place}.resources"):
        _resource(item, at, outer, None, out)


def _elsewhere(low: dict[str, Any], place: str, template: _Template) -> Circumstances:
    found = template.circumstances
    for key, name in (("resourcegroup", "resource_group"), ("subscriptionid", "subscription")):
        value = compile_body(template.language, low.get(key), f"{place}.{key}")(template.run)
        if isinstance(value, str):
            found = replace(found, **{name: value})
    return found


def _object(low: dict[str, Any], key: str) -> dict[str, Any]:
    found = low.get(key) or {}
    if not isinstance(found, dict):
        raise ArmTemplateInvalid(f"`{key}` of a template is an object")
    return found


def _variable_names(raw: dict[str, Any]) -> frozenset[str]:
    copies = lower_keys(raw).get("copy")
    made = [str(lower_keys(item).get("name", "")) for item in copies if isinstance(item, dict)] if isinstance(copies, list) else []
    return frozenset(name.lower() for name in [*raw, *made])


def _variables(speech: Language, raw: dict[str, Any], place: str) -> dict[str, Closure]:
    found: dict[str, Closure] = {}
    for name, value in raw.items():
        if name.lower() == "copy" and isinstance(value, list):
            for item in value:
                made = str(lower_keys(item).get("name", "")) if isinstance(item, dict) else ""
                found[made.lower()] = _member_of(compile_body(speech, {"copy": [item]}, place), made)
        else:
            found[name.lower()] = compile_body(speech, value, f"{place}.{name}")
    return found


def _member_of(holder: Closure, name: str) -> Closure:
    return lambda run: holder(run)[name]


def _functions(raw: Any, place: str) -> dict[str, Form]:
    found: dict[str, Form] = {}
    for space in raw if isinstance(raw, list) else ():
        low = lower_keys(space) if isinstance(space, dict) else {}
        for name, body in _object(low, "members").items():
            found[f"{low.get('namespace')}.{name}".lower()] = _function(lower_keys(body), f"{place}.{name}")
    return found


def _function(low: dict[str, Any], place: str) -> Form:
    names = [str(item.get("name", "")).lower() for item in low.get("parameters") or () if isinstance(item, dict)]
    own = language(frozenset(names), frozenset(), {})
    output = low.get("output")
    body = compile_body(own, output.get("value") if isinstance(output, dict) else None, place)

    def read(outer: Language, arguments: tuple[Node, ...]) -> Closure:
        check_count(place.rpartition(".")[2], arguments, len(names), len(names))
        values = [outer.compile(argument) for argument in arguments]

        def call(run: Deployment) -> Any:
            run.budget.spend(1)
            given = dict(zip(names, (value(run) for value in values), strict=True))
            return run.budget.charge(body(Deployment(run.budget, run.context, scope=run.scope, parameters=given)))

        return call

    return read
