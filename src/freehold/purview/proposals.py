"""What stewards have set in an account beside what the mesh says: findings for the owners of the manifests, who decide.

Nothing of it comes into force by itself. A classification is proposed in the mesh's own word where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from freehold.model.label import covers
from freehold.model.mesh import Mesh
from freehold.model.product import Product
from freehold.purview.desired import classifications
from freehold.purview.naming import product_address
from freehold.purview.state import Kind, Seen

SYSTEM: Mapping[str, str] = {
    "MICROSOFT.PERSONAL.EMAIL": "PII.Contact",
    "MICROSOFT.PERSONAL.EU.PHONE_NUMBER": "PII.Contact",
    "MICROSOFT.PERSONAL.US.PHONE_NUMBER": "PII.Contact",
    "MICROSOFT.PERSONAL.PHYSICALADDRESS": "PII.Contact",
    "MICROSOFT.PERSONAL.NAME": "PII.Name",
    "MICROSOFT.PERSONAL.DATE_OF_BIRTH": "PII.Birth",
    "MICROSOFT.PERSONAL.IPADDRESS": "PII.Network",
    "MICROSOFT.PERSONAL.GENDER": "PII",
    "MICROSOFT.FINANCIAL.CREDIT_CARD_NUMBER": "PII.HighRisk",
    "MICROSOFT.GOVERNMENT.US.SOCIAL_SECURITY_NUMBER": "PII.HighRisk",
    "MICROSOFT.GOVERNMENT.US.PASSPORT_NUMBER": "PII.HighRisk",
    "MICROSOFT.GOVERNMENT.AUSTRALIA.TAX_FILE_NUMBER": "PII.Tax",
}
"""What a mesh calls what Purview's own classifications say of personal data."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A `classification` or `term` that the account has and the mesh does not, what the mesh would call it, and where to write it.

    `known` is whether the mesh uses that word already; `where` is the file and line of the product's manifest.
    """

    what: str
    product: str
    column: str | None
    found: str
    proposed: str
    known: bool
    where: str
    mend: str


def proposals(mesh: Mesh, seen: Mapping[str, Seen]) -> tuple[Proposal, ...]:
    """Return what stewards have set on products and columns of a mesh, among all that was `seen`."""
    products = {product_address(mesh, item): item for item in mesh.products.values()}
    known = frozenset(classifications(mesh))
    found: list[Proposal] = []
    for item in seen.values():
        if item.kind is Kind.COLUMN and item.belongs in products:
            found += _of_column(products[item.belongs], item, known)
        elif item.kind is Kind.PRODUCT and item.key in products:
            found += _of_product(products[item.key], item)
    return tuple(sorted(found, key=lambda item: (item.product, item.column or "", item.what, item.found)))


def _of_column(product: Product, seen: Seen, known: frozenset[str]) -> Iterator[Proposal]:
    column = product.column(seen.key.rpartition("#")[2])
    if column is None:
        return
    for name in seen.marks:
        meant = SYSTEM.get(name, name)
        if name in seen.record.marks or any(covers(meant, item) for item in column.classifications):
            continue
        yield Proposal(
            what="classification",
            product=product.key,
            column=column.name,
            found=name,
            proposed=meant,
            known=meant in known,
            where=product.where,
            mend=f"write `classification: {meant}` at the column `{column.name}`, or take it away there",
        )


def _of_product(product: Product, seen: Seen) -> Iterator[Proposal]:
    for name in seen.marks:
        if name in seen.record.marks:
            continue
        yield of_term(product, name)


def of_term(product: Product, name: str) -> Proposal:
    """Return the proposal of a term that stands at a product there and is no purpose of its contracts here."""
    return Proposal(
        what="term",
        product=product.key,
        column=None,
        found=name,
        proposed=name,
        known=True,
        where=product.where,
        mend=f"write a contract for the purpose `{name}`, or take the term away there",
    )
