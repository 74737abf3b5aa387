"""A pattern of whole values, which is RE2's, in the syntax of PostgreSQL: one that matches the same texts, or none.

INVARIANT: what is not known here to mean the same there is not written. Classes of letters are those of ASCII as RE2 has them, a
point is no line feed and a negated class may be one, the ends are those of the whole text.
"""

from __future__ import annotations

import re
from functools import lru_cache

_MOST_REPEATS = 255
"""PostgreSQL's own bound."""

_LITERAL = re.compile(r"[^\\\[\](){}|*+?.^$]")
_REPEAT = re.compile(r"(?:[*+?]|\{([0-9]+)(?:,([0-9]*))?\})\??")
_GROUP = re.compile(r"\((?:\?:|\?P<[A-Za-z_]\w*>)?(?!\?)")
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]{1,6}\}|[^A-Za-z0-9]|[dDwWsStnrfv])", re.DOTALL)
_MEMBER = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]{1,6}\}|[^A-Za-z0-9]|[dwstnrfv])|[^\\\[\]]", re.DOTALL)
_MEMBERS = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_MARKS = {".": r"[^\n]", "|": "|", ")": ")", "^": "^", "$": "$"}


@lru_cache(maxsize=1024)
def for_postgres(pattern: str) -> str | None:
    """Return an advanced regular expression of PostgreSQL that matches exactly the texts that `pattern` matches as a whole.

    >>> for_postgres("[A-Z]{2}.?"), for_postgres("(?i)a")
    ('^(?:[\\\\u0041-\\\\u005A]{2}[^\\\\n]?)$', None)
    """
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        found = _part(pattern, at)
        if found is None:
            return None
        part, at = found
        parts.append(part)
    return f"^(?:{''.join(parts)})$"


def _part(pattern: str, at: int) -> tuple[str, int] | None:
    if pattern[at] == "[":
        return _class(pattern, at)
    if pattern[at] in _MARKS:
        # PostgreSQL repeats no end
        return None if pattern[at] in "^$" and _REPEAT.match(pattern, at + 1) else (_MARKS[pattern[at]], at + 1)
    if (found := _REPEAT.match(pattern, at)) is not None:
        counts = [int(count) for count in found.groups() if count]
        return None if any(count > _MOST_REPEATS for count in counts) else (found.group(), found.end())
    if (found := _GROUP.match(pattern, at)) is not None:
        return "(?:", found.end()
    found = _LITERAL.match(pattern, at)
    return _escape(pattern, at) if found is None else (_letter(ord(found.group())), found.end())


def _escape(pattern: str, at: int) -> tuple[str, int] | None:
    found = _ESCAPE.match(pattern, at)
    if found is None:
        return None
    letter = found.group()[1]
    if letter in "dws":
        return f"[{_MEMBERS[letter]}]", found.end()
    if letter in "DWS":
        return f"[^{_MEMBERS[letter.lower()]}]", found.end()
    code = _code(found.group())
    return (_letter(code), found.end()) if _is_letter(code) else None


def _class(pattern: str, at: int) -> tuple[str, int] | None:
    """Return a class whose members are written by number."""
    negated = pattern.startswith("[^", at)
    at += 1 + negated
    members: list[str] = []
    while not pattern.startswith("]", at):
        found = _member(pattern, at)
        if found is None:
            return None
        member, at = found
        members.append(member)
    return (f"[{'^' * negated}{''.join(members)}]", at + 1) if members else None


def _member(pattern: str, at: int) -> tuple[str, int] | None:
    first = _MEMBER.match(pattern, at)
    if first is None:
        return None
    ranged = pattern.startswith("-", first.end()) and not pattern.startswith("-]", first.end())
    if first.group()[0] == "\\" and first.group()[1] in _MEMBERS:
        return None if ranged else (_MEMBERS[first.group()[1]], first.end())
    last = _MEMBER.match(pattern, first.end() + 1) if ranged else first
    if last is None or (last.group()[0] == "\\" and last.group()[1] in _MEMBERS):
        return None
    low, high = _code(first.group()), _code(last.group())
    if low > high or not _is_letter(low) or not _is_letter(high):
        return None
    return _letter(low) + (f"-{_letter(high)}" if high > low else ""), last.end()


def _is_letter(code: int) -> bool:
    return 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF


def _letter(code: int) -> str:
    return rf"\u{code:04X}" if code <= 0xFFFF else rf"\U{code:08X}"


def _code(text: str) -> int:
    """Return the number of the one character that a literal or an escape stands for."""
    if len(text) == 1:
        return ord(text)
    if text[1] in _CONTROLS:
        return _CONTROLS[text[1]]
    return int(text[2:].strip("{}"), 16) if text[1] == "x" else ord(text[1])
