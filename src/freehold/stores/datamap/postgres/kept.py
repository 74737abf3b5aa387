"""Texts that PostgreSQL can hold: a NUL, which it cannot, is written as two characters, and comes back as what it was.

Equal texts stay equal, and none becomes equal to another.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

_SIGN = "\x01"
_TO = {"\0": "\x01\x01", _SIGN: "\x01\x02"}
_FROM = {"\x01\x01": "\0", "\x01\x02": _SIGN}
_ODD, _PAIR = re.compile(r"[\0\x01]"), re.compile("\x01[\x01\x02]")
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def to_kept(value: Any) -> Any:
    """Return a value of a statement as it can be bound: texts, and those in lists, without NUL."""
    if isinstance(value, str):
        return _ODD.sub(lambda found: _TO[found[0]], value) if "\0" in value or _SIGN in value else value
    return [to_kept(item) for item in value] if isinstance(value, list) else value


def from_kept(value: Any) -> Any:
    """Return a value of a row as it was given."""
    if isinstance(value, str) and _SIGN in value:
        return _PAIR.sub(lambda found: _FROM[found[0]], value)
    return value


def body_to_kept(body: dict[str, Any]) -> str:
    """Return an object as JSON; the order of its members and the way of its numbers are kept."""
    text = msgspec.json.encode(body).decode()
    if "\\u0000" in text or "\\u0001" in text:
        return msgspec.json.encode(_each(_decode(text), to_kept)).decode()
    return text


def body_from_kept(text: str) -> dict[str, Any]:
    """Return the object of a JSON text that was kept."""
    found = _decode(text)
    return _each(found, from_kept) if "\\u0001" in text else found


def digest(*parts: str) -> bytes:
    """Return what stands for texts in an index, which has no room for long ones."""
    return hashlib.blake2b("".join(f"{len(part)}:{part}" for part in parts).encode(), digest_size=16).digest()


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {change(name): _each(item, change) for name, item in value.items()}
    return [_each(item, change) for item in value] if isinstance(value, list) else change(value)
