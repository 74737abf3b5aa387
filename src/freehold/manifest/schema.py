"""The JSON Schema of manifests (draft 2020-12), made from the shapes, so that editors complete what the validator accepts."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.manifest.shapes import FileShape
from freehold.model.label import MaskKind

_BLOCKS = ("mesh", "governancePolicies", "platform", "domain", "dataProduct")


def json_schema() -> dict[str, Any]:
    """Return one schema that accepts every kind of manifest file: one or more of the top-level blocks."""
    _, parts = msgspec.json.schema_components([FileShape])
    definitions = {_title(name): _plain(part) for name, part in parts.items()}
    root = definitions.pop(_title(FileShape.__name__))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Freehold manifest",
        "description": f"A file of a data mesh: {', '.join(_BLOCKS)}; masks are {', '.join(kind.value for kind in MaskKind)}",
        **{name: value for name, value in root.items() if name not in {"title", "description"}},
        "minProperties": 1,
        "$defs": definitions,
    }


def _title(name: str) -> str:
    return name.removesuffix("Shape")


def _plain(part: Any) -> Any:
    """Return a part of the schema without nulls: a key is written with a value, or left out."""
    if isinstance(part, list):
        return [_plain(item) for item in part]
    if not isinstance(part, dict):
        return part
    known: dict[str, Any] = {name: _plain(value) for name, value in part.items() if not (name == "default" and value is None)}
    if "$ref" in known:
        known["$ref"] = known["$ref"].removesuffix("Shape")
    if known.get("title", "").endswith("Shape"):
        known["title"] = _title(known["title"])
    return _without_null(known)


def _without_null(part: dict[str, Any]) -> dict[str, Any]:
    options = part.get("anyOf")
    nullable = part.pop("nullable", False)
    if options is None or nullable:
        return part
    kept = [item for item in options if item != {"type": "null"}]
    rest = {name: value for name, value in part.items() if name != "anyOf"}
    return {**kept[0], **rest} if len(kept) == 1 else {**rest, "anyOf": kept}
