"""The gate's own cost: cold against parse + qualify with sqlglotc alone, and cached.

Run: `python bench/gate.py`. Targets: cold ≤ 1.3× parse + qualify (CPU time), cached ≤ 10 µs. The process is settled as a node's is
once it serves, for both sides.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from pathlib import Path

from sqlglot.dialects.duckdb import DuckDB
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

sys.path.insert(0, str(Path(__file__).parent))

import house
import pairing
from freehold.gateway.serve import settle
from freehold.model.query import Question
from freehold.services.force import InForce
from freehold.services.prepare import Preparer
from freehold.testing import FixedKeys

COLUMNS = {f"c{number}": "integer" for number in range(12)} | {"segment": "string", "region": "string", "day": "date"}
FIELDS = (*tuple(COLUMNS)[:10], "segment", "region", "day")
QUERIES = {
    "GROUP BY": "select segment, count(*) as n, sum(c1) as total from customer.facts where region = 'x{n}' group by segment",
    "3-way join": (
        "select a.segment, b.region, sum(a.c1 * b.c2) as total, avg(c.c3) as mean from customer.facts a "
        "join customer.dims b on a.c0 = b.c0 join customer.notes c on b.c1 = c.c1 and c.c2 > {n} "
        "where a.day >= date '2026-01-01' and b.segment in ('a', 'b') group by a.segment, b.region order by total desc limit 10"
    ),
    "CTE-heavy": (
        "with base as (select segment, region, c0, c1, c2, day from customer.facts where c3 > {n}), "
        "daily as (select day, segment, sum(c1) as total, count(*) as n from base group by day, segment), "
        "ranked as (select *, row_number() over (partition by segment order by total desc) as place from daily), "
        "dims as (select c0, max(c4) as top from customer.dims group by c0), "
        "joined as (select r.day, r.segment, r.total, d.top from ranked r join base b on r.segment = b.segment "
        "join dims d on d.c0 = b.c0 where r.place <= 3) "
        "select segment, sum(total) as total, max(top) as top, case when sum(total) > 100 then 'big' else 'small' end as size "
        "from joined group by segment union all select 'all', sum(total), max(top), 'all' from joined order by 2 desc"
    ),
}


def main() -> None:
    """Print one row for each query size."""
    with tempfile.TemporaryDirectory() as folder:
        products = [house.product(name, f"{name}.parquet", COLUMNS, FIELDS) for name in ("Facts", "Dims", "Notes")]
        _, in_force = house.gate(Path(folder), products)
        preparer = Preparer(region="westeurope", keys=FixedKeys(), longest=100_000)
        settle()
        for name, text in QUERIES.items():
            found = _cold(preparer, in_force, text)
            print(pairing.line(f"gate cold vs parse+qualify: {name}", found, unit="ms", scale=1e3, target="≤ 1.3"))
        for name, text in QUERIES.items():
            print(f"{'gate cached: ' + name:<52} {_cached(preparer, in_force, text) * 1e6:>10.2f} µs{'':>26}   target ≤ 10 µs")


def _cold(preparer: Preparer, in_force: InForce, text: str) -> pairing.Pair:
    force = in_force.current()
    dialect = DuckDB()
    types = {name: "BIGINT" if kind == "integer" else "VARCHAR" for name, kind in COLUMNS.items()}
    schema = MappingSchema({"customer": dict.fromkeys(("facts", "dims", "notes"), types)}, dialect=dialect)
    numbers = itertools.count()

    def ours() -> None:
        question = Question(principal=house.CALLER, sql=text.replace("{n}", str(next(numbers))), purpose="Bench")
        preparer.prepare(question, force, "2026-11-23")

    def theirs() -> None:
        sql = text.replace("{n}", str(next(numbers)))
        tree = dialect.parser().parse(dialect.tokenize(sql), sql)[0]
        assert tree is not None
        qualify(tree, schema=schema, dialect=dialect)

    return pairing.pair(ours, theirs, rounds=1000, warm=20, clock=time.process_time)


def _cached(preparer: Preparer, in_force: InForce, text: str) -> float:
    question = Question(principal=house.CALLER, sql=text.replace("{n}", "1"), purpose="Bench")
    times: list[float] = []
    for _ in range(200):
        start = time.perf_counter()
        for _ in range(50):
            preparer.prepare(question, in_force.current(), "2026-11-23")
        times.append((time.perf_counter() - start) / 50)
    return statistics.median(times)


if __name__ == "__main__":
    main()
