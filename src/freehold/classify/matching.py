"""Which values of a column a detector concerns, which are of its form, and which of those it verifies."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from freehold.classify.counts import Counts, Text, compute
from freehold.classify.detector import ANY, Detector
from freehold.model.classification import classify
from freehold.model.detection import MINIMUM_DISTINCT, MINIMUM_MATCH
from freehold.model.policy import ClassificationRule

Positions = np.ndarray[Any, np.dtype[np.intp]]
"""Where values stand in a batch."""

NOWHERE: Positions = np.zeros(0, dtype=np.intp)
RANGES = ("digits", "letters", "spaces", "ats", "dots", "colons")
"""The attributes of a detector that are ranges of counts."""

_PROBE, _CHANCE = 32, 2


def custom(rules: tuple[ClassificationRule, ...], name: str, description: str | None) -> tuple[Detector, ...]:
    """Return the detectors of governance rules with a value pattern; where one has a name pattern too, only if that matches."""
    made: list[Detector] = []
    for rule in rules:
        if rule.value_pattern is None or (rule.pattern and not classify((_by_name(rule),), name, description)):
            continue
        made.append(
            Detector(
                name=f"rule {rule.value_pattern}",
                title=f"Governance rule for `{rule.classification}`",
                classification=rule.classification,
                pattern=rule.value_pattern,
                length=(1, 1 << 30),
                ats=ANY,
                colons=ANY,
                minimum=rule.minimum_match or MINIMUM_MATCH,
                distinct=rule.minimum_distinct or MINIMUM_DISTINCT,
                most=1 << 20,
            )
        )
    return tuple(made)


def _by_name(rule: ClassificationRule) -> ClassificationRule:
    return ClassificationRule(pattern=rule.pattern, classification=rule.classification)


def fitting(counts: Counts, detector: Detector) -> Positions:
    """Return where the values are whose lengths and characters a detector could concern."""
    least, most = detector.length
    held = (counts.lengths >= least) & (counts.lengths <= most)
    for name in RANGES:
        low, high = getattr(detector, name)
        if low > 0:
            held &= counts.of(name) >= low
        if high < 255:
            held &= counts.of(name) <= high
    return np.flatnonzero(held)


def _of_form(detector: Detector, taken: Text) -> list[str]:
    """Return the values that are of a detector's form. What users wrote is matched by RE2, whose time no pattern can make long."""
    if detector.name.startswith("rule "):
        return taken.filter(compute.match_substring_regex(taken, pattern=rf"\A(?:{detector.pattern})\z")).to_pylist()
    matches = _compiled(detector.pattern).fullmatch
    return [value for value in taken.to_pylist() if matches(value)]


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def verified(detector: Detector, taken: Text) -> list[str]:
    """Return the values of a detector's form that it verifies; where nearly none of a few is, the rest is not asked."""
    values = _of_form(detector, taken)
    if detector.verify is None or not values:
        return values
    if detector.chance and len(values) > 2 * _PROBE:
        few = values[:: len(values) // _PROBE]
        if sum(detector.verify(few)) <= _CHANCE:
            return []
    return [value for value, ok in zip(values, detector.verify(values), strict=True) if ok]


def spread(positions: Positions, most: int) -> Positions:
    """Return at most so many positions, evenly spread."""
    if len(positions) <= most:
        return positions
    return positions[np.linspace(0, len(positions) - 1, most).astype(np.intp)]


def taken(text: Text, positions: Positions) -> list[str]:
    """Return the values that stand at some positions."""
    return text.take(pa.array(positions)).to_pylist()
