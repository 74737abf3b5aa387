"""What a plain YAML scalar means under the core schema of YAML 1.2 (§10.3.2): `yes`, `no` and `on` are text."""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")  # every digit is kept; with more of them it could be no float either
_OCTAL = re.compile(r"0o[0-7]{1,20}")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,15}")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_MAY_START_NUMBER = frozenset("+-.0123456789")


def resolve(text: str) -> Scalar:
    """Return the value of a plain scalar; infinity and not-a-number stay text, so that no bound can be passed by them.

    >>> resolve("yes"), resolve("0o17"), resolve("1e3"), resolve(".nan")
    ('yes', 15, 1000.0, '.nan')
    """
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _MAY_START_NUMBER else text


def _number(text: str) -> str | int | float:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if _NUMBER.fullmatch(text):
        value = float(text)
        return value if math.isfinite(value) else text
    return text
