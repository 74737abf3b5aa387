"""Answers whose long values come in pieces: put together again, held against their lengths, and text read from its bytes.

No value is ever cut: one that has grown since the longest was measured, and one that is longer than any may be, are errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from freehold.compiler.tsql.pieces import PIECE, Statement
from freehold.engines.azuresql.arrow import schema_of
from freehold.engines.azuresql.connection import MOST_ROWS, Connection
from freehold.errors import DataChanged, MemoryExceeded

LONGEST = 1_000_000
"""The most bytes of one value; text has two or four for each character."""

_MOST_COLUMNS = 4_096
_BOUND_ROWS = 64
"""For how many rows the driver holds room, whatever they hold."""

_COPIES = 4
"""How often a batch is there at its largest: bound, in pieces, put together, read as text."""

_SHARE = 64


class Answer:
    """What a statement gives once `asked`: batches of its columns."""

    def __init__(self, connection: Connection, statement: Statement, pieces: Sequence[int], memory: int) -> None:
        """Read from a connection whose statement was asked with so many pieces, in so many bytes."""
        self._connection, self._statement, self._pieces = connection, statement, tuple(pieces)
        self._rows = _rows(pieces, memory)
        self.schema = schema_of(statement.columns)
        self.held = _held(pieces, self._rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield batches; at most `held` bytes are taken beside what they hold.

        Raises:
            DataChanged: A value has grown since the longest was measured.
            FreeholdError: As `Connection.ask`.
        """
        if not self._pieces:
            yield from self._connection.batches(self.schema)
            return
        for batch in self._connection.batches(_raw(self._statement, self._pieces), self._rows):
            yield pa.RecordBatch.from_arrays(self._joined(batch.columns), schema=self.schema)

    def _joined(self, columns: list[pa.Array[Any]]) -> list[pa.Array[Any]]:
        given, counts = iter(columns), iter(self._pieces)
        return [
            _whole(next(given), [next(given) for _ in range(next(counts))], item.logical) if item.unbounded else next(given)
            for item in self._statement.shown
        ]


def asked(connection: Connection, statement: Statement, memory: int) -> Answer:
    """Ask a statement, first for the lengths of its long values if it has any, and return its answer.

    Raises:
        MemoryExceeded: A value is longer than `LONGEST`, or the pieces of all do not fit into so many bytes.
        FreeholdError: As `Connection.ask`.
    """
    pieces: tuple[int, ...] = ()
    if statement.long:
        (longest,) = connection.rows(statement.lengths(), statement.measured_values)
        pieces = tuple(_count(length or 0) for length in longest)
        columns = len(statement.shown) + sum(pieces)
        if columns > _MOST_COLUMNS or _held(pieces, _rows(pieces, memory)) > memory:
            raise MemoryExceeded(
                "the long values that the question needs do not fit beside each other",
                remedy="ask for fewer columns of long values at a time",
                limit=memory,
            )
    connection.ask(statement.sql(pieces), statement.values)
    return Answer(connection, statement, pieces, memory)


def _count(length: int) -> int:
    if length > LONGEST:
        raise MemoryExceeded(
            f"a value that the question needs is longer than the {LONGEST:,} bytes that are read of one",
            remedy="leave its column out, or leave its row out by a condition",
            limit=LONGEST,
        )
    return max(1, -(-length // PIECE))


def _rows(pieces: Sequence[int], memory: int) -> int:
    """Return how many rows to read at a time."""
    width = PIECE * sum(pieces)
    return max(_BOUND_ROWS, min(MOST_ROWS, memory // _SHARE // width)) if width else MOST_ROWS


def _held(pieces: Sequence[int], rows: int) -> int:
    """Return how many bytes are taken at most while values are put together."""
    return _COPIES * rows * PIECE * sum(pieces)


def _raw(statement: Statement, pieces: Sequence[int]) -> pa.Schema:
    counts, columns = iter(pieces), list[tuple[str, str]]()
    for item in statement.shown:
        kinds = ["integer", *["binary"] * next(counts)] if item.unbounded else [item.logical]
        columns += [(item.name, kind) for kind in kinds]
    return schema_of(columns)


def _whole(lengths: pa.Array[Any], parts: list[pa.Array[Any]], logical: str) -> pa.Array[Any]:
    compute: Any = pc
    joined = compute.binary_join_element_wise(*parts, b"", null_handling="replace", null_replacement=b"")
    if compute.equal(compute.binary_length(joined), compute.fill_null(lengths, 0)).false_count:
        raise DataChanged(remedy="ask again")
    values = compute.if_else(lengths.is_valid(), joined, pa.scalar(None, pa.binary()))
    return _text(values) if logical == "string" else values


def _text(values: pa.Array[Any]) -> pa.Array[Any]:
    """Return text as the driver reads it: half of a character of UTF-16 is the sign for one that cannot be shown."""
    return pa.array([None if one is None else one.decode("utf-16-le", "replace") for one in values.to_pylist()], pa.string())
