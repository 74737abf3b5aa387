"""Wait on the event loop for leaves to be durable: one wake-up for a whole group commit, however many wait in it."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future


class Durable:
    """A bridge from the ledger's thread to one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake waiters on `loop`."""
        self._loop = loop
        self._ready: deque[asyncio.Future[None]] = deque()
        self._coming = False

    async def wait(self, leaf: Future[int]) -> None:
        """Return once `leaf` is done, whether it succeeded or failed."""
        if leaf.done():
            return
        waiter: asyncio.Future[None] = self._loop.create_future()
        leaf.add_done_callback(lambda _: self._done(waiter))
        await waiter

    def _done(self, waiter: asyncio.Future[None]) -> None:
        # Runs in the ledger's thread. `_wake` lowers the flag before it drains, so nothing appended here is missed.
        self._ready.append(waiter)
        if not self._coming:
            self._coming = True
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._coming = False
        while self._ready:
            waiter = self._ready.popleft()
            if not waiter.done():
                waiter.set_result(None)
