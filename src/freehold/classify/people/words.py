"""Judge by the lists whether text is a person's name or a postal address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from freehold.classify.people import census, european, further
from freehold.classify.people.places import CLOSED, NOT_NAMES, STREET_ENDINGS, STREETS, SUFFIXES, TOWNS, UNITS

_ENOUGH, _SOME, _BUILT, _KNOWN, _LIKELY = 0.4, 0.15, 0.6, 0.18, 0.25
_LATIN = str.maketrans("øłđðßæœıħÿ", "oldds" + "aoihy")
_NUMBERED = re.compile(r"(?:^|[\s,(])(?:n[o°º]?\.? ?)?\d{1,5}(?: ?[a-zA-Zα-ωа-я])?(?:[-/]\d{1,4}[a-zA-Z]?)?\.?(?=$|[\s,)])")
_POSTED = re.compile(
    r"[,\n] *(?:[A-ZΑ-Ω]{1,2}[- ])?(?:\d{4,5}(?: ?[A-Z]{2})?|\d{3} \d{2}|\d{2}-\d{3}|\d{4}-\d{3}),? +[^\W\d_]{3}"
    r"|,? +[A-Z]{2} \d{5}(?:-\d{4})?$|[,\n] *[^\W\d_]{3,}[^,\n]*, +\d{4,6}$"
)
_BRITISH = re.compile(r"(?:^|[\s,])[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?:, *[^\W\d_ ]+(?: [^\W\d_]+)*)?$")
_TOWN = re.compile(
    r"\b(?:[A-Z]{1,2}-)?(?:\d{5}|\d{4}(?: ?[A-Z]{2})?|\d{3} \d{2}|\d{2}-\d{3}|\d{4}-\d{3}),? [^\W\d_a-z][^\W\d_]{2}"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b|\b[A-Z]{2} \d{5}\b"
)
_PART = re.compile(r"\d+[a-zA-Z]?|[^\W\d_]+")
_NEAR = 4
_GREEK = re.compile(r"[Α-ΩΆ-Ώ]\w*\.?(?:[ .&-]+\w+\.?){0,4} \d{1,3}(?:[-–]\d{1,3}|[Α-Ωα-ω])?(?: ?[,|] ?[^\d]+)?")
_CODE = re.compile(r"\b[A-Z]{1,2}\d\w*(?: \d\w*)?")
_CAPITALS = re.compile(r"(?<![^\W\d_])[^\W\d_a-z][^\W\d_]{1,40}(?:[ ][^\W\d_a-z](?:[^\W\d_]|['’-]){1,40}){1,2}")
_SHORT = 14
"""The most words of a street with its number and all that stands around it, where no post code shows that it is one."""
_TOKEN = re.compile(r"[^\W\d_]+(?:['’`´-][^\W\d_]+)*\.?")
_LAST = (
    r"(?:(?:van|von|der|den|de|del|della|di|da|du|la|le|ter|ten|zu|Ó|Ní|Mac|Mc|O)[ '’]){0,3}"
    r"[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’-]+)?"
)
_INITIALS = r"(?:[^\W\d_a-z][^\W\d_]?\.[ -]?){1,3}"
_INITIALLED = re.compile(rf"{_INITIALS}{_LAST}|{_LAST},? {_INITIALS}")
"""A surname with initials before or behind it."""

_SHAPED = re.compile(
    r"(?:[^\W\d_]{1,5}\. ?){0,4}[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*,?"
    r"(?: (?:[^\W\d_]{1,3} ){0,2}[^\W\d_a-z][^\W\d_.]*(?:['’-][^\W\d_]+)*\.?){1,3}"
)
"""Two to four words with capitals, as names of people are written."""

_ADJECTIVES = (("ski", "ska", "sky", "sko", "cki", "cka"), 0.75), (("lainen",), 0.5)
"""How nations and languages are called, and the share of a column from which its words are those: some surnames are alike."""
_IRISH = re.compile(
    r"(?:^|[ -])(?:Ó |Ní |Nic |Uí |Mac |Mc(?=[A-Z])|O['’](?=[A-Z]))[A-ZÁÉÍÓÚ]|(?:^| )MAC [A-Z]|(?:^| )Ó [A-ZÁÉÍÓÚ]", re.IGNORECASE
)
"""How surnames of Ireland and Scotland begin: sons and daughters of somebody."""

_LED = re.compile(r"(?:van|von|de|den|der|van de|van den|van der|von der|ter|ten|del|della|du|di|da|dos|das) [^\W\d_a-z][^\W\d_]+")
"""A surname with its particle before it, as in the Netherlands and Belgium, France and Italy."""

_TITLES = frozenset(
    """
    mr mrs ms miss mx dr prof sir dame rev hon herr frau hr fr dipl ing med mag mgr bc phd phdr mudr judr rndr m mme mlle
    monsieur madame mademoiselle me sr sra srta don dona dna dott dottssa sig sigra signor signora ing avv dhr mevr drs ir
    mw pan pani inz lic univ kand jr ii iii iv eng sc dds md dvm esq p mba msc ba bsc csc jur rer nat habil
    """.split()
)
_PARTICLES = frozenset(
    """
    van von der den de het ten ter te zu zum zur vom la le les du des del della di da dos das do e y i af av al el ben bin
    abu mac mc o d
    """.split()
)


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return text in lower case without marks on letters.

    >>> fold("Łukasz Müller-Éluard")
    'lukasz muller-eluard'
    """
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LATIN))
    return "".join(char for char in parts if not unicodedata.combining(char))


_STREETS = frozenset(map(fold, STREETS))


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Return the given names of all lists, folded."""
    return frozenset(fold(f"{census.GIVEN} {european.GIVEN} {further.GIVEN}").split())


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Return the surnames of all lists, folded."""
    return frozenset(fold(f"{census.SURNAMES} {european.SURNAMES} {further.SURNAMES}").split())


@lru_cache(maxsize=1)
def _endings() -> tuple[str, ...]:
    return tuple(fold(item) for item in european.ENDINGS)


@lru_cache(maxsize=1)
def _strong() -> tuple[str, ...]:
    return tuple(fold(item) for item in european.STRONG_ENDINGS)


def full_names(values: Sequence[str]) -> list[bool]:
    """Return which values are the name of a person: a known given name and what is known, or built, as a surname.

    Where many are, a known given name beside any other word is enough for the rest.
    """
    judged = [_judge(value) for value in values]
    if sum("." in value and _INITIALLED.fullmatch(value) is not None for value in values) >= 0.6 * len(values):
        return _initialled(values)
    if _are_shaped(values, judged):
        return [found is not None or _SHAPED.fullmatch(value) is not None for value, found in zip(values, judged, strict=True)]
    strong, weak = judged.count("both"), judged.count("given")
    fair = strong >= _SOME * len(judged) and strong + weak >= _ENOUGH * len(judged)
    built = judged.count("built") + strong >= _BUILT * len(judged)
    return [found == "both" or (fair and found == "given") or (built and found == "built") for found in judged]


def _are_shaped(values: Sequence[str], judged: Sequence[str | None]) -> bool:
    """Return whether nearly all values are written as names are, hardly two alike, and a good part are known to be names."""
    count = len(values)
    known = count - judged.count(None)
    if known < _LIKELY * count or len(set(values)) < 0.5 * count:
        return False
    shaped = sum(_SHAPED.fullmatch(value) is not None for value in values)
    others = sum(any(_is_street(word) or word in CLOSED or word in TOWNS for word in words) for words in map(_words, values))
    return shaped >= 0.85 * count and others <= 0.05 * count


def _initialled(values: Sequence[str]) -> list[bool]:
    """Where most values are initials and a word, and a good part of the words are surnames, the others are too."""
    forms = [_INITIALLED.fullmatch(value) is not None for value in values]
    known, ends = surnames(), _endings()
    last = [fold(max(_TOKEN.findall(value), key=len)).rstrip(".") if ok else "" for value, ok in zip(values, forms, strict=True)]
    fair = sum(
        word in known or _is_irish(value) or (len(word) > 4 and word.endswith(ends))
        for word, value in zip(last, values, strict=True)
    )
    return forms if fair >= _KNOWN * len(values) else [False] * len(values)


def _is_irish(value: str) -> bool:
    return _IRISH.search(value) is not None


def first_names(values: Sequence[str]) -> list[bool]:
    """Return which values are given names that mean nothing else."""
    known = given_names()
    return [_alone(value) in known for value in values]


def last_names(values: Sequence[str]) -> list[bool]:
    """Return which values are surnames that mean nothing else; where some are, those that are built like one count too."""
    known, names = surnames(), [_alone(value) for value in values]
    upper = [value.lstrip("'’")[:1].isupper() or _LED.fullmatch(value) is not None for value in values]
    found = [name in known and high for name, high in zip(names, upper, strict=True)]
    if any(sum(name.endswith(ends) for name in names) >= least * len(names) for ends, least in _ADJECTIVES):
        return found  # languages and nations are called so, and no people's surnames all alike
    built = [
        high and (_is_irish(value) or (len(name) > 4 and name.endswith(_strong())))
        for name, value, high in zip(names, values, upper, strict=True)
    ]
    if sum(map(max, found, built)) < _KNOWN * len(found):
        return [False] * len(found)
    like = [
        _LED.fullmatch(value) is not None or (len(name) > 4 and name.endswith(_endings()))
        for name, value in zip(names, values, strict=True)
    ]
    return [any(signs) for signs in zip(found, built, like, strict=True)]


def name_in(text: str) -> str | None:
    """Return the first person's name inside longer text: two or three capitalised words, the first a given name; or None.

    Of an address it is a street's or a town's.
    """
    known, families = given_names(), surnames()
    for found in _CAPITALS.finditer(text):
        words = [fold(word) for word in found[0].split()]
        for at, word in enumerate(words[:-1]):
            if word in known and word not in NOT_NAMES and (words[at + 1] in families or words[at + 1].endswith(_endings())):
                return None if address_in(text) or _BRITISH.search(text) else found[0]
    return None


def addresses(values: Sequence[str]) -> list[bool]:
    """Return which values are a street and a house number, or hold a post code and its town beside other parts."""
    judged = [is_address(value) for value in values]
    return judged if sum(judged) >= 0.5 * len(judged) else [any(both) for both in zip(judged, _plain(values), strict=True)]


def addresses_told(values: Sequence[str]) -> list[bool]:
    """Return which values may be an address where the column's name says so: words, and a house number among or beside them."""
    return [_NUMBERED.search(value) is not None and not _is_measured(value) for value in values]


def _plain(values: Sequence[str]) -> list[bool]:
    """Return which values are streets of Greece: a name and a number, hardly two alike, and no word for street."""
    found = [_GREEK.fullmatch(value) is not None and not _is_measured(value) for value in values]
    several = len({value.rpartition(" ")[0] for value in values}) >= 0.5 * len(values)
    return found if several and sum(found) >= 0.8 * len(found) else [False] * len(found)


def is_address(value: str) -> bool:
    """Return whether a value is an address.

    >>> is_address("Hauptstr. 12"), is_address("12 rue de la Paix, 75002 Paris"), is_address("iPhone 12")
    (True, True, False)
    """
    words = _words(value)
    if not words or (any(word in UNITS for word in words) and _is_measured(value)):
        return False
    if len(words) >= 5 and _BRITISH.search(value):
        return True
    if not _NUMBERED.search(value):
        return False
    if any(map(_is_street, words)):
        return len(words) <= _SHORT or _POSTED.search(value) is not None
    several = len(words) >= 2 and ("," in value or "\n" in value)
    return _is_american(value) or (several and _POSTED.search(value) is not None)


def address_in(text: str) -> str | None:
    """Return the first address inside longer text: a street and its number, close before a post code and its town; or None."""
    for found in _TOWN.finditer(text):
        before = text[max(0, found.start() - 60) : found.start()]
        parts = _PART.findall(before)
        numbers = [at for at, part in enumerate(parts) if part[0].isdigit()]
        streets = [at for at, part in enumerate(parts) if _is_street(fold(part))]
        if any(abs(number - street) <= _NEAR for number in numbers for street in streets):
            return before + found[0]
    return None


def _words(value: str) -> list[str]:
    return [fold(word).rstrip(".") for word in _TOKEN.findall(value)]


def _is_measured(value: str) -> bool:
    """Return whether a word of goods and measures is in it; letters in post codes are none."""
    return any(word in UNITS for word in _words(_CODE.sub(" ", value)))


def _is_street(word: str) -> bool:
    return word in _STREETS or (len(word) > 4 and word.endswith(STREET_ENDINGS))


def _is_american(value: str) -> bool:
    parts = [part.split() for part in value.split(",")[:2] if part.strip()]
    return any(2 <= len(part) <= 5 and fold(part[-1]).rstrip(".") in SUFFIXES for part in parts)


def _alone(value: str) -> str:
    words = [fold(word).rstrip(".") for word in _TOKEN.findall(value)]
    words = [word for word in words if word not in _PARTICLES]
    if not 1 <= len(words) <= 2 or any(word in NOT_NAMES or word in CLOSED for word in words):
        return ""
    return words[0] if len(words) == 1 or words[0] in given_names() else ""


def _judge(value: str) -> str | None:
    words = [fold(word).rstrip(".") for word in _TOKEN.findall(value)]
    words = [word for word in words if word not in _TITLES and len(word) > 1]
    if any(word in CLOSED for word in words):
        return None
    words = [word for word in words if word not in _PARTICLES]
    if not 2 <= len(words) <= 5:
        return None
    known, families = given_names(), surnames()
    given = [word for word in words if word in known or word.split("-")[0] in known]
    if not given:
        return "built" if len(words) <= 3 and words[-1].endswith(_strong()) else None
    others = [word for word in words if word != given[0] and word not in NOT_NAMES]
    if _is_irish(value) or any(
        word in families or word.endswith(_endings()) or word.split("-")[0] in families or word in given for word in others
    ):
        return "both"
    return "given" if given[0] not in NOT_NAMES else None
