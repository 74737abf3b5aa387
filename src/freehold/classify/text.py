"""Personal data inside longer text: addresses of all kinds, accounts, cards, identifiers and people's names in prose and logs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from freehold.classify import network, phones
from freehold.classify.checks import is_card, is_iban
from freehold.classify.national import NATIONAL
from freehold.classify.people import words

MINIMUM = 5.0
"""The least share of a column's filled values, in percent, that must hold such a thing inside."""

MINIMUM_NAMES = 20.0
"""The least share for names and addresses, which prose of firms and places holds too."""

_ASKED = 8

PROVEN = 0.5
"""The least part of the values that hold something of such a form in which it verifies: more than chance would reach."""

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_PHONE = re.compile(r"(?<![\w+.,/-])\(?\+[1-9][\d ()./-]{6,22}\d(?![\w])")
_CALL = re.compile(
    r"\b(?:tel|phone|telephone|mobile|mob|cell|call|fax|handy|telefon\w*|tél|téléphone|portable|teléfono|móvil|telefono|cellulare"
    r"|telefone|telemóvel|telefoon\w*|mobil\w*|puh|puhelin\w*|τηλ|тел|ruf\w*|anruf\w*|appeler|rappeler|llam\w+|chiam\w+|contatt\w+"
    r"|ligue|bel|ring|dzwoni\w*|volejte|hívj\w*|sun\w+|zvan\w+|skambin\w+|helista\w*)\b[^\d\n+]{0,24}"
    r"((?<!\d)\(?0?\d[\d ()./-]{5,18}\d)(?!\w)",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,4})?(?![A-Za-z0-9])")
_CARD = re.compile(r"(?<![\d.-])(?:[2-6]\d{3}([ .-])\d{4}\1\d{4}\1\d{4}|3[47]\d{2}([ -])\d{6}\2\d{5}|[2-6]\d{12,18})(?![\d-])")
_KEYED = re.compile(
    r"\b(?:ssn|social security(?: n\w+)?|ni(?: |-)?(?:no|nr|number)|national insurance(?: n\w+)?|nino|nhs(?: n\w+)?|pesel\w*|cnp"
    r"|bsn"
    r"|burgerservicenummer|егн|egn|oib|emšo|emso|hetu|henkilötunnus|cpr\w*|ppsn?|dni|nie|nif|nir|numéro de sécu\w*|sécurité sociale"
    r"|seguridad social|nuss|αμκα|amka|αφμ|taj\w*|rodné číslo|rodne cislo|codice fiscale|c\. ?f\.|cod\. ?fisc\w*|personnummer"
    r"|isikukood|asmens kodas|personas kods|steuer-?id\w*|steuer-?identifikation\w*|svnr|sozialversicherung\w*|ahv\w*"
    r"|rijksregister\w*|registre national|fødselsnummer|matricule)\b"
    r"[^\w\n]{0,4}(?:[^\W\d_]{1,14}[^\w\n]{1,3}){0,3}((?=\S*\d)[A-Z0-9][A-Z0-9./+-]*(?: [A-Z0-9./+-]+){0,6})",
    re.IGNORECASE,
)
_TAX_CODE = re.compile(r"(?<!\w)[A-Za-z]{6}\d{2}[A-EHLMPRSTa-ehlmprst]\d{2}[A-Za-z]\d{3}[A-Za-z](?!\w)")
_NAMED = re.compile(
    r"[\"'](?:first|last|given|family|full|middle|customer|sur|fore)[ _]?name[\"'] ?: ?[\"']([^\W\d_][^\"']{1,60})[\"']",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Inside:
    """One thing that text may hold: `find` returns the first of it in a text, or None; `like` whether its form is there."""

    name: str
    title: str
    classification: str
    find: Callable[[str], str | None]
    minimum: float = MINIMUM
    like: Callable[[str], object] | None = None


def _first(pattern: re.Pattern[str], check: Callable[[str], bool], group: int = 0) -> Callable[[str], str | None]:
    def find(text: str) -> str | None:
        return next((found[group] for found in pattern.finditer(text) if check(found[group])), None)

    return find


def _is_phone(value: str) -> bool:
    return phones.written([value])[0]


def _iban_in(text: str) -> str | None:
    """Return the first account: what stands after it may look like a part of it."""
    for found in _IBAN.finditer(text):
        parts = re.split(r"(?=[ -])", found[0])
        for end in range(len(parts), 0, -1):
            if is_iban(held := "".join(parts[:end])):
                return held
    return None


def _called(text: str) -> str | None:
    return next((found[1] for found in _CALL.finditer(text) if 6 <= sum(map(str.isdigit, found[1])) <= 15), None)


def _phone_in(text: str) -> str | None:
    return next((found[0] for found in _PHONE.finditer(text) if _is_phone(found[0])), None) or _called(text)


def _identifier_in(text: str) -> str | None:
    """Return the first national identifier that is called one, or that cannot be anything else."""
    for found in islice(_KEYED.finditer(text), _ASKED):
        parts = found[1].split(" ")
        for end in range(len(parts), 0, -1):
            if _is_identifier(held := " ".join(parts[:end]).rstrip("./-+")):
                return held
    return next((found[0] for found in _TAX_CODE.finditer(text) if _IT.verify is None or _IT.verify([found[0]])[0]), None)


def _is_identifier(value: str) -> bool:
    for detector, pattern in _PATTERNS:
        if pattern.fullmatch(value) and (detector.verify is None or detector.verify([value])[0]):
            return True
    return False


_PATTERNS = tuple(
    (item, re.compile(item.pattern)) for item in NATIONAL if item.name not in {"Maltese identity card", "national identifier"}
)
_IT = next(item for item in NATIONAL if item.name == "codice fiscale")


def _name_in(text: str) -> str | None:
    found = _NAMED.search(text)
    return found[1] if found else words.name_in(text)


def _internet_in(text: str) -> str | None:
    found = _first(network.V4_IN_TEXT, network.is_routable)(text)
    return found or _first(network.V6_IN_TEXT, network.is_v6)(text)


INSIDE: tuple[Inside, ...] = (
    Inside("IBAN in text", "Bank account inside text", "PII.HighRisk", _iban_in),
    Inside("payment card in text", "Payment card inside text", "PII.HighRisk", _first(_CARD, is_card), like=_CARD.search),
    Inside("identifier in text", "National identifier inside text, called one", "PII.HighRisk", _identifier_in),
    Inside("e-mail in text", "E-mail address inside text", "PII.Contact", _first(_EMAIL, bool)),
    Inside("phone in text", "Telephone number inside text, with its + or called one", "PII.Contact", _phone_in),
    Inside("address in text", "Postal address inside text", "PII.Contact", words.address_in, MINIMUM_NAMES),
    Inside("name in text", "Person's name inside text", "PII.Name", _name_in, MINIMUM_NAMES),
    Inside("IP address in text", "Internet address inside text", "PII.Network", _internet_in, like=network.V4_IN_TEXT.search),
)
"""What is looked for inside text, the gravest first."""
