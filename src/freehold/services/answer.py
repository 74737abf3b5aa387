"""Collect an answer and say what it is: small ones whole, large ones as they come, each with the state of the data behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pyarrow as pa

from freehold.errors import FreeholdError, QualityBelowFloor
from freehold.model.contract import BelowFloor
from freehold.model.label import Disclosure
from freehold.model.policy import Decision
from freehold.model.product import Product
from freehold.model.query import Inspection, Metrics
from freehold.ports.engine import Engine, Execution
from freehold.services.force import Force
from freehold.services.prepare import Prepared
from freehold.services.quality import Quality

WHOLE_BYTES = 4 << 20


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """A quality floor, in percent, and what was measured; None where that could not be."""

    measured: float | None
    promised: float


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one product's data version."""

    inspection: Inspection
    metrics: Metrics
    below: dict[str, Floor] = {}
    """The floors that are not met, by metric."""


class Remainder:
    """The rest of a large answer: what was read ahead, then what still comes. Implements `ports.engine.Execution`."""

    def __init__(
        self, ahead: list[pa.RecordBatch], batches: Iterator[pa.RecordBatch], execution: Execution, ended: Callable[[], None]
    ) -> None:
        """Yield `ahead`, then `batches` of `execution`; call `ended` once when it is over."""
        self._ahead = ahead
        self._batches = batches
        self._execution = execution
        self._ended = ended
        self._schema = execution.schema

    @property
    def schema(self) -> pa.Schema:
        """The answer's Arrow schema."""
        return self._schema

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield every batch once."""
        try:
            yield from self._ahead
            yield from self._batches
        finally:
            self.close()

    def cancel(self) -> None:
        """Stop the query."""
        self._execution.cancel()

    def close(self) -> None:
        """Give back what the query holds."""
        self._ahead = []
        self._execution.close()
        self._ended()


def collect(execution: Execution, ended: Callable[[], None]) -> tuple[pa.Table | None, Execution | None]:
    """Return the whole answer where it has at most 4 MiB, else what streams it; `ended` is called once nothing runs any more."""
    schema = execution.schema
    batches = execution.batches()
    ahead: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        ahead.append(batch)
        size += batch.nbytes
        if size > WHOLE_BYTES:
            return None, Remainder(ahead, batches, execution, ended)
    execution.close()
    ended()
    return pa.Table.from_batches(ahead, schema=schema), None


def measured_sources(prepared: Prepared, versions: tuple[str, ...], engine: Engine, quality: Quality | None) -> dict[str, Measured]:
    """Inspect each product's data and hold its quality against the floors that its decision promises.

    Raises:
        QualityBelowFloor: A floor is not met, or cannot be measured (deny on unknown), and its contract does not say `mark`.
        SourceUnreadable: The data cannot be read.
    """
    out: dict[str, Measured] = {}
    for product, version in zip(prepared.products.values(), versions, strict=True):
        assert product.source is not None  # noqa: S101  (a prepared product has a source)
        inspection = engine.inspect(product.source)
        decision = prepared.decisions[product.key]
        metrics = _metrics(quality, product, version, inspection, decision)
        below = _below(decision, metrics)
        if below and decision.below_floor is BelowFloor.REFUSE:
            raise _refusal(product, *next(iter(below.items())))
        out[product.key] = Measured(inspection=inspection, metrics=metrics, below=below)
    return out


def _metrics(quality: Quality | None, product: Product, version: str, inspection: Inspection, decision: Decision) -> Metrics:
    if quality is None:
        return Metrics()
    try:
        return quality.metrics(product, version, inspection.refreshed_at)
    except FreeholdError:
        if _floors(decision) and decision.below_floor is BelowFloor.REFUSE:
            raise
        return Metrics()


def _floors(decision: Decision) -> dict[str, float]:
    named = {"completeness": decision.min_completeness, "accuracy": decision.min_accuracy, "timeliness": decision.min_timeliness}
    return {name: floor for name, floor in named.items() if floor is not None}


def _below(decision: Decision, metrics: Metrics) -> dict[str, Floor]:
    """Return the floors that are not met; an accuracy that nothing declares is none."""
    found: dict[str, Floor] = {}
    for name, floor in _floors(decision).items():
        value = getattr(metrics, name)
        if (value is None and name != "accuracy") or (value is not None and value < floor):
            found[name] = Floor(measured=value, promised=floor)
    return found


def _refusal(product: Product, name: str, floor: Floor) -> QualityBelowFloor:
    measured = "not known" if floor.measured is None else f"{floor.measured:.2f} %"
    return QualityBelowFloor(
        f"the {name} of `{product.key}` is {measured}; the promise is {floor.promised:g} %",
        remedy=f"tell {product.owner or 'its owner'}; the answer comes back when the data is mended",
        product=product.key,
        metric=name,
    )


def metadata_of(region: str, force: Force, prepared: Prepared, measured: dict[str, Measured]) -> dict[str, Any]:
    """Return the metadata that goes with an answer, ready for JSON."""
    decisions = list(prepared.decisions.values())
    oldest = min((item.inspection.refreshed_at for item in measured.values()), default=None)
    facts: dict[str, Any] = {
        "freshness": dt.datetime.fromtimestamp(oldest, dt.UTC).isoformat(timespec="seconds") if oldest is not None else None,
        "region": region,
        "quality": _worst(measured),
        "sla": {key: _sla(product) for key, product in prepared.products.items() if _sla(product)},
        "products": list(prepared.products),
        "purpose": next((item.purpose for item in decisions if item.contract and item.purpose), None),
        "contracts": [item.contract for item in decisions if item.contract],
        "form": prepared.plan.form.value,
        "policies": list(dict.fromkeys(policy for item in decisions for policy in item.policies)),
        "dataVersion": {key: item.inspection.version for key, item in measured.items()},
        "mesh": force.applied.digest,
    }
    if prepared.plan.form.value == "aggregate":
        facts["minGroupSize"] = max((item.min_group for item in decisions), default=0)
        if any(item.disclosure is Disclosure.CELL_KEY for item in decisions):
            facts["disclosure"] = Disclosure.CELL_KEY.value  # totals and their parts carry their own noise, and do not add up
    below = {key: msgspec.to_builtins(item.below) for key, item in measured.items() if item.below}
    if below:
        facts["belowFloor"] = below
    crossing = [item.crossing for item in decisions if item.crossing]
    if crossing:
        facts["crossing"] = crossing
    return facts


def _worst(measured: dict[str, Measured]) -> dict[str, float | None]:
    out: dict[str, float | None] = {}
    for name in ("completeness", "accuracy", "timeliness"):
        values = [value for item in measured.values() if (value := getattr(item.metrics, name)) is not None]
        out[name] = round(min(values), 2) if values else None
    return out


def _sla(product: Product) -> dict[str, Any]:
    level = product.sla
    named = {"availability": level.availability, "latency": level.latency_text, "freshness": level.freshness_text}
    return {name: value for name, value in named.items() if value is not None}
