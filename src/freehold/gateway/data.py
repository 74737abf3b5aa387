"""The data routes, in bare ASGI: who asks → what is asked → the gate → the leaf → the bytes.

A question that the gate can answer again never leaves the event loop; every other one is asked in a thread, and ends when
its caller goes away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import msgspec

from freehold.errors import BodyUnreadable, FreeholdError, NodeBusy, ParameterInvalid
from freehold.gateway.accept import Format, choose
from freehold.gateway.body import read_asked
from freehold.gateway.durable import Durable
from freehold.gateway.encode import encode_json
from freehold.gateway.exchange import Exchange, Receive, bearer, read_body, read_fields
from freehold.gateway.federate import Federating, Partial, read_partial
from freehold.gateway.relay import NODE_TOKEN, Relaying, forwarded
from freehold.gateway.release import Release
from freehold.model.party import Principal
from freehold.model.peer import Carrier
from freehold.model.product import InterfaceKind
from freehold.model.query import Question
from freehold.names import purpose_key
from freehold.ports.engine import Stop
from freehold.services.entrance import Elsewhere, Several
from freehold.services.reply import Reply
from freehold.wiring.node import Node

WAITING = 256
_NONCE = 32
THREADS = 16


class Desk:
    """Where a node's blocking work is done: a bounded pool of threads beside one event loop."""

    def __init__(self, node: Node) -> None:
        """Work for `node`; made on the event loop that serves it."""
        self._node = node
        self._loop = asyncio.get_running_loop()
        self._pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="freehold")
        self._waiting = 0
        self._stops: set[Stop] = set()
        self.durable = Durable(self._loop)

    def run(self, work: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        """Do blocking work in a thread."""
        return self._loop.run_in_executor(self._pool, work, *arguments)

    async def admit(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do blocking work that a caller asks for.

        Raises:
            NodeBusy: Too much of it is waiting already; nothing was done.
        """
        if self._waiting >= WAITING:
            raise NodeBusy(f"{WAITING} requests are waiting already", remedy="try again in a few seconds", retryAfter=2)
        self._waiting += 1
        try:
            return await self.run(work, *arguments)
        finally:
            self._waiting -= 1

    def recalled(self, authorization: bytes | None) -> Principal | None:
        """Return who asks, where the token was verified before."""
        return self._node.identity.recall(bearer(authorization))

    async def principal(self, authorization: bytes | None) -> Principal:
        """Return who asks.

        Raises:
            TokenMissing, TokenInvalid, TokenExpired, IssuerUnreachable: As `ports.Identity`.
        """
        token = bearer(authorization)
        return self._node.identity.recall(token) or await self.admit(self._node.identity.authenticate, token)

    @contextmanager
    def stoppable(self, exchange: Exchange) -> Generator[Stop]:
        """Give a wish to stop that comes true when the caller goes away, or when the node cannot wait any longer."""
        stop = Stop()
        self._stops.add(stop)
        watch = asyncio.ensure_future(_departure(exchange.receive, stop))
        try:
            yield stop
        finally:
            watch.cancel()
            self._stops.discard(stop)

    def stop(self) -> None:
        """End every query under way."""
        for stop in tuple(self._stops):
            stop.wish()

    def close(self) -> None:
        """Let the threads end."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Data:
    """Answers `/v1/query`, `/v1/explain` and `/api/v1/{domain}/{query}`."""

    def __init__(self, node: Node, desk: Desk) -> None:
        """Answer for `node`."""
        self._gate = node.gate
        self._entrance = node.entrance
        self._federation = node.federation
        self._nodes = node.node_identity
        self._limit = node.settings.body_limit
        self._desk = desk
        self._levels = node.watch.levels
        self._monotonic = node.clock.monotonic
        self._relaying = Relaying(node, desk.run, desk.durable.wait)
        self._federating = Federating(node, desk.run, desk.durable.wait)

    async def query(self, exchange: Exchange) -> None:
        """Answer `POST /v1/query`."""
        form = choose(exchange.headers.get(b"accept", b""))
        authorization = exchange.headers.get(b"authorization")
        principal = self._desk.recalled(authorization) or await self._desk.principal(authorization)
        question, body = await self._asked(exchange, principal)
        await self._answer(exchange, form, question, body, read_partial(read_fields(exchange.query).get("partial")))

    async def explain(self, exchange: Exchange) -> None:
        """Answer `POST /v1/explain`."""
        principal = await self._desk.principal(exchange.headers.get(b"authorization"))
        asked, body = await self._asked(exchange, principal)
        question = msgspec.structs.replace(asked, path="explain")
        found = await self._desk.admit(self._entrance.ask, question, self._gate.explain)
        if isinstance(found, Elsewhere):
            with self._desk.stoppable(exchange) as stop:
                await self._relaying.answer(exchange, body, question, found, stop)
            return
        leaf, told = await self._desk.admit(self._federation.explain, question) if isinstance(found, Several) else found
        headers = [(b"content-type", b"application/json"), (b"freehold-leaf", b"%d" % leaf), (b"cache-control", b"no-store")]
        await exchange.respond(200, headers, encode_json(told | {"leaf": leaf}))

    async def declared(self, exchange: Exchange, domain: str, name: str) -> None:
        """Answer `GET /api/v1/{domain}/{query}`."""
        form = choose(exchange.headers.get(b"accept", b""))
        authorization = exchange.headers.get(b"authorization")
        principal = self._desk.recalled(authorization) or await self._desk.principal(authorization)
        fields = read_fields(exchange.query)
        stated, absent = fields.pop("purpose", None), read_partial(fields.pop("partial", None))
        question = Question(
            principal=principal,
            domain=domain,
            declared=name,
            parameters={**fields},
            purpose=_purpose(exchange, stated),
            interface=InterfaceKind.API,
            via=await self._carrier(exchange, b""),
        )
        await self._answer(exchange, form, question, b"", absent)

    async def carried(self, exchange: Exchange, key: str) -> bool:
        """Carry a request to the home of its product and return True; where that is here, only judge who brings it."""
        principal = await self._desk.principal(exchange.headers.get(b"authorization"))
        elsewhere = await self._desk.admit(self._entrance.home_of, key, principal)
        if elsewhere is None and NODE_TOKEN not in exchange.headers:
            return False
        body = await read_body(exchange, self._limit)
        exchange.via = via = await self._carrier(exchange, body)
        if elsewhere is None:
            exchange.put_back(body)
            return False
        if via is not None:
            raise elsewhere.refusal()
        with self._desk.stoppable(exchange) as stop:
            question = Question(principal=principal, path=exchange.path.rpartition("/")[2])
            await self._relaying.answer(exchange, body, question, elsewhere, stop)
        return True

    async def _asked(self, exchange: Exchange, principal: Principal) -> tuple[Question, bytes]:
        body = await read_body(exchange, self._limit)
        asked = read_asked(body)
        purpose = _purpose(exchange, asked.purpose)
        via = await self._carrier(exchange, body)
        if asked.joining is not None and (via is None or len(asked.joining.nonce) != _NONCE):
            raise BodyUnreadable("`joining` is what one node says to another", remedy="leave it out")
        question = Question(principal=principal, sql=asked.sql, parameters=asked.parameters, purpose=purpose, via=via)
        return msgspec.structs.replace(question, joining=asked.joining), body

    async def _carrier(self, exchange: Exchange, body: bytes) -> Carrier | None:
        """Return the node that carries the request here, where it says that one does."""
        given = exchange.headers.get(NODE_TOKEN)
        if given is None:
            return None
        token = given.decode("latin-1").strip()
        return await self._desk.admit(self._nodes.carrier, token, forwarded(exchange, body).digest())

    async def _answer(self, exchange: Exchange, form: Format, question: Question, body: bytes, absent: Partial) -> None:
        began = self._monotonic()
        known = self._gate.recall(question)
        if known is not None:
            await self._send(exchange, form, question, known, began)
            return
        with self._desk.stoppable(exchange) as stop:
            try:
                found = await self._desk.admit(self._entrance.ask, question, partial(self._gate.ask, stop=stop))
            except NodeBusy:
                self._levels.turned_away()
                raise
            if isinstance(found, Elsewhere):
                await self._relaying.answer(exchange, body, question, found, stop)
                return
            reply: Reply = await self._federating.answer(exchange, question, absent, stop) if isinstance(found, Several) else found
            await self._send(exchange, form, question, reply, began)

    async def _send(self, exchange: Exchange, form: Format, question: Question, reply: Reply, began: float) -> None:
        """Release a reply once its leaf is durable, and count it: its time ends where its first byte may leave."""
        try:
            await self._desk.durable.wait(reply.leaf)
            leaf, answer = reply.release()
            seconds = self._monotonic() - began
            try:
                await Release(exchange, form, leaf, answer, question.via).send(self._desk.run, self._gate.completed)
            except FreeholdError as error:
                error.facts.setdefault("leaf", leaf)
                raise
        except FreeholdError as error:
            self._levels.failed(reply.products, error)
            raise
        self._levels.answered(reply.products, seconds)


async def _departure(receive: Receive, stop: Stop) -> None:
    """Wish the query to stop once the caller has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass
    stop.wish()


def _purpose(exchange: Exchange, stated: str | None) -> str | None:
    """Return the purpose of a request, which may state it in two places where they agree."""
    given = exchange.headers.get(b"freehold-purpose", b"")
    try:
        named = given.decode().strip()
    except UnicodeDecodeError:
        raise ParameterInvalid("`Freehold-Purpose` is not UTF-8", remedy="encode it as UTF-8") from None
    if named and stated and purpose_key(named) != purpose_key(stated):
        raise ParameterInvalid("`Freehold-Purpose` states another purpose than `purpose` does", remedy="state one")
    return stated or named or None
