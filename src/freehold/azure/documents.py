"""JSON documents of Azure as they are read: no key twice, bounded in length and depth, keys looked up without case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from freehold.errors import FreeholdError

LONGEST = 16_000_000
"""Characters of a document; ARM takes templates of 4 MB."""


def read_json(text: str, refused: type[FreeholdError]) -> Any:
    """Return a JSON document; a byte order mark may stand before it.

    Raises:
        FreeholdError: As `refused`: it is no JSON, too long, too deep, or an object of it has a key twice (case does not count).
    """
    if len(text) > LONGEST:
        raise refused(f"a document of {len(text):,} characters is over the limit of {LONGEST:,}")
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise refused(f"line {error.lineno}, column {error.colno} is no JSON: {error.msg.lower()}") from None
    except _Twice as twice:
        raise refused(f"an object has the key `{twice}` twice") from None
    except (RecursionError, ValueError):
        raise refused("the document is nested too deeply, or has a number that JSON does not have") from None


def lower_keys(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with its own keys in lower case."""
    return {key.lower(): value for key, value in raw.items()}


class _Twice(Exception):
    """An object has a key twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len({key.lower() for key in found}) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key.lower() in seen:
                raise _Twice(key[:80])
            seen.add(key.lower())
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)
