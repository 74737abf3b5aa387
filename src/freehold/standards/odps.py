"""The Open Data Product Standard (Bitol ODPS 1.0 and 1.1), in and out without loss: one document for each product."""

from __future__ import annotations

from typing import Any

from freehold.model.version import FIRST, semantic
from freehold.standards.kept import NOTHING, joined, rest
from freehold.standards.left import Left, without
from freehold.standards.names import domain_name, product_name
from freehold.standards.odcs import promises
from freehold.standards.odcs.custom import PREFIX, custom, taken
from freehold.standards.odcs.writing import MANIFEST, Product, key_of
from freehold.standards.remarks import Remarks, shown

VERSIONS = ("1.0.0", "1.1.0")
DEFAULT = "1.0.0"
OWN = (
    *("sensitivityLabel", "dataResidency", "sla", "qualityMetrics", "schema", "quality", "source", "entityKey", "rowFilter"),
    *("minGroupSize", "maxShare", "queries", "dataContracts"),
)
"""Keys of a product that ODPS has no section for: they are custom properties of their own names, with the prefix `freehold.`."""


def read_product(document: dict[str, Any], domain: str | None, remarks: Remarks) -> Product:
    """Return a data product of `domain` (None: of its own); what has no home in a manifest is kept under `standards`."""
    bare, missing = _without_manifest(document)
    found = joined(_read(bare, domain, remarks), missing)
    return found if isinstance(found, dict) else {}


def keep(document: dict[str, Any], product: Product, left: Left) -> Product:
    """Return a document's product, of which `left` was left out, keeping in its `standards` what that leaves without a home."""
    bare = _without_manifest(document)[0]
    found = _keeping(bare, {key: value for key, value in product.items() if key != "standards"})
    return {**found, "standards": {"odps": {**found.get("standards", {}).get("odps", {}), "left": left}}}


def write_product(product: Product, version: str | None = None) -> dict[str, Any]:
    """Return the document of a product with all that its manifest says; `version` is one of VERSIONS."""
    kept = _hints(product)
    written = f"v{version}" if version else str(kept.get("apiVersion", f"v{DEFAULT}"))
    found: dict[str, Any] = joined(_plain(product, written), kept.get("rest", NOTHING))
    read, left = _read(found, str(product.get("domain", "")), Remarks()), kept.get("left")
    missing = rest(product, keep(found, without(read, left), left) if left else read)
    if missing is NOTHING:
        return found
    items = found.get("customProperties")
    return {**found, "customProperties": [*(items if isinstance(items, list) else []), {"property": MANIFEST, "value": missing}]}


def _without_manifest(document: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Return a document without the custom property that carries what its own sections cannot, and what that holds."""
    items = document.get("customProperties")
    missing = taken(document, ("manifest",)).get("manifest")
    if not isinstance(items, list) or not isinstance(missing, dict):
        return document, NOTHING
    others = [item for item in items if not (isinstance(item, dict) and item.get("property") == MANIFEST)]
    bare = {key: value for key, value in document.items() if key != "customProperties"}
    return bare | ({"customProperties": others} if others else {}), missing


def _read(document: dict[str, Any], domain: str | None, remarks: Remarks) -> Product:
    name = next((item for item in (document.get("name"), document.get("id")) if isinstance(item, str) and item.strip()), "")
    product: Product = {"name": product_name(name), "domain": _domain(document, domain, remarks)}
    if product["name"] != name:
        remarks.add(
            "name-changed", ("name",), f"{shown(name)} is {shown(product['name'])} here.", "give it another name, if you like"
        )
    version = document.get("version")
    if isinstance(version, str) and semantic(version) and version != FIRST:
        product["version"] = version
    owner = promises.of_team(document.get("team"))
    if owner is not None:
        product["owner"] = owner
    description = document.get("description")
    purpose = description.get("purpose") if isinstance(description, dict) else None
    if isinstance(purpose, str) and purpose.strip():
        product["description"] = purpose
    ports = promises.of_servers(document.get("outputPorts"))
    if ports:
        product["interfaces"] = ports
    own = taken(document, OWN)
    if {"dataContracts", "rowFilter", "source"} & set(own):
        message = f"The document carries `{'`, `'.join(sorted(own))}` of a Freehold manifest."
        remarks.add("terms-taken", ("customProperties",), message, "read them in the manifest before it comes into force")
    return _keeping(document, product | own)


def _keeping(document: dict[str, Any], product: Product) -> Product:
    written = str(document.get("apiVersion", f"v{DEFAULT}"))
    kept: dict[str, Any] = {}
    if isinstance(document.get("id"), str) and document["id"] != key_of(product):
        kept["id"] = document["id"]
    if written != f"v{DEFAULT}":
        kept["apiVersion"] = written
    if kept:
        product["standards"] = {"odps": kept}
    said = rest(document, _plain(product, written))
    if said is not NOTHING:
        product["standards"] = {"odps": {**kept, "rest": said}}
    return product


def _domain(document: dict[str, Any], domain: str | None, remarks: Remarks) -> str:
    said = document.get("domain")
    wanted = domain or (said if isinstance(said, str) else "")
    found = domain_name(wanted)
    if not wanted.strip():
        message = f"The document names no domain; its product is of the domain {shown(found)}."
        remarks.add("domain-assumed", (), message, "import it with --domain NAME")
    elif found != wanted:
        mend = "or import it with --domain NAME"
        remarks.add("name-changed", ("domain",), f"The domain {shown(wanted)} is {shown(found)} here.", mend)
    return found


def _hints(product: Product) -> dict[str, Any]:
    found = product.get("standards", {})
    kept = found.get("odps") if isinstance(found, dict) else None
    return kept if isinstance(kept, dict) else {}


def _plain(product: Product, written: str) -> dict[str, Any]:
    version = product.get("version", FIRST)
    found: dict[str, Any] = {
        "apiVersion": written,
        "kind": "DataProduct",
        "id": _hints(product).get("id", key_of(product)),
        "name": product.get("name"),
        "version": version,
        "status": "active",
        "domain": product.get("domain"),
    }
    if "description" in product:
        found["description"] = {"purpose": product["description"]}
    if "owner" in product:
        found["team"] = {"members": [{"username": product["owner"], "role": "owner"}]}
    ports = [_port(product, port, at, str(version)) for at, port in enumerate(product.get("interfaces", []))]
    if ports:
        found["outputPorts"] = ports
    governed = "The policies of the mesh bind this product: they are in the mesh's own files"
    found["managementPorts"] = [{"name": PREFIX + "governance", "content": "control", "type": "rest", "description": governed}]
    return found | custom({key: product[key] for key in OWN if key in product})


def _port(product: Product, port: dict[str, Any], at: int, version: str) -> dict[str, Any]:
    kind = str(port.get("type", "")).casefold()
    first = next(number for number, item in enumerate(product["interfaces"]) if str(item.get("type", "")).casefold() == kind)
    name = kind if first == at else f"{kind}-{at + 1}"
    return {"name": name, "type": kind, "version": version, "contractId": key_of(product), **custom({"interface": port})}
