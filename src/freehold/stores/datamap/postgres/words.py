"""How text becomes words, here and not on the server: the same whatever its locale, and as SQLite's index splits and folds.

A word is letters and digits, in lower case; marks on the letters a to z count for nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from freehold.stores.datamap.match import word_of

LONGEST = 400
"""How many characters of a word count; a word of the index may have 2,046 bytes."""

SHORT = 2
"""How many characters a beginning may have that is itself a word of the index: very many words may begin so."""

_MOST_BYTES = 800_000
"""How much one entity may take of the index; a `tsvector` has 1 MiB. What comes after it is not found by its words."""

_LAST = 16_383
_PART = re.compile(r"[^\W_]+")
_ABROAD = re.compile(r"[^\x00-\x7f]")
_FIRST_MARK, _LAST_MARK = "\u0300", "\u036f"


def split(text: str) -> list[str]:
    """Return the words of a text, in order."""
    folded = text.lower() if text.isascii() else _ABROAD.sub(lambda found: _folded(found[0]), text.lower())
    return [word[:LONGEST] for word in _PART.findall(folded)]


def mark(kind: str, value: str) -> str:
    """Return the index's word for a word of a kind, which no text has in it."""
    return f"#{word_of(kind, value)}"


def beginning(prefix: str) -> str:
    """Return the index's word for a short beginning, which no text has in it."""
    return f"*{prefix}"


def posted_words(words: Collection[str]) -> set[str]:
    """Return what an entity with these words is posted under: them, and their short beginnings."""
    made = set(words)
    for word in words:
        if word[0] != "#":
            for end in range(1, SHORT + 1):
                made.add("*" + word[:end])
    return made


def vector(name: str, qualified: str, text: str, tags: Iterable[tuple[str, str]]) -> tuple[str, list[str]]:
    """Return an entity's words as a `tsvector` literal and as they are; those of the name weigh most (A), of the text least."""
    marks = list(dict.fromkeys(mark(*tag) for tag in tags))
    size = sum(len(part) + 10 for part in marks)
    words: dict[str, str] = {}
    place = 0
    for weight, source in (("A", name), ("B", qualified), ("C", text)):
        seen: set[str] = set()
        for word in split(source):
            place += 1
            if word in seen:
                continue
            held = words.get(word)
            size += 4 if held else len(word.encode()) + 8
            if size > _MOST_BYTES:
                break
            seen.add(word)
            at = f"{min(_LAST, place)}{weight}"
            words[word] = f"{held},{at}" if held else at
    literal = [*[f"'{item}'" for item in marks], *[f"'{word}':{at}" for word, at in words.items()]]
    return " ".join(literal), [*marks, *words]


@lru_cache(maxsize=65_536)
def _folded(letter: str) -> str:
    if _FIRST_MARK <= letter <= _LAST_MARK:
        return ""
    first, *marks = unicodedata.normalize("NFD", letter)
    if marks and first.isascii() and all(_FIRST_MARK <= item <= _LAST_MARK for item in marks):
        return first.lower()
    plain = letter.casefold()
    return plain if len(plain) == 1 else letter
