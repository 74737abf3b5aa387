"""What values also are, and what it clears them of: product codes, ids and hashes, companies, times of day and of the epoch."""

from __future__ import annotations

import re
from collections.abc import Sequence

COMPANY = "company"
MOST = 0.9
"""The share of a column's values that must be such a thing, for the column to be cleared."""

_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d.*|\d{8}T?\d{6}")
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
    for name, test in tests:
        if values and sum(bool(test(value)) for value in values) >= MOST * len(values):
            return name
    return COMPANY if values and sum(map(is_company, values)) >= _COMPANIES * len(values) else None


def is_company(value: str) -> bool:
    """Return whether a value ends in a legal form of companies, after a name.

    >>> is_company("Gillet Devaux S.A."), is_company("Anna Sas"), is_company("GmbH")
    (True, True, False)
    """
    words = value.casefold().split()
    return any(_MARKS.sub("", "".join(words[-count:])) in _LEGAL_FORMS for count in (1, 2, 3) if len(words) > count)


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
