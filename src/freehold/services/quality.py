"""Measure a product's quality once for each version of its data, by asking the gate itself as the owning domain would (law 1)."""

from __future__ import annotations

import copy
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from freehold.errors import FreeholdError, PolicyFailed
from freehold.model.product import Product
from freehold.model.query import Metrics
from freehold.model.rule import Probe
from freehold.ports.clock import Clock
from freehold.ports.engine import Engine
from freehold.quality import measure

PAUSE = 10.0
"""Seconds until a measurement that failed is tried again on the same data under the same manifest: each try is a leaf."""

Ask = Callable[[Product, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was found in one version of the data, under the schema of `product`."""

    product: Product
    version: str
    refreshed_at: float
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class _Failed:
    """A measurement that failed, of one version of the data under one product as applied."""

    product: Product
    version: str
    at: float
    error: FreeholdError


class Quality:
    """The measured quality of products, remembered until their data or their schema changes. Safe in any thread."""

    def __init__(self, *, clock: Clock, engine: Engine | None = None, ask: Ask | None = None) -> None:
        """Measure by `ask`, which may also be given later by `bind`; `engine` says how old data is where a caller does not."""
        self._clock = clock
        self._engine = engine
        self._ask = ask
        self._held: dict[str, _Measured] = {}
        self._failed: dict[str, _Failed] = {}
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._asking = threading.local()

    def bind(self, ask: Ask) -> None:
        """Let `ask(product, sql)` put a question to the gate as a steward of the owning domain and return its one row."""
        self._ask = ask
        self._failed.clear()

    def recall(self, product: Product, version: str) -> Metrics | None:
        """Return the metrics of this data version if they are known, without any blocking; else None."""
        held = self._held.get(product.key)
        if held is None or held.version != version or not _same_schema(held.product, product):
            return None
        return self._timed(product, held)

    def metrics(self, product: Product, version: str, refreshed_at: float | None = None) -> Metrics:
        """Return the metrics of this data version, measuring it where nobody has yet: may block.

        Raises:
            PolicyFailed: Nothing is bound to ask, or the question's own answer lacks a count.
            FreeholdError: Whatever the gate answers to the question.
        """
        known = self.recall(product, version)
        if known is not None:
            return known
        if getattr(self._asking, "busy", False):
            return Metrics()
        with self._locks[product.key]:
            return self.recall(product, version) or self._measure(product, version, refreshed_at)

    def _measure(self, product: Product, version: str, refreshed_at: float | None) -> Metrics:
        failed = self._failed.get(product.key)
        if failed and failed.product is product and failed.version == version and self._clock.monotonic() < failed.at + PAUSE:
            raise copy.copy(failed.error)
        self._asking.busy = True
        try:
            found = self._count(product)
        except FreeholdError as error:
            if error.status < 500:  # a refusal stays one; a busy or broken node may do better the next time
                self._failed[product.key] = _Failed(product, version, self._clock.monotonic(), copy.copy(error))
            raise
        finally:
            self._asking.busy = False
        held = _Measured(product, version, self._since(product, refreshed_at), found)
        self._held[product.key] = held
        return self._timed(product, held)

    def _count(self, product: Product) -> Metrics:
        statements = measure.measurement(product)
        if not statements:
            return Metrics()
        if self._ask is None:
            raise PolicyFailed("quality cannot be measured before a gate is bound")
        counts: dict[Probe, float | None] = {}
        try:
            for statement in statements:
                row = self._ask(product, statement.sql)
                counts |= {probe: int(row[f"p{at}"]) for at, probe in enumerate(statement.probes)}
        except (KeyError, TypeError, ValueError) as error:
            raise PolicyFailed(f"the quality of `{product.key}` could not be measured") from error
        return measure.metrics_of(product, counts)

    def _since(self, product: Product, refreshed_at: float | None) -> float:
        if refreshed_at is not None:
            return refreshed_at
        if self._engine is not None and product.source is not None:
            return self._engine.inspect(product.source).refreshed_at
        return self._clock.now().timestamp()

    def _timed(self, product: Product, held: _Measured) -> Metrics:
        age = max(0.0, self._clock.now().timestamp() - held.refreshed_at)
        return Metrics(
            completeness=held.metrics.completeness,
            accuracy=held.metrics.accuracy,
            timeliness=measure.timeliness(product.sla.freshness, age),
        )


def _same_schema(held: Product, asked: Product) -> bool:
    return held is asked or (held.columns == asked.columns and held.source == asked.source)
