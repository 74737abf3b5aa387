"""How many rows somebody would be given before and after a change, as far as that may be said: of few only that they are few."""

from __future__ import annotations

import msgspec

UNKNOWN = "unknown"
NEARLY = "nearly as many"

Count = int | str
"""A number of rows, or in words why it is none: `unknown`, `fewer than 10`, `nearly as many` (as on the other side)."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Rows before, after and on both sides, as the gate counted them: None where that is not known."""

    before: int | None = None
    after: int | None = None
    both: int | None = None

    @property
    def gained(self) -> int | None:
        """How many rows only the side after has."""
        return None if self.after is None or self.both is None else self.after - self.both

    @property
    def lost(self) -> int | None:
        """How many rows only the side before has."""
        return None if self.before is None or self.both is None else self.before - self.both

    @property
    def sign(self) -> int | None:
        """1 where rows are only gained, -1 where they are only lost, None where both, neither or unknown."""
        gained, lost = self.gained, self.lost
        if gained is None or lost is None or bool(gained) == bool(lost):
            return None
        return 1 if gained else -1


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said of the rows: None on a side that may ask nothing, and in `gained` and `lost` where the rows are the same."""

    before: Count | None = None
    after: Count | None = None
    gained: Count | None = None
    lost: Count | None = None


def few(number: int | None, least: int) -> Count:
    """Return a number of rows as it may be said, where fewer than `least` are few.

    >>> few(1530, 10), few(9, 10), few(0, 10), few(None, 10)
    (1530, 'fewer than 10', 'fewer than 10', 'unknown')
    """
    return UNKNOWN if number is None else number if number >= least else f"fewer than {least:,}"


def moved(counted: Counted, least: int) -> Rows:
    """Return what may be said of rows that differ: never two numbers of which a third follows that is few.

    >>> moved(Counted(before=1000, after=1530, both=1000), 10)
    Rows(before=1000, after=1530, gained=530, lost=0)
    >>> moved(Counted(before=1000, after=1003, both=1000), 10)
    Rows(before=1000, after='nearly as many', gained='fewer than 10', lost=0)
    >>> moved(Counted(before=3, after=1003, both=3), 10)
    Rows(before='fewer than 10', after=1003, gained='nearly as many', lost=0)
    """
    before, after = few(counted.before, least), few(counted.after, least)
    if isinstance(before, int) and isinstance(after, int) and _is_few(least, after - before, counted.gained, counted.lost):
        after = NEARLY
    kept = _is_few(least, counted.before, counted.after, counted.both)
    gained, lost = (_part(number, least, kept=kept) for number in (counted.gained, counted.lost))
    return Rows(before=before, after=after, gained=gained, lost=lost)


def _is_few(least: int, *numbers: int | None) -> bool:
    return any(number is not None and 0 < abs(number) < least for number in numbers)


def _part(number: int | None, least: int, *, kept: bool) -> Count:
    if number == 0:
        return 0
    return NEARLY if kept and number is not None and number >= least else few(number, least)
