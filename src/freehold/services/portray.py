"""A product's parts as values for JSON, as the catalogue shows them."""

from __future__ import annotations

from typing import Any

from freehold.model.product import Column, DeclaredQuery, Interface, Parameter, Product


def column(found: Column, right: str) -> dict[str, Any]:
    """Return a column with what the caller may do with it."""
    return {
        "name": found.name,
        "type": found.type,
        "description": found.description,
        "classification": list(found.classifications),
        "right": right,
    }


def interface(port: Interface) -> dict[str, Any]:
    """Return an output port."""
    rate = port.rate_limit
    return {
        "type": port.kind.value,
        "endpoint": port.endpoint,
        "authentication": port.authentication,
        "scopes": list(port.scopes),
        "accessLevel": port.access_level,
        "rateLimit": f"{rate.requests} requests per {rate.seconds} s" if rate else None,
    }


def sla(product: Product) -> dict[str, Any]:
    """Return what a product promises, as written."""
    promised = product.sla
    return {"availability": promised.availability, "latency": promised.latency_text, "freshness": promised.freshness_text}


def metrics(found: Any) -> dict[str, Any]:
    """Return percentages, promised or measured."""
    return {"completeness": found.completeness, "accuracy": found.accuracy, "timeliness": found.timeliness}


def query(product: Product, declared: DeclaredQuery) -> dict[str, Any]:
    """Return a declared query with its address."""
    return {
        "name": declared.name,
        "path": f"/api/v1/{product.domain_key}/{declared.name}",
        "description": declared.description,
        "parameters": [parameter(item) for item in declared.parameters],
    }


def parameter(item: Parameter) -> dict[str, Any]:
    """Return a parameter of a declared query."""
    return {
        "name": item.name,
        "type": item.type,
        "description": item.description,
        "required": item.required,
        "default": item.default,
        "values": list(item.values),
    }


def text(described: dict[str, Any]) -> str:
    """Return all that a search may look at, folded: names, description, domain, owner, label, columns and classifications."""
    parts = [described[name] for name in ("key", "name", "description", "domain", "owner", "sensitivityLabel")]
    for column in described["columns"]:
        parts += [column["name"], column["description"], *column["classification"]]
    for query in described["queries"]:
        parts += [query["name"], query["description"]]
    return "\n".join(part for part in parts if part).casefold()
