"""What a mesh folder knows of approvals, read beside its nodes: they may be running or not."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from freehold.model.mesh import Mesh
from freehold.model.place import Node
from freehold.ports.clock import Clock
from freehold.ports.registry import Registry
from freehold.services.copies import Copies, Held
from freehold.services.force import InForce
from freehold.services.heard import Heard
from freehold.stores.catalog import SqliteCatalogStore
from freehold.wiring.peers import open_node_identity
from freehold.wiring.settings import Settings


def read_heard(settings: Settings, mesh: Mesh, registry: Registry, clock: Clock) -> Heard:
    """Return what is known in the folder of the approvals of `mesh`; nothing is changed.

    A node keeps its approvals here if it has ever served from this folder, if it is the one of `settings.region`, or if the mesh
    has no other. Of the rest it is known what a node of this folder heard last, as far as that is signed under the keys in force.

    Raises:
        StoreFull, StoreFailed: What is kept cannot be read.
    """
    nodes = tuple(mesh.nodes.values())
    here = [node for node in nodes if len(nodes) == 1 or node.region == settings.region or _served(settings, node)]
    elsewhere = {node.region: node for node in nodes if node not in here}
    applied = registry.current()
    words = _words(settings, here, applied.mesh, registry, clock) if applied is not None and elsewhere else {}
    return Heard(registry.approvals(), elsewhere, words, clock.now().timestamp())


def _served(settings: Settings, node: Node) -> bool:
    return settings.ledger_folder(node.name).is_dir()


def _words(settings: Settings, here: Iterable[Node], mesh: Mesh, registry: Registry, clock: Clock) -> dict[str, Held]:
    """Return the newest word of each other node that a node of this folder has believed, by region."""
    found: dict[str, Held] = {}
    for me in here:
        file = settings.catalog_file(me.name)
        if not file.is_file():
            continue
        with contextlib.closing(SqliteCatalogStore(file)) as store:
            copies = Copies(identity=open_node_identity(settings, me, InForce(registry), clock), store=store, clock=clock)
            copies.load(mesh.nodes)
        for node in mesh.nodes.values():
            held = copies.held(node)
            if held is not None and (node.region not in found or found[node.region].at < held.at):
                found[node.region] = held
    return found
