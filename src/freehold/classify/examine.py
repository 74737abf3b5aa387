"""Look at the values of columns, batch by batch, and say what they are. Nothing but counts and masked examples is kept.

Every value's characters are counted; only values of a fitting shape are matched, and only those that match are verified.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from freehold.classify import benign
from freehold.classify.catalogue import DETECTORS
from freehold.classify.counts import LONG, Counts, Text, Values, compute, text_of
from freehold.classify.detector import ANY, Detector
from freehold.classify.mask import mask
from freehold.classify.people.words import fold
from freehold.classify.text import INSIDE
from freehold.model.classification import classify
from freehold.model.detection import MINIMUM_DISTINCT, MINIMUM_MATCH, Detection
from freehold.model.policy import ClassificationRule
from freehold.names import words

_EXAMPLES = 3
_DISTINCT = 1000
_PROBE, _CHANCE = 32, 2
_TEXTS = 512
_FEW = 4096
_SETTLED = 0.95
_JUDGED = 256
_CLEARED = frozenset({"phone", "VAT number without letters"})
_OF_PEOPLE = frozenset({"full name", "given name", "surname"})
_SKIPPED = (
    pa.types.is_boolean,
    pa.types.is_nested,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_time,
    pa.types.is_null,
)
_RANGES = ("digits", "letters", "spaces", "ats", "dots", "colons")
_Positions = np.ndarray[Any, np.dtype[np.intp]]
_NONE: _Positions = np.zeros(0, dtype=np.intp)


@dataclass(slots=True)
class _Tally:
    """What one detector has seen in one column."""

    hits: float = 0.0
    different: set[int] = field(default_factory=set[int])
    examples: list[str] = field(default_factory=list[str])

    def add(self, hits: float, values: Sequence[str]) -> None:
        self.hits += hits
        for value in values:
            if len(self.different) >= _DISTINCT:
                break
            key = hash(value)
            if key not in self.different:
                self.different.add(key)
                if len(self.examples) < _EXAMPLES:
                    self.examples.append(mask(value))


class Column:
    """One column under examination."""

    def __init__(self, name: str, rules: tuple[ClassificationRule, ...] = (), description: str | None = None) -> None:
        """Look for everything, and for what the `rules` that have a value pattern say."""
        self.name = name
        self._words = fold(words(name))
        self._detectors = (
            *_custom(rules, name, description),
            *(item for item in DETECTORS if not item.by_name or self._says(item)),
        )
        self._tallies: dict[str, _Tally] = {}
        self._clear: list[str | None] = []
        self.filled = 0

    def look(self, values: Values) -> None:
        """Look at more of the column's values; types that hold no text or number are passed over."""
        if any(test(values.type) for test in _SKIPPED):
            return
        text = _padded(text_of(_days(values)), values.type)
        self.filled += len(text)
        if not len(text):
            return
        counts = Counts(text)
        self._clear.append(benign.known(_taken(text, _spread(np.arange(len(text)), _JUDGED))))
        few = Counts(text.take(pa.array(_spread(np.arange(len(text)), _FEW)))) if len(text) > _FEW else None
        shapes: dict[tuple[object, ...], _Positions] = {}
        for detector in self._detectors:
            key = (detector.length, *(getattr(detector, name) for name in _RANGES))
            found = shapes.get(key)
            if found is None:
                none = few is not None and not len(_fitting(few, detector))  # so rare a shape can carry no share
                found = shapes[key] = _NONE if none else _fitting(counts, detector)
            if len(found) and self._match(detector, text, found) >= _SETTLED * len(text) and not detector.name.startswith("rule "):
                break  # the column is told: what comes after is less particular
        self._read(text, counts)

    def detections(self) -> tuple[Detection, ...]:
        """Return what the column holds: the thing that most of its values are, or else what stands inside its text."""
        whole = [self._detection(item) for item in self._detectors if self._holds(item)]
        if whole:
            custom = [item for item in whole if item.detector.startswith("rule ")]
            best = max((item for item in whole if item not in custom), key=lambda item: item.share, default=None)
            return tuple({item.classification: item for item in (*custom, *((best,) if best else ()))}.values())
        inside = [item for item in INSIDE if self._is_inside(item.name, item.minimum)]
        first: dict[str, Detection] = {}
        for item in inside:
            detection = self._made(item.name, item.classification, f"{item.title}: found in longer text")
            first.setdefault(item.classification, detection)
        return tuple(first.values())

    def _says(self, detector: Detector) -> bool:
        return bool(detector.named) and re.search(detector.named, self._words) is not None

    def _match(self, detector: Detector, text: Text, fitting: _Positions) -> float:
        """Return how many values a detector verifies, as those that it read show."""
        chosen = _spread(fitting, detector.most)
        taken = text.take(pa.array(chosen))
        matching: list[str] = taken.filter(compute.match_substring_regex(taken, pattern=rf"\A(?:{detector.pattern})\z")).to_pylist()
        values = _verified(detector, matching)
        if not values:
            return 0.0
        hits = len(values) / len(chosen) * len(fitting)
        self._tallies.setdefault(detector.name + detector.title, _Tally()).add(hits, values)
        return hits

    def _read(self, text: Text, counts: Counts) -> None:
        prose = (counts.of("spaces") >= 3) & (counts.of("letters") >= 10)
        inside = (counts.of("ats") > 0) & (
            (counts.of("spaces") > 0) | (counts.of("others") >= 4)
        )  # an address that is not all of it
        fitting = np.flatnonzero(prose | inside | (counts.lengths > LONG))
        if not len(fitting):
            return
        chosen = _spread(fitting, _TEXTS)
        texts = _taken(text, chosen)
        for inside in INSIDE:
            found = [part for part in (inside.find(value[:20_000]) for value in texts) if part]
            if found:
                self._tallies.setdefault(inside.name, _Tally()).add(len(found) / len(chosen) * len(fitting), found)

    def _is_cleared(self, detector: Detector) -> bool:
        """Return whether the values are something else: companies have names of people, and numbers look like telephone numbers."""
        if detector.name in _OF_PEOPLE:
            return benign.COMPANY in self._clear
        return detector.name in _CLEARED and any(item not in {None, benign.COMPANY} for item in self._clear)

    def _holds(self, detector: Detector) -> bool:
        tally = self._tallies.get(detector.name + detector.title)
        if tally is None or self._is_cleared(detector) or not self.filled:
            return False
        share = 100.0 * tally.hits / self.filled
        return share + 1e-9 >= detector.needed(named=self._says(detector)) and len(tally.different) >= detector.distinct

    def _is_inside(self, name: str, minimum: float) -> bool:
        tally = self._tallies.get(name)
        return tally is not None and 100.0 * tally.hits / self.filled + 1e-9 >= minimum and len(tally.different) >= MINIMUM_DISTINCT

    def _detection(self, detector: Detector) -> Detection:
        says = f"; the name `{self.name}` says so too" if self._says(detector) else ""
        why = f"{detector.title}: {detector.proof or 'form'}{says}"
        return self._made(detector.name, detector.classification, why, key=detector.name + detector.title)

    def _made(self, name: str, classification: str, why: str, key: str | None = None) -> Detection:
        tally = self._tallies[key or name]
        return Detection(
            column=self.name,
            detector=name,
            classification=classification,
            share=round(min(100.0, 100.0 * tally.hits / self.filled), 1),
            looked_at=self.filled,
            distinct=len(tally.different),
            examples=tuple(tally.examples),
            because=why,
        )


def examine(table: pa.Table, rules: tuple[ClassificationRule, ...] = ()) -> tuple[Detection, ...]:
    """Return what the columns of a table hold, in their order."""
    found: list[Detection] = []
    for name in table.column_names:
        column = Column(name, rules)
        column.look(table.column(name))
        found += column.detections()
    return tuple(found)


def _custom(rules: tuple[ClassificationRule, ...], name: str, description: str | None) -> tuple[Detector, ...]:
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


def _fitting(counts: Counts, detector: Detector) -> _Positions:
    """Return where the values are whose lengths and characters a detector could concern."""
    least, most = detector.length
    held = (counts.lengths >= least) & (counts.lengths <= most)
    for name in _RANGES:
        low, high = getattr(detector, name)
        if low > 0:
            held &= counts.of(name) >= low
        if high < 255:
            held &= counts.of(name) <= high
    return np.flatnonzero(held)


def _verified(detector: Detector, values: list[str]) -> list[str]:
    """Return the values that a detector verifies; where nearly none of a few does, the rest is not asked."""
    if detector.verify is None or not values:
        return values
    if detector.chance and len(values) > 2 * _PROBE:
        few = values[:: len(values) // _PROBE]
        if sum(detector.verify(few)) <= _CHANCE:
            return []
    return [value for value, ok in zip(values, detector.verify(values), strict=True) if ok]


def _spread(positions: _Positions, most: int) -> _Positions:
    if len(positions) <= most:
        return positions
    return positions[np.linspace(0, len(positions) - 1, most).astype(np.intp)]


def _taken(text: Text, positions: _Positions) -> list[str]:
    return text.take(pa.array(positions)).to_pylist()


def _days(values: Values) -> Values:
    """Return timestamps that are all at midnight as the days that they are."""
    if not pa.types.is_timestamp(values.type):
        return values
    days = compute.floor_temporal(values, unit="day")
    return (
        compute.cast(values, pa.date32(), safe=False) if compute.all(compute.equal(days, values), min_count=0).as_py() else values
    )


def _padded(text: Text, kind: pa.DataType) -> Text:
    """Give whole numbers back the zeros that they lost in front, where most have one and the same length."""
    if not len(text) or pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_temporal(kind):
        return text
    lengths = compute.utf8_length(text)
    longest = compute.max(lengths).as_py()
    if (
        longest < 8
        or compute.min(lengths).as_py() < longest - 3
        or compute.mean(compute.cast(compute.equal(lengths, longest), pa.float64())).as_py() < 0.6
    ):
        return text
    return compute.utf8_lpad(text, longest, "0")
