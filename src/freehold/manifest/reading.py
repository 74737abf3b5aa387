"""Text to mesh: every file is read, bound and checked, and every finding of all of them comes out at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from freehold.manifest.bind import (
    DEFAULT_ROLES,
    bind_domain,
    bind_governance,
    bind_monitoring,
    bind_nodes,
    bind_regions,
    bind_transfers,
)
from freehold.manifest.bind_identity import bind_issuers
from freehold.manifest.bind_platform import bind_infrastructure, bind_platform
from freehold.manifest.bind_product import ProductBlock, bind_product
from freehold.manifest.block import Path
from freehold.manifest.check.catalog import check_catalog, check_columns_classified, check_encryption
from freehold.manifest.check.contract import check_consumers, check_contracts
from freehold.manifest.check.databases import check_databases, check_table
from freehold.manifest.check.governance import check_governance, check_narrowing
from freehold.manifest.check.identity import check_identity
from freehold.manifest.check.infrastructure import Asked, check_infrastructure
from freehold.manifest.check.mesh import check_mesh
from freehold.manifest.check.platform import check_platform
from freehold.manifest.check.product import (
    check_columns,
    check_groups,
    check_names,
    check_promises,
    check_queries,
    check_source,
)
from freehold.manifest.check.quality import check_constraints, check_references, check_rule_names
from freehold.manifest.check.residency import check_residency
from freehold.manifest.files import Blocks, read_file
from freehold.manifest.ground import Ground
from freehold.manifest.report import Place, Report, shown
from freehold.model.finding import Finding
from freehold.model.mesh import Mesh
from freehold.model.party import Domain
from freehold.model.platform import Infrastructure, Platform
from freehold.model.policy import Governance
from freehold.model.product import Product
from freehold.names import domain_key, slug

Progress = Callable[[int, int], None]
Bound = dict[str, tuple[Product, ProductBlock]]
CHECKS = (
    check_names,
    check_catalog,
    check_columns,
    check_constraints,
    check_rule_names,
    check_columns_classified,
    check_source,
    check_table,
    check_residency,
    check_encryption,
    check_groups,
    check_promises,
    check_queries,
    check_contracts,
)
"""What is checked of each product, in order; contracts' consumers and names across products come after."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mesh's files say: `mesh` is None only where `mesh.yaml` makes none possible; with errors it must not be applied.

    `platform` is what may be chosen, `infrastructure` what each domain chose, by its key: neither is part of the mesh in force.
    """

    mesh: Mesh | None
    findings: tuple[Finding, ...]
    files: int
    platform: Platform | None = None
    infrastructure: Mapping[str, Infrastructure] = field(default_factory=dict[str, Infrastructure])
    _blocks: dict[str, ProductBlock] = field(default_factory=dict[str, ProductBlock], repr=False)

    def origin(self, product: str, *path: str | int) -> Place:
        """Return file, line and column of a product's key, such as `("dataContracts", 0, "rowFilter")`, or what comes nearest.

        Raises:
            KeyError: No such product was read.
        """
        return self._blocks[product].place(*path)

    def locate(self, product: Product, path: Path) -> Place:
        """Return what `origin` returns, for a product of the mesh."""
        return self.origin(product.key, *path)


def read(files: Mapping[str, bytes], progress: Progress | None = None) -> Reading:
    """Read the files of a mesh, by relative path with `/`; `progress` hears how many of how many files are done."""
    report, blocks = Report(), Blocks()
    for done, path in enumerate(sorted(files), 1):
        read_file(path, files[path], blocks, report)
        if progress is not None:
            progress(done, len(files))
    ground = _ground(blocks, report)
    bound = _products(blocks, ground, report)
    products = {key: product for key, (product, _) in bound.items()}
    domains = _domains(blocks, ground, products)
    _check_ground(blocks, ground, set(domains), report)
    _check_products(bound, ground, domains, report)
    platform = _platform(blocks, ground, report)
    infrastructure = _infrastructure(platform, ground, report)
    mesh = _mesh(ground, domains, products, report)
    if mesh is None and not any(item.file == "mesh.yaml" for item in report.findings):
        message = "There is no `mesh:` block in mesh.yaml, so there is no mesh."
        report.error(
            "mesh-missing", ("mesh.yaml", 1, 1), message, "begin mesh.yaml with `mesh:` and `name:`, or run: freehold init"
        )
    origins = {key: block for key, (_, block) in bound.items()}
    return Reading(mesh, report.ordered(), len(files), platform, infrastructure, origins)


def _ground(blocks: Blocks, report: Report) -> Ground:
    ground = Ground()
    if blocks.mesh:
        ground.mesh = blocks.mesh[0]
        ground.regions = bind_regions(ground.mesh, ground.regions, report)
        ground.nodes = bind_nodes(ground.mesh)
        ground.served = {node.region for node in ground.nodes.values()}
    for policy in blocks.policies:
        if policy.folder in ground.policies:
            message = f"{ground.policies[policy.folder][1].where()} has the policy of {policy.folder or 'the mesh'} already."
            report.error("block-duplicate", policy.place(), message, "put the two together")
        else:
            ground.policies[policy.folder] = (bind_governance(policy, report), policy)
    for block in blocks.domains:
        first = ground.domains.setdefault(domain_key(block.shape.name), block)
        if first is not block:
            message = f"{first.where()} describes the domain {shown(block.shape.name)} already."
            report.error("domain-duplicate", block.place("name"), message, "put the two together")
    return ground


def _products(blocks: Blocks, ground: Ground, report: Report) -> Bound:
    bound: Bound = {}
    for block in blocks.products:
        product = bind_product(block, ground, report)
        if product.key in bound:
            message = f"{bound[product.key][1].where()} has a product {shown(product.key)} already."
            report.error("product-duplicate", block.place("name"), message, "give one of the two another name")
        else:
            bound[product.key] = (product, block)
    return bound


def _domains(blocks: Blocks, ground: Ground, products: Mapping[str, Product]) -> dict[str, Domain]:
    domains = {key: bind_domain(block) for key, block in ground.domains.items()}
    for name in [*(product.domain for product in products.values()), *blocks.mentioned]:
        if domain_key(name) not in domains:
            domains[domain_key(name)] = Domain(name=name, roles=dict(DEFAULT_ROLES))
    return domains


def _check_ground(blocks: Blocks, ground: Ground, domains: set[str], report: Report) -> None:
    if ground.mesh is not None:
        check_mesh(ground.mesh, ground, report)
        check_identity(ground.mesh, ground, domains, report)
        check_databases(ground.mesh, ground, report)
    for key, (policy, block) in ground.policies.items():
        check_governance(policy, block, ground, domains, report)
        if key is not None:
            check_narrowing(policy, block, ground, report)
    _check_domains(blocks, report)


def _platform(blocks: Blocks, ground: Ground, report: Report) -> Platform | None:
    if not blocks.platform:
        return None
    block = blocks.platform[0]
    platform = bind_platform(block, ground.mesh.shape.name if ground.mesh else "mesh")
    check_platform(platform, block, ground, report)
    return platform


def _infrastructure(platform: Platform | None, ground: Ground, report: Report) -> dict[str, Infrastructure]:
    found: dict[str, Infrastructure] = {}
    for key, block in ground.domains.items():
        shape = block.shape.infrastructure
        if shape is None:
            continue
        found[key] = bind_infrastructure(block, shape)
        if platform is None:
            message = f"The domain {shown(block.shape.name)} asks for infrastructure, and nothing says what may be chosen."
            report.error("platform-missing", block.place("infrastructure"), message, "write a `platform:` block into platform.yaml")
        else:
            check_infrastructure(Asked(found[key], shape, platform, block, ground, report))
    return found


def _check_products(bound: Bound, ground: Ground, domains: Mapping[str, Domain], report: Report) -> None:
    names = {key: domain.name for key, domain in domains.items()}
    for product, block in bound.values():
        for check in CHECKS:
            check(product, block, ground, report)
        check_consumers(product, block, names, report)
    _check_addresses(bound, report)
    check_references(bound, report)


def _check_domains(blocks: Blocks, report: Report) -> None:
    for block in blocks.domains:
        if block.folder is not None and block.folder != domain_key(block.shape.name):
            message = f"The domain {shown(block.shape.name)} is described in the folder of `{block.folder}`."
            mend = f"move the file to domains/{slug(domain_key(block.shape.name)) or 'NAME'}/, or correct `name`"
            report.error("folder-differs", block.place("name"), message, mend)


def _check_addresses(bound: Bound, report: Report) -> None:
    """Report declared queries of one domain that would be served at one address."""
    seen: dict[tuple[str, str], str] = {}
    for product, block in bound.values():
        for at, query in enumerate(product.queries):
            mine = f"{block.where('queries', at)}#{at}"
            first = seen.setdefault((product.domain_key, query.name), mine)
            if first != mine:
                where = first.partition("#")[0]
                message = f"{where} has a query {shown(query.name)} in this domain already; both would be one address."
                report.error("query-duplicate", block.place("queries", at, "name"), message, "give one of the two another name")


def _mesh(ground: Ground, domains: dict[str, Domain], products: dict[str, Product], report: Report) -> Mesh | None:
    if ground.mesh is None:
        return None
    mine = ground.policies.get(None)
    return Mesh(
        name=ground.mesh.shape.name,
        regions=ground.regions,
        nodes=ground.nodes,
        issuers=bind_issuers(ground.mesh),
        transfers=bind_transfers(ground.mesh),
        governance=mine[0] if mine else Governance(),
        domain_governance={key: policy for key, (policy, _) in ground.policies.items() if key is not None},
        domains=domains,
        products=products,
        monitoring=bind_monitoring(ground.mesh, report),
    )
