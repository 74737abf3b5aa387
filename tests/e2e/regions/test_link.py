"""What a bad link between two nodes does: a proxy on it makes it slow, silent or dead, and keeps what was said to say it again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from typing import Any

import httpx
import pytest

from freehold.model.peer import Forwarded
from freehold.wiring.folder import apply_folder

pytestmark = pytest.mark.long
SEGMENTS = "select segment, count(*) as n from customer.customer_360 group by segment order by segment"
EVENTS = "select id, kind from customer.events order by id"
MANY = "select a.id, a.kind, b.kind as other from customer.events a join customer.events b on a.id % 1000 = b.id % 1000"
ARROW = "application/vnd.apache.arrow.stream"
SECONDS = 1.0
"""How long a query of the carrying node may take; it waits five seconds longer for another node."""


class Link:
    """A TCP proxy before a node: passes on what comes, later, not at all, or to nobody."""

    def __init__(self, port: int, target: int) -> None:
        self.delay = 0.0
        self.flowing = threading.Event()
        self.flowing.set()
        self.said: list[bytes] = []
        self._target = target
        self._port = port
        self._held: list[socket.socket] = []
        self._server: socket.socket | None = None
        self.up()

    def up(self) -> None:
        """Take connections."""
        self._server = socket.create_server(("127.0.0.1", self._port))
        threading.Thread(target=self._serve, args=(self._server,), daemon=True).start()

    def down(self) -> None:
        """End all connections and take no more."""
        if self._server is not None:
            self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
            self._server = None
        self.cut()

    def cut(self) -> None:
        """End all connections, as a reset in between would."""
        held, self._held = self._held, []
        for end in held:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _serve(self, server: socket.socket) -> None:
        while True:
            try:
                near, _ = server.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            self._held += [near, far]
            for source, sink, keep in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._pump, args=(source, sink, keep), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, keep: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if keep:
                    self.said.append(data)
                if self.delay:
                    time.sleep(self.delay)
                self.flowing.wait()
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def mesh(make_federation: Any, tmp_path_factory: pytest.TempPathFactory) -> Generator[Any]:
    """A mesh whose western node is reached through a link; its northern one waits six seconds for it."""

    def place(sites: Any) -> None:
        sites["west"].listen = free_port()
        sites["north"].environment = {"FREEHOLD_MAX_SECONDS": str(SECONDS), "FREEHOLD_MAX_ROWS": "1000000000"}
        sites["west"].environment = {"FREEHOLD_MAX_SECONDS": "60", "FREEHOLD_MAX_ROWS": "1000000000"}

    with make_federation(tmp_path_factory.mktemp("link"), place=place) as made:
        yield made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def link(mesh: Any) -> Generator[Link]:
    """The link to the western node, as good as it can be."""
    west = mesh["west"]
    made = Link(west.port, west.listen)
    try:
        assert mesh.ask("north", SEGMENTS).status_code == 200
        yield made
    finally:
        made.flowing.set()
        made.down()


def ledgers(mesh: Any) -> dict[str, Any]:
    """Return how the ledgers of the two nodes bear each other out, in the direction that is carried here."""
    folders = [str(mesh[name].settings.ledger_folder(name)) for name in ("west", "north")]
    command = [sys.executable, "-m", "freehold", "ledger", "reconcile", *folders, "--json"]
    found = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    return next(item for item in found["accounts"] if item["carrier"] == "north")


def test_over_a_slow_link_everything_arrives_later_and_is_the_same(mesh: Any, link: Link) -> None:
    fast = mesh.ask("north", EVENTS, Accept=ARROW)
    link.delay = 0.02
    began = time.monotonic()
    slow = mesh.ask("north", EVENTS, Accept=ARROW)
    assert time.monotonic() - began > SECONDS  # the limit is on silence, not on the whole
    assert slow.content == fast.content
    digest = hashlib.sha256(slow.content).hexdigest()
    assert mesh["north"].closing(slow.headers["freehold-relay-leaf"])["answer"] == digest
    assert mesh["west"].closing(slow.headers["freehold-leaf"])["answer"] == digest


def test_a_link_that_is_down_is_a_home_that_cannot_be_reached_and_comes_back_by_itself(mesh: Any, link: Link) -> None:
    link.down()
    answer = mesh.ask("north", SEGMENTS)
    assert (answer.status_code, answer.json()["code"]) == (421, "node-elsewhere")
    link.up()
    assert mesh.ask("north", SEGMENTS).status_code == 200


def test_a_link_that_swallows_the_question_is_given_up_and_nothing_is_judged_twice(mesh: Any, link: Link) -> None:
    judged = len(mesh["west"].entries())
    link.flowing.clear()
    began = time.monotonic()
    answer = mesh.ask("north", SEGMENTS)
    assert (answer.status_code, answer.json()["code"]) == (408, "time-exceeded")
    assert SECONDS + 4 < time.monotonic() - began < SECONDS + 12
    entry = mesh["north"].entry(answer.json()["leaf"])
    assert (entry["form"], entry["code"], entry["peer"]) == ("relayed", "time-exceeded", "west")
    link.cut()
    link.flowing.set()
    assert len(mesh["west"].entries()) == judged
    assert mesh.ask("north", SEGMENTS).status_code == 200
    assert ledgers(mesh)["reconciles"]


@pytest.mark.parametrize("end", ["silence", "reset"])
def test_a_link_that_dies_in_the_middle_of_an_answer_breaks_it_off_for_the_caller(mesh: Any, link: Link, end: str) -> None:
    address, headers = f"{mesh['north'].url}/v1/query", mesh.headers(Accept=ARROW)
    with httpx.stream("POST", address, json={"sql": MANY}, headers=headers, trust_env=False, timeout=60) as answer:
        leaf = int(answer.headers["freehold-relay-leaf"])
        coming = answer.iter_raw()
        assert next(coming)
        link.flowing.clear() if end == "silence" else link.cut()
        with pytest.raises(httpx.RemoteProtocolError):
            list(coming)
    link.cut()
    link.flowing.set()
    assert mesh.ask("north", SEGMENTS).status_code == 200
    account = ledgers(mesh)
    assert leaf in {pair["leaf"] for pair in account["broken"]}
    assert account["reconciles"]


def captured(link: Link, mesh: Any) -> bytes:
    """Return a carried question as it went over the link."""
    link.said.clear()
    assert mesh.ask("north", SEGMENTS).status_code == 200
    return b"".join(link.said)


def say(mesh: Any, sent: bytes) -> tuple[int, str]:
    """Say something to the western node, past the link, and return the status and code of what it says."""
    with socket.create_connection(("127.0.0.1", mesh["west"].listen), timeout=10) as straight:
        straight.sendall(sent)
        said = b""
        while b"\r\n\r\n" not in said or b'"code"' not in said:
            data = straight.recv(1 << 16)
            assert data, said
            said += data
    head, _, body = said.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["code"]


def test_what_was_carried_once_cannot_be_said_again(mesh: Any, link: Link) -> None:
    sent = captured(link, mesh)
    assert sent.startswith(b"POST /v1/query")
    judged = len(mesh["west"].entries())
    assert say(mesh, sent) == (401, "node-token-replayed")
    assert len(mesh["west"].entries()) == judged


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"count(*) as n", b"count(*) as m"),
        (b"POST /v1/query ", b"POST /v1/explain "),
        (b"accept: application/json", b"accept: text/csv"),
        (b"accept: */*", b"accept: text/csv"),
    ],
)
def test_what_was_carried_cannot_be_altered_on_the_way(mesh: Any, link: Link, before: bytes, after: bytes) -> None:
    sent = captured(link, mesh)
    at = sent.lower().find(before.lower())
    if at < 0:
        assert before.startswith(b"accept: ")  # the caller named one of the two
        return
    assert say(mesh, sent[:at] + after + sent[at + len(before) :]) == (401, "node-token-invalid")


def test_a_stolen_key_opens_nothing_from_the_apply_on(mesh: Any, link: Link) -> None:
    """The thief has the northern node's key and a caller's token, and asks the western one in the north's name."""
    body = json.dumps({"sql": "select kind from customer.events limit 1"}).encode()
    headers = mesh.headers(Accept="application/json")
    thief = mesh.speak_as("north")
    assert as_thief(mesh, thief, headers, body) == 200

    north = mesh["north"]
    command = [
        sys.executable,
        "-m",
        "freehold",
        "node",
        "key",
        "--new",
        "--region",
        north.region,
        "--mesh",
        str(north.folder),
        "--json",
    ]
    made = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    for name in ("west", "north", "us"):
        mesh_file = mesh[name].folder / "mesh.yaml"
        mesh_file.write_text(mesh_file.read_text().replace(made["written"], made["publicKey"]))
        apply_folder(mesh[name].settings)
    assert as_thief(mesh, thief, headers, body) == 401

    north.stop()
    north.start()
    answer = mesh.ask("north", SEGMENTS)
    assert (answer.status_code, answer.headers["freehold-relay"]) == (200, "north")
    stolen = [item for item in ledgers(mesh)["differences"] if item["code"] == "not-carried"]
    assert len(stolen) == 1  # and what was asked before is in the home's ledger alone


def as_thief(mesh: Any, thief: Any, headers: dict[str, str], body: bytes) -> int:
    """Ask the western node in the name of another, and return the status."""
    request = Forwarded(
        method="POST", path="/v1/query", authorization=headers["Authorization"], accept=headers["Accept"], body=body
    )
    token = thief.request("west", mesh.run_of("west"), request.digest())
    address = f"{mesh['west'].url}/v1/query"
    return httpx.post(address, content=body, headers={**headers, "Freehold-Node-Token": token}, trust_env=False).status_code
