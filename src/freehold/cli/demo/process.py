"""The demo's node: a real `freehold up --dev` in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from freehold.errors import NodeUnreachable
from freehold.wiring.running import Running, find_running

PORT = 8080
PATIENCE = 45.0
LOG = Path(".freehold/demo.log")


@dataclass(frozen=True, slots=True)
class RunningNode:
    """A node that answers, and its process."""

    running: Running
    process: subprocess.Popen[bytes]

    def wait(self) -> None:
        """Return when the node's process ends."""
        self.process.wait()


@contextmanager
def running_node(folder: Path, port: int | None) -> Generator[RunningNode]:
    """Start the node of `folder` and stop it again at the end.

    Raises:
        NodeUnreachable: It did not come up; its own words are in the folder's `.freehold/demo.log`.
    """
    chosen = port if port is not None else _free_port()
    log = folder / LOG
    log.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "freehold", "up", "--dev", "--mesh", str(folder), "--port", str(chosen)]
    with (
        log.open("wb") as written,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=written, stderr=written, start_new_session=True) as process,  # noqa: S603
    ):
        try:
            yield RunningNode(_await(folder, process, log), process)
        finally:
            _stop(process)


def _await(folder: Path, process: subprocess.Popen[bytes], log: Path) -> Running:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        found = next((item for item in find_running(folder) if item.pid == process.pid), None)
        if found and _answers(found.url):
            return found
        time.sleep(0.05)
    said = log.read_text(errors="replace").strip().splitlines()[-5:]
    raise NodeUnreachable("the demo's node did not come up", remedy="\n  ".join(said) or "look for what takes its port")


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url.rstrip('/')}/readyz", timeout=2.0, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def _free_port() -> int:
    """Return 8080 where nobody has it, else any free port."""
    for port in (PORT, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return 0
