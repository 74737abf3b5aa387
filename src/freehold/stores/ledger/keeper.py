"""Keep an open ledger's folder in order beside its writer: full tiles off memory, and what is newest published each second.

It writes only what is durable in the journal already, so that nobody waits for it and a crash in it loses nothing.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from freehold.errors import EngineError
from freehold.ledger.tile import WIDTH
from freehold.ports.clock import Clock
from freehold.stores.ledger.writing import LedgerFiles

PUBLISH_SECONDS = 1.0


class Keeper:
    """One thread over one ledger's files."""

    def __init__(self, files: LedgerFiles, clock: Clock, *, failed: Callable[[Exception], None]) -> None:
        """Keep `files`; `clock` paces publishing, `failed` hears of what nobody foresaw."""
        self._files = files
        self._clock = clock
        self._failed = failed
        self._due: float | None = None
        self._idle = False
        self._ended = False
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger keeper", daemon=True)
        self._thread.start()

    def notice(self) -> None:
        """Say that something was committed; the keeper is woken only where that gives it something to do."""
        if self._idle or self._files.unsealed >= WIDTH:
            self._news.set()

    def close(self) -> None:
        """Publish the last checkpoint and end."""
        self._ended = True
        self._news.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._ended:
                self._wait()
                self._keep_up()
            with contextlib.suppress(EngineError):
                self._files.tidy()
        except Exception as error:  # noqa: BLE001  (whatever it was, the ledger must not grow over it)
            self._failed(error)

    def _wait(self) -> None:
        self._idle = self._due is None
        # A commit between these two lines sets the event; one before them shows as unpublished.
        self._news.wait(None if self._idle and self._files.is_published else PUBLISH_SECONDS)
        self._idle = False
        self._news.clear()

    def _keep_up(self) -> None:
        """Seal and publish what is due; where there is no room for it now, a later step tries again."""
        now = self._clock.monotonic()
        if self._due is None and not self._files.is_published:
            self._due = now + PUBLISH_SECONDS
        with contextlib.suppress(EngineError):
            if self._due is not None and now >= self._due:
                self._due = now + PUBLISH_SECONDS
                self._files.tidy()
                self._due = None
            elif self._files.unsealed >= WIDTH:
                self._files.seal()
