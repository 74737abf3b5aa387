"""Where the tree's hashes and entries lie in tiles of 256, and how they are written (C2SP tlog-tiles).

Tile n of level l holds the roots of the perfect subtrees of 256ˡ entries, from number n·256 on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from freehold.errors import ProofInvalid
from freehold.ledger.merkle import HASH_BYTES, fold

WIDTH = 256
TILE_BYTES = WIDTH * HASH_BYTES
MAX_ENTRY = 65_535
ENTRIES = "entries"

Tile = Callable[[int, int], bytes]
"""Reads the tile (level, number), whole or as far as it goes."""


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Return the path of a tile under the log's prefix; `level` is a number or `entries`.

    >>> tile_path(0, 1234067), tile_path("entries", 5, 7)
    ('tile/0/x001/x234/067', 'tile/entries/005.p/7')
    """
    parts = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        parts.append(f"x{number % 1000:03d}")
    partial = f".p/{width}" if width < WIDTH else ""
    return f"tile/{level}/{'/'.join(reversed(parts))}{partial}"


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield (level, number, width) of every tile of a tree of `size` entries, partial ones last in their level.

    >>> [tile for tile in tiles_of(600)]
    [(0, 0, 256), (0, 1, 256), (0, 2, 88), (1, 0, 2)]
    """
    level = 0
    while size:
        yield from ((level, number, WIDTH) for number in range(size // WIDTH))
        if size % WIDTH:
            yield level, size // WIDTH, size % WIDTH
        level, size = level + 1, size // WIDTH


def node(tile: Tile, height: int, index: int) -> bytes:
    """Return the root of the perfect subtree of 2^height entries that starts at entry index·2^height, from its tile."""
    level, inner = divmod(height, 8)
    number, first = divmod(index << inner, WIDTH)
    return fold(tile(level, number)[first * HASH_BYTES : (first + (1 << inner)) * HASH_BYTES])


def encode_entry(entry: bytes) -> bytes:
    """Return an entry (at most 65,535 bytes) as it stands in a bundle: its length in two bytes, then itself."""
    return len(entry).to_bytes(2, "big") + entry


def decode_bundle(bundle: bytes) -> tuple[bytes, ...]:
    """Return the entries of a bundle.

    Raises:
        ProofInvalid: The bytes end inside an entry.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise ProofInvalid(f"an entry bundle ends inside its entry `{len(entries)}`")
        entries.append(bundle[at + 2 : end])
        at = end
    return tuple(entries)
