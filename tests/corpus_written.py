"""Columns as people and machines really write them: other notations, other languages, telling names, and what only looks like them.

It stands beside `corpus`, whose columns are clean, so that what is told of one way of writing is told of all.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from faker import Faker
from stdnum import luhn

from corpus import NATIONAL, Labelled, digits, iban, phone, shaped, spaced

ROWS = 100
RISK, CONTACT, NAME, BIRTH, NETWORK, PLACE, TAX = (
    f"PII.{item}" for item in ("HighRisk", "Contact", "Name", "Birth", "Network", "Location", "Tax")
)


@dataclass(frozen=True)
class Written(Labelled):
    """A column with the name that it has."""

    name: str = "c1"


Make = Callable[[random.Random], Any]


def _born(rng: random.Random, first: int = 1938, last: int = 2005) -> dt.date:
    return dt.date(rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28))


def _card(rng: random.Random, start: str, length: int) -> str:
    held = start + digits(rng, length - len(start) - 1)
    return held + luhn.calc_check_digit(held)


def _mac(rng: random.Random, every: int, mark: str) -> str:
    held = f"{rng.getrandbits(48):012x}"
    return mark.join(held[at : at + every] for at in range(0, 12, every))


def _six(rng: random.Random) -> str:
    return f"2001:db8:{rng.getrandbits(16):x}::{rng.getrandbits(16):x}"


def _four(rng: random.Random) -> str:
    return ".".join(str(rng.randint(1, 254)) for _ in range(4))


def _at(rng: random.Random) -> tuple[float, float]:
    return rng.uniform(36, 68), rng.uniform(2, 28)


def _minutes(value: float, side: str) -> str:
    return f"{int(value)}°{int(value * 60) % 60:02d}'{value * 3600 % 60:04.1f}\"{side}"


def _insurance(rng: random.Random) -> str:
    """Return a Spanish social security number: province, serial, and both modulo 97."""
    province, serial = f"{rng.randint(1, 50):02d}", f"{rng.randint(10**7, 10**8 - 1)}"
    return f"{province}{serial}{int(province + serial) % 97:02d}"


def _german_card(rng: random.Random) -> str:
    held = "".join(rng.choice("0123456789CFGHJKLMNPRTVWXYZ") for _ in range(8))
    held = rng.choice("LMNPRTVWXY") + held
    return held + str(sum(int(char, 36) * (7, 3, 1)[at % 3] for at, char in enumerate(held)) % 10)


def _health(rng: random.Random) -> str:
    while True:
        held = "4" + digits(rng, 8)
        last = -sum(int(char) * weight for char, weight in zip(held, range(10, 1, -1), strict=True)) % 11
        if last < 10:
            return f"{held[:3]} {held[3:6]} {held[6:]}{last}"


_SPANISH = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()


def _positives(fake: Faker, german: Faker, dutch: Faker, british: Faker) -> Iterator[tuple[str, str, str, Make]]:
    """Yield kind, label, name of the column, and what draws a value."""
    yield "e-mail, mailto", CONTACT, "c1", lambda _r: f"mailto:{fake.email()}"
    yield "e-mail, quoted", CONTACT, "c1", lambda _r: f'"{fake.name()}"@{fake.domain_name()}'
    yield "e-mail, top domain of its own script", CONTACT, "c1", lambda _r: f"{fake.user_name()}@пример.бг"
    yield "e-mail, several", CONTACT, "c1", lambda _r: f"{fake.email()};{fake.email()}"
    yield (
        "e-mail in a line of CSV",
        CONTACT,
        "c1",
        lambda r: f"{r.randint(1, 999)};7;{fake.email()};{digits(r, 4)}",
    )
    yield "e-mail or phone", CONTACT, "c1", lambda r: r.choice((fake.email(), phone("DE", 1)(r)))
    yield "phone, tel:", CONTACT, "c1", lambda r: f"tel:{phone('FR', 0)(r)}"
    yield "phone, 00", CONTACT, "c1", lambda r: f"00{phone('IT', 0)(r)[1:]}"
    yield "phone, dots", CONTACT, "c1", lambda r: phone("GB", 2)(r).replace(" ", ".")
    yield "phone, extension", CONTACT, "c1", lambda r: f"{phone('NL', 1)(r)} ext. {digits(r, 3)}"
    yield "phone in JSON", CONTACT, "c1", lambda r: json.dumps({"id": r.randint(1, 999), "phone": phone("DE", 0)(r)})
    yield "phone in text, national", CONTACT, "c1", lambda r: f"De levering kwam te laat, bel mij op {phone('NL', 2)(r)} aub."
    yield (
        "address in text",
        CONTACT,
        "c1",
        lambda _r: f"{german.text(160)} Zurück an {', '.join(german.address().split(chr(10)))}.",
    )
    yield "address, Britain, on lines", CONTACT, "c1", lambda _r: british.address()
    yield "street named", CONTACT, "adresse", lambda r: f"{fake.last_name()}moen {r.randint(1, 99)}"
    yield "IBAN with its word", RISK, "c1", lambda r: f"IBAN: {spaced(iban('DK', r))}"
    yield "IBAN in text, lower case", RISK, "c1", lambda r: f"veuillez payer sur le compte {iban('FR', r).lower()} avant vendredi"
    yield "IBAN and bank", RISK, "c1", lambda r: f"{iban('DE', r)} / {shaped(r, 'AAAADEAAXXX')}"
    yield "card, dots", RISK, "c1", lambda r: spaced(_card(r, "4", 16)).replace(" ", ".")
    yield "card and month", RISK, "c1", lambda r: f"{_card(r, '51', 16)} {r.randint(1, 12):02d}/29"
    yield "identifier, NIR of all departments", RISK, "c1", _with_corsica
    yield "identifier, hetu by digits", RISK, "c1", _finnish_digits
    yield "identifier, DNI with dots", RISK, "c1", lambda r: re.sub(r"(..)(...)(...)(.)", r"\1.\2.\3-\4", NATIONAL["ES"](r))
    yield "identifier, Spanish insurance", RISK, "c1", _insurance
    yield "identifier, German card", RISK, "c1", _german_card
    yield "identifier, NHS in groups", RISK, "c1", _health
    yield "identifier, NHS named", RISK, "nhs_number", lambda r: _health(r).replace(" ", "")
    yield "identifier, CPR named", RISK, "cpr_nummer", lambda r: f"{_born(r):%d%m%y}{digits(r, 4)}"
    yield "identifier, SSN named", RISK, "ssn", lambda r: f"{r.randint(1, 665):03d}{r.randint(1, 99):02d}{r.randint(1, 9999):04d}"
    yield "identifier in text", RISK, "c1", lambda r: f"PESEL klienta to {NATIONAL['PL'](r)}, proszę sprawdzić zamówienie"
    yield "passport named in Dutch", RISK, "paspoortnummer", lambda r: shaped(r, "AA9A99A99")
    yield "driving licence", RISK, "driving_licence_number", lambda r: f"{shaped(r, 'AAAAA')}{digits(r, 6)}{shaped(r, 'AA9AA')}"
    yield "VAT of Slovakia, bare, named", TAX, "ic_dph", _slovak
    yield "name, initial first", NAME, "c1", lambda _r: f"{fake.first_name()[0]}. {fake.last_name()}"
    yield "name, initial last", NAME, "c1", lambda _r: f"{dutch.last_name()}, {fake.first_name()[0]}."
    yield (
        "name in JSON",
        NAME,
        "c1",
        lambda r: json.dumps({"id": r.randint(1, 99), "first_name": fake.first_name()}),
    )
    yield "surname of Ireland", NAME, "c1", lambda r: f"{r.choice(('Ó ', 'Mac ', 'Ní '))}{shaped(r, 'A').upper()}{fake.word()}"
    yield "birth, month spelled", BIRTH, "c1", lambda r: f"{r.randint(1, 28)} de {r.choice(_SPANISH)} de {_born(r).year}"
    yield "birth, month short", BIRTH, "c1", lambda r: f"{_born(r):%d-%b-%Y}"
    yield "birth, bare digits", BIRTH, "c1", lambda r: f"{_born(r):%Y%m%d}"
    yield "birth, midnight as text", BIRTH, "c1", lambda r: f"{_born(r):%Y-%m-%d} 00:00:00"
    yield "birth named, two digits of the year", BIRTH, "Geb_Dat", lambda r: f"{_born(r):%d.%m.%y}"
    yield "birth named in Danish", BIRTH, "fødselsdato", lambda r: _born(r, 1985)
    yield "birth named in Greek", BIRTH, "ημερομηνία γέννησης", lambda r: f"{_born(r, 1985):%d/%m/%Y}"
    yield "year of birth named", BIRTH, "Geburtsjahr", lambda r: r.randint(1940, 2005)
    yield "IPv6, zone", NETWORK, "c1", lambda r: f"fe80::{r.getrandbits(16):x}:{r.getrandbits(16):x}%eth0"
    yield "IPv6, port", NETWORK, "c1", lambda r: f"[{_six(r)}]:{r.randint(1024, 65_000)}"
    yield "IPv4 and IPv6", NETWORK, "c1", lambda r: r.choice((_four, _six))(r)
    yield "IPv4, several", NETWORK, "c1", lambda r: f"{_four(r)}, {_four(r)}"
    yield "IPv4 in a log", NETWORK, "c1", lambda r: f'{_four(r)} - - [10/Oct/2024:13:55:36 +0000] "GET / HTTP/1.1" 200'
    yield "MAC, blanks", NETWORK, "c1", lambda r: _mac(r, 2, " ")
    yield "MAC, halves", NETWORK, "c1", lambda r: _mac(r, 6, "-")
    yield "MAC named", NETWORK, "macAddress", lambda r: _mac(r, 12, "")
    yield "place, degrees and minutes", PLACE, "c1", lambda r: f"{_minutes(_at(r)[0], 'N')} {_minutes(_at(r)[1], 'E')}"
    yield "place, decimal commas", PLACE, "c1", lambda r: "{:.5f}; {:.5f}".format(*_at(r)).replace(".", ",")
    yield "place, sides", PLACE, "c1", lambda r: "N {:.5f} E {:.5f}".format(*_at(r))
    yield "place, EWKT", PLACE, "c1", lambda r: "SRID=4326;POINT({1:.6f} {0:.6f})".format(*_at(r))
    yield (
        "place, GeoJSON",
        PLACE,
        "c1",
        lambda r: json.dumps({"type": "Point", "coordinates": _at(r)}),
    )
    yield "place, link to a map", PLACE, "c1", lambda r: "https://maps.example.com/?q={:.6f},{:.6f}".format(*_at(r))
    yield "longitude named in German", PLACE, "Längengrad", lambda r: round(_at(r)[1], 6)
    yield "latitude named in Dutch", PLACE, "breedtegraad", lambda r: round(_at(r)[0], 6)


def _with_corsica(rng: random.Random) -> str:
    department = rng.choice(("75", "13", "2A", "2B"))
    held = f"{rng.choice('12')}{rng.randint(40, 99)}{rng.randint(1, 12):02d}{department}{rng.randint(1, 90):03d}{digits(rng, 3)}"
    number = int(held.replace("2A", "19").replace("2B", "18"))
    return f"{held}{97 - number % 97:02d}"


def _finnish_digits(rng: random.Random) -> str:
    """Return a Finnish code whose check character is mostly a digit."""
    while True:
        code = NATIONAL["FI"](rng)
        if code[-1].isdigit() or rng.random() < 0.3:
            return code


def _slovak(rng: random.Random) -> str:
    number = rng.randint(200_000_000, 299_999_999) * 11
    return str(number) if number % 10**9 >= 10**8 and str(number)[2] in "234789" else _slovak(rng)


def _negatives(fake: Faker) -> Iterator[tuple[str, str, Make]]:
    """Yield kind, name of the column, and what draws a value that is of nobody."""
    start = dt.date(2016, 1, 1)
    yield "quantities in threes", "c1", lambda r: f"{r.randint(10**8, 10**9 - 1):,}".replace(",", " ")
    yield "quantities in threes, dots", "c1", lambda r: f"{r.randint(10**8, 10**9 - 1):,}".replace(",", ".")
    yield "invoices with years", "c1", lambda r: f"{r.randint(2015, 2025)}-{digits(r, 5)}"
    yield "parts", "c1", lambda r: shaped(r, "9999 999 999")
    yield "numbers of objects", "c1", lambda r: f"1.3.6.1.4.1.{r.randint(1, 9999)}"
    yield "versions of four, first low", "c1", lambda r: f"6.{r.randint(1, 3)}.{r.randint(0, 99)}.{r.randint(0, 250)}"
    yield (
        "versions of four, named",
        "app_version",
        lambda r: f"{r.randint(1, 20)}.{r.randint(0, 99)}.{r.randint(0, 250)}.0",
    )
    yield "intervals", "c1", lambda r: f"{r.random():.4f}, {r.random():.4f}"
    yield "averages, long", "long_run_average", lambda r: round(r.uniform(1, 170), 3)
    yield (
        "lines of orders",
        "c1",
        lambda r: f"{r.randint(1, 9)} x {r.choice(('Lane Cake', 'Road Map'))} {r.randint(10, 99)}",
    )
    yield "firms of partners", "c1", lambda _r: f"{fake.last_name()} & {fake.last_name()}"
    yield "days of founding", "founded_on", lambda r: _born(r, 1930, 2020).isoformat()
    yield "days spelled, of late", "c1", lambda r: (start + dt.timedelta(days=r.randint(0, 3000))).strftime("%d %B %Y")
    yield "numbers of orders in JSON", "c1", lambda r: json.dumps({"order": digits(r, 16), "ref": digits(r, 12)})
    yield "numbers of orders in text", "c1", lambda r: f"Order {digits(r, 16)} was shipped with parcel {digits(r, 12)} on Monday"
    yield (
        "versions in text",
        "c1",
        lambda r: f"the agent was updated to 1.2.{r.randint(0, 9)}.{r.randint(0, 99)} today",
    )
    yield "cities named so", "city", lambda _r: fake.last_name()
    yield "brands named so", "brand", lambda _r: fake.last_name()
    yield (
        "nations in Croatian",
        "c1",
        lambda r: r.choice("Rumunjski Latvijski Talijanski Hrvatski Poljski Danski Finski Irski".split()),
    )
    yield "ISSN", "c1", _issn
    yield "hexadecimal of twelve", "c1", lambda r: _mac(r, 12, "")
    yield "birth rates", "birth_rate", lambda r: round(r.uniform(5, 40), 2)
    yield "kinds of addresses", "address_type", lambda r: r.choice(("billing", "shipping", "home", "work"))
    yield "models of phones", "phone_model", lambda r: f"{r.choice(('Galaxy S', 'Pixel ', 'Xperia '))}{r.randint(4, 24)}"


def _issn(rng: random.Random) -> str:
    held = digits(rng, 7)
    last = -sum(int(char) * weight for char, weight in zip(held, range(8, 1, -1), strict=True)) % 11
    return f"{held[:4]}-{held[4:]}{'X' if last == 10 else last}"


def written(seed: int = 7, rows: int = ROWS) -> Iterator[Written]:
    """Yield every column, those of people first."""
    rng = random.Random(seed)  # noqa: S311
    fakes = [Faker(locale) for locale in ("en_US", "de_DE", "nl_NL", "en_GB")]
    for fake in fakes:
        fake.seed_instance(seed)
    for kind, label, name, make in _positives(*fakes):
        yield Written(kind, label, "", tuple(make(rng) for _ in range(rows)), name)
    for kind, name, make in _negatives(fakes[0]):
        yield Written(kind, None, "", tuple(make(rng) for _ in range(rows)), name)
