"""Addresses of the network and of its devices: form, ranges, and what tells a column of them from versions and numbers."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from freehold.classify import named
from freehold.classify.detector import Detector, Verify, each

_V4 = r"(?:https?://)?[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2}|:[0-9]{1,5}/?|/)?"
V4 = rf"{_V4}(?:[,;] ?{_V4}){{0,4}}"
V6 = r"(?ai:\[?[0-9a-f:]{2,39}(?:\.[0-9.]{5,11})?(?:%[0-9a-z._\-]{1,16})?\]?(?:/[0-9]{1,3}|:[0-9]{1,5})?)"
MAC = (
    r"(?ai:[0-9a-f]{2}(?:(?::[0-9a-f]{2}){5}|(?:-[0-9a-f]{2}){5}|(?: [0-9a-f]{2}){5})|[0-9a-f]{4}(?:[.\-:][0-9a-f]{4}){2}"
    r"|[0-9a-f]{6}[\-:][0-9a-f]{6})"
)
MAC_NAMED = r"(?ai:[0-9a-f]{12})"
V4_IN_TEXT = re.compile(r"(?<![\w.:/+-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)")
V6_IN_TEXT = re.compile(r"(?<![\w.:])(?:[0-9a-fA-F]{1,4}:){3,7}(?::|[0-9a-fA-F]{1,4})(?::?[0-9a-fA-F]{1,4}){0,4}(?![\w:])")

_PRIVATE = frozenset({10, 127, 169, 172})
_MANY = re.compile(r"[,;] ?")


def v4(*, told: bool) -> Verify:
    """Return the verification of addresses of four numbers: versions of software, written alike, have low ones, the
    first above all, and telephone numbers have two digits in each.

    With `told`, where the column's name says that they are addresses, how the numbers lie is not asked.
    """

    def verify(values: Sequence[str]) -> list[bool]:
        judged = [is_v4(value) for value in values]
        parts = [_parts(value) for value, ok in zip(values, judged, strict=True) if ok]
        pairs = sum(min(part) > 9 and max(part) < 100 for part in parts)
        high = sum(max(part) > 63 for part in parts)
        first = sum(part[0] > 31 or part[0] in _PRIVATE for part in parts)
        fits = told or (high >= 0.5 * len(parts) and first >= 0.25 * len(parts) and pairs <= 0.5 * len(parts))
        return judged if fits else [False] * len(judged)

    return verify


def is_v4(value: str) -> bool:
    """Return whether a value is an address of four numbers, or a list of them, with a port or a prefix or without."""
    return all(_is_one(part) for part in _MANY.split(value))


def _is_one(value: str) -> bool:
    host, _, rest = value.removeprefix("http://").removeprefix("https://").rstrip("/").partition("/")
    parts = host.partition(":")[0].split(".")
    padded = all(len(part) == 3 for part in parts) or not any(part[0] == "0" and len(part) > 1 for part in parts)
    return padded and all(int(part) <= 255 for part in parts) and int(rest or 0) <= 32


def _parts(value: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", value)[:4]]


def is_v6(value: str) -> bool:
    """Return whether a value is an address of IPv6: short or long, in brackets with a port, with a zone or a prefix."""
    bare = value
    if value.startswith("["):
        bare = value[1:].partition("]")[0]
    try:
        ipaddress.ip_interface(bare)
    except ValueError:
        return False
    return True


def devices(values: Sequence[str]) -> list[bool]:
    """Return whether these are addresses of hardware: hexadecimal numbers of twelve digits nearly all have a letter."""
    lettered = sum(not value.isdecimal() and any(char.isalpha() for char in value) for value in values)
    return [lettered >= 0.5 * len(values)] * len(values)


def is_routable(value: str) -> bool:
    """Return whether an address in text is more than a version: it has a high number, as nearly all addresses have."""
    parts = _parts(value)
    return max(parts) <= 255 and max(parts) > 63 and parts[0] > 0


NETWORK: tuple[Detector, ...] = (
    Detector(
        name="MAC address",
        title="Hardware address of a device",
        classification="PII.Network",
        verify=devices,
        proof="form",
        pattern=MAC,
        length=(13, 17),
        spaces=(0, 5),
        colons=(0, 5),
        named=named.MAC,
    ),
    Detector(
        name="MAC address by name",
        title="Hardware address without marks between, where the name says so",
        classification="PII.Network",
        verify=devices,
        by_name=True,
        proof="form and name",
        pattern=MAC_NAMED,
        length=(12, 12),
        spaces=(0, 0),
        dots=(0, 0),
        named=named.MAC,
    ),
    Detector(
        name="IPv4 address",
        title="Internet address",
        classification="PII.Network",
        verify=v4(told=False),
        proof="ranges",
        pattern=V4,
        length=(7, 100),
        digits=(4, 85),
        letters=(0, 10),
        dots=(3, 15),
        spaces=(0, 4),
        colons=(0, 6),
        named=named.HOST,
        family="internet",
    ),
    Detector(
        name="IPv4 address by name",
        title="Internet address, where the name says so",
        classification="PII.Network",
        verify=v4(told=True),
        by_name=True,
        proof="ranges and name",
        pattern=V4,
        length=(7, 100),
        digits=(4, 85),
        letters=(0, 10),
        dots=(3, 15),
        spaces=(0, 4),
        colons=(0, 6),
        named=named.HOST,
    ),
    Detector(
        name="IPv6 address",
        title="Internet address",
        classification="PII.Network",
        verify=each(is_v6),
        proof="form",
        pattern=V6,
        length=(3, 64),
        colons=(2, 9),
        spaces=(0, 0),
        named=named.HOST,
        family="internet",
    ),
)
"""Addresses of devices and of the internet."""
