"""How a ledger's bytes get onto a disk and stay there: whole files, synced folders, and what the system's errors mean."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from freehold.errors import EngineError, StoreFailed, StoreFull

_DSYNC: int | None = getattr(os, "RWF_DSYNC", None)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def is_full(error: OSError) -> bool:
    """Return whether an error says that there is no room: no space, a quota or a file-size limit."""
    return error.errno in _FULL


def store_error(error: OSError, path: Path) -> EngineError:
    """Return what a system error on `path` is to our callers."""
    if is_full(error):
        return StoreFull(
            f"there is no room for `{path.name}` in `{path.parent}`",
            remedy="make room; everything recorded before is intact, and recording goes on by itself",
        )
    return StoreFailed(
        f"`{path.name}` in `{path.parent}` cannot be used",
        remedy="check the disk and the rights of this user, then start the node again",
    )


def write_at(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of `data` at `offset`, however often the system must be asked."""
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written


def write_durably(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of `data` at `offset` and return once it is on the disk: one system call where there is one for both."""
    if _DSYNC is None:
        write_at(descriptor, data, offset)
        os.fdatasync(descriptor)
        return
    view = memoryview(data)
    while view:
        written = os.pwritev(descriptor, (view,), offset, _DSYNC)
        view, offset = view[written:], offset + written


def write_whole(path: Path, data: bytes, *, durable: bool) -> None:
    """Put a file in place whole: a reader, or a crash, sees the old content or the new, never a part."""
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        write_at(descriptor, data, 0)
        if durable:
            os.fdatasync(descriptor)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    finally:
        os.close(descriptor)
    draft.replace(path)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    sync_file(path)


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_if_there(path: Path) -> bytes | None:
    """Return a file's content, or None where there is no such file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
