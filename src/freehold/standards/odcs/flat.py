"""A contract with its nested columns written out, each part a column of its own: so that a change in one of them is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from freehold.standards.untyped import mapping, mappings

_DEPTH = 40
_NESTED = ("properties", "items", "map")


def flattened(document: dict[str, Any]) -> dict[str, Any]:
    """Return a contract whose objects, arrays and maps are columns of text called `address.street`, `lines[]`, `tags{}`."""
    schema = document.get("schema")
    if not isinstance(schema, list):
        return document
    tables = [
        {**item, "properties": list(_columns(item.get("properties"), "", 0))} if isinstance(item, dict) else item for item in schema
    ]
    return {**document, "schema": tables}


def _columns(properties: Any, before: str, depth: int) -> Iterator[dict[str, Any]]:
    for _, item in mappings(properties) if depth < _DEPTH else ():
        yield from _column(item, f"{before}{item.get('name', '')}", depth)


def _column(item: dict[str, Any], name: str, depth: int) -> Iterator[dict[str, Any]]:
    plain = {key: value for key, value in item.items() if key not in _NESTED}
    nested = item.get("logicalType") in {"object", "array", "map"} or any(key in item for key in _NESTED)
    if nested:
        plain = {key: value for key, value in plain.items() if key not in {"logicalType", "physicalType", "logicalTypeOptions"}}
        plain |= {"logicalType": "string", "logicalTypeOptions": {"pattern": str(item.get("logicalType", "object"))}}
    yield {**plain, "name": name}
    yield from _columns(item.get("properties"), f"{name}.", depth + 1)
    if isinstance(item.get("items"), dict) and depth < _DEPTH:
        yield from _column(item["items"], f"{name}[]", depth + 1)
    value = mapping(item.get("map")).get("value")
    if isinstance(value, dict) and depth < _DEPTH:
        yield from _column(value, f"{name}{{}}", depth + 1)
