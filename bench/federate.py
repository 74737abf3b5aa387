"""Questions over three regions: what crosses against centralising, planning, the regions' own time, and the relay.

Run: `python bench/federate.py [SCALE]`, by default 0.1 (100 MB). Targets: 1/300 of the bytes; a plan in 5 ms over 3 regions and in
50 ms over 60; 1.2 times the slowest region and a round trip; a relay at 0.8 times the speed of the home itself. All nodes share one
machine, so what regions do at once they do here by turns: the second comparison has them do so on both sides.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pyarrow as pa

import pairing
import planning
import three
import tpch
from three import NORTH, US, WEST

AGGREGATES = ("1", "4", "5", "6", "12", "13", "22")
"""The queries of TPC-H that give few groups, whose parts are aggregates."""

ROUNDS = 15
_NUMBERS = itertools.count(1)


def main(scale: float) -> None:
    """Print a line for each figure."""
    for count, target in ((3, "≤ 5"), (60, "≤ 50")):
        print(f"{f'a plan over {count} regions':<52} {planning.median(count) * 1e3:>10.2f} ms   target {target} ms", flush=True)
    data = three.Data(scale)
    with tempfile.TemporaryDirectory() as folder, three.started(Path(folder), data) as nodes:
        _bytes(nodes, data)
        _aggregate(nodes)
        _relay(nodes)


def _bytes(nodes: three.Nodes, data: three.Data) -> None:
    ours_in_all, theirs_in_all = 0, 0
    for number in AGGREGATES:
        parts = [part for part in three.parts_of(nodes.ask(WEST, tpch.question(tpch.QUERIES[number]))) if part["region"] != WEST]
        ours = sum(part["bytes"] for part in parts)
        theirs = sum(centralised(data, number).values())
        ours_in_all, theirs_in_all = ours_in_all + ours, theirs_in_all + theirs
        print(
            f"{f'bytes between regions, query {number}':<52} {ours:>10,} B   {theirs:>12,} B   1/{theirs / ours:,.0f}", flush=True
        )
    told = f"{ours_in_all:>10,} B   {theirs_in_all:>12,} B   1/{theirs_in_all / ours_in_all:,.0f}"
    print(f"{'bytes between regions, these together':<52} {told}   target ≤ 1/300", flush=True)


def centralised(data: three.Data, number: str) -> dict[str, int]:
    """Return the bytes of what would come from each other region: all rows, as Arrow, with the columns that a query reads."""
    plan = planning.plan_of(data, planning.own_text(data, number))
    size: dict[str, int] = {NORTH: 0, US: 0}
    for fragment in plan.fragments:
        if fragment.region in size:
            for key, columns in fragment.fields.items():
                size[fragment.region] += stream_size(data.tables[key].select(list(columns)))
    return size


def stream_size(table: pa.Table) -> int:
    """Return how many bytes a table is as an Arrow stream."""
    sink = pa.MockOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.size()


def _fresh(region: str | None = None) -> str:
    """Return query 1 over all parts, or that of one region, as nobody asked it before."""
    text = tpch.QUERIES["1"].replace("where ", f"where l_orderkey <> -{next(_NUMBERS)} and ")
    homes = {WEST: "west", NORTH: "north", US: "us"}
    return tpch.question(text) if region is None else text.replace("from lineitem", f"from tpch.lineitem_{homes[region]}")


def _aggregate(nodes: three.Nodes) -> None:
    alone = {region: statistics.median(_timed(nodes, region) for _ in range(ROUNDS)) for region in (WEST, NORTH, US)}
    slowest = max(alone, key=lambda region: alone[region])

    def ours() -> None:
        assert nodes.ask(WEST, _fresh())

    def one() -> None:
        assert nodes.ask(slowest, _fresh(slowest))
        nodes.alive(slowest)

    with ThreadPoolExecutor(3) as pool:

        def all_at_once() -> None:
            asked = [pool.submit(nodes.ask, region, _fresh(region)) for region in (WEST, NORTH, US)]
            assert [item.result() for item in asked]
            nodes.alive(slowest)

        for what, theirs in (("the slowest region alone", one), ("its regions asked at once", all_at_once)):
            found = pairing.pair(ours, theirs, rounds=ROUNDS)
            print(pairing.line(f"a federated aggregate vs {what}", found, unit="ms", scale=1e3, target="≤ 1.2"), flush=True)


def _timed(nodes: three.Nodes, region: str) -> float:
    start = time.perf_counter()
    nodes.ask(region, _fresh(region))
    return time.perf_counter() - start


def _relay(nodes: three.Nodes) -> None:
    columns = "l_orderkey, l_partkey, l_suppkey, l_quantity, l_extendedprice, l_shipdate, l_shipmode"

    def get(region: str) -> None:
        sql = f"select {columns} from tpch.lineitem_north where l_orderkey <> -{next(_NUMBERS)}"
        assert nodes.table(region, sql).num_rows

    found = pairing.pair(lambda: get(WEST), lambda: get(NORTH), rounds=ROUNDS)
    size = stream_size(nodes.table(NORTH, f"select {columns} from tpch.lineitem_north"))
    print(pairing.line(f"relay of {size >> 20} MiB of Arrow vs the home itself", found, unit="ms", scale=1e3, target="≤ 1.25"))


if __name__ == "__main__":
    main(*(float(word) for word in sys.argv[1:2] or ("0.1",)))
