"""What another system did not take is sent again, later each time, and in the end given up."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from freehold.ports.history import Notice
from freehold.services.monitoring import RETRIES, Monitoring
from freehold.stores.history import SqliteHistory
from freehold.targets.webhook import HttpTarget
from receiver import receiving

START = datetime(2026, 11, 23, tzinfo=UTC)


class TurnedClock:
    def __init__(self) -> None:
        self.present = START

    def now(self) -> datetime:
        return self.present

    def monotonic(self) -> float:
        return self.present.timestamp()


def monitoring(history: SqliteHistory, target: HttpTarget, clock: TurnedClock) -> Monitoring:
    nothing = cast("Any", None)
    return Monitoring(
        node="n",
        region="r",
        in_force=nothing,
        engine=nothing,
        quality=nothing,
        check=nothing,
        levels=nothing,
        history=history,
        target=target,
        clock=clock,
        encode=nothing,
        identify=nothing,
    )


def told(path: Path, url: str, steps: list[float]) -> int:
    """Send one notice, looking again after each of `steps` seconds; return how many are still to be sent."""
    clock = TurnedClock()
    now = START.timestamp()

    async def run(history: SqliteHistory) -> None:
        target = HttpTarget(sign=lambda message: message[:1], clock=clock, agent="test", tls=ssl.create_default_context())
        history.note([], [Notice(id="a", kind="application/json", target=url, body=b'{"type": "t"}', made=now, due=now)])
        for step in steps:
            clock.present += timedelta(seconds=step)
            await monitoring(history, target, clock).tell()
        await target.close()

    with closing(SqliteHistory(path / "history.sqlite")) as history:
        asyncio.run(run(history))
        return len(history.due(now + 1e9, 10))


def test_a_notice_that_is_taken_is_sent_once(tmp_path: Path) -> None:
    with receiving() as receiver:
        assert told(tmp_path, receiver.url, [0.0, 1e5]) == 0
    assert len(receiver.came) == 1


@pytest.mark.parametrize("status", [500, 404, 307])
def test_a_notice_that_is_not_taken_is_sent_again_no_sooner_than_it_is_due_under_the_same_id(tmp_path: Path, status: int) -> None:
    with receiving() as receiver:
        receiver.answers = [status]
        assert told(tmp_path, receiver.url, [0.0, RETRIES[0] - 1]) == 1
        assert len(receiver.came) == 1
    with receiving() as receiver:
        receiver.answers = [status]
        assert told(tmp_path / "again", receiver.url, [0.0, RETRIES[0]]) == 0
    assert [headers["webhook-id"] for headers, _ in receiver.came] == ["a", "a"]


def test_a_notice_that_nobody_takes_is_given_up(tmp_path: Path) -> None:
    with receiving() as receiver:
        receiver.answers = [503] * 20
        assert told(tmp_path, receiver.url, [0.0, *RETRIES]) == 0
    assert len(receiver.came) == 1 + len(RETRIES)


def test_an_address_where_nobody_answers_is_no_error(tmp_path: Path) -> None:
    with receiving() as gone:
        url = gone.url
    assert told(tmp_path, url, [0.0]) == 1
