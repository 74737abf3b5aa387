"""Tables as OpenMetadata describes them to products: one, a list of them, or what holds one (`data`, `tables`)."""

from __future__ import annotations

import re
from typing import Any

from freehold.standards.remarks import Path, Remarks
from freehold.standards.tables import Product, Table, TableColumn, products
from freehold.standards.untyped import items, mappings, text

_CONSTRAINTS = {
    "NOT_NULL": {"required": True},
    "UNIQUE": {"unique": True},
    "PRIMARY_KEY": {"required": True, "unique": True},
}
_CLASSIFICATION = re.compile(r"[A-Za-z][\w-]*(?:\.[\w-]+)*")


def read_tables(document: Any, domain: str | None, remarks: Remarks) -> list[Product]:
    """Return tables as products of `domain`, or of the domain that each names."""
    path: Path = ()
    listed = document
    for key in ("data", "tables"):
        if isinstance(document, dict) and isinstance(document.get(key), list):
            listed, path = document[key], (key,)
    held = [(path, listed)] if isinstance(listed, dict) else [((*path, at), item) for at, item in mappings(listed)]
    tables = [_table(item, here) for here, item in held if isinstance(item.get("columns"), list)]
    return products(tables, domain, remarks)


def _table(found: dict[str, Any], path: Path) -> Table:
    keys: dict[str, Any] = {"owner": _owner(found), "description": text(found.get("description"))}
    domain = _first(found.get("domain"), found.get("domains"))
    if domain is not None:
        keys["domain"] = domain
    constraints = [
        (str(item.get("constraintType")), items(item.get("columns"))) for _, item in mappings(found.get("tableConstraints"))
    ]
    several = [names for kind, names in constraints if kind in {"PRIMARY_KEY", "UNIQUE"} and len(names) > 1]
    keys["quality"] = [{"metric": "duplicateValues", "columns": names, "mustBe": 0} for names in several]
    alone = [(kind, str(names[0])) for kind, names in constraints if len(names) == 1]
    return Table(
        name=str(found.get("displayName") or found.get("name") or ""),
        columns=tuple(_column(item, (*path, "columns", at), alone) for at, item in mappings(found["columns"])),
        path=path,
        keys=keys,
    )


def _column(found: dict[str, Any], path: Path, alone: list[tuple[str, str]]) -> TableColumn:
    labels = [item for _, item in mappings(found.get("tags")) if item.get("source", "Classification") == "Classification"]
    tags = (item.get("tagFQN") for item in labels)
    classes = [tag for tag in tags if isinstance(tag, str) and _CLASSIFICATION.fullmatch(tag) and not tag.startswith("Tier.")]
    keys: dict[str, Any] = {"description": text(found.get("description")), **_CONSTRAINTS.get(str(found.get("constraint")), {})}
    for kind, name in alone:
        keys |= _CONSTRAINTS.get(kind, {}) if name == found.get("name") else {}
    keys["classification"] = classes[0] if len(classes) == 1 else classes
    length = found.get("dataLength")
    kind = str(found.get("dataType", ""))
    if kind.upper() in {"VARCHAR", "CHAR", "NVARCHAR"} and type(length) is int and 0 < length < 1_000_000:
        keys["maxLength"] = length
    return TableColumn(name=str(found.get("name", "")), type=_type(found, kind), path=path, keys=keys)


def _type(found: dict[str, Any], kind: str) -> str:
    precision, scale = found.get("precision"), found.get("scale")
    if kind.upper() in {"DECIMAL", "NUMERIC", "NUMBER"} and type(precision) is int:
        return f"decimal({precision},{scale if type(scale) is int else 0})"
    return kind


def _owner(found: dict[str, Any]) -> str | None:
    return _first(found.get("owner"), found.get("owners"))


def _first(*places: Any) -> str | None:
    for place in places:
        for item in place if isinstance(place, list) else [place]:
            name = item.get("name") if isinstance(item, dict) else item
            if isinstance(name, str) and name.strip():
                return name
    return None
