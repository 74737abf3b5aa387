"""What values also are, and what it clears them of: product codes, ids and hashes, versions, times of day and of the epoch."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST = 0.9
"""The share of a column's values that must be such a thing, for the column to be cleared."""

_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d.*|\d{8}T?\d{6}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-f]{32,128}", re.IGNORECASE)
_POST = re.compile(r"\d{5}(?:-\d{4})?|\d{4} ?[A-Z]{2}|\d{4}-\d{3}|\d{2}-\d{3}|\d{3} \d{2}")
_BETWEEN = re.compile(r"[ -]")


def known(values: Sequence[str]) -> str | None:
    """Return what nearly all values of a column are, where that is none of a person's: `product code`, `UUID` …; else None."""
    tests = (
        ("post code", _POST.fullmatch),
        ("product code", is_product_code),
        ("UUID", _UUID.fullmatch),
        ("hash", _HASH.fullmatch),
        ("timestamp", _ISO_TIME.fullmatch),
    )
    for name, test in tests:
        if values and sum(bool(test(value)) for value in values) >= MOST * len(values):
            return name
    return None


def is_product_code(value: str) -> bool:
    """Return whether a value is an EAN, UPC, GTIN or ISBN with a right check digit.

    >>> is_product_code("978-3-16-148410-0"), is_product_code("4006381333931"), is_product_code("4006381333932")
    (True, True, False)
    """
    held = _BETWEEN.sub("", value)
    if re.fullmatch(r"\d{8}|\d{12,14}", held):
        digits = [int(char) for char in reversed(held)]
        return sum(n * (3 if at % 2 else 1) for at, n in enumerate(digits)) % 10 == 0
    if re.fullmatch(r"\d{9}[\dXx]", held):
        return sum((10 if char in "Xx" else int(char)) * (10 - at) for at, char in enumerate(held)) % 11 == 0
    return False
