"""One HTTP exchange as the handlers see it: what was asked, and how an answer is sent. Bare ASGI 3."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from freehold.errors import BodyTooLarge, BodyUnreadable, ParameterInvalid, QueryCancelled, TokenInvalid, TokenMissing
from freehold.gateway.problems import Problem
from freehold.model.peer import Carrier

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

SECURITY: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"server", b""),  # otherwise the server writes its own name
)
FIELDS_LIMIT = 100
_ONCE = frozenset({b"authorization", b"freehold-purpose", b"freehold-route", b"freehold-node-token", b"content-encoding", b"host"})
_GIVEN_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_PROCESS = secrets.token_hex(6).encode()
_NUMBERS = itertools.count(1)


@dataclass(slots=True)
class Exchange:
    """A request and its way back. `path` is decoded; `id` is the caller's `X-Request-Id` where it is a plain one.

    `via` is the node that carries it, once that is believed.
    """

    method: str
    path: str
    query: bytes
    headers: dict[bytes, bytes]
    receive: Receive
    send: Send
    id: bytes
    status: int = 0
    via: Carrier | None = None

    @property
    def is_head(self) -> bool:
        """Whether only the header section of the answer is wanted (RFC 9110 §9.3.2)."""
        return self.method == "HEAD"

    def put_back(self, body: bytes) -> None:
        """Let the whole body, which was read, be received once more."""
        receive, given = self.receive, [body]

        async def again() -> Message:
            return {"type": "http.request", "body": given.pop()} if given else await receive()

        self.receive = again

    async def respond(self, status: int, headers: Iterable[Header], body: bytes) -> None:
        """Send a whole answer."""
        await self.start(status, [*headers, (b"content-length", b"%d" % len(body))])
        await self.send({"type": "http.response.body", "body": b"" if self.is_head else body})

    async def start(self, status: int, headers: list[Header]) -> None:
        """Send the header section, with the headers that every answer has."""
        self.status = status
        headers += SECURITY
        headers.append((b"x-request-id", self.id))
        await self.send({"type": "http.response.start", "status": status, "headers": headers})

    async def refuse(self, found: Problem) -> None:
        """Send a problem."""
        await self.respond(found.status, found.headers, found.body)


def open_exchange(scope: Scope, receive: Receive, send: Send) -> Exchange:
    """Return the exchange of an ASGI http scope."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    given = headers.get(b"x-request-id")
    own = given if given is not None and _GIVEN_ID.fullmatch(given) else b"%s-%x" % (_PROCESS, next(_NUMBERS))
    return Exchange(scope["method"], scope["path"], scope["query_string"], headers, receive, send, own)


def check_headers(given: Sequence[Header], headers: Mapping[bytes, bytes]) -> None:
    """Refuse a request of which a header that decides something comes twice: who reads the first would decide otherwise.

    Raises:
        TokenInvalid: There are two tokens (RFC 6750 §2).
        ParameterInvalid: Another of these headers comes twice.
    """
    if len(headers) == len(given):
        return
    names = [name for name, _ in given if name in _ONCE]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice == b"authorization":
        raise TokenInvalid("the request has two `Authorization` headers", remedy="send one token")
    if twice is not None:
        raise ParameterInvalid(f"the header `{twice.decode()}` is sent twice", remedy="send it once")


def bearer(authorization: bytes | None) -> str:
    """Return the token of an `Authorization: Bearer` header (RFC 6750 §2.1).

    Raises:
        TokenMissing: There is no such header, or it is of another scheme.
        TokenInvalid: The token has characters that no token has.
    """
    scheme, _, token = (authorization or b"").strip().partition(b" ")
    if scheme.lower() != b"bearer" or not token.strip():
        raise TokenMissing("the request names nobody", remedy="send `Authorization: Bearer <token>`")
    try:
        return token.strip().decode("ascii")
    except UnicodeDecodeError:
        raise TokenInvalid("the token is not a signed JWT", remedy="send `Authorization: Bearer <JWT access token>`") from None


def read_fields(query: bytes) -> dict[str, str]:
    """Return the fields of a query string, each at most once.

    Raises:
        ParameterInvalid: It is not UTF-8, a field comes twice, or there are more than a hundred.
    """
    if not query:
        return {}
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_LIMIT)
    except UnicodeDecodeError:
        raise ParameterInvalid("the query string is not UTF-8", remedy="percent-encode it as UTF-8") from None
    except ValueError:
        raise ParameterInvalid(f"the query string has more than {FIELDS_LIMIT} fields", remedy="send fewer") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        twice = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
        raise ParameterInvalid(f"`{twice[:80]}` is sent twice", remedy="send it once", parameter=twice[:80])
    return fields


async def read_body(exchange: Exchange, limit: int) -> bytes:
    """Return the request's body.

    Raises:
        BodyTooLarge: It is, or says it is, over `limit` bytes.
        BodyUnreadable: It is compressed.
        QueryCancelled: The caller went away in the middle.
    """
    if exchange.headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise BodyUnreadable("the body is compressed", remedy="send it without `Content-Encoding`")
    said = exchange.headers.get(b"content-length", b"0")
    if said.isdigit() and int(said) > limit:
        raise _too_large(limit)
    body = b""
    while True:
        message = await exchange.receive()
        if message["type"] == "http.disconnect":
            raise QueryCancelled
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
        if not message.get("more_body", False):
            return body


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"the body is over {limit:,} bytes", remedy="send a shorter query, or fewer parameters", limit=limit)
