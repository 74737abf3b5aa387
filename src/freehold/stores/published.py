"""The published schemas of standards, as they lie in the package, and the validator that reads them (draft 2019-09)."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs
import msgspec

from freehold.ports.published import Violation

SCHEMAS = ("odcs-3.0", "odcs-3.1", "odcs-3.2", "odps-1.0", "odps-1.1")
_MOST = 1000
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
            found[_violation(error)] = None
            if len(found) >= _MOST:
                break
        broken = {item.path[:length] for item in found if item.keyword not in _CLOSED for length in range(len(item.path) + 1)}
        return tuple(item for item in found if item.keyword != "unevaluatedProperties" or item.path not in broken)


def _violation(error: Any) -> Violation:
    keyword = str(error.kind.name)
    told: Any = getattr(error.kind, _NAMES[keyword], ()) if keyword in _NAMES else ()
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
