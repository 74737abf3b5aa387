"""What was measured survives a restart, adds up, and ends: spans, readings, incidents and what is still to be told."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from freehold.errors import StoreFailed
from freehold.model.service_level import Aspect, Incident, Reading, Span
from freehold.ports.history import Notice
from freehold.stores.history import SqliteHistory

KEY = "sales.orders"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.sqlite"


@pytest.fixture
def history(path: Path) -> Generator[SqliteHistory]:
    with closing(SqliteHistory(path)) as opened:
        yield opened


def notice(name: str, due: float) -> Notice:
    return Notice(id=name, kind="application/json", target="https://ops.example.com", body=b"{}", made=due, due=due)


def test_counts_of_one_span_add_up_over_flushes_and_restarts(history: SqliteHistory, path: Path) -> None:
    history.count({KEY: [Span(start=300, answered=2, prompt=1, times={5: 2})]})
    history.close()
    with closing(SqliteHistory(path)) as again:
        again.count({KEY: [Span(start=300, answered=1, failed=1, times={5: 1, 7: 1}), Span(start=600, answered=1)]})
        first, second = again.spans(KEY, 0)
    assert (first.answered, first.prompt, first.failed, first.times) == (3, 1, 1, {5: 3, 7: 1})
    assert second.answered == 1


def test_spans_of_other_products_and_times_stay_apart(history: SqliteHistory) -> None:
    history.count({KEY: [Span(start=300, answered=1), Span(start=600, answered=2)], "sales.other": [Span(start=600, answered=9)]})
    assert [span.answered for span in history.spans(KEY, 300)] == [2]


def test_a_reading_that_says_the_same_again_takes_the_place_of_the_last_within_an_hour(history: SqliteHistory) -> None:
    for at, age in ((10.0, 1.0), (20.0, 11.0), (3_700.0, 3_691.0)):
        history.read(KEY, Reading(at=at, version="v1", completeness=99.0, age=age))
    assert [item.at for item in history.readings(KEY, 0)] == [20.0, 3_700.0]


def test_a_reading_that_differs_is_kept_beside_the_last(history: SqliteHistory) -> None:
    history.read(KEY, Reading(at=10.0, version="v1", completeness=99.0))
    history.read(KEY, Reading(at=20.0, version="v1", completeness=98.0))
    assert [item.completeness for item in history.readings(KEY, 0)] == [99.0, 98.0]


def test_an_incident_that_ends_is_the_one_that_began(history: SqliteHistory) -> None:
    began = Incident(product=KEY, aspect=Aspect.ACCURACY, since=100.0)
    history.note([began], [])
    history.note([Incident(product=KEY, aspect=Aspect.ACCURACY, since=100.0, until=200.0)], [])
    (found,) = history.incidents(KEY, 0)
    assert found.until == 200.0
    assert history.incidents(KEY, 250.0) == ()


def test_a_notice_is_due_until_it_is_settled(history: SqliteHistory) -> None:
    history.note([], [notice("a", 10.0), notice("b", 20.0)])
    (first,) = history.due(15.0, 10)
    assert first.id == "a"
    history.settle(first, 30.0)
    assert [item.id for item in history.due(25.0, 10)] == ["b"]
    later = {item.id: item for item in history.due(30.0, 10)}
    assert later["a"].attempts == 1
    history.settle(later["a"], None)
    assert [item.id for item in history.due(99.0, 10)] == ["b"]


def test_a_notice_that_is_noted_twice_is_sent_once(history: SqliteHistory) -> None:
    history.note([], [notice("a", 10.0)])
    history.note([], [notice("a", 99.0)])
    assert [item.due for item in history.due(1_000.0, 10)] == [10.0]


def test_forgetting_leaves_open_incidents_and_what_is_young(history: SqliteHistory) -> None:
    history.count({KEY: [Span(start=300), Span(start=900)]})
    history.note(
        [
            Incident(product=KEY, aspect=Aspect.ACCURACY, since=1.0),
            Incident(product=KEY, aspect=Aspect.LATENCY, since=1.0, until=2.0),
        ],
        [],
    )
    history.read(KEY, Reading(at=5.0, version="v1"))
    history.forget(600, 100)
    assert [span.start for span in history.spans(KEY, 0)] == [900]
    assert [item.aspect for item in history.incidents(KEY, 0)] == [Aspect.ACCURACY]
    assert history.readings(KEY, 0) == ()


def test_a_file_of_a_newer_version_is_refused_and_left_alone(history: SqliteHistory, path: Path) -> None:
    history.close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("update meta set value = 99 where name = 'schema'")
        database.commit()
    with pytest.raises(StoreFailed, match="newer"):
        SqliteHistory(path)


def test_a_file_that_is_no_database_is_refused_with_what_to_do(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreFailed) as caught:
        SqliteHistory(path)
    assert "move the file away" in (caught.value.remedy or "")
