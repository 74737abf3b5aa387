"""The governance catalogue in one SQLite file."""

from freehold.stores.datamap.store import SqliteDataMap

__all__ = ["SqliteDataMap"]
