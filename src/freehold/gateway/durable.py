"""Wait on the event loop for leaves to be durable: one wake-up for a whole group commit, however many wait in it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from freehold.gateway.release import Run
from freehold.ports.ledger import Commit, Leaf


async def recorded(run: Run, wait: Callable[[Leaf], Awaitable[None]], record: Callable[..., Leaf], *arguments: Any) -> int:
    """Return the index of the leaf that `record` appends, once it is durable; `run` does blocking work elsewhere."""
    leaf: Leaf = await run(record, *arguments)
    await wait(leaf)
    return leaf.result()


class Durable:
    """A bridge from the ledger's thread to one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake waiters on `loop`."""
        self._loop = loop
        self._newest: Commit | None = None
        self._waiting: list[asyncio.Future[None]] = []
        self._ended: deque[list[asyncio.Future[None]]] = deque()

    async def wait(self, leaf: Leaf) -> None:
        """Return once `leaf` is done, whether it succeeded or failed."""
        commit = leaf.commit
        if commit.done:
            return
        waiter: asyncio.Future[None] = self._loop.create_future()
        if commit is self._newest:
            self._waiting.append(waiter)
        else:
            self._newest, self._waiting = commit, [waiter]
            commit.then(lambda waiting=self._waiting: self._end(waiting))
        await waiter

    def _end(self, waiting: list[asyncio.Future[None]]) -> None:
        # Runs in the ledger's thread; a waiter that comes to the list after this, before `_wake`, is woken with the rest.
        self._ended.append(waiting)
        self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        while self._ended:
            for waiter in self._ended.popleft():
                if not waiter.done():
                    waiter.set_result(None)
