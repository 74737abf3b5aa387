"""What the stores in SQLite files share: a transaction that is whole or not at all, and what a full disk looks like."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Generator

from freehold.stores.files import FULL

_FULL_NAMES = frozenset({"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"})


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Generator[None]:
    """Write all that the block does, or nothing of it."""
    database.execute("begin immediate")
    try:
        yield
        database.execute("commit")
    except BaseException:
        if database.in_transaction:
            database.execute("rollback")
        raise


def is_full(error: Exception) -> bool:
    """Return whether SQLite or the system said that there is no room left."""
    return getattr(error, "sqlite_errorname", "") in _FULL_NAMES or getattr(error, "errno", None) in FULL
