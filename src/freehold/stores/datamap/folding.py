"""How text becomes words, here and in no database: the same whatever its locale, and as SQLite's index splits and folds.

A word is letters and digits, in lower case; marks on the letters a to z count for nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 400
"""How many characters of a word count; a word of PostgreSQL's index may have 2,046 bytes."""

_PART = re.compile(r"[^\W_]+")
_ABROAD = re.compile(r"[^\x00-\x7f]")
_FIRST_MARK, _LAST_MARK = "\u0300", "\u036f"


def split(text: str) -> list[str]:
    """Return the words of a text, in order."""
    folded = text.lower() if text.isascii() else _ABROAD.sub(lambda found: _folded(found[0]), text.lower())
    return [word[:LONGEST] for word in _PART.findall(folded)]


@lru_cache(maxsize=65_536)
def _folded(letter: str) -> str:
    if _FIRST_MARK <= letter <= _LAST_MARK:
        return ""
    first, *marks = unicodedata.normalize("NFD", letter)
    if marks and first.isascii() and all(_FIRST_MARK <= item <= _LAST_MARK for item in marks):
        return first.lower()
    plain = letter.casefold()
    return plain if len(plain) == 1 else letter
