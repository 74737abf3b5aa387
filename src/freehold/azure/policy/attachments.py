"""All exemptions, enrollments and attestations among the files, and those of one assignment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from freehold.azure.policy.assignment import Assignment
from freehold.azure.policy.attached import Attached
from freehold.azure.policy.attestation import Attestation, read_attestation
from freehold.azure.policy.enrollment import TYPE as ENROLLMENTS
from freehold.azure.policy.enrollment import Enrollment, read_enrollment
from freehold.azure.policy.exemption import Exemption, read_exemption


@dataclass(frozen=True, slots=True)
class Attachments:
    """What lies at scopes and is about assignments."""

    exemptions: tuple[Exemption, ...] = ()
    enrollments: tuple[Enrollment, ...] = ()
    attestations: tuple[Attestation, ...] = ()

    def __iter__(self) -> Iterator[tuple[str, Attached]]:
        """Yield what they have in common, each with its kind and name."""
        yield from ((f"exemption {item.of.name}", item.of) for item in self.exemptions)
        yield from ((f"enrollment {item.of.name}", item.of) for item in self.enrollments)
        yield from ((f"attestation {item.of.name}", item.of) for item in self.attestations)

    def having(self, other: Attachments) -> Attachments:
        """Return these and others."""
        return Attachments(
            self.exemptions + other.exemptions, self.enrollments + other.enrollments, self.attestations + other.attestations
        )

    def of(self, assignment: Assignment, references: frozenset[str]) -> tuple[Attachments, dict[str, str]]:
        """Return those of an assignment, whose initiative has `references` (in lower case), and what is wrong with others of it."""
        about = {what: item for what, item in self if item.is_of(assignment)}
        said = {what: item.mistake(assignment, references) for what, item in about.items()}
        right = {id(item) for what, item in about.items() if said[what] is None}
        return (
            Attachments(
                tuple(item for item in self.exemptions if id(item.of) in right),
                tuple(item for item in self.enrollments if id(item.of) in right),
                tuple(item for item in self.attestations if id(item.of) in right),
            ),
            {what: mistake for what, mistake in said.items() if mistake is not None},
        )


NOTHING = Attachments()
"""Nothing is attached."""


def read_attachment(raw: Any, outer: Mapping[str, Any], inner: Mapping[str, Any], place: str) -> Attachments | None:
    """Return an exemption, an enrollment or an attestation, or None where a document (keys in lower case) is none of them.

    Raises:
        AzurePolicyInvalid: It is not of the documented shape.
    """
    if "exemptioncategory" in inner:
        return Attachments(exemptions=(read_exemption(raw, place),))
    if "compliancestate" in inner:
        return Attachments(attestations=(read_attestation(raw, place),))
    is_enrollment = ENROLLMENTS.lower() in str(outer.get("id", "")).lower() or str(outer.get("type")).lower() == ENROLLMENTS.lower()
    return Attachments(enrollments=(read_enrollment(raw, place),)) if is_enrollment else None
