"""What another system did not take is sent again, later each time, and in the end given up."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from freehold.keys.authority import AUTHORITY_FILE, NODE_FILE, NODE_KEY, issue, make_authority
from freehold.peers.tls import believing_also
from freehold.ports.history import Notice
from freehold.services.monitoring import RETRIES, Monitoring
from freehold.stores.history import SqliteHistory
from freehold.targets.webhook import HttpTarget
from freehold.wiring.clock import SystemClock
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


def told(path: Path, url: str, steps: list[float], authority: Path | None = None) -> int:
    """Send one notice, looking again after each of `steps` seconds; return how many are still to be sent."""
    clock = TurnedClock()
    now = START.timestamp()

    async def run(history: SqliteHistory) -> None:
        target = HttpTarget(sign=lambda message: message[:1], clock=clock, agent="test", tls=believing_also(authority))
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


def test_a_certificate_is_believed_of_the_authority_that_is_named_and_of_no_other(tmp_path: Path) -> None:
    now = SystemClock().now()  # by which TLS looks at certificates
    authority = make_authority(tmp_path / "authority", "contoso", now)
    issue(authority, tmp_path / "ops", "ops", "127.0.0.1", now)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "ops" / NODE_FILE, tmp_path / "ops" / NODE_KEY)
    with receiving(tls) as receiver:
        assert told(tmp_path / "unknown", receiver.url, [0.0]) == 1
        assert receiver.came == []
        assert told(tmp_path / "named", receiver.url, [0.0], tmp_path / "authority" / AUTHORITY_FILE) == 0
    assert len(receiver.came) == 1


def test_a_notice_that_nobody_takes_is_given_up(tmp_path: Path) -> None:
    with receiving() as receiver:
        receiver.answers = [503] * 20
        assert told(tmp_path, receiver.url, [0.0, *RETRIES]) == 0
    assert len(receiver.came) == 1 + len(RETRIES)


def test_a_log_line_of_a_notice_that_is_given_up_holds_no_more_of_an_address_than_its_host(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with receiving() as receiver:
        receiver.answers = [503] * 20
        told(tmp_path, f"{receiver.url}/hooks/T0-SECRET?key=SECRET", [0.0, *RETRIES])
    assert "127.0.0.1" in caplog.text
    assert "SECRET" not in caplog.text


def test_an_address_where_nobody_answers_is_no_error(tmp_path: Path) -> None:
    with receiving() as gone:
        url = gone.url
    assert told(tmp_path, url, [0.0]) == 1
