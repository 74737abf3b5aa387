"""The data sources of a mesh that Purview can register: SQL servers and storage accounts of Azure, by their host names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.model.mesh import Mesh
from freehold.model.product import InterfaceKind, Product
from freehold.names import slug
from freehold.purview.naming import collection_name, domain_address
from freehold.purview.state import Kind, Wanted

_SERVER = re.compile(r"(?:^|[/:@])([a-z0-9][a-z0-9-]{0,62})\.database\.windows\.net(?![a-z0-9.-])", re.IGNORECASE)
_STORAGE = re.compile(r"(?:^|[/@])([a-z0-9]{3,24})\.(dfs|blob)\.core\.windows\.net(?![a-z0-9.-])", re.IGNORECASE)
_STORAGE_KINDS = {"dfs": "AdlsGen2", "blob": "AzureStorage"}
ENDPOINTS = {"AzureSqlDatabase": "serverEndpoint"}
"""The member that says where a source is; `endpoint` for all other kinds."""


def sources(mesh: Mesh, root: str) -> Iterator[Wanted]:
    """Yield the data sources of a mesh below the collection `root`, each host once for each domain."""
    found: dict[str, Wanted] = {}
    for product in mesh.products.values():
        for kind, label, endpoint in _of_product(product):
            name = _name(product.domain_key, kind, label)
            found.setdefault(
                name,
                Wanted(
                    kind=Kind.SOURCE,
                    key=name,
                    name=name,
                    belongs=domain_address(mesh, product.domain_key),
                    collection=collection_name(root, product.domain_key),
                    facts={"kind": kind, "endpoint": endpoint, "collection": collection_name(root, product.domain_key)},
                ),
            )
    yield from (found[name] for name in sorted(found))


def _of_product(product: Product) -> Iterator[tuple[str, str, str]]:
    for port in product.interfaces:
        server = _SERVER.search(port.endpoint or "") if port.kind is InterfaceKind.SQL else None
        if server is not None:
            label = server.group(1).lower()
            yield "AzureSqlDatabase", label, f"{label}.database.windows.net"
    storage = _STORAGE.search(product.source.path) if product.source is not None else None
    if storage is not None:
        label, plane = storage.group(1).lower(), storage.group(2).lower()
        yield _STORAGE_KINDS[plane], label, f"https://{label}.{plane}.core.windows.net/"


def _name(domain: str, kind: str, label: str) -> str:
    """Return the name of a source: `sales-domain` for the server `sales-sql`, else with the host's own name behind it."""
    owner = slug(domain)
    if kind == "AzureSqlDatabase" and label == f"{owner}-sql":
        return f"{owner}-domain"
    return f"{owner}-domain-{label}"[:90] + ("-blob" if kind == "AzureStorage" else "")
