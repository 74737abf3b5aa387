"""The JSON values that expressions are about, what is not there, what cannot be known here, and when two values are equal.

Text compares without case (invariant culture, approximated by Unicode case folding); a boolean equals its text, a number its
decimal text. What cannot be known, a deployed resource's state say, is never compared: whoever looks at it hears `Unresolved`.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


class Absence(enum.Enum):
    """What a path leads to where nothing is; JSON's null is something."""

    ABSENT = "absent"


ABSENT = Absence.ABSENT


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only a deployment would have; `text` is the expression that asks for it."""

    text: str


class Partly(dict[str, Any]):
    """An object whose members (keys in lower case) are not all known: any other, but for those that it `lacks`, may be there."""

    __slots__ = ("_lacks", "_rest")

    def __init__(self, members: Mapping[str, Any], rest: Unknown, lacks: frozenset[str] = frozenset()) -> None:
        """Hold the members that are known; `rest` is where others would come from."""
        super().__init__(members)
        self._rest, self._lacks = rest, lacks

    def member(self, key: str) -> Any:
        """Return a member, ABSENT where it is surely not there, or else what cannot be known."""
        if key in self:
            return self[key]
        return ABSENT if key in self._lacks else Unknown(f"{self._rest.text}.{key}")

    @property
    def unknown(self) -> Unknown:
        """Where other members would come from."""
        return self._rest


class Merged(list[Any]):
    """An array whose members are all there, of which some that cannot be known may be the same: how many it has is unknown."""

    __slots__ = ("unknown",)

    def __init__(self, members: Iterable[Any], unknown: Unknown) -> None:
        """Hold the members, the first of which is surely the first; `unknown` is one that cannot be known."""
        super().__init__(members)
        self.unknown = unknown

    def member(self, index: int) -> Any:
        """Return the member at an index, as far as it can be known."""
        return self[0] if index == 0 else self.unknown if 0 < index < len(self) else ABSENT


def like(array: list[Any], members: list[Any]) -> list[Any]:
    """Return what was made of the members of an array one by one: how many there are is as well known as before."""
    return Merged(members, array.unknown) if type(array) is Merged else members


class Unresolved(Exception):
    """Somebody needed to look at a value that cannot be known here."""

    def __init__(self, what: Unknown) -> None:
        """Keep what was looked at."""
        super().__init__(what.text)
        self.what = what


class Unfit(Exception):
    """A function cannot do with what it was given; the caller says which function."""


def kind(value: Any) -> str:
    """Return what a value is, in the words of a message.

    >>> kind("a"), kind(True), kind(2), kind([]), kind({}), kind(None), kind(ABSENT)
    ('text', 'a boolean', 'a number', 'an array', 'an object', 'null', 'nothing')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names = ((str, "text"), (int | float, "a number"), (list, "an array"), (dict, "an object"), (Unknown, "an unknown value"))
    return next((name for types, name in names if isinstance(value, types)), "nothing")


def decimal(value: float) -> str:
    """Return a number as its decimal text.

    >>> decimal(3), decimal(2.0), decimal(0.25)
    ('3', '2', '0.25')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return str(value)


def as_text(value: Any) -> str | None:
    """Return a scalar as the text that it is compared as, or None for what is no scalar."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return decimal(value) if isinstance(value, int | float) else None


_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*")
_LONGEST_NUMBER = 64


def as_number(text: str) -> int | float | None:
    """Return the number that a text is, or None.

    >>> as_number("80"), as_number(" 1.5 "), as_number("1.2.3"), as_number("nan")
    (80, 1.5, None, None)
    """
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    try:
        return int(text)
    except ValueError:
        number = float(text)
        return number if math.isfinite(number) else None


def as_boolean(value: Any) -> bool | None:
    """Return the boolean that a value is or says, else None."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def is_number(value: Any) -> bool:
    """Return whether a value is a number; a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_equal(left: Any, right: Any) -> bool:
    """Return whether two values are equal where case and the form of a scalar do not count; null equals empty text.

    >>> is_equal("TLS1_2", "tls1_2"), is_equal("True", True), is_equal("443", 443), is_equal(True, 1), is_equal(None, "")
    (True, True, True, False, True)

    Raises:
        Unresolved: One of them cannot be known.
    """
    if isinstance(left, str) and isinstance(right, str):
        return left == right or left.casefold() == right.casefold()
    if left is None or right is None:
        return _is_blank(left) and _is_blank(right)
    if isinstance(left, str) or isinstance(right, str):
        text, other = (left, right) if isinstance(left, str) else (right, left)
        return _is_text_of(text, known(other))
    return is_same(left, right)


def _is_blank(value: Any) -> bool:
    return known(value) is None or value == ""


def _is_text_of(text: str, other: Any) -> bool:
    if isinstance(other, bool):
        return as_boolean(text) is other
    return is_number(other) and as_number(text) == other


def is_same(left: Any, right: Any) -> bool:
    """Return whether two values are the same, case and type included; 1 and 1.0 are.

    Raises:
        Unresolved: Something in them cannot be known.
    """
    for side in (left, right):
        known(side)
        if isinstance(side, Merged | Partly):
            raise Unresolved(side.unknown)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(is_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(is_same(value, right[key]) for key, value in left.items())
    return bool(left == right)


def is_any_equal(values: Iterable[Any], sought: Any, same: Callable[[Any, Any], bool] = is_equal) -> bool:
    """Return whether a value is equal to any of several.

    Raises:
        Unresolved: None is, and one cannot be known.
    """
    unresolved: Unresolved | None = None
    for value in values:
        try:
            if same(value, sought):
                return True
        except Unresolved as found:
            unresolved = found
    if unresolved is not None:
        raise unresolved
    return False


def find_unknown(value: Any) -> Unknown | None:
    """Return something in a value that cannot be known, or None."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Merged | Partly):
        return value.unknown
    if isinstance(value, list | dict):
        inside = value if isinstance(value, list) else value.values()
        return next((found for found in map(find_unknown, inside) if found is not None), None)
    return None


def known(value: Any) -> Any:
    """Return a value.

    Raises:
        Unresolved: It cannot be known here.
    """
    if isinstance(value, Unknown):
        raise Unresolved(value)
    return value


_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)


def as_moment(text: str) -> datetime | None:
    """Return the moment that an ISO 8601 text names (UTC where it has no offset; microseconds), or None.

    >>> as_moment("2024-01-15T12:00:00Z").isoformat(), as_moment("2020-04-07 14:55:59").isoformat(), as_moment("soon")
    ('2024-01-15T12:00:00+00:00', '2020-04-07T14:55:59+00:00', None)
    """
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    day, clock, fraction, offset = found.groups()
    zone = "+00:00" if offset in {None, "Z", "z"} else offset
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{(fraction or '')[:7]}{zone}")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def compared(left: Any, right: Any) -> int | None:
    """Return -1, 0 or 1 as `left` comes before, with or after `right`; None where either is null or nothing.

    Numbers compare as numbers, texts that are both moments in time, others in the order of their folded characters.

    Raises:
        Unfit: Their types do not fit.
        Unresolved: One of them cannot be known.
    """
    if known(left) is None or left is ABSENT or known(right) is None or right is ABSENT:
        return None
    first, second = _comparable(left, right)
    return (first > second) - (first < second)


def _comparable(left: Any, right: Any) -> tuple[Any, Any]:
    if isinstance(left, str) and isinstance(right, str):
        moments = as_moment(left), as_moment(right)
        return moments if None not in moments else (left.casefold(), right.casefold())
    sides = tuple(as_number(side) if isinstance(side, str) else side for side in (left, right))
    if isinstance(left, bool) and isinstance(right, bool):
        return left, right
    if is_number(sides[0]) and is_number(sides[1]):
        return sides[0], sides[1]
    raise Unfit(f"{kind(left)} cannot be put in order with {kind(right)}")
