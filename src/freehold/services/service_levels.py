"""Count the answers of each product as they are given: how many, how fast, how many not. Nothing of a caller is kept.

Counting is plain arithmetic under a lock, on the way of every answer; what was counted is written down by whoever calls `flush`.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable

from freehold.errors import (
    DataChanged,
    DataRefused,
    EngineFailed,
    FreeholdError,
    IntegrityError,
    Internal,
    NodeBusy,
    PolicyFailed,
    QualityBelowFloor,
    SourceUnreadable,
    StoreFailed,
    StoreFull,
)
from freehold.model.product import Product
from freehold.model.service_level import SPAN, Span, bucket
from freehold.ports.clock import Clock
from freehold.ports.history import History
from freehold.services.force import InForce


class ServiceLevels:
    """What is counted since the last flush. Safe in any thread."""

    def __init__(self, *, region: str, history: History, in_force: InForce, clock: Clock) -> None:
        """Count for the products in force whose home is `region`."""
        self._region, self._history, self._in_force, self._clock = region, history, in_force, clock
        self._lock = threading.Lock()
        self._counted: dict[str, dict[int, Span]] = {}

    def answered(self, products: Iterable[str], seconds: float) -> None:
        """Count an answer of these products, whose first byte left so many seconds after it was asked for."""
        found, at = self._at_home(products), bucket(seconds)
        with self._lock:
            for product in found:
                span = self._span(product.key)
                span.answered += 1
                span.prompt += seconds <= (product.sla.latency or math.inf)
                span.times[at] = span.times.get(at, 0) + 1

    def failed(self, products: Iterable[str], error: FreeholdError) -> None:
        """Count a request that was refused or broke off, where it is the products or their node that failed."""
        if not isinstance(error, FAILURES):
            return
        found = self._at_home(products)
        with self._lock:
            for product in found:
                self._span(product.key).failed += 1

    def turned_away(self) -> None:
        """Count a request that nobody looked at, since too many were waiting: each product here may have been asked for."""
        self.failed(self._in_force.current().mesh.products, NodeBusy())

    def _at_home(self, products: Iterable[str]) -> list[Product]:
        known = self._in_force.current().mesh.products
        return [found for key in products if (found := known.get(key)) is not None and found.home == self._region]

    def pending(self, product: str) -> tuple[Span, ...]:
        """Return what is counted of a product and not written down yet."""
        with self._lock:
            found = self._counted.get(product, {})
            return tuple(
                Span(**{name: getattr(span, name) for name in _MEMBERS}, times=dict(span.times)) for span in found.values()
            )

    def flush(self) -> None:
        """Write down what was counted; where that fails it stays counted.

        Raises:
            StoreFull, StoreFailed: It could not be written.
        """
        with self._lock:
            counted, self._counted = self._counted, {}
        if not counted:
            return
        try:
            self._history.count({key: tuple(spans.values()) for key, spans in counted.items()})
        except FreeholdError:
            with self._lock:
                for key, spans in counted.items():
                    for start, span in spans.items():
                        self._counted.setdefault(key, {}).setdefault(start, Span(start=start)).add(span)
            raise

    def _span(self, key: str) -> Span:
        start = int(self._clock.now().timestamp()) // SPAN * SPAN
        spans = self._counted.get(key)
        if spans is None:
            spans = self._counted[key] = {}
        span = spans.get(start)
        if span is None:
            span = spans[start] = Span(start=start)
        return span


_MEMBERS = ("start", "answered", "prompt", "failed")


FAILURES = (
    DataChanged,
    DataRefused,
    EngineFailed,
    IntegrityError,
    Internal,
    NodeBusy,
    PolicyFailed,
    QualityBelowFloor,
    SourceUnreadable,
    StoreFailed,
    StoreFull,
)
"""What a product, or its node, is to blame for. All other refusals are of the caller's making, or what a policy is for."""
