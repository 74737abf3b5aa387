"""Every detector of values, the most particular first: the one table that the code, the report and the page are made from."""

from __future__ import annotations

from freehold.classify import phones
from freehold.classify.checks import (
    births,
    degrees,
    is_card,
    is_iban,
    is_machine_readable,
    is_network_address,
    network_addresses,
    pairs,
)
from freehold.classify.detector import Detector, each
from freehold.classify.national import NATIONAL, TAX
from freehold.classify.people import words

EMAIL = (
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-\x{80}-\x{10ffff}]+@"
    r"[A-Za-z0-9\x{80}-\x{10ffff}](?:[A-Za-z0-9.\-\x{80}-\x{10ffff}]*[A-Za-z0-9\x{80}-\x{10ffff}])?\.(?:[A-Za-z]{2,24}"
    r"|xn--[A-Za-z0-9\-]{2,59})"
)
_PHONE = r"\(?\+?[0-9(][0-9()\[\] ./\-–]{5,24}[0-9](?:\s*(?:[xX#]|[eE]xt\.?)\s*[0-9]{1,6})?"
_PHONE_NAMED = (
    r"\b(?:phone|tel|telephone|telefon|telefono|telefone|telefoon|mobile|mobil|cell|handy|fax|msisdn|puhelin"
    r"|telefonszam|τηλεφωνο|телефон)"
)
_NAME_NAMED = (
    r"\b(?:(?:first|last|full|given|family|middle|maiden|customer|client|person|contact|employee|patient|user|member"
    r"|driver|holder) ?names?"
    r"|names?|surname|firstname|lastname|fullname|vorname|nachname|familienname|nom|prenom|cognome|nome|nombre"
    r"|apellidos?|apelido|naam|achternaam"
    r"|voornaam|navn|namn|nimi|imie|nazwisko|jmeno|prijmeni|ime|prezime|nev|nume|prenume|vards|uzvards|vardas|pavarde|ονομα|име)\b"
)
_ADDRESS_NAMED = (
    r"\b(?:address|street|addr|adresse|strasse|anschrift|rue|indirizzo|direccion|calle|morada|rua|adres|straat|osoite"
    r"|ulica|cim|adresa)\b"
)
_BIRTH_NAMED = (
    r"\b(?:birth|born|dob|birthday|birthdate|geburt\w*|naissance|nascita|nacimiento|nascimento|geboorte\w*|fodsels\w*"
    r"|fodelse\w*|syntyma\w*"
    r"|urodzenia|narozeni|rodjenja|rojstva|szuletes\w*|nasterii|dzimsanas|gimimo|sunni\w*)\b"
)
_PASSPORT_NAMED = (
    r"\b(?:passports?|reisepass\w*|passeport|passaporto|pasaporte|passaporte|paspoort|pas|paszport\w*|passi|utlevel"
    r"|pasaport|pasas)\b"
)
_WHERE_NAMED = r"\b(?:lat|latitude|lon|lng|long|longitude|geo|gps|coord\w*|position|breitengrad|langengrad)\b"
_DATE = r"(?:[0-9]{4}[\-/.][0-9]{1,2}[\-/.][0-9]{1,2}|[0-9]{1,2}[\-/.][0-9]{1,2}[\-/.][0-9]{4})"


DETECTORS: tuple[Detector, ...] = (
    Detector(
        name="e-mail",
        title="E-mail address",
        classification="PII.Contact",
        pattern=EMAIL,
        proof="form",
        length=(6, 160),
        ats=(1, 1),
        dots=(1, 30),
        spaces=(0, 0),
        named=r"\b(?:e ?mail|mail)\b",
    ),
    Detector(
        name="IBAN",
        title="International bank account number",
        classification="PII.HighRisk",
        verify=each(is_iban),
        proof="check digits",
        pattern=r"(?i:[A-Z]{2}[ ]?[0-9]{2}[ \-]?(?:[A-Z0-9]{1,4}[ \-]?){3,8}[A-Z0-9]{0,4})",
        length=(14, 46),
        digits=(10, 32),
        letters=(2, 22),
        dots=(0, 0),
        chance=0.01,
        named=r"\b(?:iban|account|konto\w*|compte|conto|cuenta|rekening\w*)\b",
    ),
    Detector(
        name="payment card",
        title="Payment card number",
        classification="PII.HighRisk",
        verify=each(is_card),
        proof="check digit and issuer",
        pattern=r"[2-6][0-9]{3}(?:[ \-]?[0-9]){8,15}",
        length=(12, 25),
        digits=(12, 19),
        letters=(0, 0),
        dots=(0, 0),
        chance=0.1,
        named=r"\b(?:card|pan|credit|debit|karte\w*|carte|carta|tarjeta|kaart)\b",
    ),
    Detector(
        name="MAC address",
        title="Hardware address of a device",
        classification="PII.Network",
        proof="form",
        pattern=r"(?i:[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})",
        length=(14, 17),
        spaces=(0, 0),
        colons=(0, 5),
        named=r"\b(?:mac|hardware)\b",
    ),
    Detector(
        name="IPv4 address",
        title="Internet address",
        classification="PII.Network",
        verify=network_addresses,
        proof="ranges",
        pattern=r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2}|:[0-9]{1,5})?",
        length=(7, 21),
        digits=(4, 17),
        letters=(0, 0),
        dots=(3, 3),
        spaces=(0, 0),
        colons=(0, 1),
        named=r"\b(?:ip|ipv4|address|host)\b",
    ),
    Detector(
        name="IPv6 address",
        title="Internet address",
        classification="PII.Network",
        verify=each(is_network_address),
        proof="form",
        pattern=r"(?i:[0-9a-f:]{2,39}(?:\.[0-9.]{5,11})?(?:/[0-9]{1,3})?)",
        length=(3, 45),
        colons=(2, 8),
        spaces=(0, 0),
        named=r"\b(?:ip|ipv6|host)\b",
    ),
    Detector(
        name="passport zone",
        title="Machine-readable zone of a passport",
        classification="PII.HighRisk",
        verify=each(is_machine_readable),
        pattern=r"(?s:.*[A-Z0-9<]{44})",
        proof="check digits",
        length=(44, 100),
        named=_PASSPORT_NAMED,
    ),
    *NATIONAL,
    Detector(
        name="passport number",
        title="Passport number, where the name says so",
        classification="PII.HighRisk",
        by_name=True,
        proof="form and name",
        pattern=r"(?i:[A-Z]{1,3} ?[0-9]{6,8}|[0-9]{2}[A-Z]{2}[0-9]{5}|[A-Z][0-9A-Z]{7}[0-9]|[0-9]{7,9})",
        length=(7, 11),
        digits=(1, 9),
        letters=(0, 8),
        named=_PASSPORT_NAMED,
    ),
    *TAX,
    Detector(
        name="coordinates",
        title="Latitude and longitude in one value",
        classification="PII.Location",
        verify=pairs,
        proof="ranges",
        pattern=r"[(\[]?(?:POINT ?\()?-?[0-9]{1,3}\.[0-9]{3,} ?[,; ] ?-?[0-9]{1,3}\.[0-9]{3,}[)\]]{0,2}",
        length=(11, 60),
        digits=(8, 40),
        dots=(2, 2),
        letters=(0, 5),
        named=_WHERE_NAMED,
    ),
    Detector(
        name="coordinate",
        title="Latitude or longitude, where the name says so",
        classification="PII.Location",
        verify=degrees,
        by_name=True,
        pattern=r"-?[0-9]{1,3}\.[0-9]{2,}",
        proof="range and name",
        length=(4, 24),
        digits=(3, 20),
        letters=(0, 0),
        dots=(1, 1),
        spaces=(0, 0),
        named=_WHERE_NAMED,
    ),
    Detector(
        name="date of birth",
        title="Date of birth, by how the years lie",
        classification="PII.Birth",
        verify=births(told=False),
        pattern=_DATE,
        proof="distribution of years",
        length=(8, 10),
        digits=(6, 8),
        letters=(0, 0),
        named=_BIRTH_NAMED,
        minimum=90.0,
        distinct=15,
    ),
    Detector(
        name="date of birth by name",
        title="Date of birth, where the name says so",
        classification="PII.Birth",
        verify=births(told=True),
        pattern=_DATE,
        proof="years and name",
        length=(8, 10),
        digits=(6, 8),
        letters=(0, 0),
        named=_BIRTH_NAMED,
        by_name=True,
    ),
    Detector(
        name="phone",
        title="Telephone number",
        classification="PII.Contact",
        verify=phones.written,
        pattern=_PHONE,
        proof="numbering plan",
        length=(7, 32),
        digits=(7, 21),
        letters=(0, 4),
        chance=0.1,
        named=_PHONE_NAMED,
        most=256,
    ),
    Detector(
        name="phone by name",
        title="Telephone number of bare digits, where the name says so",
        classification="PII.Contact",
        verify=phones.told,
        pattern=_PHONE,
        proof="numbering plan and name",
        length=(7, 32),
        digits=(7, 21),
        letters=(0, 4),
        by_name=True,
        named=_PHONE_NAMED,
        minimum=30.0,
        most=256,
    ),
    Detector(
        name="address",
        title="Street and house number",
        classification="PII.Contact",
        verify=words.addresses,
        most=512,
        pattern=r"(?s:.*)",
        proof="words of streets",
        length=(6, 160),
        digits=(1, 16),
        letters=(4, 150),
        spaces=(1, 30),
        named=_ADDRESS_NAMED,
        minimum=40.0,
        eased=True,
    ),
    Detector(
        name="full name",
        title="Given name and surname",
        classification="PII.Name",
        verify=words.full_names,
        most=512,
        pattern=r"[^0-9@_<>{}=]+",
        proof="lists of names",
        length=(4, 80),
        digits=(0, 0),
        letters=(4, 80),
        spaces=(1, 6),
        colons=(0, 0),
        named=_NAME_NAMED,
        minimum=40.0,
        eased=True,
    ),
    Detector(
        name="given name",
        title="Given name alone",
        classification="PII.Name",
        verify=words.first_names,
        most=512,
        pattern=r"[^0-9@_<>{}=]+",
        proof="list of names",
        length=(2, 40),
        digits=(0, 0),
        letters=(2, 40),
        spaces=(0, 1),
        dots=(0, 0),
        named=_NAME_NAMED,
        minimum=35.0,
        eased=True,
    ),
    Detector(
        name="surname",
        title="Surname alone",
        classification="PII.Name",
        verify=words.last_names,
        most=512,
        pattern=r"[^0-9@_<>{}=]+",
        proof="list of names",
        length=(2, 40),
        digits=(0, 0),
        letters=(2, 40),
        spaces=(0, 1),
        dots=(0, 0),
        named=_NAME_NAMED,
        minimum=35.0,
        distinct=20,
        eased=True,
    ),
)
"""Every detector of whole values, the most particular first."""
