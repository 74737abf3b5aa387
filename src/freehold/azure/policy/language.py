"""The expression language of Azure Policy: the functions of templates that it has, its own comparisons, and its own forms.

A form sees where it stands: inside a `count` the members being counted have names that `field()` and `current()` look up once,
when the policy is read. A member that is missing is nothing, not a failure: built-in policies ask for tags that may not be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from freehold.azure.expression.functions import FUNCTIONS
from freehold.azure.expression.functions.logic import FORMS
from freehold.azure.expression.run import Closure, Form, Function, Language, binary, branch, check_count, constant_text, member
from freehold.azure.expression.syntax import Call, Literal, Node
from freehold.azure.expression.values import ABSENT, Merged, Partly, Unfit, Unknown, Unresolved, compared, is_equal, kind, known
from freehold.azure.policy.aliases import WILDCARD, AliasTable
from freehold.azure.policy.fields import Parts, field_path, split_path, split_wildcards, walk
from freehold.azure.policy.frame import Frame
from freehold.azure.policy.operators import contains
from freehold.errors import AzurePolicyInvalid, ExpressionFailed, ExpressionRefused

MOST_CALLS = 2_048
MOST_ARGUMENTS = 128
"""The documented limits of a policy."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A member being counted: the path of its array or its name, in lower case, and the slot that holds it."""

    path: str | None
    name: str | None
    slot: int


@dataclass(frozen=True, slots=True)
class Where:
    """Where a path begins, and what is left of it: at the resource (`slot` None), or at a member being counted."""

    slot: int | None
    path: str

    @property
    def groups(self) -> tuple[Parts, ...]:
        """The parts that are left, with a break at each `[*]`."""
        here: tuple[Parts, ...] = ((),)
        return split_wildcards(self.path) if self.path else here


@dataclass(frozen=True, slots=True)
class PolicyLanguage(Language):
    """The language of one policy, which counts the functions that are called."""

    called: list[int] = field(default_factory=lambda: [0])

    def compile(self, node: Node) -> Closure:
        """Return a closure that evaluates a tree in a frame.

        Raises:
            ExpressionRefused: It calls what policies do not have, or calls more than Azure takes.
        """
        if isinstance(node, Call):
            self.called[0] += 1
            if self.called[0] > MOST_CALLS or len(node.arguments) > MOST_ARGUMENTS:
                raise ExpressionRefused(
                    f"a policy calls {MOST_CALLS:,} functions at most, each with {MOST_ARGUMENTS} arguments at most",
                    remedy="make several policies of it",
                )
        return Language.compile(self, node)


class Scope:
    """What a policy is read against: its aliases, and the members that are being counted where the reader stands."""

    def __init__(self, aliases: AliasTable, declared: frozenset[str] | None = None) -> None:
        """Begin outside of any count; `declared` are the parameters of the definition, if there is one."""
        self.aliases = aliases
        self.declared = declared
        self.asked: set[str] = set()
        self.bindings: list[Binding] = []
        self.slots = 0
        self.language = PolicyLanguage("Azure Policy", {**FUNCTIONS, **_COMPARISONS}, self._forms(), lenient=True)

    def bind(self, path: str | None, name: str | None) -> Binding:
        """Begin to count members."""
        binding = Binding(path, name, self.slots)
        self.slots += 1
        self.bindings.append(binding)
        return binding

    def unbind(self) -> None:
        """End the innermost count."""
        self.bindings.pop()

    def find(self, path: str, bindings: list[Binding] | None = None) -> Where:
        """Return where a path begins: at the innermost member that it goes through, else at the resource."""
        for binding in reversed(self.bindings if bindings is None else bindings):
            rest = _below(binding, path)
            if rest is not None:
                return Where(binding.slot, rest)
        return Where(None, path)

    def _forms(self) -> dict[str, Form]:
        context = ("resourceGroup", "subscription", "requestContext", "policy", "claims", "utcNow")
        forms = {name.lower(): self._circumstance(name) for name in context}
        return {**FORMS, **forms, "parameters": self._parameters, "field": self._field, "current": self._current, "if": branch}

    def _circumstance(self, name: str) -> Form:
        def form(_: Language, arguments: tuple[Node, ...]) -> Closure:
            check_count(name, arguments, 0, 0)
            self.asked.add(name)
            return lambda frame: member(frame.context, name)

        return form

    def _parameters(self, _: Language, arguments: tuple[Node, ...]) -> Closure:
        check_count("parameters", arguments, 1, 1)
        name = constant_text("parameters", arguments[0])
        low = name.lower()
        if self.declared is not None and low not in self.declared:
            raise ExpressionRefused(f"there is no parameter `{name}`", remedy="declare it under `parameters` of the definition")

        def run_parameter(frame: Frame) -> Any:
            found = frame.parameters.get(low, ABSENT)
            if found is ABSENT:
                raise ExpressionFailed(
                    f"parameter `{name}` has no value", remedy="the assignment gives it, or the definition a default"
                )
            return found

        return run_parameter

    def _field(self, language: Language, arguments: tuple[Node, ...]) -> Closure:
        check_count("field", arguments, 1, 1)
        (argument,) = arguments
        if isinstance(argument, Literal):
            return self._field_named(constant_text("field", argument), self.bindings)
        name, bindings, cache = language.compile(argument), list(self.bindings), dict[str, Closure]()

        def run_field(frame: Frame) -> Any:
            written = name(frame)
            if isinstance(written, Unknown):
                return written
            if not isinstance(written, str):
                raise ExpressionFailed(f"`field()` wants a name, not {kind(written)}")
            if written not in cache:
                cache[written] = self._field_named(written, bindings)
            return cache[written](frame)

        return run_field

    def _field_named(self, name: str, bindings: list[Binding]) -> Closure:
        path = field_path(name, self.aliases)
        if isinstance(path, tuple):
            return lambda frame: _or_blank(walk(frame.primary, path))
        where = self.find(path, bindings)
        groups = where.groups
        slot, listed = where.slot, WILDCARD in path
        if len(groups) == 1:
            parts = groups[0]
            if slot is None:
                return lambda frame: _or_blank(walk(frame.primary, parts))
            if listed:
                return lambda frame: [item for item in (walk(frame.slots[slot], parts),) if item is not ABSENT]
            return lambda frame: _or_blank(walk(frame.slots[slot], parts))
        return lambda frame: collected(frame.primary if slot is None else frame.slots[slot], groups)

    def _current(self, _: Language, arguments: tuple[Node, ...]) -> Closure:
        check_count("current", arguments, 0, 1)
        if not self.bindings:
            raise ExpressionRefused("`current()` stands outside of any count")
        if not arguments:
            slot = self.bindings[-1].slot
            return lambda frame: frame.slots[slot]
        written = constant_text("current", arguments[0])
        where = self._member(written)
        groups, slot = where.groups, where.slot if where.slot is not None else -1
        parts = groups[0]
        if len(groups) > 1:
            return lambda frame: collected(frame.slots[slot], groups)
        return lambda frame: walk(frame.slots[slot], parts)

    def _member(self, written: str) -> Where:
        found = self.find(written.lower())
        if found.slot is None:
            path = field_path(written, self.aliases)
            found = self.find(path) if isinstance(path, str) else found
        if found.slot is None:
            raise ExpressionRefused(f"`current('{written}')` names nothing that is being counted")
        return found


def collected(value: Any, groups: tuple[Parts, ...]) -> Any:
    """Return a list of what lies at the end of each way through arrays, what is missing left out; or an array that is unknown."""
    doubts: list[Unknown] = []
    try:
        found = list(_ends(value, groups, doubts))
    except Unresolved as unresolved:
        return unresolved.what
    return Merged(found, doubts[0]) if doubts and found else found


def _ends(value: Any, groups: tuple[Parts, ...], doubts: list[Unknown]) -> Iterator[Any]:
    found = walk(value, groups[0])
    if len(groups) == 1:
        if isinstance(found, Unknown) and groups[0]:
            # Where what it would lie in cannot be known, it may be missing, and would be left out.
            known(_holder(value, groups[0]))
        if found is not ABSENT:
            yield found
    elif isinstance(known(found), list):
        if isinstance(found, Merged):
            doubts.append(found.unknown)
        for item in found:
            yield from _ends(item, groups[1:], doubts)


def _holder(value: Any, parts: Parts) -> Any:
    """Return what the end of parts lies in, or what cannot be known of it."""
    holder = walk(value, parts[:-1])
    return holder.member(str(parts[-1])) if isinstance(holder, Partly) else holder


def _below(binding: Binding, path: str) -> str | None:
    if binding.name is not None:
        if path == binding.name:
            return ""
        return path[len(binding.name) + 1 :] if path.startswith(f"{binding.name}.") else None
    if binding.path is None:
        return None
    if path in {binding.path, binding.path + WILDCARD}:
        return ""
    for prefix in (f"{binding.path}.", f"{binding.path}{WILDCARD}."):
        if path.startswith(prefix):
            return path[len(prefix) :]
    return None


def _or_blank(value: Any) -> Any:
    return "" if value is ABSENT else value


def _order(left: Any, right: Any) -> int:
    found = compared(left, right)
    if found is None:
        raise Unfit("null cannot be put in order")
    return found


_COMPARISONS = {
    function.name.lower(): function
    for function in (
        Function("equals", is_equal, 2, 2),
        Function("contains", contains, 2, 2, takes_parts=True),
        binary("greater", lambda left, right: _order(left, right) > 0),
        binary("greaterOrEquals", lambda left, right: _order(left, right) >= 0),
        binary("less", lambda left, right: _order(left, right) < 0),
        binary("lessOrEquals", lambda left, right: _order(left, right) <= 0),
    )
}


def parts_of(path: str) -> Parts:
    """Return the parts of a path that names no members.

    Raises:
        AzurePolicyInvalid: It has a `[*]`, or is no path.
    """
    if WILDCARD in path:
        raise AzurePolicyInvalid(f"`{path}` names members of an array where one value is meant")
    return split_path(path)
