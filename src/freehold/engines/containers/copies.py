"""Copies of blobs on the node's own disk, as far as questions need them: of this process alone, and gone with it.

A copy is of one version of a blob, and its place is known before a byte of it is there. Readers and the processes of isolated plans
open these files and nothing else; no connection to storage is ever theirs. They lie in a workspace, are in all of bounded size, and
those of versions that were replaced go first.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path

from freehold.engines.containers.layout import Range, merged, without
from freehold.engines.containers.listing import Blob
from freehold.engines.workspace import Workspace, opened, writing
from freehold.errors import StoreFull

_IDLE = 120.0
"""For how many seconds nobody has asked for a copy that is removed: longer than a question may take."""


class Copy:
    """What is here of one version of one blob: a sparse file, with zeros for what was not fetched."""

    __slots__ = ("_path", "blob", "present", "replaced", "size", "used")

    def __init__(self, path: Path, blob: Blob) -> None:
        """Be at `path`; nothing is there yet."""
        self._path = path
        self.blob = blob
        self.present: list[Range] = []
        self.size = 0
        self.used = 0.0
        self.replaced = False

    @property
    def path(self) -> str:
        """Where it is."""
        return str(self._path)

    def missing(self, ranges: list[Range]) -> list[Range]:
        """Return what is not here of some ranges."""
        return without(ranges, self.present)

    def tail(self, most: int) -> bytes:
        """Return its last bytes, at most so many."""
        with self._path.open("rb") as file:
            file.seek(max(0, self.blob.size - most))
            return file.read()


class Copies:
    """The copies of one process, below a folder that processes share."""

    def __init__(self, base: Path, *, most: int) -> None:
        """Hold `most` bytes in all; nothing is made before the first copy."""
        self._workspace = Workspace(base)
        self._most = most
        self._guard = threading.Lock()
        self._held: dict[str, Copy] = {}
        self._total = 0
        self._waiting = False

    def of(self, account: str, container: str, blob: Blob) -> Copy:
        """Return the copy of a version of a blob, which may be empty.

        Raises:
            StoreFailed: The folder cannot be made.
        """
        key = hashlib.sha256("\0".join((account, container, blob.name, blob.etag, str(blob.size))).encode()).hexdigest()[:40]
        with self._guard:
            if self._waiting:
                self._sweep(0)
            copy = self._held.get(key)
            if copy is None:
                copy = self._held[key] = Copy(self._workspace.folder() / key, blob)
            copy.used = time.monotonic()
            copy.replaced = False
            return copy

    def write(self, copy: Copy, start: int, content: bytes) -> None:
        """Put bytes of a blob into its copy.

        Raises:
            StoreFull: There is no room for them.
            StoreFailed: They cannot be written.
        """
        self._make_room(len(content))
        with writing():
            file = opened(Path(copy.path))
            try:
                if not copy.present:
                    os.ftruncate(file, copy.blob.size)
                written = 0
                while written < len(content):
                    written += os.pwrite(file, memoryview(content)[written:], start + written)
            finally:
                os.close(file)
        with self._guard:
            before = sum(end - first for first, end in copy.present)
            copy.present = merged([*copy.present, (start, start + len(content))])
            grown = sum(end - first for first, end in copy.present) - before
            copy.size += grown
            self._total += grown

    def replace(self, copies: list[Copy]) -> None:
        """Let go of copies of versions that were replaced, once nobody can be reading them."""
        with self._guard:
            for copy in copies:
                copy.replaced = True
            self._waiting = True

    def close(self) -> None:
        """Remove everything."""
        with self._guard:
            self._held.clear()
            self._total = 0
        self._workspace.close()

    def _make_room(self, size: int) -> None:
        with self._guard:
            self._sweep(size)
            if self._total + size > self._most:
                raise StoreFull(
                    f"copies of the data would take more than {self._most:,} bytes",
                    remedy="ask for fewer columns, or give the node more room with FREEHOLD_COPIES_BYTES",
                )

    def _sweep(self, size: int) -> None:
        """Remove what was replaced, and what was asked for longest ago while there is no room for `size` more bytes."""
        before = time.monotonic() - _IDLE
        idle = sorted((item for item in self._held.items() if item[1].used < before), key=lambda item: item[1].used)
        for key, copy in idle:
            if copy.replaced or self._total + size > self._most:
                del self._held[key]
                self._total -= copy.size
                Path(copy.path).unlink(missing_ok=True)
        self._waiting = any(copy.replaced for copy in self._held.values())
