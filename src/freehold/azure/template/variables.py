"""Variables of a template, and copies among them, as closures by lower-case name."""

from __future__ import annotations

from typing import Any

from freehold.azure.documents import lower_keys
from freehold.azure.expression.run import Closure, Language
from freehold.azure.template.copies import compile_body


def variable_names(raw: dict[str, Any]) -> frozenset[str]:
    """Return the names that a template's variables have, in lower case, those of copies too."""
    copies = lower_keys(raw).get("copy")
    made = [str(lower_keys(item).get("name", "")) for item in copies if isinstance(item, dict)] if isinstance(copies, list) else []
    return frozenset(name.lower() for name in [*raw, *made])


def read_variables(speech: Language, raw: dict[str, Any], place: str) -> dict[str, Closure]:
    """Return the closures of a template's variables.

    Raises:
        ArmTemplateInvalid: An expression of one cannot be used.
    """
    found: dict[str, Closure] = {}
    for name, value in raw.items():
        if name.lower() == "copy" and isinstance(value, list):
            for item in value:
                made = str(lower_keys(item).get("name", "")) if isinstance(item, dict) else ""
                found[made.lower()] = _member_of(compile_body(speech, {"copy": [item]}, place), made)
        else:
            found[name.lower()] = compile_body(speech, value, f"{place}.{name}")
    return found


def _member_of(holder: Closure, name: str) -> Closure:
    return lambda run: holder(run)[name]
