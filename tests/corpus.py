"""A labelled corpus for classification: columns that hold personal data, of every country of the EU, and columns that do not.

Values come from Faker, python-stdnum and phonenumbers; names of columns say nothing (`c1`, `c2`). Each column is what it is in one
of several states: clean, with nulls and blanks, written differently, or filled by 70 %.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib
import random
import string
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import phonenumbers
import pyarrow as pa
from faker import Faker
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from stdnum import luhn, verhoeff

ROWS = 200
_NINE = "\0"
LOCALES = {
    "AT": "de_AT",
    "BE": "nl_BE",
    "BG": "bg_BG",
    "HR": "hr_HR",
    "CY": "el_GR",
    "CZ": "cs_CZ",
    "DK": "da_DK",
    "EE": "et_EE",
    "FI": "fi_FI",
    "FR": "fr_FR",
    "DE": "de_DE",
    "GR": "el_GR",
    "HU": "hu_HU",
    "IE": "en_IE",
    "IT": "it_IT",
    "LV": "lv_LV",
    "LT": "lt_LT",
    "LU": "fr_FR",
    "MT": "en_GB",
    "NL": "nl_NL",
    "PL": "pl_PL",
    "PT": "pt_PT",
    "RO": "ro_RO",
    "SK": "sk_SK",
    "SI": "sl_SI",
    "ES": "es_ES",
    "SE": "sv_SE",
}
"""The countries of the EU, each with the Faker locale of its people."""


@dataclass(frozen=True)
class Labelled:
    """One column: its values, the classification that is right (None: no personal data), and what it is, for reports."""

    kind: str
    label: str | None
    country: str
    values: tuple[Any, ...]

    def table(self, name: str = "c1") -> pa.Table:
        return pa.table({name: pa.array(self.values)})


Make = Callable[[random.Random], Any]


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(count))


def shaped(rng: random.Random, shape: str) -> str:
    """Return random text of a shape: `9` is a digit, `A` a letter, all else itself."""
    swap = {"9": string.digits, "A": string.ascii_uppercase}
    return "".join(rng.choice(swap[char]) if char in swap else char for char in shape)


def _valid(module: str, *shapes: str) -> Make:
    """Return what draws numbers of a shape until python-stdnum says that one is valid; `d` in a shape is a day of birth."""
    check = importlib.import_module(f"stdnum.{module}").is_valid

    def make(rng: random.Random) -> str:
        while True:
            born = dt.date(rng.randint(1940, 1999), rng.randint(1, 12), rng.randint(1, 28))
            shape = rng.choice(shapes)
            days = (("<ymd>", "%y%m%d"), ("<dmy>", "%d%m%y"), ("<Ymd>", "%Y%m%d"), ("<ym>", "%y%m"))
            for mark, form in days:
                shape = shape.replace(mark, born.strftime(form).replace("9", _NINE))
            drawn = shaped(rng, shape).replace(_NINE, "9")
            for last in string.digits + (string.ascii_uppercase if module in _LETTERED else ""):
                if check(drawn[:-1] + last):
                    return drawn[:-1] + last

    return make


_LETTERED = {"fi.hetu", "es.dni", "es.nie", "ie.pps", "it.codicefiscale", "cy.vat"}


def _hungarian(rng: random.Random) -> str:
    held = digits(rng, 8)
    return held + str(sum(int(char) * (3 if at % 2 == 0 else 7) for at, char in enumerate(held)) % 10)


def _luxembourgish(rng: random.Random) -> str:
    held = f"{rng.randint(1940, 1999)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{digits(rng, 3)}"
    return held + luhn.calc_check_digit(held) + verhoeff.calc_check_digit(held)


def _danish(rng: random.Random) -> str:
    return f"{rng.randint(1, 28):02d}{rng.randint(1, 12):02d}{rng.randint(40, 99)}-{digits(rng, 4)}"


def _maltese(rng: random.Random) -> str:
    return digits(rng, 7) + rng.choice("MMMGGAPL")


NATIONAL: dict[str, Make] = {
    "AT": _valid("at.vnr", "9999<dmy>"),
    "BE": _valid("be.nn", "<ymd>99999"),
    "BG": _valid("bg.egn", "<ymd>9999"),
    "HR": _valid("hr.oib", "99999999999"),
    "CY": _valid("cy.vat", "09999999A"),
    "CZ": _valid("cz.rc", "<ymd>9999", "<ymd>/9999"),
    "DK": _danish,
    "EE": _valid("ee.ik", "3<ymd>9999", "4<ymd>9999"),
    "FI": _valid("fi.hetu", "<dmy>-999A"),
    "FR": _valid("fr.nir", "1<ym>7599999999", "2<ym>3399999999"),
    "DE": _valid("de.idnr", "99999999999"),
    "GR": _valid("gr.amka", "<dmy>99999"),
    "HU": _hungarian,
    "IE": _valid("ie.pps", "9999999AA"),
    "IT": _valid("it.codicefiscale", "AAAAAA75H15H501A", "AAAAAA80A01F205A"),
    "LV": _valid("lv.pvn", "<dmy>-19999"),
    "LT": _valid("lt.asmens", "3<ymd>9999", "4<ymd>9999"),
    "LU": _luxembourgish,
    "MT": _maltese,
    "NL": _valid("nl.bsn", "999999999"),
    "PL": _valid("pl.pesel", "<ymd>99999"),
    "PT": _valid("pt.nif", "199999999", "299999999"),
    "RO": _valid("ro.cnp", "1<ymd>409999", "2<ymd>129999"),
    "SK": _valid("sk.rc", "<ymd>/9999"),
    "SI": _valid("si.emso", "0101985509999", "1505979509999"),
    "ES": _valid("es.dni", "99999999A"),
    "SE": _valid("se.personnummer", "<ymd>-9999", "<Ymd>9999"),
}
"""A way to draw one valid national identifier of each country."""

VAT = {
    "AT": "ATU99999999",
    "BE": "BE0999999999",
    "BG": "BG999999999",
    "CZ": "CZ99999999",
    "DE": "DE999999999",
    "DK": "DK99999999",
    "EE": "EE999999999",
    "ES": "ESB99999999",
    "FI": "FI99999999",
    "FR": "FR99999999999",
    "GR": "EL999999999",
    "HR": "HR99999999999",
    "HU": "HU99999999",
    "IT": "IT99999999999",
    "LT": "LT999999999",
    "LU": "LU99999999",
    "LV": "LV40999999999",
    "MT": "MT99999999",
    "NL": "NL999999999B01",
    "PL": "PL9999999999",
    "PT": "PT999999999",
    "RO": "RO99999999",
    "SE": "SE999999999901",
    "SI": "SI99999999",
    "SK": "SK9999999999",
}


def _vat(shape: str) -> Make:
    from stdnum.eu import vat

    def make(rng: random.Random) -> str:
        while True:
            drawn = shape[:2] + shaped(rng, shape[2:])
            if shape.startswith("ES"):
                drawn = "ESB" + digits(rng, 8)
            if shape.startswith("AT"):
                drawn = "ATU" + digits(rng, 8)
            if shape.startswith("NL"):
                drawn = "NL" + digits(rng, 9) + "B01"
            if vat.is_valid(drawn):
                return drawn

    return make


def phone(country: str, form: int) -> Make:
    shown = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    assert shown is not None
    national = str(shown.national_number)

    def make(rng: random.Random) -> str:
        while True:
            drawn = int(national[:3] + digits(rng, len(national) - 3))
            number = phonenumbers.PhoneNumber(country_code=shown.country_code, national_number=drawn)
            if phonenumbers.is_valid_number(number):
                return phonenumbers.format_number(number, form)

    return make


def spaced(value: str) -> str:
    return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


def _column(kind: str, label: str | None, country: str, make: Make, rng: random.Random, rows: int = ROWS) -> Labelled:
    return Labelled(kind, label, country, tuple(make(rng) for _ in range(rows)))


def _altered(column: Labelled, rng: random.Random, junk: str | None = None) -> Labelled:
    """Return a column with a fifth of nulls and blanks, or with three tenths of other words."""
    if junk is None:
        values = [rng.choice((None, "", "  ")) if rng.random() < 0.2 else value for value in column.values]
    else:
        values = [rng.choice(("unknown", "n/a", "-", junk)) if at % 10 < 3 else value for at, value in enumerate(column.values)]
    return Labelled(f"{column.kind} ({'gaps' if junk is None else '70 %'})", column.label, column.country, tuple(values))


def positives(seed: int = 7, rows: int = ROWS) -> Iterator[Labelled]:
    """Yield columns of personal data, some of them with gaps or other words among them."""
    rng = random.Random(seed)  # noqa: S311  (a corpus is to be the same each time)
    for at, column in enumerate(_plain_positives(rng, seed, rows)):
        yield column
        if at % 5 == 1 and isinstance(column.values[0], str):
            yield _altered(column, rng)
        if at % 5 == 3 and isinstance(column.values[0], str) and "text" not in column.kind:
            yield _altered(column, rng, "see file")


def _plain_positives(rng: random.Random, seed: int, rows: int) -> Iterator[Labelled]:
    for country, locale in LOCALES.items():
        fake = Faker(locale)
        fake.seed_instance(seed)

        def drawn(name: str, fake: Faker = fake) -> Make:
            return lambda _rng: str(getattr(fake, name)()).replace("\n", ", ")

        risk, contact = "PII.HighRisk", "PII.Contact"
        yield _column("national identifier", risk, country, NATIONAL[country], rng, rows)
        yield _column("IBAN", risk, country, lambda r, c=country: iban(c, r), rng, rows)
        yield _column("IBAN, spaced", risk, country, lambda r, c=country: spaced(iban(c, r)), rng, rows)
        yield _column("IBAN, lower case", risk, country, lambda r, c=country: iban(c, r).lower(), rng, rows)
        if country in VAT:
            yield _column("VAT", "PII.Tax", country, _vat(VAT[country]), rng, rows)
        yield _column("e-mail", contact, country, drawn("email"), rng, rows)
        yield _column("phone, international", contact, country, phone(country, PhoneNumberFormat.INTERNATIONAL), rng, rows)
        yield _column("phone, E.164", contact, country, phone(country, PhoneNumberFormat.E164), rng, rows)
        yield _column("phone, national", contact, country, phone(country, PhoneNumberFormat.NATIONAL), rng, rows)
        yield _column("full name", "PII.Name", country, drawn("name"), rng, rows)
        yield _column("given name", "PII.Name", country, drawn("first_name"), rng, rows)
        yield _column("surname", "PII.Name", country, drawn("last_name"), rng, rows)
        yield _column("address", contact, country, drawn("address"), rng, rows)
        yield _column("street", contact, country, drawn("street_address"), rng, rows)
        yield _column(
            "e-mail in text", contact, country, lambda _r, f=fake: f"{f.sentence()} {f.email()} {f.sentence()}", rng, rows
        )
    yield from _anywhere(rng, seed, rows)


def _anywhere(rng: random.Random, seed: int, rows: int) -> Iterator[Labelled]:
    fake = Faker("en_US")
    fake.seed_instance(seed)

    def drawn(name: str, **options: Any) -> Make:
        return lambda _rng: getattr(fake, name)(**options)

    yield _column("payment card", "PII.HighRisk", "", drawn("credit_card_number"), rng, rows)
    yield _column("payment card, spaced", "PII.HighRisk", "", lambda _r: spaced(fake.credit_card_number("visa16")), rng, rows)
    yield _column(
        "payment card, dashes",
        "PII.HighRisk",
        "",
        lambda _r: spaced(fake.credit_card_number("mastercard")).replace(" ", "-"),
        rng,
        rows,
    )
    yield _column("payment card, whole numbers", "PII.HighRisk", "", lambda _r: int(fake.credit_card_number("visa16")), rng, rows)
    yield _column("IPv4", "PII.Network", "", drawn("ipv4"), rng, rows)
    yield _column("IPv4, private", "PII.Network", "", drawn("ipv4_private"), rng, rows)
    yield _column("IPv6", "PII.Network", "", drawn("ipv6"), rng, rows)
    yield _column("MAC", "PII.Network", "", drawn("mac_address"), rng, rows)
    yield _column("MAC, dashes", "PII.Network", "", lambda _r: fake.mac_address().replace(":", "-").upper(), rng, rows)
    yield _column("coordinates", "PII.Location", "", lambda r: f"{r.uniform(36, 60):.6f}, {r.uniform(-9, 28):.6f}", rng, rows)
    yield _column("date of birth", "PII.Birth", "", drawn("date_of_birth", minimum_age=18, maximum_age=90), rng, rows)
    yield _column(
        "date of birth, as text",
        "PII.Birth",
        "",
        lambda _r: fake.date_of_birth(minimum_age=18, maximum_age=90).strftime("%d.%m.%Y"),
        rng,
        rows,
    )
    yield _column(
        "IBAN in text", "PII.HighRisk", "DE", lambda r: f"please pay to {spaced(iban('DE', r))} by Friday, thank you", rng, rows
    )
    yield _column(
        "card in text",
        "PII.HighRisk",
        "",
        lambda _r: f"customer gave card {fake.credit_card_number('visa16')} on the phone today",
        rng,
        rows,
    )
    yield _column("phone in text", "PII.Contact", "DE", lambda r: f"call back at {phone('DE', 1)(r)} after lunch please", rng, rows)
    yield _column(
        "name in text",
        "PII.Name",
        "",
        lambda _r: f"spoke with {fake.first_name()} {fake.last_name()} about the delivery of the goods",
        rng,
        rows,
    )
    yield _column("PESEL, whole numbers", "PII.HighRisk", "PL", lambda r: int(NATIONAL["PL"](r)), rng, rows)


LENGTHS = {
    "AT": 20,
    "BE": 16,
    "BG": 22,
    "HR": 21,
    "CY": 28,
    "CZ": 24,
    "DK": 18,
    "EE": 20,
    "FI": 18,
    "FR": 27,
    "DE": 22,
    "GR": 27,
    "HU": 28,
    "IE": 22,
    "IT": 27,
    "LV": 21,
    "LT": 20,
    "LU": 20,
    "MT": 31,
    "NL": 18,
    "PL": 28,
    "PT": 25,
    "RO": 24,
    "SK": 24,
    "SI": 19,
    "ES": 24,
    "SE": 24,
}


def iban(country: str, rng: random.Random) -> str:
    """Return an IBAN with right check digits; the account itself is drawn (ISO 13616 lengths)."""
    length = LENGTHS[country]
    bank = {"BG": "AAAA", "IE": "AAAA", "LV": "AAAA", "MT": "AAAA", "NL": "AAAA", "RO": "AAAA", "IT": "A"}.get(country, "")
    held = shaped(rng, bank) + digits(rng, length - 4 - len(bank))
    number = int("".join(str(int(char, 36)) for char in held + country + "00"))
    return f"{country}{98 - number % 97:02d}{held}"


def _goods(rng: random.Random) -> str:
    kind, thing = rng.choice("Oak Steel Leather Cotton Modern".split()), rng.choice("Chair Table Lamp Desk Shelf Sofa".split())
    return f"{kind} {thing} {rng.randint(1, 99)}"


def negatives(seed: int = 11, rows: int = ROWS) -> Iterator[Labelled]:
    """Yield columns that hold no personal data, and look as if they might."""
    rng = random.Random(seed)  # noqa: S311
    fake = Faker("en_US")
    fake.seed_instance(seed)
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    count = iter(range(10**9))
    made: dict[str, Make] = {
        "years": lambda r: r.randint(1950, 2026),
        "years as text": lambda r: str(r.randint(1950, 2026)),
        "order numbers": lambda _r: 100_000_000 + next(count),
        "order numbers, eleven digits": lambda r: r.randint(10**10, 10**11 - 1),
        "order numbers, ten digits": lambda r: r.randint(10**9, 10**10 - 1),
        "order numbers, nine digits": lambda r: r.randint(10**8, 10**9 - 1),
        "order numbers, eight digits": lambda r: digits(r, 8),
        "order numbers, thirteen digits": lambda r: r.randint(10**12, 10**13 - 1),
        "order numbers, sixteen digits": lambda r: "4" + digits(r, 15),
        "order numbers with zeros": lambda _r: f"{next(count) + 12_345:010d}",
        "order numbers with letters": lambda r: f"ORD-{r.randint(2020, 2026)}-{digits(r, 6)}",
        "order numbers like VAT": lambda r: "DE" + digits(r, 9),
        "order numbers with dashes": lambda r: f"{digits(r, 3)}-{digits(r, 7)}-{digits(r, 7)}",
        "MD5": lambda r: hashlib.md5(digits(r, 9).encode(), usedforsecurity=False).hexdigest(),
        "SHA-256": lambda r: hashlib.sha256(digits(r, 9).encode()).hexdigest(),
        "decimals like coordinates": lambda r: round(r.uniform(40, 60), 5),
        "decimals below one": lambda r: r.random(),
        "product codes": lambda r: shaped(r, "AA-9999-A"),
        "product codes like passports": lambda r: shaped(r, "AA9999999"),
        "product codes, eight and a letter": lambda r: shaped(r, "99999999A"),
        "product codes, seven and a letter": lambda r: shaped(r, "9999999A"),
        "SKUs": lambda r: shaped(r, "AAA99999"),
        "UUIDs": lambda r: str(uuid.UUID(int=r.getrandbits(128), version=4)),
        "timestamps": lambda r: start + dt.timedelta(seconds=r.randint(0, 90_000_000)),
        "timestamps as text": lambda r: (start + dt.timedelta(seconds=r.randint(0, 90_000_000))).isoformat(),
        "days of orders": lambda r: (start + dt.timedelta(days=r.randint(0, 1000))).date(),
        "days of orders as text": lambda r: (start + dt.timedelta(days=r.randint(0, 1000))).strftime("%d/%m/%Y"),
        "days as digits": lambda r: (start + dt.timedelta(days=r.randint(0, 1000))).strftime("%Y%m%d"),
        "prices": lambda r: round(r.uniform(1, 9999), 2),
        "prices as text": lambda r: f"{r.uniform(1, 9999):.2f}",
        "prices with euro": lambda r: f"€ {r.uniform(1, 9999):,.2f}",
        "EAN-13": lambda _r: fake.ean13(),
        "EAN-13 of Germany": lambda _r: fake.ean13(prefixes=("40", "41", "42")),
        "EAN-8": lambda _r: fake.ean8(),
        "UPC-A": lambda _r: fake.ean13(prefixes=("00", "01"))[1:],
        "ISBN-13": lambda _r: fake.isbn13(),
        "ISBN-10": lambda _r: fake.isbn10(),
        "ISBN-10, bare": lambda _r: fake.isbn10(separator=""),
        "versions": lambda r: f"{r.randint(0, 12)}.{r.randint(0, 20)}.{r.randint(0, 40)}",
        "versions of four": lambda r: f"{r.randint(0, 12)}.{r.randint(0, 20)}.{r.randint(0, 9)}.{r.randint(0, 9999)}",
        "versions of four, small": lambda r: f"{r.randint(1, 5)}.{r.randint(0, 20)}.{r.randint(0, 40)}.{r.randint(0, 30)}",
        "post codes": lambda r: digits(r, 5),
        "post codes of the Netherlands": lambda r: shaped(r, "9999 AA"),
        "ZIP+4": lambda r: f"{digits(r, 5)}-{digits(r, 4)}",
        "epoch seconds": lambda r: 1_700_000_000 + r.randint(0, 60_000_000),
        "epoch seconds, early 2024": lambda r: 1_704_100_000 + r.randint(0, 10_000_000),
        "epoch milliseconds": lambda r: 1_700_000_000_000 + r.randint(0, 60_000_000_000),
        "times of day": lambda r: f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}",
        "colours": lambda _r: fake.color_name(),
        "colours, few": lambda r: r.choice("red green blue black white brown grey pink yellow orange".split()),
        "months": lambda _r: fake.month_name(),
        "weekdays": lambda _r: fake.day_of_week(),
        "countries": lambda _r: fake.country(),
        "currencies": lambda _r: fake.currency_code(),
        "cities": lambda r: r.choice(
            "Berlin Hamburg Paris Lyon Madrid Sevilla Roma Milano Porto Lisboa Wien Graz Praha Brno Kraków Gdańsk".split()
        ),
        "jobs": lambda _r: fake.job(),
        "firms": lambda _r: fake.company() + " " + rng.choice(("Ltd", "GmbH", "Inc", "S.A.")),
        "slogans": lambda _r: str(fake.catch_phrase()),
        "products": _goods,
        "devices": lambda r: f"{r.choice('iPhone Galaxy Pixel ThinkPad Surface'.split())} {r.randint(4, 17)}",
        "sizes": lambda r: f"{r.randint(10, 99)} x {r.randint(10, 99)} cm",
        "status": lambda r: r.choice("new paid shipped returned cancelled on_hold refunded partially_paid archived".split()),
        "sentences": lambda _r: fake.sentence(),
        "paragraphs": lambda _r: fake.paragraph(),
        "addresses of pages": lambda _r: fake.url(),
        "paths": lambda _r: fake.file_path(),
        "handles": lambda r: "@" + r.choice("news sport music tech food".split()) + str(r.randint(1, 99)),
        "booleans": lambda r: r.random() < 0.5,
        "counts": lambda r: r.randint(0, 50_000),
        "percentages": lambda r: f"{r.uniform(0, 100):.1f} %",
        "hexadecimal": lambda r: f"{r.getrandbits(32):08x}",
        "six-digit codes": lambda r: digits(r, 6),
        "tracking numbers": lambda r: shaped(r, "AA999999999AA"),
        "IMEI-like": lambda r: "35" + digits(r, 13),
    }
    for kind, make in made.items():
        yield _column(kind, None, "", make, rng, rows)
    for locale in sorted(set(LOCALES.values())):
        native = Faker(locale)
        native.seed_instance(seed)
        for name in (
            "city",
            "word",
            "company",
            "job",
            "country",
            "color_name",
            "postcode",
            "license_plate",
            "month_name",
            "sentence",
        ):
            yield _column(name, None, locale, lambda _r, f=native, n=name: str(getattr(f, n)()), rng, rows)


def corpus(seed: int = 7, rows: int = ROWS) -> list[Labelled]:
    """Return the whole corpus."""
    return [*positives(seed, rows), *negatives(seed + 4, rows)]
