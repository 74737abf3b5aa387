"""What comes from another home has the type again that it had there."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from sqlglot import parse_one

from freehold.compiler.federation.carried import carried_types
from freehold.compiler.view import View
from freehold.engines.duckdb.combined import Blanks, over
from freehold.errors import StatementUnsupported
from freehold.model.label import READ
from freehold.model.policy import Decision, Effect, ShownColumn
from freehold.model.product import Source

NUMBER = "00000000-0000-0000-0000-00000000000a"
VIEW = View(
    decision=Decision(
        effect=Effect.PERMIT,
        product="a.t",
        columns=tuple(
            ShownColumn(name=name, type=kind, right=READ)
            for name, kind in (("d", "decimal(38,0)"), ("n", "integer"), ("x", "string"))
        ),
    ),
    source=Source(path=""),
    raw_types={},
)
TYPES = {
    "t.d": "decimal",
    "sum(t.d)": "decimal",
    "max(t.d + t.n)": "decimal",
    "cast(t.n as decimal(18,0))": "decimal",
    "sum(t.n)": None,
    "count(t.d)": None,
    "t.n": None,
    "cast(t.x as uuid)": "uuid",
    "min(cast(t.x as uuid))": "uuid",
    "cast(cast(t.x as uuid) as varchar)": None,
}


def types_of(sql: str) -> dict[str, str]:
    """Return what is told of the outputs of a query over `t`."""
    tree: Any = parse_one(sql, dialect="duckdb")
    return carried_types(tree, lambda table: VIEW if table.name == "t" else None)


@pytest.mark.parametrize("item", TYPES)
def test_the_type_of_an_output_is_told_where_an_answer_does_not_carry_it(item: str) -> None:
    assert types_of(f"select {item} as v from t as t").get("v") == TYPES[item]
    assert types_of(f"select o.v as v from (select {item} as v from t as t) as o").get("v") == TYPES[item]


@pytest.mark.parametrize("item", ["coalesce(cast(t.x as uuid), cast(t.x as uuid))", "[cast(t.x as uuid)]"])
def test_what_may_be_a_uuid_and_is_not_told_is_refused(item: str) -> None:
    with pytest.raises(StatementUnsupported):
        types_of(f"select {item} as v from t as t")


def test_columns_get_their_types_again() -> None:
    whole = pa.array([2], pa.decimal128(38, 0))
    answers = {"r": pa.table({"d": whole, "h": whole, "u": [NUMBER]})}
    session = over(Blanks(threads=1, memory=1 << 28).lend(), answers, {"r": {"d": "decimal", "u": "uuid"}})
    found = session.execute("select typeof(d), typeof(h), typeof(u), u = upper($u)::uuid from r", {"u": NUMBER}).fetchall()
    assert found == [("DECIMAL(38,0)", "HUGEINT", "UUID", True)]
