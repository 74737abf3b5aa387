"""A place among the queries under way: taken or refused, and given back exactly once, whoever ends the query."""

from __future__ import annotations

import threading

from freehold.errors import NodeBusy

_WAIT_SECONDS = 5


class Slot:
    """One place."""

    def __init__(self, slots: threading.BoundedSemaphore) -> None:
        """Take a place of `slots`, waiting five seconds at most.

        Raises:
            NodeBusy: There is none.
        """
        if not slots.acquire(timeout=_WAIT_SECONDS):
            raise NodeBusy(remedy="try again in a few seconds", retryAfter=_WAIT_SECONDS)
        self._slots = slots
        self._held = True
        self._lock = threading.Lock()

    def free(self) -> None:
        """Give the place back; harmless where that was done."""
        with self._lock:
            if self._held:
                self._held = False
                self._slots.release()
