"""Questions over three regions: what crosses against centralising, planning, the regions' own time, and the relay.

Run: `python bench/federate.py [SCALE]`, by default 0.1 (100 MB). Targets: 1/300 of the bytes; a plan in 5 ms over 3 regions and in
50 ms over 60; 1.2 times the slowest region and a round trip; a relay at 0.8 times the speed of the home itself.

Plans are made anew each time, of texts that nobody asked before, for a caller whose rights to the products are known already; their
time is that of the processor, in a process settled and warm as a node's is once it serves.

Regions compute at once, each on machines of its own; here all nodes share one. So the aggregate is asked twice. First over two
regions at a third that holds none of it: each of the two has a core to itself, alone as well as together, and rows for 300 ms and
more; what is over the slowest region's own time is then what Freehold adds. Then over three regions, one of them the asked one, on
whatever cores there are: against the slowest alone, which has the machine to itself, and against all three asked at once.

On a machine with other work, two that compute at once do so by turns again, whatever core they are given. So the first is printed
by processor time as well: that of the asked node and of the home that takes longest, over that of this home alone. These wait for
each other; disks and the network, which take some milliseconds, are not in it.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import msgspec
import pyarrow as pa

import pairing
import planning
import three
import tpch
from freehold.gateway.serve import settle
from freehold.model.product import Product
from three import NORTH, US, WEST

AGGREGATES = ("1", "4", "5", "6", "12", "13", "22")
"""The queries of TPC-H that give few groups, whose parts are aggregates."""

ROUNDS = 15
LONG = {"long_north": NORTH, "long_us": US}
LONG_COLUMNS = [
    "l_orderkey",
    "l_quantity",
    "l_extendedprice",
    "l_discount",
    "l_tax",
    "l_returnflag",
    "l_linestatus",
    "l_shipdate",
]
REPEATED = 5
CORES = {NORTH: 0, US: 1}
_NUMBERS = itertools.count(1)


def main(scale: float) -> None:
    """Print a line for each figure."""
    settle()
    for count, target in ((3, "≤ 5"), (60, "≤ 50")):
        print(f"{f'a plan over {count} regions':<52} {planning.median(count) * 1e3:>10.2f} ms   target {target} ms", flush=True)
    data = Longer(scale)
    with tempfile.TemporaryDirectory() as folder, three.started(Path(folder), data) as nodes:
        _bytes(nodes, data)
        _aggregate(nodes)
        _relay(nodes)
    with tempfile.TemporaryDirectory() as folder, three.started(Path(folder), data, CORES) as nodes:
        _aggregate_of_two(nodes)


class Longer(three.Data):
    """With two more products, of the columns that query 1 reads: `REPEATED` times all lines in each of two homes."""

    def __init__(self, scale: float) -> None:
        """Make them; a `scale` of 1 is about 1 GB."""
        super().__init__(scale)
        lines = pa.concat_tables([self.tables[f"tpch.lineitem_{home}"] for home in tpch.HOMES]).select(LONG_COLUMNS)
        for name in LONG:
            self.tables[f"tpch.{name}"] = pa.concat_tables([lines] * REPEATED)

    def products(self) -> list[Product]:
        """Return a product for each relation at each home."""
        long = {f"tpch.{name}": home for name, home in LONG.items()}
        plain = [self._product(key) for key in self.tables if key not in long]
        like = next(item for item in plain if item.name == "lineitem_north")
        columns = tuple(column for column in like.columns if column.name in LONG_COLUMNS)
        return plain + [
            msgspec.structs.replace(
                like,
                name=name,
                home=home,
                jurisdiction=three.JURISDICTIONS[home],
                columns=columns,
                contracts=(),
                source=msgspec.structs.replace(like.source, path=f"{name}.parquet") if like.source else None,
            )
            for name, home in LONG.items()
        ]


def _bytes(nodes: three.Nodes, data: three.Data) -> None:
    ours_in_all, theirs_in_all = 0, 0
    print("| query | bytes, federated | bytes, centralised | share |\n|---|---|---|---|")
    for number in AGGREGATES:
        parts = [part for part in three.parts_of(nodes.ask(WEST, tpch.question(tpch.QUERIES[number]))) if part["region"] != WEST]
        ours = sum(part["bytes"] for part in parts)
        theirs = sum(centralised(data, number).values())
        ours_in_all, theirs_in_all = ours_in_all + ours, theirs_in_all + theirs
        print(_crossed(number, ours, theirs), flush=True)
    print(_crossed("together", ours_in_all, theirs_in_all), flush=True)
    print(f"{'bytes between regions, these together':<52} 1/{theirs_in_all / ours_in_all:,.0f}   target ≤ 1/300", flush=True)


def _crossed(what: str, ours: int, theirs: int) -> str:
    """Return a line as docs/federated-queries.md has it."""
    return f"| {what} | {ours:,} | {theirs:,} | 1/{theirs / ours:,.0f} |"


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


def _fresh(source: str | None = None) -> str:
    """Return query 1 over all parts, or over one relation or query, as nobody asked it before."""
    text = tpch.QUERIES["1"].replace("where ", f"where l_orderkey <> -{next(_NUMBERS)} and ")
    return tpch.question(text) if source is None else text.replace("from lineitem", f"from {source} lineitem")


_OWN = {WEST: "tpch.lineitem_west", NORTH: "tpch.lineitem_north", US: "tpch.lineitem_us"}


def _aggregate_of_two(nodes: three.Nodes) -> None:
    own = {home: f"tpch.{name}" for name, home in LONG.items()}
    both = f"({' union all '.join(f'select * from {name}' for name in own.values())})"
    slowest = _slowest(nodes, own)

    def ours() -> None:
        assert nodes.ask(WEST, _fresh(both))

    def theirs() -> None:
        assert nodes.ask(slowest, _fresh(own[slowest]))
        nodes.alive(slowest)

    found = pairing.pair(ours, theirs, rounds=ROUNDS)
    what = "an aggregate of two regions vs the slowest alone"
    print(pairing.line(what, found, unit="ms", scale=1e3, target="≤ 1.2"), flush=True)
    both_busy, alone_busy = _busy(nodes, ours), _busy(nodes, theirs)
    used = pairing.Pair(both_busy[WEST] + max(both_busy[home] for home in own), alone_busy[slowest])
    print(pairing.line("the same by processor time", used, unit="ms", scale=1e3, target="≤ 1.2"), flush=True)


def _busy(nodes: three.Nodes, run: Callable[[], None]) -> dict[str, float]:
    """Return the seconds of processor that each node takes for what `run` asks, on average."""
    before = {region: nodes.busy(region) for region in nodes.ports}
    for _ in range(ROUNDS):
        run()
    return {region: (nodes.busy(region) - since) / ROUNDS for region, since in before.items()}


def _aggregate(nodes: three.Nodes) -> None:
    slowest = _slowest(nodes, _OWN)

    def ours() -> None:
        assert nodes.ask(WEST, _fresh())

    def one() -> None:
        assert nodes.ask(slowest, _fresh(_OWN[slowest]))
        nodes.alive(slowest)

    with ThreadPoolExecutor(3) as pool:

        def all_at_once() -> None:
            asked = [pool.submit(nodes.ask, region, _fresh(own)) for region, own in _OWN.items()]
            assert [item.result() for item in asked]
            nodes.alive(slowest)

        for what, theirs in (("the slowest alone", one), ("all asked at once", all_at_once)):
            found = pairing.pair(ours, theirs, rounds=ROUNDS)
            told = pairing.line(f"an aggregate of three on shared cores vs {what}", found, unit="ms", scale=1e3, target="none")
            print(told, flush=True)


def _slowest(nodes: three.Nodes, own: Mapping[str, str]) -> str:
    alone = {region: statistics.median(_timed(nodes, region, source) for _ in range(5)) for region, source in own.items()}
    return max(alone, key=lambda region: alone[region])


def _timed(nodes: three.Nodes, region: str, source: str) -> float:
    start = time.perf_counter()
    nodes.ask(region, _fresh(source))
    return time.perf_counter() - start


def _relay(nodes: three.Nodes) -> None:
    def get(region: str) -> None:
        sql = f"select * from tpch.lineitem_north where l_orderkey <> -{next(_NUMBERS)}"
        assert nodes.table(region, sql).num_rows

    found = pairing.pair(lambda: get(WEST), lambda: get(NORTH), rounds=ROUNDS)
    size = stream_size(nodes.table(NORTH, "select * from tpch.lineitem_north"))
    print(pairing.line(f"relay of {size >> 20} MiB of Arrow vs the home itself", found, unit="ms", scale=1e3, target="≤ 1.25"))


if __name__ == "__main__":
    main(*(float(word) for word in sys.argv[1:2] or ("0.1",)))
