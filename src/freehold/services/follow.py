"""Ask every other node for its catalogue, again and again, each at its own pace: a node that comes back is heard without help.

Everything that is waited for ends: an answer that is too large, or too slow as a whole, is given up, and its node asked less often.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from freehold.errors import (
    CatalogRefused,
    FreeholdError,
    Internal,
    NodeBusy,
    NodeElsewhere,
    NodeUnreachable,
    ResidencyRefused,
    StoreFailed,
    StoreFull,
    TimeExceeded,
)
from freehold.model.peer import Forwarded
from freehold.model.place import Node
from freehold.ports.clock import Clock
from freehold.ports.peers import Incoming, Peers
from freehold.services.copies import Copies, Held
from freehold.services.force import InForce

PATH = "/v1/catalog"
HEAD = b"freehold-catalog"
LIMIT = 64 << 20
"""How large a catalogue may be, in bytes."""

WITHIN = 60.0
"""How many seconds a catalogue may take, from the question to the last byte."""

AT_ONCE = 4
"""How many catalogues are taken in at once; any number of nodes are asked whether theirs has changed."""

SLOWEST = 4
"""A node that misbehaves is asked this many times less often at most."""

_LOG = logging.getLogger("freehold.catalog")


@dataclass(slots=True)
class _Pace:
    """When a node is asked next; `busy` while it is being asked."""

    due: float
    busy: bool = False


class Following:
    """The following of one node, on one event loop."""

    def __init__(
        self,
        *,
        node: str,
        peers: Peers,
        copies: Copies,
        in_force: InForce,
        clock: Clock,
        seconds: float,
        chance: Callable[[], float],
        within: float = WITHIN,
    ) -> None:
        """Ask as `node`, every `seconds`, a quarter more or less by `chance` (0 to 1), so that nodes do not ask all at one time."""
        self._node = node
        self._peers = peers
        self._copies = copies
        self._in_force = in_force
        self._clock = clock
        self._seconds = seconds
        self._chance = chance
        self._within = within
        self._paces: dict[str, _Pace] = {}
        self._offences: dict[str, int] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Follow all other nodes of the mesh in force until cancelled; whatever goes wrong with one is remembered with it."""
        async with asyncio.TaskGroup() as group:
            while True:
                for node in await self._due():
                    pace = self._paces[node.name]
                    pace.busy = True
                    group.create_task(self._follow(node, pace))
                await asyncio.sleep(min(1.0, self._seconds / 4))

    async def ask(self, node: Node) -> None:
        """Ask a node once what is new in its catalogue, and believe it or not.

        Raises:
            CatalogRefused, CatalogRolledBack: What it told is not believed.
            TimeExceeded: It was too slow.
            FreeholdError: As `ports.peers.Peers.carry`.
        """
        held = self._copies.held(node)
        try:
            async with asyncio.timeout(self._within):
                try:
                    await self._take(node, held)
                except CatalogRefused:
                    if held is None:
                        raise
                    await self._take(node, None)  # what changed does not fit what is held: all of it may
        except TimeoutError:
            raise TimeExceeded(
                f"`{node.name}` did not tell its catalogue within {self._within:g} s", remedy="look at that node", node=node.name
            ) from None

    async def _due(self) -> list[Node]:
        """Return the nodes to ask now, and plan for those that are new in the mesh."""
        try:
            nodes = (await asyncio.to_thread(self._in_force.current)).mesh.nodes
        except FreeholdError as error:
            _LOG.warning("the mesh in force cannot be read: %s", error.detail)
            return []
        now = self._clock.monotonic()
        others = {name: node for name, node in nodes.items() if name != self._node and node.public_key is not None}
        for name in self._paces.keys() - others.keys():
            del self._paces[name]
        for name in others.keys() - self._paces.keys():
            self._paces[name] = _Pace(due=now + self._chance() * min(1.0, self._seconds))
        return [node for name, node in others.items() if not (pace := self._paces[name]).busy and pace.due <= now]

    async def visit(self, node: Node) -> float:
        """Ask a node, remember where that failed, and return after how many seconds it is to be asked again."""
        try:
            await self.ask(node)
            self._offences.pop(node.name, None)
        except FreeholdError as error:
            self._offences[node.name] = self._offences.get(node.name, 0) + 1 if _is_offence(error) else 0
            await self._failed(node, error)
        except Exception as error:  # noqa: BLE001  (the last wall: one node's catalogue never ends the following of others)
            _LOG.exception("the catalogue of %s could not be taken in", node.name)
            await self._failed(node, Internal(f"the catalogue of `{node.name}` could not be taken in: {type(error).__name__}"))
        times = min(2 ** self._offences.get(node.name, 0), SLOWEST)
        return self._seconds * times * (0.75 + self._chance() / 2)

    async def _follow(self, node: Node, pace: _Pace) -> None:
        try:
            pace.due = self._clock.monotonic() + await self.visit(node)
        finally:
            pace.busy = False

    async def _failed(self, node: Node, error: FreeholdError) -> None:
        try:
            if await asyncio.to_thread(self._copies.fail, node, error):
                _LOG.warning("%s: %s", error.code, error.detail)
        except FreeholdError as full:
            _LOG.warning("%s: %s", full.code, full.detail)

    async def _take(self, node: Node, held: Held | None) -> None:
        asked = Forwarded(method="GET", path=PATH, accept="application/json")
        if held is not None:
            asked = msgspec.structs.replace(asked, query=f"since={held.head.version}", match=f'"{held.head.root}"')
        incoming = await self._peers.carry(node, asked)
        try:
            token = incoming.headers.get(HEAD, b"").decode("latin-1")
            if incoming.status == 304:
                await asyncio.to_thread(self._copies.confirm, node, token)
            elif incoming.status == 200:
                async with self._room:
                    body = await _read(node, incoming)
                    await asyncio.to_thread(self._copies.accept, node, token, body)
            else:
                raise _untold(node, incoming)
        finally:
            await incoming.close()


def _is_offence(error: FreeholdError) -> bool:
    return not isinstance(error, NodeElsewhere | NodeUnreachable | NodeBusy | StoreFull | StoreFailed)


def _untold(node: Node, incoming: Incoming) -> FreeholdError:
    if incoming.code == ResidencyRefused.code:
        return ResidencyRefused(f"nothing may come here from `{node.name}`, by the mesh in force there", node=node.name)
    said = incoming.code or incoming.status
    return NodeUnreachable(f"`{node.name}` does not tell its catalogue: {said}", remedy="look at that node", node=node.name)


async def _read(node: Node, incoming: Incoming) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in incoming.chunks():
        size += len(chunk)
        if size > LIMIT:
            raise CatalogRefused(f"the catalogue of `{node.name}` was refused: it is over {LIMIT >> 20} MiB", node=node.name)
        parts.append(chunk)
    return b"".join(parts)
