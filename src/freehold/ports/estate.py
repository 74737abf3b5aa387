"""What a domain was given on this machine, and the record of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from freehold.model.estate import Found, Made, Piece


class Estate(Protocol):
    """The pieces of one domain. Nothing is ever deleted, and nothing that was there before is changed."""

    def place(self, piece: Piece) -> str:
        """Return where a piece lies, or would."""
        ...

    def find(self, piece: Piece) -> Found | None:
        """Return a piece as it is now, or None where there is none.

        Raises:
            AlreadyExists: Something else lies where it would.
            StoreFailed: It cannot be read.
        """
        ...

    def expected(self, piece: Piece) -> str:
        """Return the fingerprint that a piece has once it is made as it says; of a key, which is random, the beginning."""
        ...

    def make(self, piece: Piece) -> Found:
        """Make a piece, or put its settings back where it is there; the data in it stays, and so does a key.

        Raises:
            StoreFull, StoreFailed: It could not be written.
        """
        ...

    def strays(self, known: Iterable[str]) -> tuple[str, ...]:
        """Return the folders beside the domain's own, whose names are `known`, that nobody asked for."""
        ...

    def record(self) -> tuple[Made, ...]:
        """Return what was recorded, in the order that it was made.

        Raises:
            StoreFailed: The record cannot be read.
        """
        ...

    def keep(self, made: Iterable[Made]) -> None:
        """Record all of it, whole or not at all.

        Raises:
            StoreFull, StoreFailed: It could not be written; what was recorded before stays.
        """
        ...
