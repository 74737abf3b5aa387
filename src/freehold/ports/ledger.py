"""Where decisions are remembered: append-only, durable before anything is released (law 7)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from typing import Protocol

from freehold.model.event import Checkpoint


class Ledger(Protocol):
    """An append-only log over an RFC 9162 Merkle tree. All methods may be called from any thread."""

    def append(self, entry: bytes) -> Future[int]:
        """Queue an entry (at most 65,535 bytes); the future gives its leaf index once it is durable on disk.

        The future fails with StoreFull or StoreFailed where it could not be made durable: then nothing may be released.
        """
        ...

    def checkpoint(self) -> Checkpoint:
        """Return the newest signed checkpoint; it covers every leaf whose future is done."""
        ...

    def entry(self, index: int) -> bytes:
        """Return the entry at a leaf index.

        Raises:
            LeafUnknown: The index is not in the tree.
        """
        ...

    def entries(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """Yield (index, entry) for start ≤ index < stop, as far as the tree goes."""
        ...

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the inclusion proof (RFC 9162 §2.1.3), leaf to root, of a leaf in the tree of `size` leaves.

        Raises:
            LeafUnknown: Not 0 ≤ index < size ≤ the tree's size.
        """
        ...

    def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """Return the consistency proof (RFC 9162 §2.1.4) between two sizes.

        Raises:
            LeafUnknown: Not 0 < first ≤ second ≤ the tree's size.
        """
        ...

    def tile(self, level: int, number: int, width: int) -> bytes:
        """Return a tile of hashes (C2SP tlog-tiles): `width` of 1 to 256 hashes of 32 bytes.

        Raises:
            LeafUnknown: The tree has no such tile.
        """
        ...

    def close(self) -> None:
        """Make what is queued durable, sign a last checkpoint and let another writer in."""
        ...
