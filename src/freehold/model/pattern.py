"""Patterns of whole values, in the syntax that RE2 and every engine built on it reads: none of them can take long on any text."""

from __future__ import annotations

import re
import warnings

LENGTH = 2000
REPEATS = 1000
"""How often a part may be repeated by numbers, also through repeats around it: RE2's own bound."""

_PART = re.compile(
    r"\\x\{[0-9a-fA-F]{1,6}\}|\\.|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]|\(\?P<|\(\?|\(|\)|\{[0-9]+(?:,[0-9]*)?\}|\{,|[*+?]\+|.",
    re.DOTALL,
)
_ESCAPES = frozenset("dDsSwWbBAtnrfvax")
_FLAGS = re.compile(r"[imsU]*(?:-[imsU]+)?[:)]")
_REPEAT = re.compile(r"\{([0-9]+)(?:,([0-9]*))?\}")


def problem_of(pattern: str) -> str | None:
    """Return `invalid` where an engine could not read a pattern, `unsafe` where it is longer than engines take, else None.

    >>> problem_of("C-[0-9]{6}"), problem_of("(?=a)b"), problem_of("(a{1000}){1000}")
    (None, 'invalid', 'unsafe')
    """
    if len(pattern) > LENGTH:
        return "unsafe"
    parts = [(found.group(), found.end()) for found in _PART.finditer(pattern)]
    if not _compiles(pattern) or not all(_is_known(pattern, part, end) for part, end in parts):
        return "invalid"
    return "unsafe" if _most_repeats([part for part, _ in parts]) > REPEATS else None


def _is_known(pattern: str, part: str, end: int) -> bool:
    """Return whether RE2 has such a part: no look-around, no back reference, no possessive repeat, no escape of its own kind."""
    if part.startswith("["):
        return all(_is_escape(inner) for inner in re.findall(r"\\.", part, re.DOTALL)) and not re.search(r"\\[bBA]", part)
    if part == "{,":
        return False
    if part == "(?":
        return _FLAGS.match(pattern, end) is not None
    if part.startswith("\\"):
        return part.startswith("\\x") or _is_escape(part)
    return not (len(part) == 2 and part[1] == "+" and part[0] in "*+?")


def _is_escape(part: str) -> bool:
    letter = part[1:2]
    return letter in _ESCAPES or not letter.isalnum()


def _most_repeats(parts: list[str]) -> int:
    """Return the greatest product of numbered repeats that stand around one of the parts."""
    most, inner = 1, [1]  # for each open group: the greatest product inside it
    last = 1
    for part in parts:
        if part.startswith("("):
            inner.append(1)
            last = 1
        elif part == ")":
            last = inner.pop() if len(inner) > 1 else 1
            inner[-1] = max(inner[-1], last)
        elif (found := _REPEAT.fullmatch(part)) is not None:
            last *= max(int(found.group(1)), int(found.group(2) or 0), 1)
            inner[-1] = max(inner[-1], last)
        else:
            last = 1
        most = max(most, last)
    return most


def _compiles(pattern: str) -> bool:
    plain = re.sub(r"\\x\{[0-9a-fA-F]{1,6}\}", "x", pattern)
    plain = re.sub(r"\[:\^?[a-z]+:\]", "a", plain).replace("(?U", "(?i").replace("(?-", "(?i-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(plain)
    except (re.error, Warning, OverflowError, RecursionError, ValueError):
        return False
    return True
