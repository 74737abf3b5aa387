"""Enrollments: where an assignment of the mode `Enroll` is enforced. Elsewhere it reports only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from freehold.azure.expression.values import Unresolved
from freehold.azure.policy.assignment import Assignment
from freehold.azure.policy.attached import Attached, read_attached
from freehold.azure.policy.selectors import Facts

TYPE = "Microsoft.Authorization/policyEnrollments"


@dataclass(frozen=True, slots=True)
class Enrollment:
    """An enrollment of what lies at a scope."""

    of: Attached

    def enrolls(self, resource_id: str, of: Assignment, reference: str | None, facts: Facts) -> bool:
        """Return whether a policy of an assignment is enforced of a resource; it is where a selector asks what cannot be known."""
        try:
            return self.of.is_about(resource_id, of, reference) and self.of.selects(facts)
        except Unresolved:
            return True


def read_enrollment(raw: Any, name: str = "enrollment") -> Enrollment:
    """Return an enrollment.

    Raises:
        AzurePolicyInvalid: It is not of the documented shape, or does not say where it holds.
    """
    return Enrollment(read_attached(raw, "enrollment", TYPE, frozenset(), name)[0])
