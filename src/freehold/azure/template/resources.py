"""A template → the resources that it would deploy: copies made, conditions decided, children and nested templates put in full.

A resource comes with its full type and name, as plain JSON but for what only a deployment knows. A condition that cannot be known
counts as true: what might be deployed is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.budget import MOST_STEPS, Budget
from freehold.azure.expression.values import Unknown, as_boolean
from freehold.azure.template.copies import compile_body, looped
from freehold.azure.template.dependencies import Dependent, check_order
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.linked import Linked
from freehold.azure.template.naming import id_of, name_in_full
from freehold.azure.template.opening import (
    Around,
    Expanded,
    Resource,
    Template,
    Written,
    is_deployment,
    listed,
    open_nested,
    open_template,
    read_resource,
    symbol_of,
    times_of_copy,
)
from freehold.azure.template.parameters import given_parameters
from freehold.azure.template.places import elsewhere, home_of
from freehold.errors import ArmTemplateInvalid, ExpressionFailed

MOST_RESOURCES = 20_000
_STEPS = 2 * MOST_STEPS


def expand(template: Any, parameters: Any, circumstances: Circumstances, linked: Linked | None = None) -> Expanded:
    """Return the resources of a template with a parameter file (or None), and of linked templates among the files in `linked`.

    Raises:
        ArmTemplateInvalid: It or its parameters are not of the documented shape, or too large, or an expression fails.
    """
    files, out = linked or Linked(), Expanded()
    try:
        given = given_parameters(parameters)
        hidden = [name for name, value in given.items() if isinstance(value, Unknown)]
        if hidden:
            out.notes.append(f"the value of {', '.join(hidden)} lies elsewhere: what depends on it is unknown")
        _deploy(open_template(template, given, Around(circumstances, Budget(_STEPS), files, address=files.address), out), out)
    except RecursionError:
        raise ArmTemplateInvalid("parameters, variables or functions are made of each other too deeply") from None
    except ExpressionFailed as failed:
        raise ArmTemplateInvalid(f"the template: {failed.detail}", remedy=failed.remedy) from None
    return out


def _deploy(template: Template, out: Expanded) -> None:
    """Add the resources of a template in the order in which they are written.

    Resource groups come first and nested deployments last, as these may lie in those.
    """
    begin, made = len(out.resources), dict[str, list[Resource]]()
    for at, item in sorted(template.items, key=lambda entry: _turn(lower_keys(entry[1]))):
        before = len(out.resources)
        _resource(item, at, template, None, out)
        made[at] = out.resources[before:]
    out.resources[begin:] = [resource for at, _ in template.items for resource in made[at]]
    check_order(template.order)


def _turn(low: Mapping[str, Any]) -> int:
    if is_deployment(low):
        return 2
    return 0 if str(low["type"]).lower().rstrip("/").endswith("/resourcegroups") else 1


@dataclass(frozen=True, slots=True)
class _Item:
    """A resource as it is written, where it stands, in which template and below which parent."""

    written: Written
    place: str
    template: Template
    parent: dict[str, Any] | None = None

    @property
    def is_existing(self) -> bool:
        return self.written.low.get("existing") is True

    @property
    def children(self) -> list[tuple[str, dict[str, Any]]]:
        is_nested = is_deployment(self.written.low)
        return [] if is_nested else list(listed(self.written.low.get("resources") or [], f"{self.place}.resources"))


def _resource(raw: dict[str, Any], place: str, template: Template, parent: dict[str, Any] | None, out: Expanded) -> None:
    low = lower_keys(raw)
    if "import" in low or "extension" in low:
        out.notes.append(f"{place}: a resource of an extension, which is none of Azure, is not judged")
        return
    item = _Item(read_resource(raw, place, template), place, template, parent)
    if not isinstance(low.get("copy"), dict):
        _if_wanted(item, out)
        return
    times = times_of_copy(item.written, place, template)
    if isinstance(times, Unknown):
        out.notes.append(f"{place}: only a deployment knows how many copies there are ({times.text}); one is judged")
    begin = len(out.resources), len(out.existing)
    for index in looped(template.run, item.written.copy, times):
        _if_wanted(replace(item, place=f"{place}#{index}"), out)
    if isinstance(times, Unknown):
        _doubt(out, begin, times)


def _if_wanted(item: _Item, out: Expanded) -> None:
    """Add a resource if its condition holds, or may, and its children, whose condition it is not, as documented."""
    condition = item.written.condition(item.template.run)
    if isinstance(condition, Unknown):
        body = _perhaps(item, condition, out)
    elif (wanted := as_boolean(condition)) is None:
        raise ArmTemplateInvalid(f"{item.place}.condition: true or false is expected")
    else:
        body = _one(item, None, out) if wanted else _left_out(item) if item.children else None
    for at, child in item.children if body is not None else ():
        _resource(child, at, item.template, body, out)


def _perhaps(item: _Item, condition: Unknown, out: Expanded) -> dict[str, Any] | None:
    begin = len(out.resources), len(out.existing)
    try:
        return _one(item, condition, out)
    except ArmTemplateInvalid as refused:
        out.notes.append(f"{item.place} may be deployed ({condition.text}) and cannot be judged: {refused.detail}")
        return None
    finally:
        _doubt(out, begin, condition)


def _doubt(out: Expanded, begin: tuple[int, int], what: Unknown) -> None:
    """Say of the resources, and of the existing ones, from a place on that nobody knows yet whether they are there."""
    for held, at in zip((out.resources, out.existing), begin, strict=True):
        held[at:] = [replace(item, only_if=item.only_if or what) for item in held[at:]]


def _one(item: _Item, only_if: Unknown | None, out: Expanded) -> dict[str, Any]:
    """Add a resource, and return it with its full type and name; `only_if` is what would have to be known for it to be there."""
    template, place = item.template, item.place
    body = item.written.body(template.run)
    if is_deployment(item.written.low):
        if not item.is_existing:
            _check_alone(_home(body, template), item, only_if)
            template.order.append(_dependent(item.written, body, place, ""))
            _nested(item.written.low, body, place, template, out)
        return body
    name_in_full(body, item.parent, place)
    if item.is_existing:
        out.existing.append(Resource(body, place, _id_of_existing(body, item), template.around.circumstances, only_if))
        return body
    resource = Resource(body, place, id_of(body, template.scope, place), template.around.circumstances, only_if)
    if len(out.resources) >= MOST_RESOURCES:
        raise ArmTemplateInvalid(f"a template deploys at most {MOST_RESOURCES:,} resources here")
    _check_alone(resource.id, item, only_if)
    template.order.append(_dependent(item.written, body, place, resource.id))
    out.resources.append(resource)
    return body


def _id_of_existing(body: dict[str, Any], item: _Item) -> str:
    """Return the id of a resource that is there, which may be in another group or subscription."""
    low = lower_keys(body)
    if not {"resourcegroup", "subscriptionid"} & low.keys():
        return id_of(body, item.template.scope, item.place)
    there = elsewhere(low, item.template.around.circumstances, {})
    return id_of(body, home_of(low, there, item.template.scope), item.place)


def _left_out(item: _Item) -> dict[str, Any]:
    """Return what children want to know of a resource that is not deployed."""
    known = {key: item.written.low[key] for key in ("type", "name", "scope") if key in item.written.low}
    body = compile_body(item.template.language, known, item.place)(item.template.run)
    name_in_full(body, item.parent, item.place)
    return body


def _home(body: dict[str, Any], template: Template) -> str:
    """Return the id of a nested deployment, empty where it cannot be known."""
    low = lower_keys(body)
    name, around = low.get("name"), template.around.circumstances
    if not isinstance(name, str):
        return ""
    return f"{home_of(low, elsewhere(low, around, {}), template.scope)}/providers/Microsoft.Resources/deployments/{name}"


def _check_alone(known: str, item: _Item, only_if: Unknown | None) -> None:
    """Check that a template deploys a resource once, as Azure does.

    Raises:
        ArmTemplateInvalid: It is there already, and surely deployed.
    """
    if only_if is not None or not known or "/[" in known:
        return
    before = item.template.places.setdefault(known.lower(), item.place)
    if before != item.place:
        raise ArmTemplateInvalid(
            f"{item.place}: `{known.rpartition('/providers/')[2][:120]}` is in the template already, at {before}",
            remedy="give it another name, or conditions of which one holds",
        )


def _dependent(written: Written, body: Mapping[str, Any], place: str, known: str) -> Dependent:
    low = lower_keys(body)
    names = {symbol_of(place.partition("#")[0]), known.lower(), known.lower().rpartition("/providers/")[2], written.copy.lower()}
    wanted = low.get("dependson")
    waits = tuple(item.lower() for item in wanted if isinstance(item, str)) if isinstance(wanted, list) else ()
    return Dependent(place, frozenset(names - {""}), str(low.get("name", "")).lower(), waits)


def _nested(low: dict[str, Any], body: dict[str, Any], place: str, template: Template, out: Expanded) -> None:
    inner = open_nested(low, body, place, template, out)
    if inner is not None:
        _deploy(inner, out)
