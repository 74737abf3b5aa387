"""The embedded engine: DuckDB 1.5.5 over Parquet and CSV files, in locked sessions that hold only a view (law 2).

It is imported when it is used: counting over one file needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from freehold.engines.duckdb.engine import DuckDBEngine

__all__ = ["DuckDBEngine"]


def __getattr__(name: str) -> Any:
    """Import the engine when it is asked for (PEP 562)."""
    if name != "DuckDBEngine":
        raise AttributeError(name)
    from freehold.engines.duckdb.engine import DuckDBEngine

    return DuckDBEngine
