"""The manifest's word for a type of PostgreSQL; `nested` for those that rules cannot be about."""

from __future__ import annotations

import re

_WORDS = {
    "smallint": "integer",
    "integer": "integer",
    "bigint": "integer",
    "numeric": "number",
    "real": "number",
    "double precision": "number",
    "boolean": "boolean",
    "text": "string",
    "character varying": "string",
    "character": "string",
    "name": "string",
    "uuid": "string",
    "date": "date",
    "time without time zone": "time",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamp",
    "bytea": "binary",
}
_NUMERIC = re.compile(r"numeric\(([0-9]+),([0-9]+)\)")
_LENGTH = re.compile(r"\([0-9]+\)")


def logical(name: str, kind: str) -> str:
    """Return the logical type of what PostgreSQL writes as `name`; `kind` is `e` of an enumeration.

    >>> logical("numeric(9,2)", "b"), logical("timestamp(3) with time zone", "b"), logical("mood", "e"), logical("integer[]", "b")
    ('decimal(9,2)', 'timestamp', 'string', 'nested')
    """
    if kind == "e":
        return "string"
    found = _NUMERIC.fullmatch(name)
    if found is not None:
        return f"decimal({found[1]},{found[2]})"
    return _WORDS.get(_LENGTH.sub("", name), "nested")
