"""What a rule's author writes stays data in the SQL that counts it."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from freehold.model.rule import Constraint, Probe, ProbeKind
from freehold.quality.statements import counting


def test_text_of_names_patterns_and_values_stays_data() -> None:
    name = 'a"; DROP TABLE data; --'
    column: dict[str, Any] = {"columns": (name,), "types": ("string",)}
    asked = [
        Probe(kind=ProbeKind.NULLS, **column),
        Probe(kind=ProbeKind.INVALID, constraint=Constraint(values=("it's",), pattern=".*'.*"), **column),
        Probe(kind=ProbeKind.MISSING, missing=("'); --",), **column),
    ]
    with duckdb.connect() as session:
        session.register("data", pa.table({name: ["it's", "'); --", None]}))
        (statement,) = counting("data", asked)
        assert session.execute(statement.sql).fetchall() == [(1, 1, 2)]
        assert session.execute("SELECT count(*) FROM data").fetchone() == (3,)
