"""What a search asks of the index, as a tree of words: what it fits in a block of postings, and the same as a `tsquery`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from freehold.stores.datamap.postgres.words import SHORT, beginning


class Word(msgspec.Struct, frozen=True, tag=True):
    """The entity has this word of the index."""

    word: str


class Begun(msgspec.Struct, frozen=True, tag=True):
    """The entity has a word that begins so."""

    prefix: str


class Every(msgspec.Struct, frozen=True, tag=True):
    """All of several, which are never none."""

    of: tuple[Term, ...]


class Some(msgspec.Struct, frozen=True, tag=True):
    """Any of several, which are never none."""

    of: tuple[Term, ...]


class Without(msgspec.Struct, frozen=True, tag=True):
    """What fits `whole` and not `part`."""

    whole: Term
    part: Term


Term = Word | Begun | Every | Some | Without


def leaves(term: Term) -> Iterator[Word | Begun]:
    """Return the words and beginnings of a tree."""
    match term:
        case Word() | Begun():
            yield term
        case Every(of=of) | Some(of=of):
            for item in of:
                yield from leaves(item)
        case Without(whole=whole, part=part):
            yield from leaves(whole)
            yield from leaves(part)


def posted(leaf: Word | Begun) -> Word | Begun:
    """Return what a leaf is found by among the postings: short beginnings are words there."""
    return Word(beginning(leaf.prefix)) if isinstance(leaf, Begun) and len(leaf.prefix) <= SHORT else leaf


def fitting(term: Term, held: Mapping[Word | Begun, int]) -> int:
    """Return the entities of a block that fit, as bits; `held` has those of each leaf, as `posted` names it."""
    match term:
        case Word() | Begun():
            return held.get(posted(term), 0)
        case Every(of=of):
            found = fitting(of[0], held)
            for item in of[1:]:
                found &= fitting(item, held)
            return found
        case Some(of=of):
            found = 0
            for item in of:
                found |= fitting(item, held)
            return found
        case Without(whole=whole, part=part):
            return fitting(whole, held) & ~fitting(part, held)


def tsquery(term: Term) -> str:
    """Return a tree as a `tsquery` literal; there are no signs in words that could end one."""
    match term:
        case Word(word=word):
            return f"'{word}'"
        case Begun(prefix=prefix):
            return f"'{prefix}':*"
        case Every(of=of):
            return _joined([tsquery(item) for item in of], " & ")
        case Some(of=of):
            return _joined([tsquery(item) for item in of], " | ")
        case Without(whole=whole, part=part):
            return f"({tsquery(whole)} & !({tsquery(part)}))"


def _joined(parts: Sequence[str], sign: str) -> str:
    """Join in halves: the server follows an expression as deep as it is nested, and hundreds in a row would be that deep."""
    if len(parts) < 2:
        return parts[0]
    middle = len(parts) // 2
    return f"({_joined(parts[:middle], sign)}{sign}{_joined(parts[middle:], sign)})"
