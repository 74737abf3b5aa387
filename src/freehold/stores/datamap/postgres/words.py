"""How text becomes words, here and not on the server: the same whatever its locale, and as SQLite's index splits and folds.

A word is letters and digits, in lower case; marks on the letters a to z count for nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from freehold.stores.datamap.match import word_of

LONGEST = 400
"""How many characters of a word count; a word of the index may have 2,046 bytes."""

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
    return f"'#{word_of(kind, value)}'"


def vector(name: str, qualified: str, text: str, tags: Iterable[tuple[str, str]]) -> str:
    """Return an entity's part of the index as a `tsvector` literal; words of the name weigh most (A), those of the text least."""
    parts = list(dict.fromkeys(mark(*tag) for tag in tags))
    size = sum(len(part) + 8 for part in parts)
    words: dict[str, list[str]] = {}
    place = 0
    for weight, source in (("A", name), ("B", qualified), ("C", text)):
        seen: set[str] = set()
        for word in split(source):
            place = min(place + 1, _LAST)
            if word in seen:
                continue
            size += 4 if word in words else len(word.encode()) + 8
            if size > _MOST_BYTES:
                break
            seen.add(word)
            words.setdefault(word, []).append(f"{place}{weight}")
    return " ".join([*parts, *(f"'{word}':{','.join(at)}" for word, at in words.items())])


@lru_cache(maxsize=65_536)
def _folded(letter: str) -> str:
    if _FIRST_MARK <= letter <= _LAST_MARK:
        return ""
    first, *marks = unicodedata.normalize("NFD", letter)
    if marks and first.isascii() and all(_FIRST_MARK <= item <= _LAST_MARK for item in marks):
        return first.lower()
    plain = letter.casefold()
    return plain if len(plain) == 1 else letter
