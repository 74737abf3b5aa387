"""Hold what was measured against what a product promises: availability and latency over answers, the rest of the newest data.

Alerts on answers follow the two windows of the Site Reliability Workbook (chapter 5): the budget burns fast, and still does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from freehold.model.product import Product
from freehold.model.service_level import Aspect, Incident, Objective, Reading, Span, Standing

PERIOD = 30 * 86_400
"""Seconds over which availability and latency are promised."""

PROMPT = 95.0
"""Percent of the answers that must come within a promised latency."""

FAST = ((3_600, 300, 14.4), (21_600, 1_800, 6.0))
"""(long window, short window, burn rate): a budget that burns this fast in both is an incident before it is gone."""

FEWEST = 20
"""How many requests there must be before their share, or the burn rate of a window, says anything."""


def objectives(product: Product, spans: Iterable[Span], now: float, seconds: float = PERIOD) -> tuple[Objective, ...]:
    """Return the promises about answers, held against those of the last `seconds`."""
    counted = [span for span in spans if span.start > now - seconds]
    answered = sum(span.answered for span in counted)
    found: list[Objective] = []
    if product.sla.availability is not None:
        asked = answered + sum(span.failed for span in counted)
        found.append(Objective(aspect=Aspect.AVAILABILITY, target=product.sla.availability, good=answered, count=asked))
    if product.sla.latency is not None:
        prompt, bound = sum(span.prompt for span in counted), product.sla.latency
        found.append(Objective(aspect=Aspect.LATENCY, target=PROMPT, good=prompt, count=answered, bound=bound))
    return tuple(found)


def standings(product: Product, spans: tuple[Span, ...], reading: Reading | None, now: float) -> tuple[Standing, ...]:
    """Return every promise of a product as it stands now."""
    return (*_of_answers(product, spans, now), *_of_data(product, reading))


def changed(product: str, before: Iterable[Incident], now_standing: Iterable[Standing], now: float) -> tuple[Incident, ...]:
    """Return the incidents that begin, and those that end, by what stands now; `before` are the open ones of the product.

    A promise of which nothing can be measured begins no incident and ends none.
    """
    open_ = {item.aspect: item for item in before}
    found: list[Incident] = []
    for item in now_standing:
        known = open_.get(item.aspect)
        if item.value is None:
            continue
        if not item.kept and known is None:
            found.append(_incident(product, item, now))
        elif item.kept and known is not None:
            found.append(_ended(known, item, now))
    gone = open_.keys() - {item.aspect for item in now_standing}
    return (*found, *(_withdrawn(open_[aspect], now) for aspect in sorted(gone)))


def _incident(product: str, item: Standing, now: float) -> Incident:
    return Incident(product=product, aspect=item.aspect, since=now, promised=item.promised, value=item.value, detail=item.detail)


def _ended(known: Incident, item: Standing, now: float) -> Incident:
    return Incident(
        product=known.product,
        aspect=known.aspect,
        since=known.since,
        until=now,
        promised=item.promised,
        value=item.value,
        detail=item.detail,
    )


def _withdrawn(known: Incident, now: float) -> Incident:
    """End an incident of a promise that is not made any more."""
    detail = f"the {known.aspect.value} is no longer promised"
    return Incident(
        product=known.product, aspect=known.aspect, since=known.since, until=now, promised=known.promised, detail=detail
    )


def _of_answers(product: Product, spans: tuple[Span, ...], now: float) -> tuple[Standing, ...]:
    found: list[Standing] = []
    for at, item in enumerate(objectives(product, spans, now)):
        burning = _burning(lambda seconds, at=at: objectives(product, spans, now, seconds)[at])
        prompt = f"of answers came in {product.sla.latency_text}"
        said = prompt if item.aspect is Aspect.LATENCY else "of requests were answered"
        if item.attained is None:
            found.append(Standing(aspect=item.aspect, promised=item.target, value=None, kept=True, detail="nothing was asked"))
            continue
        if item.count < FEWEST:
            detail = f"{item.attained:.3f} % of {item.count}: under {FEWEST} say nothing"
            found.append(Standing(aspect=item.aspect, promised=item.target, value=item.attained, kept=True, detail=detail))
            continue
        detail = f"{item.attained:.3f} % {said} in 30 days; {item.target:g} % are promised"
        if burning is not None:
            seconds, rate = burning
            detail = f"{detail}; the error budget burns {rate:.1f} times too fast over {seconds // 3_600} h"
        kept = item.kept and burning is None
        found.append(Standing(aspect=item.aspect, promised=item.target, value=item.attained, kept=kept, detail=detail))
    return tuple(found)


def _burning(over: Callable[[int], Objective]) -> tuple[int, float] | None:
    for long, short, limit in FAST:
        wide, narrow = over(long), over(short)
        if wide.count >= FEWEST and (wide.burn or 0) >= limit and (narrow.burn or 0) >= limit:
            return long, wide.burn or 0.0
    return None


def _of_data(product: Product, reading: Reading | None) -> tuple[Standing, ...]:
    floors = {
        Aspect.COMPLETENESS: product.quality.completeness,
        Aspect.ACCURACY: product.quality.accuracy,
        Aspect.TIMELINESS: product.quality.timeliness,
    }
    found: list[Standing] = []
    for aspect, floor in floors.items():
        if floor is None:
            continue
        value = getattr(reading, aspect.value, None)
        detail = f"{value:.2f} % measured, {floor:g} % promised" if value is not None else "not measured"
        found.append(Standing(aspect=aspect, promised=floor, value=value, kept=value is None or value >= floor, detail=detail))
    age = reading.age if reading is not None else None
    if product.sla.freshness is not None:
        kept = age is None or age <= product.sla.freshness
        detail = f"the data is {age:,.0f} s old, {product.sla.freshness_text} is promised" if age is not None else "not measured"
        found.append(Standing(aspect=Aspect.FRESHNESS, promised=product.sla.freshness, value=age, kept=kept, detail=detail))
    if reading is not None and reading.rules:
        good = 100.0 * (reading.rules - len(reading.failed)) / reading.rules
        detail = f"these rules do not hold: {', '.join(reading.failed)}" if reading.failed else "every rule holds"
        found.append(Standing(aspect=Aspect.RULES, promised=100.0, value=good, kept=not reading.failed, detail=detail))
    return tuple(found)
