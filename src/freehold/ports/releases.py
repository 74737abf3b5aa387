"""Whose figures were given to whom: the people behind each group that a domain was told of (law 3)."""

from __future__ import annotations

from typing import Protocol

import msgspec
import pyarrow as pa


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told of what: a consuming domain, a product, a column in which people have a value, and the version of the data.

    Where nothing is measured but rows are counted, the column is `*`.
    """

    consumer: str
    product: str
    measure: str = "*"
    version: str


class Overlap(msgspec.Struct, frozen=True):
    """Groups from which, with earlier ones, figures of too few follow; the leaf of the last earlier answer where that is known."""

    leaf: int | None


class Exhausted(msgspec.Struct, frozen=True):
    """More groups than are compared: the most of which none follows from the others."""

    most: int


class Releases(Protocol):
    """A memory of groups. Its methods may be called from any thread."""

    def knows(self, told: Told, digest: str) -> bool:
        """Return whether the groups of this answer are remembered, so that `admit` would have nothing to do."""
        ...

    def admit(self, told: Told, digest: str, least: int, members: pa.Table) -> int | Overlap | Exhausted | None:
        """Remember the groups of an answer and return a number for them, None where the same was asked before, or why not.

        `members` has a row for each column (`e`, int64, below `COLUMNS`; each entity has one, which many may share) in each group
        (`c`, uint64), with how many entities of the column are there (`n`, int64) and a number for their rows (`s`, int64, below
        `FIELD`): the sum of a number that each row has. Groups under `least` entities are not told of. Groups may not be told of
        where adding and subtracting them and earlier ones leaves something in fewer than `least` columns. What is remembered of
        other versions of the data is forgotten.
        """
        ...

    def settle(self, number: int, leaf: int) -> None:
        """Remember under which leaf an answer was given."""
        ...

    def withdraw(self, number: int) -> None:
        """Forget groups that were not told of after all."""
        ...

    def close(self) -> None:
        """Give back what is held."""
        ...
