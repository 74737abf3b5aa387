"""Whose figures were given to whom: the people behind each group that a domain was told of (law 3)."""

from __future__ import annotations

from typing import Protocol

import msgspec
import pyarrow as pa


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told of what: a consuming domain, a product and the version of its data."""

    consumer: str
    product: str
    version: str


class Overlap(msgspec.Struct, frozen=True):
    """An earlier answer that is too near; its leaf where that is known."""

    leaf: int | None


class Releases(Protocol):
    """A memory of groups. Its methods may be called from any thread, one at a time."""

    def admit(self, told: Told, digest: str, least: int, members: pa.Table) -> int | Overlap | None:
        """Remember the groups of an answer and return a number for them, None where they are known, or what they are too near to.

        `members` has a row for each entity (`e`, uint64) in each group (`c`, uint64), with how many rows of it are in there (`n`,
        int64). Groups under `least` entities are not told of, and all that is told of is one more group. Two groups are too near
        where fewer than `least` entities, but some, are in one alone or with another number of rows. What is remembered of other
        versions of the data is forgotten.
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
