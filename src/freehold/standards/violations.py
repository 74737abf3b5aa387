"""What is wrong with a document by its published schema, in words that say what to change."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.standards.remarks import shown

_LISTED = 12
_CLOSED = ("additionalProperties", "unevaluatedProperties")
_TYPES = {"object": "a mapping", "array": "a list", "string": "text", "number": "a number", "integer": "a whole number"}
_KINDS = {**_TYPES, "boolean": "true or false", "null": "nothing"}
_OTHER = {
    "oneOf": (
        "fits several of the forms that it may have",
        "keep to one form: of a check, exactly one operator such as `mustBe`",
    ),
    "anyOf": ("has none of the forms that it may have", "look up in the standard what may stand here"),
    "uniqueItems": ("holds one value twice", "keep one of the two"),
    "minItems": ("holds too few values", "add what is missing, or remove the key"),
    "maxItems": ("holds too many values", "remove what is too much"),
    "minimum": ("is too small", "write a greater number"),
    "maximum": ("is too great", "write a smaller number"),
    "minLength": ("is too short", "write a longer text"),
    "not": ("may not stand here", "remove it"),
}


def said(path: Sequence[str | int], keyword: str, names: Sequence[str]) -> tuple[str, str]:
    """Return the message and the mend of a violation."""
    message, mend = _of_names(keyword, names) or _OTHER.get(
        keyword, ("is not allowed", "look up in the standard what may stand here")
    )
    return f"{where(path)} {message}.", mend


def _of_names(keyword: str, names: Sequence[str]) -> tuple[str, str] | None:
    """Return what is said of a keyword that names something."""
    told, first = listed(names), names[0] if names else "…"
    kinds = " or ".join(_KINDS.get(name, name) for name in names)
    found = {
        "required": (f"has no {told}", f"add `{first}:`"),
        "enum": (f"is none of {told}", f"write one of them, such as `{first}`"),
        "anyOf": (f"has none of {told}", f"add exactly one of them, such as `{first}:`") if names else _OTHER["anyOf"],
        "not": (f"may not have {told}", "remove it") if names else _OTHER["not"],
        "type": ("is of the wrong type", f"write {kinds}" + ("; put dates and versions in quotes" if "string" in names else "")),
        "const": (f"is not {told}", f"write {told}"),
        "pattern": (f"has not the form {told}", "write it in that form"),
        **dict.fromkeys(_CLOSED, (f"may not have {told}", "remove it, or put it under `customProperties`")),
    }
    return found.get(keyword)


def of_kind(kind: object, wanted: str) -> tuple[str, str]:
    """Return the message and the mend for a document of another kind."""
    other = {"DataContract": "odcs", "DataProduct": "odps"}.get(str(kind))
    message = (
        f"`kind` is {shown(kind)}, not `{wanted}`."
        if kind is not None
        else f"The document has no `kind`, which would be `{wanted}`."
    )
    return message, f"run: freehold import {other} FILE" if other else f"write `kind: {wanted}`, if that is what it is"


def of_version(version: object, known: Sequence[str]) -> tuple[str, str]:
    """Return the message and the mend for a document of a version that is not read."""
    told = f"`apiVersion` is {shown(version)}" if version is not None else "The document has no `apiVersion`"
    return f"{told}; {listed(known)} are read.", f"write the version that it follows, such as `apiVersion: {known[-1]}`"


def where(path: Sequence[str | int]) -> str:
    """Return a path as people write it.

    >>> where(("schema", 0, "properties"))
    '`schema[0].properties`'
    """
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return shown(text) if text else "The document"


def listed(names: Sequence[str]) -> str:
    """Return names in backticks, as they are read aloud."""
    told = [shown(name) for name in names[:_LISTED]]
    if len(names) > _LISTED:
        return f"{', '.join(told)} and {len(names) - _LISTED} more"
    return " and ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told)
