"""The newest checkpoint, written before any waiter is released: two slots in turn, so that a torn write leaves the other whole.

It is memory mapped from the file, so that writing is no system call. It needs no sync of its own, because it guards what the
journal already made durable: after a power failure it may be a little older than the journal, never newer.
"""

from __future__ import annotations

import mmap
import os
import zlib
from pathlib import Path
from struct import Struct

from freehold.stores.ledger.disk import write_at

_SLOT = 4096
_FRAME = Struct(">IH")


class Head:
    """The head file of an open ledger. Not for two threads at once."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, made with room for both slots where it is missing."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if os.fstat(descriptor).st_size < 2 * _SLOT:
                write_at(descriptor, bytes(2 * _SLOT), 0)
                os.fsync(descriptor)
            self._slots = mmap.mmap(descriptor, 2 * _SLOT)
        finally:
            os.close(descriptor)
        self._next = 0

    def write(self, note: str) -> None:
        """Write a note into the slot that does not hold the last one."""
        data = note.encode()
        framed = _FRAME.pack(zlib.crc32(data), len(data)) + data
        at = self._next * _SLOT
        self._slots[at : at + len(framed)] = framed
        self._next ^= 1

    def sync(self) -> None:
        """Make the last note durable."""
        self._slots.flush()

    def close(self) -> None:
        """Close the file."""
        self._slots.close()


def read_head(content: bytes) -> tuple[str, ...]:
    """Return the notes of the slots that are whole."""
    return tuple(note for at in (0, _SLOT) if (note := _read_slot(content[at : at + _SLOT])))


def _read_slot(slot: bytes) -> str | None:
    if len(slot) < _FRAME.size:
        return None
    checksum, length = _FRAME.unpack_from(slot)
    data = slot[_FRAME.size : _FRAME.size + length]
    if not length or zlib.crc32(data) != checksum:
        return None
    return data.decode(errors="replace")
