"""The embedded engine: DuckDB 1.5.5 over Parquet and CSV files, in locked sessions that hold only a view (law 2)."""

from freehold.engines.duckdb.engine import DuckDBEngine

__all__ = ["DuckDBEngine"]
