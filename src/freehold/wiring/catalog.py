"""What makes a node's catalogue that of the mesh: its own for others, copies of theirs, and the asking for them."""

from __future__ import annotations

import contextlib
import random
from dataclasses import dataclass

from freehold.model import place
from freehold.ports.clock import Clock
from freehold.ports.identity import NodeIdentity
from freehold.ports.peers import Peers
from freehold.services.copies import Copies
from freehold.services.follow import Following
from freehold.services.force import InForce
from freehold.services.listings import Listings
from freehold.services.publication import Publication
from freehold.stores.catalog import SqliteCatalogStore
from freehold.wiring.peers import open_followed
from freehold.wiring.settings import Settings


@dataclass(frozen=True, slots=True)
class Catalogues:
    """One node's part in the catalogue of the mesh; `followed` are its connections to others."""

    listings: Listings
    publication: Publication
    following: Following
    followed: Peers


def open_catalogues(
    settings: Settings,
    me: place.Node,
    *,
    identity: NodeIdentity,
    in_force: InForce,
    clock: Clock,
    stack: contextlib.ExitStack,
) -> Catalogues:
    """Return a node's catalogues, whose file `stack` closes, with the copies that it believed before.

    Raises:
        NothingApplied: No mesh is in force.
        SettingInvalid: The authority of other nodes' certificates cannot be read.
        StoreFull, StoreFailed: The file of catalogues cannot be used.
    """
    every = settings.catalog_seconds
    store = stack.enter_context(contextlib.closing(SqliteCatalogStore(settings.catalog_file(me.name))))
    copies = Copies(identity=identity, store=store, clock=clock)
    copies.load(in_force.current().mesh.nodes)
    copies.tidy()
    followed = open_followed(settings, me, identity, in_force, clock)
    return Catalogues(
        listings=Listings(in_force=in_force, clock=clock, region=me.region, copies=copies, seconds=every),
        publication=Publication(node=me.name, region=me.region, in_force=in_force, store=store, identity=identity, clock=clock),
        following=Following(
            node=me.name, peers=followed, copies=copies, in_force=in_force, clock=clock, seconds=every, chance=random.random
        ),
        followed=followed,
    )
