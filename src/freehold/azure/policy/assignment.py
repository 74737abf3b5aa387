"""Initiatives and assignments: which policies hold where, with which parameters, and with which effect in place of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.budget import Budget
from freehold.azure.expression.run import has_expression
from freehold.azure.policy.aliases import AliasTable
from freehold.azure.policy.definition import Parameter, arguments, read_parameters
from freehold.azure.policy.effects import effect_of
from freehold.azure.policy.frame import Frame
from freehold.azure.policy.language import Scope
from freehold.errors import AzurePolicyInvalid, ExpressionRefused

_SELECTED = frozenset({"resourcelocation", "resourcetype", "resourcewithoutlocation", "policydefinitionreferenceid"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A policy in an initiative; expressions in its parameters are about the initiative's own."""

    id: str
    definition: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Initiative:
    """A set of policies that are assigned together."""

    name: str
    id: str
    title: str
    parameters: Mapping[str, Parameter]
    references: tuple[Reference, ...]
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Selector:
    """A test of what is judged: that something of it is, or is not, in a list; names in lower case."""

    kind: str
    values: frozenset[str]
    inside: bool

    def selects(self, facts: Mapping[str, str]) -> bool:
        """Return whether it holds of facts; one that is not known counts as empty text."""
        if self.kind == "resourcewithoutlocation":
            return (facts.get("resourcelocation", "") in {"", "global"}) is self.inside
        return (facts.get(self.kind, "") in self.values) is self.inside


@dataclass(frozen=True, slots=True)
class Override:
    """An effect in place of a policy's own, where every selector holds."""

    effect: str
    selectors: tuple[Selector, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A policy or initiative put to work at a scope; a resource is selected if all selectors of any one group hold."""

    name: str
    id: str
    title: str
    definition: str
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    scope: str = ""
    not_scopes: tuple[str, ...] = ()
    is_enforced: bool = True
    messages: Mapping[str, str] = field(default_factory=dict[str, str])
    groups: tuple[tuple[Selector, ...], ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def is_everywhere(self) -> bool:
        """Whether it holds of all resources alike."""
        return not (self.scope or self.not_scopes or self.groups)

    def covers(self, resource_id: str) -> bool:
        """Return whether a resource lies in its scope and in none that it leaves out; the empty scope is everywhere."""
        everywhere = not self.scope.lower().startswith("/subscriptions/")
        return (everywhere or _lies_in(resource_id, self.scope)) and not any(
            _lies_in(resource_id, scope) for scope in self.not_scopes
        )

    def selects(self, facts: Mapping[str, str]) -> bool:
        """Return whether a resource is selected."""
        return not self.groups or any(all(selector.selects(facts) for selector in group) for group in self.groups)

    def override(self, facts: Mapping[str, str]) -> str | None:
        """Return the effect that takes the place of a policy's own, if any."""
        chosen = (item.effect for item in self.overrides if all(selector.selects(facts) for selector in item.selectors))
        return next(chosen, None)


def read_initiative(raw: Any, name: str = "initiative") -> Initiative:
    """Return an initiative (`policySetDefinitions`).

    Raises:
        AzurePolicyInvalid: It is not of the documented shape.
    """
    outer = _object(raw, name)
    inner = _object(outer.get("properties", raw), name)
    references = inner.get("policydefinitions")
    if not isinstance(references, list):
        raise AzurePolicyInvalid(f"{name}: an initiative has a list of `policyDefinitions`")
    known = str(outer.get("name") or name)
    return Initiative(
        name=known,
        id=str(outer.get("id") or ""),
        title=str(inner.get("displayname") or known),
        parameters=read_parameters(inner.get("parameters"), known),
        references=tuple(_reference(item, f"{known}.policyDefinitions[{at}]") for at, item in enumerate(references)),
        version=inner.get("version") if isinstance(inner.get("version"), str) else None,
    )


def read_assignment(raw: Any, name: str = "assignment") -> Assignment:
    """Return an assignment.

    Raises:
        AzurePolicyInvalid: It is not of the documented shape, or selects by what is not known here.
    """
    outer = _object(raw, name)
    inner = _object(outer.get("properties", raw), name)
    definition = inner.get("policydefinitionid")
    if not isinstance(definition, str):
        raise AzurePolicyInvalid(f"{name}: an assignment has a `policyDefinitionId`")
    known, known_id = str(outer.get("name") or name), str(outer.get("id") or "")
    messages = _list(inner, "nonCompliance", "noncompliancemessages", name)
    return Assignment(
        name=known,
        id=known_id,
        title=str(inner.get("displayname") or known),
        definition=definition,
        parameters=values_of(inner.get("parameters"), known),
        scope=str(inner.get("scope") or known_id.lower().partition("/providers/microsoft.authorization/")[0]),
        not_scopes=tuple(str(scope) for scope in inner.get("notscopes") or ()),
        is_enforced=str(inner.get("enforcementmode") or "Default").lower() != "donotenforce",
        messages={str(item.get("policydefinitionreferenceid") or ""): str(item.get("message")) for item in messages},
        groups=tuple(_selectors(item, known) for item in _list(inner, "selectors", "resourceselectors", name)),
        overrides=tuple(_override(item, known) for item in _list(inner, "overrides", "overrides", name)),
    )


def values_of(raw: Any, place: str) -> dict[str, Any]:
    """Return the values of `{name: {value: …}}`.

    Raises:
        AzurePolicyInvalid: It is not of that shape.
    """
    if raw is None:
        return {}
    if not isinstance(raw, dict) or not all(isinstance(item, dict) and "value" in lower_keys(item) for item in raw.values()):
        raise AzurePolicyInvalid(f"{place}: parameters are given as {{name: {{value: …}}}}")
    return {name: lower_keys(item)["value"] for name, item in raw.items()}


def reference_arguments(reference: Reference, given: Mapping[str, Any], declared: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return the parameters of a policy of an initiative, under the initiative's own.

    Raises:
        AzurePolicyInvalid: An expression cannot be used, or a parameter is not what the policy declares.
        ExpressionFailed: An expression failed.
    """
    frame = Frame(None, None, dict(given), {}, Budget())
    scope = Scope(AliasTable(), frozenset(given))
    values: dict[str, Any] = {}
    for name, raw in reference.parameters.items():
        try:
            values[name] = scope.language.compile_json(raw)(frame) if has_expression(raw) else raw
        except ExpressionRefused as refused:
            raise AzurePolicyInvalid(f"{reference.id}.{name}: {refused.detail}", remedy=refused.remedy) from None
    return arguments(declared, values, reference.id)


def _reference(raw: Any, place: str) -> Reference:
    low = _object(raw, place)
    definition = low.get("policydefinitionid")
    if not isinstance(definition, str):
        raise AzurePolicyInvalid(f"{place}: a `policyDefinitionId` is expected")
    known = str(low.get("policydefinitionreferenceid") or definition.rpartition("/")[2])
    return Reference(known, definition, values_of(low.get("parameters"), place))


def _override(low: dict[str, Any], place: str) -> Override:
    if str(low.get("kind")).lower() != "policyeffect" or not isinstance(low.get("value"), str):
        raise AzurePolicyInvalid(f"{place}: an override is of kind `policyEffect` and has a value")
    effect_of(low["value"], f"{place}.overrides")
    return Override(low["value"], _selectors(low, place))


def _selectors(low: dict[str, Any], place: str) -> tuple[Selector, ...]:
    return tuple(_selector(item, place) for item in _list(low, "selectors", "selectors", place))


def _selector(low: dict[str, Any], place: str) -> Selector:
    kind, side = str(low.get("kind")).lower(), next((key for key in ("in", "notin") if key in low), "")
    values = low.get(side)
    if kind not in _SELECTED or not isinstance(values, list):
        raise AzurePolicyInvalid(
            f"{place}: a selector of kind `{low.get('kind')}` is not known, or has no list", remedy="in or notIn"
        )
    return Selector(kind, frozenset("".join(str(value).split()).lower() for value in values), side == "in")


def _lies_in(resource_id: str, scope: str) -> bool:
    low, around = resource_id.lower(), scope.lower().rstrip("/")
    return low == around or low.startswith(f"{around}/")


def _object(raw: Any, place: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise AzurePolicyInvalid(f"{place}: an object is expected")
    return lower_keys(raw)


def _list(holder: Mapping[str, Any], what: str, key: str, place: str) -> Sequence[dict[str, Any]]:
    found = holder.get(key)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise AzurePolicyInvalid(f"{place}: {what} are a list of objects")
    return [lower_keys(item) for item in found]
