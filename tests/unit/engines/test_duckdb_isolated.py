"""Plans that may grow beyond what the engine counts run in processes with hard limits, and are nobody else's trouble."""

from __future__ import annotations

import os
import resource
import signal
import struct
import subprocess
import sys
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
from freehold.errors import EngineFailed, FreeholdError, MemoryExceeded, QueryCancelled, TimeExceeded
from freehold.model.label import READ
from freehold.model.policy import Decision, Effect, ShownColumn
from freehold.model.product import Source
from freehold.model.query import EnforcedPlan, Limits
from freehold.ports.engine import Stop

FILE = Source(path="numbers.parquet")
LONG = "(select string_agg(a.word, ',') as s from data.numbers a, data.numbers b where b.n < 400) x, data.numbers y"
BOMB = f"select max(length(upper(s || y.word))) as l from {LONG}"
RUNAWAY = (
    "select string_agg(word, ',') as s from (select min(a.word) as word from data.numbers a, data.numbers b, data.numbers c"
    " where a.n + b.n + c.n >= 0)"
)
GROWN = "with a as (select word || word || word || word as w from data.numbers) select w || w || w || w || w as v from a"
SMALL = "select string_agg(word, ',') as s from data.numbers where n < 3"


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    """Return an engine with 64 MiB over one file of 5,000 numbers and words."""
    table = pa.table({"n": list(range(5000)), "word": [f"w{i % 7}" for i in range(5000)]})
    pq.write_table(table, tmp_path / FILE.path)
    made = DuckDBEngine(tmp_path, memory=64 << 20)
    yield made
    made.close()


def plan(sql: str) -> EnforcedPlan:
    """Return the enforced plan of `sql` for an owner of the product."""
    shown = tuple(ShownColumn(name=name, type=kind, right=READ) for name, kind in (("n", "integer"), ("word", "string")))
    decision = Decision(effect=Effect.PERMIT, product="data.numbers", columns=shown, owner_access=True, whole=True)
    view = View(decision=decision, source=FILE, raw_types={column.name: column.type for column in shown})
    return enforce(parse(sql), {("data", "numbers"): view})


def rows(engine: DuckDBEngine, sql: str, limits: Limits | None = None, **parameters: Any) -> list[dict[str, Any]]:
    """Return the rows of the whole answer."""
    return [row for batch in engine.run(plan(sql), parameters, limits or Limits()).batches() for row in batch.to_pylist()]


def processes(engine: DuckDBEngine) -> list[int]:
    """Return the ids of the engine's processes."""
    return [process.pid for process in engine._workers._all]  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    "sql",
    [
        "select n, word from data.numbers",
        "select word || '-' || n as w, replace(word, 'w', 'v') as v from data.numbers",
        "select word, count(*) as c, sum(n) as s from data.numbers group by word",
        "select n from data.numbers where word = $w and n > -$k and word like $l and n in ($a, 2) limit 5",
    ],
)
def test_an_ordinary_plan_stays_in_the_process(sql: str) -> None:
    assert not plan(sql).isolated


@pytest.mark.parametrize(
    "sql",
    [
        BOMB,
        "select median(n) as m from data.numbers",
        "select mode(word) as m from data.numbers",
        "select word || $p as w from data.numbers",
        "select upper(v) as u from (select coalesce(nullif(word, word), $p) as v from data.numbers) x",
        "select count(distinct n) over (order by n rows 5 preceding) as c from data.numbers",
        f"select word || '{'x' * 300}' as w from data.numbers",
        GROWN,
    ],
)
def test_a_plan_that_may_grow_is_isolated(sql: str) -> None:
    assert plan(sql).isolated


def test_a_memory_bomb_ends_at_its_limit_and_the_node_does_not_grow(engine: DuckDBEngine) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(MemoryExceeded):
        rows(engine, BOMB)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10
    assert rows(engine, SMALL) == [{"s": "w0,w1,w2"}]


def test_a_runaway_ends_after_its_deadline(engine: DuckDBEngine) -> None:
    rows(engine, SMALL)
    with pytest.raises(TimeExceeded):
        rows(engine, RUNAWAY, Limits(seconds=0.5))


def test_a_query_in_the_process_is_not_disturbed_by_a_bomb(engine: DuckDBEngine) -> None:
    execution = engine.run(plan("select a.n from data.numbers a, data.numbers b where b.n < 200"), {}, Limits())
    batches = execution.batches()
    count = next(batches).num_rows
    with pytest.raises(MemoryExceeded):
        rows(engine, BOMB)
    assert count + sum(batch.num_rows for batch in batches) == 1_000_000


def test_a_killed_process_is_an_error_and_the_next_query_works(engine: DuckDBEngine) -> None:
    rows(engine, SMALL)
    (pid,) = processes(engine)
    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(EngineFailed):
        rows(engine, RUNAWAY)
    assert rows(engine, SMALL) == [{"s": "w0,w1,w2"}]
    assert processes(engine) != [pid]


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS])
def test_a_crash_is_not_called_a_want_of_memory(engine: DuckDBEngine, number: signal.Signals) -> None:
    rows(engine, SMALL)
    threading.Timer(0.3, os.kill, (processes(engine)[0], number)).start()
    with pytest.raises(EngineFailed):
        rows(engine, RUNAWAY)


GARBLED = {
    "no schema": [(b"S", b"nothing")],
    "something else first": [(b"D", b"")],
    "an unknown message": [(b"?", b"")],
    "a batch of nothing": [(b"S", None), (b"B", b"nothing")],
    "a schema again": [(b"S", None), (b"S", None)],
    "an error that is none": [(b"E", b"[]")],
    "an error of no kind": [(b"E", b'["no-such-code","x",null,{}]')],
    "an error that says too much": [(b"E", b'["engine-failed","x",null,{"detail":1}]')],
}


@pytest.mark.parametrize("way", GARBLED)
def test_a_process_that_says_what_cannot_be_read_is_an_error_and_gives_its_place_back(
    engine: DuckDBEngine, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = pa.schema([("s", pa.string())]).serialize().to_pybytes()
    messages = [(kind, schema if body is None else body) for kind, body in GARBLED[way]]
    said = b"".join(struct.pack(">cQ", kind, len(body)) + body for kind, body in messages)
    code = f"import sys, time; sys.stdout.buffer.write({said!r}); sys.stdout.flush(); sys.stdin.buffer.read(1); time.sleep(9)"

    def start(memory: int) -> subprocess.Popen[bytes]:
        del memory
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=pipe)

    monkeypatch.setattr("freehold.engines.duckdb.workers._start", start)
    for _ in range(6):  # there are four places
        with pytest.raises(EngineFailed):
            rows(engine, SMALL, Limits(seconds=5))
    monkeypatch.undo()
    assert rows(engine, SMALL) == [{"s": "w0,w1,w2"}]


def test_an_isolated_query_can_be_cancelled(engine: DuckDBEngine) -> None:
    stop = Stop()
    threading.Timer(0.5, stop.wish).start()
    with pytest.raises(QueryCancelled):
        for _ in engine.run(plan(RUNAWAY), {}, Limits(), stop).batches():
            pass


@pytest.mark.parametrize(
    "sql",
    [
        "select word, count(*) as c, sum(n) as s from data.numbers group by word order by word",
        "select n, word, n / 3 as d, cast(n as decimal(9, 2)) as e from data.numbers order by n",
        "select word from data.numbers where n < 0",
        "select cast(word as integer) as i from data.numbers",
    ],
)
def test_answers_are_the_same_on_both_sides(engine: DuckDBEngine, sql: str) -> None:
    def ask(isolated: bool) -> object:
        try:
            execution = engine.run(msgspec.structs.replace(plan(sql), isolated=isolated), {}, Limits())
            return execution.schema, [row for batch in execution.batches() for row in batch.to_pylist()]
        except FreeholdError as error:
            return error.code, error.detail, error.remedy

    assert ask(True) == ask(False)


def test_processes_are_used_again_and_closing_leaves_none(engine: DuckDBEngine) -> None:
    rows(engine, SMALL)
    first = processes(engine)
    rows(engine, SMALL)
    assert processes(engine) == first
    engine.close()
    assert processes(engine) == []
    with pytest.raises(ProcessLookupError):
        os.kill(first[0], 0)


def test_a_worker_ends_when_its_node_is_killed() -> None:
    code = (
        "import time; from freehold.engines.duckdb.workers import Workers; w = Workers(memory=64 << 20);"
        "print(w.take(5, lambda: False).pid, flush=True); time.sleep(60)"
    )
    node = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert node.stdout is not None
    worker = int(node.stdout.readline())
    node.kill()
    node.communicate()
    until = time.monotonic() + 10
    while _lives(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(worker)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
