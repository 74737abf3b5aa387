"""Statements no column of whose answer is of unbounded length: what is, comes in pieces of bytes, with its length beside them.

A driver reads a column of unbounded length value by value, and Microsoft's stops the whole process while it waits for one.
Bytes and not characters, since an end between two characters of UTF-16 may be one within a character.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from freehold.compiler.tsql.columns import bracket, listed
from freehold.model.query import Value

PIECE = 8_000
"""The most bytes of a column that is not of unbounded length."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One value of each row: its name and logical type, the expression of it, and whether it may be longer than a piece."""

    name: str
    logical: str
    text: str
    unbounded: bool = False

    @property
    def width(self) -> str:
        """The expression of how many bytes it has: of text, in UTF-16."""
        return f"CAST(DATALENGTH({self.text}) AS bigint)"


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A SELECT of `shown` between what stands `before` and `after`, with `?` for its values, in order.

    `measured` and its values follow what asks for the lengths of values that may be long: it is of the same rows, or of more.
    """

    before: str
    shown: tuple[Shown, ...]
    after: str
    values: tuple[Value, ...] = ()
    measured: str = ""
    measured_values: tuple[Value, ...] = ()

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """The names and logical types of what it gives, in order."""
        return tuple((item.name, item.logical) for item in self.shown)

    @property
    def long(self) -> tuple[Shown, ...]:
        """What may be longer than a piece."""
        return tuple(item for item in self.shown if item.unbounded)

    def lengths(self) -> str:
        """Return the statement that gives the length in bytes of the longest value of each of `long`."""
        return f"SELECT {listed(f'MAX({item.width}) AS {bracket(str(at))}' for at, item in enumerate(self.long))}{self.measured}"

    def sql(self, pieces: Sequence[int] = ()) -> str:
        """Return the statement itself, with so many pieces of each of `long`; before them stands the value's length in bytes."""
        counts = iter(pieces)
        parts = (_pieces(item, next(counts)) if item.unbounded else f"{item.text} AS {bracket(item.name)}" for item in self.shown)
        return f"{self.before}{listed(parts)}{self.after}"


def _pieces(item: Shown, count: int) -> str:
    stored = f"CAST({item.text} AS varbinary(max))"
    parts = [f"CAST(SUBSTRING({stored}, {at * PIECE + 1}, {PIECE}) AS varbinary({PIECE}))" for at in range(count)]
    return listed(f"{part} AS {bracket(item.name)}" for part in (item.width, *parts))
