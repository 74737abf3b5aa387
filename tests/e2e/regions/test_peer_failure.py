"""What goes wrong between nodes has a stable code, is recorded, leaks nothing, and ends by itself."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from freehold.model.peer import Forwarded

SEGMENTS = "select segment, count(*) as n from customer.customer_360 group by segment order by segment"
EVENTS = "select id, kind from customer.events order by id"
RUMOURS = "select what from sales.rumours"
MANY = "select a.id, a.kind, b.kind as other from customer.events a join customer.events b on a.id % 1000 = b.id % 1000"
ARROW = "application/vnd.apache.arrow.stream"


def stream(mesh: Any, sql: str) -> AbstractContextManager[httpx.Response]:
    """Begin to read the answer to a question that enters in the north."""
    address, headers = f"{mesh['north'].url}/v1/query", mesh.headers(Accept=ARROW)
    return httpx.stream("POST", address, json={"sql": sql}, headers=headers, trust_env=False, timeout=60)


# ── a token of a node ────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def send(mesh: Any) -> Callable[..., httpx.Response]:
    """Return what sends a question to a home as another node would, with parts of it changed."""

    def sent(
        tokens: Any = None, *, to: str = "west", sql: str = SEGMENTS, signed: str = "", token: str | None = None, times: int = 1
    ) -> httpx.Response:
        headers = mesh.headers(Accept="application/json")
        request = Forwarded(
            method="POST",
            path="/v1/query",
            authorization=headers["Authorization"],
            accept="application/json",
            body=msgspec.json.encode({"sql": signed or sql}),
        )
        made = (tokens or mesh.speak_as("north")).request(to, mesh.run_of(to), request.digest())
        headers["Freehold-Node-Token"] = made if token is None else token
        body = msgspec.json.encode({"sql": sql})
        address = f"{mesh[to].url}/v1/query"
        said = [httpx.post(address, content=body, headers=headers, trust_env=False, timeout=60) for _ in range(times)]
        return said[-1]

    return sent


def test_a_request_token_lets_a_node_carry_a_question_once(send: Callable[..., httpx.Response]) -> None:
    assert send().status_code == 200
    again = send(times=2)
    assert (again.status_code, again.json()["code"]) == (401, "node-token-replayed")


def test_an_altered_request_is_refused(send: Callable[..., httpx.Response]) -> None:
    refused = send(sql="select segment from customer.customer_360", signed=SEGMENTS)
    assert (refused.status_code, refused.json()["code"]) == (401, "node-token-invalid")


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_a_node_that_only_says_so_is_not_believed(send: Callable[..., httpx.Response], token: str) -> None:
    assert send(token=token).json()["code"] == "node-token-invalid"


def test_a_node_cannot_sign_for_another(mesh: Any, send: Callable[..., httpx.Response]) -> None:
    assert send(mesh.speak_as("north", key="us")).json()["code"] == "node-token-invalid"


def test_versions_that_do_not_work_together_are_a_clear_refusal(mesh: Any, send: Callable[..., httpx.Response]) -> None:
    refused = send(mesh.speak_as("north", version="0.9.0"))
    assert (refused.status_code, refused.json()["code"]) == (502, "version-skew")
    assert "0.9.0" in refused.json()["detail"]
    assert send(mesh.speak_as("north", version="0.2.0")).status_code == 200


def test_what_was_carried_once_is_carried_no_further(send: Callable[..., httpx.Response]) -> None:
    refused = send(to="us")
    assert (refused.status_code, refused.json()["code"]) == (421, "node-elsewhere")
    assert "freehold-relay" not in refused.headers


def test_a_node_asks_nothing_for_itself(mesh: Any) -> None:
    tokens, body = mesh.speak_as("north"), msgspec.json.encode({"sql": SEGMENTS})
    digest = Forwarded(method="POST", path="/v1/query", accept="application/json", body=body).digest()
    headers = {"Freehold-Node-Token": tokens.request("west", mesh.run_of("west"), digest), "Accept": "application/json"}
    refused = httpx.post(f"{mesh['west'].url}/v1/query", content=body, headers=headers, trust_env=False)
    assert (refused.status_code, refused.json()["code"]) == (401, "token-missing")


# ── somebody at a home's address who is not it, or says what it should not ───────────────────────────────────────
@pytest.fixture
def liar(mesh: Any) -> Generator[Any]:
    """Somebody who has the home's key, and is honest again afterwards."""
    held = mesh.liar
    key, version = held.key, held.version
    held.asked.clear()
    yield held
    held.key, held.version = key, version


def recorded(mesh: Any, answer: httpx.Response) -> tuple[str, str, str]:
    """Return what the carrying node recorded of a question that it could not carry."""
    entry = mesh["north"].entry(answer.json()["leaf"])
    return entry["kind"], entry["code"], entry["peer"]


def test_whoever_cannot_show_the_homes_key_never_sees_the_callers_token(mesh: Any, liar: Any) -> None:
    liar.key = mesh.speak_as("us")._key
    liar.version = "0.1.0"
    answer = mesh.ask("us", RUMOURS)
    assert (answer.status_code, answer.json()["code"]) == (502, "node-untrusted")
    assert liar.asked == []
    entry = mesh["us"].entry(answer.json()["leaf"])
    assert (entry["kind"], entry["code"], entry["peer"]) == ("failed", "node-untrusted", "liar")


def test_a_home_of_another_version_is_a_clear_refusal_here_too(mesh: Any, liar: Any) -> None:
    liar.version = "0.9.0"
    answer = mesh.ask("us", RUMOURS)
    assert (answer.status_code, answer.json()["code"]) == (502, "version-skew")
    assert liar.asked == []


def half(handler: BaseHTTPRequestHandler) -> None:
    """Announce more than is said, then hang up."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [')
    handler.close_connection = True


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Begin to stream, then hang up in the middle of a chunk."""
    handler.send_response(200)
    handler.send_header("Content-Type", ARROW)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"200000\r\n" + b"x" * 0x180000)
    handler.close_connection = True


def silence(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing until the tests are over."""
    over: Any = handler.server
    over.over.wait(60)


def page(handler: BaseHTTPRequestHandler) -> None:
    """Answer as something in between would."""
    handler.send_error(503, "Service Unavailable")


def nonsense(handler: BaseHTTPRequestHandler) -> None:
    """Answer with a problem that is none."""
    body = b"<html>CANARY</html>"
    handler.send_response(403)
    handler.send_header("Content-Type", "application/problem+json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.mark.parametrize("reply", [half, page, nonsense], ids=lambda reply: reply.__name__)
def test_an_answer_that_breaks_off_is_no_answer(mesh: Any, liar: Any, reply: Any) -> None:
    liar.reply = reply
    answer = mesh.ask("north", RUMOURS)
    assert (answer.status_code, answer.json()["code"]) == (502, "node-unreachable")
    assert "CANARY" not in answer.text
    assert recorded(mesh, answer) == ("failed", "node-unreachable", "liar")


def test_a_streamed_answer_that_breaks_off_breaks_off_here_too(mesh: Any, liar: Any) -> None:
    liar.reply = endless
    with stream(mesh, RUMOURS) as answer:
        leaf = int(answer.headers["freehold-relay-leaf"])
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()
    assert mesh["north"].entry(leaf)["kind"] == "relayed"
    assert leaf not in {entry.get("refers_to") for entry in mesh["north"].entries()}


def test_a_home_that_does_not_answer_in_time_is_given_up(mesh: Any, liar: Any) -> None:
    """The node waits for as long as its own queries may take, two seconds here, and five more."""
    liar.reply = silence
    answer = mesh.ask("us", RUMOURS)
    assert (answer.status_code, answer.json()["code"]) == (408, "time-exceeded")
    assert mesh["us"].entry(answer.json()["leaf"])["code"] == "time-exceeded"


def test_the_home_is_told_who_asks_and_who_carries_and_nothing_else(mesh: Any, liar: Any) -> None:
    liar.reply = page
    mesh.ask("north", RUMOURS, Cookie="secret=1", X_Custom="CANARY", Freehold_Purpose="Rumours")
    (headers,) = liar.asked
    known = {"host", "connection", "user-agent", "content-length", "accept-encoding", "x-request-id"}
    known |= {"authorization", "accept", "freehold-node-token", "freehold-purpose"}
    assert set(headers) <= known
    assert headers["freehold-purpose"] == "Rumours"


# ── a home that goes and comes back ──────────────────────────────────────────────────────────────────────────────
def test_a_home_that_is_down_is_named_with_its_address_and_rejoins_by_itself(mesh: Any) -> None:
    assert mesh.ask("north", SEGMENTS).status_code == 200
    mesh["west"].stop()
    try:
        answer = mesh.ask("north", SEGMENTS)
        assert (answer.status_code, answer.json()["code"]) == (421, "node-elsewhere")
        assert (answer.json()["home"], answer.json()["url"]) == ("westeurope", mesh["west"].url)
        assert recorded(mesh, answer) == ("refused", "node-elsewhere", "west")
        assert mesh.ask("north", SEGMENTS, Freehold_Route="redirect").status_code == 307
        assert mesh.get("north", "/api/v1/sales/by-category?except=Books").status_code == 200
    finally:
        mesh["west"].start()
    assert mesh.ask("north", SEGMENTS).status_code == 200


def test_a_home_that_was_killed_and_started_again_is_asked_as_before(mesh: Any) -> None:
    assert mesh.ask("north", SEGMENTS).status_code == 200
    mesh["west"].kill()
    mesh["west"].start()
    assert mesh.ask("north", SEGMENTS).status_code == 200


def test_a_home_killed_in_the_middle_of_an_answer_breaks_it_off(mesh: Any) -> None:
    try:
        with stream(mesh, MANY) as answer:
            coming = answer.iter_raw()
            assert next(coming)
            mesh["west"].kill()
            with pytest.raises(httpx.RemoteProtocolError):
                list(coming)
    finally:
        mesh["west"].kill()
        mesh["west"].start()
    assert mesh.ask("north", SEGMENTS).status_code == 200


@pytest.mark.long
def test_a_caller_who_goes_away_stops_the_query_at_its_home(mesh: Any) -> None:
    """The home runs one query at a time here: were the first still under way, there would be no place for the second."""
    mesh["west"].stop()
    mesh["west"].environment = {"FREEHOLD_QUERIES": "1", "FREEHOLD_MAX_SECONDS": "600", "FREEHOLD_MAX_ROWS": "1000000000"}
    mesh["west"].start()
    try:
        with stream(mesh, MANY) as answer:
            coming = answer.iter_raw()
            assert next(coming)
            assert mesh.ask("west", SEGMENTS).json()["code"] == "node-busy"
        assert mesh.ask("west", SEGMENTS.replace("n from", "m from")).status_code == 200
    finally:
        mesh["west"].stop()
        mesh["west"].environment = {}
        mesh["west"].start()


def test_a_node_that_hears_and_says_nothing_is_not_waited_for(mesh: Any) -> None:
    """A socket that takes connections and never answers stands in for the home."""
    mesh["west"].stop()
    try:
        with socket.create_server(("127.0.0.1", mesh["west"].port)):
            answer = mesh.ask("us", SEGMENTS)
        assert (answer.status_code, answer.json()["code"]) == (421, "node-elsewhere")
    finally:
        mesh["west"].start()


# ── a key that was replaced ──────────────────────────────────────────────────────────────────────────────────────
def test_a_node_whose_key_the_mesh_does_not_name_carries_nothing(mesh: Any, tmp_path: Path) -> None:
    """Its own data it serves as before: only other nodes have to know it."""
    file = mesh["north"].settings.keys_folder("north") / "node.pem"
    mesh["north"].stop()
    file.rename(tmp_path / "node.pem")
    mesh["north"].start()
    try:
        answer = mesh.ask("north", SEGMENTS)
        assert (answer.status_code, answer.json()["code"]) == (502, "node-untrusted")
        assert answer.json()["reason"] == "node-token-invalid"
        assert recorded(mesh, answer) == ("failed", "node-untrusted", "west")
        assert mesh.get("north", "/api/v1/sales/by-category?except=Books").status_code == 200
        refused = mesh.get("west", "/api/v1/sales/by-category?except=Books")
        assert refused.json()["code"] == "node-untrusted"
    finally:
        mesh["north"].stop()
        (tmp_path / "node.pem").replace(file)
        mesh["north"].start()
    assert mesh.ask("north", SEGMENTS).status_code == 200
