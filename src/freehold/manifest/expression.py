"""The small languages inside manifests: promises (`< 100ms`), rates (`1000/hour`), masks (`last 4`), types (`decimal(10,2)`)."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from freehold.model.label import Mask, MaskKind
from freehold.model.product import RateLimit
from freehold.names import nearest

_UNITS: dict[str, float] = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604800.0),
}
_PROMISE = re.compile(r"\s*(?:<=|<|≤)?\s*([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*([A-Za-z]+)\s*")
_RATE = re.compile(r"\s*([0-9]{1,9})\s*(?:/|per)\s*([A-Za-z]+)\s*")
_DECIMAL = re.compile(r"decimal\(\s*([0-9]{1,2})\s*,\s*([0-9]{1,2})\s*\)")
_NUMBERED = frozenset({MaskKind.FIRST, MaskKind.LAST, MaskKind.BUCKET})

TYPES = ("string", "integer", "number", "decimal(p,s)", "boolean", "date", "timestamp", "time", "binary")
_ALIASES = {
    **dict.fromkeys(("text", "varchar", "char", "str", "uuid"), "string"),
    **dict.fromkeys(("int", "bigint", "smallint", "long"), "integer"),
    **dict.fromkeys(("float", "double", "real"), "number"),
    **dict.fromkeys(("decimal", "numeric"), "decimal(18,2)"),
    "bool": "boolean",
    **dict.fromkeys(("datetime", "timestamptz"), "timestamp"),
    **dict.fromkeys(("bytes", "blob"), "binary"),
}
_TEMPORAL = {"date": dt.date, "timestamp": dt.datetime, "time": dt.time}


def promise(text: str) -> float | None:
    """Return an upper bound in seconds, or None where it cannot be read.

    >>> promise("< 100ms"), promise("< 1 hour"), promise("soon")
    (0.1, 3600.0, None)
    """
    found = _PROMISE.fullmatch(text)
    unit = _UNITS.get(found.group(2).lower()) if found else None
    return round(float(found.group(1)) * unit, 9) if found and unit else None


def rate(written: int | str) -> RateLimit | None:
    """Return a rate: a number is requests a minute, `1000/hour` says its own unit; None where it cannot be read.

    >>> rate("20/second")
    RateLimit(requests=20, seconds=1)
    """
    if isinstance(written, int):
        return RateLimit(requests=written) if written > 0 else None
    if written.strip().isdecimal():
        return rate(int(written.strip()[:9]))
    found = _RATE.fullmatch(written)
    seconds = _UNITS.get(found.group(2).lower()) if found else None
    if found is None or seconds is None or seconds < 1 or int(found.group(1)) == 0:
        return None
    return RateLimit(requests=int(found.group(1)), seconds=int(seconds))


def mask(text: str) -> Mask | None:
    """Return a mask, or None where it cannot be read.

    >>> str(mask("last 4")), str(mask("fixed n/a")), mask("last")
    ('last 4', 'fixed n/a', None)
    """
    word, _, argument = text.strip().partition(" ")
    kind = next((item for item in MaskKind if item.value.casefold() == word.casefold()), None)
    argument = argument.strip()
    if kind is None:
        return None
    if kind not in _NUMBERED:
        return Mask(kind=kind, text=argument or None) if (kind is MaskKind.FIXED) == bool(argument) else None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", argument):
        return None
    return Mask(kind=kind, number=int(argument))


def mask_mend(text: str) -> str:
    """Return what to write in place of a mask that cannot be read."""
    word = text.strip().partition(" ")[0]
    close = nearest(word, [item.value for item in MaskKind])
    examples = {"first": "first 2", "last": "last 4", "bucket": "bucket 1000", "fixed": "fixed n/a"}
    if close:
        return f"did you mean `{examples.get(close, close)}`?"
    return "write one of `redact`, `null`, `hash`, `year`, `month`, `emailDomain`, `first 2`, `last 4`, `bucket 1000`, `fixed n/a`"


def logical_type(text: str) -> str | None:
    """Return a logical type in its one spelling, or None where there is no such type.

    >>> logical_type("decimal(10, 2)"), logical_type("int")
    ('decimal(10,2)', None)
    """
    if text in TYPES and text != "decimal(p,s)":
        return text
    found = _DECIMAL.fullmatch(text)
    if found is None:
        return None
    precision, scale = int(found.group(1)), int(found.group(2))
    return f"decimal({precision},{scale})" if 1 <= precision <= 38 and scale <= precision else None


def type_mend(text: str) -> str:
    """Return what to write in place of a type that there is not."""
    if text.startswith("decimal("):
        return "write `decimal(p,s)` with 1 to 38 digits, of which s stand after the point"
    close = _ALIASES.get(text.strip().casefold()) or nearest(text, [item for item in TYPES if item != "decimal(p,s)"])
    return f"did you mean `{close}`?" if close else f"write one of {', '.join(TYPES)}"


def fits(type_: str, text: str) -> bool:
    """Return whether `text` can be a value of a parameter's type."""
    if type_ == "boolean":
        return text in {"true", "false"}
    if type_ == "integer":
        return re.fullmatch(r"[-+]?[0-9]{1,18}", text) is not None
    if type_ == "number" or type_.startswith("decimal"):
        return re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?", text) is not None
    return not text.isspace() and bool(text) and (type_ not in _TEMPORAL or is_moment(type_, text))


def spelling(type_: str, text: str) -> str:
    """Return a value's text in the one spelling of its type, or as it is where it is no value of that type.

    >>> spelling("number", "1"), spelling("decimal(8,2)", "1"), spelling("integer", "+07"), spelling("integer", "n/a")
    ('1.0', '1.00', '7', 'n/a')
    """
    if not fits(type_, text) or type_ in {"string", "binary"}:
        return text
    if type_ == "integer":
        return str(int(text))
    if type_ == "number":
        return repr(float(text))
    if type_.startswith("decimal"):
        scale = int(type_.rstrip(")").rpartition(",")[2])
        exact = Decimal(text)
        rounded = exact.quantize(Decimal(1).scaleb(-scale)) if abs(exact) < Decimal(10) ** 38 else exact
        return format(rounded if rounded == exact else exact, "f")
    return text


def is_moment(type_: str, text: str) -> bool:
    """Return whether `text` is an ISO 8601 date, time or timestamp, as `type_` says."""
    if type_ == "date" and len(text) != len("2026-12-31"):
        return False
    try:
        _TEMPORAL[type_].fromisoformat(text)
    except ValueError:
        return False
    return True
