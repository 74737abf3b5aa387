"""The machine's own clock, the one place where the present is read."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """A `ports.Clock` over the operating system."""

    def now(self) -> datetime:
        """Return the present as an aware datetime in UTC."""
        return datetime.now(UTC)  # noqa: TID251  (this is the port's adapter)

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start that never run backwards."""
        return time.monotonic()
