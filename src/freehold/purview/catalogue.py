"""The mesh as things of the Unified Catalog: business domains, purposes as terms, and data products with their access policies.

What a manifest does not say is not said there either. A contract's consumers have no member of their own in an access policy: they
stand in the product's use.
"""

from __future__ import annotations

from collections.abc import Iterator

from freehold.model.mesh import Mesh
from freehold.model.product import Product
from freehold.names import purpose_key
from freehold.purview.desired import purposes
from freehold.purview.naming import domain_address, mesh_address, product_address
from freehold.purview.state import Kind, Wanted

PRODUCT_TYPE, DOMAIN_TYPE, PUBLISHED = "Analytical", "DataDomain", "PUBLISHED"
RELATED = "related"
LONGEST = 8_000
"""Texts are cut off there, in characters: the mark of what is kept stands behind them."""

_NAME = 256
_FREQUENCIES = ((3_600, "Hourly"), (86_400, "Daily"), (604_800, "Weekly"), (2_678_400, "Monthly"), (7_948_800, "Quarterly"))


def catalogued(mesh: Mesh) -> tuple[Wanted, ...]:
    """Return what the Unified Catalog shall say of a mesh, in the order in which it is made."""
    return (*_domains(mesh), *_terms(mesh), *(_product(mesh, product) for product in mesh.products.values()))


def term_fact(name: str) -> str:
    """Return the name of the fact that a term is related to a product."""
    return f"term {name}"


def _domains(mesh: Mesh) -> Iterator[Wanted]:
    top = mesh_address(mesh)
    about = {"name": mesh.name[:_NAME], "type": DOMAIN_TYPE, "status": PUBLISHED, "description": f"The data mesh {mesh.name}."}
    yield Wanted(kind=Kind.BUSINESS_DOMAIN, key=top, name=mesh.name, belongs=top, facts=about)
    for key, domain in mesh.domains.items():
        address = domain_address(mesh, key)
        facts = {"name": domain.name[:_NAME], "type": DOMAIN_TYPE, "status": PUBLISHED, "parent": top}
        facts |= _described(domain.description, domain.owner)
        yield Wanted(kind=Kind.BUSINESS_DOMAIN, key=address, name=domain.name, belongs=address, facts=facts)


def _terms(mesh: Mesh) -> Iterator[Wanted]:
    top = mesh_address(mesh)
    for term in sorted(set(purposes(mesh).values())):
        about = f"Products that are related to this term are shared for this purpose: {term}."
        facts = {"name": term, "domain": top, "status": PUBLISHED, "description": about}
        yield Wanted(kind=Kind.CATALOGUE_TERM, key=term, name=term, belongs=top, facts=facts)


def _product(mesh: Mesh, product: Product) -> Wanted:
    address, known = product_address(mesh, product), purposes(mesh)
    place = domain_address(mesh, product.domain_key) if product.domain_key in mesh.domains else mesh_address(mesh)
    terms = sorted({known[key] for item in product.contracts if (key := purpose_key(item.purpose)) in known})
    facts = {"name": product.name[:_NAME], "domain": place, "type": PRODUCT_TYPE, "status": PUBLISHED, "asset": address}
    facts |= _described(product.description, product.owner) | _use(product)
    facts |= {term_fact(name): RELATED for name in terms}
    optional = {
        "sensitivityLabel": (product.sensitivity_label or "").strip()[:_NAME],
        "updateFrequency": _frequency(product.sla.freshness),
        "documentation": _page(mesh, product),
        "permittedUseCases": "\n".join(terms),
        "approvers": "\n".join(_approvers(mesh, product)),
    }
    facts |= {name: value for name, value in optional.items() if value}
    return Wanted(kind=Kind.DATA_PRODUCT, key=address, name=product.name, belongs=address, facts=facts)


def _described(description: str | None, owner: str | None) -> dict[str, str]:
    """Return a description with the owner: a contact would need an identifier in Entra, which no manifest gives."""
    parts = [part.strip() for part in (description or "", f"Owner: {owner.strip()}" if owner and owner.strip() else "")]
    said = "\n\n".join(part for part in parts if part)[:LONGEST].strip()
    return {"description": said} if said else {}


def _use(product: Product) -> dict[str, str]:
    shared = sorted({f"{item.consumer} for {item.purpose}" for item in product.contracts})
    said = f"Shared under contracts: {'; '.join(shared)}."[:LONGEST].strip()
    return {"businessUse": said} if shared else {}


def _frequency(seconds: float | None) -> str | None:
    """Return how often data is new that is never older than so many seconds."""
    if seconds is None:
        return None
    return next((word for most, word in _FREQUENCIES if seconds <= most), "Yearly")


def _page(mesh: Mesh, product: Product) -> str | None:
    node = mesh.node_in(product.home)
    if node is None or not node.url.startswith(("https://", "http://")):
        return None
    return f"{node.url.rstrip('/')}/v1/products/{product.key}"


def _approvers(mesh: Mesh, product: Product) -> tuple[str, ...]:
    """Return who approves contracts: those whom governance names, and the domain's owner, or else the product's."""
    named = [name for policy in mesh.governances(product.domain_key) for name in policy.approvers]
    domain = mesh.domains.get(product.domain_key)
    owner = (domain.owner if domain else None) or product.owner
    return tuple(dict.fromkeys(name.strip()[:_NAME] for name in (*named, owner or "") if name.strip()))
