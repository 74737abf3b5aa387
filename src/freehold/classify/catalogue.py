"""Every detector of values, the most particular first: the one table that the code, the report and the page are made from."""

from __future__ import annotations

from freehold.classify import named, phones
from freehold.classify.checks import is_card, is_iban, is_machine_readable
from freehold.classify.dates import BIRTHS
from freehold.classify.detector import Detector, each
from freehold.classify.national import NATIONAL
from freehold.classify.network import NETWORK
from freehold.classify.papers import PAPERS
from freehold.classify.people.detectors import PEOPLE
from freehold.classify.tax import TAX
from freehold.classify.where import PLACES

_LOCAL = r"(?:[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-\x80-\U0010ffff]+|\"[^\"@]{1,64}\")"
_HOST = (
    r"(?:[A-Za-z0-9\x80-\U0010ffff](?:[A-Za-z0-9.\-\x80-\U0010ffff]*[A-Za-z0-9\x80-\U0010ffff])?\."
    r"(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9\-]{2,59}|[^\W\d_]{2,24})|\[[0-9A-Fa-f.:v]{7,45}\])"
)
_EMAIL = rf"(?:(?ai:mailto|smtp):)?<?{_LOCAL}@{_HOST}>?"
EMAIL = rf"{_EMAIL}(?: ?[,; ] ?{_EMAIL}){{0,9}}"
_PHONE = (
    r"(?:(?ai:tel|phone|mobile|mob|fax|t|m|telefon)[:.]? ?)?\(?\+?[0-9(][0-9()\[\] ./\-–\xa0]{5,24}[0-9]"
    r"(?:[ ;,]*(?:[xX#]|[eE]xt(?:ension)?[.:=]?|DW|Durchwahl|poste|int\.?|wew\.?) ?[0-9]{1,6})?"
)

DETECTORS: tuple[Detector, ...] = (
    Detector(
        name="e-mail",
        title="E-mail address",
        classification="PII.Contact",
        pattern=EMAIL,
        proof="form",
        length=(6, 160),
        ats=(1, 10),
        dots=(1, 40),
        spaces=(0, 10),
        colons=(0, 8),
        named=named.EMAIL,
        family="contact",
    ),
    Detector(
        name="IBAN",
        title="International bank account number",
        classification="PII.HighRisk",
        verify=each(is_iban),
        proof="check digits",
        pattern=r"(?ai:(?:IBAN[:. ]{0,2})?[A-Z]{2}[ ]?[0-9]{2}(?:[ .\-]?[A-Z0-9]){11,30})",
        length=(14, 52),
        digits=(10, 32),
        letters=(2, 26),
        dots=(0, 10),
        colons=(0, 1),
        chance=0.01,
        named=named.IBAN,
    ),
    Detector(
        name="payment card",
        title="Payment card number",
        classification="PII.HighRisk",
        verify=each(is_card),
        proof="check digit and issuer",
        pattern=r"[2-6][0-9]{3}(?:[ .\-]{0,2}[0-9]){8,15}",
        length=(12, 28),
        digits=(12, 19),
        letters=(0, 0),
        dots=(0, 4),
        chance=0.1,
        named=named.CARD,
    ),
    *NETWORK,
    Detector(
        name="passport zone",
        title="Machine-readable zone of a passport",
        classification="PII.HighRisk",
        verify=each(is_machine_readable),
        pattern=r"(?s:.*[A-Z0-9<]{44})",
        proof="check digits",
        length=(44, 100),
        named=named.PASSPORT,
    ),
    *NATIONAL,
    *PAPERS,
    *TAX,
    *PLACES,
    *BIRTHS,
    Detector(
        name="phone",
        title="Telephone number",
        classification="PII.Contact",
        verify=phones.written,
        pattern=_PHONE,
        proof="numbering plan",
        length=(7, 40),
        digits=(6, 22),
        letters=(0, 12),
        colons=(0, 1),
        chance=0.1,
        family="contact",
        named=named.PHONE,
        most=256,
    ),
    Detector(
        name="phone by name",
        title="Telephone number of bare digits, where the name says so",
        classification="PII.Contact",
        verify=phones.told,
        pattern=_PHONE,
        proof="numbering plan and name",
        length=(7, 40),
        digits=(6, 22),
        letters=(0, 12),
        colons=(0, 1),
        by_name=True,
        named=named.PHONE,
        minimum=30.0,
        most=256,
    ),
    *PEOPLE,
)
"""Every detector of whole values, the most particular first."""
