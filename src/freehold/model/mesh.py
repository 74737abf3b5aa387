"""The mesh: everything the manifests say, bound together and frozen under one digest."""

from __future__ import annotations

import msgspec

from freehold.model.contract import Contract
from freehold.model.party import Domain, Issuer
from freehold.model.place import JoinKeys, Node, Region, Transfer, Travel
from freehold.model.policy import Governance
from freehold.model.product import Product


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Another system that is told of what was found: an https address, or an http one of this machine."""

    url: str
    name: str | None = None


class Monitoring(msgspec.Struct, frozen=True, kw_only=True):
    """How often the data of each product is looked at, in seconds, and who is told: of broken promises, and of measurements."""

    every: float = 300.0
    alerts: tuple[Target, ...] = ()
    lineage: tuple[Target, ...] = ()


class Mesh(msgspec.Struct, frozen=True, kw_only=True):
    """All of a mesh's manifests as one value. Maps are keyed by `domain` key, product key, region and node name."""

    name: str
    regions: dict[str, Region]
    nodes: dict[str, Node] = {}
    issuers: tuple[Issuer, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    governance: Governance = Governance()
    domain_governance: dict[str, Governance] = {}
    domains: dict[str, Domain] = {}
    products: dict[str, Product] = {}
    monitoring: Monitoring = Monitoring()

    def jurisdiction(self, region: str | None) -> str | None:
        """Return the jurisdiction of a region, or None where the region is not known."""
        found = self.regions.get(region or "")
        return found.jurisdiction if found else None

    def node_in(self, region: str | None) -> Node | None:
        """Return the node of a region, or None where none serves it."""
        return next((node for node in self.nodes.values() if node.region == region), None)

    def border(self, origin: str, destination: str) -> str | None:
        """Return how the border between the jurisdictions of two regions is called, or None where there is none."""
        left, right = self.jurisdiction(origin), self.jurisdiction(destination)
        return f"{left} → {right}" if left != right else None

    def transfer(self, origin: str, destination: str) -> Transfer:
        """Return the rule for data going from one jurisdiction to another.

        Rows move freely inside one jurisdiction; where nothing is written, only aggregates cross a border (law 5);
        where several rules are written, the narrowest holds (law 6).
        """
        if origin == destination:
            return Transfer(origin=origin, destination=destination, allow=Travel.ROWS, where=f"inside {origin}")
        order = list(Travel)
        written = [rule for rule in self.transfers if (rule.origin, rule.destination) == (origin, destination)]
        fallback = Transfer(origin=origin, destination=destination, allow=Travel.AGGREGATES, where="law 5")
        return min(written, key=lambda rule: order.index(rule.allow), default=fallback)

    def join_keys(self, origin: str, destination: str) -> JoinKeys:
        """Return which columns may go from one jurisdiction to another as keyed digests: where rows may, and a rule says so."""
        if origin == destination:
            return JoinKeys.PERSONAL
        order = list(JoinKeys)
        written = [rule for rule in self.transfers if (rule.origin, rule.destination) == (origin, destination)]
        if any(rule.allow is not Travel.ROWS for rule in written):
            return JoinKeys.NONE
        return min((rule.join_keys for rule in written), key=order.index, default=JoinKeys.NONE)

    def governances(self, domain: str) -> tuple[Governance, ...]:
        """Return the policies that bind a domain, widest first."""
        own = self.domain_governance.get(domain)
        return (self.governance, own) if own else (self.governance,)

    def contract(self, product: str, slug: str) -> Contract | None:
        """Return the contract of a product by its slug, or None."""
        found = self.products.get(product)
        return next((item for item in found.contracts if item.slug == slug), None) if found else None


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """A mesh that is in force: its version (1, 2, …), digest, and the version of each contract (`product/slug`)."""

    version: int
    digest: str
    mesh: Mesh
    applied_at: str
    contract_versions: dict[str, int] = {}
