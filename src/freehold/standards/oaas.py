"""A product's contract with one consumer as an access agreement (Bitol OAAS, draft 0.9.0)."""

from __future__ import annotations

from typing import Any

from freehold.names import domain_key, identifier, slug
from freehold.standards.odcs.consumer import contract_slug
from freehold.standards.odcs.custom import custom
from freehold.standards.tables import Product

_TERMS = ("fields", "aggregateFields", "quantileFields", "joinFields", "masks", "excludedFields", "minGroupSize", "maxShare")
_FLOORS = ("minCompleteness", "minAccuracy", "minTimeliness", "belowFloor")


def write_agreement(product: Product, contract: dict[str, Any]) -> dict[str, Any]:
    """Return the agreement of one contract. It is `requested`: whether it is approved stands in the mesh's registry, not here."""
    name, mine = str(product.get("name", "")), contract_slug(contract)
    ports = [str(port.get("type", "")).casefold() for port in product.get("interfaces", [])]
    description: dict[str, Any] = {"purpose": contract.get("purpose", "")}
    handling = product.get("dataResidency", {}).get("piiHandling")
    if handling:
        description["limitations"] = f"Personal data: {handling}"
    own: dict[str, Any] = {key: contract[key] for key in (*_TERMS, *_FLOORS) if key in contract}
    if product.get("dataResidency"):
        own["residency"] = product["dataResidency"]
    found: dict[str, Any] = {
        "apiVersion": "v0.9.0",
        "kind": "AccessAgreement",
        "id": f"{slug(name)}--{mine}",
        "status": "requested",
        "description": description,
        "provider": {
            "teamId": product.get("owner") or product.get("domain", ""),
            "dataProductId": f"{domain_key(str(product.get('domain', '')))}.{identifier(name)}",
            "outputPortId": ports[0] if ports else "sql",
            "dataContractId": f"{slug(name)}--{mine}",
            "dataContractVersion": product.get("version", "1.0.0"),
        },
        "consumer": {"teamId": contract.get("consumer", "")},
    }
    if contract.get("validUntil"):
        found["endTimestamp"] = f"{contract['validUntil']}T23:59:59Z"
    scopes = dict.fromkeys(str(scope) for port in product.get("interfaces", []) for scope in port.get("scopes", []))
    if scopes:
        found["roles"] = [{"role": scope} for scope in scopes]
    return found | custom(own)
