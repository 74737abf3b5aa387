"""A server over TLS that answers as a test says, and an adapter that speaks to it."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from between import Between, Headers, between
from freehold.catalogs.speaking import Speaking
from freehold.model.place import Mode
from freehold.wiring.certificates import Served, catalogue_certificate
from freehold.wiring.clock import SystemClock
from freehold.wiring.settings import Settings

Reply = tuple[int, Headers, bytes]
TOKEN = "a-token-that-is-no-ones"
START = datetime(2026, 11, 28, 12, tzinfo=UTC)


@dataclass
class Hands:
    """A clock that moves only where somebody waits."""

    waited: list[float] = field(default_factory=list[float])

    def now(self) -> datetime:
        return START + timedelta(seconds=sum(self.waited))

    def monotonic(self) -> float:
        return sum(self.waited)

    def pause(self, seconds: float) -> None:
        self.waited.append(seconds)


@dataclass
class Scene:
    """A server, and what speaks to it. `replies` are its next answers; after them the last one again."""

    server: Between
    speaking: Speaking
    tls: ssl.SSLContext
    clock: Hands
    replies: list[Reply]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    folder = tmp_path_factory.mktemp("authority")
    (folder / "mesh.yaml").write_text("mesh: {name: contoso, nodes: []}")
    return catalogue_certificate(Settings(folder=folder, mode=Mode.DEVELOPMENT), SystemClock())


@pytest.fixture
def scene(served: Served) -> Generator[Scene]:
    replies: list[Reply] = []

    def instead(_here: Between, _method: str, _path: str) -> Reply:
        return replies.pop(0) if len(replies) > 1 else replies[0]

    ca = str(served.authority)
    with between("https://localhost:1", ca, Path(served.certificate), Path(served.key), instead) as server:
        clock, tls = Hands(), ssl.create_default_context(cafile=ca)
        speaking = Speaking(server.url, token=lambda: TOKEN, tls=tls, clock=clock, pause=clock.pause, jitter=lambda: 0.0)
        try:
            yield Scene(server, speaking, tls, clock, replies)
        finally:
            speaking.close()


@pytest.fixture
def answers(scene: Scene) -> Callable[..., None]:
    """Return what sets the next answers: statuses, or whole replies."""

    def given(*replies: int | Reply) -> None:
        scene.replies[:] = [item if isinstance(item, tuple) else (item, {}, b"{}") for item in replies]

    return given
