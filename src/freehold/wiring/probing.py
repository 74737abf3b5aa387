"""Which backend counts over a user's own files and tables."""

from __future__ import annotations

import os
from pathlib import Path

from freehold.engines.columnar.memory import Memory
from freehold.engines.columnar.prober import ColumnarProber
from freehold.ports.probing import Prober
from freehold.wiring.clock import SystemClock


def open_prober(counts: Path | None = None) -> Prober:
    """Return what counts probes over local data; the file `counts` remembers what was counted in files that do not change.

    Raises:
        StoreFull, StoreFailed: That file cannot be made or opened.
    """
    return ColumnarProber(threads=os.cpu_count() or 1, memory=None if counts is None else _memory(counts))


def _memory(path: Path) -> Memory:
    from freehold.stores.counts import SqliteCounts

    return Memory(SqliteCounts(path), SystemClock())
