"""Rate limits counted in this process: an exact moving window, or a sliding counter where the limit is very large."""

from __future__ import annotations

from functools import lru_cache

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from freehold.model.product import RateLimit
from freehold.ports.clock import Clock

EXACT_UP_TO = 10_000


class MemoryLimiter:
    """A `ports.Limiter` for a node that is one process. The windows follow the machine's clock."""

    def __init__(self, clock: Clock) -> None:
        """Count from nothing; `clock` tells how long a refused caller has to wait."""
        self._clock = clock
        storage = MemoryStorage()
        self._exact: RateLimiter = MovingWindowRateLimiter(storage)
        self._wide: RateLimiter = SlidingWindowCounterRateLimiter(storage)

    def hit(self, key: str, rate: RateLimit) -> float | None:
        """Count one request of `key`; return None where it is within `rate`, else the seconds after which to try again."""
        item = _item(rate.requests, rate.seconds)
        if rate.requests < 1:
            return float(rate.seconds)
        counter = self._exact if rate.requests <= EXACT_UP_TO else self._wide
        if counter.hit(item, key):
            return None
        wait = counter.get_window_stats(item, key).reset_time - self._clock.now().timestamp()
        return min(max(wait, rate.seconds / rate.requests, 0.001), float(rate.seconds))


@lru_cache(maxsize=1_000)
def _item(requests: int, seconds: int) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(max(requests, 1), seconds)
