"""A pattern in RE2's syntax as its parts, for those who write it anew: read here once, and whatever is not known here is not read.

INVARIANT: parts say all that the pattern says. Flags, empty classes, classes with names (`[:alpha:]`, `\\pL`) and ends by letters
(`\\b`, `\\A`) are not known.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from functools import lru_cache

_LITERAL = re.compile(r"[^\\\[\](){}|*+?.^$]", re.DOTALL)
_REPEAT = re.compile(r"(?:[*+?]|\{([0-9]+)(?:,([0-9]*))?\})\??")
_GROUP = re.compile(r"\((?:\?:|\?P<[A-Za-z_]\w*>)?(?!\?)")
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]{1,6}\}|[^A-Za-z0-9]|[dDwWsStnrfv])", re.DOTALL)
_MEMBER = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]{1,6}\}|[^A-Za-z0-9]|[dwstnrfv])|[^\\\[\]]", re.DOTALL)
_NAMED = {
    "d": ((48, 57),),
    "w": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "s": ((9, 10), (12, 13), (32, 32)),
}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}

Span = tuple[int, int]
"""The numbers of the first and the last of some characters."""


class Mark(enum.Enum):
    """What stands for no characters of its own, and a point: every character but a line feed."""

    POINT = "."
    OR = "|"
    OPEN = "("
    CLOSE = ")"
    START = "^"
    END = "$"


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often the part before it comes, as written; `counts` are the numbers in it."""

    text: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Characters:
    """One character of those in `spans`, or, `negated`, of all others; where it is `alone`, one that is written as itself."""

    spans: tuple[Span, ...]
    negated: bool = False
    alone: bool = False


Part = Mark | Repeat | Characters


@lru_cache(maxsize=1024)
def parts_of(pattern: str) -> tuple[Part, ...] | None:
    """Return the parts of a pattern in order, or None where it holds one that is not known here.

    >>> parts_of("[^@]+")
    (Characters(spans=((64, 64),), negated=True, alone=False), Repeat(text='+', counts=()))
    """
    found: list[Part] = []
    at = 0
    while at < len(pattern):
        read = _part(pattern, at)
        if read is None:
            return None
        part, at = read
        found.append(part)
    return tuple(found)


def _part(pattern: str, at: int) -> tuple[Part, int] | None:
    if pattern[at] == "[":
        return _class(pattern, at)
    if pattern[at] in ".|)^$":
        return Mark(pattern[at]), at + 1
    if (found := _REPEAT.match(pattern, at)) is not None:
        return Repeat(found.group(), tuple(int(count) for count in found.groups() if count)), found.end()
    if (found := _GROUP.match(pattern, at)) is not None:
        return Mark.OPEN, found.end()
    if (found := _LITERAL.match(pattern, at)) is not None:
        return _one(ord(found.group())), found.end()
    return _escape(pattern, at)


def _escape(pattern: str, at: int) -> tuple[Part, int] | None:
    found = _ESCAPE.match(pattern, at)
    if found is None:
        return None
    letter = found.group()[1]
    if letter.lower() in _NAMED:
        return Characters(_NAMED[letter.lower()], negated=letter.isupper()), found.end()
    code = _code(found.group())
    return (_one(code), found.end()) if _is_character(code) else None


def _class(pattern: str, at: int) -> tuple[Part, int] | None:
    negated = pattern.startswith("[^", at)
    at += 1 + negated
    spans: list[Span] = []
    while not pattern.startswith("]", at):
        found = _member(pattern, at)
        if found is None:
            return None
        more, at = found
        spans += more
    return (Characters(tuple(spans), negated), at + 1) if spans else None


def _member(pattern: str, at: int) -> tuple[tuple[Span, ...], int] | None:
    first = _MEMBER.match(pattern, at)
    if first is None:
        return None
    ranged = pattern.startswith("-", first.end()) and not pattern.startswith("-]", first.end())
    if (named := _named(first.group())) is not None:
        return None if ranged else (named, first.end())
    last = _MEMBER.match(pattern, first.end() + 1) if ranged else first
    if last is None or _named(last.group()) is not None:
        return None
    low, high = _code(first.group()), _code(last.group())
    return (((low, high),), last.end()) if low <= high and _is_character(low) and _is_character(high) else None


def _named(member: str) -> tuple[Span, ...] | None:
    return _NAMED.get(member[1]) if member[0] == "\\" else None


def _one(code: int) -> Characters:
    return Characters(((code, code),), alone=True)


def _is_character(code: int) -> bool:
    return code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF


def _code(text: str) -> int:
    """Return the number of the one character that a literal or an escape stands for."""
    if len(text) == 1:
        return ord(text)
    if text[1] in _CONTROLS:
        return _CONTROLS[text[1]]
    return int(text[2:].strip("{}"), 16) if text[1] == "x" else ord(text[1])
