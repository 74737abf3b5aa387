"""Dates of birth: written in any order, with the names of months in the languages of the union, and told by how their years lie."""

from __future__ import annotations

import re
from collections.abc import Sequence

from freehold.classify import named
from freehold.classify.detector import Detector, Verify
from freehold.classify.people.words import fold

_MIDNIGHT = r"(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?(?: ?(?:Z|UTC|[+\-]00:?00))?)?"
_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?(?:Z|UTC|[AaPp][Mm]|[+\-][0-9]{2}:?[0-9]{2}))?)?"
_NUMBERS = r"[0-9]{4}[\-/.][0-9]{1,2}[\-/.][0-9]{1,2}\.?|[0-9]{1,2}[\-/.] ?[0-9]{1,2}[\-/.] ?[0-9]{4}"
_COMPACT = r"(?:19|20)[0-9]{6}|[0-9]{4}(?:19|20)[0-9]{2}"
_MONTH = r"[^\W\d_]{3,14}\.?"
_SPELLED = (
    rf"(?:[^\W\d_]+\.?,? )?[0-9]{{1,2}}(?:st|nd|rd|th|er|º|\.)?[ \-/]?(?:de |of )?{_MONTH},?[ \-/](?:de )?[0-9]{{4}}"
    rf"|(?:[^\W\d_]+\.?,? )?{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}}"
    rf"|[0-9]{{4}}\.?[ \-/]{_MONTH}[ \-/][0-9]{{1,2}}\.?"
)
_SHORT = rf"[0-9]{{1,2}}[\-/. ][0-9]{{1,2}}[\-/. ][0-9]{{2}}|[0-9]{{1,2}}[ \-]{_MONTH}[ \-][0-9]{{2}}|[0-9]{{6}}|[0-9]{{4}}"
DATE = rf"(?:{_NUMBERS}){_MIDNIGHT}|{_COMPACT}|{_SPELLED}"
DATE_NAMED = rf"(?:{_NUMBERS}){_TIME}|{_COMPACT}|{_SPELLED}|{_SHORT}"

_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_MONTHS = frozenset(
    """
    jan feb mar mrt apr may mai maj mei mag jun jui giu jul lug aug aou ago agu sep set szep oct okt out ott nov dec dez dic gen ene
    fev abr avr maa det des
    sty lut kwi cze lip sie wrz paz lis gru led uno bre dub kve cer srp zar rij pro tam hel huh tou kes hei elo syy lok jou
    sij vel ozu tra svi kol ruj stu sau vas kov bal geg bir lie rug spa lap jaa vee juu ian iun iul noi mej gun lul aww
    ean fea aib bea iui lun mea dei sam nol
    ιαν φεβ μαρ απρ μαι ιου αυγ σεπ οκτ νοε δεκ яну фев мар апр май юни юли авг сеп окт ное дек
    """.split()
)
"""How the names of months begin in the languages of the union."""

_EARLIEST, _LATEST = 1900, 2100


def birth_years(years: Sequence[int], *, told: bool) -> bool:
    """Return whether these are years of birth: over a life's length, a good part before 1970, and none before 1900.

    With `told`, where the column's name says so, it is enough that all are such years.
    """
    if not years or min(years) < _EARLIEST or max(years) > _LATEST:
        return False
    held = sorted(years)
    tenth, last = held[len(held) // 10], held[-1 - len(held) // 20]
    return told or (tenth <= 1969 and last - tenth >= 25 and len(set(held)) >= 15)


def births(*, told: bool) -> Verify:
    """Return the verification of a column's dates; `told` where its name says that they are of births."""

    def verify(values: Sequence[str]) -> list[bool]:
        years = [_year(value, told=told) for value in values]
        fits = birth_years([year for year in years if year], told=told)
        return [fits and year > 0 for year in years]

    return verify


def _year(value: str, *, told: bool) -> int:
    """Return a date's year; of one written with two digits some year; 0 where a value is no date."""
    if value.isdigit():
        return _bare(value)
    words = _WORD.findall(value)
    if words and not any(fold(word)[:3] in _MONTHS for word in words):
        return 0
    found = _YEAR.search(value)
    return int(found[1]) if found else _LATEST * told


def _bare(value: str) -> int:
    if len(value) == 4:
        return int(value)
    if len(value) == 6:
        orders = ((value[2:4], value[4:]), (value[2:4], value[:2]))
        return _LATEST if any(_is_day(*order) for order in orders) else 0
    if _EARLIEST <= int(value[:4]) <= _LATEST and _is_day(value[4:6], value[6:]):
        return int(value[:4])
    fits = _is_day(value[2:4], value[:2]) or _is_day(value[:2], value[2:4])
    return int(value[4:]) if fits else 0


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


BIRTHS: tuple[Detector, ...] = (
    Detector(
        name="date of birth",
        title="Date of birth, by how the years lie",
        classification="PII.Birth",
        verify=births(told=False),
        pattern=DATE,
        proof="distribution of years",
        length=(8, 40),
        digits=(5, 20),
        letters=(0, 40),
        spaces=(0, 6),
        dots=(0, 3),
        colons=(0, 3),
        most=512,
        named=named.BIRTH,
        cleared=named.OTHER_THAN_BIRTH,
        minimum=90.0,
        distinct=15,
    ),
    Detector(
        name="date of birth by name",
        title="Date or year of birth, where the name says so",
        classification="PII.Birth",
        verify=births(told=True),
        pattern=DATE_NAMED,
        proof="years and name",
        length=(4, 44),
        digits=(3, 24),
        letters=(0, 40),
        spaces=(0, 6),
        dots=(0, 3),
        colons=(0, 4),
        most=512,
        named=named.BIRTH,
        by_name=True,
    ),
)
"""Dates of birth, by their years or by the name of their column."""
