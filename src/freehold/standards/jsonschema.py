"""JSON Schema to products (a table for each object that the schema describes), and a product's rows as JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from freehold.model.pattern import problem_of
from freehold.names import identifier
from freehold.standards.jsonschema_parts import Parts
from freehold.standards.logical import json_type, listed, of_json
from freehold.standards.remarks import Path, Remarks, shown
from freehold.standards.tables import Product, Table, TableColumn, products
from freehold.standards.untyped import mapping, text

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[]", re.DOTALL)
"""What a pattern consists of: escapes, classes of characters, and single characters."""
_LONGEST = 2000
_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


def read_json_schema(document: dict[str, Any], name: str, domain: str | None, remarks: Remarks) -> list[Product]:
    """Return the objects that a schema describes as products of `domain`; `name` is for a schema without a title."""
    return products(list(_tables(document, name, remarks)), domain, remarks)


def _tables(document: dict[str, Any], name: str, remarks: Remarks) -> Iterator[Table]:
    parts = Parts(document)
    root, path = parts.whole(document), ()
    if isinstance(root.get("items"), dict) and "properties" not in root:
        root, path = parts.whole(root["items"]), ("items",)
    if isinstance(root.get("properties"), dict):
        yield _table(root, str(document.get("title") or root.get("title") or name), path, parts, remarks)
        return
    for section in ("$defs", "definitions"):
        for key, part in mapping(document.get(section)).items():
            found = parts.whole(part)
            if isinstance(found.get("properties"), dict):
                yield _table(found, str(found.get("title") or key), (section, key), parts, remarks)


def _table(part: dict[str, Any], name: str, path: Path, parts: Parts, remarks: Remarks) -> Table:
    required = part.get("required")
    needed = set(map(str, required)) if isinstance(required, list) else set[str]()
    columns: list[TableColumn] = []
    for key, said in part["properties"].items():
        here = (*path, "properties", key)
        found = parts.whole(said)
        kind = of_json(found)
        if kind is None and found:
            message = f"The property {shown(key)} is no single value, and is left out."
            remarks.add("column-left-out", here, message, "give its parts columns of their own, if consumers need them")
            continue
        columns.append(
            TableColumn(
                name=key, kind=kind, path=here, keys=_keys(found, kind or "string", key in needed) | _pattern(found, here, remarks)
            )
        )
    description = part.get("description")
    return Table(
        name=name, columns=tuple(columns), path=path, keys={"description": description} if isinstance(description, str) else {}
    )


def _keys(found: dict[str, Any], kind: str, needed: bool) -> dict[str, Any]:  # noqa: FBT001  (private, one caller)
    keys: dict[str, Any] = {"description": text(found.get("description")), "required": needed and not _is_nullable(found)}
    if kind in {"integer", "number"}:
        keys |= {
            key: found[key] for key in _NUMERIC if isinstance(found.get(key), int | float) and not isinstance(found[key], bool)
        }
    if kind == "string":
        keys |= {key: found[key] for key in ("minLength", "maxLength") if type(found.get(key)) is int}
    values = [value for value in listed(found) if value is not None]
    if values and all(isinstance(value, str | int | float) for value in values):
        keys["values"] = values
    return keys


def _pattern(found: dict[str, Any], path: Path, remarks: Remarks) -> dict[str, Any]:
    """Return a pattern that is one of whole texts, as those of manifests are; in JSON Schema it may stand anywhere in the text."""
    pattern = found.get("pattern")
    if not isinstance(pattern, str) or of_json(found) != "string":
        return {}
    found_whole = _of_a_whole_text(pattern)
    if found_whole is not None and problem_of(found_whole) is None:
        return {"pattern": found_whole}
    message = f"The pattern {shown(pattern)} is left out: it is not one of a whole text, or not every engine reads it."
    remarks.add("pattern-left-out", (*path, "pattern"), message, "write one of a whole text into the manifest: `^(…)$`")
    return {}


def _of_a_whole_text(pattern: str) -> str | None:
    """Return a pattern that begins at the start of a text and stops at its end, whichever of its choices is taken, or None."""
    inner = pattern[1:-1]
    if len(pattern) > _LONGEST:
        return None
    parts = _PARTS.findall(inner)
    depths = [0, *accumulate((part == "(") - (part == ")") for part in parts)]
    chooses = any(part == "|" and depth == 0 for part, depth in zip(parts, depths, strict=False))
    if pattern[:1] != "^" or pattern[-1:] != "$" or chooses or "".join(parts) != inner:
        return None
    return inner[3:-1] if inner.startswith("(?:") and parts[-1] == ")" and 0 not in depths[1:-1] else pattern


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
