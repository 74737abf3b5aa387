"""Time zones by the names that triggers have for them."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo

from freehold.errors import ScanSettingInvalid

_IANA = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}")
WINDOWS = {
    "AUS Eastern Standard Time": "Australia/Sydney",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "Central Standard Time": "America/Chicago",
    "Eastern Standard Time": "America/New_York",
    "FLE Standard Time": "Europe/Kiev",
    "GMT Standard Time": "Europe/London",
    "GTB Standard Time": "Europe/Bucharest",
    "India Standard Time": "Asia/Kolkata",
    "Mountain Standard Time": "America/Denver",
    "Pacific Standard Time": "America/Los_Angeles",
    "Romance Standard Time": "Europe/Paris",
    "Tokyo Standard Time": "Asia/Tokyo",
    "W. Europe Standard Time": "Europe/Berlin",
}
"""Zones by the names that Windows has for them (CLDR's windowsZones), as Azure's own clients write them."""


def zone_of(name: str) -> dt.tzinfo:
    """Return a time zone by its name of the IANA or of Windows.

    Raises:
        ScanSettingInvalid: There is none of that name.
    """
    known = WINDOWS.get(name, name)
    try:
        if _IANA.fullmatch(known):
            return zoneinfo.ZoneInfo(known)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise ScanSettingInvalid(f"`{name[:80]}` is no time zone", remedy="name one like Europe/Berlin, or UTC")
