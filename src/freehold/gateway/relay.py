"""Carry a question to its home and pass on what the home says, byte for byte, once this node's own leaf is durable (law 7).

What the home breaks off is broken off here too, so that a part can never be taken for the whole.
"""

from __future__ import annotations

import asyncio
import enum
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar
from urllib.parse import quote

from freehold.errors import FreeholdError, ParameterInvalid, QueryCancelled
from freehold.gateway.durable import recorded
from freehold.gateway.exchange import Exchange, Header
from freehold.gateway.release import Run, digest_of
from freehold.model.peer import Forwarded
from freehold.model.query import Question
from freehold.ports.engine import Stop
from freehold.ports.ledger import Leaf
from freehold.ports.peers import Incoming
from freehold.services.entrance import Elsewhere
from freehold.services.relay import Carried
from freehold.wiring.node import Node

T = TypeVar("T")
WHOLE_BYTES = 4 << 20
GROUP_BYTES = 128 << 10
HASHED_BYTES = 4 << 20
ROUTE = b"freehold-route"
NODE_TOKEN = b"freehold-node-token"
_PASSED = (
    b"content-type",
    b"freehold-leaf",
    b"freehold-metadata",
    b"etag",
    b"cache-control",
    b"vary",
    b"retry-after",
    b"www-authenticate",
    b"allow",
)


class Route(enum.Enum):
    """What shall become of a question that is at home elsewhere."""

    RELAY = "relay"
    REDIRECT = "redirect"


def read_route(exchange: Exchange) -> Route:
    """Return what the caller wants by `Freehold-Route`.

    Raises:
        ParameterInvalid: It is neither `relay` nor `redirect`.
    """
    given = exchange.headers.get(ROUTE)
    if given is None:
        return Route.RELAY
    try:
        return Route(given.decode("latin-1").strip().lower())
    except ValueError:
        raise ParameterInvalid(
            "`Freehold-Route` is neither `relay` nor `redirect`", remedy="send one of the two, or nothing"
        ) from None


def forwarded(exchange: Exchange, body: bytes) -> Forwarded:
    """Return a request as another node is given it, and as a request token binds it."""

    def header(name: bytes) -> str:
        return exchange.headers.get(name, b"").decode("latin-1")

    return Forwarded(
        method=exchange.method,
        path=exchange.path,
        query=exchange.query.decode("latin-1"),
        authorization=header(b"authorization"),
        accept=header(b"accept"),
        purpose=header(b"freehold-purpose"),
        match=header(b"if-none-match"),
        body=body,
        id=exchange.id.decode(),
    )


class Relaying:
    """The carrying of one node, on its event loop."""

    def __init__(self, node: Node, run: Run, wait: Callable[[Leaf], Awaitable[None]]) -> None:
        """Carry for `node`; `run` does blocking work elsewhere, `wait` waits for a leaf to be durable."""
        self._name = node.name.encode()
        self._peers = node.peers
        self._relay = node.relay
        self._run = run
        self._wait = wait

    async def answer(self, exchange: Exchange, body: bytes, question: Question, elsewhere: Elsewhere, stop: Stop) -> None:
        """Answer a question that is at home elsewhere, as the caller wants it answered.

        Raises:
            FreeholdError: It could not be carried, or the caller went away; recorded, with `facts["leaf"]`.
        """
        if read_route(exchange) is Route.REDIRECT:
            await self._redirect(exchange, question, elsewhere)
            return
        try:
            await until(stop, self._carry(exchange, body, question, elsewhere))
        except FreeholdError as error:
            if not exchange.status:
                error.facts["leaf"] = await recorded(self._run, self._wait, self._relay.failed, question, elsewhere, error)
            raise

    async def _redirect(self, exchange: Exchange, question: Question, elsewhere: Elsewhere) -> None:
        leaf = await recorded(self._run, self._wait, self._relay.redirected, question, elsewhere)
        address = elsewhere.home.url.rstrip("/").encode() + quote(exchange.path, safe="/").encode()
        query = b"?" + exchange.query if exchange.query else b""
        headers: list[Header] = [(b"location", address + query), *self._own(leaf), (b"cache-control", b"no-store")]
        await exchange.respond(307, headers, b"")

    async def _carry(self, exchange: Exchange, body: bytes, question: Question, elsewhere: Elsewhere) -> None:
        incoming = await self._peers.carry(elsewhere.home, forwarded(exchange, body))
        try:
            length = incoming.headers.get(b"content-length", b"")
            bare = exchange.is_head or incoming.status == 304
            whole = b"" if bare else None
            if incoming.code or (not bare and length.isdigit() and int(length) <= WHOLE_BYTES):
                whole = await _read(incoming)
            answer = "" if whole is None else await digest_of(whole, self._run)
            said = Carried(leaf=leaf_of(incoming), code=incoming.code, answer=answer)
            leaf = await recorded(self._run, self._wait, self._relay.carried, question, elsewhere, said)
            headers = [*_passed(incoming), *self._own(leaf)]
            if whole is None:
                await self._stream(exchange, incoming, headers, leaf)
            elif bare:
                await exchange.start(incoming.status, headers)
                await exchange.send({"type": "http.response.body", "body": b""})
            else:
                await exchange.respond(incoming.status, headers, whole)
        finally:
            await incoming.close()

    async def _stream(self, exchange: Exchange, incoming: Incoming, headers: list[Header], leaf: int) -> None:
        """Pass a body on as it comes; the digest of it is worked out in other threads, some way behind."""
        digest = hashlib.sha256()

        def update(groups: Iterable[bytes]) -> None:
            for group in groups:
                digest.update(group)

        hashed = self._run(update, ())
        held: list[bytes] = []
        size = 0
        await exchange.start(incoming.status, headers)
        async for group in _groups(incoming):
            held.append(group)
            size += len(group)
            if size >= HASHED_BYTES:
                await hashed
                hashed = self._run(update, held)
                held, size = [], 0
            await exchange.send({"type": "http.response.body", "body": group, "more_body": True})
        await hashed
        await self._run(update, held)
        await self._run(self._relay.completed, leaf, digest.hexdigest())
        await exchange.send({"type": "http.response.body", "body": b""})

    def _own(self, leaf: int) -> list[Header]:
        return [(b"freehold-relay", self._name), (b"freehold-relay-leaf", b"%d" % leaf)]


def _passed(incoming: Incoming) -> list[Header]:
    return [(name, value) for name in _PASSED if (value := incoming.headers.get(name)) is not None]


def leaf_of(incoming: Incoming) -> int | None:
    """Return the leaf that the other node recorded, as it says."""
    given = incoming.headers.get(b"freehold-leaf", b"")
    return int(given) if given.isdigit() and len(given) <= 18 else None


async def _read(incoming: Incoming) -> bytes:
    return b"".join([chunk async for chunk in incoming.chunks()])


async def _groups(incoming: Incoming) -> AsyncIterator[bytes]:
    """Yield the body as it comes, small pieces together: to join large ones would only copy them."""
    parts: list[bytes] = []
    size = 0
    async for chunk in incoming.chunks():
        parts.append(chunk)
        size += len(chunk)
        if size >= GROUP_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
    if parts:
        yield b"".join(parts)


async def until(stop: Stop, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` does, and end it where the caller goes away.

    Raises:
        QueryCancelled: They did.
    """
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)

    def end() -> None:
        loop.call_soon_threadsafe(task.cancel)

    stop.then(end)
    try:
        return await task
    except asyncio.CancelledError:
        if not stop.wished:
            task.cancel()
            raise
        raise QueryCancelled from None
