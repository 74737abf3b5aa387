"""What `freehold test` does: products of a mesh folder through gates of its own, or a user's own file; imports what it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from freehold.errors import ContractUnknown, MeshInvalid, ProductUnknown
from freehold.manifest import read
from freehold.model.contract import Contract
from freehold.model.finding import Severity
from freehold.model.mesh import Mesh
from freehold.model.product import Product
from freehold.model.rule import Probe
from freehold.model.verdict import Report
from freehold.names import domain_key, identifier, nearest, slug
from freehold.ports.probing import Progress, served_table
from freehold.quality.statements import relation_of, sampling
from freehold.services.contract_test import Promises, check_data, check_product, inspected, with_samples
from freehold.services.references import across, refers_elsewhere
from freehold.stores.files import FolderFiles
from freehold.wiring.clock import SystemClock
from freehold.wiring.probing import open_prober
from freehold.wiring.settings import Settings

if TYPE_CHECKING:
    from freehold.services.force import Force
    from freehold.services.rehearsal import Rehearsal


def read_mesh(settings: Settings) -> Mesh:
    """Return the mesh that the manifests of a folder make, whether it was applied or not.

    Raises:
        MeshInvalid: They have errors.
        MeshNotFound, StoreFailed: They cannot be read.
    """
    reading = read(FolderFiles(settings.folder).read())
    errors = [item for item in reading.findings if item.severity is Severity.ERROR]
    if reading.mesh is None or errors:
        count = f"{len(errors)} {'error' if len(errors) == 1 else 'errors'}"
        raise MeshInvalid(f"{count} in the manifests", remedy="run `freehold check` and mend each of them; nothing was tested")
    return reading.mesh


def find_product(mesh: Mesh, name: str) -> Product:
    """Return the product of `domain.product`, however it is written.

    Raises:
        ProductUnknown: The mesh has none of that name.
    """
    domain, _, rest = name.partition(".")
    key = f"{domain_key(domain)}.{identifier(rest)}"
    if key in mesh.products:
        return mesh.products[key]
    close = nearest(key, mesh.products)
    remedy = f"did you mean `{close}`?" if close else "write it as `domain.product`; `freehold status` lists what there is"
    raise ProductUnknown(f"no product `{name}` is in the manifests", remedy=remedy)


def choose(mesh: Mesh, names: tuple[str, ...], region: str | None = None) -> tuple[Product, ...]:
    """Return the products of the names of products and domains, or all that have data; with a region, those at home there.

    Raises:
        ProductUnknown: The mesh has none of a name.
    """
    found: dict[str, Product] = {}
    for name in names:
        of_domain = [item for item in mesh.products.values() if item.domain_key == domain_key(name)]
        found |= {item.key: item for item in (of_domain if of_domain and "." not in name else [find_product(mesh, name)])}
    chosen = found or {key: item for key, item in mesh.products.items() if item.source is not None}
    return tuple(item for item in chosen.values() if region in {None, item.home})


def find_contract(mesh: Mesh, text: str) -> tuple[Product, Contract | None]:
    """Return what `PRODUCT` or `PRODUCT/CONTRACT` names; a contract by its name in addresses, its own name or its consumer.

    Raises:
        ProductUnknown, ContractUnknown: There is none.
    """
    name, slash, wanted = text.partition("/")
    product = find_product(mesh, name)
    if not slash:
        return product, None
    known = {item.slug: item for item in product.contracts}
    same = [item for item in product.contracts if slug(wanted) in {item.slug, slug(item.name or ""), slug(item.consumer_key)}]
    if len(same) != 1:
        listed = ", ".join(f"`{product.key}/{item}`" for item in known) or "it has none"
        raise ContractUnknown(f"{product.name} has no contract `{wanted}`", remedy=f"its contracts are: {listed}")
    return product, same[0]


def check_products(
    settings: Settings, mesh: Mesh, products: tuple[Product, ...], progress: Callable[[int, int], None]
) -> tuple[Report, ...]:
    """Return a report of each product, asked through the gate of its home, which records in the folder's own ledger.

    Raises:
        FreeholdError: The ledger or its key cannot be used.
    """
    from freehold.errors import NothingApplied
    from freehold.services.force import InForce
    from freehold.wiring.folder import Engines
    from freehold.wiring.homes import open_registry
    from freehold.wiring.rehearsal import open_rehearsal

    clock = SystemClock()
    reports: list[Report] = []
    with (
        closing(open_registry(settings)) as registry,
        open_rehearsal(settings, registry, clock) as rehearsal,
        closing(Engines(settings, mesh)) as engines,
    ):
        try:
            before = InForce(registry).current()
        except NothingApplied:
            before = None
        asked = _Asked(mesh, before, rehearsal)
        for done, product in enumerate(products, 1):
            inspect = partial(inspected, engines.of(product), product)
            reports.append(check_product(product, mesh.products, inspect, asked, clock.now().timestamp()))
            progress(done, len(products))
    return tuple(reports)


def check_file(settings: Settings, path: str, promises: Promises, samples: int = 0, progress: Progress | None = None) -> Report:
    """Return the report of a user's own file or a server's table (`ports.probing`), with at most `samples` rows of what fails.

    Where the mesh has a state folder, a file that has not changed since is not read again.

    Raises:
        SourceUnreadable: It cannot be read.
        ParameterInvalid: It names no table.
        SettingInvalid: The driver of its server is not installed, or nothing says which server.
        TimeExceeded: The server takes too long.
    """
    prober = open_prober(settings.counts_file if settings.state.is_dir() else None)
    data = served_table(path) or path
    changed = Path(path).stat().st_mtime if data is path and Path(path).is_file() else None
    now = SystemClock().now().timestamp()
    report = check_data(data, promises, prober, subject=path, now=now, refreshed_at=changed, progress=progress)
    if not samples:
        return report
    return with_samples(report, promises.product, lambda probe: prober.samples(data, probe, samples).to_pylist())


def needs_asking(mesh: Mesh, reports: tuple[Report, ...], samples: int) -> bool:
    """Return whether a running node could tell whoever asks it more than the reports do: rows that fail, or of other regions."""
    if any(refers_elsewhere(mesh.products[report.product], mesh.products) for report in reports):
        return True
    return samples > 0 and any(report.fails(Severity.WARNING) for report in reports)


def shown_to(
    query: Callable[[str, str | None], Sequence[Mapping[str, Any]]], mesh: Mesh, reports: tuple[Report, ...], samples: int
) -> tuple[Report, ...]:
    """Return reports with what `query` gives to whoever asks a running node, for a purpose: rows, or a refusal.

    That is what they may compare with products at home elsewhere, and at most `samples` of the rows that fail.
    """

    def shown(report: Report) -> Report:
        product = mesh.products[report.product]

        def rows_of(probe: Probe) -> Sequence[Mapping[str, Any]]:
            sql = sampling(relation_of(product.key), probe, samples)
            return query(sql, None) if sql is not None else ()

        held = across(report, mesh.products, query)
        return with_samples(held, product, rows_of) if samples else held

    return tuple(map(shown, reports))


class _Asked:
    """Asks the gate of a product's home under the manifests, with the approvals that are in force."""

    def __init__(self, mesh: Mesh, before: Force | None, rehearsal: Rehearsal) -> None:
        self._mesh = mesh
        self._before = before
        self._rehearsal = rehearsal
        self._held: tuple[Product, Force] | None = None

    def __call__(self, product: Product, sql: str, purpose: str | None) -> tuple[int, list[dict[str, Any]]]:
        from freehold.services.impact import supposed

        if self._held is None or self._held[0] is not product:
            mesh = msgspec.structs.replace(self._mesh, products={**self._mesh.products, product.key: product})
            self._held = product, supposed(mesh, self._before)
        return self._rehearsal.measure(self._held[1], product, sql, purpose)
