"""What is sent to Azure SQL for each question: golden T-SQL, and what is true of every statement (law 2)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString
from sqlglot import exp, parse

from freehold.compiler import View, enforce
from freehold.compiler import parse as read
from freehold.compiler.tsql.columns import SqlColumn, SqlTable, bracket
from freehold.compiler.tsql.fitting import Unwritable
from freehold.compiler.tsql.pieces import Statement
from freehold.compiler.tsql.view import fetched
from freehold.compiler.tsql.whole import whole
from freehold.model.label import AGGREGATE, READ, Mask, MaskKind, Right, RightKind
from freehold.model.policy import Decision, Effect, Form, ShownColumn
from freehold.model.product import Source
from freehold.model.query import EnforcedPlan, Value

FILE = Path(__file__).parents[2] / "cases" / "tsql" / "cases.yaml"
TABLE = SqlTable(
    schema="dbo",
    name="odd]name",
    columns=(
        SqlColumn(name="Id", type="int", precision=10, scale=0),
        SqlColumn(name="name", type="nvarchar", length=50),
        SqlColumn(name="region", type="varchar", length=20),
        SqlColumn(name="amount", type="decimal", precision=9, scale=2),
        SqlColumn(name="ratio", type="float", precision=53),
        SqlColumn(name="ok", type="bit"),
        SqlColumn(name="day", type="date"),
        SqlColumn(name="at", type="datetime2", scale=7),
        SqlColumn(name="key", type="uniqueidentifier"),
        SqlColumn(name="secret", type="nvarchar", length=-1),
        SqlColumn(name="shape", type="geography"),
    ),
)
TYPES = {column.name: column.logical for column in TABLE.columns if column.logical != "nested"}
SHOWN = {name: READ for name in TYPES if name != "secret"}
_FIRST = Right(kind=RightKind.MASKED, mask=Mask(kind=MaskKind.FIRST, number=1))
VIEWS: dict[str, tuple[dict[str, Right], tuple[str, ...]]] = {
    "all": (SHOWN, ()),
    "filtered": (dict.fromkeys(("Id", "name", "amount"), READ), ("region = 'north' and amount >= 10",)),
    "odd": (dict.fromkeys(("Id", "name"), READ), ("upper(region) = 'NORTH'", '"Id" > 0')),
    "masked": ({"Id": READ, "name": _FIRST}, ()),
    "aggregate": ({"region": READ, "amount": AGGREGATE}, ()),
    "long": ({"Id": READ, "secret": READ}, ("region = 'north'",)),
    "long, odd": ({"Id": READ, "secret": READ}, ("upper(region) = 'NORTH'", '"Id" > 0')),
    "long, masked": ({"Id": READ, "secret": _FIRST}, ()),
}


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question and what is sent for it."""

    id: str
    view: str
    sql: str
    parameters: dict[str, Any] = {}
    whole: str | None = None
    brought: str | None = None
    because: str | None = None
    values: list[str] = []
    lengths: str | None = None
    measured: list[str] = []


def load() -> list[Case]:
    """Return every case; an unknown key is an error."""
    return msgspec.convert(YAML(typ="safe").load(FILE), list[Case])


CASES = load()


def plan_of(case: Case) -> EnforcedPlan:
    """Return the plan of a case's question."""
    rights, filters = VIEWS[case.view]
    decision = Decision(
        effect=Effect.PERMIT,
        product="crm.people",
        form=Form.ROWS,
        columns=tuple(ShownColumn(name=name, type=TYPES[name], right=right) for name, right in rights.items()),
        row_filters=filters,
        entity_key="Id",
        contract="crm.people/sales@1",
    )
    view = View(decision=decision, source=Source(path="dbo.odd]name", engine="azure-sql"), raw_types=TYPES, mask_key="00" * 32)
    return enforce(read(case.sql, 100_000), {("crm", "people"): view})


def outcome(case: Case) -> Case:
    """Return a case with what is sent for it now."""
    plan = plan_of(case)
    parameters: dict[str, Value] = case.parameters
    plain = msgspec.structs.replace(case, whole=None, brought=None, because=None, values=[], lengths=None, measured=[])
    try:
        found = whole(plan, TABLE, parameters)
    except Unwritable as reason:
        part = fetched(plan, plan.barriers[0], TABLE, parameters)
        assert part is not None
        return msgspec.structs.replace(sent(plain, part.statement), brought=sql_of(part.statement), because=reason.construct)
    return msgspec.structs.replace(sent(plain, found), whole=sql_of(found))


def sql_of(statement: Statement) -> str:
    """Return a statement that shows each long value in two pieces."""
    return statement.sql([2] * len(statement.long))


def sent(plain: Case, statement: Statement) -> Case:
    """Return a case with what is sent beside the statement itself."""
    lengths = statement.lengths() if statement.long else None
    measured = [repr(item) for item in statement.measured_values] if statement.long else []
    return msgspec.structs.replace(plain, values=[repr(item) for item in statement.values], lengths=lengths, measured=measured)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_question_becomes_its_statement(case: Case) -> None:
    if os.environ.get("REGENERATE_CASES"):  # noqa: TID251  (the change is reviewed as a diff)
        return
    assert outcome(case) == case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_statement_reads_one_table_and_holds_no_value_of_the_caller(case: Case) -> None:
    found = outcome(case)
    for text, values in ((found.whole or found.brought, found.values), (found.lengths, found.measured)):
        if text is None:
            continue
        assert text.count("?") == len(values)
        (tree,) = parse(text.replace("?", "NULL"), read="tsql")
        assert tree is not None
        assert [(table.db, table.name) for table in tree.find_all(exp.Table)] == [("dbo", "odd]name")]
        assert not {
            node.name for node in tree.find_all(exp.Literal, exp.National) if node.is_string or isinstance(node, exp.National)
        }
        assert "secret" not in text or "long" in case.view


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_no_statement_shows_a_column_of_unbounded_length(case: Case) -> None:
    found = outcome(case)
    for text in filter(None, (found.whole or found.brought, found.lengths)):
        (tree,) = parse(text.replace("?", "NULL"), read="tsql")
        assert isinstance(tree, exp.Select)
        for item in tree.selects:
            shown = item.unalias()
            shown = shown.this if isinstance(shown, exp.Collate) else shown
            assert "max" not in (shown.to.sql().lower() if isinstance(shown, exp.Cast) else "")
            assert isinstance(shown, exp.Cast) or not shown.find(exp.Collate) or isinstance(shown, exp.AggFunc | exp.Lower)


def test_the_cases_may_be_written_anew() -> None:
    if not os.environ.get("REGENERATE_CASES"):  # noqa: TID251  (as above)
        assert len({case.id for case in CASES}) == len(CASES) >= 30
        assert {case.view for case in CASES} == set(VIEWS)
        return
    found = [msgspec.to_builtins(outcome(case)) for case in CASES]
    for item in found:
        for key in ("whole", "brought"):
            if key in item:
                item[key] = LiteralScalarString(item[key])
    writer = YAML()
    writer.width = 4_096
    writer.dump(found, FILE)


def test_a_column_of_a_query_around_it_is_not_taken_for_the_tables_own() -> None:
    plan = plan_of(Case(id="", view="all", sql="select id from crm.people"))
    inner = f'(SELECT 1 FROM (SELECT "id" FROM "{plan.barriers[0].relation}") AS "p" WHERE "p"."id" < "o"."id" AND "p"."id" > 3)'
    around = msgspec.structs.replace(plan, sql=f'SELECT 1 AS "n" FROM (VALUES (1)) AS "o"("id") WHERE EXISTS{inner}')
    part = fetched(around, around.barriers[0], TABLE, {})
    assert part is not None
    assert part.statement.sql().endswith(" WHERE ([t].[Id] > CAST(? AS bigint))")


SERVER_TAKES = 2_100
"""Parameters of one request, two of which are the driver's own."""


@pytest.mark.parametrize("view", ["all", "filtered"])
@pytest.mark.parametrize(
    ("sql", "brought"),
    [
        (" or ".join(f"id = {number}" for number in range(900)), False),
        (" and ".join(f"id <> {number}" for number in range(2_400)), True),
        (f"name in ({', '.join(repr(str(number)) for number in range(900))})", True),
        (f"id in ({', '.join(map(str, range(2_200)))})", True),
        (" and ".join("(id is null or not (name is null))" for _ in range(400)), False),
        ("not " * 59 + "id = 1", True),
    ],
)
def test_conditions_become_a_statement_that_a_server_takes_however_many_they_are(view: str, sql: str, brought: bool) -> None:
    found = outcome(Case(id="", view=view, sql=f"select id from crm.people where {sql}"))
    assert (found.brought is not None) is brought
    assert len(found.values) <= SERVER_TAKES - 2
    text = found.whole or found.brought or ""
    assert _deepest(text) < 150


def _deepest(text: str) -> int:
    depth = [0]
    for sign in text:
        depth.append(depth[-1] + {"(": 1, ")": -1}.get(sign, 0))
    return max(depth)


def test_names_are_quoted_whatever_they_hold() -> None:
    for name in ("a]b", "]]", "a.b", "a; drop table x --", "ä'\""):
        quoted = bracket(name)
        assert re.fullmatch(r"\[(?:[^\]]|\]\])*\]", quoted)
        assert quoted[1:-1].replace("]]", "]") == name
