"""A folder of this machine as the place of a node's data: versioned by what the file system says of the files."""

from __future__ import annotations

import hashlib
import itertools
import os
from pathlib import Path
from typing import NoReturn

from freehold.engines.place import Check, Files, Wanted
from freehold.errors import SourceUnreadable
from freehold.model.product import Source

Marks = tuple[tuple[int, int, int, int], ...]
"""What the file system says of each path: device, inode, size in bytes, time of change in nanoseconds."""


class DataFolder:
    """The node's data folder; nothing outside of it is ever opened."""

    at_hand = True

    def __init__(self, root: Path) -> None:
        """Serve sources below `root`."""
        self._root = root.resolve()
        self._found: dict[Source, tuple[tuple[str, ...], Marks, Files]] = {}

    def files(self, source: Source) -> Files:
        """Return the files of `source` now.

        Raises:
            SourceUnreadable: None is there, or one lies outside the data folder.
        """
        held = self._found.get(source)
        if held is not None:
            watched, marks, files = held
            try:
                if _marks(watched) == marks:
                    return files
            except OSError:
                pass
        return self._find(source)

    def _find(self, source: Source) -> Files:
        pattern = source.path
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            _refuse(source, "lies outside the node's data folder")
        found = sorted(self._root.glob(pattern)) if _has_glob(pattern) else [self._root / pattern]
        reals = [self._real(source, path) for path in found]
        if not reals:
            _refuse(source, "matches no file")
        watched = (*(str(path) for path in found), *_folders(self._root, pattern, found))
        marks = _marks(watched)
        digest = hashlib.sha256()
        for real, mark in zip(reals, marks, strict=False):
            digest.update(f"{real}\0{mark[2]}\0{mark[3]}\n".encode())
        newest = max(mark[3] for mark in marks[: len(reals)]) / 1e9
        files = Files(tuple(reals), digest.hexdigest()[:32], newest)
        self._found[source] = (watched, marks, files)
        return files

    def hold(self, source: Source, files: Files, wanted: Wanted, check: Check) -> None:
        """Do nothing: the files are here, whole."""

    def close(self) -> None:
        """Do nothing: nothing is held open."""

    def _real(self, source: Source, path: Path) -> str:
        try:
            real = path.resolve(strict=True)
        except OSError:
            _refuse(source, "is not there or cannot be opened")
        if not real.is_relative_to(self._root) or not real.is_file():
            _refuse(source, "lies outside the node's data folder")
        return str(real)


def _has_glob(pattern: str) -> bool:
    return any(mark in pattern for mark in "*?[")


def _folders(root: Path, pattern: str, found: list[Path]) -> tuple[str, ...]:
    """Return the folders in which a new file could match: a folder's own time changes when a name in it does."""
    if not _has_glob(pattern):
        return ()
    fixed = root.joinpath(*itertools.takewhile(lambda part: not _has_glob(part), Path(pattern).parts))
    inner = {str(folder) for path in found for folder in path.parents if folder.is_relative_to(fixed)}
    return tuple(sorted(inner | {str(fixed)}))


def _marks(paths: tuple[str, ...]) -> Marks:
    return tuple((stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in map(os.stat, paths))


def _refuse(source: Source, why: str) -> NoReturn:
    raise SourceUnreadable(
        f"the source `{source.path}` {why}",
        remedy="check `source.path` and `source.format` in the product's manifest",
        source=source.path,
    )
