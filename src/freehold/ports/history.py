"""Where a node keeps what it measured: spans of answers, readings of data, incidents, and what is still to be told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

from freehold.model.service_level import Incident, Reading, Span


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to tell another system: `body` (JSON) for `target` (an address), due at `due`; `id` stays through every attempt.

    `kind` says in which form it is sent; times are seconds since the epoch.
    """

    id: str
    kind: str
    target: str
    body: bytes
    made: float
    due: float
    attempts: int = 0


class History(Protocol):
    """The durable memory of measurements. All methods may be called from any thread, and raise StoreFull or StoreFailed."""

    def count(self, spans: Mapping[str, Iterable[Span]]) -> None:
        """Add to the spans of products, by product key."""
        ...

    def spans(self, product: str, since: float) -> tuple[Span, ...]:
        """Return the spans of a product that begin after `since`, oldest first."""
        ...

    def read(self, product: str, reading: Reading) -> None:
        """Remember a reading; within an hour, one in place of the last where nothing was found but what that said."""
        ...

    def last(self, product: str) -> Reading | None:
        """Return the newest reading of a product that is kept."""
        ...

    def readings(self, product: str, since: float) -> tuple[Reading, ...]:
        """Return the readings of a product after `since`, oldest first."""
        ...

    def incidents(self, product: str, since: float) -> tuple[Incident, ...]:
        """Return the incidents of a product that are open or ended after `since`, oldest first."""
        ...

    def note(self, incidents: Iterable[Incident], notices: Iterable[Notice]) -> None:
        """Remember incidents that began or ended together with what is to be told of them: both or neither."""
        ...

    def due(self, now: float, most: int) -> tuple[Notice, ...]:
        """Return up to `most` notices that are due, oldest first."""
        ...

    def settle(self, notice: Notice, due: float | None) -> None:
        """Forget a notice (None: it was told, or given up), or remember one more attempt and when the next is due."""
        ...

    def forget(self, before: float, long_before: float) -> None:
        """Forget spans before one time, and readings and ended incidents before another."""
        ...

    def close(self) -> None:
        """Let go of the file; harmless when that was done already."""
        ...
