"""What values also are, and what it clears them of: product codes, ids and hashes, companies, times of day and of the epoch."""

from __future__ import annotations

import re
from collections.abc import Sequence

COMPANY = "company"
MOST, _PROBE = 0.9, 24
"""The share of a column's values that must be such a thing, for the column to be cleared."""

_ISO_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d.*|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])T?(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-f]{32,128}", re.IGNORECASE)
_POST = re.compile(r"\d{5}(?:-\d{4})?|\d{4} ?[A-Z]{2}|\d{4}-\d{3}|\d{2}-\d{3}|\d{3} \d{2}")
_LEGAL_FORMS = frozenset(
    """
    ab ad ae ag aps as bt bv bvba corp dd doo dno ead ee eirl eood epe et ev gbr gmbh gmbhcokg group inc kd kda kft kg lda limited
    llc ltd nv oe ohg ood oy oyj plc sa sarl sas sc sia sl snc sp spa spzoo srl sro ug uab vof zrt ад еад ет еоод кд кда оод сд
    """.split()
)
"""Legal forms of companies, without dots and spaces."""

_MARKS = re.compile(r"[ .,/&]")
_COMPANIES = 0.2
"""The share of values with a legal form from which a column is one of companies: many are called by a surname alone."""

_PARTNERS = re.compile(r"[^\W\d_][\w'’-]+(?:, [^\W\d_][\w'’-]+)*,? (?:&|und|and|et|en|och|og|ja|y|e|i|a) [^\W\d_][\w'’-]+")
"""Firms that are called by their partners, `Young & Stewart`: two names and nothing between but that word."""

_BETWEEN = re.compile(r"[ -]")


def known(values: Sequence[str]) -> str | None:
    """Return what the values of a column are, where that is none of a person's: `product code`, `UUID`, `company` …; else None."""
    tests = (
        ("post code", _POST.fullmatch),
        ("product code", is_product_code),
        ("UUID", _UUID.fullmatch),
        ("hash", _HASH.fullmatch),
        ("timestamp", _ISO_TIME.fullmatch),
    )
    few = values[:: max(1, len(values) // _PROBE)]
    for name, test in tests:
        if 2 * sum(bool(test(value)) for value in few) < len(few):
            continue  # nearly all must be, and not half of a few are
        if values and sum(bool(test(value)) for value in values) >= MOST * len(values):
            return name
    return COMPANY if values and sum(map(is_company, values)) >= _COMPANIES * len(values) else None


def is_company(value: str) -> bool:
    """Return whether a value ends in a legal form of companies, after a name.

    >>> is_company("Gillet Devaux S.A."), is_company("Anna Sas"), is_company("GmbH")
    (True, True, False)
    """
    if _PARTNERS.fullmatch(value):
        return True
    words = value.casefold().split()
    return any(_MARKS.sub("", "".join(words[-count:])) in _LEGAL_FORMS for count in (1, 2, 3) if len(words) > count)


def is_product_code(value: str) -> bool:
    """Return whether a value is an EAN, UPC, GTIN, ISBN or ISSN with a right check digit.

    >>> is_product_code("978-3-16-148410-0"), is_product_code("4006381333931"), is_product_code("4006381333932")
    (True, True, False)
    """
    held = _BETWEEN.sub("", value)
    if re.fullmatch(r"\d{8}|\d{12,14}", held) and value[4:5] != "-":
        digits = [int(char) for char in reversed(held)]
        return sum(n * (3 if at % 2 else 1) for at, n in enumerate(digits)) % 10 == 0
    if re.fullmatch(r"\d{7}[\dXx]", held) and value[4:5] == "-":
        return sum((10 if char in "Xx" else int(char)) * (8 - at) for at, char in enumerate(held)) % 11 == 0
    if re.fullmatch(r"\d{9}[\dXx]", held):
        return sum((10 if char in "Xx" else int(char)) * (10 - at) for at, char in enumerate(held)) % 11 == 0
    return False
