"""For whom decisions are compared: every domain under each contract, every role of each owning domain, from each jurisdiction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from freehold.model.mesh import Mesh
from freehold.model.party import Principal
from freehold.model.policy import Decision, Effect
from freehold.model.product import Product
from freehold.policy import Situation, decide

ISSUER = "urn:freehold:plan"


class Audience(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Whom a decision is for: a domain under a contract's purpose, or a role of the owning domain, asking from a region.

    `destination` is the jurisdiction asked from; `crosses` whether that is another one than the product's home.
    """

    product: str
    domain: str
    purpose: str = ""
    contract: str = ""
    role: str = ""
    region: str = ""
    destination: str = ""
    crosses: bool = False


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may have of a product under one mesh; `until` is the last day of the contract that gives it, an ISO date."""

    decision: Decision
    mesh: Mesh | None = None
    product: Product | None = None
    until: str | None = None

    @property
    def permits(self) -> bool:
        """Whether anything may be asked."""
        return self.decision.effect is Effect.PERMIT

    @property
    def data(self) -> str:
        """Where the rows are: the home's data folder and the path in there, empty where there are none."""
        if self.mesh is None or self.product is None or self.product.source is None:
            return ""
        node = next((node for node in self.mesh.nodes.values() if node.region == self.product.home), None)
        source = self.product.source
        return f"{(node.data if node else None) or 'data'}/{source.path} ({source.format})"


def audiences(*meshes: Mesh) -> tuple[Audience, ...]:
    """Return everybody whom a contract or a role of any of the meshes serves, in order."""
    places = _jurisdictions(meshes)
    return tuple(sorted({item for mesh in meshes for item in _of_mesh(mesh, places)}))


def member(audience: Audience, product: Product, region: str) -> Principal:
    """Return the best-placed member of an audience: every scope, every sign-in."""
    return Principal(
        subject="audience",
        issuer=ISSUER,
        domain=audience.domain,
        region=region,
        roles=frozenset({audience.role} - {""}),
        scopes=frozenset(product.scopes),
        authentications=frozenset(port.authentication for port in product.interfaces if port.authentication),
    )


def sight(mesh: Mesh | None, audience: Audience, today: str) -> Sight:
    """Return what the best-placed member of an audience may have under a mesh, as if all contracts were approved."""
    product = mesh.products.get(audience.product) if mesh else None
    if mesh is None or product is None:
        return _nothing(audience.product)
    return sight_of(mesh, product, member(audience, product, audience.region), audience.purpose or None, today)


def sight_of(mesh: Mesh | None, product: Product | None, principal: Principal, purpose: str | None, today: str) -> Sight:
    """Return what a caller may have of a product under a mesh, as if all contracts were approved."""
    if mesh is None or product is None:
        return _nothing(product.key if product else "")
    decision = decide(
        Situation(
            mesh=mesh,
            principal=principal,
            product=product,
            purpose=purpose,
            today=today,
            node_region=product.home or "",
            approved=frozenset(contract.slug for contract in product.contracts),
        )
    )
    slug = (decision.contract or "").rpartition("/")[2].partition("@")[0]
    contract = mesh.contract(product.key, slug)
    return Sight(decision=decision, mesh=mesh, product=product, until=contract.valid_until if contract else None)


def _nothing(product: str) -> Sight:
    return Sight(decision=Decision(effect=Effect.FORBID, product=product, code="product-unknown"))


def _jurisdictions(meshes: Iterable[Mesh]) -> dict[str, str]:
    """Return one region for each jurisdiction that nodes or transfers name: enough, as policy asks for no more than that."""
    found: dict[str, str] = {}
    for mesh in meshes:
        named = {mesh.jurisdiction(node.region) for node in mesh.nodes.values()}
        named |= {end for rule in mesh.transfers for end in (rule.origin, rule.destination)}
        for region in mesh.regions.values():
            if region.jurisdiction in named:
                found.setdefault(region.jurisdiction, region.name)
    return found


def _of_mesh(mesh: Mesh, jurisdictions: dict[str, str]) -> Iterator[Audience]:
    for product in mesh.products.values():
        home = mesh.jurisdiction(product.home)
        if home is None or product.home is None:
            continue
        for destination, region in {**jurisdictions, home: product.home}.items():
            base = Audience(
                product=product.key, domain=product.domain_key, region=region, destination=destination, crosses=destination != home
            )
            for contract in product.contracts:
                terms = {"domain": contract.consumer_key, "purpose": contract.purpose, "contract": contract.slug}
                yield msgspec.structs.replace(base, **terms)
            domain = mesh.domains.get(product.domain_key)
            for role in domain.roles if domain else ():
                yield msgspec.structs.replace(base, role=role)
