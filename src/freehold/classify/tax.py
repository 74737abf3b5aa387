"""The numbers by which value added tax is paid, of firms and of people who are one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from freehold.classify import named
from freehold.classify.detector import Detector, standard

_TAX = "PII.Tax"
_SPACED = r"[0-9][0-9 .\-/+]*[0-9]"


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
    return _best(_BARE, compacted)


def _told(values: Sequence[str]) -> list[bool]:
    """Where the column's name says what it is, the rule of any country may be the one that fits it best."""
    return _best((*_BARE, *_TOLD), [re.sub(r"[ .\-/]", "", value).upper() for value in values])


def _best(modules: Sequence[str], values: Sequence[str]) -> list[bool]:
    few = values[:: max(1, len(values) // 24)]
    return list(standard(max(modules, key=lambda module: sum(standard(module)(few))))(values))


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
_TOLD = (
    "at.uid",
    "bg.vat",
    "ch.uid",
    "cy.vat",
    "cz.dic",
    "es.nif",
    "hr.oib",
    "ie.vat",
    "lt.pvm",
    "mt.vat",
    "nl.btw",
    "no.orgnr",
    "ro.cf",
    "se.vat",
    "sk.dph",
    "gb.vat",
)

TAX: tuple[Detector, ...] = (
    Detector(
        name="VAT number",
        title="VAT number of a European state, with its letters",
        classification=_TAX,
        pattern=r"(?ai:(?:AT|BE|BG|CH|CY|CZ|DE|DK|EE|EL|GR|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI)"
        r"[ -]?[0-9A-Z+*][0-9A-Z+*. /\-]{1,17})",
        verify=_vat,
        proof="check digits",
        length=(4, 24),
        digits=(2, 13),
        letters=(2, 8),
        chance=0.1,
        named=named.VAT,
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
        named=named.VAT,
    ),
    Detector(
        name="VAT number by name",
        title="VAT number of any European state, where the name says so",
        classification=_TAX,
        pattern=r"(?ai:[A-Z0-9][0-9A-Z .\-/+*]{5,18}[0-9A-Z])",
        verify=_told,
        by_name=True,
        proof="check digits and name",
        length=(7, 20),
        digits=(7, 12),
        letters=(0, 3),
        chance=0.1,
        named=named.VAT,
    ),
)
"""VAT numbers: of firms, and of people who are one."""
