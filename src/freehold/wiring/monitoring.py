"""What makes a node watch its promises: what it counts and measures, where that is kept, and the way to who is told."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from importlib.metadata import version

import msgspec

from freehold.keys.node import LocalNodeKey
from freehold.model import place
from freehold.peers.tls import believing
from freehold.ports.clock import Clock
from freehold.ports.engine import Engine
from freehold.ports.target import Target
from freehold.services.force import InForce
from freehold.services.monitoring import Monitoring
from freehold.services.quality import Quality
from freehold.services.service_levels import ServiceLevels
from freehold.stores.history import SqliteHistory
from freehold.targets.webhook import HttpTarget
from freehold.wiring.settings import Settings


@dataclass(frozen=True, slots=True)
class Watch:
    """One node's watch over its promises."""

    levels: ServiceLevels
    monitoring: Monitoring
    history: SqliteHistory
    target: Target


def open_watch(
    settings: Settings,
    me: place.Node,
    *,
    in_force: InForce,
    engine: Engine,
    quality: Quality,
    clock: Clock,
    stack: contextlib.ExitStack,
) -> Watch:
    """Return a node's watch, whose file `stack` closes; nothing is watched until `Monitoring.run`.

    Raises:
        SettingInvalid: The node's key, or the authority of others' certificates, cannot be read.
        StoreFull, StoreFailed: The file of measurements cannot be used.
    """
    history = stack.enter_context(contextlib.closing(SqliteHistory(settings.history_file(me.name))))
    levels = ServiceLevels(region=me.region, history=history, in_force=in_force, clock=clock)
    target = HttpTarget(
        sign=LocalNodeKey(settings.keys_folder(me.name)).sign,
        clock=clock,
        agent=f"freehold/{version('freehold')}",
        tls=believing(settings.authority),
    )
    monitoring = Monitoring(
        node=me.name,
        region=me.region,
        in_force=in_force,
        engine=engine,
        quality=quality,
        levels=levels,
        history=history,
        target=target,
        clock=clock,
        encode=msgspec.json.encode,
        identify=lambda: str(uuid.uuid4()),
    )
    return Watch(levels=levels, monitoring=monitoring, history=history, target=target)
