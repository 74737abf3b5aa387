"""Judge by the lists whether text is a person's name or a postal address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from freehold.classify.people import census, european
from freehold.classify.people.places import CLOSED, NOT_NAMES, STREET_ENDINGS, STREETS, SUFFIXES, UNITS

_ENOUGH, _SOME, _BUILT, _KNOWN = 0.4, 0.15, 0.6, 0.18
_LATIN = str.maketrans("øłđðßæœıħÿ", "oldds" + "aoihy")
_NUMBERED = re.compile(r"(?:^|[\s,(])(?:n[o°º]?\.? ?)?\d{1,5}(?: ?[a-zA-Zα-ωа-я])?(?:[-/]\d{1,4}[a-zA-Z]?)?\.?(?=$|[\s,)])")
_POSTED = re.compile(
    r"[,\n] *(?:[A-ZΑ-Ω]{1,2}[- ])?(?:\d{4,5}(?: ?[A-Z]{2})?|\d{3} \d{2}|\d{2}-\d{3}|\d{4}-\d{3}),? +[^\W\d_]{3}"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$"
)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’`´-][^\W\d_]+)*\.?")
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
    """Return the given names of both lists, folded."""
    return frozenset(fold(f"{census.GIVEN} {european.GIVEN}").split())


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Return the surnames of both lists, folded."""
    return frozenset(fold(f"{census.SURNAMES} {european.SURNAMES}").split())


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
    strong, weak = judged.count("both"), judged.count("given")
    fair = strong >= _SOME * len(judged) and strong + weak >= _ENOUGH * len(judged)
    built = judged.count("built") + strong >= _BUILT * len(judged)
    return [found == "both" or (fair and found == "given") or (built and found == "built") for found in judged]


def first_names(values: Sequence[str]) -> list[bool]:
    """Return which values are given names that mean nothing else."""
    known = given_names()
    return [_alone(value) in known for value in values]


def last_names(values: Sequence[str]) -> list[bool]:
    """Return which values are surnames that mean nothing else; where some are, those that are built like one count too."""
    known, names = surnames(), [_alone(value) for value in values]
    found = [name in known and value[:1].isupper() for name, value in zip(names, values, strict=True)]
    built = [len(name) > 4 and name.endswith(_strong()) for name in names]
    if sum(map(max, found, built)) < _KNOWN * len(found):
        return [False] * len(found)
    like = (len(name) > 4 and name.endswith(_endings()) for name in names)
    return [any(signs) for signs in zip(found, built, like, strict=True)]


def name_in(text: str) -> str | None:
    """Return the first person's name inside longer text: two or three capitalised words, the first a given name; or None."""
    known, families = given_names(), surnames()
    for found in re.finditer(r"[^\W\d_a-z][^\W\d_]+(?:[ ][^\W\d_a-z][^\W\d_'’-]+){1,2}", text):
        words = [fold(word) for word in found[0].split()]
        for at, word in enumerate(words[:-1]):
            if word in known and word not in NOT_NAMES and (words[at + 1] in families or words[at + 1].endswith(_endings())):
                return found[0]
    return None


def addresses(values: Sequence[str]) -> list[bool]:
    """Return which values are a street and a house number, or hold a post code and its town beside other parts."""
    return [is_address(value) for value in values]


def is_address(value: str) -> bool:
    """Return whether a value is an address.

    >>> is_address("Hauptstr. 12"), is_address("12 rue de la Paix, 75002 Paris"), is_address("iPhone 12")
    (True, True, False)
    """
    words = [fold(word).rstrip(".") for word in _TOKEN.findall(value)]
    if not words or any(word in UNITS for word in words) or not _NUMBERED.search(value):
        return False
    if any(word in _STREETS for word in words) or any(word.endswith(STREET_ENDINGS) and len(word) > 4 for word in words):
        return True
    return _is_american(value) or (len(words) >= 2 and "," in value and _POSTED.search(value) is not None)


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
    if any(word in families or word.endswith(_endings()) or word.split("-")[0] in families or word in given for word in others):
        return "both"
    return "given" if given[0] not in NOT_NAMES else None
