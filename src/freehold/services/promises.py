"""Tell what a product at home promises and how that is kept: now, over time, and every time it was not.

Whoever the catalogue shows a product to may know this much of it; the names of rules, which may name hidden columns, and the count
of rows are for its own domain and its approvers.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec

from freehold.errors import NodeElsewhere, ParameterInvalid, ProductUnknown
from freehold.model.mesh import Mesh
from freehold.model.party import Principal
from freehold.model.peer import Carrier
from freehold.model.product import Product
from freehold.model.service_level import Aspect, Incident, Objective, Reading, Span, Standing, percentile, total
from freehold.ports.clock import Clock
from freehold.ports.history import History
from freehold.quality.service_level import objectives, standings
from freehold.services.approval import may_approve
from freehold.services.catalog import Catalog
from freehold.services.force import InForce
from freehold.services.monitoring import Monitoring
from freehold.services.notices import moment

DAYS, MOST_DAYS = 30, 400
PERCENTILES = (50.0, 95.0, 99.0)
WINDOWS = (("1h", 3_600), ("6h", 21_600), ("3d", 259_200))
_POINTS = 1_000


class PromiseKeeping:
    """The promises of the products at home on one node."""

    def __init__(
        self, *, region: str, catalog: Catalog, in_force: InForce, monitoring: Monitoring, history: History, clock: Clock
    ) -> None:
        """Tell of products whose home is `region`."""
        self._region, self._catalog, self._in_force = region, catalog, in_force
        self._monitoring, self._history, self._clock = monitoring, history, clock

    def told(self, principal: Principal, key: str, days: int = DAYS, via: Carrier | None = None) -> dict[str, Any]:
        """Return the promises of one product over the last `days`; measured now where nothing was yet.

        `via` is the node that carries the request here: what may not be known in its region is not known through it.

        Raises:
            ProductUnknown: Hidden or missing.
            NodeElsewhere: Its home is another node.
            ParameterInvalid: `days` is not 1 to 400.
            StoreFailed: What was measured cannot be read.
        """
        if not 1 <= days <= MOST_DAYS:
            raise ParameterInvalid(f"`days` is not 1 to {MOST_DAYS}", remedy="ask for fewer days", parameter="days")
        seen = self._catalog.product(principal, key)["key"]
        if via is not None:
            self._catalog.product(msgspec.structs.replace(principal, region=via.region), key)
        mesh = self._in_force.current().mesh
        product = mesh.products.get(seen)
        if product is None:
            raise ProductUnknown(f"no product `{key}` is visible to you", remedy="list them with `freehold products`")
        if product.home != self._region:
            raise NodeElsewhere(f"`{seen}` is at home in `{product.home}`", remedy="ask there", region=product.home)
        insider = principal.domain == product.domain_key or may_approve(mesh, product, principal)
        return self._described(mesh, product, days, _Shown(everything=insider))

    def visible(self, principal: Principal) -> list[tuple[Product, tuple[Standing, ...], Span]]:
        """Return the products at home that a caller may know of, each with its promises and the answers of 30 days."""
        mesh = self._in_force.current().mesh
        now = self._clock.now().timestamp()
        found: list[tuple[Product, tuple[Standing, ...], Span]] = []
        for item in self._catalog.products(principal):
            product = mesh.products.get(item["key"])
            if product is not None and product.home == self._region:
                spans = self._monitoring.spans(product.key, now - DAYS * 86_400)
                found.append((product, standings(product, spans, self._history.last(product.key), now), total(spans)))
        return found

    def _described(self, mesh: Mesh, product: Product, days: int, shown: _Shown) -> dict[str, Any]:
        now = self._clock.now().timestamp()
        since = now - days * 86_400
        if product.source is not None and self._history.last(product.key) is None:
            self._monitoring.examine(mesh, product)
        spans = self._monitoring.spans(product.key, since)
        readings = self._history.readings(product.key, since)
        current = standings(product, self._monitoring.spans(product.key, now - DAYS * 86_400), self._history.last(product.key), now)
        return {
            "product": product.key,
            "region": product.home,
            "asOf": moment(now),
            "days": days,
            "promises": [shown.standing(item) for item in current],
            "answers": _answers(product, spans, now, days),
            "history": [shown.reading(item) for item in _thinned(readings)],
            "incidents": [shown.incident(item) for item in self._history.incidents(product.key, since)],
        }


class _Shown:
    """What one caller is shown of a promise."""

    def __init__(self, *, everything: bool) -> None:
        self._everything = everything

    def standing(self, item: Standing) -> dict[str, Any]:
        return {
            "promise": item.aspect.value,
            "promised": item.promised,
            "measured": item.value,
            "kept": item.kept,
            "detail": self._detail(item.aspect, item.detail),
        }

    def reading(self, item: Reading) -> dict[str, Any]:
        told: dict[str, Any] = {
            "at": moment(item.at),
            "completeness": item.completeness,
            "accuracy": item.accuracy,
            "timeliness": item.timeliness,
            "age": item.age,
        }
        return told | ({"version": item.version, "rows": item.rows, "failed": list(item.failed)} if self._everything else {})

    def incident(self, item: Incident) -> dict[str, Any]:
        return {
            "promise": item.aspect.value,
            "since": moment(item.since),
            "until": moment(item.until) if item.until is not None else None,
            "promised": item.promised,
            "measured": item.value,
            "detail": self._detail(item.aspect, item.detail),
        }

    def _detail(self, aspect: Aspect, text: str) -> str | None:
        return text if self._everything or aspect is not Aspect.RULES else None


def _answers(product: Product, spans: tuple[Span, ...], now: float, days: int) -> dict[str, Any]:
    counted = total(spans)
    times = {f"p{share:g}": _seconds(percentile(counted, share)) for share in PERCENTILES}
    return {
        "answered": counted.answered,
        "failed": counted.failed,
        "latency": times,
        "objectives": [_objective(product, spans, now, item) for item in objectives(product, spans, now, days * 86_400)],
    }


def _objective(product: Product, spans: tuple[Span, ...], now: float, item: Objective) -> dict[str, Any]:
    burns = {
        name: next(found.burn for found in objectives(product, spans, now, seconds) if found.aspect is item.aspect)
        for name, seconds in WINDOWS
    }
    return {
        "promise": item.aspect.value,
        "target": item.target,
        "within": item.bound,
        "good": item.good,
        "of": item.count,
        "attained": item.attained,
        "budgetLeft": item.left,
        "burnRate": burns,
    }


def _seconds(found: float | None) -> float | None:
    """Return a time for JSON, which has no infinity: what took longer than the longest bucket is told as null."""
    return found if found is not None and math.isfinite(found) else None


def _thinned(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Return at most a thousand readings, the first and the last among them."""
    step = max(1, -(-len(readings) // _POINTS))
    kept = readings[::step]
    return kept if not readings or kept[-1] is readings[-1] else (*kept, readings[-1])
