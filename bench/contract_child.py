"""One run of `contract.py`, alone in its process: it prints the seconds of its work as JSON."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

KEY, EMAIL = "order_id", "email"
REQUIRED = ("order_id", "customer_id", "email", "status", "amount", "updated_at")
PATTERN = "[^@ ]+@[^@ ]+"
HIGHEST = 1_000_000
QUESTION = f"""
SELECT count(*), {", ".join(f"count({name})" for name in REQUIRED)}, count(DISTINCT {KEY}),
    count(*) FILTER (WHERE NOT regexp_full_match({EMAIL}, '{PATTERN}')),
    count(*) FILTER (WHERE amount < 0 OR amount > {HIGHEST}), epoch(max(updated_at))
FROM {{relation}}"""


def main(kind: str, path: str) -> None:
    """Do one thing and tell what it took."""
    work = {
        "product": _product,
        "unchanged": _unchanged,
        "grown": _grown,
        "product in memory": _product_in_memory,
        "duckdb": _duckdb,
        "duckdb in memory": _duckdb_in_memory,
    }[kind](path)
    start = time.perf_counter()
    work()
    ended = time.perf_counter()
    print(json.dumps({"work": ended - start}))


def probes() -> list[Any]:
    from freehold.model.rule import Constraint, Probe, ProbeKind

    return [
        Probe(kind=ProbeKind.ROWS),
        *(Probe(kind=ProbeKind.NULLS, columns=(name,)) for name in REQUIRED),
        Probe(kind=ProbeKind.SURPLUS, columns=(KEY,)),
        Probe(kind=ProbeKind.INVALID, columns=(EMAIL,), types=("string",), constraint=Constraint(pattern=PATTERN)),
        Probe(kind=ProbeKind.INVALID, columns=("amount",), types=("number",), constraint=Constraint(minimum=0, maximum=HIGHEST)),
        Probe(kind=ProbeKind.NEWEST, columns=("updated_at",)),
    ]


def _product(data: Any) -> Callable[[], object]:
    from freehold.engines.columnar import counting, parquet
    from freehold.engines.columnar.prober import ColumnarProber

    assert counting, parquet  # imported before the clock runs, as DuckDB is

    prober, asked = ColumnarProber(), probes()
    return lambda: (prober.columns(data), prober.count(data, asked))


def _unchanged(path: str) -> Callable[[], object]:
    from freehold.engines.columnar.memory import Memory
    from freehold.engines.columnar.prober import ColumnarProber
    from freehold.stores.counts import SqliteCounts
    from freehold.wiring.clock import SystemClock

    folder = Path(tempfile.mkdtemp())
    asked = probes()
    ColumnarProber(memory=Memory(SqliteCounts(folder / "counts"), SystemClock())).count(path, asked)
    later = ColumnarProber(memory=Memory(SqliteCounts(folder / "counts"), SystemClock()))
    return lambda: later.count(path, asked)


def _grown(path: str) -> Callable[[], object]:
    """Count a file whose last row group is new, the others having been counted in two earlier states of it."""
    import pyarrow.parquet as pq

    from freehold.engines.columnar import counting, groups
    from freehold.engines.columnar.memory import Memory
    from freehold.engines.columnar.prober import ColumnarProber
    from freehold.stores.counts import SqliteCounts
    from freehold.wiring.clock import SystemClock

    assert counting, groups
    folder, whole = Path(tempfile.mkdtemp()), pq.ParquetFile(path)
    file = folder / "orders.parquet"
    prober, asked = ColumnarProber(memory=Memory(SqliteCounts(folder / "counts"), SystemClock())), probes()
    for last in (2, 1, 0):
        with pq.ParquetWriter(file, whole.schema_arrow) as writer:
            for number in range(whole.num_row_groups - last):
                writer.write_table(whole.read_row_group(number))
        time.sleep(2.5)  # until nobody doubts that it has settled
        if last:
            prober.count(file, asked)
    return lambda: prober.count(file, asked)


def _product_in_memory(path: str) -> Callable[[], object]:
    import pyarrow.parquet as pq

    return _product(pq.read_table(path, columns=[*REQUIRED]))


def _duckdb(path: str) -> Callable[[], object]:
    import duckdb

    session = duckdb.connect()
    return lambda: session.execute(QUESTION.format(relation=f"'{path}'")).fetchall()


def _duckdb_in_memory(path: str) -> Callable[[], object]:
    import duckdb
    import pyarrow.parquet as pq

    session = duckdb.connect()
    session.register("orders", pq.read_table(path, columns=[*REQUIRED]))
    return lambda: session.execute(QUESTION.format(relation="orders")).fetchall()
