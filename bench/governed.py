"""Governed GROUP BYs over Parquet against DuckDB alone on the same file: rows for everybody, and what the guards add.

Run: `python bench/governed.py [ROWS …]`, by default 10 M and 100 M. Target ≤ 1.05×, accepted ≤ 1.10×. The guards are set against
the same question unguarded, over 10 M rows in 20 groups, of 50,000 entities or, where the key is unique, of one for each row: the
guarded answer where rows prove every group to be of enough entities, the same where nothing is known of rows, so that all entities
are counted; then what tells the memory of releases who is in its groups, once for each new question, and the same question asked
again. They have no target, since nothing else gives the same answer.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent))

import house
import pairing
from freehold.engines.duckdb import DuckDBEngine
from freehold.engines.duckdb.releases import DuckDBReleases
from freehold.model.contract import Contract
from freehold.model.label import Disclosure
from freehold.model.product import Source
from freehold.model.query import EnforcedPlan, Limits, Question
from freehold.services.prepare import Preparer
from freehold.services.releases import ReleaseMemory
from freehold.testing import FixedKeys

COLUMNS = {"id": "integer", "g": "integer", "rev": "number", "cust": "string", "segment": "integer"}
GROUP_BY = "select {key}, sum(rev) as rev, count(*) as n from {table} where id <> {n} group by {key} order by {key}"
GUARDED: dict[str, tuple[str, dict[str, object]]] = {
    "threshold": ("cust", {"max_share": 100}),
    "threshold and dominance": ("cust", {}),
    "cell keys": ("cust", {"disclosure": Disclosure.CELL_KEY}),
    "threshold, unique key": ("id", {"max_share": 100}),
}
GUARDED_ROWS = 10_000_000
LIMITS = Limits(seconds=300)


def main(*sizes: int) -> None:
    """Print one row for each size, and two for each guard."""
    for rows in sizes or (10_000_000, 100_000_000):
        with tempfile.TemporaryDirectory() as folder:
            _make(Path(folder), rows)
            _governed(Path(folder), rows)
    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder), GUARDED_ROWS)
        for name in GUARDED:
            _guarded(Path(folder), name)


def _make(folder: Path, rows: int) -> None:
    duckdb.sql(
        "copy (select i as id, (i * 7919) % 1000 as g, (i % 97)::double as rev, 'c' || (hash(i) % 50000) as cust, "
        f"hash(i) % 50000 % 20 as segment from range({rows}) t(i)) to '{folder / 'facts.parquet'}' (format parquet)"
    )


def _governed(folder: Path, rows: int) -> None:
    gate, _ = house.gate(folder, [house.product("Facts", "facts.parquet", COLUMNS, tuple(COLUMNS))])
    numbers = itertools.count(-1, -1)

    def ours() -> None:
        _, answer = gate.ask(_question("g", next(numbers))).release()
        assert answer.table is not None
        assert answer.table.num_rows == 1000

    rounds = 5 if rows > 10_000_000 else 25
    found = pairing.pair(ours, _alone(folder, "g", 1000), rounds=rounds)
    what = f"governed vs DuckDB, GROUP BY over {rows:,} rows"
    print(pairing.line(what, found, unit="ms", scale=1e3, target="≤ 1.05"), flush=True)


def _guarded(folder: Path, name: str) -> None:
    entity, terms = GUARDED[name]
    contract = Contract(consumer="Sales", purpose="Bench", fields=("id", "segment"), aggregate_fields=("rev",))
    product = msgspec.structs.replace(
        house.product("Facts", "facts.parquet", COLUMNS, ()),
        entity_key=entity,
        contracts=(msgspec.structs.replace(contract, **terms),),
        max_share=100 if "max_share" in terms else None,
    )
    _, in_force = house.gate(folder, [product])
    engine, memory = DuckDBEngine(folder), ReleaseMemory(DuckDBReleases(None))
    known, unknown = (Preparer(region="westeurope", keys=FixedKeys(), longest=100_000, engine=item) for item in (engine, None))
    versions = {product.key: engine.version(Source(path="facts.parquet"))}
    numbers = itertools.count(-1, -1)

    def plan(preparer: Preparer) -> EnforcedPlan:
        return preparer.prepare(_question("segment", next(numbers)), in_force.current(), "2026-11-23").plan

    def members(part: EnforcedPlan) -> pa.Table:
        execution = engine.run(part, {}, LIMITS)
        schema = execution.schema
        return pa.Table.from_batches(list(execution.batches()), schema=schema)

    def answer(preparer: Preparer) -> None:
        assert members(plan(preparer)).num_rows == 20

    def remember(made: EnforcedPlan) -> list[int]:
        return memory.admit(_question("segment", 0), made, {}, versions, members)

    asked = plan(known)
    parts: dict[str, Callable[[], object]] = {"proven by rows": lambda: answer(known)}
    if entity != "id":
        parts["entities counted"] = lambda: answer(unknown)
    if "disclosure" not in terms:  # noise is not remembered
        parts["memory of releases"] = lambda: remember(plan(known))
        parts["memory, asked again"] = lambda: remember(asked)
    for what, run in parts.items():
        found = pairing.pair(run, _alone(folder, "segment", 20), rounds=3, warm=1)
        print(pairing.line(f"{name}: {what}", found, unit="ms", scale=1e3, target="none"), flush=True)


def _question(key: str, number: int) -> Question:
    sql = GROUP_BY.format(key=key, table="customer.facts", n=number)
    return Question(principal=house.CALLER, sql=sql, purpose="Bench")


def _alone(folder: Path, key: str, groups: int) -> Callable[[], None]:
    raw = duckdb.connect(config={"threads": 2})
    numbers = itertools.count(-1, -1)

    def run() -> None:
        sql = GROUP_BY.format(key=key, table=f"read_parquet('{folder / 'facts.parquet'}')", n=next(numbers))
        assert raw.sql(sql).to_arrow_table().num_rows == groups

    return run


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
