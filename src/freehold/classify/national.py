"""The numbers by which states know people, each proved by its own check digits; and those that taxes are paid by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from freehold.classify.detector import Detector, Verify, each, either, plain, standard

_RISK, _TAX = "PII.HighRisk", "PII.Tax"
_NAMED = (
    r"\b(?:ssn|nin|nino|national (?:id|number|identifier)|identity|id (?:card|number)|personal (?:id|code|number|identity)"
    r"|social security|insurance (?:number|no)|tax (?:id|number|no)|tin|pesel|cnp|bsn|egn|oib|emso|hetu|cpr|pps|nif|nie|dni|nir"
    r"|amka|afm|taj|rodne cislo|codice fiscale|personnummer|isikukood|asmens kodas|personas kods|steuer ?id|rvnr|nrn|rijksregister"
    r"|fodselsnummer|kennitala)\b"
)
_VAT_NAMED = (
    r"\b(?:vat|vat (?:id|no|number)|ust ?id(?: ?nr)?|tva|iva|btw|partita iva|nip|moms|pvn|pvm|dph|tax (?:id|number|no)|ean nif)\b"
)
_SPACED = r"[0-9][0-9 .\-/+]*[0-9]"


def _digits(value: str) -> list[int]:
    return [int(char) for char in value if char.isdigit()]


def _hungarian_taj(value: str) -> bool:
    """Return whether a Hungarian social security number (TAJ) ends in its check digit: weights 3 and 7, modulo 10."""
    held = _digits(value)
    return len(held) == 9 and sum(n * (3 if at % 2 == 0 else 7) for at, n in enumerate(held[:8])) % 10 == held[8]


def _hungarian_tax(value: str) -> bool:
    """Return whether a Hungarian tax identification (8 and nine more) ends in its check digit: weights 1 to 9, modulo 11."""
    held = _digits(value)
    return len(held) == 10 and held[0] == 8 and sum(n * at for at, n in enumerate(held[:9], 1)) % 11 == held[9]


def _hungarian_personal(value: str) -> bool:
    """Return whether a Hungarian personal number (sex, birth, serial) ends in its check digit, of either of the two weightings."""
    held = _digits(value)
    if len(held) != 11 or not _is_day(held[3] * 10 + held[4], held[5] * 10 + held[6]):
        return False
    rising = sum(n * at for at, n in enumerate(held[:10], 1)) % 11
    falling = sum(n * (10 - at) for at, n in enumerate(held[:10])) % 11
    return held[10] in {rising, falling}


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def _luxembourgish(value: str) -> bool:
    """Return whether a Luxembourgish number (birth, serial) ends in its two check digits: Luhn, then Verhoeff."""
    from stdnum import luhn, verhoeff

    held = re.sub(r"\D", "", value)
    if len(held) != 13 or not 1880 <= int(held[:4]) <= 2100 or not _is_day(int(held[4:6]), int(held[6:8])):
        return False
    return luhn.is_valid(held[:12]) and verhoeff.is_valid(held[:11] + held[12])


def _german_pension(value: str) -> bool:
    """Return whether a German pension insurance number holds a day of birth and ends in its check digit."""
    held = value.replace(" ", "").upper()
    if not re.fullmatch(r"\d{8}[A-Z]\d{3}", held) or not _is_day(int(held[4:6]), int(held[2:4]) % 50 or 1):
        return False
    spelled = held[:8] + f"{ord(held[8]) - 64:02d}" + held[9:11]
    weighted = (int(char) * weight for char, weight in zip(spelled, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return sum(n // 10 + n % 10 for n in weighted) % 10 == int(held[11])


def _british(value: str) -> bool:
    """Return whether a National Insurance number begins with a prefix that is given out; it has no check digit."""
    return value[:2].upper() not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"} and not value[:1].isdigit()


def _american(value: str) -> bool:
    """Return whether a United States number is written with its dashes and of a group that is given out; it has no check digit."""
    from stdnum.us import ssn

    return value.count("-") == 2 and bool(ssn.is_valid(value)) and value[3] == "-"


def _latvian(value: str) -> bool:
    """Return whether a Latvian code is a person's (a firm's begins with 4 or more) and ends in its check digit."""
    from stdnum.lv import pvn

    held = re.sub(r"\D", "", value)
    return held[:1] in set("0123") and bool(pvn.is_valid(held))


def _swedish(value: str) -> bool:
    """Return whether a Swedish number holds a day of birth (or a coordination number's) and ends in its check digit."""
    from stdnum.se import personnummer

    held = re.sub(r"[ .]", "", value)
    if len(held) == 12 and held.isdigit() and held[:2] not in {"18", "19", "20"}:
        return False
    return bool(personnummer.is_valid(held))


def _portuguese(value: str) -> bool:
    """Return whether a Portuguese number is of a person (1, 2, 3 or 45 first) and ends in its check digit."""
    from stdnum.pt import nif

    held = re.sub(r"\D", "", value)
    return (held[:1] in set("123") or held[:2] == "45") and bool(nif.is_valid(held))


def _danish(values: Sequence[str]) -> list[bool]:
    """With its dash the day of birth is enough; a bare number must also be divisible, as those given until 2007 are."""
    from stdnum.dk import cpr

    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    return [
        cpr.is_valid(value) and ("-" in value or sum(a * b for a, b in zip(_digits(value), weights, strict=True)) % 11 == 0)
        for value in values
    ]


def _maltese(values: Sequence[str]) -> list[bool]:
    """The last letter says the kind of card: where all values of a column keep to these eight, and several occur, it is one."""
    letters = {value[-1].upper() for value in values}
    fits = len(values) >= 8 and letters <= set("MGAPLHBZ") and len(letters) >= 3
    return [fits] * len(values)


def _numbers(  # noqa: PLR0917  (a row of the table below)
    country: str,
    name: str,
    title: str,
    check: Verify,
    digits: int,
    chance: float,
    most: int | None = None,
    *,
    by_name: bool = False,
) -> Detector:
    """Return the detector of a number that is all digits, however it is spaced."""
    return Detector(
        name=name,
        title=title,
        classification=_RISK,
        pattern=_SPACED,
        verify=check,
        proof="check digits",
        length=(digits, (most or digits) + 6),
        most=512,
        digits=(digits, most or digits),
        letters=(0, 0),
        chance=chance,
        named=_NAMED,
        countries=(country,),
        by_name=by_name,
    )


def _lettered(  # noqa: PLR0917  (as above)
    country: str, name: str, title: str, pattern: str, check: Verify, chance: float, *, digits: tuple[int, int]
) -> Detector:
    return Detector(
        name=name,
        title=title,
        classification=_RISK,
        pattern=f"(?i:{pattern})",
        verify=check,
        proof="check digits",
        length=(8, 24),
        most=512,
        digits=digits,
        letters=(1, 9),
        chance=chance,
        named=_NAMED,
        countries=(country,),
    )


NATIONAL: tuple[Detector, ...] = (
    _lettered(
        "it",
        "codice fiscale",
        "Italian tax code",
        r"[A-Z]{6} ?[0-9LMNPQRSTUV]{2} ?[A-EHLMPRST][0-9LMNPQRSTUV]{2} ?[A-Z][0-9LMNPQRSTUV]{3} ?[A-Z]",
        plain("it.codicefiscale"),
        0.04,
        digits=(0, 7),
    ),
    _lettered(
        "es",
        "DNI or NIE",
        "Spanish identity number",
        r"(?:\d{8}|[XYZKLM][ -]?\d{7})[ -]?[A-Z]",
        plain("es.nif"),
        0.05,
        digits=(7, 8),
    ),
    _lettered(
        "ie", "PPS number", "Irish personal public service number", r"\d{7} ?[A-W][A-IW]?", plain("ie.pps"), 0.05, digits=(7, 7)
    ),
    _lettered(
        "fi",
        "henkilötunnus",
        "Finnish personal identity code",
        r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]",
        standard("fi.hetu"),
        0.04,
        digits=(9, 10),
    ),
    _lettered(
        "cy",
        "Cypriot tax identification",
        "Cypriot tax identification code",
        r"(?:CY ?)?\d{8}[A-Z]",
        plain("cy.vat"),
        0.04,
        digits=(8, 8),
    ),
    _lettered(
        "pt", "cartão de cidadão", "Portuguese citizen card", r"\d{8} ?\d ?[A-Z0-9]{2}\d", plain("pt.cc"), 0.1, digits=(9, 11)
    ),
    _lettered(
        "de",
        "Rentenversicherungsnummer",
        "German pension insurance number",
        r"\d{2} ?\d{6} ?[A-Z] ?\d{3}",
        each(_german_pension),
        0.1,
        digits=(11, 11),
    ),
    _lettered(
        "fr",
        "NIR",
        "French social security number (Corsica)",
        r"[12][ .]?\d{2}[ .]?\d{2}[ .]?2[AB][ .]?\d{3}[ .]?\d{3}[ .]?\d{2}",
        plain("fr.nir"),
        0.02,
        digits=(14, 14),
    ),
    _lettered(
        "gb",
        "National Insurance number",
        "British National Insurance number",
        r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]",
        each(_british),
        0.1,
        digits=(6, 6),
    ),
    _lettered("mt", "Maltese identity card", "Maltese identity card number", r"\d{7} ?[MGAPLHBZ]", _maltese, 0.0, digits=(7, 7)),
    _numbers("fr", "NIR", "French social security number", plain("fr.nir"), 15, 0.02),
    _numbers("fr", "numéro fiscal", "French tax number", plain("fr.nif"), 13, 0.01),
    _numbers("lu", "Luxembourgish identification", "Luxembourgish national identification number", each(_luxembourgish), 13, 0.01),
    _numbers("ro", "CNP", "Romanian personal numeric code", plain("ro.cnp"), 13, 0.05),
    _numbers("si", "EMŠO", "Slovenian personal number", plain("si.emso"), 13, 0.05),
    _numbers("ch", "AHV number", "Swiss social security number", plain("ch.ssn"), 13, 0.01),
    _numbers("be", "rijksregisternummer", "Belgian national number", either("be.nn", "be.bis"), 11, 0.02),
    _numbers("no", "fødselsnummer", "Norwegian birth number", plain("no.fodselsnummer"), 11, 0.01),
    _numbers("ee", "isikukood", "Estonian personal code", plain("ee.ik"), 11, 0.05),
    _numbers("lt", "asmens kodas", "Lithuanian personal code", plain("lt.asmens"), 11, 0.05),
    _numbers("lv", "personas kods", "Latvian personal code", each(_latvian), 11, 0.05),
    _numbers("pl", "PESEL", "Polish PESEL", plain("pl.pesel"), 11, 0.05),
    _numbers("gr", "AMKA", "Greek social security number", plain("gr.amka"), 11, 0.05),
    _numbers("hu", "személyi szám", "Hungarian personal number", each(_hungarian_personal), 11, 0.1),
    _numbers("hr", "OIB", "Croatian OIB", plain("hr.oib"), 11, 0.1),
    _numbers("de", "Steuer-ID", "German tax identification", plain("de.idnr"), 11, 0.05),
    _numbers("cz", "rodné číslo", "Czech or Slovak birth number", plain("cz.rc"), 9, 0.1, most=10),
    _numbers("bg", "ЕГН", "Bulgarian EGN", either("bg.egn", "bg.pnf"), 10, 0.1),
    _numbers("at", "Sozialversicherungsnummer", "Austrian social insurance number", plain("at.vnr"), 10, 0.05),
    _numbers("se", "personnummer", "Swedish personal number", each(_swedish), 10, 0.05, most=12),
    _numbers("dk", "CPR", "Danish CPR number", _danish, 10, 0.05),
    _numbers("hu", "adóazonosító", "Hungarian tax identification", each(_hungarian_tax), 10, 0.1),
    _numbers("gb", "NHS number", "British NHS number", plain("gb.nhs"), 10, 0.1, by_name=True),
    _numbers("nl", "BSN", "Dutch citizen service number", plain("nl.bsn"), 8, 0.1, most=9),
    _numbers("pt", "NIF", "Portuguese tax number", each(_portuguese), 9, 0.1),
    _numbers("hu", "TAJ", "Hungarian social security number", each(_hungarian_taj), 9, 0.1),
    _numbers("at", "Steuernummer", "Austrian tax number", plain("at.tin"), 9, 0.1),
    _numbers("us", "SSN", "United States social security number", each(_american), 9, 0.1),
)
"""The national identifiers, the most particular first: of those that fit a column alike, the first is named."""


def _vat(values: Sequence[str]) -> list[bool]:
    """With its country's letters a number is judged by that country's rule; without, by the one that fits the column best."""
    from stdnum.eu import vat

    compacted = [re.sub(r"[ .\-/]", "", value).upper() for value in values]
    lettered = [value[:2].isalpha() for value in compacted]
    if any(lettered):
        modules = {"NO": "no.mva", "CH": "ch.vat", "GB": "gb.vat"}
        return [
            bool(vat.is_valid(value)) or (value[:2] in modules and standard(f"{modules[value[:2]]}")([value])[0])
            for value in compacted
        ]
    few = compacted[:: max(1, len(compacted) // 24)]
    return list(standard(max(_BARE, key=lambda module: sum(standard(module)(few))))(compacted))


_BARE = (
    "it.iva",
    "pl.nip",
    "de.vat",
    "gr.vat",
    "fr.tva",
    "pt.nif",
    "fi.alv",
    "hu.anum",
    "si.ddv",
    "ee.kmkr",
    "lv.pvn",
    "dk.cvr",
    "lu.tva",
    "be.vat",
)

TAX: tuple[Detector, ...] = (
    Detector(
        name="VAT number",
        title="VAT number of a European state, with its letters",
        classification=_TAX,
        pattern=r"(?i:(?:AT|BE|BG|CH|CY|CZ|DE|DK|EE|EL|GR|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI)"
        r"[ -]?[0-9A-Z+*][0-9A-Z+*. /\-]{1,17})",
        verify=_vat,
        proof="check digits",
        length=(4, 24),
        digits=(2, 13),
        letters=(2, 8),
        chance=0.1,
        named=_VAT_NAMED,
    ),
    Detector(
        name="VAT number without letters",
        title="VAT number, where the name says so or all verify",
        classification=_TAX,
        pattern=_SPACED,
        verify=_vat,
        proof="check digits",
        length=(8, 18),
        digits=(8, 12),
        letters=(0, 0),
        chance=0.9,
        named=_VAT_NAMED,
    ),
)
"""VAT numbers: of firms, and of people who are one."""
