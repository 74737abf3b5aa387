"""Plain values to YAML as people write it: what is read back, here or by any YAML 1.1 or 1.2 reader, is what was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

WIDTH = 118
_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./@()+%<>=-]|\\(?! )| (?=[A-Za-z0-9_./@()+]))*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_SHORT = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_LONG_KEY = 400


def write(value: Any) -> str:
    """Return JSON values as YAML: small collections on one line, texts in quotes where a reader could take them for something else.

    >>> print(write({"name": "Orders", "values": ["web", "no", 1], "since": "2025-01-01"}), end="")
    name: Orders
    values: [web, "no", 1]
    since: "2025-01-01"
    """
    if isinstance(value, dict) and value:
        return "\n".join(_keys(value, "")) + "\n"
    if isinstance(value, list) and value:
        return "\n".join(_items(value, "")) + "\n"
    return _flow(value) + "\n"


def _keys(value: dict[str, Any], pad: str) -> Iterator[str]:
    for key, inner in value.items():
        name = scalar(key)
        if len(name) > _LONG_KEY:
            yield f"{pad}? {name}"
            yield from _after(f"{pad}:", inner, pad)
        else:
            yield from _after(f"{pad}{name}:", inner, pad)


def _after(head: str, inner: Any, pad: str) -> Iterator[str]:
    if isinstance(inner, str) and _is_block(inner):
        yield f"{head} |{'' if inner.endswith(chr(10)) else '-'}"
        yield from (f"{pad}  {line}" if line else "" for line in inner.removesuffix("\n").split("\n"))
        return
    line = _one_line(inner, len(head))
    if line is not None:
        yield f"{head} {line}"
        return
    yield head
    yield from _keys(inner, f"{pad}  ") if isinstance(inner, dict) else _items(list(inner), f"{pad}  ")


def _items(value: list[Any], pad: str) -> Iterator[str]:
    for item in value:
        line = _one_line(item, len(pad) + 1)
        if line is not None:
            yield f"{pad}- {line}"
            continue
        lines = _keys(item, f"{pad}  ") if isinstance(item, dict) else _items(item, f"{pad}  ")
        yield f"{pad}- {next(lines).removeprefix(pad + '  ')}"
        yield from lines


def _one_line(value: Any, before: int) -> str | None:
    """Return a value as one line, or None where it is to be spread over several."""
    if not isinstance(value, dict | list) or not value:
        return _flow(value)
    parts = value.values() if isinstance(value, dict) else value
    if len(parts) > WIDTH or any(isinstance(part, str) and "\n" in part for part in parts):
        return None
    if any(isinstance(part, dict) and part for part in parts) or any(_is_nested(part) for part in parts):
        return None
    text = _flow(value)
    return text if before + 1 + len(text) <= WIDTH else None


def _is_nested(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(part, dict | list) for part in value)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """Return one value as a YAML scalar.

    >>> scalar("Sales Domain"), scalar("yes"), scalar(1.0), scalar(None)
    ('Sales Domain', '"yes"', '1.0', 'null')
    """
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.casefold() not in _WORDS:
            return value
        return '"' + "".join(map(_letter, value)) + '"'
    if value is None:
        return "null"
    return ("true" if value else "false") if isinstance(value, bool) else _number(value)


def _number(value: float) -> str:
    """Return a number with a point before its exponent, without which YAML 1.1 takes it for text."""
    return re.sub(r"^(-?[0-9]+)e", r"\1.0e", repr(value))


def _letter(letter: str) -> str:
    if letter in _SHORT:
        return _SHORT[letter]
    if letter.isprintable():
        return letter
    return (
        f"\\x{ord(letter):02x}"
        if ord(letter) < 0x100
        else f"\\u{ord(letter):04x}"
        if ord(letter) < 0x10000
        else f"\\U{ord(letter):08x}"
    )


def _is_block(text: str) -> bool:
    """Return whether a text of several lines can stand as a literal block: what blocks would change stands in quotes."""
    lines = text.removesuffix("\n").split("\n")
    return (
        "\n" in text
        and bool(lines[-1])
        and lines[0][:1].strip() != ""
        and all(line == line.rstrip() and line.isprintable() for line in lines)
    )
