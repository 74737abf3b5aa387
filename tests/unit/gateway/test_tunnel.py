"""Tunnels to the catalogue end on both sides, whatever stands at either, and there are never too many."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from freehold.gateway.purview import tunnel
from freehold.gateway.purview.tunnel import Tunnel

ASK = b"CONNECT any.purview.azure.com:443 HTTP/1.1\r\n\r\n"


async def opened(act: Callable[[int, asyncio.Queue[bytes]], Awaitable[None]]) -> None:
    """Run `act` with the port of a tunnel, whose far end says when it is left."""
    left: asyncio.Queue[bytes] = asyncio.Queue()

    async def far(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            left.put_nowait(await reader.read())
        writer.close()

    target = await asyncio.start_server(far, "127.0.0.1", 0)
    made: Any = Tunnel("127.0.0.1", 0, target.sockets[0].getsockname()[1])
    await made.open()
    try:
        await act(made._server.sockets[0].getsockname()[1], left)
    finally:
        await made.close()
        target.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=60)
        for _ in range(3):  # transports close a turn of the loop later
            await asyncio.sleep(0)


def test_a_tunnel_that_nobody_uses_ends_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tunnel, "IDLE", 0.2)

    async def act(port: int, left: asyncio.Queue[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASK + b"hello")
        async with asyncio.timeout(60):
            assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
            assert await left.get() == b"hello"
        writer.close()

    asyncio.run(opened(act))


def test_one_tunnel_too_many_is_told_so_and_room_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tunnel, "MOST", 1)

    async def act(port: int, left: asyncio.Queue[bytes]) -> None:
        async with asyncio.timeout(60):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(ASK)
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
            other, second = await asyncio.open_connection("127.0.0.1", port)
            second.write(ASK)
            assert (await other.read()).startswith(b"HTTP/1.1 503 ")
            writer.close()
            await left.get()
            while True:  # the first is counted as gone a moment after its far end was left
                again, third = await asyncio.open_connection("127.0.0.1", port)
                third.write(ASK)
                if (await again.readline()).startswith(b"HTTP/1.1 200 "):
                    break
                third.close()
            third.close()
            second.close()

    asyncio.run(opened(act))
