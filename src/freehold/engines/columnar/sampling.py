"""Find rows that a probe counts, reading no further than it takes, and give them whole."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from freehold.engines.columnar.arrow import Array, Numbers, RecordBatch, Schema, Table, pa
from freehold.engines.columnar.question import Question
from freehold.engines.columnar.source import Data, Task
from freehold.engines.columnar.values import Values, present_in_all
from freehold.model.rule import Probe, ProbeKind

Search = Callable[[RecordBatch], Numbers]
"""Returns the places of the rows of a batch that a probe counts."""


def samples(opened: Callable[[], Data], probe: Probe, limit: int) -> Table:
    """Return at most `limit` whole rows that a probe counts; of `surplus`, rows whose key comes more than once.

    `opened` is called for each pass that is needed over the data.

    Raises:
        SourceUnreadable, DataChanged, QueryInvalid: As `counting.count`.
    """
    data = opened()
    try:
        schema = data.schema
        question = Question(probe, [schema.field(name).type for name in probe.columns])
        found: list[RecordBatch] = []
        if limit > 0 and probe.columns and probe.kind is not ProbeKind.NEWEST:
            search = _of_repeated(opened, question, limit) if probe.kind is ProbeKind.SURPLUS else _searching(question)
            tasks = iter(data.tasks((probe.columns, tuple(dict.fromkeys(schema.names)))))
            found = list(itertools.islice(_rows(tasks, search), limit))
            data.check()
    finally:
        data.close()
    return pa.Table.from_batches([_plain(row, schema) for row in found], schema)


def _rows(tasks: Iterator[Task], search: Search) -> Iterator[RecordBatch]:
    """Yield the rows found, one by one: first the columns of the probe are looked at, then whole rows are read."""
    for narrow in tasks:
        whole = narrow if len(narrow.groups) > 1 else next(tasks)
        yield from _at(_places(narrow.batches(), search), whole.batches())


def _places(batches: Iterable[RecordBatch], search: Search) -> Iterator[int]:
    start = 0
    for batch in batches:
        for place in search(batch):
            yield start + int(place)
        start += batch.num_rows


def _at(places: Iterator[int], batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    """Yield the rows at these places, which ascend; no batch is read before a place asks for it."""
    start, batch, more = 0, None, iter(batches)
    for place in places:
        while batch is None or place >= start + batch.num_rows:
            start += batch.num_rows if batch is not None else 0
            batch = next(more)
        yield batch.slice(place - start, 1)


def _searching(question: Question) -> Search:
    kind = question.probe.kind

    def search(batch: RecordBatch) -> Numbers:
        values = Values(batch.column(question.probe.columns[0]))
        there = values.there()
        chosen = np.zeros(len(values), bool) if kind is ProbeKind.INVALID else ~there
        failing = None if kind is ProbeKind.NULLS else question.failing(values)
        if failing is not None:
            chosen[np.flatnonzero(there)[failing]] = True
        return np.flatnonzero(chosen)

    return search


def _of_repeated(opened: Callable[[], Data], question: Question, limit: int) -> Search:
    keys = question.keys(None)
    names = question.probe.columns
    data = opened()
    try:
        for task in data.tasks((names,)):
            for batch in task.batches():
                keys.add(_present(batch, names)[0])
    finally:
        data.close()
    wanted = keys.repeated(limit)

    def search(batch: RecordBatch) -> Numbers:
        columns, rows = _present(batch, names)
        places = np.flatnonzero(keys.are_among(columns, wanted)) if len(columns[0]) else np.empty(0, int)
        return places if rows is None else rows[places]

    return search


def _present(batch: RecordBatch, names: tuple[str, ...]) -> tuple[tuple[Array, ...], Numbers | None]:
    arrays = tuple(batch.column(name) for name in names)
    return present_in_all(tuple(Values(array) for array in arrays), arrays)


def _plain(row: RecordBatch, schema: Schema) -> RecordBatch:
    """Return a row as the schema has it: texts that were read as places in a dictionary are texts again."""
    columns = [row.column(name) for name in schema.names]
    decoded = [
        column.dictionary_decode() if isinstance(column, pa.DictionaryArray) and column.type != field.type else column
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(
        [column.cast(field.type) for column, field in zip(decoded, schema, strict=True)], schema=schema
    )
