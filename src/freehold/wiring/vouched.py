"""What one node knows of the catalogues of others, read beside it: it may be running or not."""

from __future__ import annotations

import contextlib

from freehold.errors import NothingApplied
from freehold.services.copies import Copies
from freehold.services.force import InForce
from freehold.services.listings import Listings, Vouched
from freehold.stores.catalog import SqliteCatalogStore
from freehold.wiring.clock import SystemClock
from freehold.wiring.homes import choose_node, open_registry
from freehold.wiring.peers import open_node_identity
from freehold.wiring.settings import Settings


def read_vouched(settings: Settings) -> tuple[Vouched, ...]:
    """Return how the catalogues of other nodes stand at the node of `settings.region`, running or not; nothing is changed.

    Raises:
        NothingApplied: No mesh is in force.
        SettingInvalid: The mesh has no such node.
        StoreFull, StoreFailed: What the node keeps cannot be read.
    """
    clock = SystemClock()
    with contextlib.ExitStack() as stack:
        registry = stack.enter_context(contextlib.closing(open_registry(settings)))
        applied = registry.current()
        if applied is None:
            raise NothingApplied(f"`{settings.folder}` has never been applied", remedy="run `freehold apply` first")
        me, in_force = choose_node(applied.mesh, settings.region), InForce(registry)
        store = stack.enter_context(contextlib.closing(SqliteCatalogStore(settings.catalog_file(me.name))))
        copies = Copies(identity=open_node_identity(settings, me, in_force, clock), store=store, clock=clock)
        copies.load(applied.mesh.nodes)
        every = settings.catalog_seconds
        return Listings(in_force=in_force, clock=clock, region=me.region, copies=copies, seconds=every).vouched()
