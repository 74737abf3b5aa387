"""`then` → what becomes of a resource that the condition holds of: the effect, and what it would do, with expressions evaluated.

`auditIfNotExists` and `deployIfNotExists` look for a related resource that satisfies a condition; `modify` and `append` name
operations. Which is meant is known when it runs, since effects are parameters; what an effect needs is checked when it is read.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.run import Closure
from freehold.azure.expression.syntax import Call, Literal, is_expression, parse
from freehold.azure.expression.values import ABSENT, Unresolved, known
from freehold.azure.policy.conditions import Conditions
from freehold.azure.policy.frame import Frame
from freehold.azure.policy.sought import Lookup, Related, find_sought, read_sought
from freehold.errors import AzurePolicyInvalid, ExpressionFailed

__all__ = ["EFFECTS", "Change", "Effect", "Lookup", "Outcome", "Related", "Then", "effect_of"]


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
_CONFLICTS = frozenset({"audit", "deny", "disabled"})
_RELATED = frozenset({Effect.AUDIT_IF_NOT_EXISTS, Effect.DEPLOY_IF_NOT_EXISTS})


@dataclass(frozen=True, slots=True)
class Change:
    """One change that `modify` or `append` makes of a resource: `add`, `addOrReplace`, `remove` or `append`."""

    operation: str
    field: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """An effect as it is written, which it is, its details (operations, fields to append, what to deploy), and what it changes."""

    written: str
    effect: Effect
    details: Any = None
    changes: tuple[Change, ...] = ()


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
        unknown = next((key for key in entries if key not in {"effect", "details"}), None)
        if unknown is not None:
            raise AzurePolicyInvalid(f"{place}: `{unknown[:40]}` is no part of it", remedy="it has an effect and details")
        self.place = place
        self.effect = conditions.json(written, f"{place}.effect")
        self.named_by = _parameter_of(written)
        only = None if is_expression(written) else effect_of(written, f"{place}.effect")
        details = entries.get("details")
        read = find_sought if only is None else read_sought
        self.related = read(conditions, details, f"{place}.details") if only in {None, *_RELATED} else None
        self.operations = _read_operations(conditions, details, f"{place}.details", only)
        self.appended = _read_appended(conditions, details, f"{place}.details", only)

    def check(self, parameters: dict[str, Any]) -> None:
        """Check that the parameter that names the effect, where one does, names one; it may hold of nothing yet.

        Raises:
            AzurePolicyInvalid: It does not.
        """
        if self.named_by is not None and self.named_by in parameters:
            effect_of(str(parameters[self.named_by]), f"{self.place}.effect")

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
        made = {Effect.MODIFY: self.operations, Effect.APPEND: self.appended}.get(effect)
        return Outcome(written, effect) if made is None else Outcome(written, effect, made.details(frame), made.changes(frame))


def _parameter_of(written: str) -> str | None:
    """Return the lower-case name of the parameter that a text is the value of, or None."""
    tree = parse(written) if is_expression(written) else None
    if isinstance(tree, Call) and tree.name.lower() == "parameters" and isinstance(tree.arguments[0], Literal):
        return str(tree.arguments[0].value).lower()
    return None


def effect_of(written: str, place: str) -> Effect:
    """Return the effect of a name.

    Raises:
        AzurePolicyInvalid: There is no such effect.
    """
    if written.lower() not in EFFECTS:
        raise AzurePolicyInvalid(f"{place}: `{written[:80]}` is no effect", remedy=f"effects are {', '.join(EFFECTS.values())}")
    return EFFECTS[written.lower()]


@dataclass(frozen=True, slots=True)
class _Made:
    """The changes of a policy; `roles` are those that `modify` needs, None for `append`."""

    roles: Closure | None
    operations: list[_Operation]

    def details(self, frame: Frame) -> Any:
        shown = [operation.shown(frame) for operation in self.operations]
        return shown if self.roles is None else {"roleDefinitionIds": self.roles(frame), "operations": shown}

    def changes(self, frame: Frame) -> tuple[Change, ...]:
        return tuple(
            Change(operation.name, known(operation.field(frame)), _plain(operation.value(frame)))
            for operation in self.operations
            if operation.is_wanted(frame)
        )


@dataclass(frozen=True, slots=True)
class _Operation:
    """One operation, as it is written and as it runs."""

    name: str
    written: dict[str, Any]
    field: Closure
    value: Closure
    condition: Closure | None = None

    def is_wanted(self, frame: Frame) -> bool:
        """Return whether the operation is done; one whose condition fails or cannot be known is left out of what is shown."""
        if self.condition is None:
            return True
        try:
            return self.condition(frame) is True
        except (ExpressionFailed, Unresolved):
            return False

    def shown(self, frame: Frame) -> dict[str, Any]:
        kept = {key: self.written[key] for key in ("field", "condition") if key in self.written}
        name = {} if self.name == "append" else {"operation": self.name}
        return {**name, **kept, **({"value": _plain(self.value(frame))} if "value" in self.written else {})}


def _read_operations(conditions: Conditions, details: Any, place: str, only: Effect | None) -> _Made | None:
    if only not in {None, Effect.MODIFY} or not isinstance(details, dict):
        return None
    low = lower_keys(details)
    if "operations" not in low and only is None:
        return None
    roles, operations, conflict = low.get("roledefinitionids"), low.get("operations"), low.get("conflicteffect") or "deny"
    if not isinstance(conflict, str) or not (is_expression(conflict) or conflict.lower() in _CONFLICTS):
        raise AzurePolicyInvalid(f"{place}.conflictEffect: one of {', '.join(sorted(_CONFLICTS))} is expected")
    if not isinstance(roles, list) and not (isinstance(roles, str) and is_expression(roles)):
        raise AzurePolicyInvalid(f"{place}.roleDefinitionIds: modify wants a list of roles")
    if not isinstance(operations, list) or not operations:
        raise AzurePolicyInvalid(f"{place}.operations: modify wants a list of operations")
    read = [_read_operation(conditions, item, f"{place}.operations[{at}]") for at, item in enumerate(operations)]
    return _Made(conditions.json(roles, f"{place}.roleDefinitionIds"), read)


def _read_operation(conditions: Conditions, raw: Any, place: str) -> _Operation:
    low = lower_keys(raw) if isinstance(raw, dict) else {}
    name = _OPERATIONS.get(str(low.get("operation")).lower())
    if name is None:
        raise AzurePolicyInvalid(f"{place}.operation: one of {', '.join(_OPERATIONS.values())} is expected")
    if not isinstance(low.get("field"), str):
        raise AzurePolicyInvalid(f"{place}.field: the name of a field is expected")
    if not conditions.scope.aliases.is_modifiable(low["field"]):
        raise AzurePolicyInvalid(f"{place}.field: `{low['field']}` is not modifiable")
    if name != "remove" and "value" not in low:
        raise AzurePolicyInvalid(f"{place}.value: `{name}` wants a value")
    condition = conditions.json(low["condition"], f"{place}.condition") if "condition" in low else None
    field, value = conditions.json(low["field"], f"{place}.field"), conditions.json(low.get("value"), f"{place}.value")
    return _Operation(name, low, field, value, condition)


def _read_appended(conditions: Conditions, details: Any, place: str, only: Effect | None) -> _Made | None:
    is_shaped = isinstance(details, list) or (isinstance(details, dict) and {"field", "value"} <= set(lower_keys(details)))
    if only not in {None, Effect.APPEND} or (only is None and not is_shaped):
        return None
    items = details if isinstance(details, list) else [details]
    if not items:
        raise AzurePolicyInvalid(f"{place}: append wants fields and values")
    read: list[_Operation] = []
    for at, item in enumerate(items):
        low = lower_keys(item) if isinstance(item, dict) else {}
        if not isinstance(low.get("field"), str) or "value" not in low:
            raise AzurePolicyInvalid(f"{place}[{at}]: append wants a `field` and a `value`")
        field, value = (conditions.json(low[key], f"{place}[{at}].{key}") for key in ("field", "value"))
        read.append(_Operation("append", low, field, value))
    return _Made(None, read)


def _plain(value: Any) -> Any:
    return None if value is ABSENT else value
