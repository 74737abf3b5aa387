"""Places on earth as coordinates: decimal pairs, degrees and minutes, WKT, GeoJSON, links to maps; by ranges and exactness."""

from __future__ import annotations

import re
from collections.abc import Sequence

from freehold.classify import named
from freehold.classify.detector import Detector, Verify

_NUMBER = r"[+\-]?[0-9]{1,3}[.,][0-9]{3,}"
_ROUGH = r"[+\-]?[0-9]{1,3}(?:[.,][0-9]{1,})?"
_SIDE = r"(?ai:[NSEWO]|Ost|East|West|North|South)"
_DEGREES = r"[0-9]{1,3} ?° ?[0-9]{1,2}(?:[.,][0-9]+)? ?['′’](?: ?[0-9]{1,2}(?:[.,][0-9]+)? ?(?:[\"″”]|''|′′))?"


def _pair(number: str) -> str:
    one = rf"(?:{_SIDE} ?)?{number} ?°? ?{_SIDE}?"
    return rf"(?:SRID=[0-9]+; ?)?(?ai:POINT ?Z? ?)?[(\[]{{0,2}} ?{one} ?[,;/ ] ?{one} ?[)\]]{{0,2}}"


PAIR = (
    rf"{_pair(_NUMBER)}|geo:{_NUMBER},{_NUMBER}(?:[,;?].*)?|https?://[^ ]*[?&@/=:]{_NUMBER},(?:%20|\+)?{_NUMBER}.*"
    rf"|[+\-][0-9]{{2}}\.[0-9]{{3,}}[+\-][0-9]{{3}}\.[0-9]{{3,}}/?"
    rf"|(?:{_SIDE} ?)?{_DEGREES} ?{_SIDE}?[,;/ ]*(?:{_SIDE} ?)?{_DEGREES} ?{_SIDE}?"
    r"|[\[{][^\n]*[}\]]"
)
PAIR_NAMED = _pair(_ROUGH)

_DECIMAL = re.compile(r"([+-]?\d{1,3})[.,](\d+)")
_ROUGHLY = re.compile(r"([+-]?\d{1,3})(?:[.,](\d+))?")
_KEYED = re.compile(r"[\"'](?:lat(?:itude)?|coordinates)[\"']", re.IGNORECASE)
_WHOLE = re.compile(r"(\d{1,3}) ?°")


def pairs(*, told: bool) -> Verify:
    """Return the verification of two numbers in one value; `told` where the column's name says what they are: they may be rough."""
    number, least = (_ROUGHLY, 0) if told else (_DECIMAL, 3)

    def verify(values: Sequence[str]) -> list[bool]:
        return [_is_pair(value, number, least) for value in values]

    return verify


def degrees(values: Sequence[str]) -> list[bool]:
    """Return which values could be a latitude or longitude."""
    return [abs(float(value.replace(",", "."))) <= 180 for value in values]


def _is_pair(value: str, number: re.Pattern[str], least: int) -> bool:
    if len(whole := _WHOLE.findall(value)) == 2 and re.search(r"['′’]", value):
        return _is_on_earth(float(whole[0]), float(whole[1]))
    if value[0] in "{[" and '"' in value and not _KEYED.search(value):
        return False
    found = number.findall(value.partition(";")[2] if value.startswith("SRID") else value)
    if len(found) != 2 or min(len(part) for _, part in found) < least:
        return False
    one, other = (float(f"{whole}.{part or 0}") for whole, part in found)
    return _is_on_earth(one, other) and max(abs(one), abs(other)) > 1


def _is_on_earth(one: float, other: float) -> bool:
    return min(abs(one), abs(other)) <= 90 and max(abs(one), abs(other)) <= 180


PLACES: tuple[Detector, ...] = (
    Detector(
        name="coordinates",
        title="Latitude and longitude in one value",
        classification="PII.Location",
        verify=pairs(told=False),
        proof="ranges",
        pattern=PAIR,
        length=(11, 120),
        digits=(6, 60),
        dots=(0, 12),
        letters=(0, 60),
        spaces=(0, 12),
        colons=(0, 8),
        named=named.WHERE,
        most=512,
    ),
    Detector(
        name="coordinates by name",
        title="Latitude and longitude in one value and rough, where the name says so",
        classification="PII.Location",
        verify=pairs(told=True),
        by_name=True,
        pattern=PAIR_NAMED,
        proof="ranges and name",
        length=(3, 40),
        digits=(2, 12),
        dots=(0, 2),
        letters=(0, 6),
        most=512,
        named=named.WHERE,
    ),
    Detector(
        name="coordinate",
        title="Latitude or longitude, where the name says so",
        classification="PII.Location",
        verify=degrees,
        by_name=True,
        pattern=r"[+\-]?[0-9]{1,3}[.,][0-9]{2,}",
        proof="range and name",
        length=(4, 24),
        digits=(3, 20),
        letters=(0, 0),
        dots=(0, 1),
        spaces=(0, 0),
        named=named.WHERE,
    ),
)
"""Coordinates, both in one value or one where the name says so."""
