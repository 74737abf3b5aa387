"""The tree as it grows: its right edge and its unfinished tiles, enough to know the root after every append.

The state of a tree of n entries is at most one hash for each bit of n, and one tile for each level.
"""

from __future__ import annotations

from freehold.ledger.merkle import EMPTY_ROOT, HASH_BYTES, fold, node_hash
from freehold.ledger.tile import TILE_BYTES, WIDTH, Tile


class Tree:
    """A growing Merkle tree of `size` entries; `finished` collects (level, number, bytes) of each tile that became full."""

    __slots__ = ("_edge", "_rows", "finished", "size")

    def __init__(self) -> None:
        """Begin empty."""
        self.size = 0
        self.finished: list[tuple[int, int, bytes]] = []
        self._edge: list[bytes] = []
        self._rows: list[bytearray] = []

    @classmethod
    def restore(cls, size: int, tile: Tile) -> Tree:
        """Return the tree of `size` entries, a multiple of 256, from its full tiles, which `tile` reads."""
        tree = cls()
        tree.size = size
        level = 0
        while count := size >> 8 * level:
            first = count - count % WIDTH
            tree._rows.append(bytearray(b"".join(fold(tile(level - 1, number)) for number in range(first, count))))
            level += 1
        tree._edge = [root for row in reversed(tree._rows) for root in _peaks(bytes(row))]
        return tree

    def append(self, leaf: bytes) -> None:
        """Add an entry by its leaf hash."""
        node, left, height = leaf, self.size, 0
        self._place(0, node)
        while left & 1:
            node = node_hash(self._edge.pop(), node)
            left, height = left >> 1, height + 1
            if not height & 7:
                self._place(height >> 3, node)
        self._edge.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all entries: 32 bytes."""
        if not self._edge:
            return EMPTY_ROOT
        root = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            root = node_hash(left, root)
        return root

    def partial(self, level: int) -> bytes:
        """Return the unfinished tile of a level: 0 to 255 hashes."""
        return bytes(self._rows[level]) if level < len(self._rows) else b""

    def _place(self, level: int, node: bytes) -> None:
        if level == len(self._rows):
            self._rows.append(bytearray())
        row = self._rows[level]
        row += node
        if len(row) == TILE_BYTES:
            self.finished.append((level, self.size >> 8 * (level + 1), bytes(row)))
            self._rows[level] = bytearray()


def _peaks(row: bytes) -> list[bytes]:
    """Return the roots of the perfect subtrees that a partial tile is made of, widest first."""
    peaks: list[bytes] = []
    count, at = len(row) // HASH_BYTES, 0
    for bit in reversed(range(8)):
        if count >> bit & 1:
            end = at + (HASH_BYTES << bit)
            peaks.append(fold(row[at:end]))
            at = end
    return peaks
