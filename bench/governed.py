"""Governed GROUP BYs over Parquet against DuckDB alone on the same file: rows for everybody, and what the guards add.

Run: `python bench/governed.py [ROWS …]`, by default 10 M and 100 M. Target ≤ 1.05×, accepted ≤ 1.10×. The guards are set against
the same question unguarded, over 10 M rows of 50,000 entities; they have no target, since nothing else gives the same answer.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from pathlib import Path

import duckdb
import msgspec

sys.path.insert(0, str(Path(__file__).parent))

import house
import pairing
from freehold.model.contract import Contract
from freehold.model.label import Disclosure
from freehold.model.query import Question
from freehold.services.gate import Gate

COLUMNS = {"id": "integer", "g": "integer", "rev": "number", "cust": "string"}
GROUP_BY = "select g, sum(rev) as rev, count(*) as n from {table} where id <> {n} group by g order by g"
GUARDED: dict[str, dict[str, object]] = {
    "threshold": {"max_share": 100},
    "threshold and dominance": {},
    "cell keys": {"disclosure": Disclosure.CELL_KEY},
}
GUARDED_ROWS = 10_000_000


def main(*sizes: int) -> None:
    """Print one row for each size, and one for each guard."""
    for rows in sizes or (10_000_000, 100_000_000):
        with tempfile.TemporaryDirectory() as folder:
            _make(Path(folder), rows)
            _print(Path(folder), rows)
    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder), GUARDED_ROWS)
        for name, terms in GUARDED.items():
            _print(Path(folder), GUARDED_ROWS, guard=name, terms=terms)


def _make(folder: Path, rows: int) -> None:
    duckdb.sql(
        f"copy (select i as id, (i * 7919) % 1000 as g, (i % 97)::double as rev, 'c' || (hash(i) % 50000) as cust "
        f"from range({rows}) t(i)) to '{folder / 'facts.parquet'}' (format parquet)"
    )


def _print(folder: Path, rows: int, *, guard: str = "", terms: dict[str, object] | None = None) -> None:
    product = house.product("Facts", "facts.parquet", COLUMNS, ("id", "g", "rev", "cust"))
    if guard:
        contract = Contract(consumer="Sales", purpose="Bench", fields=("id", "g"), aggregate_fields=("rev",))
        contract = msgspec.structs.replace(contract, **(terms or {}))
        share = 100 if terms == {"max_share": 100} else None
        product = msgspec.structs.replace(product, entity_key="cust", contracts=(contract,), max_share=share)
    gate, _ = house.gate(folder, [product])
    raw = duckdb.connect(config={"threads": 2})
    numbers = itertools.count(-1, -1)

    def ours() -> None:
        assert _asked(gate, GROUP_BY.format(table="customer.facts", n=next(numbers))) == 1000

    def theirs() -> None:
        sql = GROUP_BY.format(table=f"read_parquet('{folder / 'facts.parquet'}')", n=next(numbers))
        assert raw.sql(sql).to_arrow_table().num_rows == 1000

    rounds = 5 if rows > 10_000_000 or guard else 25
    found = pairing.pair(ours, theirs, rounds=rounds, warm=2)
    what = f"{guard} over {rows:,} rows" if guard else f"governed vs DuckDB, GROUP BY over {rows:,} rows"
    print(pairing.line(what, found, unit="ms", scale=1e3, target="none" if guard else "≤ 1.05"), flush=True)


def _asked(gate: Gate, sql: str) -> int:
    _, answer = gate.ask(Question(principal=house.CALLER, sql=sql, purpose="Bench")).release()
    assert answer.table is not None
    return answer.table.num_rows


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
