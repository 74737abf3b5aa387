"""Time two ways of doing one thing in turn, A B A B …, so that a drifting machine bends both alike; quote the ratio of medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Medians of both sides, in seconds."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """Ours over theirs."""
        return self.ours / self.theirs


def pair(
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    rounds: int,
    warm: int = 2,
    clock: Callable[[], float] = time.perf_counter,
) -> Pair:
    """Run both `warm` times uncounted, then `rounds` times in turn; return the medians.

    What runs in one thread is steadier by `time.process_time`, which leaves out what else the machine does.
    """
    sides: tuple[list[float], list[float]] = ([], [])
    for number in range(warm + rounds):
        for side, run in zip(sides, (ours, theirs), strict=True):
            start = clock()
            run()
            if number >= warm:
                side.append(clock() - start)
    return Pair(statistics.median(sides[0]), statistics.median(sides[1]))


def line(what: str, found: Pair, *, unit: str, scale: float, target: str) -> str:
    """Return one printable row of a result."""
    sides = f"{found.ours * scale:>10.2f} {unit:<3} {found.theirs * scale:>10.2f} {unit:<3}"
    return f"{what:<52} {sides} ratio {found.ratio:6.3f}   target {target}"
