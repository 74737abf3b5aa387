"""Lay what stewards accepted, and what awaits them, over the mesh in force: each can only take away (law 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from freehold.model.classification import united
from freehold.model.detection import Review, Scan, accepted, awaiting, proposals
from freehold.model.mesh import Mesh
from freehold.model.product import Column, Product


def classified(mesh: Mesh, scans: Sequence[Scan], reviews: Sequence[Review]) -> Mesh:
    """Return the mesh with the columns of its products as their scans and reviews say; the same mesh where there are none."""
    newest = {item.product: item for item in scans}
    said: defaultdict[str, list[Review]] = defaultdict(list)
    for item in reviews:
        said[item.product].append(item)
    touched = {key: mesh.products[key] for key in (newest.keys() | said.keys()) if key in mesh.products}
    if not touched:
        return mesh
    changed = {key: _product(mesh, item, newest.get(key), tuple(said[key])) for key, item in touched.items()}
    return msgspec.structs.replace(mesh, products=mesh.products | changed)


def _product(mesh: Mesh, product: Product, scan: Scan | None, reviews: tuple[Review, ...]) -> Product:
    automatic = any(policy.auto_classify for policy in mesh.governances(product.domain_key))
    found = proposals(scan, reviews) if automatic else ()

    def laid(column: Column) -> Column:
        held = united(column.classifications, accepted(reviews, column.name))
        return msgspec.structs.replace(column, classifications=held, awaiting=awaiting(found, column.name, held))

    return msgspec.structs.replace(product, columns=tuple(map(laid, product.columns)))
