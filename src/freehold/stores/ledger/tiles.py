"""The folder of tiles: what is finished, in the layout that any C2SP reader knows. A finished tile never changes."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

from freehold.errors import CheckpointMismatch, ProofInvalid
from freehold.ledger.tile import ENTRIES, TILE_BYTES, WIDTH, decode_bundle, tile_path
from freehold.stores.ledger.disk import read_if_there, sync_file, sync_folder, write_whole

_REMEDY = "restore the ledger's folder from a backup, and keep this one as evidence"


class TileFolder:
    """The tiles below a ledger's folder. Reading is for any thread; writing for one."""

    def __init__(self, root: Path) -> None:
        """Use the folder `root`; nothing is made before it is written."""
        self._root = root
        self._unsynced: set[Path] = set()
        self._folders: set[Path] = set()
        self.hashes = lru_cache(maxsize=512)(self._hashes)
        self.bundle = lru_cache(maxsize=32)(self._bundle)

    def has(self, level: int | str, number: int) -> bool:
        """Return whether a full tile is there."""
        return (self._root / tile_path(level, number)).is_file()

    def read(self, level: int | str, number: int, width: int = WIDTH) -> bytes | None:
        """Return a tile's bytes as they are on the disk, or None where it is missing."""
        return read_if_there(self._root / tile_path(level, number, width))

    def widths(self, level: int | str, number: int) -> list[int]:
        """Return the widths of the partial tiles of a number that are on the disk, narrowest first."""
        folder = self._partials(level, number)
        return sorted(int(item.name) for item in folder.iterdir() if item.name.isdigit()) if folder.is_dir() else []

    def write(self, level: int | str, number: int, data: bytes) -> None:
        """Write a full tile and drop its partial ones; `sync` makes it durable."""
        path = self._root / tile_path(level, number)
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        if read_if_there(path) != data:
            write_whole(path, data, durable=False)
        self._unsynced.add(path)
        shutil.rmtree(self._partials(level, number), ignore_errors=True)

    def write_partial(self, level: int | str, number: int, width: int, data: bytes) -> None:
        """Write a partial tile; of the narrower ones only the widest stays, for a reader that is under way."""
        path = self._root / tile_path(level, number, width)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data, durable=False)
        for old in self.widths(level, number)[:-2]:
            path.with_name(str(old)).unlink(missing_ok=True)

    def sync(self) -> None:
        """Make all full tiles that were written durable, and their names."""
        for path in self._unsynced:
            sync_file(path)
        for folder in {folder for path in self._unsynced for folder in path.parents if folder.is_relative_to(self._root)}:
            sync_folder(folder)
        self._unsynced.clear()

    def _partials(self, level: int | str, number: int) -> Path:
        return self._root / (tile_path(level, number) + ".p")

    def _hashes(self, level: int, number: int) -> bytes:
        data = self.read(level, number)
        if data is None or len(data) != TILE_BYTES:
            raise CheckpointMismatch(f"`{tile_path(level, number)}` is missing or cut", remedy=_REMEDY)
        return data

    def _bundle(self, number: int) -> tuple[bytes, ...]:
        try:
            entries = decode_bundle(self.read(ENTRIES, number) or b"")
        except ProofInvalid:
            entries = ()
        if len(entries) != WIDTH:
            raise CheckpointMismatch(f"`{tile_path(ENTRIES, number)}` is missing or damaged", remedy=_REMEDY)
        return entries
