"""What was measured of a product over time, and what a promise is worth by it.

Answers are counted in spans of five minutes, their times in buckets a tenth apart, so that any spans add up to any period.
"""

from __future__ import annotations

import enum
import itertools
from bisect import bisect_left

import msgspec

SPAN = 300
"""Seconds of one span; spans begin at multiples of it since the epoch."""

BOUNDS: tuple[float, ...] = tuple(round(0.0001 * 1.1**step, 9) for step in range(143))
"""The upper bounds of the buckets, in seconds: 0.1 ms to 75 s, each a tenth above the one before."""

BUCKETS = len(BOUNDS) + 1
"""The last bucket is for what took longer than the last bound."""


def bucket(seconds: float) -> int:
    """Return the bucket of an answer that took so many seconds.

    >>> BOUNDS[bucket(0.05)] >= 0.05 > BOUNDS[bucket(0.05) - 1]
    True
    """
    return bisect_left(BOUNDS, seconds)


class Span(msgspec.Struct, kw_only=True):
    """The answers of one product in one period of `SPAN` seconds from `start` (seconds since the epoch).

    `answered` were given, `prompt` of them within the latency that was promised then; `failed` were not, and not by the caller's
    fault. `times` counts the answers by bucket; it is sparse.
    """

    start: int
    answered: int = 0
    prompt: int = 0
    failed: int = 0
    times: dict[int, int] = {}

    def add(self, other: Span) -> None:
        """Add the counts of another span to this one."""
        self.answered += other.answered
        self.prompt += other.prompt
        self.failed += other.failed
        for at, count in other.times.items():
            self.times[at] = self.times.get(at, 0) + count


def total(spans: tuple[Span, ...] | list[Span]) -> Span:
    """Return all spans as one, which begins where the first does."""
    out = Span(start=min((span.start for span in spans), default=0))
    for span in spans:
        out.add(span)
    return out


def percentile(span: Span, share: float) -> float | None:
    """Return within how many seconds `share` percent of the answers came, at most a tenth too high; None without answers.

    The nearest-rank method: the smallest bound that at least that share of answers keeps. What took longer than the last bound is
    told as infinity.

    >>> percentile(Span(start=0, answered=4, times={bucket(0.01): 3, bucket(1.0): 1}), 75) < 0.011
    True
    """
    count = sum(span.times.values())
    if not count:
        return None
    order = sorted(span.times)
    for at, sofar in zip(order, itertools.accumulate(span.times[at] for at in order), strict=True):
        if sofar * 100 >= share * count:
            return BOUNDS[at] if at < len(BOUNDS) else float("inf")
    return float("inf")


class Aspect(enum.StrEnum):
    """What a product promises, one by one."""

    AVAILABILITY = "availability"
    LATENCY = "latency"
    FRESHNESS = "freshness"
    COMPLETENESS = "completeness"
    ACCURACY = "accuracy"
    TIMELINESS = "timeliness"
    RULES = "rules"


class Objective(msgspec.Struct, frozen=True, kw_only=True):
    """A promise about answers, held against those of a period: at least `target` percent of `count` must be good, and `good` were.

    `bound` is what makes an answer good, where that is a time (seconds).
    """

    aspect: Aspect
    target: float
    good: int
    count: int
    bound: float | None = None

    @property
    def attained(self) -> float | None:
        """The percentage that was good; None where nothing was counted."""
        return 100.0 * self.good / self.count if self.count else None

    @property
    def left(self) -> float | None:
        """How much of the error budget is left, in percent of it; below 0 once the promise is broken, None where none is given.

        >>> Objective(aspect=Aspect.AVAILABILITY, target=99.0, good=995, count=1000).left
        50.0
        """
        allowed = self.count * (100.0 - self.target) / 100.0
        return None if not allowed else round(100.0 * (1.0 - (self.count - self.good) / allowed), 6)

    @property
    def burn(self) -> float | None:
        """How many times faster than the promise allows the budget was used: at 1 it lasts exactly as long as the period.

        Source: the Site Reliability Workbook, chapter 5.

        >>> Objective(aspect=Aspect.AVAILABILITY, target=99.0, good=90, count=100).burn
        10.0
        """
        if not self.count or self.target >= 100.0:
            return None
        return round((self.count - self.good) / self.count / (1.0 - self.target / 100.0), 6)

    @property
    def kept(self) -> bool:
        """Whether the promise is kept; one of which nothing was counted is."""
        attained = self.attained
        return attained is None or attained >= self.target


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A product's data as it was measured once: when (seconds since the epoch), in which version, with what outcome.

    The percentages are as `query.Metrics`; `age` is in seconds; `failed` names the rules of severity error that did not hold.
    """

    at: float
    version: str
    completeness: float | None = None
    accuracy: float | None = None
    timeliness: float | None = None
    age: float | None = None
    rows: int | None = None
    rules: int = 0
    failed: tuple[str, ...] = ()


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One promise of one product as it stands: what is promised, what is measured, and whether it is kept.

    Times are in seconds, all else in percent. `value` None says that nothing could be measured.
    """

    aspect: Aspect
    promised: float
    value: float | None
    kept: bool
    detail: str = ""


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """A promise that is or was broken, from `since` to `until` (seconds since the epoch; None while it still is)."""

    product: str
    aspect: Aspect
    since: float
    until: float | None = None
    promised: float = 0.0
    value: float | None = None
    detail: str = ""
