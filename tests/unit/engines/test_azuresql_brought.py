"""Where what is brought out of Azure SQL lies: in the node's own folder, for its own user, and no longer than its question."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from freehold.engines.azuresql.engine import AzureSqlEngine
from freehold.engines.workspace import Workspace, writing
from freehold.errors import MemoryExceeded, StoreFailed, StoreFull
from freehold.model.product import Source
from freehold.model.query import EnforcedPlan, Limits
from tds.execution import Database
from tds.server import Responder, responding
from unit.engines.test_azuresql_engine import engine_on, plan_of

CHILD = """
import sys
from pathlib import Path
from freehold.model.place import SqlDatabase
from freehold.model.query import Limits
from freehold.engines.azuresql.connection import Password
from freehold.engines.azuresql.engine import AzureSqlEngine
from freehold.engines.duckdb.engine import DuckDBEngine
from unit.engines.test_azuresql_brought import plan
folder = Path(sys.argv[1])
place = SqlDatabase(name="crm", server="127.0.0.1:" + sys.argv[2], database="crm", region="westeurope")
engine = AzureSqlEngine(DuckDBEngine(folder), {"crm": place}, Password(user="u", password="p"), lambda told: told, folder)
execution = engine.run(plan(), {}, Limits())
print("brought", flush=True)
sys.stdin.read()
"""


def plan() -> EnforcedPlan:
    sql = 'SELECT UPPER("t"."name") AS "n" FROM (SELECT "name" FROM "__r0") AS "t"'
    return plan_of(sql, "name", source=Source(path="dbo.people", engine="azure-sql", format="table"))


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    database = Database()
    database.add("people", {"name": "nvarchar(20)"}, pa.table({"name": ["ann"] * 9}))
    with responding(database) as up:
        yield up


@pytest.fixture
def engine(responder: Responder, tmp_path: Path) -> Iterator[AzureSqlEngine]:
    made = engine_on(responder, tmp_path / "own")
    yield made
    made.close()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_what_is_brought_is_for_the_nodes_own_user_and_gone_with_its_question(engine: AzureSqlEngine, tmp_path: Path) -> None:
    own = tmp_path / "own"
    assert not own.exists(), "nothing is made before it is needed"
    execution = engine.run(plan(), {}, Limits())
    (brought,) = files(own)
    assert brought.stat().st_mode & 0o777 == 0o600
    folders = [path for path in (own, *own.rglob("*")) if path.is_dir()]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    assert sum(batch.num_rows for batch in execution.batches()) == 9
    assert not files(own)
    engine.close()
    assert not list(own.iterdir())


def test_a_question_that_fails_leaves_nothing_behind(engine: AzureSqlEngine, tmp_path: Path) -> None:
    with pytest.raises(MemoryExceeded):
        engine.run(plan(), {}, Limits(memory=1))
    assert not files(tmp_path)


def test_what_a_killed_process_brought_is_removed_by_the_next_start_and_what_a_living_one_did_is_not(
    responder: Responder, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", CHILD, str(tmp_path), str(responder.port)]
    tests = Path(__file__).parents[2]  # from where the child reads this file
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tests) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"brought\n"
        (left,) = files(tmp_path)
        engine_on(responder, tmp_path).close()
        assert left.exists(), "its process is alive"
        other.kill()
        other.wait()
    assert left.exists()
    engine_on(responder, tmp_path).close()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_or_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreFailed, match="cannot be made"):
        Workspace(tmp_path / "file").folder()
    with pytest.raises(StoreFull), writing(), Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")
    with pytest.raises(StoreFailed, match="cannot be written"), writing():
        (tmp_path / "file" / "below").touch()
