"""The bodies of requests: how large one may be, how much of all is held at once, and how long one may take to come.

A caller's text is counted before it is read: a few megabytes of brackets would become a gigabyte of objects.
"""

from __future__ import annotations

import asyncio
from typing import Any

from freehold.errors import BodyTooLarge, BodyTooSlow, BodyUnreadable, NodeBusy, QueryCancelled
from freehold.gateway.exchange import Exchange

BODY_LIMIT = 32 << 20
"""Bytes that one body may have."""

HELD_LIMIT = 256 << 20
"""Bytes of bodies that are held at once, of all requests together."""

LARGE = 1 << 20
"""From how many bytes on a body is answered after the other large ones, so that one alone is in memory as objects."""

SECONDS = 120.0
"""How long a body may take to come."""

DRAINED = 512 << 20
"""How much of a body that is too large is still taken in, so that its sender hears why it was refused; less of a stranger's."""

FORM_LIMIT, PARTS = 1 << 20, 100
"""Bytes and parts that a multipart body may have."""

VALUES = 2_000_000
"""How many values, members and brackets the JSON of one body may have."""


class Bodies:
    """Takes in the bodies of all requests to one catalogue."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._held = 0

    async def read(self, exchange: Exchange) -> bytes:
        """Return the body of a request, which is held until `release`.

        Raises:
            BodyTooLarge: It is, or says it is, over the limit.
            BodyUnreadable: It is compressed.
            BodyTooSlow: It takes too long to come.
            NodeBusy: Too much of others is held.
            QueryCancelled: The caller went away in the middle.
        """
        if exchange.headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise BodyUnreadable("the body is compressed", remedy="send it without `Content-Encoding`")
        said = exchange.headers.get(b"content-length", b"0")
        if said.isdigit() and int(said) > BODY_LIMIT:
            raise _too_large()
        parts: list[bytes] = []
        try:
            async with asyncio.timeout(SECONDS):
                await self._take(exchange, parts)
        except TimeoutError:
            self.release(parts)
            raise BodyTooSlow(f"the body took over {SECONDS:.0f} s to come", remedy="send it in smaller requests") from None
        except BaseException:
            self.release(parts)
            raise
        return b"".join(parts)

    async def _take(self, exchange: Exchange, parts: list[bytes]) -> None:
        size, more = 0, True
        while more:
            message = await exchange.receive()
            if message["type"] == "http.disconnect":
                raise QueryCancelled
            part: bytes = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(part)
            if size > BODY_LIMIT:
                raise _too_large()
            if self._held + len(part) > HELD_LIMIT:
                raise NodeBusy("too many large bodies are under way", remedy="send it again in a while")
            self._held += len(part)
            parts.append(part)
        exchange.receive = _ended

    def release(self, parts: list[bytes]) -> None:
        """Count what was held as gone."""
        self._held -= sum(map(len, parts))


def check_values(content: bytes) -> None:
    """Check that the JSON of a body would not become too many objects.

    Raises:
        BodyTooLarge: It would.
    """
    if len(content) <= VALUES:
        return
    count = content.count(b",") + content.count(b"[") + content.count(b"{")
    if count > VALUES:
        raise BodyTooLarge(f"the body holds over {VALUES:,} values", remedy="send fewer entities at a time", limit=VALUES)


def check_form(content: bytes) -> None:
    """Check that a multipart body is one that can be read part by part.

    Raises:
        BodyTooLarge: It has too many bytes or parts.
    """
    if len(content) > FORM_LIMIT or content.count(b"\n--") > PARTS:
        raise BodyTooLarge(
            f"the form is over {FORM_LIMIT:,} bytes or {PARTS} parts", remedy="send fewer rows at a time", limit=FORM_LIMIT
        )


async def drain(exchange: Exchange, most: int) -> None:
    """Take in what is left of a refused body, up to `most` bytes and not for long."""
    size = 0
    try:
        async with asyncio.timeout(SECONDS):
            while size < most:
                message: Any = await exchange.receive()
                size += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return


async def _ended() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


def _too_large() -> BodyTooLarge:
    return BodyTooLarge(f"the body is over {BODY_LIMIT:,} bytes", remedy="send fewer entities at a time", limit=BODY_LIMIT)
