"""The DuckDB adapter: bounded in rows, time and memory, stoppable, silent about what the engine said, and inside its folder."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from freehold.compiler import View, enforce, parse
from freehold.engines.duckdb import DuckDBEngine
from freehold.engines.duckdb.deadline import Deadlines
from freehold.errors import (
    EngineFailed,
    MemoryExceeded,
    QueryCancelled,
    QueryInvalid,
    RowsExceeded,
    SourceUnreadable,
    TimeExceeded,
)
from freehold.model.label import READ
from freehold.model.policy import Decision, Effect, ShownColumn
from freehold.model.product import Source
from freehold.model.query import EnforcedPlan, Limits

FILE = Source(path="numbers.parquet")


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    """Return an engine over one file of 5,000 numbers and words."""
    write(tmp_path, 5000)
    made = DuckDBEngine(tmp_path)
    yield made
    made.close()


def write(folder: Path, count: int) -> None:
    """Write the file anew."""
    pq.write_table(pa.table({"n": list(range(count)), "word": [f"w{i % 7}" for i in range(count)]}), folder / FILE.path)


def plan(sql: str, source: Source = FILE, columns: tuple[str, ...] = ("n", "word")) -> EnforcedPlan:
    """Return the enforced plan of `sql` for an owner of the product."""
    shown = tuple(ShownColumn(name=name, type="integer" if name == "n" else "string", right=READ) for name in columns)
    decision = Decision(effect=Effect.PERMIT, product="data.numbers", columns=shown, owner_access=True, whole=True)
    view = View(decision=decision, source=source, raw_types={column.name: column.type for column in shown})
    return enforce(parse(sql), {("data", "numbers"): view})


def rows(engine: DuckDBEngine, sql: str, limits: Limits | None = None, **parameters: Any) -> list[dict[str, Any]]:
    """Return the rows of the whole answer."""
    execution = engine.run(plan(sql), parameters, limits or Limits())
    return [row for batch in execution.batches() for row in batch.to_pylist()]


CROSS = "select count(*) as c from data.numbers a, data.numbers b, data.numbers c where a.n + b.n + c.n < 0"


def test_an_answer_comes_in_batches_with_its_schema(engine: DuckDBEngine) -> None:
    execution = engine.run(plan("select n, word from data.numbers order by n"), {}, Limits())
    assert execution.schema.names == ["n", "word"]
    assert sum(batch.num_rows for batch in execution.batches()) == 5000


def test_parameters_are_bound_and_never_spliced(engine: DuckDBEngine) -> None:
    assert rows(engine, "select count(*) as c from data.numbers where word = $w", w="w1' or '1'='1") == [{"c": 0}]


def test_more_rows_than_the_limit_end_the_answer(engine: DuckDBEngine) -> None:
    with pytest.raises(RowsExceeded) as refused:
        rows(engine, "select n from data.numbers", Limits(rows=100))
    assert refused.value.facts["limit"] == 100


def test_a_query_is_stopped_when_its_time_is_up(engine: DuckDBEngine) -> None:
    with pytest.raises(TimeExceeded):
        rows(engine, CROSS, Limits(seconds=0.3))


def test_a_query_that_needs_more_memory_than_it_may_use_is_refused(tmp_path: Path) -> None:
    write(tmp_path, 5000)
    small = DuckDBEngine(tmp_path, memory=32 << 20)
    with pytest.raises(MemoryExceeded):
        rows(small, "select a.n, b.n as m, count(*) as c from data.numbers a, data.numbers b group by 1, 2 order by 3, 1, 2")
    small.close()


def test_a_query_can_be_cancelled_from_another_thread(engine: DuckDBEngine) -> None:
    execution = engine.run(plan("select a.n from data.numbers a, data.numbers b, data.numbers c"), {}, Limits(rows=10**12))
    batches = execution.batches()
    next(batches)
    threading.Timer(0.05, execution.cancel).start()
    with pytest.raises(QueryCancelled):
        for _ in batches:
            pass
    execution.close()
    execution.cancel()


def test_a_deadline_after_the_end_harms_nothing(engine: Any) -> None:
    execution = engine.run(plan("select n from data.numbers"), {}, Limits(seconds=3))
    execution._cursor.close()
    time.sleep(3.2)
    with pytest.raises(TimeExceeded):
        rows(engine, CROSS, Limits(seconds=0.2))


def test_an_action_that_fails_does_not_end_the_other_deadlines(caplog: pytest.LogCaptureFixture) -> None:
    deadlines, called = Deadlines(), threading.Event()

    def fail() -> None:
        raise ZeroDivisionError

    deadlines.after(0.01, fail)
    time.sleep(0.05)
    deadlines.after(0.01, called.set)
    assert called.wait(30)
    assert "ZeroDivisionError" in caplog.text


def test_a_cancelled_deadline_is_never_called() -> None:
    deadlines, called = Deadlines(), threading.Event()
    deadlines.after(0.02, called.set).cancel()
    assert not called.wait(0.1)


ERRORS = [
    "select cast(word as integer) as x from data.numbers",
    "select sum(n) + word as x from data.numbers group by word",
    "select n from data.numbers where n > 'abc'",
    "select abs(word) as x from data.numbers",
    "select n, count(*) as c from data.numbers",
    "select n from data.numbers union select n, word from data.numbers",
    "select sum(n * 9223372036854775807) as x from data.numbers",
    "select make_date(2026, 13, n) as x from data.numbers",
]


@pytest.mark.parametrize("sql", ERRORS)
def test_what_the_engine_says_never_leaves(engine: DuckDBEngine, sql: str) -> None:
    with pytest.raises(QueryInvalid) as refused:
        rows(engine, sql)
    text = f"{refused.value.detail} {refused.value.remedy} {refused.value.facts}"
    assert not any(word in text for word in ("w1", "Binder", "Conversion", "abc", "parquet", "__r0", "nothing"))
    assert refused.value.__cause__ is None


def test_new_data_is_seen_and_has_another_version(engine: DuckDBEngine, tmp_path: Path) -> None:
    before = engine.version(FILE)
    assert rows(engine, "select count(*) as c from data.numbers") == [{"c": 5000}]
    write(tmp_path, 10)
    assert engine.version(FILE) != before
    assert rows(engine, "select count(*) as c from data.numbers") == [{"c": 10}]
    assert engine.inspect(FILE).rows == 10


def test_a_column_that_the_data_lacks_is_the_owners_to_mend(engine: DuckDBEngine) -> None:
    with pytest.raises(SourceUnreadable) as refused:
        engine.run(plan("select nothing from data.numbers", columns=("n", "nothing")), {}, Limits())
    assert "data.numbers" in refused.value.detail


@pytest.mark.parametrize("path", ["../numbers.parquet", "/etc/passwd", "none.parquet", "none/*.parquet", "link.parquet", "sub"])
def test_nothing_outside_the_data_folder_is_opened(engine: DuckDBEngine, tmp_path: Path, path: str) -> None:
    (tmp_path / "sub").mkdir()
    outside = tmp_path.parent / f"{tmp_path.name}-outside.parquet"
    pq.write_table(pa.table({"n": [1]}), outside)
    (tmp_path / "link.parquet").symlink_to(outside)
    with pytest.raises(SourceUnreadable):
        engine.version(Source(path=path))


def test_a_file_that_is_not_what_it_is_called_is_refused_plainly(engine: DuckDBEngine, tmp_path: Path) -> None:
    (tmp_path / "text.parquet").write_text("no parquet at all")
    with pytest.raises(SourceUnreadable) as refused:
        engine.inspect(Source(path="text.parquet"))
    assert str(tmp_path) not in f"{refused.value.detail} {refused.value.remedy}"


def test_sessions_are_bounded_and_a_query_under_way_outlives_its_session(tmp_path: Path) -> None:
    write(tmp_path, 200_000)
    engine: Any = DuckDBEngine(tmp_path)
    engine._sessions._most = 2
    execution = engine.run(plan("select n, word from data.numbers"), {}, Limits())
    batches = execution.batches()
    first = next(batches).num_rows
    for number in range(4):
        pq.write_table(pa.table({"n": [1], "word": ["x"]}), tmp_path / f"{number}.parquet")
        other = engine.run(plan("select n from data.numbers", Source(path=f"{number}.parquet")), {}, Limits())
        assert [batch.num_rows for batch in other.batches()] == [1]
    assert len(engine._sessions._open) == 2
    assert first + sum(batch.num_rows for batch in batches) == 200_000
    engine.close()


def test_a_session_in_which_the_engine_failed_is_nobodys_any_more(engine: DuckDBEngine) -> None:
    asked = plan("select n from data.numbers limit 1")
    fatal = "SELECT DATE_SUB('era', DATE '2020-01-01' + CAST(n AS INTEGER), CAST('2020-01-02' AS TIMESTAMPTZ)) FROM __r0"
    with pytest.raises(EngineFailed):
        list(engine.run(msgspec.structs.replace(asked, sql=fatal), {}, Limits()).batches())
    assert list(engine.run(asked, {}, Limits()).batches())


def test_many_threads_share_one_session(engine: Any) -> None:
    failures: list[BaseException] = []

    def ask(number: int) -> None:
        try:
            for _ in range(10):
                assert rows(engine, f"select n from data.numbers where n = {number}") == [{"n": number}]
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(engine._sessions._open) == 1
