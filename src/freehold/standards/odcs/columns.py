"""A column of a manifest and a property of ODCS: what both can say, said in the other's words."""

from __future__ import annotations

import re
from typing import Any

from freehold.model.pattern import problem_of
from freehold.standards.logical import decimal, of_physical
from freehold.standards.names import LONGEST_COLUMN
from freehold.standards.odcs.custom import custom, taken
from freehold.standards.remarks import Path, Remarks, shown

_SERVED = frozenset({"string", "integer", "number", "boolean", "date", "timestamp", "time"})
_KEPT = frozenset({"object", "array", "map", "vector"})
_OPTIONS = ("pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_EXCLUSIVE = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
_CLASSIFICATION = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
OWN = ("values", "references", "classification")
"""Keys of a column that have no home in a property of every version of ODCS."""


def of_property(found: dict[str, Any], version: str, path: Path, remarks: Remarks) -> dict[str, Any] | None:
    """Return a property as a column, or None where values of its type are not served."""
    kind = _kind(found, version, path, remarks)
    name = found.get("name")
    if kind is None or not isinstance(name, str) or not name.strip():
        return None
    if len(name) > LONGEST_COLUMN:
        message = f"The column {shown(name)} has a name of {len(name)} characters; {LONGEST_COLUMN} may be served."
        remarks.add("column-kept", path, message, "give it a shorter name in the data and here, if consumers need it")
        return None
    column: dict[str, Any] = {"name": name, "type": kind}
    if _is_text(found.get("description")):
        column["description"] = found["description"]
    classification = found.get("classification")
    if isinstance(classification, str) and _CLASSIFICATION.fullmatch(classification):
        column["classification"] = classification
    column |= {key: True for key in ("required", "unique") if found.get(key) is True}
    options = found.get("logicalTypeOptions")
    if isinstance(options, dict):
        column |= _options(_later(options) if version < "3.1" else options, kind, (*path, "logicalTypeOptions"), remarks)
    column |= _values(found)
    return column | taken(found, OWN)


def to_property(column: dict[str, Any], version: str) -> dict[str, Any]:
    """Return a column as a property."""
    found: dict[str, Any] = {"name": column["name"], **_type(str(column.get("type", "string")), version)}
    if "description" in column:
        found["description"] = column["description"]
    classification = column.get("classification")
    several = classification if isinstance(classification, list) else []
    if classification:
        found["classification"] = several[0] if several else classification
    found |= {key: True for key in ("required", "unique") if column.get(key) is True}
    options = {key: column[key] for key in _OPTIONS if key in column}
    if options:
        found["logicalTypeOptions"] = _earlier(options) if version < "3.1" else options
    own: dict[str, Any] = {"classification": several} if several else {}
    values = column.get("values")
    if values and version >= "3.2" and len(set(map(str, values))) == len(values):
        found["enum"] = [{"value": value} for value in values]
    elif values:
        own["values"] = values
    if "references" in column:
        own["references"] = column["references"]
    return found | custom(own)


def _kind(found: dict[str, Any], version: str, path: Path, remarks: Remarks) -> str | None:
    logical, physical = found.get("logicalType"), found.get("physicalType")
    told = of_physical(physical) if isinstance(physical, str) else None
    if logical in _SERVED:
        return _finer(str(logical), told, str(physical or ""), version)
    if logical is None and told is not None:
        return told
    if logical in _KEPT or (logical is None and isinstance(physical, str) and re.search(r"[<(\[]", physical) is not None):
        message = f"The column {shown(found.get('name'))} is of type {shown(logical or physical)}, of which values are not served."
        remarks.add("column-kept", path, message, "split it into columns of simple types, if consumers need it")
        return None
    message = f"The column {shown(found.get('name'))} says no type that is known; it is read as text."
    remarks.add("type-assumed", path, message, "write `logicalType`, such as `string`")
    return "string"


def _finer(logical: str, told: str | None, physical: str, version: str) -> str:
    """Return the logical type, or the finer one that the physical type tells."""
    if logical == "number":
        return decimal(physical) or logical
    if logical == "string" and (told == "binary" or (told == "time" and version < "3.1")):
        return told
    return told if logical == "date" and told == "timestamp" and version < "3.1" else logical


def _type(kind: str, version: str) -> dict[str, Any]:
    if kind.startswith("decimal"):
        return {"logicalType": "number", "physicalType": kind}
    if kind == "binary":
        return {"logicalType": "string", "physicalType": "binary"}
    if version < "3.1" and kind in {"timestamp", "time"}:
        return {"logicalType": "date" if kind == "timestamp" else "string", "physicalType": kind}
    return {"logicalType": kind if kind in _SERVED else "string"}


def _later(options: dict[str, Any]) -> dict[str, Any]:
    """Return options as they are from 3.1 on: before, `exclusiveMinimum` was true or false, and the bound stood beside it."""
    found = {key: value for key, value in options.items() if not isinstance(options.get(_EXCLUSIVE.get(key, key)), bool)}
    for bound, exclusive in _EXCLUSIVE.items():
        if isinstance(options.get(exclusive), bool) and bound in options:
            found[exclusive if options[exclusive] else bound] = options[bound]
    return found


def _earlier(options: dict[str, Any]) -> dict[str, Any]:
    found = dict(options)
    for bound, exclusive in _EXCLUSIVE.items():
        if exclusive in options:
            found |= {bound: options[exclusive], exclusive: True}
    return found


def _options(options: dict[str, Any], kind: str, path: Path, remarks: Remarks) -> dict[str, Any]:
    found: dict[str, Any] = {}
    numeric = kind in {"integer", "number"} or kind.startswith("decimal")
    for key in _BOUNDS:
        value = options.get(key)
        if (numeric and _is_number(value)) or (kind in {"date", "timestamp", "time"} and _is_text(value)):
            found[key] = value
    if numeric and _is_number(options.get("multipleOf")) and options["multipleOf"] > 0:
        found["multipleOf"] = options["multipleOf"]
    if kind == "string":
        lengths = {key: options.get(key) for key in ("minLength", "maxLength")}
        found |= {key: value for key, value in lengths.items() if type(value) is int and value >= 0}
        found |= _pattern(options.get("pattern"), (*path, "pattern"), remarks)
    return found


def _pattern(pattern: Any, path: Path, remarks: Remarks) -> dict[str, Any]:
    if not _is_text(pattern):
        return {}
    if problem_of(pattern) is None:
        return {"pattern": pattern}
    message = f"The pattern {shown(pattern)} is kept, and is not checked here: not every engine reads it."
    remarks.add("pattern-kept", path, message, "write it without look-around, back references and possessive repeats")
    return {}


def _values(found: dict[str, Any]) -> dict[str, Any]:
    items = found.get("enum")
    if not isinstance(items, list) or not items:
        return {}
    values = [item.get("value") if isinstance(item, dict) else None for item in items]
    return {"values": values} if all(_is_text(value) or _is_number(value) or isinstance(value, bool) for value in values) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
