"""A folder of one process, below one that processes share, for data that questions need while they run; it goes with its process.

Folders and files are for the node's own user (0700, 0600). A process holds the lock of its folder for as long as it lives: a folder
whose lock nobody holds was left behind by one that was killed, and is removed.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import threading
from collections.abc import Generator
from pathlib import Path

from freehold.errors import StoreFailed, StoreFull

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Workspace:
    """This process's folder below `base`; nothing is made before it is asked for."""

    def __init__(self, base: Path) -> None:
        """Share `base` with other processes of the node."""
        self._base = base.absolute()
        self._guard = threading.Lock()
        self._folder: Path | None = None
        self._lock: int | None = None

    def folder(self) -> Path:
        """Return the folder.

        Raises:
            StoreFailed: It cannot be made.
        """
        with self._guard:
            if self._folder is None:
                try:
                    self._base.mkdir(mode=0o700, parents=True, exist_ok=True)
                    self.tidy()
                    self._folder, self._lock = _claim(self._base)
                except OSError as error:
                    raise StoreFailed("the folder for data of questions cannot be made", remedy=f"check `{self._base}`") from error
            return self._folder

    def tidy(self) -> None:
        """Remove the folders of processes that are gone."""
        for path in self._base.glob("*.lock"):
            with contextlib.suppress(OSError):
                lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                    path.unlink(missing_ok=True)
                finally:
                    os.close(lock)

    def close(self) -> None:
        """Remove the folder and all in it; safe to call twice."""
        with self._guard:
            folder, self._folder = self._folder, None
            lock, self._lock = self._lock, None
        if folder is not None and lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.with_suffix(".lock").unlink(missing_ok=True)
            os.close(lock)


def opened(path: Path) -> int:
    """Open a file of a workspace for writing, which is made if it is not there, and return its descriptor; raises OSError."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


@contextlib.contextmanager
def writing() -> Generator[None]:
    """Say in the tree's own words that a file of a workspace cannot be written.

    Raises:
        StoreFull: There is no room.
        StoreFailed: Anything else.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFull("there is no room for data that the question needs", remedy="free some room, then ask again") from None
        raise StoreFailed("data that the question needs cannot be written", remedy="check the folder of the node's state") from None


def _claim(base: Path) -> tuple[Path, int]:
    """Return a folder that is this process's alone for as long as the lock is held."""
    while True:
        folder = base / secrets.token_hex(8)
        lock = os.open(folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            folder.mkdir(mode=0o700)
        except BlockingIOError:  # another process takes it for one that was left behind
            os.close(lock)
            continue
        if os.fstat(lock).st_nlink:
            return folder, lock
        folder.rmdir()  # one took it for that, and is through with it
        os.close(lock)
