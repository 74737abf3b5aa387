"""A mesh folder, read, checked, planned and applied: what `check`, `plan`, `apply` and the demo do; imports what each needs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from freehold.errors import MeshInvalid
from freehold.manifest import read
from freehold.model.finding import Finding, Severity
from freehold.model.mesh import Applied, Mesh
from freehold.model.product import Product
from freehold.services.sources import Locate, check_source, check_sql
from freehold.stores.files import FolderFiles
from freehold.wiring.clock import SystemClock
from freehold.wiring.homes import choose_node, open_registry
from freehold.wiring.settings import Settings

if TYPE_CHECKING:
    from freehold.ports.engine import Engine
    from freehold.services.publish import Plan
    from freehold.services.status import Scene

Progress = Callable[[int, int], None]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A mesh folder as it stands: its mesh where that could be bound, what was found, and the names of its files.

    `platform` says whether there is one, `provisioned` which domains ask it for infrastructure.
    """

    mesh: Mesh | None
    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    platform: bool = False
    provisioned: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        """How many findings stop an apply."""
        return sum(item.severity is Severity.ERROR for item in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings stop nothing, but `check --strict`."""
        return sum(item.severity is Severity.WARNING for item in self.findings)


def check_folder(settings: Settings, progress: Progress | None = None) -> Checked:
    """Return everything found in the manifests, their SQL and the data behind them; `progress` hears done and total steps.

    With a region in `settings`, that of one node, only the data at home there is looked at.

    Raises:
        MeshNotFound: There is no mesh.
        SettingInvalid: No node of the mesh serves that region.
        StoreFailed: A file cannot be read.
    """
    held = FolderFiles(settings.folder).read()
    reading = read(held, progress)
    findings = list(reading.findings)
    if reading.mesh is not None:
        findings += check_sql(reading.mesh, reading.locate)
        findings += _check_data(settings, reading.mesh, reading.locate, progress)
    findings.sort(key=lambda item: (item.file, item.line, item.column, item.code))
    return Checked(
        mesh=reading.mesh,
        findings=tuple(findings),
        files=tuple(sorted(held)),
        platform=reading.platform is not None,
        provisioned=tuple(reading.infrastructure),
    )


def sound(checked: Checked) -> Mesh:
    """Return the mesh of a folder that was checked and has no errors.

    Raises:
        MeshInvalid: It has errors; `facts["findings"]` holds all findings as plain values.
    """
    if checked.mesh is None or checked.errors:
        raise MeshInvalid(
            f"{checked.errors} {'error' if checked.errors == 1 else 'errors'} in the manifests",
            remedy="run `freehold check` and mend each of them; nothing was applied",
            findings=[msgspec.to_builtins(item) for item in checked.findings],
        )
    return checked.mesh


def plan_checked(settings: Settings, checked: Checked) -> Plan:
    """Return the plan of a folder that was checked and has no errors.

    Raises:
        MeshInvalid: As `sound`.
    """
    from freehold.services.publish import plan
    from freehold.wiring.heard import read_heard
    from freehold.wiring.rehearsal import open_rehearsal

    mesh, clock = sound(checked), SystemClock()
    with closing(open_registry(settings)) as registry, open_rehearsal(settings, registry, clock) as rehearsal:
        return plan(mesh, registry, clock, rehearsal.count, read_heard(settings, mesh, registry, clock))


def apply_folder(settings: Settings, planned: Plan | None = None) -> Applied:
    """Put a folder in force, whole or not at all; `planned` is the plan that somebody looked at.

    Raises:
        MeshInvalid: It has errors.
        PlanStale: Another apply came between.
        StoreFull, StoreFailed: It could not be written.
    """
    from freehold.services.publish import apply

    chosen = planned or plan_checked(settings, check_folder(settings))
    with closing(open_registry(settings)) as registry:
        return apply(chosen, registry, SystemClock())


def scene(settings: Settings) -> Scene:
    """Return what the implementation checklist is judged by.

    Raises:
        MeshNotFound: There is no mesh.
        StoreFailed: A file, or what is in force, cannot be read.
    """
    from freehold.services.force import InForce
    from freehold.services.status import Scene
    from freehold.wiring.heard import read_heard
    from freehold.wiring.running import find_running

    checked = check_folder(settings)
    with closing(open_registry(settings)) as registry:
        force = InForce(registry).current() if registry.current() is not None else None
        heard = read_heard(settings, force.mesh, registry, SystemClock()) if force is not None else None
    return Scene(
        mesh=None if checked.errors else checked.mesh,
        force=force,
        today=SystemClock().now().date().isoformat(),
        heard=heard,
        errors=checked.errors,
        templates=FolderFiles(settings.folder).templates(),
        urls=tuple(item.url for item in find_running(settings.folder)),
        platform=checked.platform,
        provisioned=checked.provisioned,
        catalogue=settings.datamap_file.exists(),
    )


class Engines:
    """One engine for the data of each node, opened when a product needs it."""

    def __init__(self, settings: Settings, mesh: Mesh) -> None:
        """Open nothing yet."""
        self._settings = settings
        self._nodes = {node.region: node for node in mesh.nodes.values()}
        self._held: dict[str | None, Engine] = {}

    def of(self, product: Product) -> Engine:
        """Return the engine of the node where the product is at home."""
        from freehold.wiring.databases import open_engine

        node = self._nodes.get(product.home or "")
        name = node.name if node is not None else None
        if name not in self._held:
            self._held[name] = open_engine(self._settings, node)
        return self._held[name]

    def close(self) -> None:
        """Close every engine."""
        for engine in self._held.values():
            engine.close()


def _check_data(settings: Settings, mesh: Mesh, locate: Locate, progress: Progress | None) -> list[Finding]:
    found: list[Finding] = []
    if settings.region is not None:
        choose_node(mesh, settings.region)
    products = [item for item in mesh.products.values() if settings.region in {None, item.home}]
    several = settings.region is None and len(mesh.nodes) > 1
    with closing(Engines(settings, mesh)) as engines:
        for done, product in enumerate(products, 1):
            if product.source is not None:
                said = check_source(product, engines.of(product), locate)
                found += [_elsewhere(item, product) for item in said] if several else said
            if progress is not None:
                progress(done, len(products))
    return found


def _elsewhere(finding: Finding, product: Product) -> Finding:
    """Return a finding with the mend for data that cannot be read because another node has it on another machine."""
    if finding.code != "source-unreadable":
        return finding
    mend = f"{finding.mend}; if {product.home} has it on another machine, look at one node's data with --region REGION"
    return msgspec.structs.replace(finding, mend=mend)
