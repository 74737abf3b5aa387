"""Exemptions: what is accepted as it is, of which assignment and where, why, and until when. One that has ended exempts nothing.

An exemption says where it holds by its own id, as it is a child of what it exempts; one without an id is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from freehold.azure.expression.values import Unresolved, as_moment
from freehold.azure.policy.assignment import Assignment
from freehold.azure.policy.selectors import Facts, Selector, any_group_selects, as_object, is_scope, lies_in, read_groups
from freehold.errors import AzurePolicyInvalid

_CATEGORIES = {"waiver": "waiver", "mitigated": "mitigated"}
_KEYS = frozenset(
    {"policyassignmentid", "policydefinitionreferenceids", "exemptioncategory", "expireson", "displayname", "description"}
    | {"metadata", "resourceselectors", "assignmentscopevalidation", "id", "name", "type", "systemdata", "resourcegroup"}
)
"""What an exemption may say: one with a misspelt end or selector would exempt for ever, or everything."""
_MARK = "/providers/microsoft.authorization/policyexemptions/"


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exemption of an assignment: all of it, or the policies of an initiative that `references` name, in lower case."""

    name: str
    title: str
    scope: str
    assignment: str
    category: str
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
        """Return whether it exempts nothing any more; one that ends has, where nobody knows what time it is."""
        return self.until is not None and (now is None or now >= self.until)

    def exempts(self, resource_id: str, of: Assignment, reference: str | None, facts: Facts, now: datetime | None) -> bool:
        """Return whether a resource is exempt from a policy of an assignment; what lies in a management group is not known.

        Where a selector asks what cannot be known, nothing is exempt.
        """
        is_there = lies_in(resource_id, self.scope) or self.scope.lower() == of.scope.lower().rstrip("/")
        of_policy = not self.references or (reference or "").lower() in self.references
        return is_there and of_policy and not self.has_ended(now) and self._selects(facts)

    def _selects(self, facts: Facts) -> bool:
        try:
            return any_group_selects(self.groups, facts)
        except Unresolved:
            return False

    @property
    def reason(self) -> str:
        """What a finding says of it."""
        until = f" until {self.until:%Y-%m-%d}" if self.until else ""
        return f"exempt{until} ({self.category}): {self.title}"


def read_exemption(raw: Any, name: str = "exemption") -> Exemption:
    """Return an exemption.

    Raises:
        AzurePolicyInvalid: It is not of the documented shape, or does not say where it holds.
    """
    outer = as_object(raw, name)
    inner = as_object(outer.get("properties", raw), name)
    written = str(outer.get("id") or "")
    at = written.lower().rfind(_MARK)
    if at < 1 or not is_scope(written[:at]):
        raise AzurePolicyInvalid(
            f"{name}: an exemption says by its `id` where it holds",
            remedy="SCOPE/providers/Microsoft.Authorization/policyExemptions/NAME",
        )
    category = str(inner.get("exemptioncategory")).lower()
    if not isinstance(inner.get("policyassignmentid"), str) or category not in _CATEGORIES:
        raise AzurePolicyInvalid(f"{name}: an exemption has a `policyAssignmentId`, and the category Waiver or Mitigated")
    unknown = next((key for key in inner if key not in _KEYS), None)
    if unknown is not None:
        raise AzurePolicyInvalid(f"{name}: `{unknown[:40]}` says nothing of an exemption", remedy="is it spelt right?")
    known = str(outer.get("name") or written[at + len(_MARK) :])
    return Exemption(
        name=known,
        title=str(inner.get("displayname") or known),
        scope=written[:at],
        assignment=str(inner["policyassignmentid"]),
        category=_CATEGORIES[category],
        references=_references(inner.get("policydefinitionreferenceids"), name),
        until=_until(inner.get("expireson"), name),
        groups=read_groups(inner, known),
        is_within=str(inner.get("assignmentscopevalidation") or "Default").lower() != "donotvalidate",
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


def mistake_of(exemption: Exemption, assignment: Assignment, references: frozenset[str]) -> str | None:
    """Return what is wrong with an exemption of an assignment, whose initiative has `references` (in lower case), or None."""
    scope = assignment.scope.lower()
    if exemption.is_within and scope.startswith("/subscriptions/") and not lies_in(exemption.scope, scope):
        return f"it lies at `{exemption.scope}`, which is not in the scope of the assignment"
    unknown = sorted(exemption.references - references)
    return f"`{unknown[0]}` is no policy of the initiative" if unknown else None
