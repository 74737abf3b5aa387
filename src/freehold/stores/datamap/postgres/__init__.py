"""The governance catalogue in a schema of a PostgreSQL database."""

from freehold.stores.datamap.postgres.store import PostgresDataMap

__all__ = ["PostgresDataMap"]
