"""The journal: the newest entries, each with its length and checksum, made durable a batch at a time.

It begins at a multiple of 256: what lies below is in tiles. A record's checksum covers its index, so that a record that is whole in
the wrong place is not taken for the right one.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from struct import Struct

from freehold.errors import CheckpointMismatch, StoreFailed
from freehold.stores.ledger.disk import is_full, store_error, sync_folder, write_at, write_durably

_HEADER = Struct(">8sQ")
_RECORD = Struct(">IH")
_PLACE = Struct(">QH")
_MAGIC = b"FHLDJRN1"


def read_journal(path: Path, content: bytes) -> tuple[int, list[bytes], int]:
    """Return (index of the first entry, every intact entry, offset where they end); a torn rest is not looked at.

    Raises:
        CheckpointMismatch: The file's own header is damaged.
    """
    if len(content) < _HEADER.size or content[:8] != _MAGIC:
        raise CheckpointMismatch(f"`{path}` is not a journal", remedy="restore the ledger's folder from a backup")
    first: int = _HEADER.unpack_from(content)[1]
    entries: list[bytes] = []
    at = _HEADER.size
    while at + _RECORD.size <= len(content):
        checksum, length = _RECORD.unpack_from(content, at)
        end = at + _RECORD.size + length
        entry = content[at + _RECORD.size : end]
        if end > len(content) or checksum != _checksum(first + len(entries), entry):
            break
        entries.append(entry)
        at = end
    return first, entries, at


class Journal:
    """The journal of an open ledger. Not for two threads at once."""

    def __init__(self, path: Path) -> None:
        """Open the journal at `path`, which must exist; `begin` makes one."""
        self._path = path
        self._open()

    def _open(self) -> None:
        self._descriptor = os.open(self._path, os.O_RDWR)
        self.first, self.entries, self._end = read_journal(self._path, self._path.read_bytes())
        self._next = self.first + len(self.entries)

    def cut(self) -> int:
        """Cut off the torn rest, durably, and return how many bytes it had."""
        torn = os.fstat(self._descriptor).st_size - self._end
        if torn:
            os.ftruncate(self._descriptor, self._end)
            os.fsync(self._descriptor)
        return torn

    def append(self, entries: Sequence[bytes]) -> None:
        """Make entries durable, all or none.

        Raises:
            StoreFull: There is no room; the journal is as it was.
            StoreFailed: What the disk holds is not known any more: nothing may be appended until the ledger is opened again.
        """
        data = _records(self._next, entries)
        try:
            write_durably(self._descriptor, data, self._end)
        except OSError as error:
            self._undo(error)
            raise store_error(error, self._path) from error
        self._end += len(data)
        self._next += len(entries)

    def reopen(self) -> None:
        """Go on in the journal that `begin` has put in this one's place."""
        old = self._descriptor
        self._open()
        self.entries = []
        os.close(old)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _undo(self, error: OSError) -> None:
        """Take back a batch that did not fit. After any other failure the kernel may have dropped pages: nothing can be said."""
        try:
            os.ftruncate(self._descriptor, self._end)
            os.fdatasync(self._descriptor)
        except OSError as second:
            raise StoreFailed(f"`{self._path}` cannot be written", remedy="check the disk, then start the node again") from second
        if not is_full(error):
            raise StoreFailed(f"`{self._path}` cannot be written", remedy="check the disk, then start the node again") from error


def begin(path: Path, first: int, entries: Sequence[bytes]) -> None:
    """Put a journal that begins at index `first` in place, durably, instead of the one before."""
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        write_at(descriptor, _HEADER.pack(_MAGIC, first) + _records(first, entries), 0)
        os.fsync(descriptor)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    finally:
        os.close(descriptor)
    draft.replace(path)
    sync_folder(path.parent)


def _records(first: int, entries: Sequence[bytes]) -> bytes:
    parts: list[bytes] = []
    for index, entry in enumerate(entries, first):
        parts.append(_RECORD.pack(_checksum(index, entry), len(entry)))
        parts.append(entry)
    return b"".join(parts)


def _checksum(index: int, entry: bytes) -> int:
    return zlib.crc32(entry, zlib.crc32(_PLACE.pack(index & 0xFFFF_FFFF_FFFF_FFFF, len(entry))))
