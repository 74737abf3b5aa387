"""JSON Schema to products (a table for each object that the schema describes), and a product's rows as JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from freehold.model.pattern import problem_of
from freehold.names import identifier
from freehold.standards.logical import json_type, of_json
from freehold.standards.remarks import Path, Remarks, shown
from freehold.standards.tables import Product, Table, TableColumn, products

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


def read_json_schema(document: dict[str, Any], name: str, domain: str | None, remarks: Remarks) -> list[Product]:
    """Return the objects that a schema describes as products of `domain`; `name` is for a schema without a title."""
    return products(list(_tables(document, name, remarks)), domain, remarks)


def _tables(document: dict[str, Any], name: str, remarks: Remarks) -> Iterator[Table]:
    root, path = document, ()
    if document.get("type") == "array" and isinstance(document.get("items"), dict):
        root, path = document["items"], ("items",)
    if isinstance(root.get("properties"), dict):
        yield _table(root, str(document.get("title") or root.get("title") or name), path, remarks)
        return
    for section in ("$defs", "definitions"):
        for key, part in (document.get(section) or {}).items() if isinstance(document.get(section), dict) else ():
            if isinstance(part, dict) and isinstance(part.get("properties"), dict):
                yield _table(part, str(part.get("title") or key), (section, key), remarks)


def _table(part: dict[str, Any], name: str, path: Path, remarks: Remarks) -> Table:
    required = part.get("required")
    needed = set(map(str, required)) if isinstance(required, list) else set[str]()
    columns: list[TableColumn] = []
    for key, said in part["properties"].items():
        here = (*path, "properties", key)
        found = said if isinstance(said, dict) else {}
        kind = of_json(found)
        if kind is None and found:
            message = f"The property {shown(key)} is no single value, and is left out."
            remarks.add("column-left-out", here, message, "give its parts columns of their own, if consumers need them")
            continue
        columns.append(TableColumn(name=key, kind=kind, path=here, keys=_keys(found, kind or "string", key in needed)))
    description = part.get("description")
    return Table(
        name=name, columns=tuple(columns), path=path, keys={"description": description} if isinstance(description, str) else {}
    )


def _keys(found: dict[str, Any], kind: str, needed: bool) -> dict[str, Any]:  # noqa: FBT001  (private, one caller)
    keys: dict[str, Any] = {"description": found.get("description"), "required": needed and not _is_nullable(found)}
    if kind in {"integer", "number"}:
        keys |= {
            key: found[key] for key in _NUMERIC if isinstance(found.get(key), int | float) and not isinstance(found[key], bool)
        }
    if kind == "string":
        keys |= {key: found[key] for key in ("minLength", "maxLength") if type(found.get(key)) is int}
        pattern = found.get("pattern")
        if isinstance(pattern, str) and pattern.startswith("^") and pattern.endswith("$") and problem_of(pattern) is None:
            keys["pattern"] = pattern
    values = [value for value in found["enum"] if value is not None] if isinstance(found.get("enum"), list) else []
    if values and all(isinstance(value, str | int | float) for value in values):
        keys["values"] = values
    return keys


def _is_nullable(found: dict[str, Any]) -> bool:
    return isinstance(found.get("type"), list) and "null" in found["type"]


def write_json_schema(product: Product) -> dict[str, Any]:
    """Return what one row of a product is, as a JSON Schema (draft 2020-12)."""
    columns = product.get("schema", [])
    found: dict[str, Any] = {"$schema": DIALECT, "title": product.get("name", ""), "type": "object"}
    found["$id"] = f"urn:freehold:{identifier(str(product.get('domain', '')))}:{identifier(str(product.get('name', '')))}"
    if "description" in product:
        found["description"] = product["description"]
    found["properties"] = {column["name"]: _property(column) for column in columns}
    required = [column["name"] for column in columns if column.get("required") is True]
    return found | ({"required": required} if required else {}) | {"additionalProperties": False}


def _property(column: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {**json_type(column["type"])}
    numeric = said["type"] in {"integer", "number"}
    said |= {
        key: column[key] for key in (*_NUMERIC, "minLength", "maxLength") if key in column and (numeric or key.endswith("Length"))
    }
    if "pattern" in column and said["type"] == "string":
        said["pattern"] = f"^(?:{column['pattern']})$"
    if column.get("values"):
        said["enum"] = [*column["values"], *([] if column.get("required") is True else [None])]
    if "description" in column:
        said["description"] = column["description"]
    if column.get("required") is not True:
        said["type"] = [said["type"], "null"]
    return said
