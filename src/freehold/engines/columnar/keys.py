"""How many rows repeat a key that was there before, in bounded memory.

Whole numbers that lie close together are marked on a board with one byte for each possible value. All other keys become 64 bits:
values of up to 64 bits exactly, longer ones and combinations by a universal hash whose multipliers are drawn anew for each
count, so that nobody can prepare two keys that meet (of n keys any two meet by chance with less than n²/2⁶⁴). They are sorted in
parts, on disk where they are many.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Iterator, Sequence
from typing import IO

import numpy as np

from freehold.engines.columnar.arrow import Array, DataType, Numbers
from freehold.engines.columnar.ordinal import ordinals, unit
from freehold.engines.columnar.universal import Hash, bits, can_be_hashed, is_short

BOARD = 1 << 27
"""How far apart, in steps, values may lie at most to be marked on a board."""

SPARSE = 16
"""How many steps there may be to each row on a board."""

HELD = 1 << 22
"""How many keys are held in memory before they go to disk."""

_PARTS = 64
_SHIFT = np.uint64(58)
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFF_FFFF)


class Keys:
    """The keys of one count. `add` may be called from several threads."""

    def __init__(self, types: Sequence[DataType], rows: int | None) -> None:
        """Take the types of a key's columns, each of which `can_be_key`, and about how many rows there are.

        Without `rows` there is no board: then `repeated` can tell which keys come more than once.
        """
        self._lock = threading.Lock()
        self._seen = 0
        room = 0 if rows is None else min(BOARD, SPARSE * max(rows, 1 << 16))
        self._board = _Board(room) if room and len(types) == 1 and unit(types[0]) and is_short(types[0]) else None
        self._sorted = _Sorted()
        self._hash = Hash(types)

    def add(self, columns: Sequence[Array]) -> None:
        """Count keys: arrays of one length without nulls and NaN."""
        with self._lock:
            self._seen += len(columns[0])
        if not len(columns[0]):
            return
        board = self._board
        if board is not None:
            if board.mark(ordinals(columns[0])):
                return
            with self._lock:
                left, self._board = self._board, None
            if left is not None:
                for part in left.values():
                    self._sorted.add(part.view(np.uint64))
        self._sorted.add(self._bits(columns))

    def surplus(self) -> int:
        """Return how many keys repeat one that was there before."""
        distinct = self._sorted.distinct() if self._board is None else self._board.distinct()
        return self._seen - distinct

    def repeated(self, limit: int) -> Numbers:
        """Return at most `limit` keys that come more than once, as `are_among` knows them."""
        return self._sorted.repeated(limit)

    def are_among(self, columns: Sequence[Array], keys: Numbers) -> Numbers:
        """Return which rows have one of some `repeated` keys."""
        return np.isin(self._sorted.mixed(self._bits(columns)), keys)

    def _bits(self, columns: Sequence[Array]) -> Numbers:
        if len(columns) == 1 and is_short(columns[0].type):
            return bits(columns[0])
        return self._hash.of(columns)


def can_be_key(type_: DataType) -> bool:
    """Return whether values of a type can be compared as keys."""
    return can_be_hashed(type_)


class _Board:
    """One byte for each value between the least and the greatest, which grows; given up where they lie too far apart."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._low = 0
        self._marks = np.zeros(0, dtype=bool)
        self._over = False

    def mark(self, values: Numbers) -> bool:
        """Mark values and return True; or return False, now and ever after."""
        if values.dtype == object:
            self._over = True
        if self._over:
            return False
        low, high = int(values.min()), int(values.max())
        with self._lock:
            if self._over or not self._reach(low, high):
                self._over = True
                return False
            # INVARIANT: marks are set under the lock, so none is lost to a board that another thread has outgrown.
            self._marks[values.astype(np.int64, copy=False) - self._low] = True
        return True

    def distinct(self) -> int:
        return int(np.count_nonzero(self._marks))

    def values(self) -> list[Numbers]:
        """Return the values marked so far."""
        return [np.flatnonzero(self._marks) + self._low]

    def _reach(self, low: int, high: int) -> bool:
        size = len(self._marks)
        if size and self._low <= low and high < self._low + size:
            return True
        first = min(low, self._low) if size else low
        last = max(high, self._low + size - 1) if size else high
        if last - first >= self._room or first < -(1 << 62) or last > 1 << 62:
            return False
        grown = np.zeros(min(2 * (last - first + 1), self._room), dtype=bool)
        grown[self._low - first : self._low - first + size] = self._marks if size else False
        self._low, self._marks = first, grown
        return True


class _Sorted:
    """Keys of 64 bits, in parts by their value: each part is sorted alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: list[Numbers] = []
        self._size = 0
        self._files: list[IO[bytes]] = []
        self._odd = np.uint64(secrets.randbits(64) | 1)

    def add(self, keys: Numbers) -> None:
        mixed = self.mixed(keys)
        with self._lock:
            self._held.append(mixed)
            self._size += len(mixed)
            if self._size > HELD:
                self._spill()

    def mixed(self, keys: Numbers) -> Numbers:
        """Return keys one to one, such that close ones fall apart and nothing on disk can be read as a value."""
        mixed = keys * self._odd
        mixed ^= mixed >> _HALF
        mixed *= self._odd
        return mixed

    def distinct(self) -> int:
        return sum(1 + int(np.count_nonzero(keys[1:] != keys[:-1])) for keys in self._parts() if len(keys))

    def repeated(self, limit: int) -> Numbers:
        found = np.empty(0, np.uint64)
        for keys in self._parts():
            again = np.unique(keys[1:][keys[1:] == keys[:-1]])[: limit - len(found)]
            found = np.concatenate([found, again])
        return found

    def _parts(self) -> Iterator[Numbers]:
        """Yield the keys in sorted parts, of which no two share a key; once."""
        if not self._files:
            yield np.sort(np.concatenate(self._held)) if self._held else np.empty(0, np.uint64)
            return
        self._spill()
        for file in self._files:
            file.seek(0)
            keys = np.frombuffer(bytearray(file.read()), dtype=np.uint64)
            file.close()
            keys.sort()
            yield keys

    def _spill(self) -> None:
        if not self._files:
            self._files = [tempfile.TemporaryFile() for _ in range(_PARTS)]  # noqa: SIM115  (closed once read)
        keys = np.sort(np.concatenate(self._held)) if self._held else np.empty(0, np.uint64)
        ends = np.searchsorted(keys >> _SHIFT, np.arange(_PARTS + 1, dtype=np.uint64))
        for part, file in enumerate(self._files):
            file.write(keys[ends[part] : ends[part + 1]].tobytes())
        self._held, self._size = [], 0
