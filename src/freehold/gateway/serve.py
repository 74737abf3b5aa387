"""Serve one node with Granian inside this process: one event loop, since a ledger has one writer.

On SIGTERM or SIGINT no new question is taken, what is under way is finished or stopped, and control comes back to the caller.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import gc
import logging
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from freehold.errors import FreeholdError, SettingInvalid
from freehold.gateway.app import create_app
from freehold.gateway.exchange import Receive, Scope, Send
from freehold.wiring.node import Node

BACKLOG = 1_024
HEADER_BYTES = 64 * 1_024
GRACE = 10.0
COLLECT = (20_000, 20, 50)
"""At how many new objects the collector looks at them, and how often at older ones: with the default of 700 it takes a fifth of the
time while hundreds of requests are under way."""

KEPT_BYTES = 256 << 20
LARGE_BYTES = 32 << 20
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_PROBE_SECONDS = 10.0
_LOG = logging.getLogger("freehold.gateway")


@dataclass(frozen=True, slots=True)
class Listening:
    """A node that answers: its address, and how to stop it from any thread."""

    url: str
    port: int
    stop: Callable[[], None]


class Served(Protocol):
    """An ASGI application with a life around its requests. All but `close` are called on the running event loop."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        ...

    def open(self) -> None:
        """Make the parts, before the first request."""
        ...

    def follow(self) -> None:
        """Start what lasts, once requests are taken."""
        ...

    def stop(self) -> None:
        """End what is under way."""
        ...

    async def leave(self) -> None:
        """End what lasts."""
        ...

    def close(self) -> None:
        """Let the threads end."""
        ...


@dataclass(frozen=True, slots=True)
class _Place:
    scheme: str
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def serve(node: Node, *, port: int, on_ready: Callable[[Listening], None]) -> None:
    """Serve `node` until SIGTERM, SIGINT or `Listening.stop`; the node stays the caller's to close.

    `port` 0 takes any free one. `on_ready` is called once the node answers. With a certificate in its settings it speaks TLS.

    Raises:
        SettingInvalid: The port is taken, the host is not an address of this machine, or the certificate cannot be used.
    """
    settings = node.settings
    chosen = free_port(settings.host, port)
    gateway = create_app(node)
    serve_app(gateway, settings.host, chosen, certificate=settings.certificate, key=settings.key, on_ready=on_ready)


def serve_app(
    gateway: Served,
    host: str,
    port: int,
    *,
    certificate: Path | None,
    key: Path | None,
    on_ready: Callable[[Listening], None],
) -> None:
    """Serve an application as `serve` does a node; `port` is free, and the application is closed at the end.

    Raises:
        SettingInvalid: As `serve`.
    """
    server = _server(gateway, host, port, certificate, key)
    place = _Place("https" if certificate is not None else "http", host, port)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_run(gateway, server, place, on_ready))
    finally:
        gateway.close()


_NO_PORT = "a port is 0 to 65535", "choose another with `--port`; 0 takes any free one"
_NO_ADDRESS = "this machine has no such address", "choose another with `--host`"
_WHY_NOT: dict[int | None, tuple[str, str]] = {
    errno.EADDRINUSE: ("another program has it", "stop that one, or choose another with `--port`; 0 takes any free one"),
    errno.EACCES: ("this user may not", "choose one from 1024 on with `--port`"),
}


def free_port(host: str, port: int) -> int:
    """Return `port`, or a free one where it is 0.

    Raises:
        SettingInvalid: It cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
            return int(probe.getsockname()[1])
    except (OSError, OverflowError) as error:
        number = None if isinstance(error, socket.gaierror | OverflowError) else error.errno
        why, mend = _WHY_NOT.get(number, _NO_ADDRESS) if isinstance(error, OSError) else _NO_PORT
        raise SettingInvalid(f"`{host}` port {port} cannot be listened on: {why}", remedy=mend) from error


def _server(app: Served, host: str, port: int, certificate: Path | None, key: Path | None) -> Server:
    try:
        return Server(
            app,
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.auto if certificate is not None else HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            http1_settings=HTTP1Settings(max_buffer_size=HEADER_BYTES),
            log_enabled=False,
            ssl_cert=certificate,
            ssl_key=key,
        )
    except Exception as error:
        raise SettingInvalid("the certificate or its key cannot be used", remedy="give both as PEM files") from error


async def _run(gateway: Served, server: Server, place: _Place, on_ready: Callable[[Listening], None]) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()

    def stop() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: stopped already
            loop.call_soon_threadsafe(stopped.set)

    signals = (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ()
    for number in signals:
        loop.add_signal_handler(number, stopped.set)
    gateway.open()
    serving = asyncio.ensure_future(server.serve())
    ending = asyncio.ensure_future(stopped.wait())
    try:
        await _answering(place, serving)
        settle()
        gateway.follow()
        on_ready(Listening(place.url, place.port, stop))
        await asyncio.wait((serving, ending), return_when=asyncio.FIRST_COMPLETED)
    finally:
        ending.cancel()
        await _end(gateway, server, serving)
        await gateway.leave()
        for number in signals:
            loop.remove_signal_handler(number)


def settle() -> None:
    """Spare the garbage collector what lives as long as the node, let it come when there is more to do than one request's, and
    let the C library keep pages for the next large answer: fresh ones cost more than the copy that fills them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)
    with contextlib.suppress(AttributeError):  # another C library than glibc
        adjust = ctypes.CDLL(None).mallopt
        adjust(_M_TRIM_THRESHOLD, KEPT_BYTES)
        adjust(_M_MMAP_THRESHOLD, LARGE_BYTES)


async def _answering(place: _Place, serving: asyncio.Future[None]) -> None:
    """Wait until connections are taken, and not for long where the network swallows them."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PROBE_SECONDS):
            while not serving.done():
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection(place.host, place.port)
                    writer.close()
                    return
                await asyncio.sleep(0.01)
    raise SettingInvalid(f"`{place.host}` port {place.port} cannot be listened on", remedy="choose another with `--port`")


async def _end(gateway: Served, server: Server, serving: asyncio.Future[None]) -> None:
    server.stop()
    done, _ = await asyncio.wait((serving,), timeout=GRACE)
    if not done:
        _LOG.warning("queries under way were stopped after %.0f s", GRACE)
        gateway.stop()
        done, _ = await asyncio.wait((serving,), timeout=GRACE)
    if not done:
        serving.cancel()
    with contextlib.suppress(asyncio.CancelledError, FreeholdError):
        await serving
