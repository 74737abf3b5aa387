"""Names made from names: `guid()` is a UUID of version 5, `uniqueString()` a Murmur hash of 64 bits in 13 letters and digits.

Neither is documented; both are as published implementations have them, with the values that templates got from Azure.
"""

from __future__ import annotations

import uuid
from typing import Any

from freehold.azure.expression.functions.given import text
from freehold.azure.expression.run import Function

_WORD, _LONG = 2**32 - 1, 2**64 - 1
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_FIRST, _SECOND = 0x239B961B, 0xAB0E9789
_MIX, _MIX_MORE = 0x85EBCA6B, 0xC2B2AE35
_NAMESPACE = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")


def _unique(*parts: Any) -> str:
    left = _murmur("-".join(map(text, parts)).encode())
    letters: list[str] = []
    for _ in range(13):
        letters.append(_LETTERS[left >> 59])
        left = left << 5 & _LONG
    return "".join(letters)


def _murmur(data: bytes) -> int:
    """Return the hash of bytes: two halves over eight at a time, what is left over, and both mixed into each other."""
    low = high = 0
    whole = len(data) // 8 * 8
    for at in range(0, whole, 8):
        first, second = (int.from_bytes(data[start : start + 4], "little") for start in (at, at + 4))
        low = _turned(low ^ _scrambled(first, _FIRST, 15, _SECOND), 19) + high
        low = (low * 5 + 0x561CCD1B) & _WORD
        high = _turned(high ^ _scrambled(second, _SECOND, 17, _FIRST), 13) + low
        high = (high * 5 + 0x0BCAA747) & _WORD
    rest = data[whole:]
    low ^= _scrambled(int.from_bytes(rest[:4], "little"), _FIRST, 15, _SECOND) ^ len(data)
    high ^= _scrambled(int.from_bytes(rest[4:], "little"), _SECOND, 17, _FIRST) ^ len(data)
    low, high = _crossed(low, high)
    low, high = _crossed(_mixed(low), _mixed(high))
    return high << 32 | low


def _turned(value: int, by: int) -> int:
    return (value << by | value >> (32 - by)) & _WORD


def _scrambled(value: int, before: int, by: int, after: int) -> int:
    return _turned(value * before & _WORD, by) * after & _WORD


def _mixed(value: int) -> int:
    value = (value ^ value >> 16) * _MIX & _WORD
    value = (value ^ value >> 13) * _MIX_MORE & _WORD
    return value ^ value >> 16


def _crossed(low: int, high: int) -> tuple[int, int]:
    low = (low + high) & _WORD
    return low, (high + low) & _WORD


def _guid(*parts: Any) -> str:
    return str(uuid.uuid5(_NAMESPACE, "-".join(map(text, parts))))


TABLE = (
    Function("uniqueString", _unique, 1, None),
    Function("guid", _guid, 1, None),
)
