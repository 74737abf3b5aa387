"""Rewrite a pattern of a whole value so that it matches one line of many, or say that nobody here knows how.

INVARIANT: of texts without a line feed, the rewritten pattern matches exactly those that the pattern itself matches, and it matches
no text with one. So lines joined by line feeds match `^(?:P(?:\\n|\\z))*` as a whole exactly if each of them matches alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LITERAL = re.compile(r"[^\\\[\](){}|*+?.^$\n]")
_REPEAT = re.compile(r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??")
_GROUP = re.compile(r"\((?:\?:|\?P<[A-Za-z_]\w*>)?")
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]{1,6}\}|[^A-Za-z0-9\n]|[dwSsDWtrfv])")
_MEMBER = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]{1,6}\}|[^A-Za-z0-9\n]|[dwstrfn])|[^\\\[\]\n]")
_CLASSES = {r"\s": r"[\t\f\r ]", r"\D": r"[^0-9\n]", r"\W": r"[^0-9A-Za-z_\n]"}
_CONTROLS = {r"\t": 9, r"\n": 10, r"\v": 11, r"\f": 12, r"\r": 13}
_FEED = 10


@lru_cache(maxsize=1024)
def one_line(pattern: str) -> str | None:
    """Return the pattern rewritten, or None where it holds a part that this does not know.

    >>> one_line("[^@ ]+@[a-z.]+"), one_line("(?s).+")
    ('[^\\\\x{40}\\\\x{20}\\\\n]+@[\\\\x{61}-\\\\x{7a}\\\\x{2e}]+', None)
    """
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        found = _part(pattern, at)
        if found is None:
            return None
        part, at = found
        parts.append(part)
    return "".join(parts)


def _part(pattern: str, at: int) -> tuple[str, int] | None:
    if pattern[at] == "[":
        return _class(pattern, at)
    if pattern[at] in "|).":  # without flags, a point is no line feed
        return pattern[at], at + 1
    if pattern[at] in "^$":  # of a text alone its ends, in lines those of the line
        return f"(?m:{pattern[at]})", at + 1
    for known in (_LITERAL, _REPEAT, _GROUP):
        if (found := known.match(pattern, at)) is not None:
            return ("(?:" if known is _GROUP else found.group()), found.end()
    found = _ESCAPE.match(pattern, at)
    if found is None or _code(found.group()) == _FEED:
        return None
    return _CLASSES.get(found.group(), found.group()), found.end()


def _class(pattern: str, at: int) -> tuple[str, int] | None:
    """Return a class whose members are written by number, and never hold a line feed."""
    negated = pattern.startswith("[^", at)
    at += 1 + negated
    members: list[str] = []
    while not pattern.startswith("]", at):
        found = _member(pattern, at)
        if found is None:
            return None
        member, at = found
        members.append(member if negated else _without_feed(member))
    if not members:  # `[]a]`: a bracket that is a member
        return None
    text = "".join(members) + (r"\n" if negated else "")
    return (f"[{'^' * negated}{text}]", at + 1) if text else None


def _member(pattern: str, at: int) -> tuple[str, int] | None:
    first = _MEMBER.match(pattern, at)
    if first is None:
        return None
    if first.group() in {r"\d", r"\w", r"\s"}:
        return (
            None
            if pattern.startswith("-", first.end()) and not pattern.startswith("-]", first.end())
            else (first.group(), first.end())
        )
    low = _code(first.group())
    if not pattern.startswith("-", first.end()) or pattern.startswith("-]", first.end()):
        return _written(low, low), first.end()
    last = _MEMBER.match(pattern, first.end() + 1)
    if last is None or last.group() in {r"\d", r"\w", r"\s"} or _code(last.group()) < low:
        return None
    return _written(low, _code(last.group())), last.end()


def _without_feed(member: str) -> str:
    if member == r"\s":
        return r"\t\f\r "
    codes = [int(code, 16) for code in re.findall(r"\\x\{([0-9a-f]+)\}", member)]
    if not codes or not codes[0] <= _FEED <= codes[-1]:
        return member
    below = _written(codes[0], _FEED - 1) if codes[0] < _FEED else ""
    return below + (_written(_FEED + 1, codes[-1]) if codes[-1] > _FEED else "")


def _written(low: int, high: int) -> str:
    return rf"\x{{{low:x}}}" + (rf"-\x{{{high:x}}}" if high > low else "")


def _code(text: str) -> int:
    """Return the number of the one character that a literal or an escape stands for; -1 of a class."""
    if text in _CONTROLS:
        return _CONTROLS[text]
    if text.startswith(r"\x"):
        return int(text[2:].strip("{}"), 16)
    if text.startswith("\\") and text[1].isalnum():
        return -1
    return ord(text[-1])
