"""Text functions. Searches do not look at case, as documented; replacing does. Lengths are of characters, not of UTF-16 units."""

from __future__ import annotations

import json
from typing import Any

from freehold.azure.expression.budget import check_length
from freehold.azure.expression.functions import array, placeholders
from freehold.azure.expression.functions.given import text, whole
from freehold.azure.expression.run import Function, binary, unary
from freehold.azure.expression.values import Unfit, Unknown, Unresolved, decimal, is_number, kind


def _split(value: Any, delimiters: Any) -> list[str]:
    marks = [text(mark) for mark in delimiters] if isinstance(delimiters, list) else [text(delimiters)]
    longest_first = sorted((mark for mark in marks if mark), key=len, reverse=True)
    if not longest_first:
        return [text(value)]
    parts = [text(value)]
    if len(longest_first) == 1:
        return parts[0].split(longest_first[0])
    return _split_at_any(parts[0], longest_first)


def _split_at_any(value: str, marks: list[str]) -> list[str]:
    parts, begin, at = list[str](), 0, 0
    while at < len(value):
        mark = next((mark for mark in marks if value.startswith(mark, at)), "")
        if mark:
            parts.append(value[begin:at])
            begin = at + len(mark)
        at += len(mark) or 1
    return [*parts, value[begin:]]


def _substring(value: Any, start: Any, length: Any = None) -> str:
    whole_text, begin = text(value), whole(start)
    count = len(whole_text) - begin if length is None else whole(length)
    if begin < 0 or count < 0 or begin + count > len(whole_text):
        raise Unfit(f"{count} characters from {begin} on do not lie in a text of {len(whole_text)}")
    return whole_text[begin : begin + count]


def _replace(value: Any, old: Any, new: Any) -> str:
    source, sought, put = text(value), text(old), text(new)
    if not sought:
        raise Unfit("cannot replace empty text")
    check_length(len(source) + source.count(sought) * max(0, len(put) - len(sought)))
    return source.replace(sought, put)


def _pad_left(value: Any, width: Any, filler: Any = " ") -> str:
    source, wide, mark = array.joined(value), whole(width), text(filler)
    if len(mark) != 1:
        raise Unfit("pads with one character")
    check_length(wide)
    return source.rjust(max(0, wide), mark)


def _index_of(value: Any, sought: Any) -> int:
    if isinstance(value, list):
        return array.index_of(value, sought)
    return _position(text(value), _folded(value).find(text(sought).casefold()))


def _last_index_of(value: Any, sought: Any) -> int:
    if isinstance(value, list):
        return array.last_index_of(value, sought)
    return _position(text(value), _folded(value).rfind(text(sought).casefold()))


def _folded(value: Any) -> str:
    return text(value).casefold()


def _position(value: str, folded: int) -> int:
    """Return the place in a text of a place in its folded form, which may be longer (ß becomes ss)."""
    if folded <= 0 or value.isascii():
        return folded
    length = 0
    for at, character in enumerate(value):
        if length >= folded:
            return at
        length += len(character.casefold())
    return len(value)


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_unresolved)
    return "null" if value is None else array.joined(value)


def _unresolved(value: Any) -> Any:
    if isinstance(value, Unknown):
        raise Unresolved(value)
    raise Unfit(f"cannot write {kind(value)} as text")


def _format(template: Any, *values: Any) -> str:
    return placeholders.fill(text(template), [(_shown(value), value) for value in values])


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "True" if value else "False"
    if is_number(value):
        return decimal(value)
    return "" if value is None else _string(value)


TABLE = (
    binary("endsWith", lambda value, end: _folded(value).endswith(_folded(end))),
    Function("format", _format, 1, None),
    Function("indexOf", _index_of, 2, 2),
    Function("lastIndexOf", _last_index_of, 2, 2),
    Function("padLeft", _pad_left, 2, 3),
    Function("replace", _replace, 3, 3),
    Function("split", _split, 2, 2),
    binary("startsWith", lambda value, begin: _folded(value).startswith(_folded(begin))),
    Function("string", _string, 1, 1),
    Function("substring", _substring, 2, 3),
    unary("toLower", lambda value: text(value).lower()),
    unary("toUpper", lambda value: text(value).upper()),
    unary("trim", lambda value: text(value).strip()),
)
