"""One policy, read: a closure over resources, with the types of resources that it can be about and the fields that it looks at."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.budget import PolicyBudget
from freehold.azure.expression.values import Unresolved
from freehold.azure.policy.aliases import AliasTable, UnknownAlias
from freehold.azure.policy.conditions import Conditions
from freehold.azure.policy.definition import Definition
from freehold.azure.policy.effect import ALTERING, EFFECTS, Effect
from freehold.azure.policy.effects import Outcome, Related, Then
from freehold.azure.policy.fields import Parts, field_path, split_path
from freehold.azure.policy.frame import Frame
from freehold.azure.policy.language import Scope
from freehold.azure.policy.normal import lowered, normalised, type_of
from freehold.errors import AzurePolicyInvalid, ExpressionFailed


class State(enum.StrEnum):
    """What a policy says of a resource; a failed evaluation is an implicit deny."""

    COMPLIANT = "compliant"
    NON_COMPLIANT = "non-compliant"
    UNKNOWN = "unknown"
    FAILED = "failed"
    NOT_EVALUATED = "not-evaluated"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one policy says of one resource; `reason` says what was unknown or failed."""

    state: State
    outcome: Outcome | None = None
    reason: str = ""


_MODES = frozenset({"all", "indexed", "notspecified"})
_DATA_MODE = re.compile(r"microsoft\.[\w.]+\.data", re.IGNORECASE)
_COMPLIANT = Verdict(State.COMPLIANT)


class Policy:
    """A definition read against a table of aliases."""

    def __init__(self, definition: Definition, aliases: AliasTable) -> None:
        """Read it.

        Raises:
            AzurePolicyInvalid: It has what is not known: a function, an operator, an effect, an alias, a parameter.
        """
        self.definition = definition
        self.aliases = aliases
        scope = Scope(aliases, None if definition.is_bare else frozenset(definition.parameters))
        rule = lower_keys(definition.rule)
        if not (_DATA_MODE.fullmatch(definition.mode) or definition.mode.lower() in _MODES):
            raise AzurePolicyInvalid(f"{definition.name}: `{definition.mode[:40]}` is no mode", remedy="it can be All or Indexed")
        if rule.keys() != {"if", "then"}:
            raise AzurePolicyInvalid(f"{definition.name}: a rule has an `if` and a `then`, and nothing else")
        conditions = Conditions(scope)
        try:
            self._condition = conditions.read(rule["if"], "if")
            conditions.begin_then()
            self._then = Then(conditions, rule["then"], "then")
        except AzurePolicyInvalid as refused:
            raise AzurePolicyInvalid(f"{definition.name}: {refused.detail}", remedy=refused.remedy) from None
        self._slots = scope.slots
        self.types = required_types(rule["if"])
        self.fields = tuple(dict.fromkeys(_labelled(rule["if"], aliases)))
        self.is_indexed = definition.mode.lower() == "indexed"
        self.asks_of_itself = "policy" in scope.asked

    def check(self, parameters: dict[str, Any]) -> None:
        """Check what can be known of parameters before there is a resource.

        Raises:
            AzurePolicyInvalid: They name an effect that is none.
        """
        self._then.check(parameters)

    def check_override(self, effect: str) -> None:
        """Check that an assignment may put an effect in the place of the rule's own.

        Raises:
            AzurePolicyInvalid: It may not.
        """
        self._then.check_override(effect, self.definition.parameters)

    def may_alter(self, parameters: dict[str, Any], effects: Sequence[str] = ()) -> bool:
        """Return whether it may change a request, under parameters or with one of an assignment's effects in place of its own."""
        return self._then.may_alter(parameters) or any(EFFECTS.get(effect.lower()) in ALTERING for effect in effects)

    def judge(
        self, view: Any, parameters: dict[str, Any], context: dict[str, Any], related: Related, effect: str | None = None
    ) -> Verdict:
        """Return what the policy says of a resource in its normal form; `effect` is an assignment's own, in place of the rule's."""
        if self.definition.is_data_plane:
            return Verdict(State.NOT_EVALUATED, reason=f"mode {self.definition.mode} is about objects inside a service")
        frame = Frame(view, view, parameters, context, PolicyBudget(), [None] * self._slots)
        try:
            if not self._condition(frame):
                return _COMPLIANT
            outcome = self._then.outcome(frame, related, effect)
        except Unresolved as unresolved:
            return Verdict(State.UNKNOWN, reason=f"only a deployment knows {unresolved.what.text}")
        except (ExpressionFailed, AzurePolicyInvalid) as failure:
            return Verdict(State.FAILED, Outcome("deny", Effect.DENY), failure.detail)
        return _COMPLIANT if outcome is None else Verdict(State.NON_COMPLIANT, outcome)


def view_of(resource: Any, aliases: AliasTable) -> Any:
    """Return a resource as policies look at it: in its normal form for the API version that it names."""
    if aliases.unknown is UnknownAlias.RAW:
        view = lowered(resource)
    else:
        version = resource.get("apiVersion") if isinstance(resource, dict) else None
        view = normalised(resource, aliases.of(type_of(resource)), version if isinstance(version, str) else None)
    if isinstance(view, dict) and "name" in view:
        view.setdefault("fullname", view["name"])
    return view


def required_types(raw: Any) -> frozenset[str] | None:
    """Return the resource types, in lower case, outside of which a condition cannot hold; None if it may hold of any."""
    if not isinstance(raw, Mapping):
        return None
    low = lower_keys(raw)
    if isinstance(low.get("allof"), list):
        found = [types for types in map(required_types, low["allof"]) if types is not None]
        return frozenset.intersection(*found) if found else None
    if isinstance(low.get("anyof"), list) and low["anyof"]:
        each = [required_types(item) for item in low["anyof"]]
        return frozenset[str]().union(*(types for types in each if types)) if None not in each else None
    if str(low.get("field")).lower() != "type" or len(low) != 2:
        return None
    wanted = low.get("equals", low.get("in"))
    values = wanted if isinstance(wanted, list) else [wanted]
    if "equals" in low or "in" in low:
        texts = [value.lower() for value in values if isinstance(value, str) and not value.startswith("[")]
        return frozenset(texts) if texts and len(texts) == len(values) else None
    return None


def _labelled(raw: Any, aliases: AliasTable) -> Iterator[tuple[str, Parts]]:
    for name in field_names(raw):
        path = field_path(name, aliases)
        if isinstance(path, tuple):
            yield f"tags.{path[1]}", path
        elif "[*]" not in path:
            yield name.rpartition("/")[2], split_path(path)


def field_names(raw: Any) -> Iterator[str]:
    """Yield the names of fields that a condition looks at, but for its type and inside of counts only their array."""
    if isinstance(raw, list):
        for item in raw:
            yield from field_names(item)
    elif isinstance(raw, Mapping):
        low = lower_keys(raw)
        name = low.get("field")
        if isinstance(name, str) and name.lower() != "type" and not name.startswith("["):
            yield name
        for key in ("allof", "anyof", "not", "count"):
            if key in low:
                yield from field_names(low[key])
