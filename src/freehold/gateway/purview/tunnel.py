"""A CONNECT listener (RFC 9110 §9.3.6) for clients that insist on Purview's own host names: every tunnel ends at the catalogue.

It leads nowhere else, whatever host is named.
"""

from __future__ import annotations

import asyncio
import contextlib

_HEAD = 16 * 1_024
_PART = 64 * 1_024
_SECONDS = 10.0
IDLE = 300.0
"""For how long nothing may go through a tunnel, in seconds, either way."""

MOST = 256
"""How many tunnels are open at once."""


class Tunnel:
    """Takes CONNECT requests at one port and joins them to another."""

    def __init__(self, host: str, port: int, target: int) -> None:
        """Listen at `host`, `port`, and lead to `target` of the same host."""
        self._host = host
        self._port = port
        self._target = target
        self._server: asyncio.Server | None = None
        self._open = 0

    async def open(self) -> None:
        """Start to listen."""
        self._server = await asyncio.start_server(self._take, self._host, self._port, limit=_HEAD)

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
                await self._answer(reader, writer)
        finally:
            self._open -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"CONNECT "):
            writer.write(b"HTTP/1.1 405 Method Not Allowed\r\nAllow: CONNECT\r\nContent-Length: 0\r\n\r\n")
        elif self._open > MOST:
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        else:
            await self._join(reader, writer)
        async with asyncio.timeout(_SECONDS):
            await writer.drain()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._target)
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            async with asyncio.timeout(IDLE) as idle:
                await asyncio.gather(_copy(reader, back, idle), _copy(there, writer, idle))
        finally:
            back.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, idle: asyncio.Timeout) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(_PART):
            writer.write(part)
            await writer.drain()
            idle.reschedule(asyncio.get_running_loop().time() + IDLE)
    with contextlib.suppress(OSError):
        writer.write_eof() if writer.can_write_eof() else writer.close()
