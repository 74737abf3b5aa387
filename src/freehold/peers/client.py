"""One node's way to the others: an introduction before the first request, a token of its own with each, and an end to all waiting.

A caller's token goes only to a node that has shown the key that the mesh names for it. A request is sent again only where the
other node refused it unread; a broken connection is never taken for an answer.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import httpcore
import httpx
import msgspec

from freehold.errors import (
    FreeholdError,
    NodeBusy,
    NodeElsewhere,
    NodeTokenExpired,
    NodeTokenInvalid,
    NodeTokenReplayed,
    NodeUnreachable,
    NodeUntrusted,
    TimeExceeded,
    VersionSkew,
)
from freehold.model.peer import Forwarded
from freehold.model.place import Node
from freehold.peers.problem import Refusal, read_refusal
from freehold.peers.tls import find_disbelief, is_no_tls
from freehold.ports.clock import Clock
from freehold.ports.identity import NodeIdentity

TOKEN_HEADER = "Freehold-Node-Token"  # noqa: S105  (a header's name)
CONNECT_SECONDS = 5.0
INTRODUCED_SECONDS = 60.0
CONNECTIONS = 128
KEPT_SECONDS = 20.0
"""How long a connection that nobody uses is kept: less than the 30 s after which a node ends one."""

INTRODUCTION_BYTES = 64 << 10
READ_BYTES = 1 << 20
"""How much is read at once, where it is there: by the library's own 64 KiB, a large answer takes four times as many steps."""

httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = READ_BYTES  # pyright: ignore[reportAttributeAccessIssue]  (there is no setting)
_DISBELIEF = {NodeTokenInvalid.code, NodeTokenReplayed.code, NodeTokenExpired.code}


@dataclass(frozen=True, slots=True)
class _Acquaintance:
    """A node that has introduced itself, as it was named then."""

    node: Node
    run: str
    until: float


@dataclass(slots=True)
class Answering:
    """A `ports.peers.Incoming` over an open response; `read` is what was read of it already."""

    home: Node
    response: httpx.Response
    seconds: float
    read: bytes | None = None
    refusal: Refusal | None = None

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def code(self) -> str:
        """The code of the refusal, where it is one."""
        return self.refusal.code if self.refusal is not None else ""

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """The headers, their names in lower case."""
        return {name.lower(): value for name, value in self.response.headers.raw}

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes of the body.

        Raises:
            NodeUnreachable, TimeExceeded: As `ports.peers.Incoming`.
        """
        if self.read is not None:
            yield self.read
            return
        with _sending(self.home, self.seconds):
            async for chunk in self.response.aiter_raw():
                yield chunk

    async def close(self) -> None:
        """End the connection where the answer has not."""
        await self.response.aclose()


class HttpPeers:
    """A `ports.peers.Peers` over HTTP/1.1."""

    def __init__(
        self,
        *,
        node: str,
        identity: NodeIdentity,
        nodes: Callable[[], Mapping[str, Node]],
        clock: Clock,
        seconds: float,
        tls: ssl.SSLContext,
    ) -> None:
        """Speak as `node`, one of `nodes`; wait `seconds` for an answer to begin or to go on.

        `tls` says which certificates of other nodes are believed.
        """
        self._node = node
        self._identity = identity
        self._nodes = nodes
        self._clock = clock
        self._seconds = seconds
        self._known: dict[str, _Acquaintance] = {}
        self._client = httpx.AsyncClient(
            verify=tls,
            timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            limits=httpx.Limits(
                max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS // 4, keepalive_expiry=KEPT_SECONDS
            ),
            trust_env=False,
            follow_redirects=False,
        )

    async def carry(self, home: Node, request: Forwarded) -> Answering:
        """Carry a request to its home and return what the home says once it begins to.

        Raises:
            NodeElsewhere, NodeUntrusted, VersionSkew, NodeBusy, NodeUnreachable, TimeExceeded: As `ports.peers.Peers`.
        """
        me = self._nodes().get(self._node)
        if home.public_key is None or me is None or me.public_key is None:
            raise _elsewhere(home, "and mesh.yaml names no key for one of the two nodes")
        try:
            async with asyncio.timeout(self._seconds):
                return await self._carried(home, request)
        except TimeoutError:
            raise _late(home, self._seconds) from None

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()

    async def _carried(self, home: Node, request: Forwarded) -> Answering:
        answering = await self._sent(await self._introduced(home), request)
        if answering.code == NodeTokenExpired.code:
            # It has started again since it introduced itself, and did not read what was asked.
            self._known.pop(home.name, None)
            await answering.close()
            answering = await self._sent(await self._introduced(home), request)
        refused = _disbelief(answering)
        if refused is not None:
            await answering.close()
            raise refused
        return answering

    async def _introduced(self, home: Node) -> _Acquaintance:
        known = self._known.get(home.name)
        now = self._clock.monotonic()
        if known is not None and known.node == home and now < known.until:
            return known
        challenge = secrets.token_hex(16)
        try:
            introduction = self._identity.introduced(await self._introduction(home, challenge), home, challenge)
        except (NodeTokenInvalid, NodeTokenExpired) as error:
            raise NodeUntrusted(
                f"what answers at {home.url} could not show that it is `{home.name}`: {error.detail}",
                remedy="compare `freehold node key` there with `publicKey` in the mesh that is in force here",
                node=home.name,
            ) from error
        made = self._known[home.name] = _Acquaintance(home, introduction.run, now + INTRODUCED_SECONDS)
        return made

    async def _introduction(self, home: Node, challenge: str) -> str:
        address, asked = f"{home.url.rstrip('/')}/v1/node", {"asker": self._node, "challenge": challenge}
        try:
            with _connecting(home):
                told = await self._told(address, asked)
        except httpx.HTTPError as error:
            raise _elsewhere(home, "and its node does not answer") from error
        try:
            said = msgspec.json.decode(told, type=dict[str, object]).get("introduction")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            said = None
        return said if isinstance(said, str) else ""

    async def _told(self, address: str, asked: Mapping[str, str]) -> bytes:
        """Return what an address says to a GET, or nothing where that is longer than any introduction."""
        body, headers = b"", {"Accept-Encoding": "identity"}
        async with self._client.stream("GET", address, params=asked, headers=headers, timeout=CONNECT_SECONDS) as response:
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > INTRODUCTION_BYTES:
                    return b""
        return body

    async def _sent(self, known: _Acquaintance, request: Forwarded) -> Answering:
        home = known.node
        sent = self._built(known, request)
        with _connecting(home), _sending(home, self._seconds):
            answering = Answering(home, await self._client.send(sent, stream=True), self._seconds)
            try:
                answering.read, answering.refusal = await read_refusal(answering.response)
            except BaseException:
                await answering.close()
                raise
        return answering

    def _built(self, known: _Acquaintance, request: Forwarded) -> httpx.Request:
        address = httpx.URL(known.node.url.rstrip("/") + quote(request.path, safe="/"))
        if request.query:
            address = address.copy_with(query=request.query.encode("latin-1"))
        # The query string is bound as it is sent, since the library may escape in it what the caller did not.
        bound = msgspec.structs.replace(request, query=address.query.decode("latin-1"))
        token = self._identity.request(known.node.name, known.run, bound.digest())
        headers = {
            TOKEN_HEADER: token,
            "Accept": request.accept,
            "Accept-Encoding": "identity",
            "X-Request-Id": request.id,
        }
        optional = {"Authorization": request.authorization, "Freehold-Purpose": request.purpose, "If-None-Match": request.match}
        headers |= {name: value for name, value in optional.items() if value}
        raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
        return self._client.build_request(request.method, address, headers=raw, content=request.body or None)


@contextmanager
def _connecting(home: Node) -> Generator[None]:
    """Say that nothing was carried, where no connection came about."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
        raise _unconnected(home, error) from error
    except httpx.PoolTimeout as error:
        raise NodeBusy(f"{CONNECTIONS} requests to other nodes are under way", remedy="try again in a few seconds") from error


@contextmanager
def _sending(home: Node, seconds: float) -> Generator[None]:
    """Say what became of a request that was sent."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.PoolTimeout):
        raise
    except httpx.TimeoutException as error:
        raise _late(home, seconds) from error
    except httpx.HTTPError as error:
        raise NodeUnreachable(
            f"the connection to `{home.name}` broke before its answer was whole",
            remedy="ask again: what it may have decided is recorded there",
            node=home.name,
        ) from error


def _disbelief(answering: Answering) -> FreeholdError | None:
    """Return what it means that the other node would not take the request from this one, where that is so."""
    refusal, home = answering.refusal, answering.home
    if refusal is None or refusal.code not in {*_DISBELIEF, VersionSkew.code}:
        return None
    if refusal.code == VersionSkew.code:
        return VersionSkew(refusal.detail, remedy=refusal.remedy, node=home.name)
    return NodeUntrusted(
        f"`{home.name}` does not believe this node: {refusal.detail}",
        remedy="compare `freehold node key` here with `publicKey` in the mesh that is in force there, and both clocks",
        node=home.name,
        reason=refusal.code,
    )


def _unconnected(home: Node, error: httpx.HTTPError) -> FreeholdError:
    wrong = find_disbelief(error)
    if wrong is None:
        spoken = "and what answers at its address speaks no TLS" if is_no_tls(error) else "and its node cannot be reached from here"
        return _elsewhere(home, spoken)
    return NodeUntrusted(
        f"the certificate that is shown at {home.url} is not believed: {wrong}",
        remedy=f"start this node with the authority of `{home.name}` in `--authority`, and that one with a certificate of its name",
        node=home.name,
        reason="certificate",
    )


def _elsewhere(home: Node, why: str) -> FreeholdError:
    return NodeElsewhere(
        f"this is at home in `{home.region}`, {why}",
        remedy=f"ask `{home.name}` itself, at {home.url}, or try again later",
        home=home.region,
        url=home.url,
    )


def _late(home: Node, seconds: float) -> FreeholdError:
    return TimeExceeded(
        f"`{home.name}` did not answer within {seconds:g} s", remedy="ask for less, or try again later", node=home.name
    )
