"""What a node counts, for Prometheus: by route and status alone, never with anything of a caller in it.

Counting is plain arithmetic on the event loop; what Prometheus reads is made when it asks.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from freehold.model.product import Product
from freehold.model.service_level import Span, Standing, percentile
from freehold.services.listings import Vouched

CONTENT_TYPE = CONTENT_TYPE_LATEST
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


Promised = tuple[Product, tuple[Standing, ...], Span]
"""A product, its promises as they stand, and its answers of 30 days."""


class _Products(Collector):
    """How products keep their promises."""

    def __init__(self, found: tuple[Promised, ...]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics, called by the registry."""
        labels = ("product", "promise")
        promised = GaugeMetricFamily("freehold_promise", "What is promised, in percent; freshness in seconds.", labels=labels)
        measured = GaugeMetricFamily("freehold_promise_measured", "What is measured of a promise, in its unit.", labels=labels)
        kept = GaugeMetricFamily("freehold_promise_kept", "1 while a promise is kept, 0 while it is broken.", labels=labels)
        answers = CounterMetricFamily("freehold_product_answers", "Requests of 30 days.", labels=("product", "outcome"))
        said = "Within what time a share of the answers of 30 days came."
        times = GaugeMetricFamily("freehold_product_latency_seconds", said, labels=("product", "quantile"))
        for product, standings, span in self._found:
            for item in standings:
                name = (product.key, item.aspect.value)
                promised.add_metric(name, item.promised)
                kept.add_metric(name, float(item.kept))
                if item.value is not None:
                    measured.add_metric(name, item.value)
            answers.add_metric((product.key, "answered"), span.answered)
            answers.add_metric((product.key, "failed"), span.failed)
            for share in (50.0, 95.0, 99.0):
                found = percentile(span, share)
                if found is not None:
                    times.add_metric((product.key, f"{share / 100:g}"), found)
        yield from (promised, measured, kept, answers, times)


class Metrics(Collector):
    """The counters of one node, in a registry of their own."""

    def __init__(
        self, node: str, region: str, version: str, *, leaves: Callable[[], float], nodes: Callable[[], Iterable[Vouched]]
    ) -> None:
        """Count from nothing; `leaves` and `nodes` give the size of the ledger and what is known of other nodes."""
        self._info = {"node": node, "region": region, "version": version}
        self._leaves = leaves
        self._nodes = nodes
        self._under_way = 0
        self._requests: dict[tuple[str, int], int] = {}
        self._times: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def begin(self) -> None:
        """Count a request that came in. On the event loop only, as `end`."""
        self._under_way += 1

    def end(self, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._under_way -= 1
        key = (route, status)
        self._requests[key] = self._requests.get(key, 0) + 1
        times = self._times.get(route)
        if times is None:
            times = self._times[route] = [0] * (len(BUCKETS) + 1)
        times[bisect_left(BUCKETS, seconds)] += 1
        self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def page(self, promised: Iterable[Promised] = ()) -> bytes:
        """Return all of it in the Prometheus text format, and how these products keep their promises."""
        found = tuple(promised)
        if not found:
            return generate_latest(self._registry)
        products = CollectorRegistry()
        products.register(_Products(found))
        return generate_latest(self._registry) + generate_latest(products)

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics as they stand; called by the registry."""
        yield InfoMetricFamily("freehold_node", "Which node this is.", value=self._info)
        yield GaugeMetricFamily("freehold_requests_under_way", "Requests being answered now.", value=self._under_way)
        yield GaugeMetricFamily("freehold_ledger_leaves", "Leaves under the newest checkpoint.", value=self._leaves())
        yield from self._catalogues()
        requests = CounterMetricFamily("freehold_requests", "Requests answered.", labels=("route", "status"))
        for (route, status), count in tuple(self._requests.items()):
            requests.add_metric((route, str(status)), count)
        yield requests
        times = HistogramMetricFamily("freehold_request_seconds", "Time to answer a request.", labels=("route",))
        for route, counts in tuple(self._times.items()):
            sums = itertools.accumulate(counts)
            bounds = [*(str(bound) for bound in BUCKETS), "+Inf"]
            times.add_metric((route,), list(zip(bounds, sums, strict=True)), self._seconds.get(route, 0.0))
        yield times

    def _catalogues(self) -> Iterator[Metric]:
        age = GaugeMetricFamily("freehold_catalog_age_seconds", "Since a node vouched for its catalogue.", labels=("of",))
        stale = GaugeMetricFamily("freehold_catalog_stale", "1 where a node has not vouched for too long.", labels=("of",))
        version = GaugeMetricFamily("freehold_catalog_version", "The version of a node's catalogue.", labels=("of",))
        products = GaugeMetricFamily("freehold_catalog_products", "Products in a node's catalogue.", labels=("of",))
        failing = GaugeMetricFamily("freehold_catalog_failing", "1 while a node cannot be heard from.", labels=("of", "code"))
        for item in self._nodes():
            stale.add_metric((item.node,), float(item.stale))
            if item.error is not None:
                failing.add_metric((item.node, item.error), 1.0)
            told = ((age, item.age), (version, item.version), (products, item.products))
            for family, value in told:
                if value is not None:
                    family.add_metric((item.node,), float(value))
        yield from (age, stale, version, products, failing)
