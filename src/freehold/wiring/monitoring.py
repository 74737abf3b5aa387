"""What makes a node watch its promises: what it counts and measures, where that is kept, and the way to who is told."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

import msgspec

from freehold.keys.node import LocalNodeKey
from freehold.model import place
from freehold.model.mesh import Mesh
from freehold.model.product import Product
from freehold.model.verdict import Report
from freehold.peers.tls import believing_also
from freehold.ports.clock import Clock
from freehold.ports.engine import Engine
from freehold.ports.target import Target
from freehold.services.contract_test import check_product, inspected
from freehold.services.force import InForce
from freehold.services.gate import Gate
from freehold.services.meter import measure
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
    gate: Gate,
    clock: Clock,
    stack: contextlib.ExitStack,
) -> Watch:
    """Return a node's watch, whose file `stack` closes; nothing is watched until `Monitoring.run`.

    Raises:
        SettingInvalid: The node's key, or the authority of others' certificates, cannot be read.
        StoreFull, StoreFailed: The file of measurements cannot be used.
    """

    def check(mesh: Mesh, product: Product) -> Report:
        inspect = partial(inspected, engine, product)
        return check_product(product, mesh.products, inspect, partial(_ask, gate, mesh, product), clock.now().timestamp())

    history = stack.enter_context(contextlib.closing(SqliteHistory(settings.history_file(me.name))))
    levels = ServiceLevels(region=me.region, history=history, in_force=in_force, clock=clock)
    target = HttpTarget(
        sign=LocalNodeKey(settings.keys_folder(me.name)).sign,
        clock=clock,
        agent=f"freehold/{version('freehold')}",
        tls=believing_also(settings.authority),
    )
    monitoring = Monitoring(
        node=me.name,
        region=me.region,
        in_force=in_force,
        engine=engine,
        quality=quality,
        check=check,
        levels=levels,
        history=history,
        target=target,
        clock=clock,
        encode=msgspec.json.encode,
        identify=lambda: str(uuid.uuid4()),
    )
    return Watch(levels=levels, monitoring=monitoring, history=history, target=target)


def _ask(gate: Gate, mesh: Mesh, product: Product, _: Product, sql: str, purpose: str | None) -> tuple[int, list[dict[str, Any]]]:
    """Ask about a product as it is in force: what its data does not have as promised is refused, and so not checked."""
    return measure(gate, mesh, product, sql, purpose)
