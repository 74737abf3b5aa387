"""One node asks another over HTTP: whatever that one answers, the asking ends, the copy stays true, and the next round comes."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from freehold.errors import (
    CatalogRefused,
    FreeholdError,
    NodeElsewhere,
    NodeUnreachable,
    NodeUntrusted,
    ResidencyRefused,
    TimeExceeded,
    VersionSkew,
)
from freehold.model.catalog import Head, root
from freehold.model.peer import Forwarded, Introduction
from freehold.peers.client import HttpPeers
from freehold.services import follow
from freehold.services.follow import Following
from freehold.wiring.clock import SystemClock
from unit.catalogue.conftest import Duo, product

ONE, TWO = product("One"), product("Two")
PROBLEM = "application/problem+json"
PATIENCE = 60
"""Seconds after which whoever asks a hostile node is taken to wait for ever."""


class Home(ThreadingHTTPServer):
    """West at an address: who it is, and what it tells, as `tell` has it."""

    daemon_threads = True

    def __init__(self, duo: Duo) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.duo = duo
        self.asked: list[str] = []
        self.over = threading.Event()
        self.speaker = duo.west
        self.tell: Callable[[_Answer], None] = _Answer.honest
        self.introduce: Callable[[_Answer], None] | None = None


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Home  # pyright: ignore[reportIncompatibleVariableOverride]

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the shape of the library)
        pass

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if urlsplit(self.path).path == "/v1/catalog":
            self.server.tell(self)
            return
        if self.server.introduce is not None:
            self.server.introduce(self)
            return
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        west = self.server.speaker
        said = Introduction(node="west", region="westeurope", version=west.version, run=west.identity.run)
        introduction = west.identity.introduce(asked["asker"], asked["challenge"], said)
        self.send(200, msgspec.json.encode({"introduction": introduction}), "")

    def send(self, status: int, body: bytes, token: str, kind: str = "application/json") -> None:
        """Send a whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Freehold-Catalog", token)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def honest(self) -> None:
        """Answer as a node does."""
        since = parse_qs(urlsplit(self.path).query).get("since")
        match = self.headers.get("If-None-Match", "").strip('"')
        asked = Forwarded(
            method="GET",
            path="/v1/catalog",
            query=urlsplit(self.path).query,
            accept=self.headers.get("Accept", ""),
            match=self.headers.get("If-None-Match", ""),
        )
        west = self.server.duo.west
        carrier = west.identity.carrier(self.headers["Freehold-Node-Token"], asked.digest())
        told = west.publication.tell(carrier, match, int(since[0]) if since else None)
        self.send(304 if told.body is None else 200, told.body or b"", told.token)


@pytest.fixture
def home(duo: Duo) -> Iterator[Home]:
    """West answers over HTTP, by the machine's clock, and north knows where."""
    duo.clock.time = SystemClock().now()
    made = Home(duo)
    url = f"http://127.0.0.1:{made.server_address[1]}"
    duo.nodes["west"] = msgspec.structs.replace(duo.nodes["west"], url=url)
    duo.north.apply(ONE)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.over.set()
    made.shutdown()
    made.server_close()


def following(duo: Duo, *, within: float = 10, seconds: float = 1) -> tuple[Following, HttpPeers]:
    """Return what follows as north; on a running loop."""
    north = duo.north
    tls = ssl.create_default_context()
    peers = HttpPeers(node="north", identity=north.identity, nodes=lambda: duo.nodes, clock=SystemClock(), seconds=5, tls=tls)
    made = Following(
        node="north",
        peers=peers,
        copies=north.copies,
        in_force=north.in_force,
        clock=SystemClock(),
        seconds=seconds,
        chance=lambda: 0.5,
        within=within,
    )
    return made, peers


def ask(duo: Duo, **given: float) -> None:
    """Ask west once."""

    async def work() -> None:
        made, peers = following(duo, **given)
        try:
            async with asyncio.timeout(PATIENCE):
                await made.ask(duo.nodes["west"])
        finally:
            await peers.close()

    asyncio.run(work())


def entries(duo: Duo) -> set[str]:
    """Return the keys of what north holds of west."""
    held = duo.north.copies.held(duo.nodes["west"])
    return set(held.entries) if held else set()


def test_a_home_is_heard_and_next_time_says_that_nothing_changed(duo: Duo, home: Home) -> None:
    duo.west.apply(ONE)
    ask(duo)
    assert entries(duo) == {ONE.key}
    held = duo.north.copies.held(duo.nodes["west"])
    assert held is not None
    duo.clock.move(1)
    ask(duo)
    again = duo.north.copies.held(duo.nodes["west"])
    assert again is not None
    assert (again.at, again.head) == (held.at + 1, held.head)
    assert home.asked[-1] == f"/v1/catalog?since={held.head.version}"


def test_what_does_not_fit_what_is_held_is_asked_for_whole(duo: Duo, home: Home) -> None:
    duo.west.apply(ONE)
    ask(duo)
    duo.west.store.close()
    for path in duo.folder.glob("west.sqlite*"):
        path.unlink()
    duo.west.apply(TWO)
    duo.west.start()
    duo.clock.move(1)
    ask(duo)
    assert entries(duo) == {TWO.key}
    assert home.asked[-1] == "/v1/catalog"


def too_large(answer: _Answer) -> None:
    """Send more than a catalogue may be, and say so beforehand or not."""
    answer.send_response(200)
    answer.send_header("Freehold-Catalog", "x")
    answer.end_headers()
    answer.close_connection = True
    try:
        while True:
            answer.wfile.write(b" " * (1 << 20))
    except OSError:
        return


def drip(answer: _Answer) -> None:
    """Send a little at a time, without end."""
    answer.send_response(200)
    answer.send_header("Freehold-Catalog", "x")
    answer.end_headers()
    answer.close_connection = True
    try:
        while not answer.server.over.wait(0.05):
            answer.wfile.write(b" ")
    except OSError:
        return


def silent(answer: _Answer) -> None:
    """Say nothing."""
    answer.server.over.wait(2 * PATIENCE)
    answer.close_connection = True


def broken(answer: _Answer) -> None:
    """Break off in the middle."""
    answer.send_response(200)
    answer.send_header("Content-Length", "1000")
    answer.end_headers()
    answer.wfile.write(b"{")
    answer.close_connection = True


def unsigned(answer: _Answer) -> None:
    """Tell everything under a signature of nobody."""
    told = answer.server.duo.tell()
    answer.send(200, told.body or b"", "")


def by_another(answer: _Answer) -> None:
    """Tell something signed with another key."""
    head = Head(node="west", version=1, root=root({}), entries=0)
    answer.send(200, b"{}", answer.server.duo.forge(head, key="stranger"))


def of_tomorrow(answer: _Answer) -> None:
    """Tell something signed tomorrow."""
    duo = answer.server.duo
    duo.clock.move(86_400)
    told = duo.tell()
    duo.clock.move(-86_400)
    answer.send(200, told.body or b"", told.token)


def unchanged(answer: _Answer) -> None:
    """Say that nothing changed."""
    answer.send(304, b"", answer.server.duo.tell().token)


def empty(answer: _Answer) -> None:
    """Say that there is nothing."""
    answer.send(204, b"", "x")


def no_node(answer: _Answer) -> None:
    """Answer as something that is no node."""
    answer.send(404, b"<html>", "x", "text/html")


def no_text(answer: _Answer) -> None:
    """Refuse in bytes that are no text."""
    answer.send(404, b'{"code": "\xff"}', "x", PROBLEM)


def older(answer: _Answer) -> None:
    """Answer as a node that tells no catalogue."""
    answer.send(404, b'{"code": "address-unknown"}', "x", PROBLEM)


def closed(answer: _Answer) -> None:
    """Say that nothing may go to the asker's region."""
    answer.send(403, b'{"code": "residency-refused"}', "x", PROBLEM)


def disbelieving(answer: _Answer) -> None:
    """Do not believe whoever asks."""
    answer.send(401, b'{"code": "node-token-invalid"}', "x", PROBLEM)


@pytest.mark.parametrize(
    ("tell", "error"),
    [
        (too_large, CatalogRefused),
        (drip, TimeExceeded),
        (silent, TimeExceeded),
        (broken, NodeUnreachable),
        (unsigned, CatalogRefused),
        (by_another, CatalogRefused),
        (of_tomorrow, CatalogRefused),
        (unchanged, CatalogRefused),
        (empty, NodeUnreachable),
        (no_node, NodeUnreachable),
        (no_text, NodeUnreachable),
        (older, NodeUnreachable),
        (closed, ResidencyRefused),
        (disbelieving, NodeUntrusted),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_whatever_a_hostile_node_answers_ends_soon_and_changes_nothing(
    duo: Duo, home: Home, tell: Any, error: type[FreeholdError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "LIMIT", 4 << 20)
    duo.west.apply(ONE)
    home.tell = tell
    with pytest.raises(error):
        ask(duo, within=1.5 if error is TimeExceeded else PATIENCE)
    assert entries(duo) == set()
    home.tell = _Answer.honest
    ask(duo)
    assert entries(duo) == {ONE.key}


@pytest.mark.parametrize(
    ("introduce", "error"), [(too_large, NodeUntrusted), (no_text, NodeUntrusted), (drip, TimeExceeded), (silent, TimeExceeded)]
)
def test_whoever_does_not_introduce_itself_soon_and_shortly_is_asked_nothing(
    duo: Duo, home: Home, introduce: Any, error: type[FreeholdError]
) -> None:
    home.introduce = introduce
    with pytest.raises(error):
        ask(duo, within=1.5 if error is TimeExceeded else PATIENCE)
    assert not any(path.startswith("/v1/catalog") for path in home.asked)


def test_a_home_two_minor_versions_apart_is_refused_clearly_and_one_apart_is_heard(duo: Duo, home: Home) -> None:
    duo.west.apply(ONE)
    duo.west.become("0.3.0")
    with pytest.raises(VersionSkew, match=r"runs version 0\.3\.0, and this node 0\.1\.0"):
        ask(duo)
    duo.west.become("0.2.0")
    ask(duo)
    assert entries(duo) == {ONE.key}


def test_a_home_that_is_down_is_elsewhere(duo: Duo, home: Home) -> None:
    duo.nodes["west"] = msgspec.structs.replace(duo.nodes["west"], url="http://127.0.0.1:9")
    with pytest.raises(NodeElsewhere):
        ask(duo)


async def comes_about(what: Callable[[], bool]) -> None:
    """Wait until something holds."""
    while not what():  # noqa: ASYNC110  (another thread brings it about)
        await asyncio.sleep(0.05)


def run(duo: Duo, until: Callable[[], bool], *, meanwhile: Callable[[], Coroutine[Any, Any, None]] | None = None) -> None:
    """Follow as north until something holds."""

    async def work() -> None:
        made, peers = following(duo)
        task = asyncio.create_task(made.run())
        try:
            if meanwhile is not None:
                await meanwhile()
            async with asyncio.timeout(PATIENCE):
                await comes_about(until)
        finally:
            task.cancel()
            await asyncio.wait((task,))
            await peers.close()

    asyncio.run(work())


def test_a_home_that_fails_is_asked_again_until_it_is_heard_and_then_for_what_is_new(duo: Duo, home: Home) -> None:
    duo.west.apply(ONE)
    duo.nodes.pop("east")
    duo.north.apply(ONE)
    home.tell = broken

    async def mend() -> None:
        await comes_about(lambda: duo.north.copies.failure("west") is not None)
        failure = duo.north.copies.failure("west")
        assert failure is not None
        assert failure.code == "node-unreachable"
        home.tell = _Answer.honest

    run(duo, lambda: entries(duo) == {ONE.key}, meanwhile=mend)
    assert duo.north.copies.failure("west") is None

    async def change() -> None:
        await asyncio.sleep(0.2)
        duo.west.apply(ONE, TWO)

    run(duo, lambda: entries(duo) == {ONE.key, TWO.key}, meanwhile=change)


def test_one_node_that_misbehaves_keeps_no_other_from_being_heard(duo: Duo, home: Home) -> None:
    duo.nodes["east"] = msgspec.structs.replace(duo.nodes["east"], url="http://127.0.0.1:9")
    duo.north.apply(ONE)
    duo.west.apply(ONE)
    run(duo, lambda: entries(duo) == {ONE.key} and duo.north.copies.failure("east") is not None)


def test_a_node_that_misbehaves_is_asked_less_often_and_one_that_is_down_is_not(duo: Duo, home: Home) -> None:
    async def waits(tell: Any) -> list[float]:
        made, peers = following(duo)
        home.tell = tell
        found = [await made.visit(duo.nodes["west"]) for _ in range(4)]
        await peers.close()
        return found

    duo.west.apply(ONE)
    assert asyncio.run(waits(unsigned)) == [2, 4, 4, 4]
    assert asyncio.run(waits(broken)) == [1, 1, 1, 1]
    assert asyncio.run(waits(_Answer.honest)) == [1, 1, 1, 1]


def test_whatever_nobody_foresaw_in_one_node_does_not_end_the_following(
    duo: Duo, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    duo.west.apply(ONE)

    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(duo.north.copies, "accept", fail)

    async def visit() -> None:
        made, peers = following(duo)
        await made.visit(duo.nodes["west"])
        await peers.close()

    asyncio.run(visit())
    failure = duo.north.copies.failure("west")
    assert failure is not None
    assert (failure.code, "secret" in failure.detail) == ("internal", False)
