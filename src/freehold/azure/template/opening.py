"""Templates made ready to be deployed: parameters bound, and nested and linked templates opened once, by whoever asks first.

A nested deployment is opened when its turn comes, or when another resource asks for its outputs. Linked templates are looked for
among the files that are given, never fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.budget import Budget
from freehold.azure.expression.run import Closure, Language
from freehold.azure.expression.values import ABSENT, Unknown, as_boolean
from freehold.azure.template.copies import compile_body, looped, placed, times_of
from freehold.azure.template.dependencies import Dependent
from freehold.azure.template.deployment import Circumstances, Deployment
from freehold.azure.template.functions import own_functions
from freehold.azure.template.language import language
from freehold.azure.template.linked import Linked
from freehold.azure.template.modules import Module, Modules, beside, outputs_of
from freehold.azure.template.naming import check_keys, check_type, spelt
from freehold.azure.template.parameters import Declared, bind_parameters, given_parameters, values_given
from freehold.azure.template.places import elsewhere, evaluated_in, home_of, scope_of
from freehold.azure.template.variables import read_variables, variable_names
from freehold.errors import ArmTemplateInvalid

DEEPEST_NESTING = 10
_STEPS_PER_NODE = 3
_DEPLOYMENTS = "microsoft.resources/deployments"
_OWN = frozenset({"copy", "condition", "resources", "existing", "comments"})


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that would be deployed, where it stands in the template, and its id; `circumstances` are those of its scope.

    `only_if` is what would have to be known for it to be deployed at all.
    """

    body: dict[str, Any]
    place: str
    id: str
    circumstances: Circumstances
    only_if: Unknown | None = None


@dataclass(slots=True)
class Expanded:
    """What a template would deploy, and what could not be looked into, each in a sentence."""

    resources: list[Resource] = field(default_factory=list[Resource])
    existing: list[Resource] = field(default_factory=list[Resource])
    """What the template says is there already: of these only the type, the name and the id are known."""
    notes: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Around:
    """What a template stands in: where it is deployed to, what it may cost, where it stands, how deep, and at which address."""

    circumstances: Circumstances
    budget: Budget
    linked: Linked
    place: str = ""
    depth: int = 0
    name: Any = "deployment"
    address: str | None = None
    asks: bool = True
    """Whether parameters may be missing: somebody else gives them."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template being expanded: what to evaluate it with, and where; `order` gathers what waits for what."""

    language: Language
    run: Deployment
    around: Around
    scope: str
    order: list[Dependent]
    items: list[tuple[str, dict[str, Any]]]
    """Its resources as they are written, each with its place."""
    outputs: dict[str, Any]
    nested: str = "outer"
    """Where expressions of nested templates are evaluated that do not say so."""
    read: dict[str, Written] = field(default_factory=dict[str, "Written"])
    places: dict[str, str] = field(default_factory=dict[str, str])
    """Where resources stand that are surely deployed, by their ids in lower case."""
    within: dict[str, Template | None] = field(default_factory=dict[str, "Template | None"])
    """Nested templates by the places of their deployments, None where one is not here."""


@dataclass(frozen=True, slots=True)
class Written:
    """A resource as it is written, its expressions read once for all of its copies."""

    low: dict[str, Any]
    condition: Closure
    body: Closure
    """Of a nested deployment, all but its properties."""

    @property
    def copy(self) -> str:
        """The name of its copy, empty where there is none."""
        copy = self.low.get("copy")
        return str(lower_keys(copy).get("name", "")) if isinstance(copy, dict) else ""


def open_template(raw: Any, given: Mapping[str, Any], around: Around, out: Expanded) -> Template:
    """Return a template ready to be deployed, its parameters bound.

    Raises:
        ArmTemplateInvalid: It or its parameters are not of the documented shape, or what is read or bound of it fails.
    """
    low, place = lower_keys(raw) if isinstance(raw, dict) else {}, around.place
    if "resources" not in low or not isinstance(low["resources"], list | dict):
        raise ArmTemplateInvalid(f"{place or 'the document'} is no template: it has no `resources`")
    _deeper(around, raw)
    declared, variables = Declared(_object(low, "parameters"), _object(low, "definitions")), _object(low, "variables")
    functions = own_functions(low.get("functions"), f"{place}functions")
    names = frozenset(name.lower() for name in declared.parameters)
    speech = language(names, variable_names(variables), functions)
    scope = scope_of(str(low.get("$schema", "")), around.circumstances)
    run = Deployment(around.budget, around.circumstances.context(), around.name, scope, linked=around.address)
    run.variables = read_variables(speech, variables, f"{place}variables")
    missing: list[str] | None = [] if around.asks else None
    bind_parameters(speech, declared, given, run, f"{place}parameters", missing=missing)
    if missing:
        where = f" in {place.removesuffix('.')}" if place else ""
        out.notes.append(f"no value is given for {', '.join(missing)}{where}: what depends on it is unknown")
    nested = "inner" if str(low.get("languageversion", "")).startswith("2.") else "outer"
    items = list(listed(low["resources"], f"{place}resources"))
    found = Template(speech, run, around, scope, [], items, _object(low, "outputs"), nested)
    run.asked = Modules(lambda: _modules(found, out)).ask
    return found


def _deeper(around: Around, raw: Any) -> None:
    if around.depth > DEEPEST_NESTING:
        raise ArmTemplateInvalid(f"{around.place}: templates are nested more than {DEEPEST_NESTING} levels deep")
    if around.depth:
        with placed(around.place):
            around.budget.spend(_nodes(raw) * _STEPS_PER_NODE)


def _nodes(raw: Any) -> int:
    """Return how many values a document has: what reading it costs."""
    count, rest = 0, [raw]
    while rest:
        item = rest.pop()
        count += 1
        if isinstance(item, dict | list):
            rest.extend(item.values() if isinstance(item, dict) else item)
    return count


def listed(raw: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield resources of a list or of an object of symbolic names, each with its place.

    Raises:
        ArmTemplateInvalid: One is no object with a type.
    """
    entries = [(f"{place}.{name}", item) for name, item in raw.items()] if isinstance(raw, dict) else []
    entries = entries or [(f"{place}[{at}]", item) for at, item in enumerate(raw if isinstance(raw, list) else ())]
    for at, item in entries:
        if not isinstance(item, dict) or not isinstance(lower_keys(item).get("type"), str):
            raise ArmTemplateInvalid(f"{at}: a resource is an object with a `type`")
        yield at, item


def read_resource(raw: dict[str, Any], place: str, template: Template) -> Written:
    """Return a resource with its expressions read, which is done once.

    Raises:
        ArmTemplateInvalid: It is not of the documented shape, or an expression cannot be used.
    """
    if place not in template.read:
        low = lower_keys(raw)
        check_type(low["type"], place)
        check_keys(raw, place)
        condition = compile_body(template.language, low.get("condition", True), f"{place}.condition")
        left_out = _OWN | {"properties"} if is_deployment(low) else _OWN
        body = {spelt(key): value for key, value in raw.items() if key.lower() not in left_out}
        template.read[place] = Written(low, condition, compile_body(template.language, body, place))
    return template.read[place]


def times_of_copy(written: Written, place: str, template: Template) -> int | Unknown:
    """Return how many times a resource is copied, or what would have to be known.

    Raises:
        ArmTemplateInvalid: It is to be done no whole number of times, or more than 800 times.
    """
    count = compile_body(template.language, lower_keys(written.low["copy"]).get("count"), f"{place}.copy.count")
    return times_of(template.run, count, f"{place}.copy")


def is_deployment(low: Mapping[str, Any]) -> bool:
    """Return whether a resource (keys in lower case) is a nested deployment."""
    return str(low["type"]).lower().rstrip("/") == _DEPLOYMENTS


def symbol_of(place: str) -> str:
    """Return the symbolic name of a resource at a place, in lower case, or empty text."""
    end = place.rpartition(".")[2]
    return "" if end.endswith("]") else end.lower()


def open_nested(low: dict[str, Any], body: dict[str, Any], place: str, template: Template, out: Expanded) -> Template | None:
    """Return the template of a nested deployment, which is opened once, by whoever asks first; None if it is not here.

    Raises:
        ArmTemplateInvalid: It or its parameters are not of the documented shape, or what is read or bound of it fails.
    """
    if place not in template.within:
        template.within[place] = _open(low, body, place, template, out)
    return template.within[place]


def _open(low: dict[str, Any], body: dict[str, Any], place: str, template: Template, out: Expanded) -> Template | None:
    properties = lower_keys(low["properties"]) if isinstance(low.get("properties"), dict) else {}
    around = replace(
        template.around,
        circumstances=elsewhere(lower_keys(body), template.around.circumstances, _groups(out)),
        place=f"{place}.",
        depth=template.around.depth + 1,
        name=lower_keys(body).get("name", "deployment"),
        asks=False,
    )
    inner = properties.get("template")
    if not isinstance(inner, dict):
        return _linked(properties, around, template, out)
    if evaluated_in(properties.get("expressionevaluationoptions"), template.nested, place) == "inner":
        given = compile_body(template.language, properties.get("parameters") or {}, f"{place}.parameters")(template.run)
        return open_template(inner, values_given(given), around, out)
    _deeper(around, inner)
    held = lower_keys(inner)
    scope = scope_of(str(held.get("$schema", "")), around.circumstances)
    items = list(listed(held.get("resources") or [], f"{place}.resources"))
    return replace(
        template, around=around, scope=scope, order=[], items=items, outputs=_object(held, "outputs"), read={}, within={}, places={}
    )


def _modules(template: Template, out: Expanded) -> list[Module]:
    """Return the nested deployments of a template, by which others ask for their outputs."""
    found: list[Module] = []
    with beside(template.run, {}):
        for at, raw in template.items:
            low = lower_keys(raw)
            if not is_deployment(low) or low.get("existing") is True:
                continue
            written, symbol = read_resource(raw, at, template), symbol_of(at)
            if not isinstance(low.get("copy"), dict):
                found.append(_module(written, at, {symbol}, template, out))
                continue
            times = times_of_copy(written, at, template)
            copies = [
                _module(written, f"{at}#{index}", {f"{symbol}[{index}]"} if symbol else {""}, template, out)
                for index in looped(template.run, written.copy, 0 if isinstance(times, Unknown) else times)
            ]
            found.extend(copies)
            if symbol and not isinstance(times, Unknown):
                found.append(Module(frozenset({symbol}), partial(_outputs_of_all, copies)))
    return found


def _outputs_of_all(copies: list[Module]) -> Any:
    outputs = [copy.outputs() for copy in copies]
    return ABSENT if ABSENT in outputs else outputs


def _module(written: Written, place: str, names: set[str], template: Template, out: Expanded) -> Module:
    if not _is_wanted(written, template):
        return Module(frozenset(), lambda: ABSENT)
    body = lower_keys(written.body(template.run))
    name, loops = body.get("name"), dict(template.run.loops)
    if isinstance(name, str):
        there = elsewhere(body, template.around.circumstances, {})
        names = {*names, name.lower(), f"{home_of(body, there, template.scope)}/providers/{_DEPLOYMENTS}/{name}".lower()}
    return Module(frozenset(names - {""}), partial(_outputs, written, place, loops, template, out))


def _is_wanted(written: Written, template: Template) -> bool:
    """Return whether a nested deployment is deployed, for all that is known; what it is called need not make sense otherwise."""
    condition = written.condition(template.run)
    return isinstance(condition, Unknown) or as_boolean(condition) is True


def _outputs(written: Written, place: str, loops: dict[str, Any], template: Template, out: Expanded) -> Any:
    with beside(template.run, loops):
        inner = open_nested(written.low, written.body(template.run), place, template, out)
        return ABSENT if inner is None else outputs_of(inner.outputs, inner.language, inner.run, f"{place}.outputs")


def _groups(out: Expanded) -> dict[str, Any]:
    """Return the resource groups that are deployed too, by lower-case name."""
    return {
        str(item.body["name"]).lower(): item.body
        for item in out.resources
        if str(item.body["type"]).lower().endswith("/resourcegroups")
    }


def _linked(properties: dict[str, Any], around: Around, template: Template, out: Expanded) -> Template | None:
    place, base = around.place.removesuffix("."), template.run.linked
    link = compile_body(template.language, properties.get("templatelink") or {}, f"{place}.templateLink")(template.run)
    found = around.linked.find(lower_keys(link), base) if isinstance(link, dict) else None
    if found is None:
        out.notes.append(f"{place}: a linked template is not fetched; what it deploys is not judged")
        return None
    path, document = found
    out.notes.append(f"{place}: the linked template was read from {path}")
    linked = compile_body(template.language, properties.get("parameterslink"), f"{place}.parametersLink")(template.run)
    file = around.linked.find(lower_keys(linked), base) if isinstance(linked, dict) else None
    given = compile_body(template.language, properties.get("parameters") or {}, f"{place}.parameters")(template.run)
    values = values_given(given) if file is None else given_parameters(file[1])
    elsewhere_given = isinstance(linked, dict) and file is None
    return open_template(document, values, replace(around, address=around.linked.at(path), asks=elsewhere_given), out)


def _object(low: dict[str, Any], key: str) -> dict[str, Any]:
    found = low.get(key) or {}
    if not isinstance(found, dict):
        raise ArmTemplateInvalid(f"`{key}` of a template is an object")
    return found
