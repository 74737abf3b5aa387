"""When a trigger is due: each interval from a start, or at the days and times of a schedule; wall time in the trigger's own zone.

The zone comes in from outside, and so does the present: the same recurrence gives the same moments wherever it is asked.
"""

from __future__ import annotations

import calendar
import datetime as dt
import enum
import itertools
from collections.abc import Iterator
from typing import Any

import msgspec

from freehold.errors import ScanSettingInvalid

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_INTERVAL = 1_000
_PERIODS = 150
"""How many periods are looked through for one that has a fitting day: February 29 comes once in eight years at worst."""

_YEARS = (1970, 9_000)
_MONTH_DAYS, _OCCURRENCES = (-31, 31), (-5, 5)


class Frequency(enum.StrEnum):
    """What an interval counts."""

    MINUTE = "Minute"
    HOUR = "Hour"
    DAY = "Day"
    WEEK = "Week"
    MONTH = "Month"


_STEPS = {Frequency.MINUTE: dt.timedelta(minutes=1), Frequency.HOUR: dt.timedelta(hours=1)}


class Recurrence(msgspec.Struct, frozen=True, kw_only=True):
    """A recurrence as it is meant; `start` and `end` without an offset are wall time of the zone.

    `hours`, `minutes`, `weekdays` (0 is Monday), `days` of a month (-1 is its last) and `occurrences` (weekday, and which of the
    month) are those of a schedule; without any of them, each interval from the start is meant.
    """

    frequency: Frequency
    interval: int = 1
    zone: str = "UTC"
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    occurrences: tuple[tuple[int, int], ...] = ()

    @property
    def is_scheduled(self) -> bool:
        """Whether days or times are named."""
        return bool(self.hours or self.minutes or self.weekdays or self.days or self.occurrences)


def read_recurrence(given: Any) -> Recurrence:
    """Return the recurrence of a trigger.

    Raises:
        ScanSettingInvalid: It is malformed, or names days that its frequency does not have.
    """
    if not isinstance(given, dict):
        raise _invalid("is no object", 'send {"frequency": "Week", "interval": 1}')
    frequency, interval = given.get("frequency"), given.get("interval", 1)
    if frequency not in list(Frequency):
        raise _invalid("has no frequency that is known", f"use one of {', '.join(Frequency)}")
    if not isinstance(interval, int) or isinstance(interval, bool) or not 0 < interval <= MOST_INTERVAL:
        raise _invalid("has an interval out of range", f"use 1 to {MOST_INTERVAL:,}")
    zone = given.get("timeZone") or given.get("timezone") or "UTC"
    if not isinstance(zone, str):
        raise _invalid("has no time zone that is known", "name one like Europe/Berlin")
    made = Recurrence(
        frequency=Frequency(frequency),
        interval=interval,
        zone=zone,
        start=_moment(given.get("startTime"), "startTime"),
        end=_moment(given.get("endTime"), "endTime"),
        **_schedule(given.get("schedule")),
    )
    _check_days(made)
    return made


def next_after(recurrence: Recurrence, zone: dt.tzinfo, set_at: dt.datetime, after: dt.datetime) -> dt.datetime | None:
    """Return the first moment after `after` at which a trigger is due, in UTC; None where there is none any more.

    A recurrence without a start starts when it was set.
    """
    start = _within(recurrence.start, zone) or set_at
    end = _within(recurrence.end, zone)
    try:
        found = next((moment for moment in _moments(recurrence, zone, start, after) if moment > after and moment >= start), None)
    except (OverflowError, ValueError):  # beyond the year 9999
        found = None
    return found if found is not None and (end is None or found <= end) else None


def _moments(recurrence: Recurrence, zone: dt.tzinfo, start: dt.datetime, after: dt.datetime) -> Iterator[dt.datetime]:
    step = _STEPS.get(recurrence.frequency)
    if step is not None:
        passed = max(0, (after - start) // (step * recurrence.interval))
        yield from (start + (passed + more) * step * recurrence.interval for more in (0, 1))
        return
    local = start.astimezone(zone)
    hours, minutes = recurrence.hours or (local.hour,), recurrence.minutes or (local.minute,)
    second = dt.timedelta(seconds=0 if recurrence.is_scheduled else local.second)
    for day in _days(recurrence, local.date(), after.astimezone(zone).date()):
        walls = (dt.datetime.combine(day, dt.time(hour, minute), zone) + second for hour in hours for minute in minutes)
        yield from sorted(wall.astimezone(dt.UTC) for wall in walls)


def _days(recurrence: Recurrence, start: dt.date, after: dt.date) -> Iterator[dt.date]:
    """Yield the days of a recurrence in order, beginning not later than at `after`."""
    interval = recurrence.interval
    if recurrence.frequency is Frequency.MONTH:
        passed = (after.year - start.year) * 12 + after.month - start.month
        for number in _numbers(passed, interval):
            years, month = divmod(start.year * 12 + start.month - 1 + number * interval, 12)
            yield from _of_month(recurrence, start, years, month + 1)
        return
    length = interval * (7 if recurrence.frequency is Frequency.WEEK else 1)
    first = start - dt.timedelta(days=start.weekday()) if recurrence.frequency is Frequency.WEEK else start
    chosen = (0,) if recurrence.frequency is Frequency.DAY else recurrence.weekdays or (start.weekday(),)
    for number in _numbers((after - first).days, length):
        yield from (first + dt.timedelta(days=number * length + day) for day in chosen)


def _numbers(passed: int, length: int) -> Iterator[int]:
    first = max(0, passed // length - 1)
    return iter(range(first, first + _PERIODS))


def _of_month(recurrence: Recurrence, start: dt.date, year: int, month: int) -> list[dt.date]:
    """Return the days of one month that are meant; one that the month does not have is left out."""
    length = calendar.monthrange(year, month)[1]
    wanted = {day if day > 0 else length + 1 + day for day in recurrence.days}
    for weekday, which in recurrence.occurrences:
        fitting = [day for day in range(1, length + 1) if dt.date(year, month, day).weekday() == weekday]
        wanted |= {fitting[which - 1 if which > 0 else which]} if abs(which) <= len(fitting) else set[int]()
    if not recurrence.days and not recurrence.occurrences:
        wanted = {start.day}
    return [dt.date(year, month, day) for day in sorted(wanted) if 1 <= day <= length]


def _within(moment: dt.datetime | None, zone: dt.tzinfo) -> dt.datetime | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(dt.UTC)


def _moment(given: Any, name: str) -> dt.datetime | None:
    if given is None:
        return None
    try:
        found = dt.datetime.fromisoformat(given)
    except (TypeError, ValueError):
        found = None
    if found is None or not _YEARS[0] <= found.year <= _YEARS[1]:
        raise _invalid(f"has a `{name}` that is no time", "write it like 2026-01-31T02:00:00Z")
    return found


def _schedule(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _invalid("has a schedule that is no object", 'send {"hours": [2], "minutes": [0]}')
    return {
        "hours": _whole(given.get("hours"), "hours", (0, 23)),
        "minutes": _whole(given.get("minutes"), "minutes", (0, 59)),
        "weekdays": tuple(sorted({_weekday(item) for item in _listed(given.get("weekDays"), "weekDays")})),
        "days": _whole(given.get("monthDays"), "monthDays", _MONTH_DAYS, but=0),
        "occurrences": tuple(_occurrence(item) for item in _listed(given.get("monthlyOccurrences"), "monthlyOccurrences")),
    }


def _listed(given: Any, name: str) -> list[Any]:
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > 100:
        raise _invalid(f"has `{name}` that are no list of at most 100", "send a list")
    return given


def _whole(given: Any, name: str, within: tuple[int, int], but: int | None = None) -> tuple[int, ...]:
    found: set[int] = set()
    for item in _listed(given, name):
        if not isinstance(item, int) or isinstance(item, bool) or not within[0] <= item <= within[1] or item == but:
            raise _invalid(f"has `{name}` out of range", f"use whole numbers from {within[0]} to {within[1]}")
        found.add(item)
    return tuple(sorted(found))


def _weekday(given: Any) -> int:
    if not isinstance(given, str) or given.title() not in WEEKDAYS:
        raise _invalid("names a day that is none", f"use {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(given.title())


def _occurrence(given: Any) -> tuple[int, int]:
    held = given if isinstance(given, dict) else {}
    which = held.get("occurrence")
    return _weekday(held.get("day")), _whole([which], "occurrence", _OCCURRENCES, but=0)[0]


def _check_days(made: Recurrence) -> None:
    """Refuse days that mean nothing, rather than run on others than were meant."""
    allowed: dict[Frequency, set[str]] = {
        Frequency.MINUTE: set(),
        Frequency.HOUR: set(),
        Frequency.DAY: {"hours", "minutes"},
        Frequency.WEEK: {"hours", "minutes", "weekdays"},
        Frequency.MONTH: {"hours", "minutes", "days", "occurrences"},
    }
    wire = {"weekdays": "weekDays", "days": "monthDays", "occurrences": "monthlyOccurrences"}
    fields = itertools.chain(("hours", "minutes"), wire)
    wrong = [wire.get(name, name) for name in fields if getattr(made, name) and name not in allowed[made.frequency]]
    if wrong:
        raise _invalid(f"has `{wrong[0]}` under the frequency {made.frequency}", "take it out, or use another frequency")


def _invalid(what: str, remedy: str) -> ScanSettingInvalid:
    return ScanSettingInvalid(f"the trigger's recurrence {what}", remedy=remedy)
