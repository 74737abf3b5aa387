"""The composition root: a node is built here, out of one adapter for each port and the services above them."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from freehold.digest import canonical
from freehold.engines.duckdb.releases import DuckDBReleases
from freehold.errors import NothingApplied
from freehold.keys.local import LocalKeys
from freehold.keys.node import LocalNodeKey
from freehold.model.event import Entry, EventKind
from freehold.model.mesh import Applied
from freehold.model.product import Product
from freehold.model.query import Question
from freehold.ports.clock import Clock
from freehold.ports.engine import Engine
from freehold.ports.identity import Identity, NodeIdentity
from freehold.ports.keys import Keys
from freehold.ports.ledger import Ledger
from freehold.ports.peers import Peers
from freehold.ports.registry import Registry
from freehold.services.approval import Approvals
from freehold.services.audit import Audit
from freehold.services.catalog import Catalog
from freehold.services.classification import PATH, Classification
from freehold.services.entrance import Entrance
from freehold.services.federation import Federation
from freehold.services.force import InForce
from freehold.services.gate import Gate
from freehold.services.meter import measure, meter
from freehold.services.promises import PromiseKeeping
from freehold.services.quality import Quality
from freehold.services.record import Recorder
from freehold.services.relay import Relay
from freehold.services.releases import ReleaseMemory
from freehold.services.requests import Requests
from freehold.services.scanning import Ask
from freehold.stores.ledger import FileLedger
from freehold.stores.limiter import MemoryLimiter
from freehold.wiring.catalog import Catalogues, open_catalogues
from freehold.wiring.clock import SystemClock
from freehold.wiring.databases import open_engine
from freehold.wiring.homes import choose_node, open_registry
from freehold.wiring.identity import FollowingIdentity
from freehold.wiring.monitoring import Watch, open_watch
from freehold.wiring.peers import open_node_identity, open_peers
from freehold.wiring.settings import Settings


@dataclass(slots=True)
class Node:
    """A node that is ready to answer: the services of one region, and what they stand on."""

    name: str
    region: str
    settings: Settings
    gate: Gate
    catalog: Catalog
    approvals: Approvals
    classification: Classification
    requests: Requests
    audit: Audit
    identity: Identity
    in_force: InForce
    clock: Clock
    engine: Engine
    ledger: Ledger
    registry: Registry
    keys: Keys
    node_identity: NodeIdentity
    peers: Peers
    entrance: Entrance
    relay: Relay
    federation: Federation
    catalogues: Catalogues
    watch: Watch
    promises: PromiseKeeping
    held: contextlib.ExitStack

    def close(self) -> None:
        """End the engine's sessions, then make the ledger's last leaves durable and let another writer in."""
        self.held.close()


def build_node(settings: Settings) -> Node:
    """Build the node of `settings.region`.

    Raises:
        NothingApplied: The mesh was never applied.
        SettingInvalid: The mesh has no node in that region.
        LedgerBusy: Another process is this node.
        StoreFailed: The state folder cannot be used.
    """
    with contextlib.ExitStack() as stack:
        node = _build(settings, SystemClock(), stack)
        node.held = stack.pop_all()
        return node


def _build(settings: Settings, clock: Clock, stack: contextlib.ExitStack) -> Node:
    registry = stack.enter_context(contextlib.closing(open_registry(settings)))
    applied = registry.current()
    if applied is None:
        raise NothingApplied(f"`{settings.folder}` has never been applied", remedy="run `freehold apply` first")
    me = choose_node(applied.mesh, settings.region)
    keys = LocalKeys(settings.keys_folder(me.name))
    ledger = FileLedger(settings.ledger_folder(me.name), origin=me.name, keys=keys, clock=clock)
    stack.callback(ledger.close)
    in_force = InForce(registry, _recorder(ledger, clock, me.name))
    engine = stack.enter_context(contextlib.closing(open_engine(settings, me, keys)))
    quality = Quality(engine=engine, clock=clock)
    releases = stack.enter_context(contextlib.closing(DuckDBReleases(settings.releases_file(me.name))))
    remembered = ReleaseMemory(releases)
    gate = Gate(
        node=me.name,
        region=me.region,
        in_force=in_force,
        engine=engine,
        ledger=ledger,
        registry=registry,
        keys=keys,
        clock=clock,
        limiter=MemoryLimiter(clock),
        quality=quality,
        releases=remembered,
        limits=settings.limits,
        concurrency=settings.queries,
        node_key=LocalNodeKey(settings.keys_folder(me.name)),
    )
    identity = stack.enter_context(contextlib.closing(FollowingIdentity(in_force, settings, clock)))
    node_identity = open_node_identity(settings, me, in_force, clock)
    catalogues = open_catalogues(settings, me, identity=node_identity, in_force=in_force, clock=clock, stack=stack)
    recorder = Recorder(node=me.name, ledger=ledger, registry=registry, keys=keys, clock=clock)
    catalog = Catalog(listings=catalogues.listings, engine=engine, clock=clock, quality=quality)
    watch = open_watch(settings, me, in_force=in_force, engine=engine, quality=quality, gate=gate, clock=clock, stack=stack)
    in_force.current()  # the first leaf of a run is the mesh that it judges by
    quality.bind(_measurer(gate, in_force))
    return Node(
        name=me.name,
        region=me.region,
        settings=settings,
        gate=gate,
        catalog=catalog,
        approvals=Approvals(in_force=in_force, registry=registry, recorder=recorder, clock=clock, listings=catalogues.listings),
        classification=Classification(
            in_force=in_force,
            registry=registry,
            recorder=recorder,
            clock=clock,
            engine=engine,
            ask=looker(gate, in_force),
            region=me.region,
        ),
        requests=Requests(in_force=in_force, registry=registry, recorder=recorder, clock=clock, region=me.region),
        audit=Audit(ledger=ledger, keys=keys, registry=registry),
        identity=identity,
        in_force=in_force,
        clock=clock,
        engine=engine,
        ledger=ledger,
        registry=registry,
        keys=keys,
        node_identity=node_identity,
        peers=open_peers(settings, me, node_identity, in_force, clock),
        entrance=Entrance(region=me.region, in_force=in_force, longest=settings.limits.sql_length),
        relay=Relay(recorder=recorder, in_force=in_force),
        federation=Federation(
            node=me.name,
            region=me.region,
            in_force=in_force,
            engine=engine,
            recorder=recorder,
            keys=keys,
            clock=clock,
            limits=settings.limits,
            releases=remembered,
            nonce=_nonce,
        ),
        catalogues=catalogues,
        watch=watch,
        promises=PromiseKeeping(
            region=me.region,
            catalog=catalog,
            in_force=in_force,
            monitoring=watch.monitoring,
            history=watch.history,
            clock=clock,
        ),
        held=stack,
    )


def _nonce() -> str:
    return secrets.token_hex(16)


def _measurer(gate: Gate, in_force: InForce) -> Callable[[Product, str], Mapping[str, Any]]:
    """Return what asks the gate a measuring question in the name of the owning domain, in the product's home region."""

    def ask(product: Product, sql: str) -> Mapping[str, Any]:
        _, rows = measure(gate, in_force.current().mesh, product, sql)
        return rows[0] if rows else {}

    return ask


def looker(gate: Gate, in_force: InForce, subject: str = "classifier") -> Ask:
    """Return what asks the gate for values as `subject` of the owning domain, in the product's home region."""

    def ask(product: Product, sql: str) -> tuple[int, Iterator[pa.RecordBatch]]:
        asker = meter(in_force.current().mesh, product, subject)
        leaf, answer = gate.ask(Question(principal=asker, sql=sql, path=PATH)).release()

        def batches() -> Iterator[pa.RecordBatch]:
            try:
                yield from answer.batches()
            finally:
                answer.close()

        return leaf, batches()

    return ask


def _recorder(ledger: Ledger, clock: Clock, node: str) -> Callable[[Applied], None]:
    """Return what writes each newly seen mesh into the ledger, durably, before any decision is made by it."""

    def record(applied: Applied) -> None:
        entry = Entry(kind=EventKind.APPLIED, time=clock.now().isoformat(), node=node, mesh=applied.digest)
        ledger.append(canonical(entry)).result()

    return record
