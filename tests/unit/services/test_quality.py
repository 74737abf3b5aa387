"""Quality is measured once for each version of the data, through the question that is bound."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from freehold.errors import PolicyFailed, RoleMissing
from freehold.model.product import Column, Product, ServiceLevel
from freehold.model.query import Metrics
from freehold.services.quality import Quality

START = datetime(2026, 11, 23, tzinfo=UTC)


class StillClock:
    def __init__(self) -> None:
        self.present = START

    def now(self) -> datetime:
        return self.present

    def monotonic(self) -> float:
        return self.present.timestamp()


class Counter:
    def __init__(self, rows: int = 4, filled: int = 3) -> None:
        self.asked: list[str] = []
        self.answer = {"p0": rows, "p1": rows - filled}

    def __call__(self, _product: Product, sql: str) -> Mapping[str, Any]:
        self.asked.append(sql)
        return self.answer


ORDERS = Product(
    name="Orders", domain="Sales", columns=(Column(name="id", type="integer", required=True),), sla=ServiceLevel(freshness=3600.0)
)
FRESH = START.timestamp()


def test_a_data_version_is_measured_once() -> None:
    counter = Counter()
    quality = Quality(clock=StillClock(), ask=counter)
    assert quality.recall(ORDERS, "v1") is None
    first = quality.metrics(ORDERS, "v1", FRESH)
    assert first == quality.metrics(ORDERS, "v1", FRESH) == quality.recall(ORDERS, "v1")
    assert (first.completeness, first.timeliness, len(counter.asked)) == (75.0, 100.0, 1)


def test_a_measurement_that_failed_is_not_tried_again_for_a_moment_and_then_is() -> None:
    asked: list[str] = []

    def refuse(_product: Product, sql: str) -> Mapping[str, Any]:
        asked.append(sql)
        raise RoleMissing

    clock = StillClock()
    quality = Quality(clock=clock, ask=refuse)
    for _ in range(3):
        with pytest.raises(RoleMissing):
            quality.metrics(ORDERS, "v1", FRESH)
    assert len(asked) == 1
    for product, version in ((ORDERS, "v2"), (msgspec.structs.replace(ORDERS, owner="new"), "v2")):
        with pytest.raises(RoleMissing):
            quality.metrics(product, version, FRESH)
    assert len(asked) == 3
    clock.present += timedelta(seconds=11)
    with pytest.raises(RoleMissing):
        quality.metrics(ORDERS, "v2", FRESH)
    assert len(asked) == 4


def test_new_data_is_measured_again() -> None:
    counter = Counter()
    quality = Quality(clock=StillClock(), ask=counter)
    quality.metrics(ORDERS, "v1", FRESH)
    counter.answer = {"p0": 4, "p1": 0}
    assert quality.metrics(ORDERS, "v2", FRESH).completeness == 100.0


def test_a_changed_schema_is_measured_again() -> None:
    counter = Counter()
    quality = Quality(clock=StillClock(), ask=counter)
    quality.metrics(ORDERS, "v1", FRESH)
    wider = msgspec.structs.replace(ORDERS, columns=(Column(name="id", type="integer", required=True, description="key"),))
    assert quality.recall(wider, "v1") is None


def test_timeliness_follows_the_clock_without_measuring_again() -> None:
    clock, counter = StillClock(), Counter()
    quality = Quality(clock=clock, ask=counter)
    quality.metrics(ORDERS, "v1", FRESH)
    clock.present = START + timedelta(hours=4)
    later = quality.recall(ORDERS, "v1")
    assert later is not None
    assert (later.timeliness, len(counter.asked)) == (25.0, 1)


def test_an_unbound_meter_refuses_to_guess() -> None:
    with pytest.raises(PolicyFailed):
        Quality(clock=StillClock()).metrics(ORDERS, "v1", FRESH)


def test_a_refusal_of_the_gate_is_passed_on_and_forgotten_with_who_was_asked() -> None:
    quality = Quality(clock=StillClock())

    def refuse(product: Product, sql: str) -> Mapping[str, Any]:
        raise RoleMissing

    quality.bind(refuse)
    with pytest.raises(RoleMissing):
        quality.metrics(ORDERS, "v1", FRESH)
    quality.bind(Counter())
    assert quality.metrics(ORDERS, "v1", FRESH).completeness == 75.0


def test_an_answer_without_its_counts_is_not_taken_for_quality() -> None:
    quality = Quality(clock=StillClock(), ask=lambda _product, _sql: {"p0": 1})
    with pytest.raises(PolicyFailed):
        quality.metrics(ORDERS, "v1", FRESH)


def test_the_measuring_question_itself_does_not_wait_for_a_measurement() -> None:
    quality = Quality(clock=StillClock())
    seen: list[Metrics] = []

    def ask(product: Product, sql: str) -> Mapping[str, Any]:
        seen.append(quality.metrics(product, "v1", FRESH))
        return {"p0": 1, "p1": 0}

    quality.bind(ask)
    assert quality.metrics(ORDERS, "v1", FRESH).completeness == 100.0
    assert seen == [Metrics()]


def test_many_callers_at_once_cause_one_measurement() -> None:
    asked: list[str] = []
    gathered = threading.Barrier(4)

    def ask(product: Product, sql: str) -> Mapping[str, Any]:
        asked.append(sql)
        return {"p0": 1, "p1": 0}

    quality = Quality(clock=StillClock(), ask=ask)

    def call(_: int) -> Metrics:
        gathered.wait(timeout=10)
        return quality.metrics(ORDERS, "v1", FRESH)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(map(repr, pool.map(call, range(4))))) == 1
    assert len(asked) == 1
