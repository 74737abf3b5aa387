"""The contract of one consumer as a document of ODCS: its properties are what the consumer may have, and there are no others.

Nothing else of the product is told: no source, no row filter, no other contract, no rule about a column that is not shown.
"""

from __future__ import annotations

from typing import Any

from freehold.names import domain_key, slug
from freehold.standards.odcs import promises
from freehold.standards.odcs.custom import PREFIX, custom
from freehold.standards.odcs.rules import to_check
from freehold.standards.odcs.writing import Product, described, sections, table_of

_GIVEN = ("joinFields", "fields", "masks", "quantileFields", "aggregateFields", "excludedFields")
_TERMS = (
    *("excludedFields", "minGroupSize", "maxShare", "disclosure", "validUntil"),
    *("minCompleteness", "minAccuracy", "minTimeliness", "belowFloor", "joinRegion"),
)
_TOLD = (
    "name",
    "domain",
    "owner",
    "description",
    "version",
    "sensitivityLabel",
    "dataResidency",
    "interfaces",
    "sla",
    "qualityMetrics",
)
_CLEAR = ("name", "type", "description", "classification", "required")


def contract_slug(contract: dict[str, Any]) -> str:
    """Return a contract's name in addresses, as the catalogue has it."""
    return f"{slug(domain_key(str(contract.get('consumer', ''))))}-{slug(str(contract.get('purpose', '')))}"


def write_consumer(product: Product, contract: dict[str, Any], version: str) -> dict[str, Any]:
    """Return the document of one contract, of a version of ODCS."""
    name, mine = str(product.get("name", "")), contract_slug(contract)
    rights = rights_of(contract)
    columns = [column for column in product.get("schema", []) if rights.get(str(column["name"]).casefold()) is not None]
    own: dict[str, Any] = {"product": name, "consumer": contract.get("consumer"), "contract": mine}
    own |= {key: contract[key] for key in _TERMS if key in contract}
    if product.get("dataResidency"):
        own["residency"] = product["dataResidency"]
    if "rowFilter" in product or "rowFilter" in contract:
        own["filtered"] = True
    found: dict[str, Any] = {
        "apiVersion": f"v{version}",
        "kind": "DataContract",
        "id": f"{slug(name)}--{mine}",
        "name": contract.get("name", f"{name} for {contract.get('consumer')}"),
        "version": product.get("version", "1.0.0"),
        "status": "active",
        "domain": product.get("domain"),
        "dataProduct": name,
        "description": {"purpose": contract.get("purpose")},
    }
    handling = product.get("dataResidency", {}).get("piiHandling")
    if handling:
        found["description"]["limitations"] = f"Personal data: {handling}"
    if columns:
        found["schema"] = [_table(product, contract, columns, rights, version)]
    return found | sections(product, version) | custom(own)


def narrowed(product: Product, contract: dict[str, Any]) -> Product:
    """Return a product as one consumer may read it: the columns shown as rows, in the clear or masked, and the one contract."""
    rights = rights_of(contract)
    columns: list[dict[str, Any]] = []
    for column in product.get("schema", []):
        right = rights.get(str(column["name"]).casefold()) or ""
        if right == "read" or right.startswith("masked"):
            columns.append(column if right == "read" else {key: column[key] for key in _CLEAR if key in column})
    told = {key: product[key] for key in _TOLD if key in product}
    terms = {key: value for key, value in contract.items() if key != "rowFilter"}
    return {**told, "schema": columns, "dataContracts": [terms]}


def rights_of(contract: dict[str, Any]) -> dict[str, str | None]:
    """Return what the contract gives of each column that it names, by folded name: of several forms the narrowest."""
    found: dict[str, str | None] = {}
    words = {"joinFields": "join", "fields": "read", "quantileFields": "aggregate: quantiles", "aggregateFields": "aggregate"}
    for key in _GIVEN:
        for name in contract.get(key, ()):
            masked = f"masked: {contract['masks'][name]}" if key == "masks" else ""
            found[str(name).casefold()] = None if key == "excludedFields" else masked or words[key]
    return found


def _table(
    product: Product, contract: dict[str, Any], columns: list[dict[str, Any]], rights: dict[str, str | None], version: str
) -> dict[str, Any]:
    floor = max(
        (value for value in (product.get("qualityMetrics", {}).get("completeness"), contract.get("minCompleteness")) if value),
        default=None,
    )
    properties: list[dict[str, Any]] = []
    for column in columns:
        right = rights[str(column["name"]).casefold()]
        clear = right == "read"
        shown = column if clear else {key: column[key] for key in _CLEAR if key in column}
        checks = [check for at, check in _checks(product, version) if clear and at == column["name"]]
        found = described(shown, version, checks, floor)
        if not clear:
            items = found.get("customProperties", [])
            found["customProperties"] = [*items, {"property": PREFIX + "right", "value": right}]
        properties.append(found)
    table: dict[str, Any] = {"name": table_of(product), "logicalType": "object"}
    if "description" in product:
        table["description"] = product["description"]
    general = list(promises.floors(product.get("qualityMetrics", {})))
    return {**table, "properties": properties, **({"quality": general} if general else {})}


def _checks(product: Product, version: str) -> list[tuple[str | None, dict[str, Any]]]:
    """Return the rules of single columns; SQL, and what looks at other columns or products, is not told."""
    single = (
        rule for rule in product.get("quality", []) if "column" in rule and rule.get("metric") not in {"sql", "unknownReferences"}
    )
    return [to_check(rule, version) for rule in single]
