"""The demo's nodes: real `freehold up --dev`, each in a process of its own, started together and ended together."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from freehold.cli.demo.folder import Place
from freehold.cli.terminal import console
from freehold.errors import NodeUnreachable
from freehold.wiring.running import Running, find_running

PORT = 8080
PATIENCE = 45.0
LOG = Path(".freehold/demo.log")
_PAUSE = 0.05
_GRACE = 10.0

Process = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class Site:
    """A node that answers: its folder, and what it announced."""

    folder: Path
    running: Running


@dataclass(frozen=True, slots=True)
class Sites:
    """The nodes that answer, by region, and their processes."""

    by_region: dict[str, Site]
    processes: tuple[Process, ...]

    def __getitem__(self, region: str) -> Site:
        """Return the node of a region."""
        return self.by_region[region]

    def wait(self) -> None:
        """Return when one of the processes ends."""
        while all(process.poll() is None for process in self.processes):
            time.sleep(4 * _PAUSE)


@contextmanager
def running_nodes(places: Sequence[Place]) -> Generator[Sites]:
    """Start the nodes at the same time, and end all of them again, however this ends.

    Raises:
        NodeUnreachable: One did not come up; its own words are in its folder's `.freehold/demo.log`.
    """
    processes: list[Process] = []
    with ExitStack() as stack:
        stack.callback(_stop, processes)
        for place in places:
            with _undisturbed():
                processes.append(_start(place))
        yield Sites(_await_all(places, processes), tuple(processes))


@contextmanager
def _undisturbed() -> Generator[None]:
    """Hold Ctrl-C and a polite kill back until the block ends: a process that was started must be known to be ended."""
    heard: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda number, _: heard.append(number)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if heard:
        raise KeyboardInterrupt


def free_ports(first: int | None, count: int) -> list[int]:
    """Return ports that nobody has now: `first` (any where it is 0), by default 8080, and those after it, or free ones instead."""
    start = PORT if first is None else first
    wanted = [(start + at if start else 0) for at in range(count)]
    held: list[socket.socket] = []
    try:
        held += [_bound(port, needed=first is not None and at == 0) for at, port in enumerate(wanted)]
        return [int(probe.getsockname()[1]) for probe in held]
    finally:
        for probe in held:
            probe.close()


def _bound(port: int, *, needed: bool) -> socket.socket:
    """Return a socket at a port, or at a free one where that is taken and not `needed`."""
    probe = socket.socket()
    try:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
    except OSError:
        probe.close()
        if needed:
            raise NodeUnreachable(f"port {port} cannot be listened on", remedy="choose another with `--port`") from None
        return _bound(0, needed=True)
    return probe


def _start(place: Place) -> Process:
    log = place.folder / LOG
    log.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "freehold", "up", "--dev", "--mesh", str(place.folder)]
    command += ["--region", place.region, "--port", str(place.port)]
    with log.open("wb") as written:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=written, stderr=written, start_new_session=True)  # noqa: S603


def _await_all(places: Sequence[Place], processes: Sequence[Process]) -> dict[str, Site]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    deadline = time.monotonic() + PATIENCE
    up: dict[str, Site] = {}
    with Progress(*columns, console=console()) as progress:
        task = progress.add_task("Starting the nodes", total=len(places))
        for place, process in zip(places, processes, strict=True):
            up[place.region] = Site(place.folder, _await(place, process, deadline))
            progress.advance(task)
    return up


def _await(place: Place, process: Process, deadline: float) -> Running:
    while time.monotonic() < deadline and process.poll() is None:
        found = next((item for item in find_running(place.folder) if item.pid == process.pid), None)
        if found and _answers(found.url):
            return found
        time.sleep(_PAUSE)
    said = (place.folder / LOG).read_text(errors="replace").strip().splitlines()[-5:]
    raise NodeUnreachable(
        f"the demo's node in {place.region} did not come up", remedy="\n  ".join(said) or "look for what takes its port"
    )


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url.rstrip('/')}/readyz", timeout=2.0, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _stop(processes: Sequence[Process]) -> None:
    """Ask all of them to end, then see that they did."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
