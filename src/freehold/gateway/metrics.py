"""What a node counts, for Prometheus: by route and status alone, never with anything of a caller in it."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The counters of one node, in a registry of their own."""

    def __init__(self, node: str, region: str, version: str, leaves: Callable[[], float]) -> None:
        """Count from nothing; `leaves` gives the size of the ledger when it is asked for."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        labels = ("route", "status")
        self._requests = Counter("freehold_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "freehold_request_seconds", "Time to answer a request.", ("route",), buckets=_BUCKETS, registry=self._registry
        )
        self._under_way = Gauge("freehold_requests_under_way", "Requests being answered now.", registry=self._registry)
        Gauge("freehold_ledger_leaves", "Leaves under the newest checkpoint.", registry=self._registry).set_function(leaves)
        Info("freehold_node", "Which node this is.", registry=self._registry).info(
            {"node": node, "region": region, "version": version}
        )
        self._known: dict[tuple[str, int], tuple[Callable[[], None], Callable[[float], None]]] = {}

    def begin(self) -> None:
        """Count a request that came in."""
        self._under_way.inc()

    def end(self, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._under_way.dec()
        found = self._known.get((route, status))
        if found is None:
            found = (self._requests.labels(route, str(status)).inc, self._seconds.labels(route).observe)
            self._known[route, status] = found
        found[0]()
        found[1](seconds)

    def page(self) -> bytes:
        """Return all of it in the Prometheus text format."""
        return generate_latest(self._registry)
