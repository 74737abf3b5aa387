"""A governed GROUP BY over 10 M rows of Parquet against DuckDB alone on the same file.

Run: `python bench/governed.py [ROWS]`. Target ≤ 1.05×, accepted ≤ 1.10×.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parent))

import house
import pairing
from freehold.model.query import Question

COLUMNS = {"id": "integer", "g": "integer", "rev": "number", "cust": "string", "email": "string"}
GROUP_BY = "select g, sum(rev) as rev, count(*) as n from {table} where id <> {n} group by g order by g"


def main(rows: int = 10_000_000) -> None:
    """Print one row."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.parquet"
        duckdb.sql(
            f"copy (select i as id, (i * 7919) % 1000 as g, (i % 97)::double as rev, 'c' || (i % 50000) as cust, "
            f"'u' || i || '@example.invalid' as email from range({rows}) t(i)) to '{path}' (format parquet)"
        )
        gate, _ = house.gate(Path(folder), [house.product("Facts", "facts.parquet", COLUMNS, ("id", "g", "rev", "cust"))])
        raw = duckdb.connect(config={"threads": 2})
        numbers = itertools.count(-1, -1)

        def ours() -> None:
            sql = GROUP_BY.format(table="customer.facts", n=next(numbers))
            _, answer = gate.ask(Question(principal=house.CALLER, sql=sql, purpose="Bench")).release()
            assert answer.table is not None
            assert answer.table.num_rows == 1000

        def theirs() -> None:
            sql = GROUP_BY.format(table=f"read_parquet('{path}')", n=next(numbers))
            assert raw.sql(sql).to_arrow_table().num_rows == 1000

        found = pairing.pair(ours, theirs, rounds=25, warm=3)
        print(pairing.line(f"governed vs DuckDB, GROUP BY over {rows:,} rows", found, unit="ms", scale=1e3, target="≤ 1.05"))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
