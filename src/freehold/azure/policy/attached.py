"""What lies at a scope and is about an assignment: exemptions, enrollments and attestations have this in common.

Each says where it holds by its own id, as it is a child of what it is about; one without an id is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from freehold.azure.expression.values import as_moment
from freehold.azure.policy.assignment import Assignment
from freehold.azure.policy.selectors import Facts, Selector, any_group_selects, as_object, is_scope, lies_in, read_groups
from freehold.errors import AzurePolicyInvalid

_KEYS = frozenset(
    {"policyassignmentid", "policydefinitionreferenceids", "displayname", "description", "metadata", "resourceselectors"}
    | {"assignmentscopevalidation", "id", "name", "type", "systemdata", "resourcegroup", "etag", "apiversion"}
)
"""What all of them may say: one with a misspelt end or selector would hold for ever, or of everything."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What is about an assignment: all of it, or the policies of an initiative that `references` name, in lower case."""

    name: str
    title: str
    scope: str
    assignment: str
    references: frozenset[str] = frozenset()
    until: datetime | None = None
    groups: tuple[tuple[Selector, ...], ...] = ()
    is_within: bool = True
    """Whether it must lie within the scope of its assignment (`assignmentScopeValidation`)."""

    def is_of(self, assignment: Assignment) -> bool:
        """Return whether it is of an assignment: by its id, or by its name where the assignment's file has no id."""
        wanted = self.assignment.lower()
        return wanted == assignment.id.lower() if assignment.id else wanted.rpartition("/")[2] == assignment.name.lower()

    def has_ended(self, now: datetime | None) -> bool:
        """Return whether it holds no more; one that ends has, where nobody knows what time it is."""
        return self.until is not None and (now is None or now >= self.until)

    def is_about(self, resource_id: str, of: Assignment, reference: str | None) -> bool:
        """Return whether it is about a resource and a policy of an assignment; what lies in a management group is not known."""
        is_there = lies_in(resource_id, self.scope) or self.scope.lower() == of.scope.lower().rstrip("/")
        return is_there and (not self.references or (reference or "").lower() in self.references)

    def selects(self, facts: Facts) -> bool:
        """Return whether a resource is selected.

        Raises:
            Unresolved: What cannot be known would decide.
        """
        return any_group_selects(self.groups, facts)

    def mistake(self, assignment: Assignment, references: frozenset[str]) -> str | None:
        """Return what is wrong with it beside its assignment, whose initiative has `references` (in lower case), or None."""
        scope = assignment.scope.lower()
        if self.is_within and scope.startswith("/subscriptions/") and not lies_in(self.scope, scope):
            return f"it lies at `{self.scope}`, which is not in the scope of the assignment"
        unknown = sorted(self.references - references)
        return f"`{unknown[0]}` is no policy of the initiative" if unknown else None


def read_attached(raw: Any, kind: str, of_type: str, own: frozenset[str], name: str) -> tuple[Attached, Mapping[str, Any]]:
    """Return what a document of a kind (`exemption`) and type has in common with the others, and its properties by lower-case key.

    `own` are the keys that only this kind has.

    Raises:
        AzurePolicyInvalid: It is not of the documented shape, or does not say where it holds.
    """
    outer = as_object(raw, name)
    inner = as_object(outer.get("properties", raw), name)
    written, mark = str(outer.get("id") or ""), f"/providers/{of_type}/"
    at = written.lower().rfind(mark.lower())
    if at < 1 or not is_scope(written[:at]):
        raise AzurePolicyInvalid(f"{name}: an {kind} says by its `id` where it holds", remedy=f"SCOPE{mark}NAME")
    if not isinstance(inner.get("policyassignmentid"), str):
        raise AzurePolicyInvalid(f"{name}: an {kind} has a `policyAssignmentId`")
    unknown = next((key for key in inner if key not in _KEYS | own), None)
    if unknown is not None:
        raise AzurePolicyInvalid(f"{name}: `{unknown[:40]}` says nothing of an {kind}", remedy="is it spelt right?")
    known = str(outer.get("name") or written[at + len(mark) :])
    return (
        Attached(
            name=known,
            title=str(inner.get("displayname") or known),
            scope=written[:at],
            assignment=str(inner["policyassignmentid"]),
            references=_references(inner.get("policydefinitionreferenceids"), name),
            until=_until(inner.get("expireson"), name),
            groups=read_groups(inner, known),
            is_within=str(inner.get("assignmentscopevalidation") or "Default").lower() != "donotvalidate",
        ),
        inner,
    )


def _references(raw: Any, place: str) -> frozenset[str]:
    if raw is None:
        return frozenset()
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise AzurePolicyInvalid(f"{place}: policyDefinitionReferenceIds are a list of names")
    return frozenset(item.lower() for item in raw)


def _until(raw: Any, place: str) -> datetime | None:
    if raw is None:
        return None
    found = as_moment(raw) if isinstance(raw, str) else None
    if found is None:
        raise AzurePolicyInvalid(f"{place}: expiresOn is a date and time", remedy="2026-12-31T23:59:00Z")
    return found
