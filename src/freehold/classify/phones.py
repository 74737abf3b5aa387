"""Telephone numbers, by the numbering plans of phonenumbers: as written for the world, or as one country's people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

REGIONS = (
    "DE FR IT ES NL BE AT PL PT CZ SK SE DK FI IE GR HU RO BG HR SI EE LV LT LU MT CY GB CH NO US"  # the commonest plans first
).split()
_FEW, _TRIED, _LIKELY = 6, 24, 4
_MOST, _MOST_LED, _MOST_THREES = 0.8, 0.65, 0.97
_THREES = re.compile(r"\d{1,3}(?:([ .])\d{3})(?:\1\d{3})*")
"""As large quantities are grouped, and telephone numbers too."""

_OTHER = re.compile(
    r"(?:\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})(?:[ T].*)?"  # dates
    r"|(?!0\d)\d+[.,]\d+|0+\d{0,4}|-?\d+\.\d+\s*[,;/ ]\s*-?\d+\.\d+"  # numbers, and pairs of them
    r"|\d{3}-\d{2}-\d{4}|(?:19|20)\d\d[-/]\d+|\d+[-/](?:19|20)\d\d|\d+(?:\.\d+){5,}"  # numbers of people, papers and objects
)
"""What is written in digits and marks and is no telephone number."""

_AREA = re.compile(r"\(0\d{1,5}\)[ /-]*\d(?:[ /-]*\d){4,9}|\(\d{3}\) ?\d{3}-\d{4}")
"""An area code in brackets before a number: nothing else is written so."""

_EXTENSION = re.compile(r"[ ;,]*(?:x|ext(?:ension)?[.:=]?|#|dw|durchwahl|poste|int\.?|wew\.?)\s*\d{1,6}$", re.IGNORECASE)
_LABEL = re.compile(r"^[a-z]+[:.]? ?", re.IGNORECASE)


def written(values: Sequence[str]) -> list[bool]:
    """Return which values are telephone numbers as their writing shows: `+` or `00` first, or grouped or zero-led by one plan.

    A number without `+` counts only where nearly all of its kind in the column are valid in one and the same country.
    """
    return _judged(values, told=False)


def told(values: Sequence[str]) -> list[bool]:
    """Return which values may be telephone numbers where the column's name says that they are: bare digits too."""
    return _judged(values, told=True)


def _judged(values: Sequence[str], *, told: bool) -> list[bool]:
    bare = [_LABEL.sub("", value) for value in values]
    cleaned = [_EXTENSION.sub("", value).replace("(0)", "").strip() for value in bare]
    found = [
        _is_worldwide(value) or _AREA.fullmatch(value) is not None or (value != whole and _is_long(value))
        for value, whole in zip(cleaned, bare, strict=True)
    ]
    local = [at for at, value in enumerate(cleaned) if not found[at] and _is_local(value, told=told)]
    if len(local) < max(3, len(values) // 4):
        return found
    kept = [cleaned[at] for at in local]
    region = _region(kept, told=told)
    valid = [at for at in local if _is_valid(cleaned[at], region, told=told)]
    if len(valid) >= (0.5 if told else _needed(kept)) * len(local):
        for at in valid:
            found[at] = True
    return found


def _needed(values: list[str]) -> float:
    """Return the least part that must be valid, by how the numbers are written: with a 0 before, or as quantities are."""
    if sum(value.startswith("0") for value in values) >= 0.9 * len(values):
        return _MOST_LED
    return _MOST_THREES if sum(_THREES.fullmatch(value) is not None for value in values) >= 0.5 * len(values) else _MOST


def _is_long(value: str) -> bool:
    return 7 <= sum(map(str.isdigit, value)) <= 15


def _is_worldwide(value: str) -> bool:
    return value.startswith(("+", "00", "(+")) and _is_international(value)


def _region(values: list[str], *, told: bool) -> str:
    """Return the country in which the most of some values are valid; most countries are out after a few."""
    few, some = values[:: max(1, len(values) // _FEW)][:_FEW], values[:: max(1, len(values) // _TRIED)][:_TRIED]
    likely = sorted(REGIONS, key=lambda name: -sum(_is_valid(value, name, told=told) for value in few))[:_LIKELY]
    return max(likely, key=lambda name: sum(_is_valid(value, name, told=told) for value in some))


def _is_local(value: str, *, told: bool) -> bool:
    if _OTHER.fullmatch(value):
        return False
    return told or not value.isdigit() or (value.startswith("0") and 9 <= len(value) <= 12)


def _is_international(value: str) -> bool:
    import phonenumbers

    digits = "+" + re.sub(r"\D", "", value).removeprefix("00")
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(digits, None))
    except phonenumbers.NumberParseException:
        return False


def _is_valid(value: str, region: str, *, told: bool) -> bool:
    """Return whether a number is of a country; where that has a 0 before its area codes, people write it, and machines may not."""
    import phonenumbers

    if not told and _trunk(region) == "0" and "0" not in value[:2]:
        return False
    try:
        return phonenumbers.is_valid_number_for_region(phonenumbers.parse(value, region), region)
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=64)
def _trunk(region: str) -> str | None:
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region(region)
    return metadata.national_prefix if metadata else None
