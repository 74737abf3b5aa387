"""The check digits of national numbers that no library of the project judges as they are needed here."""

from __future__ import annotations

import re
from collections.abc import Sequence


def _digits(value: str) -> list[int]:
    return [int(char) for char in value if char.isdigit()]


def hungarian_taj(value: str) -> bool:
    """Return whether a Hungarian social security number (TAJ) ends in its check digit: weights 3 and 7, modulo 10."""
    held = _digits(value)
    return len(held) == 9 and sum(n * (3 if at % 2 == 0 else 7) for at, n in enumerate(held[:8])) % 10 == held[8]


def hungarian_tax(value: str) -> bool:
    """Return whether a Hungarian tax identification (8 and nine more) ends in its check digit: weights 1 to 9, modulo 11."""
    held = _digits(value)
    return len(held) == 10 and held[0] == 8 and sum(n * at for at, n in enumerate(held[:9], 1)) % 11 == held[9]


def hungarian_personal(value: str) -> bool:
    """Return whether a Hungarian personal number (sex, birth, serial) ends in its check digit, of either of the two weightings."""
    held = _digits(value)
    if len(held) != 11 or not _is_day(held[3] * 10 + held[4], held[5] * 10 + held[6]):
        return False
    rising = sum(n * at for at, n in enumerate(held[:10], 1)) % 11
    falling = sum(n * (10 - at) for at, n in enumerate(held[:10])) % 11
    return held[10] in {rising, falling}


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def luxembourgish(value: str) -> bool:
    """Return whether a Luxembourgish number (birth, serial) ends in its two check digits: Luhn, then Verhoeff."""
    from stdnum import luhn, verhoeff

    held = re.sub(r"\D", "", value)
    if len(held) != 13 or not 1880 <= int(held[:4]) <= 2100 or not _is_day(int(held[4:6]), int(held[6:8])):
        return False
    return luhn.is_valid(held[:12]) and verhoeff.is_valid(held[:11] + held[12])


def german_pension(value: str) -> bool:
    """Return whether a German pension insurance number holds a day of birth and ends in its check digit."""
    held = value.replace(" ", "").upper()
    if not re.fullmatch(r"\d{8}[A-Z]\d{3}", held) or not _is_day(int(held[4:6]), int(held[2:4]) % 50 or 1):
        return False
    spelled = held[:8] + f"{ord(held[8]) - 64:02d}" + held[9:11]
    weighted = (int(char) * weight for char, weight in zip(spelled, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return sum(n // 10 + n % 10 for n in weighted) % 10 == int(held[11])


def british(value: str) -> bool:
    """Return whether a National Insurance number begins with a prefix that is given out; it has no check digit."""
    return value[:2].upper() not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"} and not value[:1].isdigit()


def american(value: str) -> bool:
    """Return whether a United States number is written with its dashes or blanks and of a group that is given out.

    It has no check digit.
    """
    from stdnum.us import itin, ssn

    held = value.replace(" ", "-")
    return held[3:4] == held[6:7] == "-" and (bool(ssn.is_valid(held)) or bool(itin.is_valid(held)))


def latvian(value: str) -> bool:
    """Return whether a Latvian code is a person's (a firm's begins with 4 or more) and ends in its check digit."""
    from stdnum.lv import pvn

    held = re.sub(r"\D", "", value)
    return held[:1] in set("0123") and bool(pvn.is_valid(held))


def swedish(value: str) -> bool:
    """Return whether a Swedish number holds a day of birth (or a coordination number's) and ends in its check digit."""
    from stdnum.se import personnummer

    held = re.sub(r"[ .]", "", value)
    if len(held) == 12 and held.isdigit() and held[:2] not in {"18", "19", "20"}:
        return False
    return bool(personnummer.is_valid(held))


def portuguese(value: str) -> bool:
    """Return whether a Portuguese number is of a person (1, 2, 3 or 45 first) and ends in its check digit."""
    from stdnum.pt import nif

    held = re.sub(r"\D", "", value)
    return (held[:1] in set("123") or held[:2] == "45") and bool(nif.is_valid(held))


def danish(values: Sequence[str]) -> list[bool]:
    """With its dash the day of birth is enough; a bare number must also be divisible, as those given until 2007 are."""
    from stdnum.dk import cpr

    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    return [
        cpr.is_valid(value) and (value[6] in "- " or sum(a * b for a, b in zip(_digits(value), weights, strict=True)) % 11 == 0)
        for value in values
    ]


def maltese(values: Sequence[str]) -> list[bool]:
    """The last letter says the kind of card: where all values of a column keep to these eight, and several occur, it is one."""
    letters = {value[-1].upper() for value in values}
    fits = len(values) >= 8 and letters <= set("MGAPLHBZ") and len(letters) >= 3
    return [fits] * len(values)


def spanish_insurance(value: str) -> bool:
    """Return whether a Spanish social security number (province, serial) ends in its two check digits: modulo 97."""
    held = re.sub(r"\D", "", value)
    if len(held) not in {11, 12} or not 1 <= int(held[:2]) <= 66:
        return False
    serial = int(held[2:-2])
    whole = serial + int(held[:2]) * 10**7 if serial < 10**7 else int(held[:-2])
    return whole % 97 == int(held[-2:])


def german_card(value: str) -> bool:
    """Return whether the number of a German identity card or passport ends in its check digit (ICAO 9303)."""
    held = value.upper()
    return sum(int(char, 36) * (7, 3, 1)[at % 3] for at, char in enumerate(held[:9])) % 10 == int(held[9])


def polish_card(value: str) -> bool:
    """Return whether the number of a Polish identity card carries its check digit, the first after its letters."""
    held = value.replace(" ", "").upper()
    return sum(int(char, 36) * weight for char, weight in zip(held, (7, 3, 1, 9, 7, 3, 1, 7, 3), strict=True)) % 10 == 0
