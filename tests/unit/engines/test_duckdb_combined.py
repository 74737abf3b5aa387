"""Answers of several homes are put together in a session that holds them alone, whatever was asked before (the second wall)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import duckdb
import pyarrow as pa
import pytest

from freehold.engines.duckdb import DuckDBEngine, combined
from freehold.engines.duckdb.combined import Blanks, over
from freehold.errors import QueryInvalid, RowsExceeded
from freehold.model.federation import FederatedPlan
from freehold.model.query import Limits

SECRET = pa.table({"word": ["secret"]})
OTHER = pa.table({"n": list(range(300_000))})
NOT_HELD = (
    "SELECT * FROM __f0",
    'SELECT * FROM "__f0__answer"',
    "SELECT getvariable('kept')",
    "EXECUTE kept",
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDBEngine]:
    made = DuckDBEngine(tmp_path, threads=1)
    yield made
    made.close()


@pytest.fixture
def opening() -> Iterator[Mock]:
    """The opening of sessions, watched."""
    with patch.object(combined.duckdb, "connect", wraps=duckdb.connect) as watched:
        yield watched


def rows(engine: DuckDBEngine, sql: str, limits: Limits | None = None, **answers: pa.Table) -> list[dict[str, Any]]:
    execution = engine.combine(FederatedPlan(sql=sql, fragments=(), digest=""), answers, {}, limits or Limits())
    schema = execution.schema
    return pa.Table.from_batches(list(execution.batches()), schema=schema).to_pylist()


@pytest.fixture
def used() -> duckdb.DuckDBPyConnection:
    """A session as it comes back from a question that left all it could."""
    session = Blanks(threads=1, memory=1 << 28).lend()
    connection = over(session, {"__f0": SECRET})
    assert connection.execute("SELECT * FROM __f0").fetchall() == [("secret",)]
    connection.execute("SET VARIABLE kept = (SELECT word FROM __f0)")
    connection.execute("PREPARE kept AS SELECT * FROM __f0")
    connection.close()
    return session


def test_answers_are_put_together(engine: DuckDBEngine) -> None:
    left, right = pa.table({"n": [1, 2]}), pa.table({"n": [3]})
    found = rows(engine, "SELECT sum(n) AS n FROM (SELECT * FROM __f0 UNION ALL SELECT * FROM __f1)", __f0=left, __f1=right)
    assert [int(row["n"]) for row in found] == [6]


@pytest.mark.parametrize("sql", NOT_HELD)
def test_nothing_that_one_question_held_is_there_for_the_next(used: duckdb.DuckDBPyConnection, sql: str) -> None:
    connection = over(used, {"__f1": pa.table({"n": [1]})})
    try:
        found = connection.execute(sql).fetchall()
    except duckdb.Error:
        return
    assert found == [(None,)]


def test_no_name_of_one_question_is_told_to_the_next(used: duckdb.DuckDBPyConnection) -> None:
    connection = over(used, {"__f1": pa.table({"n": [1]})})
    views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    prepared = connection.execute("SELECT name FROM duckdb_prepared_statements()").fetchall()
    assert {name for (name,) in views} == {"__f1", "__f1__answer"}
    assert tables == prepared == []


@pytest.mark.parametrize(
    "sql", ["SET threads = 4", "SET enable_external_access = true", "SELECT * FROM read_text('/etc/hostname')"]
)
def test_a_session_is_locked_for_every_question(used: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(duckdb.Error):
        over(used, {"__f1": SECRET}).execute(sql)


def test_questions_that_are_under_way_at_once_hold_each_their_own(engine: DuckDBEngine) -> None:
    plan = FederatedPlan(sql="SELECT * FROM __f0", fragments=(), digest="")
    begun = [engine.combine(plan, {"__f0": pa.table({"n": [at]})}, {}, Limits()) for at in range(4)]
    assert [next(item.batches()).to_pylist() for item in begun] == [[{"n": at}] for at in range(4)]
    for item in begun:
        item.close()


def test_a_session_is_lent_again_once_its_question_is_answered(engine: DuckDBEngine, opening: Mock) -> None:
    for _ in range(3):
        rows(engine, "SELECT * FROM __f0", __f0=SECRET)
    assert opening.call_count == 1


def test_a_session_whose_question_was_not_answered_is_not_lent_again(engine: DuckDBEngine, opening: Mock) -> None:
    with pytest.raises(QueryInvalid):
        rows(engine, "SELECT CAST(word AS BIGINT) FROM __f0", __f0=SECRET)
    with pytest.raises(RowsExceeded):
        rows(engine, "SELECT * FROM __f0", Limits(rows=10), __f0=OTHER)
    engine.combine(FederatedPlan(sql="SELECT * FROM __f0", fragments=(), digest=""), {"__f0": OTHER}, {}, Limits()).close()
    rows(engine, "SELECT * FROM __f0", __f0=SECRET)
    assert opening.call_count == 4


def test_no_more_sessions_are_kept_than_may_be() -> None:
    blanks = Blanks(threads=1, memory=1 << 28, most=1)
    first, second = blanks.lend(), blanks.lend()
    for session in (first, second, first):
        blanks.give_back(session)
    assert blanks.lend() is first
    assert blanks.lend() not in {first, second}
