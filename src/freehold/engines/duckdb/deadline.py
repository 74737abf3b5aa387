"""One thread that ends what has run out of time, however many queries wait."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

_LOG = logging.getLogger("freehold.engine")


class Deadline:
    """One call that will be made unless it is cancelled first."""

    __slots__ = ("action", "due")

    def __init__(self, due: float, action: Callable[[], None]) -> None:
        """Call `action` once the monotonic clock passes `due`."""
        self.due = due
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Make the call never happen; harmless afterwards."""
        self.action = None


class Deadlines:
    """A heap of deadlines and the thread that watches it, started with the first."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._heap: list[tuple[float, int, Deadline]] = []
        self._numbers = itertools.count()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, action: Callable[[], None]) -> Deadline:
        """Call `action` in `seconds`, from the watching thread."""
        deadline = Deadline(time.monotonic() + seconds, action)
        with self._wake:
            heapq.heappush(self._heap, (deadline.due, next(self._numbers), deadline))
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="freehold-deadlines", daemon=True)
                self._thread.start()
            elif self._heap[0][2] is deadline:
                self._wake.notify()
        return deadline

    def _watch(self) -> None:
        while True:
            with self._wake:
                now = time.monotonic()
                while self._heap and (self._heap[0][2].action is None or self._heap[0][0] <= now):
                    _, _, deadline = heapq.heappop(self._heap)
                    action = deadline.action
                    if action is not None:
                        _call(action)
                self._wake.wait(self._heap[0][0] - now if self._heap else None)


def _call(action: Callable[[], None]) -> None:
    """Call without failing: one query's end must not be the end of all deadlines."""
    try:
        action()
    except Exception as error:  # noqa: BLE001  (whatever it was, the thread goes on)
        _LOG.error("a deadline's action failed with %s", type(error).__name__, exc_info=error)
