"""Which related resource `auditIfNotExists` and `deployIfNotExists` look for, and whether there is one.

Their details are checked when a policy is read. `evaluationDelay` is about time, and no template shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.run import Closure
from freehold.azure.expression.syntax import is_expression
from freehold.azure.expression.values import Unknown, Unresolved, known
from freehold.azure.policy.conditions import Conditions
from freehold.azure.policy.frame import Frame, Test
from freehold.errors import AzurePolicyInvalid, ExpressionFailed


@dataclass(frozen=True, slots=True)
class Lookup:
    """Which related resources a policy asks for; what it does not say is None."""

    type: str
    name: str | None = None
    kind: str | None = None
    resource_group: str | None = None
    scope: str | None = None

    @property
    def is_of_subscription(self) -> bool:
        """Whether it asks for resources of the whole subscription (`existenceScope`); else of one resource group."""
        return (self.scope or "").lower() == "subscription"


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A resource in its normal form that may be the one that is looked for, and what would have to be known."""

    view: dict[str, Any]
    unless: Unknown


Related = Callable[[Lookup], Iterable[dict[str, Any] | Perhaps]]
"""Finds related resources, in their normal form, and those that may be such."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """The template that `deployIfNotExists` would deploy, and the parameters that the policy gives it, `{name: {value: …}}`."""

    template: dict[str, Any]
    parameters: Any


@dataclass(frozen=True, slots=True)
class Sought:
    """What related resource must exist, what is told of it, and what would be deployed: a template and its parameters."""

    fields: dict[str, Closure]
    condition: Test | None
    shown: list[tuple[str, Closure]]
    template: dict[str, Any] | None = None
    parameters: Closure | None = None

    def remedy(self, frame: Frame) -> Remedy | None:
        """Return what would be deployed, where a template says it."""
        return None if self.template is None else Remedy(self.template, self.parameters(frame) if self.parameters else {})

    def exists(self, frame: Frame, related: Related) -> bool:
        """Return whether a related resource satisfies the condition.

        Raises:
            Unresolved: None does, and one that may be it might.
            ExpressionFailed: What is looked for is not as documented.
        """
        values = {key: known(closure(frame)) for key, closure in self.fields.items()}
        if not isinstance(values["type"], str):
            raise ExpressionFailed("the type of a related resource is no text")
        wrong = next((key for key, value in values.items() if not (value is None or isinstance(value, str))), None)
        if wrong is not None or (values.get("scope") or "resourcegroup").lower() not in _SCOPES:
            raise ExpressionFailed(f"`{wrong or 'existenceScope'}` of a related resource is not as documented")
        lookup = Lookup(**{key: value for key, value in values.items() if isinstance(value, str) and value})
        return _any_satisfies(related(lookup), frame, self.condition)

    def details(self, frame: Frame) -> dict[str, Any] | None:
        """Return what a finding shows of it."""
        return {key: closure(frame) for key, closure in self.shown} or None


def _any_satisfies(found: Iterable[dict[str, Any] | Perhaps], frame: Frame, condition: Test | None) -> bool:
    unresolved: Unresolved | None = None
    primary = frame.resource
    for resource in found:
        frame.resource = resource.view if isinstance(resource, Perhaps) else resource
        try:
            if condition is None or condition(frame):
                if not isinstance(resource, Perhaps):
                    return True
                unresolved = Unresolved(resource.unless)
        except Unresolved as unknown:
            unresolved = unknown
        finally:
            frame.resource = primary
    if unresolved is not None:
        raise unresolved
    return False


_LOOKUP = {"type": "type", "name": "name", "kind": "kind", "resourcegroupname": "resource_group", "existencescope": "scope"}
_KEYS = frozenset(
    {*_LOOKUP, "existencecondition", "evaluationdelay", "deploymentscope", "deployment", "roledefinitionids"}
    | {"operations", "conflicteffect"}
)
"""What details may have; the last two are those of another effect that a parameter may choose."""
_SCOPES = frozenset({"subscription", "resourcegroup"})
_DELAYS = frozenset({"afterprovisioning", "afterprovisioningsuccess", "afterprovisioningfailure"})
_DELAY = re.compile(r"PT(?=.)(?:\d{1,2}H)?(?:\d{1,3}M)?(?:\d{1,5}S)?", re.IGNORECASE)


def find_sought(conditions: Conditions, details: Any, place: str) -> Sought | None:
    """Return what details look for that may be those of another effect, or None where they look for nothing.

    Raises:
        AzurePolicyInvalid: They are not of the documented shape.
    """
    low = lower_keys(details) if isinstance(details, dict) else {}
    return read_sought(conditions, details, place) if {"type", "existencecondition"} & low.keys() else None


def read_sought(conditions: Conditions, details: Any, place: str) -> Sought:
    """Return what details look for.

    Raises:
        AzurePolicyInvalid: They are not of the documented shape.
    """
    low = lower_keys(details) if isinstance(details, dict) else {}
    if not isinstance(low.get("type"), str):
        raise AzurePolicyInvalid(f"{place}.type: the type of a related resource is expected")
    _check_related(low, place)
    fields = {into: conditions.json(low[key], f"{place}.{key}") for key, into in _LOOKUP.items() if key in low}
    condition = conditions.read(low["existencecondition"], f"{place}.existenceCondition") if "existencecondition" in low else None
    shown = [
        (name, conditions.json(low[name.lower()], f"{place}.{name}"))
        for name in ("roleDefinitionIds", "type")
        if name.lower() in low
    ]
    return Sought(fields, condition, shown, *_read_deployment(conditions, low.get("deployment"), f"{place}.deployment"))


def _read_deployment(conditions: Conditions, raw: Any, place: str) -> tuple[dict[str, Any] | None, Closure | None]:
    """Return the template of a deployment, whose functions are a template's, and its parameters, whose are the policy's.

    Raises:
        AzurePolicyInvalid: An expression of a parameter cannot be used.
    """
    properties = lower_keys(raw).get("properties") if isinstance(raw, dict) else None
    low = lower_keys(properties) if isinstance(properties, dict) else {}
    template, given = low.get("template"), low.get("parameters")
    parameters = conditions.json(given, f"{place}.properties.parameters") if isinstance(given, dict) else None
    return template if isinstance(template, dict) else None, parameters


def _check_related(low: dict[str, Any], place: str) -> None:
    """Check what is said of related resources without an expression."""
    unknown = next((key for key in low if key not in _KEYS), None)
    if unknown is not None:
        raise AzurePolicyInvalid(f"{place}: `{unknown[:40]}` says nothing of a related resource", remedy="is it spelt right?")
    for key, into in _LOOKUP.items():
        if not (low.get(key) is None or isinstance(low[key], str)):
            raise AzurePolicyInvalid(f"{place}.{key}: text is expected for the {into.replace('_', ' ')} of a related resource")
    for key in ("existencescope", "deploymentscope"):
        written = low.get(key) or "ResourceGroup"
        if isinstance(written, str) and not is_expression(written) and written.lower() not in _SCOPES:
            raise AzurePolicyInvalid(f"{place}.{key}: `{written[:40]}` is no scope", remedy="write Subscription or ResourceGroup")
    delay = low.get("evaluationdelay")
    if isinstance(delay, str) and not (is_expression(delay) or delay.lower() in _DELAYS or _DELAY.fullmatch(delay)):
        raise AzurePolicyInvalid(
            f"{place}.evaluationDelay: `{delay[:40]}` is no delay", remedy="AfterProvisioning, or PT0M to PT360M in ISO 8601"
        )
