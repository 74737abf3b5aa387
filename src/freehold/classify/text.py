"""Personal data inside longer text: e-mail addresses, telephone numbers, accounts, cards and people's names in prose."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from freehold.classify import phones
from freehold.classify.checks import is_card, is_iban
from freehold.classify.people import words

MINIMUM = 5.0
"""The least share of a column's filled values, in percent, that must hold such a thing inside."""

MINIMUM_NAMES = 20.0
"""The least share for names, which prose of firms and places holds too."""

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}")
_PHONE = re.compile(r"(?<![\w+.,/-])\(?\+[1-9][\d ()./-]{6,22}\d(?![\w])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_CARD = re.compile(r"(?<![\d.-])[2-6]\d{3}(?:[ -]?\d){8,15}(?![\d.-])")


@dataclass(frozen=True, slots=True)
class Inside:
    """One thing that text may hold: `find` returns the first of it in a text, or None."""

    name: str
    title: str
    classification: str
    find: Callable[[str], str | None]
    minimum: float = MINIMUM


def _first(pattern: re.Pattern[str], check: Callable[[str], bool]) -> Callable[[str], str | None]:
    def find(text: str) -> str | None:
        return next((found[0] for found in pattern.finditer(text) if check(found[0])), None)

    return find


def _is_phone(value: str) -> bool:
    return phones.written([value])[0]


INSIDE: tuple[Inside, ...] = (
    Inside("IBAN in text", "Bank account inside text", "PII.HighRisk", _first(_IBAN, is_iban)),
    Inside("payment card in text", "Payment card inside text", "PII.HighRisk", _first(_CARD, is_card)),
    Inside("e-mail in text", "E-mail address inside text", "PII.Contact", _first(_EMAIL, bool)),
    Inside("phone in text", "Telephone number (with its +) inside text", "PII.Contact", _first(_PHONE, _is_phone)),
    Inside("name in text", "Person's name inside text", "PII.Name", words.name_in, MINIMUM_NAMES),
)
"""What is looked for inside text, the gravest first."""
