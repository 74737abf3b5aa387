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
from freehold.azure.policy.effect import effect_of
from freehold.azure.policy.frame import Frame
from freehold.azure.policy.language import Scope
from freehold.azure.policy.selectors import (
    Facts,
    Selector,
    any_group_selects,
    as_object,
    check_decided,
    is_scope,
    lies_in,
    objects,
    read_groups,
    read_selectors,
)
from freehold.errors import AzurePolicyInvalid, ExpressionRefused

_MODES = frozenset({"default", "donotenforce", "enroll"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A policy in an initiative; expressions in its parameters are about the initiative's own."""

    id: str
    definition: str
    parameters: Mapping[str, Any]
    version: str | None = None
    groups: tuple[str, ...] = ()


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
class Override:
    """An effect in place of a policy's own, or a version of it (`effect` None), where every selector holds."""

    effect: str | None
    selectors: tuple[Selector, ...]
    version: str | None = None

    def may_be_of(self, reference: str) -> bool:
        """Return whether it may be about a policy by its name in an initiative, in lower case."""
        asking = [item for item in self.selectors if item.kind == "policydefinitionreferenceid"]
        return all(item.selects({item.kind: reference}) is True for item in asking)


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
    version: str | None = None
    wants_enrollment: bool = False
    """Whether it is enforced only of what is enrolled (`enforcementMode: Enroll`)."""

    def effects(self, reference: str | None = None) -> list[str]:
        """Return the effects that may take the place of a policy's own, by its name in an initiative."""
        named = (reference or "").lower()
        return [item.effect for item in self.overrides if item.effect is not None and item.may_be_of(named)]

    @property
    def is_everywhere(self) -> bool:
        """Whether it holds of all resources alike."""
        return not (self.scope or self.not_scopes or self.groups)

    def covers(self, resource_id: str) -> bool:
        """Return whether a resource lies in its scope and in none that it leaves out; the empty scope is everywhere.

        Raises:
            Unresolved: Its id cannot be known as far as the scope goes.
        """
        everywhere = not self.scope.lower().startswith("/subscriptions/")
        if not (everywhere or lies_in(resource_id, self.scope)):
            check_decided(resource_id, self.scope)
            return False
        if any(lies_in(resource_id, scope) for scope in self.not_scopes):
            return False
        for scope in self.not_scopes:
            check_decided(resource_id, scope)
        return True

    def selects(self, facts: Facts) -> bool:
        """Return whether a resource is selected.

        Raises:
            Unresolved: What cannot be known would decide.
        """
        return any_group_selects(self.groups, facts)

    def override(self, facts: Facts) -> str | None:
        """Return the effect that takes the place of a policy's own, if any.

        Raises:
            Unresolved: What cannot be known would decide.
        """
        effects = (item for item in self.overrides if item.effect is not None)
        return next((item.effect for item in effects if any_group_selects([item.selectors], facts)), None)

    @property
    def versions(self) -> list[str]:
        """The versions of its definition or initiative that are asked for, by itself and by its overrides."""
        return [version for version in (self.version, *(item.version for item in self.overrides)) if version]


def read_initiative(raw: Any, name: str = "initiative") -> Initiative:
    """Return an initiative (`policySetDefinitions`).

    Raises:
        AzurePolicyInvalid: It is not of the documented shape.
    """
    outer = as_object(raw, name)
    inner = as_object(outer.get("properties", raw), name)
    references = inner.get("policydefinitions")
    if not isinstance(references, list):
        raise AzurePolicyInvalid(f"{name}: an initiative has a list of `policyDefinitions`")
    known = str(outer.get("name") or name)
    read = tuple(_reference(item, f"{known}.policyDefinitions[{at}]") for at, item in enumerate(references))
    _check_groups(inner, read, known)
    return Initiative(
        name=known,
        id=str(outer.get("id") or ""),
        title=str(inner.get("displayname") or known),
        parameters=read_parameters(inner.get("parameters"), known),
        references=read,
        version=inner.get("version") if isinstance(inner.get("version"), str) else None,
    )


def _check_groups(inner: Mapping[str, Any], references: Sequence[Reference], place: str) -> None:
    groups = {str(group.get("name")).lower() for group in objects(inner, "groups", "policydefinitiongroups", place)}
    for reference in references:
        unknown = [name for name in reference.groups if name.lower() not in groups]
        if unknown:
            raise AzurePolicyInvalid(
                f"{place}: `{reference.id}` is in the group `{unknown[0][:80]}`, which the initiative does not have"
            )


def read_assignment(raw: Any, name: str = "assignment") -> Assignment:
    """Return an assignment.

    Raises:
        AzurePolicyInvalid: It is not of the documented shape, or selects by what is not known here.
    """
    outer = as_object(raw, name)
    inner = as_object(outer.get("properties", raw), name)
    definition = inner.get("policydefinitionid")
    if not isinstance(definition, str):
        raise AzurePolicyInvalid(f"{name}: an assignment has a `policyDefinitionId`")
    known, known_id = str(outer.get("name") or name), str(outer.get("id") or "")
    mode = str(inner.get("enforcementmode") or "Default")
    if mode.lower() not in _MODES:
        raise AzurePolicyInvalid(
            f"{name}: `{mode[:40]}` is no enforcement mode here", remedy="it can be Default, DoNotEnforce or Enroll"
        )
    messages = objects(inner, "nonCompliance", "noncompliancemessages", name)
    return Assignment(
        name=known,
        id=known_id,
        title=str(inner.get("displayname") or known),
        definition=definition,
        parameters=values_of(inner.get("parameters"), known),
        scope=str(inner.get("scope") or known_id.lower().partition("/providers/microsoft.authorization/")[0]),
        not_scopes=_not_scopes(inner.get("notscopes"), name),
        is_enforced=mode.lower() == "default",
        wants_enrollment=mode.lower() == "enroll",
        messages={str(item.get("policydefinitionreferenceid") or ""): str(item.get("message")) for item in messages},
        groups=read_groups(inner, known),
        overrides=tuple(_override(item, known) for item in objects(inner, "overrides", "overrides", name)),
        version=_version(inner),
    )


def _not_scopes(raw: Any, place: str) -> tuple[str, ...]:
    scopes = [] if raw is None else raw
    if not isinstance(scopes, list) or not all(isinstance(scope, str) and is_scope(scope) for scope in scopes):
        raise AzurePolicyInvalid(
            f"{place}: notScopes are a list of ids", remedy="such as /subscriptions/S/resourceGroups/G; leave the key out for none"
        )
    return tuple(scopes)


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
    low = as_object(raw, place)
    definition = low.get("policydefinitionid")
    if not isinstance(definition, str):
        raise AzurePolicyInvalid(f"{place}: a `policyDefinitionId` is expected")
    known = str(low.get("policydefinitionreferenceid") or definition.rpartition("/")[2])
    groups = low.get("groupnames")
    names = tuple(str(item) for item in groups) if isinstance(groups, list) else ()
    return Reference(known, definition, values_of(low.get("parameters"), place), _version(low), names)


def _version(low: Mapping[str, Any]) -> str | None:
    found = low.get("definitionversion")
    return found if isinstance(found, str) else None


def is_of_version(version: str, wanted: str) -> bool:
    """Return whether a version is of a pattern of versions.

    >>> is_of_version("1.2.0", "1.*.*"), is_of_version("2.0.0-preview", "1.*.*"), is_of_version("1.2.0", "1.1.*")
    (True, False, False)
    """
    parts, pattern = (text.partition("-")[0].split(".") for text in (version, wanted))
    return all(mark in {"*", part} for part, mark in zip(parts, pattern, strict=False))


def _override(low: dict[str, Any], place: str) -> Override:
    kind, value = str(low.get("kind")).lower(), low.get("value")
    if kind not in {"policyeffect", "policyversion", "definitionversion"} or not isinstance(value, str):
        raise AzurePolicyInvalid(f"{place}: an override is of kind `policyEffect` or `policyVersion` and has a value")
    if kind != "policyeffect":
        return Override(None, read_selectors(low, place), value)
    effect_of(low["value"], f"{place}.overrides")
    return Override(low["value"], read_selectors(low, place))
