"""The governance catalogue of a mesh folder, built out of its store, the token judges and the gates that its scans ask."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from freehold.datamap.access import Role
from freehold.engines.columnar.folder import ListedFolders
from freehold.errors import NothingApplied, SettingInvalid, SourceMissing
from freehold.model.mesh import Mesh
from freehold.model.place import Node
from freehold.model.product import Product
from freehold.names import slug
from freehold.ports.clock import Clock
from freehold.ports.identity import Identity
from freehold.services.datamap.collections import Collections
from freehold.services.datamap.discovery import Discovery
from freehold.services.datamap.glossary import Glossary
from freehold.services.datamap.ground import GRANTS, Ground
from freehold.services.datamap.lineage import Lineage
from freehold.services.datamap.looking import Files, Products
from freehold.services.datamap.marks import Marks
from freehold.services.datamap.reading import Reading
from freehold.services.datamap.relationships import Relationships
from freehold.services.datamap.runs import Runs
from freehold.services.datamap.scanning import Scanning
from freehold.services.datamap.types import Types
from freehold.services.datamap.writing import Writing
from freehold.services.force import InForce
from freehold.services.gate import Gate
from freehold.stores.datamap import SqliteDataMap
from freehold.wiring.clock import SystemClock
from freehold.wiring.gates import Gates, Own
from freehold.wiring.homes import data_folder, open_registry
from freehold.wiring.identity import AudienceIdentity, open_development_issuer
from freehold.wiring.node import looker
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
    runs: Runs
    identity: Identity
    management: Identity
    held: contextlib.ExitStack

    def close(self) -> None:
        """Let go of the store, the ledger and the issuers."""
        self.held.close()


def build_catalogue(
    settings: Settings, *, administrators: Iterable[str] = (), roots: Mapping[str, Path] | None = None
) -> Catalogue:
    """Build the catalogue of a mesh folder; `administrators` get every role on the root collection, `roots` may be scanned.

    Raises:
        NothingApplied: The mesh was never applied.
        SettingInvalid: Nobody administers the catalogue, or a root holds data of the mesh.
        StoreFull, StoreFailed: Its state cannot be used.
    """
    with contextlib.ExitStack() as stack:
        made = _build(settings, SystemClock(), tuple(administrators), roots or {}, stack)
        made.held = stack.pop_all()
        return made


def mint_token(settings: Settings, audience: str, subject: str, *, domain: str | None, roles: Iterable[str], ttl: int) -> str:
    """Return a development token for the catalogue.

    Raises:
        SettingInvalid: The mode is not development, or the life or the subject cannot be used.
    """
    return open_development_issuer(settings, SystemClock(), audience).mint(subject, domain=domain, roles=roles, ttl=ttl)


def _build(
    settings: Settings, clock: Clock, administrators: tuple[str, ...], roots: Mapping[str, Path], stack: contextlib.ExitStack
) -> Catalogue:
    registry = stack.enter_context(contextlib.closing(open_registry(settings)))
    applied = registry.current()
    if applied is None:
        raise NothingApplied(f"`{settings.folder}` has never been applied", remedy="run `freehold apply` first")
    check_roots(settings, applied.mesh, roots)
    store = stack.enter_context(contextlib.closing(SqliteDataMap(settings.datamap_file)))
    root = slug(applied.mesh.name)[:36] or "mesh"
    ground = Ground(store, clock, lambda: str(uuid.uuid4()), root, applied.mesh.name)
    if administrators:
        ground.administer(administrators)
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
        Files(ListedFolders(roots)),
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
    settings: Settings,
    identity: Identity,
    management: Identity,
    held: contextlib.ExitStack,
) -> Catalogue:
    """Return the use cases over one store, scanning `products` and `files`."""
    reading = Reading(ground)
    writing = Writing(ground, reading)
    scanning = Scanning(ground)
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
        runs=Runs(ground, scanning, writing, products, files),
        identity=identity,
        management=management,
        held=held,
    )


def check_roots(settings: Settings, mesh: Mesh, roots: Mapping[str, Path]) -> None:
    """Let no scan of files reach the data of products, which is read through the gate alone (law 1).

    Raises:
        SettingInvalid: A folder holds data of the mesh, or lies within it.
    """
    closed = [settings.folder, *(data_folder(settings, node) for node in mesh.nodes.values())]
    for name, folder in roots.items():
        root = folder.resolve()
        if any(root.is_relative_to(other.resolve()) or other.resolve().is_relative_to(root) for other in closed):
            raise SettingInvalid(
                f"the folder of `{name}` holds data of the mesh, or lies within it",
                remedy=f"scan products through the gate, at freehold://{mesh.name}, and list folders outside of the mesh alone",
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
