"""Requests for access that people made in the Unified Catalog, as proposals of contracts: nothing is granted by them.

What a contract gives, the owner of the manifest writes, and the gate alone decides.
What a stranger wrote there is quoted as JSON, which YAML reads as one text: no name can add a line to a manifest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from freehold.model.mesh import Mesh
from freehold.model.party import Domain
from freehold.model.product import Product
from freehold.names import domain_key, purpose_key
from freehold.purview.catalogue import term_fact
from freehold.purview.desired import purposes
from freehold.purview.naming import product_address
from freehold.purview.proposals import Proposal, of_term
from freehold.purview.state import Kind, Seen, Wanted, present, short
from freehold.purview.wire import as_object, text

OPEN = frozenset({"Pending", "Approved", "Granted", "Completed"})
"""Requests that somebody waits for, or believes to have been granted."""

_LONGEST = 200
_DATE = 10


def asked(mesh: Mesh, seen: Mapping[str, Seen], requests: Iterable[Mapping[str, Any]]) -> tuple[Proposal, ...]:
    """Return what requests ask for that no contract of the mesh gives; each product is found by its identifier among all `seen`."""
    products = {product_address(mesh, item): item for item in mesh.products.values()}
    known = {item.guid: products[item.key] for item in seen.values() if item.kind is Kind.DATA_PRODUCT and item.key in products}
    found = [
        proposal
        for request in requests
        if request.get("subscriptionStatus") in OPEN and (product := known.get(str(request.get("dataProductId")))) is not None
        for proposal in _of_request(mesh, product, request)
    ]
    return tuple(sorted(set(found), key=lambda item: (item.product, item.found)))


def changed(mesh: Mesh, seen: Mapping[str, Seen], wanted: Mapping[str, Wanted]) -> tuple[Proposal, ...]:
    """Return what stewards changed on data products: terms they related to one, and descriptions that they wrote."""
    products = {product_address(mesh, item): item for item in mesh.products.values()}
    found: list[Proposal] = []
    for tag, item in seen.items():
        by_hand = item.ours and short(present(item.facts)) != item.record.whole
        if item.kind is Kind.DATA_PRODUCT and item.key in products and by_hand and tag in wanted:
            found += _of_product(mesh, products[item.key], item, wanted[tag])
    return tuple(sorted(found, key=lambda item: (item.product, item.what, item.found)))


def _of_request(mesh: Mesh, product: Product, request: Mapping[str, Any]) -> Iterator[Proposal]:
    who = _who(as_object(request.get("subscriberIdentity"))) or _who(as_object(request.get("requestorIdentity")))
    maker = _who(as_object(request.get("requestorIdentity")))
    by = f", asked by {_cut(maker)}" if maker is not None and maker != who else ""
    domain = mesh.domains.get(domain_key(who)) if who else None
    consumer = domain.name if domain is not None else who or "NAME A DOMAIN"
    values = as_object(request.get("policySetValues"))
    uses = values.get("useCases")
    held = {(item.consumer_key, purpose_key(item.purpose)) for item in product.contracts}
    for use in [item for item in uses if isinstance(item, str) and item.strip()] if isinstance(uses, list) else ["NAME A PURPOSE"]:
        if domain is not None and (domain.key, purpose_key(use)) in held:
            continue
        comment = text(values.get("requestorComments")) or ""
        yield Proposal(
            what="access request",
            product=product.key,
            column=None,
            found=f"{_cut(who or 'somebody')} for {_cut(use)}{by}" + (f": {_cut(comment)}" if comment else ""),
            proposed=_manifest(consumer, use, text(request.get("accessExpirationDate"))),
            known=domain is not None and purpose_key(use) in purposes(mesh),
            where=product.where,
            mend=_mend(domain),
        )


def _mend(domain: Domain | None) -> str:
    whose = "" if domain is not None else "name the domain that it is for as its consumer; "
    return f"write the contract with the columns that it gives, or decline the request there; {whose}nothing is granted until then"


def _manifest(consumer: str, purpose: str, until: str | None) -> str:
    """Return the lines of a manifest that would be this contract: it shows no column until somebody names one."""
    lines = ["dataContracts:", f"  - consumer: {_quoted(consumer)}", f"    purpose: {_quoted(purpose)}", "    fields: []"]
    return "\n".join([*lines, f"    validUntil: {_quoted(until[:_DATE])}"] if until else lines)


def _of_product(mesh: Mesh, product: Product, seen: Seen, wanted: Wanted) -> Iterator[Proposal]:
    for name in sorted(set(purposes(mesh).values())):
        if term_fact(name) in seen.facts and term_fact(name) not in wanted.facts:
            yield of_term(product, name)
    have = seen.facts.get("description")
    if have and have != wanted.facts.get("description"):
        yield Proposal(
            what="description",
            product=product.key,
            column=None,
            found=_cut(have),
            proposed=f"description: {_quoted(have)}",
            known=False,
            where=product.where,
            mend="write this `description`, without the line of the owner, or let `apply` set it back",
        )


def _who(identity: Mapping[str, Any]) -> str | None:
    return text(identity.get("displayName")) or text(identity.get("email")) or text(identity.get("objectId"))


def _cut(value: str) -> str:
    said = " ".join(value.split())
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def _quoted(value: str) -> str:
    return msgspec.json.encode(_cut(value)).decode()
