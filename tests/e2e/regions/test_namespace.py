"""A home on a machine of its own, as far as the network goes: a namespace with one cable to it, which can be pulled."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

SEGMENTS = "select segment, count(*) as n from customer.customer_360 group by segment order by segment"
MANY = "select a.id, a.kind, b.kind as other from customer.events a join customer.events b on a.id % 1000 = b.id % 1000"
ARROW = "application/vnd.apache.arrow.stream"
pytestmark = pytest.mark.long
NEAR, FAR = "10.203.77.1", "10.203.77.2"


@dataclass(frozen=True)
class Cable:
    """A cable into a namespace; what is in it speaks to this side through the cable alone."""

    namespace: str
    near: str
    far: str

    def lay(self) -> None:
        """Make the namespace and the cable.

        Raises:
            subprocess.CalledProcessError: This machine does not allow it.
        """
        run("ip", "netns", "add", self.namespace)
        run("ip", "link", "add", self.near, "type", "veth", "peer", "name", self.far, "netns", self.namespace)
        run("ip", "addr", "add", f"{NEAR}/30", "dev", self.near)
        self.inside("addr", "add", f"{FAR}/30", "dev", self.far)
        run("ip", "link", "set", self.near, "up")
        self.inside("link", "set", "lo", "up")  # by which a machine speaks to itself
        self.plug()

    def plug(self) -> None:
        """Let everything through: the kernel takes up to a second until it does."""
        self.inside("link", "set", self.far, "up")
        until = time.monotonic() + 10
        while not reached(FAR):
            assert time.monotonic() < until, "the cable carries nothing"
            time.sleep(0.02)

    def pull(self) -> None:
        """Let nothing through; nobody is told."""
        self.inside("link", "set", self.far, "down")

    def inside(self, *words: str) -> None:
        """Run an `ip` command in the namespace."""
        run("ip", "-n", self.namespace, *words)

    def remove(self) -> None:
        """Take both away."""
        subprocess.run(["ip", "netns", "del", self.namespace], capture_output=True, check=False)


def reached(address: str) -> bool:
    """Return whether a machine answers, be it that nobody listens there."""
    try:
        socket.create_connection((address, 9), timeout=0.5).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True


def run(*words: str) -> None:
    subprocess.run(words, capture_output=True, check=True)


@pytest.fixture(scope="module")
def cable() -> Generator[Cable]:
    """A cable to the home, where this machine lets somebody lay one."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces are for root, with iproute2")
    made = Cable(f"freehold-{os.getpid()}", f"fhn{os.getpid() % 1_000_000}", f"fhf{os.getpid() % 1_000_000}")
    try:
        try:
            made.lay()
        except subprocess.CalledProcessError as error:
            pytest.skip(f"this machine has no network namespaces: {error.stderr.decode().strip()}")
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="module")
def mesh(make_federation: Any, cable: Cable, tmp_path_factory: pytest.TempPathFactory) -> Generator[Any]:
    """The mesh over TLS, its western node in the namespace; the northern one waits ten seconds for it."""

    def place(sites: Any) -> None:
        sites["west"].host = FAR
        sites["west"].prefix = ("ip", "netns", "exec", cable.namespace)
        sites["west"].environment = {"FREEHOLD_MAX_SECONDS": "60", "FREEHOLD_MAX_ROWS": "1000000000"}
        sites["north"].environment = {"FREEHOLD_MAX_SECONDS": "5"}

    with make_federation(tmp_path_factory.mktemp("namespace"), secure=True, place=place) as made:
        yield made


def is_reached_again(mesh: Any) -> bool:
    """Return whether the western node answers through the northern one again: lost packets are sent anew ever later."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if mesh.ask("north", SEGMENTS).status_code == 200:
            return True
    return False


def broken_off(mesh: Any) -> tuple[set[int], bool]:
    """Return the leaves of the northern node whose answers broke off, and whether both ledgers bear each other out."""
    folders = [str(mesh[name].settings.ledger_folder(name)) for name in ("west", "north")]
    command = [sys.executable, "-m", "freehold", "ledger", "reconcile", *folders, "--json"]
    found = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    (account,) = [item for item in found["accounts"] if item["carrier"] == "north"]
    return {pair["leaf"] for pair in account["broken"]}, account["reconciles"]


def test_a_question_is_carried_to_another_machine_by_its_address_alone(mesh: Any) -> None:
    assert mesh["west"].url.startswith(f"https://{FAR}:")
    answer = mesh.ask("north", SEGMENTS)
    assert (answer.status_code, answer.headers["freehold-relay"]) == (200, "north")
    assert answer.json()["metadata"]["region"] == "westeurope"


def test_a_node_that_cannot_be_reached_even_from_its_own_machine_does_not_start(mesh: Any, cable: Cable) -> None:
    west = mesh["west"]
    west.stop()
    cable.inside("link", "set", "lo", "down")
    try:
        command = [*west.prefix, sys.executable, "-m", "freehold", "up", "--dev", "--region", west.region, "--host", FAR]
        done = subprocess.run([*command, "--port", "0", *west.tls], cwd=west.folder, capture_output=True, timeout=60, check=False)
        assert done.returncode == 1
        assert b"cannot be listened on" in done.stderr
    finally:
        cable.inside("link", "set", "lo", "up")
        west.start()


def test_a_cable_that_is_pulled_is_a_home_that_cannot_be_reached_until_it_is_plugged_in_again(mesh: Any, cable: Cable) -> None:
    cable.pull()
    try:
        answer = mesh.ask("north", SEGMENTS)
        assert answer.json()["code"] in {"node-elsewhere", "node-unreachable", "time-exceeded"}
        assert mesh["north"].entry(answer.json()["leaf"])["peer"] == "west"
        assert mesh.get("north", "/api/v1/sales/by-category?except=Books").status_code == 200
    finally:
        cable.plug()
    assert is_reached_again(mesh)


def test_a_cable_that_is_pulled_in_the_middle_of_an_answer_breaks_it_off(mesh: Any, cable: Cable) -> None:
    north = mesh["north"]
    address, headers = f"{north.url}/v1/query", mesh.headers(Accept=ARROW)
    try:
        with httpx.stream(
            "POST", address, json={"sql": MANY}, headers=headers, trust_env=False, timeout=60, verify=north.verify
        ) as answer:
            leaf = int(answer.headers["freehold-relay-leaf"])
            coming = answer.iter_raw()
            assert next(coming)
            cable.pull()
            with pytest.raises(httpx.RemoteProtocolError):
                list(coming)
    finally:
        cable.plug()
    assert is_reached_again(mesh)
    leaves, reconciles = broken_off(mesh)
    assert leaf in leaves
    assert reconciles
