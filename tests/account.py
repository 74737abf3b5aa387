"""A catalogue in this process, behind the connector's own adapter: the real routes and services over SQLite, without a network."""

from __future__ import annotations

import uuid
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import msgspec

from freehold.catalogs.purview import PurviewAccount
from freehold.catalogs.speaking import Answer
from freehold.catalogs.unified import PurviewCatalog
from freehold.datamap.access import Someone
from freehold.errors import FreeholdError
from freehold.gateway.purview.app import make_router
from freehold.gateway.purview.problems import body_of
from freehold.gateway.purview.routing import Call
from freehold.model.mesh import Mesh
from freehold.purview.changes import Gone, Plan
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.unified.things import administer
from freehold.services.purview import upkeep
from freehold.stores.datamap import SqliteDataMap
from freehold.wiring.clock import SystemClock
from freehold.wiring.datamap import of_ground

STEWARD = "steward"
ASKING = Someone(STEWARD)


class Sent(msgspec.Struct):
    """What was asked: method, path, status of the answer."""

    method: str
    path: str
    status: int


def is_write(method: str, path: str) -> bool:
    """Return whether a request changes something: a question with a body does not."""
    return method != "GET" and not path.endswith("/query")


class Inside:
    """Carries requests to the routes of a catalogue; `fail_after` lets so many writes through, and breaks at the next."""

    def __init__(self, ground: Ground) -> None:
        nothing: Any = None
        catalogue = of_ground(ground, nothing, nothing, settings=nothing, identity=nothing, management=nothing, held=ExitStack())
        self.ground = ground
        self.router = make_router(catalogue)
        self.sent: list[Sent] = []
        self.fail_after: int | None = None

    def ask(
        self, method: str, path: str, query: Sequence[tuple[str, str]] = (), body: Any = None, someone: Someone = ASKING
    ) -> Answer:
        if is_write(method, path) and self.fail_after is not None:
            if self.fail_after == 0:
                raise ConnectionError("the process was killed here")
            self.fail_after -= 1
        content = b"" if body is None else msgspec.json.encode(body)
        answer = self._answer(method, path, query, content, someone)
        self.sent.append(Sent(method, path, answer.status))
        return answer

    def page(self, link: str) -> tuple[str, Sequence[tuple[str, str]]]:
        found = urlsplit(link)
        return found.path, parse_qsl(found.query)

    @property
    def writes(self) -> list[Sent]:
        """What was written since the last look."""
        found = [item for item in self.sent if is_write(item.method, item.path)]
        self.sent.clear()
        return found

    def _answer(self, method: str, path: str, query: Sequence[tuple[str, str]], content: bytes, someone: Someone) -> Answer:
        matched = self.router.find(method, path)
        call = Call(someone, matched.names, list(query), content, "application/json", "https://localhost")
        try:
            found = matched.route.handler(call)
        except FreeholdError as error:
            return Answer(type(error).status, body_of(error, matched.plane, "1"))
        plain = msgspec.json.decode(msgspec.json.encode(found)) if matched.route.status != 204 else None
        return Answer(matched.route.status, plain)


@contextmanager
def account_in(folder: Path, name: str = "contoso") -> Generator[tuple[PurviewAccount, Inside]]:
    """Yield an empty account that keeps its state in a folder, and what carries the requests."""
    store = SqliteDataMap(folder / "datamap.sqlite")
    try:
        ground = Ground(store, SystemClock(), lambda: str(uuid.uuid4()), name, name)
        ground.administer([STEWARD])
        administer(ground, (STEWARD,))
        inside = Inside(ground)
        sender = cast("Any", inside)
        yield PurviewAccount(sender, PurviewCatalog(sender, lambda: str(uuid.uuid4()))), inside
    finally:
        store.close()


def planned(account: PurviewAccount, mesh: Mesh, gone: Gone = Gone.LEFT, collection: str | None = None) -> Plan:
    """Return the plan for an account."""
    return upkeep.plan(account, mesh, collection=collection, gone=gone, progress=lambda _done, _total: None)


def applied(account: PurviewAccount, mesh: Mesh, gone: Gone = Gone.LEFT, collection: str | None = None) -> int:
    """Bring an account in step with a mesh, and return how many changes that took."""
    return upkeep.apply(account, planned(account, mesh, gone, collection), lambda _done, _total: None)
