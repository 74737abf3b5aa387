"""Which backend counts over a user's own files and tables."""

from __future__ import annotations

from freehold.engines.duckdb.probing import DuckDBProber
from freehold.ports.probing import Prober


def open_prober() -> Prober:
    """Return what counts probes over local data."""
    return DuckDBProber()
