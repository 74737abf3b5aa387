"""Where decisions are remembered: append-only, durable before anything is released (law 7)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from freehold.errors import FreeholdError
from freehold.model.event import Checkpoint


class Commit:
    """A group commit: its entries become durable, or fail, at one moment, and whoever waits is woken once for all of them."""

    __slots__ = ("_after", "_error", "_first", "_lock", "_over", "done")

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.done = False
        self._first = -1
        self._error: Callable[[], FreeholdError] | None = None
        self._after: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._over = threading.Event()

    def succeed(self, first: int) -> None:
        """Say that all are durable, the first of them at leaf index `first`."""
        self._first = first
        self._end()

    def fail(self, error: Callable[[], FreeholdError]) -> None:
        """Say that none is durable; `error` makes each waiter's own exception."""
        self._error = error
        self._end()

    def then(self, call: Callable[[], None]) -> None:
        """Call once it is over: from the thread that ends it, or at once where it is over already."""
        with self._lock:
            if not self.done:
                self._after.append(call)
                return
        call()

    def wait(self, timeout: float | None = None) -> int:
        """Return the leaf index of the first entry, waiting until it is known.

        Raises:
            TimeoutError: It is not over after `timeout` seconds.
            FreeholdError: The commit failed.
        """
        if not self.done and not self._over.wait(timeout):
            raise TimeoutError
        if self._error is not None:
            raise self._error()
        return self._first

    def _end(self) -> None:
        with self._lock:
            self.done = True
            after, self._after = self._after, []
        self._over.set()
        for call in after:
            call()


class Leaf:
    """A leaf on its way: its place in a group commit."""

    __slots__ = ("commit", "place")

    def __init__(self, commit: Commit, place: int) -> None:
        """Wait for the entry at `place` of `commit`."""
        self.commit = commit
        self.place = place

    def done(self) -> bool:
        """Return whether it is durable, or has failed."""
        return self.commit.done

    def result(self, timeout: float | None = None) -> int:
        """Return the leaf index, waiting until it is durable.

        Raises:
            TimeoutError: It is not durable after `timeout` seconds.
            StoreFull, StoreFailed: It could not be made durable.
        """
        return self.commit.wait(timeout) + self.place


class Ledger(Protocol):
    """An append-only log over an RFC 9162 Merkle tree. All methods may be called from any thread."""

    def append(self, entry: bytes) -> Leaf:
        """Queue an entry (at most 65,535 bytes); the leaf has its index once it is durable on disk.

        The leaf fails with StoreFull or StoreFailed where it could not be made durable: then nothing may be released.
        """
        ...

    def checkpoint(self) -> Checkpoint:
        """Return the newest signed checkpoint; it covers every leaf that is done."""
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
