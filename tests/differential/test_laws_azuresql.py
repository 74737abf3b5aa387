"""Laws 3 and 8 over Azure SQL: a plan gives the same rows over tables there, whole or by its permitted view, as over files here.

The server is the tests' own responder (`tds`), which executes the T-SQL that Microsoft's driver sends it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from differential.compare import Values, difference
from differential.rows import tables
from differential.test_laws_postgres import ASKED
from differential.worlds import TERMS, World
from freehold.engines.azuresql.connection import Password
from freehold.engines.azuresql.engine import AzureSqlEngine
from freehold.engines.azuresql.execution import WholeExecution
from freehold.engines.duckdb.engine import DuckDBEngine
from freehold.errors import FreeholdError
from freehold.model.place import SqlDatabase
from freehold.model.product import AZURE_SQL, Source
from freehold.model.query import Barrier, EnforcedPlan, Limits, Question, Value
from freehold.ports.engine import Engine
from freehold.services.force import InForce
from freehold.services.prepare import Preparer, Refused
from freehold.testing import FixedKeys
from generated.aggregates import aggregates
from generated.pushed import statements
from generated.queries import queries
from tds.execution import Database
from tds.server import Responder, responding

OWN = "customer.customer_360"
SQL_TYPES = {
    **dict.fromkeys(("customerId", "segment", "category"), "nvarchar(50)"),
    "region": "varchar(20)",
    "email": "nvarchar(max)",
    "ssn": "nchar(6)",
    **dict.fromkeys(("income", "revenue"), "float"),
    "active": "bit",
    "since": "date",
    "orderId": "int",
}


class Both:
    """The same tables in files and behind the responder, and the worlds that make plans over them."""

    def __init__(self, engine: Engine, responder: Responder, world_of: Callable[[str], World]) -> None:
        """Ask `engine` where tables are meant."""
        self.engine, self.responder, self.world_of = engine, responder, world_of
        self._preparers: dict[str, Preparer] = {}

    def plan(self, name: str, sql: str) -> EnforcedPlan:
        """Return the plan that the gate would run over files."""
        world = self.world_of(name)
        preparer = self._preparers.setdefault(name, Preparer(region="westeurope", keys=FixedKeys(), longest=100_000))
        question = Question(principal=world.house.principals[world.who], sql=sql)
        return preparer.prepare(question, InForce(world.house.registry).current(), "2026-11-23").plan

    def check_same(self, name: str, plan: EnforcedPlan) -> None:
        """Assert that a plan, and what says who is in its groups, gives the same rows over files and tables."""
        for part in (plan, *plan.members):
            schema, here = _rows(self.world_of(name).house.engine, part)
            there_schema, there = _rows(self.engine, _moved(part))
            extra, missing = difference(here, there)
            assert not extra, f"files alone give {extra[:3]}: {part.sql}"
            assert not missing, f"tables alone give {missing[:3]}: {part.sql}"
            assert there_schema.names == schema.names

    def outcome(self, name: str, sql: str) -> str:
        """Return what became of a question, having asserted that both agree on it."""
        try:
            self.check_same(name, self.plan(name, sql))
        except Refused as refusal:
            return refusal.error.code
        except FreeholdError as failure:
            return failure.code
        return "the same"


def _rows(engine: Engine, plan: EnforcedPlan, parameters: dict[str, Value] | None = None) -> tuple[pa.Schema, list[Values]]:
    execution = engine.run(plan, parameters or {}, Limits())
    schema = execution.schema
    table = pa.Table.from_batches(list(execution.batches()), schema)
    return schema, list(zip(*(column.to_pylist() for column in table.columns), strict=True)) or [()] * table.num_rows


def _moved(plan: EnforcedPlan) -> EnforcedPlan:
    """Return a plan whose relations are tables."""

    def moved(barrier: Barrier) -> Barrier:
        source = Source(path=f"dbo.{Path(barrier.source.path).stem}", engine=AZURE_SQL, format="table")
        return msgspec.structs.replace(barrier, source=source)

    return msgspec.structs.replace(plan, barriers=tuple(moved(barrier) for barrier in plan.barriers))


@pytest.fixture(scope="module")
def both(world_of: Callable[[str], World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Return both, the responder for as long as this module runs."""
    database = Database()
    for name, table in tables().items():
        database.add(name, {column: SQL_TYPES[column] for column in table.column_names}, table)
    with responding(database) as responder:
        place = SqlDatabase(name="crm", server=f"127.0.0.1:{responder.port}", database="crm", region="westeurope")
        folder = tmp_path_factory.mktemp("none")
        password = Password(user="node", password="secret")
        engine = AzureSqlEngine(DuckDBEngine(folder), {"crm": place}, password, lambda told: told[:16], folder)
        yield Both(engine, responder, world_of)
        engine.close()
    assert not database.unbounded, "no statement asked for a column of unbounded length"


@pytest.mark.parametrize("name", ["everything is shown", "rows are filtered"])
def test_what_runs_there_whole_gives_what_files_give(both: Both, name: str) -> None:
    whole = Counter[bool]()
    columns = tuple(column for column, _ in both.world_of(name).relations[OWN])
    columns += ("since",) if name == "everything is shown" else ()

    @settings(max_examples=40)
    @given(sql=statements(OWN, columns))
    def compare(sql: str) -> None:
        plan = both.plan(name, sql)
        both.check_same(name, plan)
        execution = both.engine.run(_moved(plan), {}, Limits())
        whole[isinstance(execution, WholeExecution)] += 1
        execution.close()

    compare()
    assert whole[True] > whole[False] > 0, whole


@pytest.mark.long
@pytest.mark.parametrize(("name", "sql"), ASKED)
def test_files_and_tables_agree_on_a_plan(both: Both, name: str, sql: str) -> None:
    both.check_same(name, both.plan(name, sql))


@pytest.mark.long
@pytest.mark.parametrize("name", TERMS)
def test_files_and_tables_agree_on_generated_plans(both: Both, name: str) -> None:
    world, outcomes = both.world_of(name), Counter[str]()
    asked = [queries(world.relations), *(aggregates(subject) for subject in world.subjects * 2)]

    @settings(max_examples=30)
    @given(sql=st.one_of(*asked))
    def compare(sql: str) -> None:
        outcomes[both.outcome(name, sql)] += 1

    compare()
    assert 3 * outcomes["the same"] >= outcomes.total(), outcomes
