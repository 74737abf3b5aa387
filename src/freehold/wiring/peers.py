"""What makes a node one among others: how it shows who it is, and how it reaches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version

from freehold.identity.nodes import NodeTokens
from freehold.keys.node import LocalNodeKey
from freehold.model import place
from freehold.peers.client import HttpPeers
from freehold.peers.tls import believing
from freehold.ports.clock import Clock
from freehold.ports.identity import NodeIdentity
from freehold.services.force import InForce
from freehold.wiring.settings import Settings

GRACE = 5.0
"""For how many seconds more than a query may take its answer is waited for."""

FOLLOWED_SECONDS = 10.0
"""For how many seconds a catalogue's first byte, or its next, is waited for."""


def open_node_identity(settings: Settings, me: place.Node, in_force: InForce, clock: Clock) -> NodeTokens:
    """Return how this node shows others who it is, and knows them by the mesh in force.

    Raises:
        SettingInvalid, StoreFailed: Its key cannot be used.
    """
    key = LocalNodeKey(settings.keys_folder(me.name))
    return NodeTokens(node=me.name, version=version("freehold"), key=key, nodes=_nodes(in_force), clock=clock)


def open_peers(settings: Settings, me: place.Node, identity: NodeIdentity, in_force: InForce, clock: Clock) -> HttpPeers:
    """Return the way to the other nodes.

    Raises:
        SettingInvalid: The authority of their certificates cannot be read.
    """
    return HttpPeers(
        node=me.name,
        identity=identity,
        nodes=_nodes(in_force),
        clock=clock,
        seconds=settings.limits.seconds + GRACE,
        tls=believing(settings.authority),
    )


def open_followed(settings: Settings, me: place.Node, identity: NodeIdentity, in_force: InForce, clock: Clock) -> HttpPeers:
    """Return the way to the other nodes' catalogues: connections of its own, so that a slow one takes none from questions.

    Raises:
        SettingInvalid: The authority of their certificates cannot be read.
    """
    nodes = _nodes(in_force)
    return HttpPeers(
        node=me.name, identity=identity, nodes=nodes, clock=clock, seconds=FOLLOWED_SECONDS, tls=believing(settings.authority)
    )


def _nodes(in_force: InForce) -> Callable[[], Mapping[str, place.Node]]:
    return lambda: in_force.current().mesh.nodes
