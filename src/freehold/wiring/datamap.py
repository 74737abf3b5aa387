"""The governance catalogue of a mesh folder, built out of its store, the token judges and the gates that its scans ask."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from freehold.datamap.access import Role
from freehold.errors import NothingApplied, SettingInvalid, SourceMissing
from freehold.model.place import Node
from freehold.model.product import Product
from freehold.names import slug
from freehold.ports.datamap import DataMapStore
from freehold.ports.identity import Identity
from freehold.services.datamap.collections import Collections
from freehold.services.datamap.databases import NO_DATABASES, Databases
from freehold.services.datamap.discovery import Discovery
from freehold.services.datamap.glossary import Glossary
from freehold.services.datamap.ground import GRANTS, Ground
from freehold.services.datamap.lineage import Lineage
from freehold.services.datamap.looking import Files, Products
from freehold.services.datamap.marks import Marks
from freehold.services.datamap.reading import Reading
from freehold.services.datamap.relationships import Relationships
from freehold.services.datamap.runs import Runs
from freehold.services.datamap.scan_items import ScanItems
from freehold.services.datamap.scanning import Scanning
from freehold.services.datamap.schedule import Schedule
from freehold.services.datamap.types import Types
from freehold.services.datamap.unified.links import Links
from freehold.services.datamap.unified.policies import Policies
from freehold.services.datamap.unified.requests import PolicySets, Requests
from freehold.services.datamap.unified.things import Things, administer
from freehold.services.datamap.writing import Writing
from freehold.services.force import InForce
from freehold.services.gate import Gate
from freehold.stores.datamap import SqliteDataMap
from freehold.wiring.clock import SystemClock
from freehold.wiring.gates import Gates, Own
from freehold.wiring.homes import open_registry
from freehold.wiring.identity import AudienceIdentity, open_development_issuer
from freehold.wiring.node import looker
from freehold.wiring.scannable import Root, Scannable, accounts_of, check_roots, folders_of, open_databases, open_roots
from freehold.wiring.settings import Settings

AUDIENCE = "https://purview.azure.net"
MANAGEMENT_AUDIENCE = "https://management.azure.com"
ORIGIN = "freehold-purview"
SUBJECT = "catalogue-scanner"


@dataclass(slots=True)
class Catalogue:
    """A catalogue that is ready to answer: its use cases, and who judges its tokens."""

    name: str
    settings: Settings
    ground: Ground
    types: Types
    reading: Reading
    writing: Writing
    marks: Marks
    relationships: Relationships
    lineage: Lineage
    discovery: Discovery
    glossary: Glossary
    collections: Collections
    scanning: Scanning
    scan_items: ScanItems
    runs: Runs
    things: Things
    links: Links
    role_policies: Policies
    policy_sets: PolicySets
    requests: Requests
    schedule: Schedule
    identity: Identity
    management: Identity
    held: contextlib.ExitStack

    def close(self) -> None:
        """Let go of the store, the ledger and the issuers."""
        self.held.close()


def build_catalogue(
    settings: Settings,
    *,
    administrators: Iterable[str] = (),
    roots: Mapping[str, Root] | None = None,
    databases: Mapping[str, str] | None = None,
    store: str | None = None,
) -> Catalogue:
    """Build the catalogue of a mesh folder; `administrators` get every role on the root collection, and scans may look at `roots`
    and `databases` (`duckdb:PATH`, `postgresql:SERVICE`) by their names. `store` is where it is kept, as `open_store` reads it.

    Raises:
        NothingApplied: The mesh was never applied.
        SettingInvalid: Nobody administers the catalogue, or what may be scanned holds data of the mesh, or cannot be read; or
            the store is none that is known.
        StoreFull, StoreFailed: Its state cannot be used.
    """
    with contextlib.ExitStack() as stack:
        made = _build(settings, store, tuple(administrators), Scannable(roots or {}, databases or {}), stack)
        made.held = stack.pop_all()
        return made


def open_store(settings: Settings, where: str | None) -> DataMapStore:
    """Return where a catalogue is kept: the file of its mesh's folder, or what `postgresql:SERVICE` names.

    Raises:
        SettingInvalid: It is none that is known, or the driver is not installed.
        StoreFull, StoreFailed: It cannot be used.
    """
    if where is None:
        return SqliteDataMap(settings.datamap_file)
    engine, colon, service = where.partition(":")
    if engine != "postgresql" or not colon:
        raise SettingInvalid(
            "the catalogue's store is of no kind that is known", remedy="write `postgresql:SERVICE`, or leave it out for a file"
        )
    try:
        from freehold.stores.datamap.postgres import PostgresDataMap
    except ImportError as error:
        raise SettingInvalid(
            "the driver for the catalogue's store is not installed", remedy="install it with: pip install 'freehold[catalogue]'"
        ) from error
    return PostgresDataMap(service)


def mint_token(settings: Settings, audience: str, subject: str, *, domain: str | None, roles: Iterable[str], ttl: int) -> str:
    """Return a development token for the catalogue.

    Raises:
        SettingInvalid: The mode is not development, or the life or the subject cannot be used.
    """
    return open_development_issuer(settings, SystemClock(), audience).mint(subject, domain=domain, roles=roles, ttl=ttl)


def _build(
    settings: Settings, where: str | None, administrators: tuple[str, ...], scannable: Scannable, stack: contextlib.ExitStack
) -> Catalogue:
    clock = SystemClock()
    registry = stack.enter_context(contextlib.closing(open_registry(settings)))
    applied = registry.current()
    if applied is None:
        raise NothingApplied(f"`{settings.folder}` has never been applied", remedy="run `freehold apply` first")
    check_roots(settings, applied.mesh, folders_of(scannable.roots))
    databases = open_databases(settings, applied.mesh, scannable.databases)
    store = stack.enter_context(contextlib.closing(open_store(settings, where)))
    root = slug(applied.mesh.name)[:36] or "mesh"
    ground = Ground(store, clock, lambda: str(uuid.uuid4()), root, applied.mesh.name)
    if administrators:
        ground.administer(administrators)
        administer(ground, administrators)
    if not (store.document(GRANTS, ground.access.root) or {"people": {}})["people"].get(Role.COLLECTIONS):
        raise SettingInvalid(
            "nobody administers this catalogue yet", remedy="name somebody with `--admin SUBJECT`, as their tokens do"
        )
    in_force = InForce(registry)
    own = Own(origin=ORIGIN, ledger=settings.datamap_ledger_folder, keys=settings.datamap_keys_folder)
    asked = _Asked(in_force, Gates(settings, registry, clock, own, stack))
    return of_ground(
        ground,
        Products(in_force, asked.ask),
        Files(open_roots(settings, applied.mesh, scannable.roots, stack), accounts_of(scannable.roots)),
        databases=Databases(databases),
        settings=settings,
        identity=stack.enter_context(contextlib.closing(AudienceIdentity(in_force, settings, clock, AUDIENCE))),
        management=stack.enter_context(contextlib.closing(AudienceIdentity(in_force, settings, clock, MANAGEMENT_AUDIENCE))),
        held=stack,
    )


def of_ground(
    ground: Ground,
    products: Products,
    files: Files,
    *,
    databases: Databases = NO_DATABASES,
    settings: Settings,
    identity: Identity,
    management: Identity,
    held: contextlib.ExitStack,
) -> Catalogue:
    """Return the use cases over one store, scanning `products`, `files` and `databases`."""
    reading = Reading(ground)
    writing = Writing(ground, reading)
    policy_sets = PolicySets(ground)
    scanning = Scanning(ground, databases, files)
    runs = Runs(ground, scanning, writing, products, files, databases=databases)
    return Catalogue(
        name=ground.access.root,
        settings=settings,
        ground=ground,
        types=Types(ground),
        reading=reading,
        writing=writing,
        marks=Marks(ground, reading, writing),
        relationships=Relationships(ground, reading),
        lineage=Lineage(ground, reading),
        discovery=Discovery(ground, reading),
        glossary=Glossary(ground, reading, writing),
        collections=Collections(ground),
        scanning=scanning,
        things=Things(ground),
        links=Links(ground),
        role_policies=Policies(ground),
        policy_sets=policy_sets,
        requests=Requests(ground, policy_sets),
        scan_items=ScanItems(ground),
        runs=runs,
        schedule=Schedule(ground, scanning, runs),
        identity=identity,
        management=management,
        held=held,
    )


class _Asked:
    """A gate for each node whose data lies here, made when a scan needs it."""

    def __init__(self, in_force: InForce, gates: Gates) -> None:
        self._in_force = in_force
        self._build = gates.build
        self._gates: dict[Node, Gate] = {}

    def ask(self, product: Product, sql: str) -> tuple[int, Iterator[pa.RecordBatch]]:
        """Put a question to the gate of the product's home; return its leaf and the batches of its answer.

        Raises:
            SourceMissing: No node of the mesh is the product's home.
            LedgerBusy: Another catalogue of this folder is scanning.
            FreeholdError: Whatever the gate answers.
        """
        node = self._in_force.current().mesh.node_in(product.home)
        if node is None:
            raise SourceMissing(f"no node serves the home of `{product.key}`", remedy="add one to mesh.yaml", product=product.key)
        if node not in self._gates:
            self._gates[node] = self._build(self._in_force, node)
        return looker(self._gates[node], self._in_force, SUBJECT)(product, sql)
