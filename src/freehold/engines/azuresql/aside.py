"""Calls of a driver in a thread of their own, so that whoever waits for one can go when its time is up, whatever the driver does.

A server that is gone without a word keeps a driver waiting until the network gives up, and so does asking the driver to stop.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, InvalidStateError, wait
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")

GRACE = 2.0
"""Seconds for which a call that was asked to stop may still end by itself."""


class LeftBehind(Exception):
    """A call did not end; it goes on in its thread, and what was to be called after it is called after it."""


class Aside:
    """Makes calls one after another in a thread of its own, which ends with `last`."""

    def __init__(self) -> None:
        """Start the thread."""
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._stop: Future[None] = Future()
        self._left = False
        self._thread = threading.Thread(target=self._work, name="azure-sql", daemon=True)
        self._thread.start()

    @property
    def left(self) -> bool:
        """Whether a call was left behind, and still is."""
        return self._left and self._thread.is_alive()

    def call(self, function: Callable[[], T], seconds: float) -> T:
        """Return what a call gives.

        Raises:
            LeftBehind: It took longer than so many seconds and the grace, or than the grace after `hurry`.
            BaseException: What the call raises.
        """
        if self._left:
            raise LeftBehind
        future = self._put(function)
        wait((future, self._stop), seconds, FIRST_COMPLETED)
        if not future.done():
            wait((future,), GRACE)
        self._left = not future.done()
        if self._left:
            raise LeftBehind
        return future.result()

    def hurry(self) -> None:
        """Let nobody wait for more than the grace from now on; safe to call twice, from any thread."""
        with contextlib.suppress(InvalidStateError):
            self._stop.set_result(None)

    def last(self, function: Callable[[], object]) -> None:
        """Make a last call, and wait for its end, but not for longer than the grace."""
        future = self._put(function)
        self._calls.put(None)
        wait((future,), 0 if self._left else GRACE)

    def _put(self, function: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        self._calls.put((future, function))
        return future

    def _work(self) -> None:
        while (item := self._calls.get()) is not None:
            future, function = item
            try:
                future.set_result(function())
            except BaseException as error:  # noqa: BLE001  (it is raised where it is waited for)
                future.set_exception(error)
