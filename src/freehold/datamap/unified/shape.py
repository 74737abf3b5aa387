"""Read what a request brings by an allow-list of members: an unknown one is refused, one that the server holds is not taken.

A member of null is one that is not there, as clients write it.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from freehold.errors import EntityInvalid

Read = Callable[[str, Any], Any]
"""Reads a value of the member named, and returns it as it is kept. Raises EntityInvalid."""

LONGEST_NAME, LONGEST_TEXT, MOST = 256, 10_000, 500
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LONGEST_TIME = 40


def text(longest: int = LONGEST_TEXT) -> Read:
    """Return what reads a text of up to so many characters."""

    def read(name: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest or "\0" in value:
            raise _unfit(name, f"a text of at most {longest:,} characters")
        return value

    return read


def guid(name: str, value: Any) -> str:
    """Return an identifier (UUID) in small letters.

    Raises:
        EntityInvalid: It is none.
    """
    found = value.lower() if isinstance(value, str) else ""
    if not _GUID.fullmatch(found):
        raise _unfit(name, "an identifier like 4e74f902-62f5-49f4-8258-92ed2b8537ba")
    return found


def url(name: str, value: Any) -> str:
    """Return an address that a browser may follow without running anything.

    Raises:
        EntityInvalid: It is none of http or https.
    """
    found = text(2_000)(name, value)
    try:
        parts = urlsplit(found)
    except ValueError:
        raise _unfit(name, "an address of https or http") from None
    if parts.scheme not in {"https", "http"} or not parts.netloc or any(letter.isspace() for letter in found):
        raise _unfit(name, "an address of https or http")
    return found


def moment(name: str, value: Any) -> str:
    """Return a time as ISO 8601 in UTC.

    Raises:
        EntityInvalid: It is none.
    """
    try:
        found = dt.datetime.fromisoformat(text(_LONGEST_TIME)(name, value))
        found = found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise _unfit(name, "a time like 2027-01-31T00:00:00Z") from None
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def flag(name: str, value: Any) -> bool:
    """Return a boolean.

    Raises:
        EntityInvalid: It is none.
    """
    if not isinstance(value, bool):
        raise _unfit(name, "true or false")
    return value


def number(name: str, value: Any) -> float:
    """Return a finite number.

    Raises:
        EntityInvalid: It is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _unfit(name, "a number")
    return value


def one_of(*values: str) -> Read:
    """Return what reads one of some words, whatever their case, and gives it as it is written here."""
    known = {item.casefold(): item for item in values}

    def read(name: str, value: Any) -> str:
        found = known.get(value.casefold()) if isinstance(value, str) else None
        if found is None:
            raise _unfit(name, f"one of {', '.join(values)}")
        return found

    return read


def each(inner: Read) -> Read:
    """Return what reads a list."""

    def read(name: str, value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > MOST:
            raise _unfit(name, f"a list of at most {MOST}")
        return [inner(name, item) for item in value]

    return read


def record(**members: Read) -> Read:
    """Return what reads an object of these members."""

    def read(name: str, value: Any) -> dict[str, Any]:
        return read_members(name, value, members)

    return read


def read_members(name: str, value: Any, members: Mapping[str, Read], held: Collection[str] = ()) -> dict[str, Any]:
    """Return the members of an object that are known and not `held` by the server.

    Raises:
        EntityInvalid: It is no object, has an unknown member, or one of another type.
    """
    if not isinstance(value, dict):
        raise _unfit(name, "an object")
    unknown = next((item for item in value if item not in members and item not in held), None)
    if unknown is not None:
        raise EntityInvalid(
            f"`{name}` has no member `{unknown[:80]}`", remedy=f"leave it out; it may have {', '.join(sorted(members))}"
        )
    return {item: read(item, value[item]) for item, read in members.items() if value.get(item) is not None}


def _unfit(name: str, wanted: str) -> EntityInvalid:
    return EntityInvalid(f"`{name[:80]}` does not fit", remedy=f"send {wanted}")
