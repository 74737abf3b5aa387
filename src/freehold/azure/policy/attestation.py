"""Attestations: what somebody says of a resource that a `manual` policy asks about, until when. One that has ended says nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from freehold.azure.policy.assignment import Assignment
from freehold.azure.policy.attached import Attached, read_attached
from freehold.errors import AzurePolicyInvalid

TYPE = "Microsoft.PolicyInsights/attestations"
STATES = {"compliant": "Compliant", "noncompliant": "NonCompliant", "non-compliant": "NonCompliant", "unknown": "Unknown"}
"""What may be said of a resource; the default state of a policy is spelt with a hyphen in the documentation."""

_KEYS = frozenset(
    {"policydefinitionreferenceid", "compliancestate", "expireson", "owner", "comments", "evidence", "assessmentdate"}
    | {"provisioningstate", "lastcompliancestatechangeat"}
)


@dataclass(frozen=True, slots=True)
class Attestation:
    """What is said of the resource at a scope, and of nothing below it."""

    of: Attached
    state: str

    def attests(self, resource_id: str, of: Assignment, reference: str | None, now: datetime | None) -> bool:
        """Return whether it is about a resource under a policy of an assignment."""
        is_it = resource_id.lower() == self.of.scope.lower()
        return is_it and not self.of.has_ended(now) and self.of.is_about(resource_id, of, reference)

    @property
    def reason(self) -> str:
        """What a finding says of it."""
        until = f" until {self.of.until:%Y-%m-%d}" if self.of.until else ""
        return f"attested{until} by {self.of.name}: {self.state}"


def read_attestation(raw: Any, name: str = "attestation") -> Attestation:
    """Return an attestation.

    Raises:
        AzurePolicyInvalid: It is not of the documented shape, or does not say of which resource it is.
    """
    of, inner = read_attached(raw, "attestation", TYPE, _KEYS, name)
    state = STATES.get(str(inner.get("compliancestate")).lower())
    if state is None:
        raise AzurePolicyInvalid(f"{name}: an attestation has the `complianceState` Compliant, NonCompliant or Unknown")
    reference = inner.get("policydefinitionreferenceid")
    return Attestation(replace(of, references=frozenset({str(reference).lower()} if reference else ())), state)
