"""Long values of Azure SQL: they come whole, in pieces, and no other thread of the process waits while they do."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytds
import pytest

from freehold.engines.azuresql import aside, tables
from freehold.engines.azuresql.connection import Password
from freehold.engines.azuresql.engine import AzureSqlEngine
from freehold.engines.azuresql.execution import WholeExecution
from freehold.engines.azuresql.listed import AzureSqlDatabase
from freehold.engines.azuresql.pieces import LONGEST
from freehold.errors import DataChanged, MemoryExceeded, SourceUnreadable, TimeExceeded
from freehold.model.place import SqlDatabase
from freehold.model.policy import Form
from freehold.model.product import Source
from freehold.model.query import EnforcedPlan, Limits
from tds.execution import Database
from tds.server import Responder, responding
from unit.engines.test_azuresql_engine import answer, engine_on, plan_of, projected

TYPES = {"Id": "int", "note": "nvarchar(max)", "file": "varbinary(max)", "wide": "varchar(8000)", "short": "nvarchar(20)"}
TEXTS = [
    *("x" * count for count in (3_999, 4_000, 4_001, 12_001)),
    *("x" * count + "😀y" for count in (3_998, 3_999, 4_000, 7_999)),
    *("", None, "   ", "x" * 3_999 + "   ", "ä\0b\ufffe"),
]
FILES = [*(bytes([7]) * count for count in (7_999, 8_000, 8_001, 16_000, 16_001)), b"", None, b"\0", b"\xff" * 3]
ROWS: dict[str, list[Any]] = {
    "Id": list(range(len(TEXTS))),
    "note": TEXTS,
    "file": [FILES[at % len(FILES)] for at in range(len(TEXTS))],
    "wide": [text and text[::-1] for text in reversed(TEXTS)],
    "short": ["s", *[None] * (len(TEXTS) - 1)],
}
COMPUTED = ' WHERE LENGTH("t"."short") >= 0 OR TRUE'


def table(name: str) -> Source:
    return Source(path=f"dbo.{name}", engine="azure-sql", format="table")


def all_of(name: str, *columns: str, rest: str = "", filters: tuple[str, ...] = ()) -> EnforcedPlan:
    return plan_of(projected(*columns, rest=rest), *columns, source=table(name), predicates=filters)


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    database = Database()
    database.add("letters", TYPES, pa.table(ROWS))
    held = {"Id": [1, 2, 3], "region": ["here", "here", "there"], "note": ["x" * (LONGEST // 2), "", "x" * (LONGEST // 2 + 1)]}
    database.add("held", {"Id": "int", "region": "nvarchar(10)", "note": "nvarchar(max)"}, pa.table(held))
    database.change("CREATE SEQUENCE asked")
    database.change("CREATE VIEW dbo.growing AS SELECT 1 AS id, repeat('x', nextval('asked')::INT * 4500) AS note FROM range(1)")
    database.describe("growing", {"id": "int", "note": "nvarchar(max)"}, "VIEW")
    with responding(database) as up:
        yield up
    assert not database.unbounded, "no statement asked for a column of unbounded length"


@pytest.fixture
def engine(responder: Responder, tmp_path: Path) -> Iterator[AzureSqlEngine]:
    made = engine_on(responder, tmp_path)
    yield made
    made.close()


def test_long_values_come_whole_whether_the_plan_runs_there_or_here(engine: AzureSqlEngine) -> None:
    wanted = [dict(zip((name.lower() for name in ROWS), row, strict=True)) for row in zip(*ROWS.values(), strict=True)]
    assert answer(engine, all_of("letters", *TYPES)) == wanted
    assert answer(engine, all_of("letters", *TYPES, rest=COMPUTED)) == wanted
    assert answer(engine, all_of("letters", *TYPES, rest=' ORDER BY "t"."id" DESC')) == wanted[::-1]
    assert answer(engine, all_of("letters", "Id", "note", rest=' WHERE "t"."id" IN (4, 9)')) == [
        {"id": at, "note": TEXTS[at]} for at in (4, 9)
    ]


def test_a_table_without_rows_or_with_nulls_alone_gives_them(engine: AzureSqlEngine) -> None:
    for rest in ('"t"."id" = -1', '"t"."id" = 9'):
        wanted = [{"note": None}] if "9" in rest else []
        sql = projected("note", rest=f" WHERE {rest}").replace('(SELECT "note" FROM', '(SELECT "id", "note" FROM')
        assert answer(engine, plan_of(sql, "Id", "note", source=table("letters"))) == wanted


def test_a_limit_runs_there_though_values_are_long(engine: AzureSqlEngine, responder: Responder) -> None:
    execution = engine.run(all_of("letters", "Id", "note", rest=" LIMIT 2"), {}, Limits())
    assert isinstance(execution, WholeExecution)
    assert sum(batch.num_rows for batch in execution.batches()) == 2
    assert "TOP (2)" in responder.seen.statements[-1]


def test_a_table_without_long_values_is_asked_once(engine: AzureSqlEngine, responder: Responder) -> None:
    answer(engine, all_of("letters", "Id", "short"))
    answer(engine, all_of("letters", "Id", "short", rest=COMPUTED))
    assert not any("DATALENGTH" in sql for sql in responder.seen.statements[-2:])


def test_a_value_that_grew_meanwhile_is_an_error_and_is_not_cut(engine: AzureSqlEngine) -> None:
    for rest in ("", ' WHERE LENGTH("t"."note") > 0'):
        with pytest.raises(DataChanged):
            answer(engine, all_of("growing", "note", rest=rest))


def test_the_longest_value_comes_and_a_longer_one_is_refused(engine: AzureSqlEngine) -> None:
    (row,) = answer(engine, all_of("held", "Id", "note", rest=' WHERE "t"."id" = 1'))
    assert len(row["note"]) == LONGEST // 2
    for rest in ("", ' WHERE LENGTH("t"."note") > 0'):
        with pytest.raises(MemoryExceeded, match="1,000,000 bytes") as refused:
            answer(engine, all_of("held", "Id", "note", rest=rest))
        assert "note" not in f"{refused.value} {refused.value.remedy}", "it may be a column that the caller does not see"


def test_whether_a_hidden_value_is_too_long_is_not_told_row_by_row(engine: AzureSqlEngine) -> None:
    """Law 3: a row filter that does not run there hides row 3, and the caller's conditions name rows one by one."""

    def asked(number: int, *filters: str) -> str:
        sql = projected("Id", "note", rest=f' WHERE "t"."id" = {number}')
        try:
            return str(len(answer(engine, plan_of(sql, "Id", "note", source=table("held"), predicates=filters))))
        except MemoryExceeded as refused:
            return refused.code

    odd = "upper(region) = 'HERE'"
    assert {asked(number, odd) for number in (2, 3, 4)} == {"memory-exceeded"}
    assert [asked(number, "region = 'here'") for number in (2, 3, 4)] == ["1", "0", "0"]


def test_whether_a_masked_value_is_too_long_is_not_told_row_by_row(engine: AzureSqlEngine) -> None:
    for number in (2, 3):
        plan = plan_of(projected("Id", "note", rest=f' WHERE "t"."id" = {number}'), "Id", source=table("held"))
        (barrier,) = plan.barriers
        masked = msgspec.structs.replace(barrier, outputs=('"Id" AS "id"', 'LEFT("note", 1) AS "note"'))
        with pytest.raises(MemoryExceeded):
            answer(engine, msgspec.structs.replace(plan, barriers=(masked,)))


def test_whether_a_value_that_is_only_aggregated_is_too_long_is_not_told_row_by_row(engine: AzureSqlEngine) -> None:
    for number in (2, 3):
        sql = f'SELECT COUNT("t"."note") AS n FROM (SELECT "id", "note" FROM "__r0") AS "t" WHERE "t"."id" = {number}'
        plan = plan_of(sql, "Id", "note", source=table("held"))
        (barrier,) = plan.barriers
        guarded = msgspec.structs.replace(plan, form=Form.AGGREGATE, barriers=(msgspec.structs.replace(barrier, guarded=True),))
        with pytest.raises(MemoryExceeded):
            answer(engine, guarded)


def test_room_for_pieces_counts_into_the_memory_of_a_question(engine: AzureSqlEngine) -> None:
    for rest in ("", COMPUTED):
        execution = engine.run(all_of("letters", *TYPES, rest=rest), {}, Limits(memory=64 << 20))
        assert sum(batch.num_rows for batch in execution.batches()) == len(TEXTS)
        with pytest.raises(MemoryExceeded, match="beside each other"):
            engine.run(all_of("letters", *TYPES, rest=rest), {}, Limits(memory=4 << 20)).close()


def test_a_scan_reads_the_beginning_of_long_texts(responder: Responder) -> None:
    place = SqlDatabase(name="x", server=f"127.0.0.1:{responder.port}", database="x", region="westeurope")
    database = AzureSqlDatabase(place, Password(user="scan", password="p"))
    (found,) = [item for item in database.tables() if item.name == "letters"]
    rows = pa.Table.from_batches(list(database.batches(found, 100))).to_pylist()
    assert [row["note"] for row in rows] == [text and text[:1_000] for text in TEXTS]
    assert {len(row["wide"].encode("utf-16-le")) for row in rows if row["wide"]} >= {2_000}


def test_the_responder_notes_who_asks_for_a_column_of_unbounded_length(tmp_path: Path) -> None:
    database = Database()
    database.add("letters", {"note": "nvarchar(max)", "short": "nvarchar(9)"}, pa.table({"note": ["x"], "short": ["y"]}))
    with responding(database) as up, pytds.connect("127.0.0.1", port=up.port, user="u", password="p", autocommit=True) as client:
        for column, noted in (("short", 0), ("note", 1), ("CAST(note AS nvarchar(max))", 2), ("LEFT(note, 9)", 3)):
            cursor = client.cursor()
            cursor.execute(f"SELECT {column} AS n FROM dbo.letters")
            assert cursor.fetchall()
            assert len(database.unbounded) == noted


@pytest.mark.parametrize("deaf", [False, True], ids=["a server that hears", "a server that is gone"])
@pytest.mark.parametrize("rest", ["", COMPUTED], ids=["whole", "brought"])
def test_a_server_that_stops_within_a_long_value_stops_its_question_alone(
    engine: AzureSqlEngine, responder: Responder, monkeypatch: pytest.MonkeyPatch, rest: str, deaf: bool
) -> None:
    monkeypatch.setattr(aside, "GRACE", 0.2)
    responder.stalls, responder.deaf = _shows_all, deaf
    responder.seen.stalled.clear()
    ended, beats = threading.Event(), list[None]()

    def beat() -> None:
        responder.seen.stalled.wait()
        while not ended.wait(0.005):
            beats.append(None)

    heart = threading.Thread(target=beat)
    heart.start()
    try:
        for seconds in (0.5, 2, 8, 32):  # enough for the server to come to the row, however busy this machine is
            with pytest.raises(TimeExceeded):
                answer_within(engine, all_of("letters", *TYPES, rest=rest), seconds)
            if len(beats) > 3:
                break
        assert len(beats) > 3, "another thread moved on"
        assert answer(engine, all_of("letters", "Id", rest=' WHERE "t"."id" = 1')) == [{"id": 1}], "and so does another question"
    finally:
        responder.stalls, responder.deaf = _nothing, False
        ended.set()
        responder.seen.stalled.set()
        heart.join()


def test_a_server_that_is_gone_keeps_a_bounded_number_of_calls(
    engine: AzureSqlEngine, responder: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "GRACE", 0.05)
    monkeypatch.setattr(tables, "_MOST_LEFT", 2)
    responder.stalls, responder.deaf = _shows_all, True
    try:
        with pytest.raises(SourceUnreadable, match="does not answer"):
            ask_in_vain(engine)
    finally:
        responder.stalls, responder.deaf = _nothing, False
    responder.drop()
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(SourceUnreadable):
            assert answer_within(engine, all_of("letters", "Id"), 20)
            return
        time.sleep(0.05)
    raise AssertionError("the calls ended, and the database is asked again")


def ask_in_vain(engine: AzureSqlEngine) -> None:
    for seconds in (0.3, 0.3, 2, 2, 8, 8):  # one that ended before the row was begun is not left behind
        with contextlib.suppress(TimeExceeded):
            answer_within(engine, all_of("letters", *TYPES), seconds)


def _shows_all(sql: str) -> bool:
    return "SUBSTRING" in sql and "[short]" in sql


def _nothing(_: str) -> bool:
    return False


def answer_within(engine: AzureSqlEngine, plan: EnforcedPlan, seconds: float) -> list[pa.RecordBatch]:
    return list(engine.run(plan, {}, Limits(seconds=seconds)).batches())
