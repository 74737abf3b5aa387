"""One ASGI application: a token is judged, a route found, and a thread answers; every error is in its plane's words."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from urllib.parse import parse_qsl

import msgspec

from freehold.datamap.access import Someone
from freehold.errors import (
    AddressUnknown,
    BodyUnreadable,
    FreeholdError,
    Internal,
    ParameterInvalid,
    TokenInvalid,
)
from freehold.gateway.exchange import Exchange, Receive, Scope, Send, bearer, check_headers, open_exchange
from freehold.gateway.purview import access, account, arm, glossary, scanning, unified
from freehold.gateway.purview.atlas import Atlas
from freehold.gateway.purview.bodies import BODY_LIMIT, DRAINED, LARGE, Bodies, drain
from freehold.gateway.purview.problems import body_of, code_of
from freehold.gateway.purview.routing import Call, Matched, Plane, Router, Text
from freehold.gateway.purview.tokens import basic
from freehold.gateway.purview.tunnel import Tunnel
from freehold.model.party import Principal
from freehold.wiring.datamap import Catalogue

THREADS = 8
FIELDS = 6_000
ATLAS_PREFIXES = ("/datamap/api", "/catalog/api", "/api")
_LOG = logging.getLogger("freehold.purview")
_ENCODE = msgspec.json.Encoder(enc_hook=str).encode
_JSON = (b"content-type", b"application/json; charset=utf-8")
_CACHE = (b"cache-control", b"no-store")


class CatalogueGateway:
    """A catalogue over HTTPS."""

    def __init__(self, catalogue: Catalogue, tunnel: Tunnel | None = None) -> None:
        """Serve `catalogue`, which stays the caller's to close; `tunnel` is opened and closed with it."""
        self._catalogue = catalogue
        self._tunnel = tunnel
        self._opening: asyncio.Future[None] | None = None
        self._router = make_router(catalogue)
        self._bodies = Bodies()
        self._threads = concurrent.futures.ThreadPoolExecutor(THREADS, "purview")
        self._large = concurrent.futures.ThreadPoolExecutor(1, "purview-large")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI 3: http, and lifespan as far as it must be."""
        if scope["type"] == "http":
            await self._serve(open_exchange(scope, receive, send), scope)
        elif scope["type"] == "lifespan":
            while True:
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
                if kind == "lifespan.shutdown":
                    return
        else:
            await send({"type": "websocket.close", "code": 1003})

    def open(self) -> None:
        """Start what runs beside requests."""
        self._catalogue.runs.open()
        self._catalogue.schedule.open()

    def follow(self) -> None:
        """Open the tunnel."""
        if self._tunnel is not None:
            self._opening = asyncio.ensure_future(self._tunnel.open())

    async def leave(self) -> None:
        """Close the tunnel."""
        if self._tunnel is not None and self._opening is not None:
            await self._opening
            await self._tunnel.close()

    def stop(self) -> None:
        """Start no scan any more, and cancel those under way."""
        self._catalogue.schedule.stop()
        self._catalogue.runs.stop()

    def close(self) -> None:
        """Let the threads end; what is under way is finished first."""
        self.stop()
        self._threads.shutdown()
        self._large.shutdown()

    async def _serve(self, exchange: Exchange, scope: Scope) -> None:
        plane = _plane_of(exchange.path)
        try:
            check_headers(scope["headers"], exchange.headers)
            principal = await self._principal(exchange, plane)
            matched = self._router.find("GET" if exchange.is_head else exchange.method, _raw_path(scope))
            plane = _judged(plane, matched)
            content = await self._bodies.read(exchange)
            try:
                call = _call(exchange, scope, matched, principal, content)
                threads = self._threads if len(content) < LARGE else self._large
                status, headers, body = await asyncio.get_running_loop().run_in_executor(threads, _answer, matched, call)
            finally:
                self._bodies.release([content])
        except FreeholdError as error:
            if type(error).status >= 500:
                _LOG.error("%s under %s: %s", type(error).code, exchange.id.decode(), error.detail)
            await self._refuse(exchange, error, plane)
        except Exception as error:  # noqa: BLE001  (the last wall: no text of the unforeseen may leave)
            _LOG.error("unforeseen %s under %s", type(error).__name__, exchange.id.decode(), exc_info=error)
            await self._refuse(exchange, Internal(remedy="tell the operators the request's id"), plane)
        else:
            await exchange.respond(status, headers, body)

    async def _principal(self, exchange: Exchange, plane: Plane) -> Principal:
        header = exchange.headers.get(b"authorization")
        token = basic(header) or bearer(header)
        identity = self._catalogue.management if plane is Plane.MANAGEMENT else self._catalogue.identity
        known = identity.recall(token)
        if known is not None:
            return known
        return await asyncio.get_running_loop().run_in_executor(self._threads, identity.authenticate, token)

    async def _refuse(self, exchange: Exchange, error: FreeholdError, plane: Plane) -> None:
        status = type(error).status
        if status < 500 and not isinstance(error, AddressUnknown):
            await drain(exchange, BODY_LIMIT if status == 401 else DRAINED)
        headers = [_JSON, _CACHE, (b"x-ms-error-code", code_of(error, plane).encode())]
        if status == 401:
            detail = b', error="invalid_token"' if isinstance(error, TokenInvalid) else b""
            headers.append((b"www-authenticate", b'Bearer realm="freehold"' + detail))
        await exchange.respond(status, headers, _ENCODE(body_of(error, plane, exchange.id.decode())))


def make_router(catalogue: Catalogue) -> Router:
    """Return every route of a catalogue. A plane more is one `mount` more."""
    router, atlas = Router(), Atlas(catalogue)
    inside = [*atlas.inside(), *glossary.routes(catalogue.glossary)]
    for prefix in ATLAS_PREFIXES:
        router.mount(f"{prefix}/atlas/v2", Plane.ATLAS, inside)
        router.mount(prefix, Plane.ATLAS, atlas.outside())
    for prefix in ("", "/account"):
        router.mount(prefix, Plane.AZURE, account.routes(catalogue.collections, prefix))
    for prefix in ("", "/policyStore"):
        router.mount(prefix, Plane.AZURE, account.policies(catalogue.collections))
    for prefix in ("", "/scan"):
        router.mount(prefix, Plane.AZURE, scanning.routes(catalogue.scanning, catalogue.scan_items, catalogue.runs))
    router.mount(unified.PREFIX, Plane.AZURE, unified.routes(catalogue.things, catalogue.links, catalogue.role_policies))
    router.mount(access.PREFIX, Plane.AZURE, access.routes(catalogue.policy_sets, catalogue.requests))
    router.mount("", Plane.MANAGEMENT, arm.routes(catalogue.collections))
    return router


def _answer(matched: Matched, call: Call) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    try:
        found = matched.route.handler(call)
    except RecursionError:
        raise BodyUnreadable("the body is nested too deeply", remedy="nest less deeply") from None
    if matched.route.status == 204:
        return 204, [_CACHE], b""
    if isinstance(found, Text):
        return 200, [(b"content-type", found.media_type.encode()), _CACHE], found.content
    return matched.route.status, [_JSON, _CACHE], _ENCODE(found)


def _call(exchange: Exchange, scope: Scope, matched: Matched, principal: Principal, content: bytes) -> Call:
    try:
        query = exchange.query.decode("ascii")
        fields = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise ParameterInvalid(
            "the query string cannot be read", remedy=f"percent-encode it as UTF-8, with at most {FIELDS:,} fields"
        ) from None
    host = exchange.headers.get(b"host", b"localhost").decode("latin-1")
    media = exchange.headers.get(b"content-type", b"").decode("latin-1")
    someone = Someone(principal.subject, groups_of(principal))
    return Call(someone, matched.names, fields, content, media, f"{scope.get('scheme', 'https')}://{host}")


def groups_of(principal: Principal) -> frozenset[str]:
    """Return the groups that a token puts its subject in: its roles, alone and with the domain."""
    in_domain = {f"{role}@{principal.domain}" for role in principal.roles} if principal.domain is not None else set[str]()
    return principal.roles | in_domain


def _plane_of(path: str) -> Plane:
    folded = "/" + "/".join(part for part in path.lower().split("/") if part)
    if folded.startswith(("/subscriptions/", "/providers/microsoft.purview")):
        return Plane.MANAGEMENT
    return Plane.ATLAS if any(folded.startswith(f"{prefix}/") for prefix in ATLAS_PREFIXES) else Plane.AZURE


def _judged(plane: Plane, matched: Matched) -> Plane:
    """Return the plane of a route, which has to be one that the token was judged for.

    Raises:
        AddressUnknown: It is not.
    """
    if (plane is Plane.MANAGEMENT) is not (matched.plane is Plane.MANAGEMENT):
        raise AddressUnknown("nothing is served at this address", remedy="write the address without escapes")
    return matched.plane


def _raw_path(scope: Scope) -> str:
    raw = scope.get("raw_path")
    text = raw.decode("latin-1") if isinstance(raw, bytes) and raw else str(scope["path"])
    return text.split("?", 1)[0]
