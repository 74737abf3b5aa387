"""Small governed JSON answers a second against FastAPI returning the same ten rows plainly, on the same server.

Run: `python bench/http_json.py`. Target: ≥ 4×. Ours authenticates, decides, and waits for the leaf on disk, each time; FastAPI does
none of it. One process serves, this one asks; with two cores the two share the machine. A leaf is written with all that wait beside
it, so the rate grows with the connections: both are printed.
"""

from __future__ import annotations

import asyncio
import json
import select
import socket
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import node

CONNECTIONS = (64, 256)
SECONDS = 1.5
ROUNDS = 5


def main() -> None:
    """Print both rates and their ratio."""
    if "--serve" in sys.argv:
        node.serve_ours() if sys.argv[-1] == "ours" else asyncio.run(_serve_fastapi())
        return
    with node.started(__file__, "ours") as ours, node.started(__file__, "theirs") as theirs:
        asks = {
            "ours": (ours["port"], _request("/api/v1/customer/small", ours["token"])),
            "theirs": (theirs["port"], _request("/plain", ours["token"])),
        }
        for connections in CONNECTIONS:
            _print(asks, connections)


def _print(asks: dict[str, tuple[int, bytes]], connections: int) -> None:
    rates: dict[str, list[float]] = {"ours": [], "theirs": []}
    for number in range(ROUNDS + 1):
        for side, (port, request) in asks.items():
            rate = _rate(port, request, connections, SECONDS)
            if number:
                rates[side].append(rate)
    fast, plain = (statistics.median(rates[side]) for side in ("ours", "theirs"))
    what = f"small governed JSON vs FastAPI, {connections} connections"
    print(f"{what:<52} {fast:>10,.0f} /s  {plain:>10,.0f} /s  ratio {fast / plain:6.2f}   target ≥ 4")


def _request(path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


def _rate(port: int, request: bytes, connections: int, seconds: float) -> float:
    """Return how many answers a second come over all connections, one request under way on each."""
    ready = select.epoll()
    plugs = {plug.fileno(): plug for plug in (socket.create_connection(("127.0.0.1", port)) for _ in range(connections))}
    for number, plug in plugs.items():
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ready.register(number, select.EPOLLIN)
        plug.sendall(request)
    answers, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for number, _ in ready.poll():
            plug = plugs[number]
            _check(plug, plug.recv(65_536))
            answers += 1
            plug.sendall(request)
    elapsed = time.perf_counter() - start
    for plug in plugs.values():
        plug.close()
    ready.close()
    return answers / elapsed


def _check(plug: socket.socket, answer: bytes) -> None:
    """Read the rest of an answer; one that is not a 200 ends the benchmark."""
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"not answered: {answer[:400]!r}")
    at = answer.index(b"\r\n\r\n") + 4
    place = answer.index(b"content-length: ") + 16
    missing = at + int(answer[place : answer.index(b"\r", place)]) - len(answer)
    while missing > 0:
        missing -= len(plug.recv(missing))


async def _serve_fastapi() -> None:
    from fastapi import FastAPI
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from freehold.gateway.serve import free_port

    app = FastAPI()
    rows = node.small_rows()
    metadata: dict[str, Any] = {"freshness": "2026-11-23T10:00:00+00:00", "region": "westeurope", "quality": {}}

    @app.get("/plain")
    async def plain():  # an annotation would make it the other, faster way of FastAPI
        return {"data": rows, "metadata": metadata}

    port = free_port("127.0.0.1", 0)
    print(json.dumps({"port": port}), flush=True)
    await Server(app, port=port, interface=Interfaces.ASGINL, log_enabled=False).serve()


if __name__ == "__main__":
    main()
