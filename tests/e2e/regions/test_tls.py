"""The mesh over TLS, with certificates of `freehold certs`: nodes, clients and commands believe its authority and no other."""

from __future__ import annotations

import datetime as dt
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

import freehold
from freehold.errors import NodeUnreachable
from freehold.keys import authority as keys
from freehold.wiring.clock import SystemClock

SEGMENTS = "select segment, count(*) as n from customer.customer_360 group by segment order by segment"
EVENTS = "select id, kind from customer.events order by id"
RUMOURS = "select what from sales.rumours"
ARROW = "application/vnd.apache.arrow.stream"


def other_authority(folder: Path) -> keys.Issued:
    """Make an authority that nobody here believes."""
    return keys.make_authority(folder, "elsewhere", SystemClock().now())


@pytest.fixture
def liar(secure: Any) -> Generator[Any]:
    """Whoever answers at one node's address, in TLS once a test gives it a certificate."""
    secure.liar.asked.clear()
    yield secure.liar
    secure.liar.tls = None


def show(liar: Any, folder: Path) -> None:
    """Let somebody show the certificate in a folder."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / keys.NODE_FILE, folder / keys.NODE_KEY)
    liar.tls = context


# ── what is believed ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_question_is_carried_over_tls_as_without(secure: Any) -> None:
    assert secure["north"].url.startswith("https://")
    direct, carried = secure.ask("west", SEGMENTS), secure.ask("north", SEGMENTS)
    assert carried.json()["data"] == direct.json()["data"]
    assert carried.headers["freehold-relay"] == "north"
    assert secure["north"].entry(carried.headers["freehold-relay-leaf"])["peer_leaf"] == int(carried.headers["freehold-leaf"])


def test_a_large_answer_passes_over_tls_byte_for_byte(secure: Any) -> None:
    direct, carried = secure.ask("west", EVENTS, Accept=ARROW), secure.ask("north", EVENTS, Accept=ARROW)
    assert len(carried.content) > 4 << 20
    assert carried.content == direct.content


def test_nodes_speak_nothing_but_tls_at_their_one_port(secure: Any) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(secure["west"].url.replace("https", "http") + "/healthz", trust_env=False)


def test_the_client_believes_the_authority_that_it_is_given(secure: Any) -> None:
    site = secure["north"]
    with freehold.connect(site.url, token=secure.token(), authority=site.authority) as mesh:
        assert mesh.query(SEGMENTS).to_arrow().num_rows == 2


def test_the_client_finds_the_authority_in_the_environment(secure: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_AUTHORITY", str(secure["north"].authority))
    with freehold.connect(secure["north"].url, token=secure.token()) as mesh:
        assert mesh.query(SEGMENTS).to_arrow().num_rows == 2


def test_a_command_beside_a_node_believes_what_the_node_believes(secure: Any) -> None:
    command = [sys.executable, "-m", "freehold", "query", SEGMENTS, "--as", "sales-app@sales", "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FREEHOLD_")}  # noqa: TID251
    done = subprocess.run(command, cwd=secure["north"].folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [row["n"] for row in json.loads(done.stdout)["data"]] == [100, 100]


# ── what is not ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_client_without_the_authority_is_told_so(secure: Any) -> None:
    with freehold.connect(secure["north"].url, token=secure.token()) as mesh, pytest.raises(NodeUnreachable) as caught:
        mesh.query(SEGMENTS)
    assert "it is of an authority that is not believed here" in caught.value.detail
    assert "FREEHOLD_AUTHORITY" in (caught.value.remedy or "")


def test_a_client_that_asks_for_another_name_is_told_so(secure: Any) -> None:
    site = secure["north"]
    address = site.url.replace("127.0.0.1", "localhost")
    with freehold.connect(address, token=secure.token(), authority=site.authority) as mesh:
        assert mesh.query(SEGMENTS).to_arrow().num_rows == 2
    with httpx.Client(verify=site.verify, trust_env=False) as client, pytest.raises(httpx.ConnectError) as caught:
        client.get(f"{site.url}/healthz", extensions={"sni_hostname": "elsewhere.example"})
    assert "match" in str(caught.value)


def refused(secure: Any, liar: Any) -> dict[str, Any]:
    """Return how a question is refused whose home shows something wrong, which nobody there hears of."""
    answer = secure.ask("north", RUMOURS)
    said: dict[str, Any] = answer.json()
    assert liar.asked == []
    entry = secure["north"].entry(said["leaf"])
    assert (entry["code"], entry["peer"], answer.status_code) == (said["code"], "liar", int(said["status"]))
    return said


def test_a_home_with_a_certificate_of_another_authority_is_not_spoken_to(secure: Any, liar: Any, tmp_path: Path) -> None:
    other = other_authority(tmp_path)
    keys.issue(other, tmp_path / "liar", "liar", "127.0.0.1", SystemClock().now())
    show(liar, tmp_path / "liar")
    said = refused(secure, liar)
    assert (said["code"], said["reason"]) == ("node-untrusted", "certificate")
    assert "it is of an authority that is not believed here" in said["detail"]


def test_a_home_with_a_certificate_for_another_name_is_not_spoken_to(
    secure: Any, liar: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "LOOPBACK", ())
    now = SystemClock().now()
    own = keys.read_authority(secure["west"].folder / ".freehold" / "certificates", now)
    keys.issue(own, tmp_path, "liar", "elsewhere.example", now)
    show(liar, tmp_path)
    said = refused(secure, liar)
    assert (said["code"], said["reason"]) == ("node-untrusted", "certificate")
    assert "it is for another name" in said["detail"]


def test_a_home_with_a_certificate_that_has_ended_is_not_spoken_to(secure: Any, liar: Any, tmp_path: Path) -> None:
    now = SystemClock().now()
    own = keys.read_authority(secure["west"].folder / ".freehold" / "certificates", now)
    before = now - dt.timedelta(days=keys.NODE_DAYS + 1)
    keys.issue(own, tmp_path, "liar", "127.0.0.1", before)
    show(liar, tmp_path)
    assert "it has ended" in refused(secure, liar)["detail"]


def test_a_home_that_speaks_no_tls_is_not_spoken_to(secure: Any, liar: Any) -> None:
    said = refused(secure, liar)
    assert said["code"] == "node-elsewhere"
    assert "speaks no TLS" in said["detail"]


def test_with_the_right_certificate_the_same_home_is_spoken_to(secure: Any, liar: Any, tmp_path: Path) -> None:
    """So it was the certificate alone for which it was refused before."""
    now = SystemClock().now()
    own = keys.read_authority(secure["west"].folder / ".freehold" / "certificates", now)
    keys.issue(own, tmp_path, "liar", "127.0.0.1", now)
    show(liar, tmp_path)
    assert secure.ask("north", RUMOURS).json()["code"] == "node-unreachable"  # it has the key, and answers nonsense
    assert len(liar.asked) == 1
