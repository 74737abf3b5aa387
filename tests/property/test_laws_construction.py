"""Laws 1 and 2 by construction: one gate in the source, and sessions that hold the view and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

import freehold
from freehold.compiler import enforce, parse
from freehold.engines.duckdb.sessions import Sessions
from freehold.engines.duckdb.sources import Sources
from freehold.errors import FreeholdError
from freehold.model.contract import Contract
from freehold.model.label import Mask, MaskKind
from freehold.model.query import EnforcedPlan, Limits, Question

ROOT = Path(freehold.__file__).parent


def calls(wanted: Callable[[ast.Call], bool]) -> set[str]:
    """Return the files of the package, as `room/file.py`, that hold such a call."""
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and wanted(node):
                found.add(path.relative_to(ROOT).as_posix())
    return found


def named(node: ast.Call) -> str:
    """Return the last part of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""


def on(node: ast.Call) -> str:
    """Return the text of what a method is called on."""
    return ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""


def test_only_the_compiler_makes_enforced_plans_and_barriers() -> None:
    assert calls(lambda node: named(node) == "EnforcedPlan") == {"compiler/pipeline.py"}
    assert calls(lambda node: named(node) == "Barrier") == {"compiler/barrier.py"}


def test_only_the_gate_runs_plans() -> None:
    runs = calls(lambda node: named(node) == "run" and "engine" in on(node).lower())
    assert runs == {"services/gate.py"}


def test_only_the_preparer_enforces_and_only_the_judge_decides() -> None:
    assert calls(lambda node: named(node) == "enforce") <= {
        "services/prepare.py",
        "compiler/pipeline.py",
        "compiler/check.py",
        "compiler/suggest.py",
    }
    decides = calls(lambda node: named(node) == "decide")
    assert {path.split("/")[0] for path in decides} == {"services"}


def test_only_the_engine_adapter_opens_duckdb_and_hands_it_sql() -> None:
    assert all(path.startswith("engines/duckdb/") for path in calls(lambda node: named(node) == "connect" and on(node) == "duckdb"))


def test_no_answer_is_unsealed_but_by_its_leaf() -> None:
    """`Reply` alone holds answers back: nobody reaches into it."""
    touched: set[str] = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "_answer" and "reply" in ast.unparse(node.value).lower():
                touched.add(path.relative_to(ROOT).as_posix())
    assert touched <= {"services/reply.py"}


def test_nothing_switches_the_gate_off() -> None:
    """No parameter of the gate, the preparer or the policy could let a caller past."""
    for path in (ROOT / "services/gate.py", ROOT / "services/prepare.py", ROOT / "policy/decide.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.arg):
                assert node.arg not in {"trusted", "bypass", "skip", "unsafe", "superuser", "force_allow", "admin"}


# ── the second wall ──────────────────────────────────────────────────────────────────────────────────────────────
TERMS = Contract(
    consumer="Sales",
    purpose="Customer enrichment",
    fields=("customerId", "segment", "email", "ssn"),
    masks={"email": Mask(kind=MaskKind.EMAIL_DOMAIN), "ssn": Mask(kind=MaskKind.HASH)},
    row_filter="region = 'north'",
)


@pytest.fixture(scope="module")
def walled(kit: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a house whose caller sees three columns, of which two are masked, of the rows of the north."""
    return kit.house_in(tmp_path_factory.mktemp("walled"), kit.example_mesh(contracts=(TERMS,)), Limits(seconds=5))


def plan_of(house: Any, sql: str) -> EnforcedPlan:
    """Return the plan that the gate would run."""
    force = house.gate._in_force.current()
    question = Question(principal=house.principals["sales"], sql=sql)
    return house.gate._preparer.prepare(question, force, "2026-11-23").plan


def cursor_of(house: Any) -> duckdb.DuckDBPyConnection:
    """Return a cursor on the caller's session, as the engine would have it."""
    plan = plan_of(house, "select * from customer.customer_360")
    sources = Sources(house.data)
    return Sessions(threads=1, memory=1 << 28).cursor(
        plan.view, [(barrier, sources.files(barrier.source)) for barrier in plan.barriers]
    )


def test_a_session_holds_one_view_of_the_shown_columns_and_nothing_else(walled: Any) -> None:
    cursor = cursor_of(walled)
    views = cursor.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    columns = cursor.execute("SELECT column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    assert views == [("__r0",)]
    assert {name for (name,) in columns} == {"customerid", "segment", "email", "ssn"}
    assert cursor.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)


BUGS = [
    "SELECT * FROM __r0",
    "SELECT * FROM __r0 ORDER BY ALL",
    "SELECT COLUMNS(*) FROM __r0",
    "SELECT t FROM __r0 t",
    "SELECT to_json(t) FROM __r0 t",
    "FROM query('FROM __r0')",
    "FROM query_table('__r0')",
    "UNPIVOT __r0 ON COLUMNS(*) INTO NAME n VALUE v",
    "SUMMARIZE __r0",
    "SELECT email FROM __r0 WHERE email LIKE 'CANARY%'",
]


@pytest.mark.parametrize("sql", BUGS)
def test_a_compiler_bug_shows_no_more_than_the_view(walled: Any, sql: str) -> None:
    plan = msgspec.structs.replace(plan_of(walled, "select * from customer.customer_360"), sql=sql)
    execution = walled.engine.run(plan, {}, Limits(seconds=5))
    text = repr([batch.to_pylist() for batch in execution.batches()])
    assert "CANARY" not in text
    assert "south" not in text


OUTSIDE = [
    "SELECT income FROM __r0",
    "SELECT region FROM __r0",
    "FROM read_csv('/etc/passwd')",
    "FROM read_text('/etc/hostname')",
    "FROM glob('/*')",
    "COPY (SELECT 1) TO '/tmp/freehold-out.csv'",
    "WITH z AS (COPY (SELECT 1) TO '/tmp/freehold-out.csv') SELECT * FROM z",
    "ATTACH '/tmp/freehold-out.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET allowed_paths",
    "SET threads = 64",
    "FROM 'orders.parquet'",
    "FROM read_parquet('{data}/orders.parquet')",
    "FROM read_parquet('{data}/*.parquet')",
    "SELECT getenv('HOME')",
    "EXPORT DATABASE '/tmp/freehold-out'",
]


@pytest.mark.parametrize("sql", OUTSIDE)
def test_a_session_reaches_nothing_outside_its_view(walled: Any, sql: str) -> None:
    cursor = cursor_of(walled)
    text = sql.format(data=walled.data)
    with pytest.raises(duckdb.Error) as refused:
        cursor.execute(text).fetchall()
    assert "CANARY" not in str(refused.value)


def test_the_one_hole_in_the_second_wall_is_the_one_that_is_stated(walled: Any) -> None:
    """DuckDB opens a view's own file for whoever names its path; docs/threat-model.md says so, and what stands before it."""
    cursor = cursor_of(walled)
    path = walled.data / "customers.parquet"
    raw = cursor.execute(f"SELECT * FROM read_parquet('{path}')").fetchone()
    assert raw is not None
    assert len(raw) == 7
    with pytest.raises(duckdb.Error):
        cursor.execute(f"COPY (SELECT 1 AS x) TO '{walled.data}/other.parquet'")
    model = Path(__file__).parents[2] / "docs" / "threat-model.md"
    assert "`allowed_paths`" in model.read_text(encoding="utf-8")


def test_a_plan_names_no_file_and_a_caller_cannot_make_it_name_one(walled: Any) -> None:
    for sql in ("select segment from customer.customer_360 where segment = 'x.parquet'", "select 'read_parquet(1)' as x"):
        plan = plan_of(walled, sql)
        assert "parquet(" not in plan.sql.replace("'read_parquet(1)'", "")
    with pytest.raises(FreeholdError):
        enforce(parse("select * from read_parquet('customers.parquet')"), {})
