"""JSON documents of Azure as they are read: no key twice, bounded in length and depth, keys looked up without case.

Azure takes comments (`//`, `/* */`) and texts of several lines in templates; so does this.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from freehold.errors import FreeholdError

_LONGEST_NUMBER = 64
_KELVIN = "\u212a"
_LARGEST = 2**64

DEEPEST = 200
"""Levels of objects and arrays in a document; a template's values are 100 deep at most."""

LONGEST = 16_000_000
"""Characters of a document; ARM takes templates of 4 MB."""


def read_json(text: str, refused: type[FreeholdError]) -> Any:
    """Return a JSON document; a byte order mark may stand before it.

    Raises:
        FreeholdError: As `refused`: it is no JSON, too long, too deep, or an object of it has a key twice (case does not count).
    """
    if len(text) > LONGEST:
        raise refused(f"a document of {len(text):,} characters is over the limit of {LONGEST:,}")
    plain = text.removeprefix("\ufeff")
    try:
        try:
            found = _loaded(plain)
        except json.JSONDecodeError:
            found = _loaded(relaxed(plain))
        return checked(found)
    except json.JSONDecodeError as error:
        raise refused(f"line {error.lineno}, column {error.colno} is no JSON: {error.msg.lower()}") from None
    except _Twice as twice:
        raise refused(f"an object has the key `{twice}` twice") from None
    except (RecursionError, ValueError):
        raise refused("the document is nested too deeply, or has a number of more than 64 bits or half a character") from None


def relaxed(text: str) -> str:
    """Return a text as JSON that Azure reads as such: with comments, texts in apostrophes, or a comma after the last member.

    >>> relaxed('{"a": "//" /* b */}'), relaxed("{'it': 'is', }")
    ('{"a": "//"        }', '{"it": "is" }')
    """
    return _LAST_COMMA.sub(_without_comma, _LOOSE.sub(_strict, text))


def checked(document: Any) -> Any:
    """Return a document, if it is not too deep and its texts are Unicode.

    Raises:
        ValueError: It is too deep, or a text of it holds half a character (`\\ud800`).
    """
    level, depth = [document], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ValueError(depth)
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict | list):
                below.extend((*item, *item.values()) if isinstance(item, dict) else item)
            elif isinstance(item, str) and not item.isascii():
                item.encode()
        level = below
    return document


def lower_keys(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with its own keys in lower case."""
    return {lowered_name(key): value for key, value in raw.items()}


def lowered_name(key: str) -> str:
    """Return a key in lower case as Azure compares it: the sign of Kelvin is no k there, and hides no property here.

    >>> lowered_name("Größe"), lowered_name("s\u212au") == "sku"
    ('größe', False)
    """
    return key.lower() if key.isascii() else "".join(mark if mark == _KELVIN else mark.lower() for mark in key)


_LOOSE = re.compile(r'"(?:[^"\\]|\\.)*"?|\'(?:[^\'\\]|\\.)*\'?|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
"""A text, which is kept, or a comment; either may be open at the end, so that each character is looked at once."""
_LAST_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"?|,(\s*)(?=[}\]])', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)|\"", re.DOTALL)


def _strict(found: re.Match[str]) -> str:
    """Return a text in quotation marks, and the lines of a comment without anything in them."""
    written = found[0]
    if written.startswith('"'):
        return written
    if not written.startswith("'"):
        return re.sub(r"[^\n]", " ", written)
    inside = _ESCAPED.sub(lambda mark: "'" if mark[1] == "'" else mark[0] if mark[1] else '\\"', written[1:].removesuffix("'"))
    return f'"{inside}"' if len(written) > 1 and written.endswith("'") else written


def _without_comma(found: re.Match[str]) -> str:
    return found[0] if found[1] is None else found[1]


def _loaded(text: str) -> Any:
    return json.loads(
        text, object_pairs_hook=_object, parse_constant=_no_constant, parse_int=whole, parse_float=finite, strict=False
    )


def whole(text: str) -> int:
    """Return a whole number of a JSON document.

    Raises:
        ValueError: It has more than 64 bits.
    """
    if len(text) > _LONGEST_NUMBER or not -_LARGEST <= (number := int(text)) < _LARGEST:
        raise ValueError(text[:40])
    return number


def finite(text: str) -> float:
    """Return a number of a JSON document.

    Raises:
        ValueError: It is too large for any.
    """
    if not math.isfinite(number := float(text)):
        raise ValueError(text[:40])
    return number


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
