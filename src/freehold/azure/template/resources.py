"""A template → the resources that it would deploy: copies made, conditions decided, children and nested templates put in full.

A resource comes with its full type and name, as plain JSON but for what only a deployment knows. A condition that cannot be known
counts as true: what might be deployed is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.budget import MOST_STEPS, Budget
from freehold.azure.expression.values import Unknown, as_boolean
from freehold.azure.template.copies import looped
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


def _resource(raw: dict[str, Any], place: str, template: Template, parent: dict[str, Any] | None, out: Expanded) -> None:
    low = lower_keys(raw)
    if low.get("existing") is True:
        return
    if "import" in low or "extension" in low:
        out.notes.append(f"{place}: a resource of an extension, which is none of Azure, is not judged")
        return
    written = read_resource(raw, place, template)
    if not isinstance(low.get("copy"), dict):
        _if_wanted(written, place, template, parent, out)
        return
    times = times_of_copy(written, place, template)
    if isinstance(times, Unknown):
        out.notes.append(f"{place}: only a deployment knows how many copies there are ({times.text}); one is judged")
    begin = len(out.resources)
    for index in looped(template.run, written.copy, times):
        _if_wanted(written, f"{place}#{index}", template, parent, out)
    if isinstance(times, Unknown):
        _doubt(out, begin, times)


def _if_wanted(written: Written, place: str, template: Template, parent: dict[str, Any] | None, out: Expanded) -> None:
    condition = written.condition(template.run)
    if not isinstance(condition, Unknown):
        wanted = as_boolean(condition)
        if wanted is None:
            raise ArmTemplateInvalid(f"{place}.condition: true or false is expected")
        if wanted:
            _one(written, place, template, parent, out)
        return
    begin = len(out.resources)
    try:
        _one(written, place, template, parent, out)
    except ArmTemplateInvalid as refused:
        out.notes.append(f"{place} may be deployed ({condition.text}) and cannot be judged: {refused.detail}")
    _doubt(out, begin, condition)


def _doubt(out: Expanded, begin: int, what: Unknown) -> None:
    """Say of the resources from a place on that nobody knows yet whether they are deployed."""
    out.resources[begin:] = [replace(item, only_if=item.only_if or what) for item in out.resources[begin:]]


def _one(written: Written, place: str, template: Template, parent: dict[str, Any] | None, out: Expanded) -> None:
    body = written.body(template.run)
    if is_deployment(written.low):
        template.order.append(_dependent(written, body, place, ""))
        _nested(written.low, body, place, template, out)
        return
    name_in_full(body, parent, place)
    if len(out.resources) >= MOST_RESOURCES:
        raise ArmTemplateInvalid(f"a template deploys at most {MOST_RESOURCES:,} resources here")
    resource = Resource(body, place, id_of(body, template.scope, place), template.around.circumstances)
    template.order.append(_dependent(written, body, place, resource.id))
    out.resources.append(resource)
    for at, child in listed(written.low.get("resources") or [], f"{place}.resources"):
        _resource(child, at, template, body, out)


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
