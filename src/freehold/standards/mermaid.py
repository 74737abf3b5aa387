"""The sharing graph of a mesh in Mermaid: domains hold products, contracts are arrows, what is personal and excluded is dashed.

Names come from manifests, which are not trusted: in a label they are text alone, and ids are made of letters and digits.
"""

from __future__ import annotations

from collections.abc import Iterator

from freehold.model.classification import classify
from freehold.model.contract import Contract
from freehold.model.label import is_personal
from freehold.model.mesh import Mesh
from freehold.model.product import Product
from freehold.names import domain_key, identifier

_COLOURS = (("#E8F4FD", "#0078D4"), ("#FFF4E6", "#FF8C00"), ("#D4E9D7", "#107C10"), ("#F3E8FD", "#6B2FB3"), ("#FDE8EC", "#B3261E"))
_LISTED = 8


def write_graph(mesh: Mesh, product: str | None = None) -> str:
    """Return the graph of a mesh, or of one product of it (by its key) and its consumers."""
    shown = [item for key, item in mesh.products.items() if product is None or key == product]
    domains = dict.fromkeys([item.domain_key for item in shown])
    domains |= dict.fromkeys(contract.consumer_key for item in shown for contract in item.contracts)
    consuming = {contract.consumer_key for item in shown for contract in item.contracts}
    lines = ["graph LR"]
    for key in domains:
        lines += _domain(mesh, key, [item for item in shown if item.domain_key == key], key in consuming)
    lines += [line for item in shown for contract in item.contracts for line in _arrows(mesh, item, contract)]
    for at, key in enumerate(domains):
        fill, stroke = _COLOURS[at % len(_COLOURS)]
        lines.append(f"    style d_{key} fill:{fill},stroke:{stroke}")
    return "\n".join(lines) + "\n"


def _domain(mesh: Mesh, key: str, products: list[Product], consumes: bool) -> Iterator[str]:  # noqa: FBT001  (private, one caller)
    found = mesh.domains.get(key)
    name = found.name if found else key
    laws = dict.fromkeys(item.jurisdiction for item in products if item.jurisdiction)
    title = name if name.casefold().endswith("domain") else f"{name} Domain"
    law = f" ({', '.join(laws)})" if laws else ""
    yield f'    subgraph d_{key} ["{label(title + law)}"]'
    for item in products:
        yield f'        {_node(item)}["{label(item.name)}<br/>Product"]'
    if consumes:
        yield f'        c_{key}["{label(name)}<br/>consumers"]'
    yield "    end"


def _arrows(mesh: Mesh, product: Product, contract: Contract) -> Iterator[str]:
    target = f"c_{contract.consumer_key}"
    given = [*contract.fields, *contract.masks, *contract.aggregate_fields, *contract.quantile_fields, *contract.join_fields]
    fields = label(_listed(list(dict.fromkeys(given)))) or "none"
    yield f'    {_node(product)} -->|"Contract: {label(contract.name or contract.purpose)}<br/>Fields: {fields}"| {target}'
    personal = [name for name in contract.excluded_fields if _is_personal(mesh, product, name)]
    others = [name for name in contract.excluded_fields if name not in personal]
    for word, names in (("PII excluded", personal), ("Excluded", others)):
        if names:
            yield f'    {_node(product)} -.->|"❌ {word}: {label(_listed(names))}"| {target}'


def _is_personal(mesh: Mesh, product: Product, name: str) -> bool:
    column = product.column(name)
    if column is not None:
        return column.personal
    rules = tuple(rule for policy in mesh.governances(product.domain_key) for rule in policy.rules)
    return is_personal(classify(rules, name, None))


def _node(product: Product) -> str:
    return f"p_{domain_key(product.domain)}__{identifier(product.name)}"


def _listed(names: list[str]) -> str:
    return ", ".join(names if len(names) <= _LISTED else [*names[:_LISTED], f"… {len(names) - _LISTED} more"])


def label(text: str) -> str:
    """Return text as it may stand in a quoted label: whatever Mermaid or HTML could read as more is a character's number.

    >>> label('a"b<c>')
    'a#34;b#60;c#62;'
    """
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return "".join(letter if letter.isalnum() or letter in " .,:;-_/()@+…" else f"#{ord(letter)};" for letter in plain)
