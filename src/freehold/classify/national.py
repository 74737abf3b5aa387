"""The numbers by which states know people, each proved by its own check digits."""

from __future__ import annotations

from freehold.classify import named, numbers
from freehold.classify.detector import Detector, Verify, each, either, plain, standard

_RISK = "PII.HighRisk"
_SPACED = r"[0-9][0-9 .\-/+]*[0-9]"


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
        proof="check digits and name" if by_name else "check digits",
        length=(digits, (most or digits) + 6),
        most=512,
        digits=(digits, most or digits),
        letters=(0, 0),
        chance=chance,
        named=named.NATIONAL,
        countries=(country,),
        by_name=by_name,
    )


def _lettered(  # noqa: PLR0917  (as above)
    country: str,
    name: str,
    title: str,
    pattern: str,
    check: Verify,
    chance: float,
    *,
    digits: tuple[int, int],
    letters: tuple[int, int] = (1, 9),
) -> Detector:
    return Detector(
        name=name,
        title=title,
        classification=_RISK,
        pattern=f"(?ai:{pattern})",
        verify=check,
        proof="check digits",
        length=(8, 24),
        most=512,
        digits=digits,
        letters=letters,
        chance=chance,
        named=named.NATIONAL,
        countries=(country,),
    )


NATIONAL: tuple[Detector, ...] = (
    _lettered(
        "it",
        "codice fiscale",
        "Italian tax code",
        r"[A-Z]{3} ?[A-Z]{3} ?[0-9LMNPQRSTUV]{2} ?[A-EHLMPRST] ?[0-9LMNPQRSTUV]{2} ?[A-Z] ?[0-9LMNPQRSTUV]{3} ?[A-Z]",
        plain("it.codicefiscale"),
        0.04,
        digits=(0, 7),
    ),
    _lettered(
        "es",
        "DNI or NIE",
        "Spanish identity number",
        r"(?:\d{8}|\d{1,2}[. ]\d{3}[. ]\d{3}|[XYZKLM][ -]?(?:\d{7}|\d[. ]\d{3}[. ]\d{3}))[ -]?[A-Z]",
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
        letters=(0, 2),
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
        each(numbers.german_pension),
        0.1,
        digits=(11, 11),
    ),
    _lettered(
        "fr",
        "NIR",
        "French social security number",
        r"[12][ .]?\d{2}[ .]?\d{2}[ .]?(?:\d{2}|2[AB])[ .]?\d{3}[ .]?\d{3}[ .\-]?\d{2}",
        plain("fr.nir"),
        0.02,
        digits=(14, 15),
        letters=(0, 1),
    ),
    _lettered(
        "de",
        "Personalausweis",
        "German identity card number",
        r"[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}[0-9]",
        each(numbers.german_card),
        0.1,
        digits=(1, 9),
    ),
    _lettered(
        "pl", "dowód osobisty", "Polish identity card number", r"[A-Z]{3} ?\d{6}", each(numbers.polish_card), 0.1, digits=(6, 6)
    ),
    _lettered(
        "gb",
        "NHS number",
        "British NHS number in its groups",
        r"\d{3}[ \-]\d{3}[ \-]\d{4}",
        plain("gb.nhs"),
        0.1,
        digits=(10, 10),
        letters=(0, 0),
    ),
    _lettered(
        "gb",
        "National Insurance number",
        "British National Insurance number",
        r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]",
        each(numbers.british),
        0.1,
        digits=(6, 6),
    ),
    _lettered(
        "mt", "Maltese identity card", "Maltese identity card number", r"\d{7} ?[MGAPLHBZ]", numbers.maltese, 0.0, digits=(7, 7)
    ),
    _numbers("fr", "numéro fiscal", "French tax number", plain("fr.nif"), 13, 0.01),
    _numbers("es", "número de afiliación", "Spanish social security number", each(numbers.spanish_insurance), 12, 0.02),
    _numbers(
        "lu", "Luxembourgish identification", "Luxembourgish national identification number", each(numbers.luxembourgish), 13, 0.01
    ),
    _numbers("ro", "CNP", "Romanian personal numeric code", plain("ro.cnp"), 13, 0.05),
    _numbers("si", "EMŠO", "Slovenian personal number", plain("si.emso"), 13, 0.05),
    _numbers("ch", "AHV number", "Swiss social security number", plain("ch.ssn"), 13, 0.01),
    _numbers("be", "rijksregisternummer", "Belgian national number", either("be.nn", "be.bis"), 11, 0.02),
    _numbers("no", "fødselsnummer", "Norwegian birth number", plain("no.fodselsnummer"), 11, 0.01),
    _numbers("ee", "isikukood", "Estonian personal code", plain("ee.ik"), 11, 0.05),
    _numbers("lt", "asmens kodas", "Lithuanian personal code", plain("lt.asmens"), 11, 0.05),
    _numbers("lv", "personas kods", "Latvian personal code", each(numbers.latvian), 11, 0.05),
    _numbers("pl", "PESEL", "Polish PESEL", plain("pl.pesel"), 11, 0.05),
    _numbers("gr", "AMKA", "Greek social security number", plain("gr.amka"), 11, 0.05),
    _numbers("hu", "személyi szám", "Hungarian personal number", each(numbers.hungarian_personal), 11, 0.1),
    _numbers("hr", "OIB", "Croatian OIB", plain("hr.oib"), 11, 0.1),
    _numbers("de", "Steuer-ID", "German tax identification", plain("de.idnr"), 11, 0.05),
    _numbers("cz", "rodné číslo", "Czech or Slovak birth number", plain("cz.rc"), 9, 0.1, most=10),
    _numbers("bg", "ЕГН", "Bulgarian EGN", either("bg.egn", "bg.pnf"), 10, 0.1),
    _numbers("at", "Sozialversicherungsnummer", "Austrian social insurance number", plain("at.vnr"), 10, 0.05),
    _numbers("se", "personnummer", "Swedish personal number", each(numbers.swedish), 10, 0.05, most=12),
    _numbers("dk", "CPR", "Danish CPR number", numbers.danish, 10, 0.05),
    _numbers("hu", "adóazonosító", "Hungarian tax identification", each(numbers.hungarian_tax), 10, 0.1),
    _numbers("gb", "NHS number", "British NHS number, where the name says so", plain("gb.nhs"), 10, 0.1, by_name=True),
    _numbers("nl", "BSN", "Dutch citizen service number", plain("nl.bsn"), 8, 0.1, most=9),
    _numbers("pt", "NIF", "Portuguese tax number", each(numbers.portuguese), 9, 0.1),
    _numbers("hu", "TAJ", "Hungarian social security number", each(numbers.hungarian_taj), 9, 0.1),
    _numbers("at", "Steuernummer", "Austrian tax number", plain("at.tin"), 9, 0.1),
    _numbers("us", "SSN", "United States social security number", each(numbers.american), 9, 0.1),
    Detector(
        name="national identifier",
        title="National identifier without a check digit, where the name says so",
        classification=_RISK,
        by_name=True,
        proof="form and name",
        pattern=r"(?ai:[A-Z]{0,3}[ \-]?[0-9][0-9 ./+\-]{3,18}[0-9][ \-]?[A-Z]{0,2})",
        length=(6, 24),
        digits=(5, 15),
        letters=(0, 4),
        named=named.IDENTIFIER,
    ),
)
"""The national identifiers, the most particular first: of those that fit a column alike, the first is named."""
