"""The published schemas of standards, as they lie in the package, and the validator that reads them (draft 2019-09)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs
import msgspec

from freehold.ports.published import Violation

SCHEMAS = ("odcs-3.0", "odcs-3.1", "odcs-3.2", "odps-1.0", "odps-1.1")
_MOST = 1000
_OTHER_TYPE = ("type", "const", "enum")
_CLOSED = frozenset({"additionalProperties", "unevaluatedProperties"})
_NAMED = {"required": "property", "enum": "options", "type": "types", "additionalProperties": "unexpected"}
_NAMES = {**_NAMED, "unevaluatedProperties": "unexpected", "const": "expected_value", "pattern": "pattern"}


class PublishedSchemas:
    """A `ports.Published` over the package's own copies."""

    def violations(self, name: str, document: Any) -> tuple[Violation, ...]:
        """Return where a document breaks a schema, each place once and at most a thousand.

        Raises:
            KeyError: There is no such schema.
        """
        found: dict[Violation, None] = {}
        for error in _validator(name).iter_errors(document):
            found |= dict.fromkeys(_violations(error))
            if len(found) >= _MOST:
                break
        broken = {item.path[:length] for item in found if item.keyword not in _CLOSED for length in range(len(item.path) + 1)}
        return tuple(item for item in found if item.keyword != "unevaluatedProperties" or item.path not in broken)


def _violations(error: Any) -> Iterator[Violation]:
    """Yield what is wrong: of forms of which one alone can be meant, what is wrong by that one."""
    forms: list[list[Any]] = getattr(error.kind, "context", None) or []
    meant = _meant(forms, list(error.instance_path))
    if meant is None:
        yield _violation(error, forms)
    for inner in meant or ():
        yield from _violations(inner)


def _meant(forms: list[list[Any]], path: list[str | int]) -> list[Any] | None:
    """Return the errors of the one form that is of the right type, or of which the needed keys are there."""
    left = [form for form in forms if form]
    for keywords in (_OTHER_TYPE, (*_OTHER_TYPE, "required")):
        left = [form for form in left if not any(item.kind.name in keywords and list(item.instance_path) == path for item in form)]
        if len(left) == 1 and len(forms) > 1:
            return left[0]
    return None


def _violation(error: Any, forms: list[list[Any]]) -> Violation:
    keyword = str(error.kind.name)
    if keyword == "oneOf" and all(forms):
        keyword = "anyOf"
    told: Any = getattr(error.kind, _NAMES[keyword], ()) if keyword in _NAMES else ()
    kinds = {item.kind.name for form in forms for item in form if list(item.instance_path) == list(error.instance_path)}
    if keyword == "anyOf" and kinds == {"required"}:
        told = list(dict.fromkeys(item.kind.property for form in forms for item in form))
    elif keyword == "anyOf" and kinds == {"type"}:
        keyword, told = "type", sorted({kind for form in forms for item in form for kind in item.kind.types})
    if keyword == "not":
        told = error.kind.schema.get("required", ()) if isinstance(error.kind.schema, dict) else ()
    names = tuple(map(str, told)) if isinstance(told, list | tuple) else (str(told),)
    return Violation(path=tuple(error.instance_path), keyword=keyword, names=names)


@cache
def _validator(name: str) -> Any:
    if name not in SCHEMAS:
        raise KeyError(name)
    text = resources.files("freehold.standards").joinpath("published", f"{name}.json").read_bytes()
    return jsonschema_rs.Draft201909Validator(
        msgspec.json.decode(text), pattern_options=jsonschema_rs.RegexOptions(), validate_formats=False, offline=True
    )
