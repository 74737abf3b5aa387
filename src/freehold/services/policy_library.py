"""Definitions, initiatives, assignments and exemptions from many places, and how they come to work together.

A document that cannot be used is refused by name with the reason, and so is what refers to nothing: it is never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.values import ABSENT
from freehold.azure.policy.aliases import AliasTable
from freehold.azure.policy.assignment import (
    Assignment,
    Initiative,
    Reference,
    is_of_version,
    read_assignment,
    read_initiative,
    reference_arguments,
)
from freehold.azure.policy.attachments import Attachments, read_attachment
from freehold.azure.policy.definition import Definition, arguments, read_definition
from freehold.azure.policy.policy import Policy
from freehold.azure.policy.subject import Applied
from freehold.errors import AzurePolicyInvalid, FreeholdError

_TAKEN = "a built-in of this name says something else, and it is what holds: give the file a name of its own, or leave it out"


class Library:
    """Definitions, initiatives and assignments by the ends of their ids, and how they come to work together."""

    def __init__(self, aliases: AliasTable) -> None:
        """Hold nothing yet."""
        self.aliases = aliases
        self.refused: dict[str, str] = {}
        self._notes: list[str] = []
        self._definitions: dict[str, tuple[Definition, bool]] = {}
        self._initiatives: dict[str, tuple[Initiative, bool]] = {}
        self._assignments: list[Assignment] = []
        self._attached = Attachments()
        self._policies: dict[str, Policy] = {}

    def add(self, place: str, raw: Any) -> None:
        """Add an own document, by what it has."""
        outer = lower_keys(raw) if isinstance(raw, dict) else {}
        inner = lower_keys(outer["properties"]) if isinstance(outer.get("properties"), dict) else outer
        attached = read_attachment(raw, outer, inner, place)
        if attached is not None:
            self._attached = self._attached.having(attached)
        elif "policydefinitionid" in inner:
            self._assignments.append(read_assignment(raw, place))
        elif "policydefinitions" in inner:
            self.add_initiative(read_initiative(raw, place), is_own=True)
        elif "policyrule" in inner or {"if", "then"} <= outer.keys():
            self.add_definition(read_definition(raw, place), is_own=True)
        else:
            raise AzurePolicyInvalid(
                f"{place}: this is no policy definition, initiative, assignment or exemption, enrollment or attestation"
            )

    def add_definition(self, definition: Definition, *, is_own: bool) -> None:
        """Add a definition; an own one that has the name of a built-in is refused unless it says the same: the built-in holds."""
        held = self._definitions.get(definition.name.lower())
        differs = held is not None and _rule_of(held[0]) != _rule_of(definition)
        if held is None or self._may_replace(definition.name, is_built_in=not held[1], differs=differs):
            self._definitions[definition.name.lower()] = definition, is_own

    def add_initiative(self, initiative: Initiative, *, is_own: bool) -> None:
        """Add an initiative; an own one that has the name of a built-in is refused unless it says the same: the built-in holds."""
        held = self._initiatives.get(initiative.name.lower())
        differs = held is not None and _policies_of(held[0]) != _policies_of(initiative)
        if held is None or self._may_replace(initiative.name, is_built_in=not held[1], differs=differs):
            self._initiatives[initiative.name.lower()] = initiative, is_own

    def _may_replace(self, name: str, *, is_built_in: bool, differs: bool) -> bool:
        """Return whether a document may take the place of another of its name: of a built-in never, if it says something else."""
        if differs and is_built_in:
            self.refused[name] = _TAKEN
        elif differs:
            self._notes.append(f"two documents are called {name} and say different things: the later one holds")
        return not (differs and is_built_in)

    def applied(self) -> Iterator[Applied]:
        """Yield every policy at work: what is assigned, then own ones that nothing refers to, then built-ins as advice."""
        used: set[str] = set()
        for assignment in self._assignments:
            used |= self._reach(assignment.definition)
            yield from self._assigned(assignment, assignment.definition)
        for name, (initiative, is_own) in self._initiatives.items():
            if is_own and name not in used:
                used |= self._reach(name)
                yield from self._assigned(Assignment(initiative.name, "", initiative.title, name), name)
        for name, (definition, is_own) in self._definitions.items():
            if is_own and name not in used:
                yield from self._assigned(Assignment(definition.name, "", definition.title, name), name)
        for name, (definition, is_own) in self._definitions.items():
            if not is_own and name not in used and all(item.default is not ABSENT for item in definition.parameters.values()):
                advice = Assignment("built-in", "", "built-in policies, not assigned", name, is_enforced=False)
                yield from self._assigned(advice, name)

    def notes(self) -> Iterator[str]:
        """Yield what is to be said beside: versions that are not here, and exemptions that exempt nothing."""
        yield from dict.fromkeys(self._notes)
        for what, item in self._attached:
            if not any(item.is_of(assignment) for assignment in self._assignments):
                yield f"{what}: its assignment is not among the files, and it changes nothing"

    def _note_version(self, name: str, version: str | None, wanted: Sequence[str]) -> None:
        """Say so where another version is asked for: there is one of each definition here, and it is judged by."""
        for pattern in wanted:
            if version is not None and not is_of_version(version, pattern):
                self._notes.append(f"version {pattern} of {name} is asked for, and {version} is what was judged by")

    def _attached_to(self, assignment: Assignment, references: frozenset[str]) -> Attachments:
        """Return what is about an assignment; what of it is not right is refused, and changes nothing."""
        found, mistakes = self._attached.of(assignment, references)
        self.refused.update(mistakes)
        return found

    def _reach(self, definition: str) -> set[str]:
        name = self._key(definition)
        found = self._initiatives.get(name)
        return {name, *(self._key(reference.definition) for reference in found[0].references)} if found else {name}

    def _key(self, definition: str) -> str:
        """Return the name that a definition is kept under: the end of its id, or all of it where a file has none but its path."""
        low = definition.lower()
        return low if low in self._definitions or low in self._initiatives else low.rpartition("/")[2]

    def _assigned(self, assignment: Assignment, definition: str) -> Iterator[Applied]:
        name = self._key(definition)
        if name in self._initiatives:
            yield from self._of_initiative(assignment, self._initiatives[name][0])
        elif name in self._definitions:
            yield from self._try(assignment.name, partial(self._alone, assignment, name))
        else:
            self.refused[assignment.name] = f"there is no definition `{definition}` among the files or the built-ins"

    def _alone(self, assignment: Assignment, name: str) -> Applied:
        definition = self._definitions[name][0]
        self._note_version(definition.name, definition.version, assignment.versions)
        values = arguments(definition.parameters, assignment.parameters, assignment.name)
        return Applied(
            self._policy(name, values, assignment), values, assignment, attached=self._attached_to(assignment, frozenset())
        )

    def _of_initiative(self, assignment: Assignment, initiative: Initiative) -> Iterator[Applied]:
        try:
            self._note_version(initiative.name, initiative.version, assignment.versions)
            given = arguments(initiative.parameters, assignment.parameters, assignment.name)
        except AzurePolicyInvalid as refused:
            self.refused[assignment.name] = _said(refused)
            return
        attached = self._attached_to(assignment, frozenset(reference.id.lower() for reference in initiative.references))
        for reference in initiative.references:
            name = self._key(reference.definition)
            where = f"{initiative.name}/{reference.id}"
            if name not in self._definitions:
                self.refused[where] = f"there is no definition `{reference.definition}` among the files or the built-ins"
                continue
            make = partial(self._referred, assignment, reference, given, attached)
            yield from self._try(where, make)

    def _referred(self, assignment: Assignment, reference: Reference, given: Mapping[str, Any], attached: Attachments) -> Applied:
        name = self._key(reference.definition)
        definition = self._definitions[name][0]
        self._note_version(definition.name, definition.version, [reference.version] if reference.version else [])
        values = reference_arguments(reference, given, definition.parameters)
        return Applied(
            self._policy(name, values, assignment, reference.id), values, assignment, reference.id, reference.groups, attached
        )

    def _policy(self, name: str, values: dict[str, Any], assignment: Assignment, reference: str | None = None) -> Policy:
        if name not in self._policies:
            self._policies[name] = Policy(self._definitions[name][0], self.aliases)
        self._policies[name].check(values)
        for effect in assignment.effects(reference):
            self._policies[name].check_override(effect)
        return self._policies[name]

    def _try(self, where: str, make: Callable[[], Applied]) -> Iterable[Applied]:
        try:
            return [make()]
        except FreeholdError as refused:
            self.refused[where] = _said(refused)
            return []


def _said(refused: FreeholdError) -> str:
    """Return why a document cannot be used, and what would mend it where that is known."""
    return f"{refused.detail} ({refused.remedy})" if refused.remedy else refused.detail


def _rule_of(definition: Definition) -> object:
    """Return what a definition says, whatever it is called and described as."""
    return definition.mode.lower(), definition.rule, definition.parameters


def _policies_of(initiative: Initiative) -> object:
    return initiative.parameters, [(item.definition.lower(), item.parameters) for item in initiative.references]
