"""Watch every promise of the products at home: measure what changed, hold it against what is promised, tell who wants to know.

Each measurement is a question that the gate judges and records (law 1). Whatever goes wrong with one product, or with one system
that is told, is tried again later and stops nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from freehold.errors import FreeholdError
from freehold.model.finding import Severity
from freehold.model.mesh import Mesh
from freehold.model.product import Product
from freehold.model.rule import Metric
from freehold.model.service_level import Incident, Reading, Span, Standing
from freehold.model.verdict import Outcome, Report
from freehold.ports.clock import Clock
from freehold.ports.engine import Engine
from freehold.ports.history import History, Notice
from freehold.ports.target import Target
from freehold.quality.service_level import PERIOD, changed, standings
from freehold.services.force import InForce
from freehold.services.notices import of_incident, of_reading
from freehold.services.quality import Quality
from freehold.services.service_levels import ServiceLevels

FLUSH = 5.0
"""Every how many seconds what was counted is written down."""

KEPT_SPANS, KEPT_READINGS = 35 * 86_400, 400 * 86_400
"""For how many seconds spans, and readings and ended incidents, are kept."""

RETRIES = (10.0, 60.0, 300.0, 1_800.0, 7_200.0, 21_600.0, 43_200.0, 86_400.0)
"""After how many seconds a notice that was not taken is sent again; after the last it is given up."""

AT_ONCE = 16
"""How many notices are sent at once."""

_PASSING = frozenset({Metric.AGE, Metric.UNKNOWN_REFERENCES, Metric.SQL})
"""What rules measure that can change while the data does not."""

_LOG = logging.getLogger("freehold.monitoring")


class Monitoring:
    """What one node watches."""

    def __init__(
        self,
        *,
        node: str,
        region: str,
        in_force: InForce,
        engine: Engine,
        quality: Quality,
        check: Callable[[Mesh, Product], Report],
        levels: ServiceLevels,
        history: History,
        target: Target,
        clock: Clock,
        encode: Callable[[Any], bytes],
        identify: Callable[[], str],
    ) -> None:
        """Watch the products whose home is `region`; `check` tests one, `identify` gives a new UUID, `encode` JSON."""
        self._node, self._region = node, region
        self._in_force, self._engine, self._quality, self._check = in_force, engine, quality, check
        self._levels, self._history, self._target = levels, history, target
        self._clock, self._encode, self._identify = clock, encode, identify
        self._due: dict[str, float] = {}

    async def run(self) -> None:
        """Watch until cancelled; what was counted is written down at the end, too."""
        try:
            while True:
                await self._guarded(asyncio.to_thread, self.look)
                await self._guarded(self.tell)
                await asyncio.sleep(FLUSH)
        finally:
            await asyncio.shield(self._guarded(asyncio.to_thread, self._levels.flush))

    def look(self) -> None:
        """Write down what was counted, and look at each product whose turn it is. Blocking.

        Raises:
            NothingApplied, StoreFull, StoreFailed: Nothing can be read or written.
        """
        self._levels.flush()
        mesh, now = self._in_force.current().mesh, self._clock.monotonic()
        mine = {key: product for key, product in mesh.products.items() if product.home == self._region}
        for key in self._due.keys() - mine.keys():
            del self._due[key]
        due = [product for key, product in mine.items() if self._due.setdefault(key, now + mesh.monitoring.every) <= now]
        for product in due:
            self._due[product.key] = self._clock.monotonic() + mesh.monitoring.every
            try:
                self.examine(mesh, product)
            except FreeholdError as error:
                _LOG.warning("%s could not be looked at: %s", product.key, error.code)
        if due:
            at = self._clock.now().timestamp()
            self._history.forget(at - KEPT_SPANS, at - KEPT_READINGS)

    def examine(self, mesh: Mesh, product: Product) -> tuple[Standing, ...]:
        """Measure a product where it changed, and remember and tell what is new of its promises. Blocking.

        Raises:
            StoreFull, StoreFailed: It could not be written down.
        """
        now = self._clock.now().timestamp()
        before = self._history.last(product.key)
        reading = self._measure(mesh, product, before, now)
        notices: list[Notice] = []
        if reading is not None:
            self._history.read(product.key, reading)
            if before is None or before.version != reading.version:
                run = self._identify()
                notices += of_reading(mesh, product, reading, run=run, now=now, encode=self._encode)
        found = standings(product, self.spans(product.key, now - PERIOD), reading, now)
        incidents = changed(product.key, self.open(product.key), found, now)
        for incident in incidents:
            notices += of_incident(mesh, product, incident, node=self._node, now=now, encode=self._encode)
        if incidents or notices:
            self._history.note(incidents, notices)
        return found

    def spans(self, product: str, since: float) -> tuple[Span, ...]:
        """Return the spans of a product after `since`, with what is not written down yet."""
        return (*self._history.spans(product, since), *(span for span in self._levels.pending(product) if span.start > since))

    def open(self, product: str) -> tuple[Incident, ...]:
        """Return the promises of a product that are broken now."""
        return tuple(item for item in self._history.incidents(product, self._clock.now().timestamp()) if item.until is None)

    async def tell(self) -> None:
        """Send what is due, once each.

        Raises:
            StoreFull, StoreFailed: Nothing can be read or written.
        """
        now = self._clock.now().timestamp()
        notices = await asyncio.to_thread(self._history.due, now, AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for notice in notices:
                group.create_task(self._send(notice))

    async def _send(self, notice: Notice) -> None:
        taken = await self._target.tell(notice)
        given_up = notice.attempts >= len(RETRIES)
        if given_up and not taken:
            host = urlsplit(notice.target).hostname  # the rest of an address may be a secret
            _LOG.warning("a notice to %s was not taken %d times and is given up", host, notice.attempts + 1)
        done = taken or given_up
        due = None if done else self._clock.now().timestamp() + RETRIES[notice.attempts]
        await asyncio.to_thread(self._history.settle, notice, due)

    def _measure(self, mesh: Mesh, product: Product, before: Reading | None, now: float) -> Reading | None:
        """Return what is measured of a product's data; a refusal or an unreadable source is no reading."""
        if product.source is None:
            return None
        try:
            inspection = self._engine.inspect(product.source)
            found = self._quality.metrics(product, inspection.version, inspection.refreshed_at)
        except FreeholdError as error:
            _LOG.warning("%s could not be measured: %s", product.key, error.code)
            return None
        rules, failed = self._tested(mesh, product, before, inspection.version)
        return Reading(
            at=now,
            version=inspection.version,
            rules=rules,
            failed=failed,
            completeness=found.completeness,
            accuracy=found.accuracy,
            timeliness=found.timeliness,
            age=max(0.0, now - inspection.refreshed_at),
            rows=inspection.rows,
        )

    def _tested(self, mesh: Mesh, product: Product, before: Reading | None, version: str) -> tuple[int, tuple[str, ...]]:
        """Return how many rules of severity error there are, and those that do not hold: anew where anything may have changed."""
        rules = tuple(rule.name for rule in product.rules if rule.severity is Severity.ERROR)
        lasting = not any(rule.metric in _PASSING for rule in product.rules)
        if before is not None and before.version == version and before.rules == len(rules) and lasting:
            return before.rules, before.failed
        if not rules:
            return 0, ()
        failed = {item.name for item in self._check(mesh, product).verdicts if item.outcome is Outcome.FAILED}
        return len(rules), tuple(name for name in rules if name in failed)

    async def _guarded(self, work: Callable[..., Any], *arguments: Any) -> None:
        try:
            await work(*arguments)
        except FreeholdError as error:
            _LOG.warning("%s: %s", error.code, error.detail)
        except Exception:  # noqa: BLE001  (the last wall: watching goes on)
            _LOG.exception("watching failed")
