"""`then` → what becomes of a resource that the condition holds of: the effect, and what it would do, with expressions evaluated.

`auditIfNotExists` and `deployIfNotExists` look for a related resource that satisfies a condition; `modify` and `append` name
operations. Which is meant is known when it runs, since effects are parameters; what an effect needs is checked when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from freehold.azure.documents import lower_keys
from freehold.azure.expression.run import Closure
from freehold.azure.expression.syntax import Call, Literal, is_expression, parse
from freehold.azure.expression.values import known
from freehold.azure.policy.conditions import Conditions
from freehold.azure.policy.definition import Parameter
from freehold.azure.policy.effect import ALTERING, EFFECTS, Effect, effect_of
from freehold.azure.policy.frame import Frame
from freehold.azure.policy.operations import Change, read_appended, read_operations
from freehold.azure.policy.sought import Lookup, Related, Remedy, find_sought, read_sought
from freehold.errors import AzurePolicyInvalid, ExpressionFailed

__all__ = ["EFFECTS", "Change", "Effect", "Lookup", "Outcome", "Related", "Then", "effect_of"]

_RELATED = frozenset({Effect.AUDIT_IF_NOT_EXISTS, Effect.DEPLOY_IF_NOT_EXISTS})
_STATES = frozenset({"unknown", "compliant", "noncompliant", "non-compliant"})


class Outcome(NamedTuple):
    """An effect as it is written, which it is, its details (operations, fields to append, what to deploy), and what it changes.

    `conflict` is the effect where `modify` cannot do so; `default` the state that `manual` begins with, in lower case.
    """

    written: str
    effect: Effect
    details: Any = None
    changes: tuple[Change, ...] = ()
    conflict: str = "deny"
    default: str = "unknown"
    remedy: Remedy | None = None


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
        self.written, self.named_by = written, _parameter_of(written)
        only = None if is_expression(written) else effect_of(written, f"{place}.effect")
        details = entries.get("details")
        read = find_sought if only is None else read_sought
        self.related = read(conditions, details, f"{place}.details") if only in {None, *_RELATED} else None
        self.operations = read_operations(conditions, details, f"{place}.details", only)
        self.appended = read_appended(conditions, details, f"{place}.details", only)
        self.default = _read_default(conditions, details, f"{place}.details") if only in {None, Effect.MANUAL} else None
        if only is Effect.DENY_ACTION:
            _check_action(details, f"{place}.details")

    def check(self, parameters: dict[str, Any]) -> None:
        """Check that the parameter that names the effect, where one does, names one; it may hold of nothing yet.

        Raises:
            AzurePolicyInvalid: It does not.
        """
        if self.named_by is not None and self.named_by in parameters:
            effect_of(str(parameters[self.named_by]), f"{self.place}.effect")

    def check_override(self, written: str, declared: Mapping[str, Parameter]) -> None:
        """Check that an assignment may put an effect in the place of the rule's own.

        Raises:
            AzurePolicyInvalid: The parameter that names the effect does not allow it, or the rule lacks what it needs.
        """
        effect, named = effect_of(written, f"{self.place}.effect"), declared.get(self.named_by or "")
        allowed = [str(item) for item in (named.allowed or ())] if named is not None else []
        if allowed and written.lower() not in {item.lower() for item in allowed}:
            raise AzurePolicyInvalid(
                f"the effect cannot be `{written}` in place of its own", remedy=f"it can be {', '.join(allowed)}"
            )
        needed = {Effect.MODIFY: self.operations, Effect.APPEND: self.appended, **dict.fromkeys(_RELATED, self.related)}
        if effect in needed and needed[effect] is None:
            raise AzurePolicyInvalid(f"the effect cannot be `{written}`: the rule has no details for it")

    def may_alter(self, parameters: dict[str, Any]) -> bool:
        """Return whether it may change a request, under parameters (names in lower case)."""
        named = parameters.get(self.named_by) if self.named_by is not None else self.written
        is_known = isinstance(named, str) and not is_expression(named)
        return EFFECTS.get(str(named).lower()) in ALTERING if is_known else self.operations is not None or self.appended is not None

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
            if self.related.exists(frame, related):
                return None
            remedy = self.related.remedy(frame) if effect is Effect.DEPLOY_IF_NOT_EXISTS else None
            return Outcome(written, effect, self.related.details(frame), remedy=remedy)
        if effect is Effect.MANUAL and self.default is not None:
            return Outcome(written, effect, default=str(known(self.default(frame))).lower())
        made = {Effect.MODIFY: self.operations, Effect.APPEND: self.appended}.get(effect)
        if made is None:
            return Outcome(written, effect)
        return Outcome(written, effect, made.details(frame), made.changes(frame), made.conflict_effect(frame))


def _parameter_of(written: str) -> str | None:
    """Return the lower-case name of the parameter that a text is the value of, or None."""
    tree = parse(written) if is_expression(written) else None
    if isinstance(tree, Call) and tree.name.lower() == "parameters" and isinstance(tree.arguments[0], Literal):
        return str(tree.arguments[0].value).lower()
    return None


def _read_default(conditions: Conditions, details: Any, place: str) -> Closure | None:
    """Return the `defaultState` of a manual policy, or None where it has none.

    Raises:
        AzurePolicyInvalid: It is no state.
    """
    written = lower_keys(details).get("defaultstate") if isinstance(details, dict) else None
    if written is None:
        return None
    if not isinstance(written, str) or not (is_expression(written) or written.lower() in _STATES):
        raise AzurePolicyInvalid(f"{place}.defaultState: one of Unknown, Compliant and Non-compliant is expected")
    return conditions.json(written, f"{place}.defaultState")


def _check_action(details: Any, place: str) -> None:
    """Check what a denyAction policy says of actions, where it says something: nobody can deny any but `delete`."""
    low = lower_keys(details) if isinstance(details, dict) else {}
    names = low.get("actionnames", ["delete"])
    if isinstance(names, list) and not (names and all(isinstance(name, str) and name.lower() == "delete" for name in names)):
        raise AzurePolicyInvalid(f"{place}.actionNames: `delete` is the one action that can be denied")
    cascade = low.get("cascadebehaviors", {})
    if isinstance(cascade, dict) and any(
        key != "resourcegroup" or (isinstance(value, str) and not is_expression(value) and value.lower() not in {"allow", "deny"})
        for key, value in lower_keys(cascade).items()
    ):
        raise AzurePolicyInvalid(f"{place}.cascadeBehaviors: `resourceGroup` can be allow or deny")
