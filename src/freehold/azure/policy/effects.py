"""`then` → what becomes of a resource that the condition holds of: the effect, and what it would do, with expressions evaluated.

`auditIfNotExists` and `deployIfNotExists` look for a related resource that satisfies a condition; `modify` and `append` name
operations. Which is meant is known when it runs, since effects are parameters; what an effect needs is checked when it is read.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from freehold.azure.expression.run import Closure
from freehold.azure.expression.syntax import is_expression
from freehold.azure.expression.values import ABSENT, Unresolved, known
from freehold.azure.policy.conditions import Conditions
from freehold.azure.policy.definition import lower_keys
from freehold.azure.policy.frame import Frame, Test
from freehold.errors import AzurePolicyInvalid, ExpressionFailed


class Effect(enum.StrEnum):
    """What a policy does with a resource that its condition holds of."""

    DISABLED = "disabled"
    APPEND = "append"
    MODIFY = "modify"
    MUTATE = "mutate"
    DENY = "deny"
    AUDIT = "audit"
    MANUAL = "manual"
    AUDIT_IF_NOT_EXISTS = "auditIfNotExists"
    DEPLOY_IF_NOT_EXISTS = "deployIfNotExists"
    DENY_ACTION = "denyAction"


EFFECTS = {effect.value.lower(): effect for effect in Effect}
_OPERATIONS = {"add": "add", "addorreplace": "addOrReplace", "remove": "remove"}
_RELATED = frozenset({Effect.AUDIT_IF_NOT_EXISTS, Effect.DEPLOY_IF_NOT_EXISTS})


@dataclass(frozen=True, slots=True)
class Lookup:
    """Which related resources a policy asks for; what it does not say is None."""

    type: str
    name: str | None = None
    kind: str | None = None
    resource_group: str | None = None
    scope: str | None = None


Related = Callable[[Lookup], Sequence[dict[str, Any]]]
"""Finds related resources, in their normal form."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An effect as it is written, which it is, and its details: operations, fields to append, what to deploy."""

    written: str
    effect: Effect
    details: Any = None


class Then:
    """The effect of one policy."""

    def __init__(self, conditions: Conditions, raw: Any, place: str) -> None:
        """Read it.

        Raises:
            AzurePolicyInvalid: It is not of the documented shape, or an effect that is not known.
        """
        if not isinstance(raw, dict):
            raise AzurePolicyInvalid(f"{place}: an object with an `effect` is expected")
        entries = lower_keys(raw)
        written = entries.get("effect")
        if not isinstance(written, str):
            raise AzurePolicyInvalid(f"{place}.effect: the name of an effect is expected")
        self.place = place
        self.effect = conditions.json(written, f"{place}.effect")
        only = None if is_expression(written) else effect_of(written, f"{place}.effect")
        details = entries.get("details")
        self.related = _read_related(conditions, details, f"{place}.details", only)
        self.operations = _read_operations(conditions, details, f"{place}.details", only)
        self.appended = _read_appended(conditions, details, f"{place}.details", only)

    def outcome(self, frame: Frame, related: Related, override: str | None = None) -> Outcome | None:
        """Return what becomes of the frame's resource, or None where nothing does; `override` is the effect of an assignment.

        Raises:
            ExpressionFailed: The effect is none, or an expression of its details failed.
            Unresolved: It needs what cannot be known.
        """
        written = override or known(self.effect(frame))
        if not isinstance(written, str) or written.lower() not in EFFECTS:
            raise ExpressionFailed(f"{self.place}.effect: `{written}` is no effect")
        effect = EFFECTS[written.lower()]
        if effect is Effect.DISABLED:
            return None
        if effect in _RELATED:
            if self.related is None:
                raise ExpressionFailed(f"{self.place}.details: `{written}` wants the type of a related resource")
            return None if self.related.exists(frame, related) else Outcome(written, effect, self.related.details(frame))
        if effect is Effect.MODIFY and self.operations is not None:
            return Outcome(written, effect, self.operations(frame))
        if effect is Effect.APPEND and self.appended is not None:
            return Outcome(written, effect, self.appended(frame))
        return Outcome(written, effect)


def effect_of(written: str, place: str) -> Effect:
    """Return the effect of a name.

    Raises:
        AzurePolicyInvalid: There is no such effect.
    """
    if written.lower() not in EFFECTS:
        raise AzurePolicyInvalid(f"{place}: `{written[:80]}` is no effect", remedy=f"effects are {', '.join(EFFECTS.values())}")
    return EFFECTS[written.lower()]


@dataclass(frozen=True, slots=True)
class _Sought:
    """What related resource must exist, and what is told of it."""

    fields: dict[str, Closure]
    condition: Test | None
    shown: list[tuple[str, Closure]]

    def exists(self, frame: Frame, related: Related) -> bool:
        values = {key: known(closure(frame)) for key, closure in self.fields.items()}
        if not isinstance(values["type"], str):
            raise ExpressionFailed("the type of a related resource is no text")
        found = related(Lookup(**{key: value for key, value in values.items() if isinstance(value, str)}))
        condition = self.condition
        if condition is None:
            return bool(found)
        return _any_satisfies(found, frame, condition)

    def details(self, frame: Frame) -> dict[str, Any] | None:
        return {key: closure(frame) for key, closure in self.shown} or None


def _any_satisfies(found: Iterable[dict[str, Any]], frame: Frame, condition: Test) -> bool:
    unresolved: Unresolved | None = None
    primary = frame.resource
    for resource in found:
        frame.resource = resource
        try:
            if condition(frame):
                return True
        except Unresolved as unknown:
            unresolved = unknown
        finally:
            frame.resource = primary
    if unresolved is not None:
        raise unresolved
    return False


_LOOKUP = {"type": "type", "name": "name", "kind": "kind", "resourcegroupname": "resource_group", "existencescope": "scope"}


def _read_related(conditions: Conditions, details: Any, place: str, only: Effect | None) -> _Sought | None:
    if only is not None and only not in _RELATED:
        return None
    low = lower_keys(details) if isinstance(details, dict) else {}
    if "type" not in low and "existencecondition" not in low and only is None:
        return None
    if not isinstance(low.get("type"), str):
        raise AzurePolicyInvalid(f"{place}.type: the type of a related resource is expected")
    fields = {into: conditions.json(low[key], f"{place}.{key}") for key, into in _LOOKUP.items() if key in low}
    condition = conditions.read(low["existencecondition"], f"{place}.existenceCondition") if "existencecondition" in low else None
    shown = [
        (name, conditions.json(low[name.lower()], f"{place}.{name}"))
        for name in ("roleDefinitionIds", "type")
        if name.lower() in low
    ]
    return _Sought(fields, condition, shown)


def _read_operations(conditions: Conditions, details: Any, place: str, only: Effect | None) -> Closure | None:
    if only not in {None, Effect.MODIFY} or not isinstance(details, dict):
        return None
    low = lower_keys(details)
    if "operations" not in low and only is None:
        return None
    roles, operations = low.get("roledefinitionids"), low.get("operations")
    if not isinstance(roles, list) and not (isinstance(roles, str) and is_expression(roles)):
        raise AzurePolicyInvalid(f"{place}.roleDefinitionIds: modify wants a list of roles")
    if not isinstance(operations, list) or not operations:
        raise AzurePolicyInvalid(f"{place}.operations: modify wants a list of operations")
    read_roles = conditions.json(roles, f"{place}.roleDefinitionIds")
    read = [_read_operation(conditions, item, f"{place}.operations[{at}]") for at, item in enumerate(operations)]
    return lambda frame: {"roleDefinitionIds": read_roles(frame), "operations": [operation(frame) for operation in read]}


def _read_operation(conditions: Conditions, raw: Any, place: str) -> Closure:
    low = lower_keys(raw) if isinstance(raw, dict) else {}
    name = _OPERATIONS.get(str(low.get("operation")).lower()) if isinstance(low.get("operation"), str) else None
    if name is None:
        raise AzurePolicyInvalid(f"{place}.operation: one of {', '.join(_OPERATIONS.values())} is expected")
    if not isinstance(low.get("field"), str):
        raise AzurePolicyInvalid(f"{place}.field: the name of a field is expected")
    if not conditions.scope.aliases.is_modifiable(low["field"]):
        raise AzurePolicyInvalid(f"{place}.field: `{low['field']}` is not modifiable")
    if name != "remove" and "value" not in low:
        raise AzurePolicyInvalid(f"{place}.value: `{name}` wants a value")
    kept: list[tuple[str, Closure]] = [("operation", _constant(name)), ("field", conditions.json(low["field"], f"{place}.field"))]
    if "value" in low:
        kept.append(("value", conditions.json(low["value"], f"{place}.value")))
    if "condition" in low:
        conditions.json(low["condition"], f"{place}.condition")
        kept.append(("condition", _constant(low["condition"])))
    return lambda frame: {key: _plain(closure(frame)) for key, closure in kept}


def _read_appended(conditions: Conditions, details: Any, place: str, only: Effect | None) -> Closure | None:
    is_shaped = isinstance(details, list) or (isinstance(details, dict) and {"field", "value"} <= set(lower_keys(details)))
    if only not in {None, Effect.APPEND} or (only is None and not is_shaped) or details is None:
        return None
    items = details if isinstance(details, list) else [details]
    if not items:
        raise AzurePolicyInvalid(f"{place}: append wants fields and values")
    read: list[tuple[str, Closure]] = []
    for at, item in enumerate(items):
        low = lower_keys(item) if isinstance(item, dict) else {}
        if not isinstance(low.get("field"), str) or "value" not in low:
            raise AzurePolicyInvalid(f"{place}[{at}]: append wants a `field` and a `value`")
        conditions.json(low["field"], f"{place}[{at}].field")
        read.append((low["field"], conditions.json(low["value"], f"{place}[{at}].value")))
    return lambda frame: [{"field": name, "value": _plain(value(frame))} for name, value in read]


def _constant(value: Any) -> Closure:
    return lambda _: value


def _plain(value: Any) -> Any:
    return None if value is ABSENT else value
