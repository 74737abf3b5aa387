"""What an import leaves out of a product, because no manifest may say it: keys of columns, and rules, by their places.

It stays in the document that the product keeps, so that the way back is whole; `standards` tells what it was.
"""

from __future__ import annotations

from typing import Any

from freehold.standards.tables import Product
from freehold.standards.untyped import items, mapping

Left = dict[str, Any]
"""`schema`: keys by the name of their column; `quality`: places of rules. Empty where nothing is left out."""


def without(product: Product, left: Any) -> Product:
    """Return a product without what is left out of it."""
    keys, rules = mapping(mapping(left).get("schema")), items(mapping(left).get("quality"))
    if not keys and not rules:
        return product
    found = {**product}
    found["schema"] = [
        {key: value for key, value in column.items() if key not in items(keys.get(str(column.get("name"))))}
        for column in product.get("schema", [])
    ]
    found["quality"] = [rule for at, rule in enumerate(product.get("quality", [])) if at not in rules]
    return {key: value for key, value in found.items() if value or key not in {"schema", "quality"}}
