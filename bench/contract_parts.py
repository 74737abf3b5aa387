"""Where the processor time of a contract test of a file goes: reading each column, decompressing alone, matching, all else.

Run: `python bench/contract_parts.py`, after `python bench/contract.py`, whose file of 10 M rows it reads. Seconds of one core, the
least of three runs. The parts stand in decision 18; they have no target of their own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))

import contract
import contract_child
from freehold.engines.columnar import functions
from freehold.engines.columnar.arrow import of_numbers, pa
from freehold.engines.columnar.pattern import LINES, Pattern
from freehold.engines.columnar.prober import ColumnarProber

FILE = contract.CACHE / f"orders-{contract.ROWS}.parquet"
PAGE = 1 << 20


def main() -> None:
    """Print one line for each part."""
    pa.set_cpu_count(1)
    _line("all of it, in one thread", lambda: ColumnarProber(threads=1).count(FILE, contract_child.probes()))
    for name in contract_child.REQUIRED:
        _line(f"reading {name}", lambda name=name: _read(name))
    for name in (contract_child.EMAIL, contract_child.KEY, "customer_id"):
        pages = _pages(name)
        _line(f"Snappy alone, {name}", lambda pages=pages: [pa.Codec("snappy").decompress(page, size) for page, size in pages])
    texts = [batch.column(0) for batch in _read(contract_child.EMAIL)]
    matcher = Pattern(contract_child.PATTERN)
    _line("the pattern, by the bytes of all texts", lambda: [matcher.failing(item) for item in texts])
    by_lines = matcher._by_lines  # pyright: ignore[reportPrivateUsage]
    _line("by RE2: joined to lines, looked through for line feeds, matched", lambda: [by_lines(item) for item in texts])
    _line("of that, joining to lines", lambda: [functions.joined(_lines(item), "\n") for item in texts])
    series = [pl.from_arrow(item) for item in texts]
    pattern = rf"\A(?:{contract_child.PATTERN})\z"
    _line("the same texts by Polars", lambda: [item.str.contains(pattern).all() for item in series if isinstance(item, pl.Series)])


def _read(name: str) -> list[Any]:
    coded = [] if name == contract_child.EMAIL else ["status"]
    file = pq.ParquetFile(FILE, read_dictionary=coded, buffer_size=PAGE, pre_buffer=False)
    return list(file.iter_batches(1 << 17, columns=[name], use_threads=False))


def _pages(name: str) -> list[tuple[Any, int]]:
    """Return a column's values compressed anew, a mebibyte at a time, each with its size."""
    codec, made = pa.Codec("snappy"), list[tuple[Any, int]]()
    for batch in _read(name):
        raw = memoryview(batch.column(0).buffers()[-1])
        made += [(codec.compress(raw[at : at + PAGE]), len(raw[at : at + PAGE])) for at in range(0, len(raw), PAGE)]
    return made


def _lines(texts: Any) -> Any:
    starts = np.append(np.arange(0, len(texts), LINES, dtype=np.int32), np.int32(len(texts)))
    return pa.ListArray.from_arrays(of_numbers(starts), texts)


def _line(what: str, work: Callable[[], object]) -> None:
    took = list[float]()
    for _ in range(3):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    print(f"{what:<66} {min(took):6.2f} s", flush=True)


if __name__ == "__main__":
    main()
