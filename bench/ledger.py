"""Append to the ledger beside the least that durability costs: the same bytes, written and synced, one batch per round of waiters.

One run, in turn, medians. The left side hashes, signs a checkpoint for each batch and wakes every waiter; the right side does
neither. Run: `python bench/ledger.py`. Targets: 20,000 appends/s with 64 waiters, one call of append ≤ 20 µs of its caller.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from freehold.keys.local import LocalKeys
from freehold.stores.ledger import FileLedger
from freehold.wiring.clock import SystemClock
from pairing import line, pair

ENTRY = bytes(600)
ENTRIES = 3200


class Appending:
    """So many threads, each of which appends, waits for its leaf, and appends again."""

    def __init__(self, ledger: FileLedger, waiters: int) -> None:
        self._ledger = ledger
        self._waiters = waiters
        self.waits: list[float] = []

    def __call__(self) -> None:
        threads = [threading.Thread(target=self._wait) for _ in range(self._waiters)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _wait(self) -> None:
        for _ in range(ENTRIES // self._waiters):
            start = time.perf_counter()
            self._ledger.append(ENTRY).result()
            self.waits.append(time.perf_counter() - start)


def synced(descriptor: int, waiters: int) -> None:
    """Write and sync the same bytes, one batch for each round of waiters."""
    for _ in range(ENTRIES // waiters):
        os.write(descriptor, ENTRY * waiters)
        os.fdatasync(descriptor)


def caller_cost(ledger: FileLedger) -> float:
    """Return the median seconds that `append` itself takes, from a caller that does not wait."""
    costs: list[float] = []
    for _ in range(2000):
        start = time.perf_counter()
        future = ledger.append(ENTRY)
        costs.append(time.perf_counter() - start)
        if len(costs) % 50 == 0:
            future.result()
    return statistics.median(costs)


def main() -> None:
    """Print a row for 1, 8 and 64 waiters."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        ledger = FileLedger(folder / "ledger", origin="bench", keys=LocalKeys(folder / "keys"), clock=SystemClock())
        descriptor = os.open(folder / "raw", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        for waiters in (1, 8, 64):
            appending = Appending(ledger, waiters)
            found = pair(appending, lambda count=waiters: synced(descriptor, count), rounds=7)
            print(
                line(
                    f"{ENTRIES} entries of {len(ENTRY)} B, {waiters} waiting",
                    found,
                    unit="ms",
                    scale=1e3,
                    target="none" if waiters < 64 else f"≤ {ENTRIES / 20_000 * 1e3:.0f} ms",
                )
            )
            waits = sorted(appending.waits)
            half, most = waits[len(waits) // 2] * 1e6, waits[len(waits) * 99 // 100] * 1e6
            print(f"    {ENTRIES / found.ours:,.0f} appends/s, wait p50 {half:,.0f} µs, p99 {most:,.0f} µs")
        print(f"    one call of append: {caller_cost(ledger) * 1e6:.1f} µs of its caller, target ≤ 20 µs")
        os.close(descriptor)
        ledger.close()


if __name__ == "__main__":
    main()
