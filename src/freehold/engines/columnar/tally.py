"""Count the probes of some columns, batch by batch, with one look at each column."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

import numpy as np

from freehold.engines.columnar.arrow import Array, RecordBatch, Schema
from freehold.engines.columnar.keys import Keys
from freehold.engines.columnar.question import Count, Question, Types
from freehold.engines.columnar.values import Values, present_in_all
from freehold.model.rule import Probe, ProbeKind


class Tally:
    """The counts of several probes over parts of the data, which several threads may read."""

    def __init__(self, probes: Iterable[Probe], schema: Schema, rows: int) -> None:
        """Count nothing yet; `rows` is about how many there will be.

        Raises:
            QueryInvalid: A probe makes no sense for the columns of `schema`.
        """
        self._rows = rows
        self._lock = threading.Lock()
        self._counts: dict[Probe, Count] = {probe: None if probe.kind is ProbeKind.NEWEST else 0 for probe in probes}
        self._keys: dict[Probe, Keys] = {}
        self._questions: dict[tuple[Probe, Types], Question] = {}
        for probe in self._counts:
            self._question(probe, tuple(schema.field(name).type for name in probe.columns))

    def add(self, probes: Sequence[Probe], batch: RecordBatch) -> None:
        """Count one batch, which has the columns that all these probes name."""
        seen: dict[str, Values] = {}
        for probe in probes:
            arrays = tuple(batch.column(name) for name in probe.columns)
            question = self._question(probe, tuple(array.type for array in arrays))
            columns = tuple(seen.setdefault(name, Values(array)) for name, array in zip(probe.columns, arrays, strict=True))
            found = self._found(question, columns, arrays, batch.num_rows)
            with self._lock:
                self._counts[probe] = _joined(probe, self._counts[probe], found)

    def counts(self) -> dict[Probe, Count]:
        """Return what was counted."""
        surplus = {probe: keys.surplus() for probe, keys in self._keys.items()}
        return self._counts | surplus

    def _question(self, probe: Probe, types: Types) -> Question:
        found = self._questions.get((probe, types))
        if found is None:
            found = self._questions[probe, types] = Question(probe, types)
        return found

    def _found(self, question: Question, columns: tuple[Values, ...], arrays: tuple[Array, ...], rows: int) -> Count:
        kind = question.probe.kind
        if kind is ProbeKind.ROWS:
            return rows
        if kind is ProbeKind.NULLS:
            return columns[0].absent
        if kind is ProbeKind.NEWEST:
            return question.newest(columns[0])
        if kind is ProbeKind.SURPLUS:
            if not question.is_empty:
                self._keys_of(question).add(present_in_all(columns, arrays)[0])
            return 0
        failing = question.failing(columns[0])
        count = 0 if failing is None else int(np.count_nonzero(failing))
        return count + (columns[0].absent if kind is ProbeKind.MISSING else 0)

    def _keys_of(self, question: Question) -> Keys:
        with self._lock:
            if question.probe not in self._keys:
                self._keys[question.probe] = question.keys(self._rows)
            return self._keys[question.probe]


def _joined(probe: Probe, one: Count, other: Count) -> Count:
    if probe.kind is ProbeKind.NEWEST:
        return other if one is None else one if other is None else max(one, other)
    return (one or 0) + (other or 0)
