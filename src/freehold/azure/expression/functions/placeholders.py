"""`format()`: placeholders as .NET's String.Format reads them, `{index,alignment:specifier}`, in the invariant culture."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from freehold.azure.expression.budget import check_length
from freehold.azure.expression.values import Unfit, is_number

_WIDEST = 10_000
_PLACEHOLDER = re.compile(r"\{(?P<index>\d{1,4})(?:,(?P<width>[^:}]*))?(?::(?P<form>[^}]*))?\}")
_WIDTH = re.compile(r"\s*[+-]?\d+\s*")
_CUSTOM = re.compile(r"[#,]*(?P<zeros>0+)(?:\.(?P<decimals>0+))?")
_FORM = re.compile(r"(?P<letter>[A-Za-z])(?P<digits>\d{0,2})")


def fill(template: str, values: list[tuple[str, Any]]) -> str:
    """Return a template with each placeholder filled; values come as the text that they are shown as, and as they are.

    >>> fill("{0}-{1:D3}|{2,4}{{}}", [("a", "a"), ("7", 7), ("x", "x")])
    'a-007|   x{}'

    Raises:
        Unfit: A brace, an index, an alignment or a specifier is not right.
    """
    out, at, length = list[str](), 0, 0
    while at < len(template):
        part, at = _next(template, at, values)
        length += len(part)
        check_length(length)
        out.append(part)
    return "".join(out)


def _next(template: str, at: int, values: list[tuple[str, Any]]) -> tuple[str, int]:
    mark = template[at]
    if mark not in "{}":
        stop = min((found for found in (template.find("{", at), template.find("}", at)) if found >= 0), default=len(template))
        return template[at:stop], stop
    if template[at : at + 2] == mark * 2:
        return mark, at + 2
    if mark == "}":
        raise Unfit(f"unmatched closing brace at {at}")
    found = _PLACEHOLDER.match(template, at)
    if found is None:
        raise Unfit(_mend(template, at))
    return _filled(found, values), found.end()


def _mend(template: str, at: int) -> str:
    inside = template[at + 1 : at + 2]
    return f"unmatched opening brace at {at}" if inside.isdigit() else f"invalid placeholder at {at}; {{index}} is expected"


def _filled(found: re.Match[str], values: list[tuple[str, Any]]) -> str:
    index = int(found["index"])
    if index >= len(values):
        raise Unfit(f"placeholder {{{index}}} references argument index {index}, and there are {len(values)}")
    shown, value = values[index]
    text = _specified(shown, value, found["form"]) if found["form"] else shown
    if found["width"] is None:
        return text
    return _aligned(text, found["width"])


def _aligned(text: str, written: str) -> str:
    if not written.strip():
        raise Unfit("empty alignment value")
    if not _WIDTH.fullmatch(written):
        raise Unfit(f"invalid alignment `{written[:20]}`")
    width = int(written[:20])
    if abs(width) > _WIDEST:
        raise Unfit(f"alignment exceeds maximum allowed ({_WIDEST:,})")
    return text.rjust(width) if width > 0 else text.ljust(-width)


def _digits(value: Any, digits: str, base: str) -> str:
    number = int(value)
    body = format(abs(number) if base == "d" else number & (2**64 - 1 if number < 0 else number), base).rjust(int(digits or 0), "0")
    return f"-{body}" if number < 0 and base == "d" else body


def _rounded(value: float, digits: str) -> Decimal:
    """Return a number with so many decimals (2 where it is not said), halves away from zero as .NET rounds them."""
    return Decimal(value).quantize(Decimal(1).scaleb(-int(digits or 2)), ROUND_HALF_UP, _PRECISE)


_PRECISE = Context(prec=500)
_SPECIFIERS: Mapping[str, Callable[[Any, str], str]] = {
    "F": lambda value, digits: f"{_rounded(value, digits):f}",
    "N": lambda value, digits: f"{_rounded(value, digits):,f}",
    "P": lambda value, digits: f"{_rounded(value * 100, digits):,f} %",
    "D": lambda value, digits: _digits(value, digits, "d"),
    "X": lambda value, digits: _digits(value, digits, "X"),
    "x": lambda value, digits: _digits(value, digits, "x"),
}


def _padded(value: float, digits: int, decimals: int) -> str:
    """Return a number by a custom format of zeros: `000` of 7 is 007."""
    if isinstance(value, int) and not decimals:
        body = str(abs(value)).rjust(digits, "0")
    else:
        body = f"{_rounded(abs(value), str(decimals)):f}".rjust(digits + (decimals + 1 if decimals else 0), "0")
    return f"-{body}" if value < 0 else body


def _specified(shown: str, value: Any, form: str) -> str:
    if not is_number(value):
        return shown
    found = _FORM.fullmatch(form)
    letter = (found["letter"] if found["letter"] == "x" else found["letter"].upper()) if found else ""
    if letter == "G":
        return shown
    custom = _CUSTOM.fullmatch(form)
    if custom is not None:
        return _padded(value, len(custom["zeros"]), len(custom["decimals"] or ""))
    if found is None or letter not in _SPECIFIERS:
        raise Unfit(f"invalid numeric format specifier `{form[:20]}`")
    return _SPECIFIERS[letter](value, found["digits"])
