"""What an entity is found by in PostgreSQL: words of its texts, marks for words of a kind, and short beginnings."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from freehold.stores.datamap.folding import split
from freehold.stores.datamap.match import word_of

SHORT = 2
"""How many characters a beginning may have that is itself a word of the index: very many words may begin so."""

_MOST_BYTES = 800_000
"""How much one entity may take of the index; a `tsvector` has 1 MiB. What comes after it is not found by its words."""

_LAST = 16_383


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
