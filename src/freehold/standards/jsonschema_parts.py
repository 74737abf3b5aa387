"""A part of a JSON Schema as one whole: local references followed, `allOf` put together, a choice between one form and null made.

Drafts 4 to 2020-12 are read alike. What stays a choice, a loop or a reference to elsewhere is left as it is.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from freehold.standards.untyped import items, mapping

Schema = dict[str, Any]


class Parts:
    """The parts of one document, each put together once: neither a loop nor a tower of references takes long."""

    def __init__(self, document: Schema) -> None:
        """Hold a document."""
        self._document = document
        self._made: dict[int, Schema] = {}

    def whole(self, part: Any) -> Schema:
        """Return a part with what it refers to beside what it says itself, which counts more."""
        found = mapping(part)
        if id(part) not in self._made:
            self._made[id(part)] = found
            self._made[id(part)] = self._put_together(found)
        return self._made[id(part)]

    def _put_together(self, found: Schema) -> Schema:
        inner = [self._named(found["$ref"])] if isinstance(found.get("$ref"), str) else []
        inner += [item for item in items(found.get("allOf")) if isinstance(item, dict)]
        told = {key: value for key, value in found.items() if key not in {"$ref", "allOf"}}
        choice = self._only(found)
        if choice is not None:
            told = _together(choice, {key: value for key, value in told.items() if key not in {"anyOf", "oneOf"}})
        for item in inner:
            told = _together(self.whole(item), told)
        return _as_later_drafts(told)

    def _named(self, reference: str) -> Schema:
        """Return what a reference within the document names, or nothing."""
        if reference == "#":
            return self._document
        found: Any = self._document if reference.startswith("#/") else None
        for step in reference.split("/")[1:]:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def _only(self, found: Schema) -> Schema | None:
        """Return the one form of a choice that is not null, itself nullable."""
        for key in ("anyOf", "oneOf"):
            forms = [self.whole(item) for item in items(found.get(key)) if isinstance(item, dict)]
            others = [form for form in forms if form.get("type") != "null"]
            if len(others) == 1 and "type" in others[0]:
                kinds = others[0]["type"] if isinstance(others[0]["type"], list) else [others[0]["type"]]
                return {**others[0], "type": [*kinds, "null"] if len(forms) > 1 and "null" not in kinds else kinds}
        return None


def _together(left: Schema, right: Schema) -> Schema:
    found = {**left, **right}
    if isinstance(left.get("properties"), dict) and isinstance(right.get("properties"), dict):
        found["properties"] = {**left["properties"], **right["properties"]}
    if isinstance(left.get("required"), list) and isinstance(right.get("required"), list):
        found["required"] = [*left["required"], *right["required"]]
    return found


def _as_later_drafts(found: Schema) -> Schema:
    """Return a part whose bounds exclude by a value of their own: in draft 4 `true` beside the bound said so."""
    for bound, key in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        said = found.get(key)
        if isinstance(said, bool):
            found = {name: value for name, value in found.items() if name != key}
            if said and bound in found:
                found[key] = found.pop(bound)
    return found
