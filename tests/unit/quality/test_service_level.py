"""Promises about answers and data: percentiles, error budgets, and when an incident begins and ends."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from freehold.model.product import Column, Product, QualityFloor, ServiceLevel
from freehold.model.service_level import (
    BOUNDS,
    SPAN,
    Aspect,
    Incident,
    Objective,
    Reading,
    Span,
    Standing,
    bucket,
    percentile,
    total,
)
from freehold.quality.service_level import FEWEST, changed, objectives, standings

NOW = 1_800_000_000.0
ORDERS = Product(
    name="Orders",
    domain="Sales",
    columns=(Column(name="id", type="integer"),),
    sla=ServiceLevel(availability=99.0, latency=0.1, latency_text="< 100ms", freshness=3600.0, freshness_text="< 1 hour"),
    quality=QualityFloor(completeness=98.0, accuracy=99.0),
)
TIMES = st.floats(min_value=1e-5, max_value=70.0)


def span_of(times: list[float], *, failed: int = 0, ago: float = 0.0, bound: float = 0.1) -> Span:
    out = Span(start=int(NOW - ago) // SPAN * SPAN, answered=len(times), prompt=sum(item <= bound for item in times), failed=failed)
    for item in times:
        out.times[bucket(item)] = out.times.get(bucket(item), 0) + 1
    return out


def standing(spans: tuple[Span, ...], aspect: Aspect, reading: Reading | None = None, product: Product = ORDERS) -> Standing:
    return next(item for item in standings(product, spans, reading, NOW) if item.aspect is aspect)


@given(st.lists(TIMES, min_size=1, max_size=60), st.sampled_from([1.0, 50.0, 95.0, 99.0, 100.0]))
def test_a_percentile_is_the_nearest_rank_and_at_most_a_tenth_too_high(times: list[float], share: float) -> None:
    rank = math.ceil(share / 100 * len(times) - 1e-9)
    exact = sorted(times)[max(0, rank - 1)]
    found = percentile(span_of(times), share)
    assert found is not None
    assert exact <= found * (1 + 1e-9)
    assert found <= max(exact * 1.1 + 1e-9, BOUNDS[0])


@given(st.lists(st.lists(TIMES, max_size=10), max_size=6))
def test_spans_add_up_to_the_span_of_all_their_answers(parts: list[list[float]]) -> None:
    together = total([span_of(part) for part in parts])
    whole = span_of([item for part in parts for item in part])
    assert (together.answered, together.prompt, together.times) == (whole.answered, whole.prompt, whole.times)


def test_what_takes_longer_than_every_bucket_is_told_as_infinity() -> None:
    assert percentile(span_of([100.0]), 50) == math.inf


def test_a_promise_without_answers_is_neither_attained_nor_broken() -> None:
    found = Objective(aspect=Aspect.AVAILABILITY, target=99.0, good=0, count=0)
    assert (found.attained, found.left, found.burn, found.kept) == (None, None, None, True)


def test_a_promise_of_everything_has_no_budget_to_burn() -> None:
    found = Objective(aspect=Aspect.AVAILABILITY, target=100.0, good=9, count=10)
    assert (found.left, found.burn, found.kept) == (None, None, False)


@given(st.integers(0, 1000), st.integers(0, 1000), st.sampled_from([50.0, 90.0, 99.0, 99.9]))
def test_the_budget_is_spent_exactly_where_the_promise_breaks(good: int, bad: int, target: float) -> None:
    found = Objective(aspect=Aspect.AVAILABILITY, target=target, good=good, count=good + bad)
    if found.left is not None and abs(found.left) > 1e-6:
        assert found.kept == (found.left > 0)


def test_availability_counts_what_was_not_answered() -> None:
    found = objectives(ORDERS, [span_of([0.01] * 99, failed=1)], NOW)
    assert [(item.good, item.count) for item in found if item.aspect is Aspect.AVAILABILITY] == [(99, 100)]


def test_answers_from_before_the_period_do_not_count() -> None:
    old, new = span_of([1.0] * 50, failed=50, ago=40 * 86_400), span_of([0.01] * 50)
    assert standing((old, new), Aspect.AVAILABILITY).value == 100.0
    assert standing((old, new), Aspect.LATENCY).kept


def test_too_few_answers_break_no_promise() -> None:
    assert standing((span_of([5.0] * (FEWEST - 1)),), Aspect.LATENCY).kept
    assert not standing((span_of([5.0] * FEWEST),), Aspect.LATENCY).kept


def test_a_budget_that_burns_fast_is_an_incident_before_it_is_gone() -> None:
    long_good = tuple(span_of([0.01] * 2_000, ago=86_400 + at * SPAN) for at in range(100))
    burning = (*long_good, span_of([0.01] * 80, failed=20))
    found = standing(burning, Aspect.AVAILABILITY)
    assert found.value is not None
    assert found.value > 99.0
    assert not found.kept
    assert "too fast" in found.detail


def test_data_is_held_against_every_floor_and_its_age() -> None:
    reading = Reading(at=NOW, version="v", completeness=97.0, accuracy=99.0, age=7200.0)
    assert not standing((), Aspect.COMPLETENESS, reading).kept
    assert standing((), Aspect.ACCURACY, reading).kept
    assert not standing((), Aspect.FRESHNESS, reading).kept


def test_a_rule_that_does_not_hold_breaks_the_promise_of_rules_by_name() -> None:
    found = standing((), Aspect.RULES, Reading(at=NOW, version="v", rules=4, failed=("not empty",)))
    assert (found.value, found.kept) == (75.0, False)
    assert "not empty" in found.detail


def test_an_incident_begins_once_and_ends_when_the_promise_is_kept_again() -> None:
    broken = Standing(aspect=Aspect.COMPLETENESS, promised=98.0, value=90.0, kept=False)
    kept = Standing(aspect=Aspect.COMPLETENESS, promised=98.0, value=99.0, kept=True)
    (began,) = changed("sales.orders", (), (broken,), NOW)
    assert (began.since, began.until) == (NOW, None)
    assert changed("sales.orders", (began,), (broken,), NOW + 60) == ()
    (ended,) = changed("sales.orders", (began,), (kept,), NOW + 120)
    assert (ended.since, ended.until, ended.value) == (NOW, NOW + 120, 99.0)


def test_what_cannot_be_measured_begins_no_incident_and_ends_none() -> None:
    unknown = Standing(aspect=Aspect.ACCURACY, promised=98.0, value=None, kept=True)
    open_ = Incident(product="sales.orders", aspect=Aspect.ACCURACY, since=NOW)
    assert changed("sales.orders", (), (unknown,), NOW) == ()
    assert changed("sales.orders", (open_,), (unknown,), NOW) == ()


def test_an_incident_of_a_promise_that_is_withdrawn_ends() -> None:
    open_ = Incident(product="sales.orders", aspect=Aspect.ACCURACY, since=NOW - 60)
    (ended,) = changed("sales.orders", (open_,), (), NOW)
    assert ended.until == NOW
    assert "no longer promised" in ended.detail
