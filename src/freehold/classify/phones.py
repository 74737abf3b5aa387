"""Telephone numbers, by the numbering plans of phonenumbers: as written for the world, or as one country's people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

REGIONS = (
    "DE FR IT ES NL BE AT PL PT CZ SK SE DK FI IE GR HU RO BG HR SI EE LV LT LU MT CY GB CH NO US"  # the commonest plans first
).split()
_FEW, _TRIED, _LIKELY = 6, 24, 4
_MOST = 0.8
_DATE = re.compile(r"(?:\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})(?:[ T].*)?|\d+[.,]\d+|0+\d{0,4}")
_EXTENSION = re.compile(r"\s*(?:x|ext\.?|#)\s*\d{1,6}$", re.IGNORECASE)


def written(values: Sequence[str]) -> list[bool]:
    """Return which values are telephone numbers as their writing shows: `+` or `00` first, or grouped or zero-led by one plan.

    A number without `+` counts only where nearly all of its kind in the column are valid in one and the same country.
    """
    return _judged(values, told=False)


def told(values: Sequence[str]) -> list[bool]:
    """Return which values may be telephone numbers where the column's name says that they are: bare digits too."""
    return _judged(values, told=True)


def _judged(values: Sequence[str], *, told: bool) -> list[bool]:
    cleaned = [_EXTENSION.sub("", value).replace("(0)", "").strip() for value in values]
    found = [value.startswith(("+", "00", "(+")) and _is_international(value) for value in cleaned]
    local = [at for at, value in enumerate(cleaned) if not found[at] and _is_local(value, told=told)]
    if len(local) < max(3, len(values) // 4):
        return found
    region = _region([cleaned[at] for at in local])
    valid = [at for at in local if _is_valid(cleaned[at], region)]
    if len(valid) >= (0.5 if told else _MOST) * len(local):
        for at in valid:
            found[at] = True
    return found


def _region(values: list[str]) -> str:
    """Return the country in which the most of some values are valid; most countries are out after a few."""
    few, some = values[:: max(1, len(values) // _FEW)][:_FEW], values[:: max(1, len(values) // _TRIED)][:_TRIED]
    likely = sorted(REGIONS, key=lambda name: -sum(_is_valid(value, name) for value in few))[:_LIKELY]
    return max(likely, key=lambda name: sum(_is_valid(value, name) for value in some))


def _is_local(value: str, *, told: bool) -> bool:
    if _DATE.fullmatch(value):
        return False
    return told or not value.isdigit() or (value.startswith("0") and 9 <= len(value) <= 12)


def _is_international(value: str) -> bool:
    import phonenumbers

    digits = "+" + re.sub(r"\D", "", value).removeprefix("00")
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(digits, None))
    except phonenumbers.NumberParseException:
        return False


def _is_valid(value: str, region: str) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number_for_region(phonenumbers.parse(value, region), region)
    except phonenumbers.NumberParseException:
        return False
