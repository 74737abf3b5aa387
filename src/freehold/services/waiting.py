"""Which contracts of a mesh have no effect until somebody approves them, as far as is known in a folder (law 6)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from freehold.model.contract import Contract
from freehold.model.mesh import Mesh
from freehold.model.product import Product
from freehold.policy.basis import approvers, needs_approval
from freehold.services.heard import Approved, Heard, Unheard, Word


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """A contract that has no effect until one of `approvers` approves it; `suspends` says that it has effect now.

    `word` is that of its home, where another node's is believed.
    """

    product: str
    contract: str
    approvers: tuple[str, ...]
    suspends: bool = False
    word: Word | None = None


def waiting(before: Mesh | None, after: Mesh, heard: Heard) -> Iterator[Awaited | Unheard]:
    """Yield the contracts of `after` that wait for an approval, and those of which that is unknown here."""
    for product, contract in _governed(after):
        approved, named = heard.approved(product, contract), approvers(after, product)
        if approved is Approved.NO:
            yield Awaited(
                product=product.key,
                contract=contract.slug,
                approvers=named,
                suspends=has_effect(before, product.key, contract.slug, heard),
                word=heard.word(product),
            )
        elif approved is Approved.UNKNOWN:
            yield heard.unheard(product, contract, named)


def _governed(mesh: Mesh) -> Iterator[tuple[Product, Contract]]:
    """Yield the contracts that have no effect without an approval."""
    for product in mesh.products.values():
        if needs_approval(mesh, product):
            yield from ((product, contract) for contract in product.contracts)


def words_of(mesh: Mesh, heard: Heard) -> tuple[Word, ...]:
    """Return the words of other homes that were believed, one of each node."""
    known = (item for item, contract in _governed(mesh) if heard.approved(item, contract) is not Approved.UNKNOWN)
    told = (heard.word(product) for product in known)
    return tuple({word.node: word for word in told if word is not None}.values())


def has_effect(mesh: Mesh | None, product_key: str, slug: str, heard: Heard) -> bool:
    """Return whether a contract gives something now, as far as is known here."""
    product = mesh.products.get(product_key) if mesh else None
    contract = mesh.contract(product_key, slug) if mesh else None
    if mesh is None or product is None or contract is None:
        return False
    return not needs_approval(mesh, product) or heard.approved(product, contract) is Approved.YES
