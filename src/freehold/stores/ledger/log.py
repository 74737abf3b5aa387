"""The readable side of a ledger: entries, tiles and proofs, from the tiles on the disk and the newest entries in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from freehold.errors import CheckpointMismatch, LeafUnknown
from freehold.ledger import proof
from freehold.ledger.merkle import HASH_BYTES, leaf_hash
from freehold.ledger.tile import ENTRIES, WIDTH, encode_entry, node, tile_path, tiles_of
from freehold.ledger.tree import Tree
from freehold.stores.ledger.tiles import TileFolder


class Log:
    """A tree of entries: those below `first`, a multiple of 256, are in `tiles`; the rest is held here.

    One thread may grow it, and one seal it, while any thread reads.
    """

    def __init__(self, tiles: TileFolder, tree: Tree, first: int) -> None:
        """Begin with `tree`, whose `first` entries are all in `tiles`."""
        self.tiles = tiles
        self.first = first
        self._tree = tree
        self._tail: list[bytes] = []
        self._fresh: dict[tuple[int, int], bytes] = {}
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._tree.size

    def extend(self, entries: list[bytes]) -> None:
        """Add entries that are durable."""
        leaves = [leaf_hash(entry) for entry in entries]
        with self._lock:
            for leaf in leaves:
                self._tree.append(leaf)
            self._tail += entries
            self._fresh.update({(level, number): data for level, number, data in self._tree.finished})
            self._tree.finished.clear()

    def root(self) -> bytes:
        """Return the root over all entries; for the thread that extends."""
        return self._tree.root()

    def root_at(self, size: int) -> bytes:
        """Return the root over the first `size` entries."""
        return proof.root(size, self._node)

    def tail(self) -> list[bytes]:
        """Return the entries from `first` on."""
        return list(self._tail)

    def seal(self) -> None:
        """Write every tile that is full to the disk and let go of it here; for one thread, which may be another than extends."""
        with self._lock:
            fresh = list(self._fresh.items())
        for (level, number), data in fresh:
            self.tiles.write(level, number, data)
            with self._lock:
                del self._fresh[level, number]
        while len(self._tail) >= WIDTH:
            self.tiles.write(ENTRIES, self.first // WIDTH, b"".join(map(encode_entry, self._tail[:WIDTH])))
            with self._lock:
                del self._tail[:WIDTH]
                self.first += WIDTH

    def partials(self) -> list[tuple[int | str, int, int, bytes]]:
        """Return (level, number, width, bytes) of each partial tile of the present size; not while it is extended."""
        levels = range((self.size.bit_length() + 7) // 8)
        rows = [(level, self._tree.partial(level)) for level in levels]
        found: list[tuple[int | str, int, int, bytes]] = [
            (level, self.size >> 8 * (level + 1), len(row) // HASH_BYTES, row) for level, row in rows if row
        ]
        if rest := self._tail[len(self._tail) - len(self._tail) % WIDTH :]:
            found.append((ENTRIES, self.size // WIDTH, len(rest), b"".join(map(encode_entry, rest))))
        return found

    def missing_tiles(self) -> list[str]:
        """Return the paths of full tiles and bundles that should be on the disk and are not."""
        wanted = [(level, number) for level, number, width in tiles_of(self.first) if width == WIDTH]
        paths = [tile_path(level, number) for level, number in wanted if not self.tiles.has(level, number)]
        return paths + [tile_path(ENTRIES, n) for n in range(self.first // WIDTH) if not self.tiles.has(ENTRIES, n)]

    def entry(self, index: int) -> bytes:
        """Return an entry, checked against its leaf hash.

        Raises:
            LeafUnknown: The index is not in the tree.
            CheckpointMismatch: What is on the disk is not what was recorded.
        """
        if not 0 <= index < self.size:
            raise unknown(index)
        with self._lock:
            if index >= self.first:
                return self._tail[index - self.first]
        entry = self.tiles.bundle(index // WIDTH)[index % WIDTH]
        if leaf_hash(entry) != self._node(0, index):
            raise CheckpointMismatch(
                f"entry `{index}` was changed after it was recorded",
                remedy="run `freehold ledger verify`; keep this folder as evidence",
            )
        return entry

    def entries(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """Yield (index, entry) for start ≤ index < stop, as far as the tree goes."""
        for index in range(max(start, 0), min(stop, self.size)):
            yield index, self.entry(index)

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the inclusion proof of a leaf in the tree of `size` leaves.

        Raises:
            LeafUnknown: Not 0 ≤ index < size ≤ the tree's size.
        """
        if not 0 <= index < size <= self.size:
            raise unknown(index)
        return proof.inclusion(index, size, self._node)

    def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """Return the consistency proof between two sizes.

        Raises:
            LeafUnknown: Not 0 < first ≤ second ≤ the tree's size.
        """
        if not 0 < first <= second <= self.size:
            raise unknown(first)
        return proof.consistency(first, second, self._node)

    def tile(self, level: int, number: int, width: int) -> bytes:
        """Return the first `width` hashes of a tile.

        Raises:
            LeafUnknown: The tree has no such tile.
        """
        fits = 0 <= level < 8 and number >= 0 and 1 <= width <= WIDTH
        if not fits or number * WIDTH + width > self.size >> 8 * level:
            raise LeafUnknown(
                f"the tree of `{self.size}` leaves has no tile `{level}/{number}` of width `{width}`",
                remedy="ask for a tile that the newest checkpoint needs",
            )
        return self._tile(level, number)[: width * HASH_BYTES]

    def _node(self, height: int, index: int) -> bytes:
        return node(self._tile, height, index)

    def _tile(self, level: int, number: int) -> bytes:
        with self._lock:
            if number == self._tree.size >> 8 * (level + 1):
                return self._tree.partial(level)
            fresh = self._fresh.get((level, number))
        return self.tiles.hashes(level, number) if fresh is None else fresh


def unknown(index: int) -> LeafUnknown:
    """Return the error for an index that is not in the tree, or not for this caller: the two look the same."""
    return LeafUnknown(f"no entry `{index}` is visible to you", remedy="use the leaf that came with your own answer or refusal")
