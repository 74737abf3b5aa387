"""Rate limits counted in process: exact within a window, and honest about when to come back."""

from __future__ import annotations

import time

import pytest

from freehold.model.product import RateLimit
from freehold.stores.limiter import EXACT_UP_TO, MemoryLimiter
from freehold.wiring.clock import SystemClock


def test_as_many_as_allowed_pass_and_the_next_does_not() -> None:
    limiter, rate = MemoryLimiter(SystemClock()), RateLimit(requests=3, seconds=60)
    assert [limiter.hit("a", rate) for _ in range(3)] == [None] * 3
    wait = limiter.hit("a", rate)
    assert wait is not None
    assert 0 < wait <= 60


def test_after_the_wait_that_was_named_a_request_passes() -> None:
    limiter, rate = MemoryLimiter(SystemClock()), RateLimit(requests=2, seconds=1)
    assert [limiter.hit("a", rate) for _ in range(2)] == [None] * 2
    wait = limiter.hit("a", rate)
    assert wait is not None
    time.sleep(wait + 0.05)
    assert limiter.hit("a", rate) is None


def test_refused_requests_do_not_count() -> None:
    limiter, rate = MemoryLimiter(SystemClock()), RateLimit(requests=1, seconds=1)
    limiter.hit("a", rate)
    waits = [limiter.hit("a", rate) for _ in range(50)]
    assert all(wait is not None and wait <= 1 for wait in waits)


def test_keys_are_counted_apart() -> None:
    limiter, rate = MemoryLimiter(SystemClock()), RateLimit(requests=1, seconds=60)
    assert [limiter.hit(key, rate) for key in "abc"] == [None] * 3


@pytest.mark.parametrize("requests", [0, -1])
def test_a_limit_of_nothing_lets_nothing_through(requests: int) -> None:
    assert MemoryLimiter(SystemClock()).hit("a", RateLimit(requests=requests, seconds=60)) == 60.0


def test_a_very_large_limit_still_ends() -> None:
    limiter, rate = MemoryLimiter(SystemClock()), RateLimit(requests=EXACT_UP_TO + 5, seconds=3_600)
    passed = sum(limiter.hit("a", rate) is None for _ in range(EXACT_UP_TO + 50))
    assert passed == EXACT_UP_TO + 5
