"""The Open Data Contract Standard (Bitol ODCS 3.0, 3.1 and 3.2), in and out without loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from freehold.standards.odcs.consumer import contract_slug, narrowed, write_consumer
from freehold.standards.odcs.flat import flattened
from freehold.standards.odcs.reading import keep, read_again, read_contract
from freehold.standards.odcs.writing import DEFAULT, VERSIONS, Product, hints, whole, with_manifests, written_version

__all__ = [
    "DEFAULT",
    "VERSIONS",
    "contract_slug",
    "flattened",
    "hints",
    "keep",
    "narrowed",
    "read_contract",
    "write_consumer",
    "write_contract",
]


def write_contract(products: Sequence[Product], version: str | None = None) -> dict[str, Any]:
    """Return the document of products that came from one contract (most often one product), with all that they say.

    `version` is one of VERSIONS; without it, the one that they came from. Reading it again gives the same products.
    """
    document = whole(products, written_version(products, version))
    read = read_again(document, str(products[0].get("domain", "")), [hints(product).get("left", {}) for product in products])
    return with_manifests(document, products, [*read, *({} for _ in products)][: len(products)])
