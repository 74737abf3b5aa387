"""What the putting together of several homes' answers holds is given back however it ends."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from freehold.errors import FreeholdError
from freehold.model.query import Question
from freehold.ports.engine import Stop
from freehold.services.federation import Federation
from freehold.services.reply import Reply
from regions import NORTH, WEST, Regions, mesh_of, product, regions_in

WORDS = (("n", "integer"), ("word", "string"))
BOTH = "(select * from sales.west union all select * from sales.north)"
WIDE = f"select a.n, a.word || b.word || a.word || b.word as w from {BOTH} a, {BOTH} b where b.n < 90"
ROWS = 390_000


@pytest.fixture
def regions(kit: Any, tmp_path: Any) -> Regions:
    """Return two homes with a thousand words each."""
    mesh = mesh_of(kit, [product("sales.west", WEST, WORDS), product("sales.north", NORTH, WORDS)])
    table = pa.table({"n": list(range(1000)), "word": [f"word{i}" for i in range(1000)]})
    return regions_in(kit, tmp_path, mesh, {"sales.west": table, "sales.north": table})


def reply_of(regions: Regions, federation: Federation, kit: Any, sql: str) -> Reply:
    """Return what `federation` makes of a question."""
    question = Question(principal=kit.principal("sales", WEST, "data-engineer"), sql=sql)
    spread = federation.planner.plan(question)
    values = federation.planner.values(question, spread)
    parts = [regions.part(item, WEST) for item in federation.planner.sent(question, spread, values)]
    return federation.finish(question, spread, values, parts, Stop())


def ended(regions: Regions, federation: Federation, kit: Any, sql: str) -> str:
    """Return how a question ends: its code, or that its answer came, read to the end."""
    try:
        _, answer = reply_of(regions, federation, kit, sql).release()
        for _ in answer.batches():
            pass
        answer.close()
    except FreeholdError as refusal:
        return refusal.code
    return "answered"


@pytest.mark.parametrize(
    ("sql", "how"),
    [
        (f"select cast(a.word as integer) as n from {BOTH} a", "query-invalid"),
        (f"select a.n from {BOTH} a, {BOTH} b where b.n < 100", "rows-exceeded"),
        (WIDE, "answered"),
        (f"select a.n from {BOTH} a", "answered"),
    ],
)
def test_the_place_of_a_question_is_given_back(kit: Any, regions: Regions, sql: str, how: str) -> None:
    federation = regions.federation(WEST, concurrency=1, rows=ROWS)
    assert [ended(regions, federation, kit, sql) for _ in range(3)] == [how] * 3


def test_the_place_of_an_answer_that_nobody_reads_is_given_back_when_it_is_closed(kit: Any, regions: Regions) -> None:
    federation = regions.federation(WEST, concurrency=1)
    _, answer = reply_of(regions, federation, kit, WIDE).release()
    assert answer.execution is not None
    assert ended(regions, federation, kit, f"select a.n from {BOTH} a") == "node-busy"
    answer.cancel()
    answer.close()
    assert ended(regions, federation, kit, f"select a.n from {BOTH} a") == "answered"


def test_no_literal_can_be_guessed_from_the_digest_of_a_plan_over_several_homes(kit: Any, regions: Regions) -> None:
    question = Question(principal=kit.principal("sales", WEST, "data-engineer"), sql=f"select n from {BOTH} a where word = 'word7'")
    federation = regions.federation(WEST)
    reply_of(regions, federation, kit, question.sql).release()
    federation.explain(question)
    written = b"".join(regions.houses[WEST].ledger.written)
    assert written.count(b'"fragments"') == 1
    assert federation.planner.plan(question).plan.digest.encode() not in written
    assert b"word7" not in written


def test_what_nobody_foresaw_denies_and_is_recorded_without_a_text(
    kit: Any, regions: Regions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("CANARY")

    federation = regions.federation(WEST)
    monkeypatch.setattr(regions.houses[WEST].engine, "combine", broken)
    assert ended(regions, federation, kit, f"select n from {BOTH} a") == "internal"
    monkeypatch.setattr(federation.planner, "_plan", broken)
    question = Question(principal=kit.principal("sales", WEST, "data-engineer"), sql=f"select word from {BOTH} a")
    _, told = federation.explain(question)
    assert told["code"] == "internal"
    entries = [entry for entry in regions.houses[WEST].ledger.written if b'"code":"internal"' in entry]
    assert len(entries) == 2
    assert b"CANARY" not in b"".join(regions.houses[WEST].ledger.written)
    assert "CANARY" not in str(told)
