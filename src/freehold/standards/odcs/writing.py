"""Products to a document of ODCS: one for the products that came from one contract, with all that their manifests say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from freehold.names import domain_key, identifier
from freehold.standards.kept import EACH, ITEMS, NOTHING, joined, rest
from freehold.standards.odcs import promises
from freehold.standards.odcs.columns import to_property
from freehold.standards.odcs.custom import PREFIX, custom
from freehold.standards.odcs.rules import AT, to_check

VERSIONS = ("3.0.2", "3.1.0", "3.2.0")
DEFAULT = "3.1.0"
MANIFEST = PREFIX + "manifest"
OWN = (
    "product",
    "sensitivityLabel",
    "dataResidency",
    "qualityMetrics",
    "source",
    "entityKey",
    "rowFilter",
    "minGroupSize",
    "maxShare",
    "queries",
    "dataContracts",
)
"""Keys of a product that ODCS has no section for: they are custom properties of their own names, with the prefix `freehold.`."""

Product = dict[str, Any]


def written_version(products: Sequence[Product], version: str | None) -> str:
    """Return the `apiVersion` to write: the one asked for, else the one that the products came from, else the default."""
    return f"v{version}" if version else str(hints(products[0]).get("apiVersion", f"v{DEFAULT}"))


def hints(product: Product) -> dict[str, Any]:
    """Return what a product keeps of the contract that it came from: `id`, `apiVersion`, `table`, `at` and `rest`."""
    found = product.get("standards", {})
    kept = found.get("odcs") if isinstance(found, dict) else None
    return kept if isinstance(kept, dict) else {}


def whole(products: Sequence[Product], written: str) -> dict[str, Any]:
    """Return the document of products, of an `apiVersion`, with what they kept of the one that they came from."""
    found = joined(plain(products, written), kept_of(products))
    return found if isinstance(found, dict) else {}


def kept_of(products: Sequence[Product]) -> Any:
    """Return the rest of the contract that products came from, put together from each."""
    first = hints(products[0]).get("rest", NOTHING)
    items: dict[str, Any] = {}
    for product in products:
        mine = hints(product).get("rest", {})
        schema = mine.get("schema") if isinstance(mine, dict) else None
        items |= schema.get(ITEMS, {}) if isinstance(schema, dict) else {}
    if not items:
        return first
    head = first if isinstance(first, dict) else {}
    return {**head, "schema": {**head.get("schema", {}), ITEMS: items}}


def shared(kept: Any, products: Sequence[Product], tables: Sequence[str]) -> list[Any]:
    """Return the rest of a contract divided among its products: each has its own table's, the first has all else."""
    if kept is NOTHING:
        return [NOTHING] * len(products)
    schema = kept.get("schema")
    items = schema.get(ITEMS) if isinstance(schema, dict) and EACH not in schema else None
    if items is None or len(products) == 1:
        return [kept, *[NOTHING] * (len(products) - 1)]
    others = {key: value for key, value in schema.items() if key != ITEMS}
    mine = {name: value for name, value in items.items() if name not in tables[1:]}
    first = {key: value for key, value in kept.items() if key != "schema"}
    if others or mine:
        first["schema"] = {**others, ITEMS: mine}
    later = [{"schema": {ITEMS: {name: items[name]}}} if name in items else NOTHING for name in tables[1:]]
    return [first or NOTHING, *later]


def plain(products: Sequence[Product], written: str) -> dict[str, Any]:
    """Return the document that the manifests alone make, of an `apiVersion`."""
    version = written.removeprefix("v")
    head = products[0]
    name, mine = str(head.get("name", "")), hints(head)
    own = {"product": name, **{key: head[key] for key in OWN if key in head}}
    found: dict[str, Any] = {
        "apiVersion": written,
        "kind": "DataContract",
        "id": mine.get("id", key_of(head)),
        "name": name,
        "version": head.get("version", "1.0.0"),
        "status": "active",
        "domain": head.get("domain"),
        "dataProduct": name,
    }
    schema = [table(product, version) for product in products if has_table(product)]
    if "description" in head and not schema:
        found["description"] = {"purpose": head["description"]}
    if schema:
        found["schema"] = schema
    found |= sections(head, version)
    return found | custom({"residency" if key == "dataResidency" else key: value for key, value in own.items()})


def sections(product: Product, version: str) -> dict[str, Any]:
    """Return the sections that hold what a product promises and through which doors it is used."""
    team = promises.to_team(product.get("owner"), version)
    made = {
        "slaProperties": promises.to_levels(product.get("sla", {}), version),
        "servers": promises.to_servers(product),
        "roles": promises.to_roles(product),
        "team": team,
    }
    return {key: value for key, value in made.items() if value}


def has_table(product: Product) -> bool:
    """Return whether a product has a table to tell of."""
    return bool(product.get("schema") or product.get("quality") or "table" in hints(product))


def table_of(product: Product) -> str:
    """Return the name of a product's table: the one that it came from, else its own SQL name."""
    return str(hints(product).get("table", identifier(str(product.get("name", "")))))


def table(product: Product, version: str) -> dict[str, Any]:
    """Return a product as a schema object with all its columns and checks."""
    found: dict[str, Any] = {"name": table_of(product), "logicalType": "object"}
    if "description" in product:
        found["description"] = product["description"]
    metrics = product.get("qualityMetrics", {})
    columns = product.get("schema", [])
    checks = _checks(product.get("quality", []), [column["name"] for column in columns], version)
    properties = [described(column, version, checks.get(column["name"], []), metrics.get("completeness")) for column in columns]
    if properties:
        found["properties"] = properties
    general = [*checks.get(None, []), *promises.floors(metrics)]
    return found | ({"quality": general} if general else {})


def _checks(rules: list[dict[str, Any]], columns: list[str], version: str) -> dict[str | None, list[dict[str, Any]]]:
    """Return rules as checks by column (None: of the whole table); each tells its place where the order by columns is another."""
    places: dict[str | None, int] = {None: -1, **{name: at for at, name in enumerate(columns)}}
    found = [to_check(rule, version) for rule in rules]
    found = [(column if column in places else None, check) for column, check in found]
    if [places[column] for column, _ in found] != sorted(places[column] for column, _ in found):
        told = ((column, check, custom({AT: at})["customProperties"]) for at, (column, check) in enumerate(found))
        found = [(column, {**check, "customProperties": [*check.get("customProperties", []), *at]}) for column, check, at in told]
    checks: dict[str | None, list[dict[str, Any]]] = {}
    for column, check in found:
        checks.setdefault(column, []).append(check)
    return checks


def described(column: Mapping[str, Any], version: str, checks: list[dict[str, Any]], floor: float | None) -> dict[str, Any]:
    """Return a column as a property with its checks."""
    quality = [*checks, *promises.completeness(dict(column), floor, version)]
    return to_property(dict(column), version) | ({"quality": quality} if quality else {})


def key_of(product: Product) -> str:
    """Return a product's full SQL name, which is its contract's id where it came from none."""
    return f"{domain_key(str(product.get('domain', '')))}.{identifier(str(product.get('name', '')))}"


def with_manifests(document: dict[str, Any], wanted: Sequence[Product], read: Sequence[Product]) -> dict[str, Any]:
    """Return a document that carries what reading it would miss of the manifests it is written from."""
    missing = {str(at): rest(one, other) for at, (one, other) in enumerate(zip(wanted, read, strict=True))}
    missing = {at: value for at, value in missing.items() if value is not NOTHING}
    if not missing:
        return document
    items = document.get("customProperties")
    return {**document, "customProperties": [*(items if isinstance(items, list) else []), {"property": MANIFEST, "value": missing}]}
