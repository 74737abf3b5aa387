"""What products are bound against: regions, nodes and policies of the mesh, each policy with the block it came from."""

from __future__ import annotations

from dataclasses import dataclass, field

from freehold.manifest.block import Block
from freehold.manifest.regions import REGIONS, lies_in
from freehold.manifest.shapes import DomainShape, GovernanceShape, MeshShape
from freehold.model.classification import classify
from freehold.model.place import Node, Region
from freehold.model.policy import ClassificationRule, Governance

PolicyBlock = Block[GovernanceShape]


@dataclass(slots=True)
class Ground:
    """The mesh without its products; `policies` are keyed by domain key, the mesh's own by None."""

    mesh: Block[MeshShape] | None = None
    regions: dict[str, Region] = field(default_factory=lambda: dict(REGIONS))
    nodes: dict[str, Node] = field(default_factory=dict[str, Node])
    served: set[str] = field(default_factory=set[str])
    policies: dict[str | None, tuple[Governance, PolicyBlock]] = field(
        default_factory=dict[str | None, tuple[Governance, PolicyBlock]]
    )
    domains: dict[str, Block[DomainShape]] = field(default_factory=dict[str, Block[DomainShape]])
    _rules: dict[tuple[str, bool], tuple[ClassificationRule, ...]] = field(
        default_factory=dict[tuple[str, bool], tuple[ClassificationRule, ...]]
    )
    _found: dict[tuple[str, bool, str, str | None], tuple[str, ...]] = field(
        default_factory=dict[tuple[str, bool, str, str | None], tuple[str, ...]]
    )

    @property
    def jurisdictions(self) -> set[str]:
        """Every jurisdiction that a region lies in."""
        return {region.jurisdiction for region in self.regions.values()}

    def binding(self, domain: str) -> tuple[tuple[Governance, PolicyBlock], ...]:
        """Return the policies that bind a domain, widest first."""
        return tuple(self.policies[key] for key in (None, domain) if key in self.policies)

    def lies_in(self, area: str | None, region: str) -> bool:
        """Return whether a known region lies in an area; with no area, any known region does."""
        known = self.regions.get(region)
        return known is not None and (area is None or lies_in(area, known))

    def allowed(self, domain: str) -> tuple[str, ...] | None:
        """Return the regions that every policy of a domain allows, in the widest one's order, or None where none restricts."""
        lists = [policy.allowed_regions for policy, _ in self.binding(domain) if policy.allowed_regions]
        return tuple(name for name in lists[0] if all(name in other for other in lists)) if lists else None

    def classified(self, domain: str, name: str, description: str | None) -> tuple[str, ...]:
        """Return what the rules in use for a domain find in a column."""
        return self._searched(domain, name, description, in_use=True)

    def unused(self, domain: str, name: str, description: str | None) -> tuple[str, ...]:
        """Return what the rules that are written and not in use would find in a column."""
        return self._searched(domain, name, description, in_use=False)

    def _searched(self, domain: str, name: str, description: str | None, *, in_use: bool) -> tuple[str, ...]:
        group = (domain, in_use)
        if group not in self._rules:
            policies = [policy for policy, _ in self.binding(domain) if policy.auto_classify is in_use]
            self._rules[group] = tuple(rule for policy in policies for rule in policy.rules)
        key = (*group, name, description)
        if key not in self._found:
            self._found[key] = classify(self._rules[group], name, description) if self._rules[group] else ()
        return self._found[key]
