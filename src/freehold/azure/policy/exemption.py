"""Exemptions: what is accepted as it is, of which assignment and where, why, and until when. One that has ended exempts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from freehold.azure.expression.values import Unresolved
from freehold.azure.policy.assignment import Assignment
from freehold.azure.policy.attached import Attached, read_attached
from freehold.azure.policy.selectors import Facts
from freehold.errors import AzurePolicyInvalid

TYPE = "Microsoft.Authorization/policyExemptions"
_CATEGORIES = {"waiver": "waiver", "mitigated": "mitigated"}


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exemption, and its category."""

    of: Attached
    category: str

    def exempts(self, resource_id: str, of: Assignment, reference: str | None, facts: Facts, now: datetime | None) -> bool:
        """Return whether a resource is exempt from a policy of an assignment; what lies in a management group is not known.

        Where a selector asks what cannot be known, nothing is exempt.
        """
        if self.of.has_ended(now) or not self.of.is_about(resource_id, of, reference):
            return False
        try:
            return self.of.selects(facts)
        except Unresolved:
            return False

    @property
    def reason(self) -> str:
        """What a finding says of it."""
        until = f" until {self.of.until:%Y-%m-%d}" if self.of.until else ""
        return f"exempt{until} ({self.category}): {self.of.title}"


def read_exemption(raw: Any, name: str = "exemption") -> Exemption:
    """Return an exemption.

    Raises:
        AzurePolicyInvalid: It is not of the documented shape, or does not say where it holds.
    """
    of, inner = read_attached(raw, "exemption", TYPE, frozenset({"exemptioncategory", "expireson"}), name)
    category = str(inner.get("exemptioncategory")).lower()
    if category not in _CATEGORIES:
        raise AzurePolicyInvalid(f"{name}: an exemption is of the category Waiver or Mitigated")
    return Exemption(of, _CATEGORIES[category])
