"""A node in this process, from its building to its end; while it answers, the commands beside it find its address."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from freehold.cli.terminal import say, show_json
from freehold.errors import LedgerBusy
from freehold.gateway.serve import Listening, serve
from freehold.model.place import Mode
from freehold.wiring.node import Node, build_node
from freehold.wiring.running import Running, announce, find_running, withdraw

if TYPE_CHECKING:
    from freehold.wiring.settings import Settings

PORT = 8080
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104  (an address to speak to, for one that listens everywhere)


def serve_until_stopped(settings: Settings, *, as_json: bool) -> None:
    """Serve a node until SIGTERM or Ctrl-C, then give everything back.

    Raises:
        NothingApplied, SettingInvalid, LedgerBusy, StoreFailed: It cannot be built, or cannot listen.
    """
    with closing(_built(settings)) as node, ExitStack() as stack:

        def ready(listening: Listening) -> None:
            running = _running(node, listening.url)
            announce(settings.folder, running)
            stack.callback(withdraw, settings.folder, running)
            if as_json:
                show_json(running)
            else:
                _show(node, running)
            sys.stdout.flush()

        serve(node, port=_port(node), on_ready=ready)


def _built(settings: Settings) -> Node:
    try:
        return build_node(settings)
    except LedgerBusy as error:
        running = next((item for item in find_running(settings.folder) if settings.region in {None, item.region}), None)
        if running is None:
            raise
        remedy = f"ask it at {running.url}, or stop it there with Ctrl-C"
        raise LedgerBusy(f"`{running.node}` runs here already, as process {running.pid}", remedy=remedy) from error


def _port(node: Node) -> int:
    """Return the port of the flag or the environment, else that of the node's url in mesh.yaml."""
    if node.settings.port is not None:
        return node.settings.port
    return urlsplit(node.in_force.current().mesh.nodes[node.name].url).port or PORT


def _running(node: Node, url: str) -> Running:
    for wildcard, local in _EVERYWHERE.items():
        url = url.replace(f"//{wildcard}:", f"//{local}:")
    authority = str(node.settings.authority.resolve()) if node.settings.authority is not None else None
    mode = node.settings.mode
    return Running(node=node.name, region=node.region, url=url, pid=os.getpid(), mode=mode, authority=authority)


def _show(node: Node, running: Running) -> None:
    say(f"✓ {node.name} serves {node.region} at {running.url}", "bold")
    say(f"  API    {running.url}/openapi.json")
    if node.settings.mode is Mode.DEVELOPMENT:
        say("  ask    freehold query 'select …' --as SUBJECT@DOMAIN   (development: tokens made here are believed)")
    say("  stop   Ctrl-C")
