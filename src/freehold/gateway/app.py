"""One ASGI application: data routes straight to the gate, everything else to the control plane, every error to a problem."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from importlib.metadata import version
from typing import Any

from freehold.errors import DeclaredQueryUnknown, FreeholdError, MethodUnsupported
from freehold.gateway.catalog import PATH as CATALOG
from freehold.gateway.catalog import Telling
from freehold.gateway.control import Control
from freehold.gateway.data import Data, Desk
from freehold.gateway.exchange import SECURITY, Exchange, Message, Receive, Scope, Send, check_headers, open_exchange, read_fields
from freehold.gateway.metrics import Metrics
from freehold.gateway.problems import problem, unforeseen
from freehold.wiring.node import Node

DECLARED = "/api/v1/{domain}/{query}"
DATA_ROUTES = (("POST", "/v1/query"), ("POST", "/v1/explain"), ("GET", DECLARED), ("GET", CATALOG))
APPROVAL = "/v1/contracts/{key}/{slug}/approval"
QUALITY = "/v1/products/{key}/quality"
SCAN = "/v1/classification/{key}/scan"
REVIEW = "/v1/classification/{key}/{column}/review"
FINDINGS = "/v1/classification"
REQUESTS = "/v1/requests"
ANSWER = "/v1/requests/{id}/answer"
_AT_HOME = (
    ("POST", APPROVAL, re.compile(r"/v1/contracts/([^/]+)/[^/]+/approval")),
    ("GET", QUALITY, re.compile(r"/v1/products/([^/]+)/quality")),
    ("POST", SCAN, re.compile(r"/v1/classification/([^/]+)/scan")),
    ("POST", REVIEW, re.compile(r"/v1/classification/([^/]+)/[^/]+/review")),
    ("POST", ANSWER, re.compile(r"/v1/requests/([^/]+)-[0-9]+/answer")),
)
"""Of the control plane, what only a product's home can do: (method, route, path with the product's key)."""

_NAMED = (("GET", FINDINGS), ("GET", REQUESTS), ("POST", REQUESTS))
"""Of what only a home can do, the addresses whose field `product` names the product."""

_PREFIX = "/api/v1/"


class Gateway:
    """A node over HTTP. Its parts are made on the event loop that first asks for them."""

    def __init__(self, node: Node) -> None:
        """Serve `node`, which stays the caller's to close."""
        self._node = node
        self._monotonic = node.clock.monotonic
        self.metrics = Metrics(
            node.name,
            node.region,
            version("freehold"),
            leaves=lambda: float(node.ledger.checkpoint().size),
            nodes=node.catalogues.listings.vouched,
        )
        self._desk: Desk | None = None
        self._running: tuple[asyncio.Future[None], ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI 3: http, and lifespan as far as it must be."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1003})

    def stop(self) -> None:
        """End every query under way: its caller gets `query-cancelled`, or a broken answer."""
        if self._desk is not None:
            self._desk.stop()

    def close(self) -> None:
        """Let the threads end; what is under way is finished first."""
        if self._desk is not None:
            self._desk.close()

    async def leave(self) -> None:
        """Follow other nodes and watch promises no more, and end the connections that this needed."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
        await self._node.watch.target.close()
        await self._node.peers.close()
        await self._node.catalogues.followed.close()

    def follow(self) -> None:
        """Keep the catalogues of other nodes fresh and promises watched, on the running event loop, until `leave`."""
        lasting = (self._node.catalogues.following, self._node.watch.monitoring)
        self._running = tuple(asyncio.ensure_future(item.run()) for item in lasting)

    def open(self) -> None:
        """Make the parts on the running event loop."""
        if self._desk is None:
            self._desk = Desk(self._node)
            self._data = Data(self._node, self._desk)
            self._telling = Telling(self._node, self._desk)
            self.control = Control(self._node, self._desk, self.metrics).app()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.open()
        exchange = open_exchange(scope, receive, send)
        started = self._monotonic()
        self.metrics.begin()
        route = "other"
        try:
            found = self._route(exchange, scope)
            if found is not None:
                route, answer = found
                await answer
            else:
                route = await self._control(exchange, scope)
        except FreeholdError as error:
            await _refuse(exchange, error)
        except Exception as error:  # noqa: BLE001  (the last wall: no text of the unforeseen may leave)
            await _fail(exchange, error)
        finally:
            self.metrics.end(route, exchange.status, self._monotonic() - started)

    def _route(self, exchange: Exchange, scope: Scope) -> tuple[str, Awaitable[None]] | None:
        check_headers(scope["headers"], exchange.headers)
        path = exchange.path
        if path == "/v1/query":
            _check_method(exchange, "POST")
            return path, self._data.query(exchange)
        if path == "/v1/explain":
            _check_method(exchange, "POST")
            return path, self._data.explain(exchange)
        if path == CATALOG:
            _check_method(exchange, "GET")
            return path, self._telling.answer(exchange)
        at_home = _read_at_home(exchange)
        if at_home is not None:
            route, key = at_home
            return route, self._at_home(exchange, scope, key)
        if path.startswith(_PREFIX):
            _check_method(exchange, "GET", "HEAD")
            return DECLARED, self._data.declared(exchange, *_read_declared(path))
        return None

    async def _at_home(self, exchange: Exchange, scope: Scope, key: str) -> None:
        if not await self._data.carried(exchange, key):
            await self._control(exchange, scope)

    async def _control(self, exchange: Exchange, scope: Scope) -> str:
        inner: dict[str, Any] = {**scope, "freehold.id": exchange.id.decode(), "freehold.via": exchange.via}
        if exchange.is_head:
            inner["method"] = "GET"
        await self.control(inner, exchange.receive, _decorated(exchange))  # pyright: ignore[reportArgumentType]
        return str(inner.get("path_template") or "other")


def create_app(node: Node) -> Gateway:
    """Return the ASGI application of a node."""
    return Gateway(node)


def _check_method(exchange: Exchange, *methods: str) -> None:
    if exchange.method not in methods:
        allow = ", ".join(methods)
        raise MethodUnsupported(f"`{exchange.method[:20]}` is not served here", remedy=f"use {allow}", allow=allow)


def _read_at_home(exchange: Exchange) -> tuple[str, str] | None:
    """Return the route and the product's key of what only a product's home can do."""
    if (exchange.method, exchange.path) in _NAMED:
        key = read_fields(exchange.query).get("product")
        return None if key is None else (exchange.path, key)
    for method, route, pattern in _AT_HOME:
        found = pattern.fullmatch(exchange.path) if exchange.method == method else None
        if found is not None:
            return route, found[1]
    return None


def _read_declared(path: str) -> tuple[str, str]:
    domain, _, name = path[len(_PREFIX) :].partition("/")
    if not domain or not name or "/" in name:
        raise DeclaredQueryUnknown("a declared query has the address `/api/v1/{domain}/{query}`", remedy="see `/openapi.json`")
    return domain, name


def _decorated(exchange: Exchange) -> Send:
    """Return what sends the control plane's messages with the headers that every answer has, and no body to a HEAD."""

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            message["headers"] = [*message["headers"], *SECURITY, (b"x-request-id", exchange.id)]
        elif exchange.is_head:
            message = {"type": "http.response.body", "body": b""}
        await exchange.send(message)

    return send


async def _refuse(exchange: Exchange, error: FreeholdError) -> None:
    # Once a part of an answer has been sent only a broken connection says that it is not the whole.
    if exchange.status:
        raise error
    await exchange.refuse(problem(error, exchange.path, exchange.id.decode()))


async def _fail(exchange: Exchange, error: Exception) -> None:
    made = unforeseen(error, exchange.path, exchange.id.decode())
    if exchange.status:
        raise error
    await exchange.refuse(made)
