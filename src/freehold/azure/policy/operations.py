"""The changes that `modify` and `append` make of a resource, as a policy writes them and as they run.

What an operation needs is checked when the policy is read; whether it is done is known when it runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.run import Closure
from freehold.azure.expression.syntax import is_expression
from freehold.azure.expression.values import ABSENT, Unresolved, known
from freehold.azure.policy.conditions import Conditions
from freehold.azure.policy.effect import Effect
from freehold.azure.policy.frame import Frame
from freehold.errors import AzurePolicyInvalid, ExpressionFailed

_OPERATIONS = {"add": "add", "addorreplace": "addOrReplace", "remove": "remove"}
_CONFLICTS = frozenset({"audit", "deny", "disabled"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change that `modify` or `append` makes of a resource: `add`, `addOrReplace`, `remove` or `append`."""

    operation: str
    field: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Made:
    """The changes of a policy; `roles` are those that `modify` needs, None for `append`."""

    roles: Closure | None
    operations: list[_Operation]
    conflict: Closure | None = None

    def conflict_effect(self, frame: Frame) -> str:
        """Return the effect where two policies change the same, or a change cannot be made.

        Raises:
            ExpressionFailed: It is none.
        """
        found = "deny" if self.conflict is None else str(known(self.conflict(frame))).lower()
        if found not in _CONFLICTS:
            raise ExpressionFailed(f"`conflictEffect` is `{found[:40]}`, and can be {', '.join(sorted(_CONFLICTS))}")
        return found

    def details(self, frame: Frame) -> Any:
        """Return the operations as a finding shows them, expressions evaluated."""
        shown = [operation.shown(frame) for operation in self.operations]
        return shown if self.roles is None else {"roleDefinitionIds": self.roles(frame), "operations": shown}

    def changes(self, frame: Frame) -> tuple[Change, ...]:
        """Return the changes that are made, in the order in which they are written.

        Raises:
            ExpressionFailed: An expression of one failed.
            Unresolved: Which field it is cannot be known.
        """
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


def read_operations(conditions: Conditions, details: Any, place: str, only: Effect | None) -> Made | None:
    """Return what `modify` changes, or None where the details are of another effect (`only` None: it is not known which).

    Raises:
        AzurePolicyInvalid: They are not of the documented shape.
    """
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
    return Made(conditions.json(roles, f"{place}.roleDefinitionIds"), read, conditions.json(conflict, f"{place}.conflictEffect"))


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


def read_appended(conditions: Conditions, details: Any, place: str, only: Effect | None) -> Made | None:
    """Return what `append` adds, or None where the details are of another effect (`only` None: it is not known which).

    Raises:
        AzurePolicyInvalid: They are not of the documented shape.
    """
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
    return Made(None, read)


def _plain(value: Any) -> Any:
    return None if value is ABSENT else value
