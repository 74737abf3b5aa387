"""Dates: moments in ISO 8601, durations as .NET reads them (a year is 365 days, a month 30), formats of its invariant culture."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from freehold.azure.expression.functions.given import number, text
from freehold.azure.expression.run import Function
from freehold.azure.expression.values import Unfit, as_moment

_DURATION = re.compile(
    r"(-)?P(?=.)(?:([\d.]+)Y)?(?:([\d.]+)M)?(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?=.)(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?"
)
_SECONDS = (365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1)
_LONGEST_DATE = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_STANDARD = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "m": "MMMM dd",
    "M": "MMMM dd",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "y": "yyyy MMMM",
    "Y": "yyyy MMMM",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
}
_STANDARD_UTC = {
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    "U": "dddd, dd MMMM yyyy HH:mm:ss",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = tuple("January February March April May June July August September October November December".split())
_PART = re.compile(r"'(?P<quoted>[^']*)'?|\\(?P<escaped>.)|(?P<run>([yMdHhmsftzK])\4*)|(?P<other>.)", re.DOTALL)

_PARTS: Mapping[str, Callable[[datetime], str]] = {
    "yyyy": lambda at: f"{at.year:04}",
    "yy": lambda at: f"{at.year % 100:02}",
    "y": lambda at: f"{at.year % 100}",
    "MMMM": lambda at: _MONTHS[at.month - 1],
    "MMM": lambda at: _MONTHS[at.month - 1][:3],
    "MM": lambda at: f"{at.month:02}",
    "M": lambda at: f"{at.month}",
    "dddd": lambda at: _DAYS[at.weekday()],
    "ddd": lambda at: _DAYS[at.weekday()][:3],
    "dd": lambda at: f"{at.day:02}",
    "d": lambda at: f"{at.day}",
    "HH": lambda at: f"{at.hour:02}",
    "H": lambda at: f"{at.hour}",
    "hh": lambda at: f"{(at.hour - 1) % 12 + 1:02}",
    "h": lambda at: f"{(at.hour - 1) % 12 + 1}",
    "mm": lambda at: f"{at.minute:02}",
    "m": lambda at: f"{at.minute}",
    "ss": lambda at: f"{at.second:02}",
    "s": lambda at: f"{at.second}",
    "tt": lambda at: "AM" if at.hour < 12 else "PM",
    "t": lambda at: "A" if at.hour < 12 else "P",
    "K": lambda at: "Z" if not at.utcoffset() else _offset(at),
    "zzz": lambda at: at.strftime("%z")[:3] + ":" + at.strftime("%z")[3:5],
    "zz": lambda at: _offset(at)[:3],
    "z": lambda at: f"{_offset(at)[0]}{int(_offset(at)[1:3])}",
}


def _offset(at: datetime) -> str:
    return at.strftime("%z")[:3] + ":" + at.strftime("%z")[3:5]


_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z?")
_OTHERS = ("%a, %d %b %Y %H:%M:%S GMT", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y")
"""How else dates are written that .NET reads: what `utcNow()` makes by itself, and by its standard formats."""


def _moment(value: Any) -> datetime:
    written_as = _BASIC.sub(r"\1-\2-\3T\4:\5:\6Z", text(value).strip()) if len(text(value)) < _LONGEST_DATE else ""
    found = as_moment(written_as) or as_moment(f"{written_as}T00:00:00Z") or _otherwise(written_as)
    if found is None:
        raise Unfit("the text is no date and time")
    return found


def _otherwise(written_as: str) -> datetime | None:
    for form in _OTHERS:
        try:
            return datetime.strptime(written_as, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def written(at: datetime) -> str:
    """Return a moment as ISO 8601; UTC is Z, and fractions are there if they are not zero.

    >>> written(datetime(2024, 1, 15, 12, tzinfo=UTC))
    '2024-01-15T12:00:00Z'
    """
    precision = "auto" if at.microsecond % 1000 else "milliseconds" if at.microsecond else "seconds"
    return at.isoformat(timespec=precision).removesuffix("+00:00") + ("Z" if not at.utcoffset() else "")


def _duration(value: Any) -> timedelta:
    found = _DURATION.fullmatch(text(value)) if len(text(value)) <= 100 else None
    if found is None:
        raise Unfit("the text is no ISO 8601 duration")
    try:
        seconds = sum(float(part) * size for part, size in zip(found.groups()[1:], _SECONDS, strict=True) if part)
        return timedelta(seconds=-seconds if found[1] else seconds)
    except (ValueError, OverflowError):
        raise Unfit("the duration is not of this world") from None


def _moved(at: datetime, by: timedelta) -> datetime:
    try:
        return at + by
    except OverflowError:
        raise Unfit("the date leaves the years 1 to 9999") from None


def _add(base: Any, duration: Any, form: Any = None) -> str:
    moved = _moved(_moment(base), _duration(duration))
    return written(moved) if form is None else formatted(moved, text(form))


def _add_days(base: Any, days: Any) -> str:
    try:
        return written(_moved(_moment(base), timedelta(days=number(days))))
    except OverflowError:
        raise Unfit("the date leaves the years 1 to 9999") from None


def _from_epoch(seconds: Any) -> str:
    try:
        return written(_EPOCH + timedelta(seconds=int(number(seconds))))
    except OverflowError:
        raise Unfit("the date leaves the years 1 to 9999") from None


def _to_epoch(value: Any) -> int:
    return int((_moment(value) - _EPOCH).total_seconds() // 1)


def formatted(at: datetime, form: str) -> str:
    """Return a moment in a .NET format: a standard one of one letter, or a custom one.

    >>> formatted(datetime(2024, 1, 5, 9, tzinfo=UTC), "yyyy-M-d 'at' HH:mm")
    '2024-1-5 at 09:00'

    Raises:
        Unfit: A format of one letter that .NET does not have.
    """
    if len(form) == 1:
        if form in _STANDARD_UTC:
            return formatted(at.astimezone(UTC), _STANDARD_UTC[form])
        if form not in _STANDARD:
            raise Unfit(f"`{form}` is no standard format")
        return formatted(at, _STANDARD[form])
    return "".join(_part(found, at) for found in _PART.finditer(form))


def _part(found: re.Match[str], at: datetime) -> str:
    run = found["run"]
    if run is None:
        return next(value for value in (found["quoted"], found["escaped"], found["other"]) if value is not None)
    if run[0] == "f":
        return f"{at.microsecond:06}0"[: len(run)]
    longest = max(len(part) for part in _PARTS if part[0] == run[0])
    return _PARTS.get(run, _PARTS[run[0] * min(len(run), longest)])(at)


TABLE = (
    Function("addDays", _add_days, 2, 2),
    Function("dateTimeAdd", _add, 2, 3),
    Function("dateTimeFromEpoch", _from_epoch, 1, 1),
    Function("dateTimeToEpoch", _to_epoch, 1, 1),
)
