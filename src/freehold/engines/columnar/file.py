"""Files as they are on disk: found by a path or a glob, told apart from later states of themselves by what the system says."""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping
from typing import NamedTuple

from freehold.errors import DataChanged, SourceUnreadable


class Mark(NamedTuple):
    """What the system says of a file; times in nanoseconds. Nobody but the system can set `changed`."""

    device: int
    inode: int
    size: int
    written: int
    changed: int


def find(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the files behind a path or a glob, in order.

    Raises:
        SourceUnreadable: None is there.
    """
    text = os.fspath(path)
    found = [text] if os.path.isfile(text) else sorted(filter(os.path.isfile, glob.glob(text, recursive=True)))  # noqa: PTH113, PTH207
    if not found:
        remedy = "check the path; a glob has to match at least one file"
        raise SourceUnreadable(f"there is no file `{text}`", remedy=remedy, source=text)
    return tuple(found)


def mark(path: str) -> Mark:
    """Return what tells this state of a file from others.

    Raises:
        SourceUnreadable: It is gone.
    """
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError as error:
        raise SourceUnreadable(f"there is no file `{path}`", remedy="check the path", source=path) from error
    return Mark(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def check_unchanged(marks: Mapping[str, Mark]) -> None:
    """Check that files are as they were.

    Raises:
        DataChanged: One was written, replaced or taken away.
    """
    for path, before in marks.items():
        try:
            same = mark(path) == before
        except SourceUnreadable:
            same = False
        if not same:
            raise DataChanged(f"`{path}` changed while it was read", remedy="ask again when it is written whole", source=path)
