"""Look at the values of columns, batch by batch, and say what they are. Nothing but counts and masked examples is kept.

Every value's characters are counted; only values of a fitting shape are matched, and only those that match are verified.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pyarrow as pa

from freehold.classify import benign
from freehold.classify.catalogue import DETECTORS
from freehold.classify.counts import LONG, Counts, Text, Values, text_of
from freehold.classify.detector import Detector
from freehold.classify.mask import mask
from freehold.classify.matching import NOWHERE, RANGES, Positions, custom, fitting, spread, taken, verified
from freehold.classify.named import said
from freehold.classify.text import INSIDE, PROVEN, Inside
from freehold.model.detection import MINIMUM_DISTINCT, MINIMUM_MATCH, Detection
from freehold.model.policy import ClassificationRule

_EXAMPLES = 3
_DISTINCT = 1000
_TEXTS, _FEW_TEXTS = 512, 128
_FEW = 4096
_SETTLED = 0.95
_JUDGED = 256
_CLEARED = frozenset({"phone", "VAT number without letters"})
_LISTED = frozenset({"phone", "address", "full name", "given name", "surname", "VAT number without letters"})
_OF_PEOPLE = frozenset({"full name", "given name", "surname"})
_SKIPPED = (
    pa.types.is_boolean,
    pa.types.is_nested,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_time,
    pa.types.is_null,
)


@dataclass(slots=True)
class _Tally:
    """What one detector has seen in one column."""

    hits: float = 0.0
    like: float = 0.0
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
        self._words = said(name)
        self._detectors = (
            *custom(rules, name, description),
            *(item for item in DETECTORS if (not item.by_name or self._says(item)) and not self._denies(item)),
        )
        self._tallies: dict[str, _Tally] = {}
        self._clear: list[str | None] = []
        self.filled = 0

    def look(self, values: Values) -> None:
        """Look at more of the column's values; types that hold no text or number are passed over."""
        if any(test(values.type) for test in _SKIPPED):
            return
        text = text_of(values)
        self.filled += len(text)
        if not len(text):
            return
        counts = Counts(text)
        self._clear.append(benign.known(taken(text, spread(np.arange(len(text)), _JUDGED))))
        few = Counts(text.take(pa.array(spread(np.arange(len(text)), _FEW)))) if len(text) > _FEW else None
        shapes: dict[tuple[object, ...], Positions] = {}
        for detector in self._detectors:
            key = (detector.length, *(getattr(detector, name) for name in RANGES))
            found = shapes.get(key)
            if found is None:
                none = few is not None and not len(fitting(few, detector))  # so rare a shape can carry no share
                found = shapes[key] = NOWHERE if none else fitting(counts, detector)
            if len(found) and self._match(detector, text, found) >= _SETTLED * len(text) and not detector.name.startswith("rule "):
                return  # the column is told: what comes after is less particular, and no value is text
        self._read(text, counts)

    def detections(self) -> tuple[Detection, ...]:
        """Return what the column holds: the thing that most of its values are, or else what stands inside its text."""
        whole = [self._detection(item) for item in self._detectors if self._holds(item)]
        if whole:
            custom = [item for item in whole if item.detector.startswith("rule ")]
            best = self._best(tuple(item for item in whole if item not in custom))
            return tuple({item.classification: item for item in (*custom, *((best,) if best else ()))}.values())
        together = self._together()
        if together is not None:
            return (together,)
        inside = [item for item in INSIDE if self._is_inside(item)]
        first: dict[str, Detection] = {}
        for item in inside:
            detection = self._made(item.name, item.classification, f"{item.title}: found in longer text")
            first.setdefault(item.classification, detection)
        return tuple(first.values())

    def _says(self, detector: Detector) -> bool:
        return bool(detector.named) and re.search(detector.named, self._words) is not None

    def _denies(self, detector: Detector) -> bool:
        return bool(detector.cleared) and re.search(detector.cleared, self._words) is not None and not self._says(detector)

    def _best(self, found: tuple[Detection, ...]) -> Detection | None:
        """Return what the most values are; what lists and plans say of digits and words yields to check digits."""
        proven = tuple(item for item in found if item.detector not in _LISTED)
        return max(proven or found, key=lambda item: item.share, default=None)

    def _together(self) -> Detection | None:
        """Return what several detectors of one family find where no single one has enough: each value is one of them."""
        sums: dict[str, list[Detector]] = {}
        for item in self._detectors:
            if item.family and item.name + item.title in self._tallies and not self._is_cleared(item):
                sums.setdefault(item.family, []).append(item)
        for family in sums.values():
            tallies = [self._tallies[item.name + item.title] for item in family]
            share = 100.0 * sum(item.hits for item in tallies) / self.filled
            if len(family) > 1 and share >= MINIMUM_MATCH and sum(len(item.different) for item in tallies) >= MINIMUM_DISTINCT:
                first = family[tallies.index(max(tallies, key=lambda item: item.hits))]
                others = ", ".join(item.name for item in family if item is not first)
                found = self._detection(first)
                return msgspec.structs.replace(
                    found, share=round(min(100.0, share), 1), because=f"{found.because}; together with: {others}"
                )
        return None

    def _match(self, detector: Detector, text: Text, positions: Positions) -> float:
        """Return how many values a detector verifies, as those that it read show."""
        chosen = spread(positions, detector.most)
        values = verified(detector, text.take(pa.array(chosen)))
        if not values:
            return 0.0
        hits = len(values) / len(chosen) * len(positions)
        self._tallies.setdefault(detector.name + detector.title, _Tally()).add(hits, values)
        return hits

    def _read(self, text: Text, counts: Counts) -> None:
        prose = (counts.of("spaces") >= 3) & (counts.of("letters") >= 10)
        others = counts.of("others")
        marked = (others >= 4) & (counts.of("letters") >= 4)  # JSON, links, lines of logs
        inside = (counts.of("ats") > 0) & ((counts.of("spaces") > 0) | (others >= 2))  # an address that is not all of it
        numbers = (counts.of("spaces") > 0) & (counts.of("digits") >= 12)  # an account or card that is not all of it
        positions = np.flatnonzero(prose | marked | inside | numbers | (counts.lengths > LONG))
        if not len(positions):
            return
        texts = [value[:20_000] for value in taken(text, spread(positions, _TEXTS))]
        few = texts[:: max(1, len(texts) // _FEW_TEXTS)]
        for inside in INSIDE:
            if any(map(inside.find, few)):  # what none of so many texts holds has no share of all
                self._tally_inside(inside, texts, len(positions) / len(texts))

    def _tally_inside(self, inside: Inside, texts: Sequence[str], weight: float) -> None:
        found = [part for part in map(inside.find, texts) if part]
        tally = self._tallies.setdefault(inside.name, _Tally())
        tally.add(len(found) * weight, found)
        if inside.like is not None:
            tally.like += sum(map(bool, map(inside.like, texts))) * weight

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

    def _is_inside(self, inside: Inside) -> bool:
        tally = self._tallies.get(inside.name)
        if tally is None or tally.hits < PROVEN * tally.like:
            return False
        return 100.0 * tally.hits / self.filled + 1e-9 >= inside.minimum and len(tally.different) >= MINIMUM_DISTINCT

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
