"""A simulation: TPC-H's aggregate queries at a node in the EU over links of stated speed, in three ways; bytes and seconds of each.

Run: `python bench/links.py [SCALE]`, by default 0.1 (100 MB). What is computed is timed here, by DuckDB alone; what crosses is
measured, as Arrow; how long that takes is arithmetic: a round trip, and the bytes at the speed of the link, all links at once.
Connections are open already, and no packet is lost.

- plan: Freehold's own plan, each part at its home, the rest at the entry.
- rows: each relation's rows to the entry, with the columns and conditions that the query has; the rest there.
- central: first the other homes' rows, with the columns that the query reads; then one query over all of them.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent))

import duckdb
import pyarrow as pa

import planning
import three
import tpch
from federate import AGGREGATES, centralised, stream_size
from freehold.compiler.federation import divide
from freehold.model.federation import FederatedPlan
from three import NORTH, US, WEST

WINDOW = 2 << 20
"""Bytes that one connection has under way at most: as many cross for each round trip (RFC 7323, section 1.1), up to `FASTEST`."""

FASTEST = 125_000_000
"""Bytes a second: 1 Gbit/s."""

ROUND_TRIP = {NORTH: 0.018, US: 0.085}
"""Seconds to the entry in `WEST` and back: assumed, of the size that clouds publish for such pairs of regions (Azure's *network
round-trip latency statistics*)."""

ROUNDS = 3


def main(scale: float) -> None:
    """Print the links, and a line for each query."""
    data = three.Data(scale)
    engine = _engine(data)
    for region, seconds in ROUND_TRIP.items():
        print(f"{region} → {WEST}: round trip {seconds * 1e3:.0f} ms, {_speed(region) * 8 / 1e6:.0f} Mbit/s")
    print("| query | bytes: plan | rows | central | ms: plan | rows | central |\n|---|---|---|---|---|---|---|")
    for number in AGGREGATES:
        found = [_planned(engine, data, number), _in_rows(engine, data, number), _central(data, number)]
        sizes, times = zip(*found, strict=True)
        told = [number, *(f"{size:,}" for size in sizes), *(f"{seconds * 1e3:,.0f}" for seconds in times)]
        print(f"| {' | '.join(told)} |", flush=True)


def _speed(region: str) -> float:
    return min(FASTEST, WINDOW / ROUND_TRIP[region])


def _engine(data: three.Data) -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(config={"threads": 2})
    engine.execute("CREATE SCHEMA tpch")
    for key, table in data.tables.items():
        engine.register("made", table)
        engine.execute(f"CREATE TABLE {key} AS FROM made")
    return engine


def _planned(engine: duckdb.DuckDBPyConnection, data: three.Data, number: str) -> tuple[int, float]:
    return _run(engine, planning.plan_of(data, tpch.question(tpch.QUERIES[number])))


def _in_rows(engine: duckdb.DuckDBPyConnection, data: three.Data, number: str) -> tuple[int, float]:
    """Plan the benchmark's own text without any splitting of aggregates."""
    with patch.object(sys.modules[divide.__module__], "splits", return_value=()):
        return _run(engine, planning.plan_of(data, planning.own_text(data, number)))


def _run(engine: duckdb.DuckDBPyConnection, plan: FederatedPlan) -> tuple[int, float]:
    """Return what crosses for a plan, and how long it takes: the homes at once, the parts of one home one after the other."""
    crossed, took = dict.fromkeys(ROUND_TRIP, 0), dict.fromkeys((WEST, *ROUND_TRIP), 0.0)
    rest = duckdb.connect(config={"threads": 2})
    for fragment in plan.fragments:
        table, seconds = _timed(engine, fragment.sql)
        took[fragment.region] += seconds
        rest.register(fragment.name, table.rename_columns(list(fragment.columns)))
        if fragment.region in crossed:
            crossed[fragment.region] += stream_size(table)
    for region, size in crossed.items():
        took[region] += _crossing(region, size)
    return sum(crossed.values()), max(took.values()) + _timed(rest, plan.sql)[1]


def _central(data: three.Data, number: str) -> tuple[int, float]:
    sizes = centralised(data, number)
    _, seconds = _timed(data.engine, data.questions[number])
    return sum(sizes.values()), max(_crossing(region, size) for region, size in sizes.items()) + seconds


def _crossing(region: str, size: int) -> float:
    return ROUND_TRIP[region] + size / _speed(region) if size else 0.0


def _timed(engine: duckdb.DuckDBPyConnection, sql: str) -> tuple[pa.Table, float]:
    tables: list[pa.Table] = []
    took: list[float] = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        tables.append(engine.execute(sql).to_arrow_table())
        took.append(time.perf_counter() - start)
    return tables[-1], statistics.median(took)


if __name__ == "__main__":
    main(*(float(word) for word in sys.argv[1:2] or ("0.1",)))
