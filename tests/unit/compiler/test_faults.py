"""The engine's own faults end no node: what would write past its memory is written otherwise (law 2)."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest
from sqlglot import exp, parse_one

from freehold.compiler import View, enforce, parse
from freehold.compiler.predicate import predicate
from freehold.model.label import READ
from freehold.model.policy import Decision, Effect, Form, ShownColumn
from freehold.model.product import Source

TYPES = {"id": "integer", "large": "integer", "word": "string"}
CATCHING = [
    "select count(try(coalesce(large, cast(word as bigint)))) as n from d.p",
    "select count(try(cast(coalesce(large, cast(word as bigint)) as bigint))) as n from d.p",
    "select count(try(try(coalesce(large, cast(word as bigint))))) as n from d.p",
    "select count(try(nullif(coalesce(large, cast(word as bigint)), 3))) as n from d.p",
    "select coalesce(large, cast(word as bigint)) as k, count(*) as n from d.p group by 1",
]
"""Questions of which parts are computed again row by row, since they fail for some."""

FAR = [
    "select lag(id, -9223372036854775808) over () as a from d.p",
    "select lead(id, cast('-9223372036854775807' as bigint) - 1, 7) over () as a from d.p",
]
"""Questions for what is further away than any row."""

RUN = """
import sys, duckdb
session = duckdb.connect(config={"threads": 1, "disabled_optimizers": "common_subexpressions"})
session.execute('''CREATE VIEW "__r0" AS SELECT i AS id, i AS __entity, i AS __row, 'x' || i AS word,
    CASE WHEN i % 37 <> 36 THEN 9223372036854775807 - i % 2 * 4611686018427387904 END AS large FROM range(20000) r(i)''')
session.execute(sys.argv[1]).fetchall()
"""


def enforced(sql: str, form: Form) -> str:
    """Return the enforced SQL of a question about the relation above."""
    columns = tuple(ShownColumn(name=name, type=kind, right=READ) for name, kind in TYPES.items())
    decision = Decision(effect=Effect.PERMIT, product="d.p", columns=columns, form=form, entity_key="id")
    view = View(decision=decision, source=Source(path="p.parquet"), raw_types=TYPES)
    return enforce(parse(sql), {("d", "p"): view}).sql


@pytest.mark.parametrize("sql", CATCHING + FAR)
def test_nothing_that_is_asked_ends_the_engine(sql: str) -> None:
    form = Form.AGGREGATE if "group by" in sql else Form.ROWS
    ran = subprocess.run([sys.executable, "-c", RUN, enforced(sql, form)], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("text", [enforced(CATCHING[2], Form.ROWS), enforced(CATCHING[4], Form.AGGREGATE)], ids=["own", "guard's"])
def test_each_try_is_around_a_value_that_is_taken_out_of_a_row(text: str) -> None:
    found = list(parse_one(text, read="duckdb").find_all(exp.Try))
    assert found
    for node in found:
        assert node.this.sql(dialect="duckdb").startswith("STRUCT_EXTRACT(ROW("), node


def test_a_row_filter_that_could_fail_has_room_too() -> None:
    assert predicate("coalesce(large, cast(word as bigint)) > 0", TYPES).startswith("TRY(STRUCT_EXTRACT(ROW(")


def test_a_pattern_that_ends_in_a_zero_byte_fails_for_no_text() -> None:
    session = duckdb.connect()
    session.execute("CREATE VIEW \"__r0\" AS SELECT i AS id, i AS __entity, 'é' || i AS word, i AS large FROM range(20) r(i)")
    asked = "select count(*) as n from d.p where word ilike $pattern"
    with pytest.raises(duckdb.Error):  # or it need not be written otherwise
        session.execute(asked.replace("d.p", '"__r0"'), {"pattern": "%\0"}).fetchall()
    assert session.execute(enforced(asked, Form.AGGREGATE), {"pattern": "%\0"}).fetchall() == []
    assert session.execute(enforced(asked, Form.AGGREGATE), {"pattern": "É%"}).fetchall() == [(20,)]
