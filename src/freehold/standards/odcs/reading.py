"""A document of ODCS to products: one for each table, each keeping what its manifest has no key for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from freehold.model.version import FIRST, semantic
from freehold.standards.kept import NOTHING, joined, rest
from freehold.standards.left import Left, without
from freehold.standards.names import apart, domain_name, product_name
from freehold.standards.odcs import promises
from freehold.standards.odcs.columns import of_property
from freehold.standards.odcs.custom import taken
from freehold.standards.odcs.rules import in_order, of_checks
from freehold.standards.odcs.writing import DEFAULT, MANIFEST, OWN, Product, key_of, plain, shared, table_of
from freehold.standards.remarks import Path, Remarks, shown
from freehold.standards.untyped import mappings

_TAKEN = tuple("residency" if key == "dataResidency" else key for key in OWN)


def read_contract(document: dict[str, Any], domain: str | None, remarks: Remarks) -> list[Product]:
    """Return a contract as products of `domain` (None: of its own); what has no home in a manifest is kept under `standards`."""
    bare, manifests = _without_manifests(document)
    products = _read(bare, domain, remarks)
    return [_restored(product, manifests.get(str(at))) for at, product in enumerate(products)]


def keep(document: dict[str, Any], products: list[Product], lefts: Sequence[Left]) -> list[Product]:
    """Return a contract's products, of which `lefts` was left out, keeping in their `standards` what that leaves without a home."""
    bare, _ = _without_manifests(document)
    tables = [str(item.get("name", "")) for _, item in mappings(bare.get("schema"))]
    plain_ones = [{key: value for key, value in product.items() if key != "standards"} for product in products]
    found = _keeping(bare, plain_ones, tables, str(bare.get("apiVersion", f"v{DEFAULT}")))
    for product, left in zip(found, lefts, strict=True):
        if left:
            product["standards"] = {"odcs": {**product.get("standards", {}).get("odcs", {}), "left": left}}
    return found


def _restored(product: Product, missing: Any) -> Product:
    if not isinstance(missing, dict):
        return product
    found = joined(product, missing)
    return found if isinstance(found, dict) else product


def read_again(document: dict[str, Any], domain: str, lefts: Sequence[Left]) -> list[Product]:
    """Return the products of a document that is being written, as an import would that leaves `lefts` out of them."""
    found = _read(document, domain, Remarks())
    if not any(lefts) or len(found) != len(lefts):
        return found
    return keep(document, [without(*pair) for pair in zip(found, lefts, strict=True)], lefts)


def _read(document: dict[str, Any], domain: str | None, remarks: Remarks) -> list[Product]:
    written = str(document.get("apiVersion", f"v{DEFAULT}"))
    version = written.removeprefix("v")
    tables = mappings(document.get("schema"))
    names = _names(document, [item for _, item in tables], remarks)
    owner = _domain(document, domain, remarks)
    if not tables:
        products = [_product(document, names[0], owner, remarks)]
    else:
        products = [_product(document, name, owner, remarks) for name in names]
        for product, (at, item) in zip(products, tables, strict=True):
            _add_table(product, item, version, ("schema", at), remarks)
    return _keeping(document, products, [str(item.get("name", "")) for _, item in tables], written)


def _keeping(document: dict[str, Any], products: list[Product], tables: list[str], written: str) -> list[Product]:
    """Return the products with what they keep of their contract: id, version and names of tables that differ, and the rest."""
    for at, product in enumerate(products):
        kept: dict[str, Any] = {}
        contract = document.get("id")
        if isinstance(contract, str) and (contract != key_of(product) or len(products) > 1):
            kept["id"] = contract
        if written != f"v{DEFAULT}":
            kept["apiVersion"] = written
        if at < len(tables) and (tables[at] != table_of(product) or not (product.get("schema") or product.get("quality"))):
            kept["table"] = tables[at]
        if len(products) > 1:
            kept["at"] = at
        if kept:
            product["standards"] = {"odcs": kept}
    said = rest(document, plain(products, written))
    for product, mine in zip(products, shared(said, products, tables), strict=True):
        if mine is not NOTHING:
            product["standards"] = {"odcs": {**product.get("standards", {}).get("odcs", {}), "rest": mine}}
    return products


def _names(document: dict[str, Any], tables: list[dict[str, Any]], remarks: Remarks) -> list[str]:
    own = taken(document, ("product",)).get("product")
    said = [own, document.get("name"), document.get("dataProduct")]
    if len(tables) > 1:
        wanted = [str(item.get("name") or item.get("physicalName") or "") for item in tables]
    else:
        said += [item.get("name") for item in tables] + [document.get("id")]
        wanted = [next((item for item in said if isinstance(item, str) and item.strip()), "")]
    held: set[str] = set()
    names = [apart(product_name(name), held) for name in wanted]
    for name, found in zip(names, wanted, strict=True):
        if name != found:
            remarks.add(
                "name-changed",
                ("name",),
                f"{shown(found)} is {shown(name)} here.",
                "give it another name in the manifest, if you like",
            )
    return names


def _domain(document: dict[str, Any], domain: str | None, remarks: Remarks) -> str:
    said = document.get("domain")
    wanted = domain or (said if isinstance(said, str) else "")
    found = domain_name(wanted)
    if not wanted.strip():
        message = f"The document names no domain; its products are of the domain {shown(found)}."
        remarks.add("domain-assumed", (), message, "import it with --domain NAME")
    elif found != wanted:
        remarks.add(
            "name-changed", ("domain",), f"The domain {shown(wanted)} is {shown(found)} here.", "or import it with --domain NAME"
        )
    return found


def _product(document: dict[str, Any], name: str, domain: str, remarks: Remarks) -> Product:
    """Return what a document as a whole says of a product."""
    found: Product = {"name": name, "domain": domain}
    version = document.get("version")
    if isinstance(version, str) and semantic(version) and version != FIRST:
        found["version"] = version
    owner = promises.of_team(document.get("team"))
    if owner is not None:
        found["owner"] = owner
    description = document.get("description")
    purpose = description.get("purpose") if isinstance(description, dict) else None
    if isinstance(purpose, str) and purpose.strip():
        found["description"] = purpose
    own = taken(document, _TAKEN)
    own.pop("product", None)
    if "dataContracts" in own or "rowFilter" in own or "source" in own:
        message = f"The document carries `{'`, `'.join(sorted(own))}` of a Freehold manifest."
        remarks.add("terms-taken", ("customProperties",), message, "read them in the manifest before it comes into force")
    if "residency" in own:
        found["dataResidency"] = own.pop("residency")
    ports = promises.of_servers(document.get("servers"))
    levels = promises.of_levels(document.get("slaProperties"))
    return found | ({"interfaces": ports} if ports else {}) | ({"sla": levels} if levels else {}) | own


def _add_table(product: Product, item: dict[str, Any], version: str, path: Path, remarks: Remarks) -> None:
    """Add a schema object to its product: what it is, its columns and its rules."""
    description = item.get("description")
    if isinstance(description, str) and description.strip():
        product["description"] = description
    columns: list[dict[str, Any]] = []
    rules = of_checks(item.get("quality"), None, (*path, "quality"), remarks)
    seen: set[str] = set()
    for at, found in mappings(item.get("properties")):
        here: Path = (*path, "properties", at)
        column = of_property(found, version, here, remarks)
        if column is None:
            continue
        if column["name"].casefold() in seen:
            message = f"A column before is called {shown(column['name'])} already (case does not count)."
            remarks.add("column-kept", here, message, "give it a name of its own, if consumers need it")
            continue
        seen.add(column["name"].casefold())
        columns.append(column)
        rules += of_checks(found.get("quality"), column["name"], (*here, "quality"), remarks)
    keys = {str(found.get("name")).casefold() for _, found in mappings(item.get("properties")) if found.get("primaryKey") is True}
    for column in columns:
        if column["name"].casefold() in keys:
            column |= {"required": True, **({"unique": True} if len(keys) == 1 else {})}
    if columns:
        product["schema"] = columns
    if rules:
        product["quality"] = in_order(rules)


def _without_manifests(document: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a document without the custom property that carries what its own sections cannot, and what that holds."""
    items = document.get("customProperties")
    if not isinstance(items, list):
        return document, {}
    mine = [
        item
        for item in items
        if isinstance(item, dict) and item.get("property") == MANIFEST and isinstance(item.get("value"), dict)
    ]
    if not mine:
        return document, {}
    others = [item for item in items if item is not mine[-1]]
    bare = {key: value for key, value in document.items() if key != "customProperties"}
    return (bare | ({"customProperties": others} if others else {})), mine[-1]["value"]
