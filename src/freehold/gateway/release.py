"""Send a decided answer: nothing before its leaf is durable (law 7), small ones from kept bytes, large ones as they come.

A streamed answer that breaks breaks the connection too, so that a part can never be taken for the whole.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pyarrow as pa

from freehold.gateway.accept import Format
from freehold.gateway.encode import chunks, encode_json, encode_parts
from freehold.gateway.exchange import Exchange, Header
from freehold.model.peer import Carrier
from freehold.services.reply import Answer

T = TypeVar("T")
Run = Callable[..., "asyncio.Future[Any]"]
Completed = Callable[[int, int, str], None]

INLINE_CELLS = 2_000
INLINE_BYTES = 1 << 16
GROUP = 4
METADATA_LIMIT = 6_144
_ALWAYS: tuple[Header, ...] = (
    (b"cache-control", b"private, no-cache"),
    (b"vary", b"Authorization, Accept, Freehold-Purpose"),
)
_HEADER = "header"


async def digest_of(body: bytes, run: Run) -> str:
    """Return the SHA-256 of a whole body, in hex; of a large one it is worked out elsewhere."""
    digest = await run(hashlib.sha256, body) if len(body) > INLINE_BYTES else hashlib.sha256(body)
    return digest.hexdigest()


@dataclass(slots=True)
class Release:
    """An answer that may leave now: its leaf is durable. `via` is the node that it goes through, where there is one."""

    exchange: Exchange
    form: Format
    leaf: int
    answer: Answer
    via: Carrier | None = None

    async def send(self, run: Run, completed: Completed) -> None:
        """Send the answer; `run` does blocking work elsewhere, `completed` records the end of a streamed or carried answer.

        Raises:
            FreeholdError: The answer could not be finished; where nothing was sent yet, it can still become a problem.
        """
        tag = f'W/"{self.answer.etag}-{self.form.tag}"'.encode()
        headers = self._headers(tag)
        if _matches(self.exchange.headers.get(b"if-none-match"), tag):
            await self._send_bare(304, headers, run, completed)
        elif self.answer.table is not None:
            body = await self._whole(self.answer.table, run)
            rows, sent = (0, b"") if self.exchange.is_head else (self.answer.table.num_rows, body)
            await self._close(rows, sent, run, completed)
            await self.exchange.respond(200, headers, body)
        elif self.exchange.is_head:
            await self._send_bare(200, headers, run, completed)
        else:
            await self._stream(headers, run, completed)

    async def _send_bare(self, status: int, headers: list[Header], run: Run, completed: Completed) -> None:
        self._drop()
        await self._close(0, b"", run, completed)
        await self.exchange.start(status, headers)
        await self.exchange.send({"type": "http.response.body", "body": b""})

    async def _close(self, rows: int, sent: bytes, run: Run, completed: Completed) -> None:
        """Record the bytes that a carrying node gets, as that node records them: so the two ledgers can be compared."""
        if self.via is not None:
            completed(self.leaf, rows, await digest_of(sent, run))

    def _headers(self, tag: bytes) -> list[Header]:
        headers = [
            (b"content-type", self.form.content_type),
            (b"freehold-leaf", b"%d" % self.leaf),
            (b"etag", tag),
            *_ALWAYS,
        ]
        if self.form is not Format.JSON:
            headers.append((b"freehold-metadata", self._kept(_HEADER, lambda: _header(self.answer.metadata))))
        return headers

    def _kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        found = self.answer.encoded.get(name)
        if found is None:
            found = self.answer.encoded[name] = make()
        return found

    async def _whole(self, table: pa.Table, run: Run) -> bytes:
        name = self.form.tag
        if name not in self.answer.encoded and table.num_rows * (table.num_columns or 1) > INLINE_CELLS:
            await run(self._kept, name, self._encoded)
        body = self.answer.encoded.get(name) or self._kept(name, self._encoded)
        # The leaf is the one thing that differs each time the same answer is given, so it comes last.
        return body + b',"leaf":%d}}' % self.leaf if self.form is Format.JSON else body

    def _encoded(self) -> bytes:
        body = b"".join(self._parts(encode_json(self.answer.metadata)))
        return body[:-2] if self.form is Format.JSON else body

    def _parts(self, tail: bytes) -> Iterator[bytes | memoryview]:
        return encode_parts(self.form, self.answer.schema, self.answer.batches(), tail)

    def _drop(self) -> None:
        self.answer.cancel()
        self.answer.close()

    async def _stream(self, headers: list[Header], run: Run, completed: Completed) -> None:
        pump = _Pump(self.answer, self.form, encode_json(self.answer.metadata | {"leaf": self.leaf}))
        try:
            async for chunk in pump.ahead(run):
                if not self.exchange.status:
                    await self.exchange.start(200, headers)
                await self.exchange.send({"type": "http.response.body", "body": chunk, "more_body": True})
            completed(self.leaf, pump.rows, pump.digest.hexdigest())
            await self.exchange.send({"type": "http.response.body", "body": b""})
        finally:
            await asyncio.shield(run(pump.close))


class _Pump:
    """The chunks of a streamed answer: the next four are made, and the last four hashed, while these are sent; counts its rows."""

    def __init__(self, answer: Answer, form: Format, tail: bytes) -> None:
        self.rows = 0
        self.digest = hashlib.sha256()
        self._answer = answer
        self._whole = False
        self._chunks = chunks(encode_parts(form, answer.schema, self._counted(), tail))

    async def ahead(self, run: Run) -> AsyncIterator[bytes]:
        coming, hashed = run(self._next), run(self._hash, ())
        try:
            while group := await asyncio.shield(coming):
                coming = run(self._next)
                await hashed
                hashed = run(self._hash, group)
                for chunk in group:
                    yield chunk
            await hashed
        finally:
            if not coming.done():
                self._answer.cancel()
                await asyncio.wait([coming])
            if not coming.cancelled():
                coming.exception()

    def close(self) -> None:
        """Stop the query where it still runs, and give back what it holds."""
        if not self._whole:
            self._answer.cancel()
        self._chunks.close()
        self._answer.close()

    def _next(self) -> tuple[bytes, ...]:
        group = tuple(itertools.islice(self._chunks, GROUP))
        self._whole = not group
        return group

    def _hash(self, group: tuple[bytes, ...]) -> None:
        for chunk in group:
            self.digest.update(chunk)

    def _counted(self) -> Iterator[pa.RecordBatch]:
        for batch in self._answer.batches():
            self.rows += batch.num_rows
            yield batch


def _matches(given: bytes | None, tag: bytes) -> bool:
    """Return whether `If-None-Match` names the tag, compared weakly (RFC 9110 §13.1.2)."""
    if given is None:
        return False
    plain = tag.removeprefix(b"W/")
    return any(item.strip() == b"*" or item.strip().removeprefix(b"W/") == plain for item in given.split(b","))


def _header(metadata: dict[str, Any]) -> bytes:
    """Return metadata as ASCII JSON for a header; the longest members are left out where it would be too long."""
    fitting = dict(metadata)
    while len(text := json.dumps(fitting, separators=(",", ":"), default=str)) > METADATA_LIMIT:
        del fitting[max(fitting, key=lambda name: len(json.dumps(fitting[name], default=str)))]
    return text.encode("ascii")
