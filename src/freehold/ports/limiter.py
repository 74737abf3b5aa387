"""Shared counters behind rate limits."""

from __future__ import annotations

from typing import Protocol

from freehold.model.product import RateLimit


class Limiter(Protocol):
    """A counter of requests."""

    def hit(self, key: str, rate: RateLimit) -> float | None:
        """Count one request of `key`; return None where it is within `rate`, else the seconds after which to try again."""
        ...
