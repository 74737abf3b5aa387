"""Freehold's own words in the custom properties of others, under the prefix `freehold.`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

PREFIX = "freehold."


def custom(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `customProperties` that hold `values`, or nothing where there are none."""
    items = [{"property": PREFIX + key, "value": value} for key, value in values.items()]
    return {"customProperties": items} if items else {}


def taken(found: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """Return Freehold's values in a document's custom properties, of the keys that are known there."""
    items = found.get("customProperties")
    values: dict[str, Any] = {}
    for item in items if isinstance(items, list) else ():
        name = item.get("property") if isinstance(item, dict) else None
        if (
            isinstance(name, str)
            and name.startswith(PREFIX)
            and name.removeprefix(PREFIX) in keys
            and item.get("value") is not None
        ):
            values.setdefault(name.removeprefix(PREFIX), item["value"])
    return values
