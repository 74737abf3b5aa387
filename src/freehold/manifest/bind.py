"""Shapes of the mesh, its policies and domains to the model; what cannot be read as its kind of value is reported."""

from __future__ import annotations

from freehold.manifest import expression
from freehold.manifest.block import Block
from freehold.manifest.ground import PolicyBlock
from freehold.manifest.report import Place, Report, shown
from freehold.manifest.shapes import (
    AccessPolicyShape,
    CatalogPolicyShape,
    ClassificationPolicyShape,
    DomainShape,
    MeshShape,
    MonitoringShape,
    NodeShape,
    ResidencyPolicyShape,
    TargetShape,
)
from freehold.model.classification import pattern_problem
from freehold.model.container import Storage
from freehold.model.mesh import Monitoring, Target
from freehold.model.party import Domain, RoleAccess
from freehold.model.peer import read_public_key
from freehold.model.place import JoinKeys, Node, Region, SqlDatabase, Transfer, Travel
from freehold.model.policy import ClassificationRule, Governance

DEFAULT_ROLES = {"data-owner": RoleAccess.READ, "data-engineer": RoleAccess.READ, "data-steward": RoleAccess.READ}
SHORTEST, LONGEST = 1.0, 604_800.0
"""How often promises may be looked at: every second to every 7 days."""

_GOVERNANCE_KEYS = (
    ("dataResidency", "enforced"),
    ("dataResidency", "allowedRegions"),
    ("dataClassification", "autoClassify"),
    ("dataClassification", "rules"),
    ("dataCatalog", "requireDescription"),
    ("dataCatalog", "requireOwner"),
    ("dataCatalog", "requireSensitivityLabel"),
    ("accessControl", "requireApproval"),
    ("accessControl", "approvers"),
)


def bind_regions(block: Block[MeshShape], regions: dict[str, Region], report: Report) -> dict[str, Region]:
    """Return the regions known to a mesh: the given ones, added to and overridden by its own."""
    known, own = dict(regions), set[str]()
    for at, item in enumerate(block.shape.regions):
        place = block.place("regions", at, "name")
        if item.name in own:
            report.error("region-duplicate", place, f"The region {shown(item.name)} is added twice.", "keep one of the two")
        if item.paired == item.name:
            message = f"The region {shown(item.name)} is paired with itself, so a copy of its data would be no copy."
            report.error("pair-cyclic", block.place("regions", at, "paired"), message, "name another, or write `null`")
        own.add(item.name)
        known[item.name] = Region(name=item.name, jurisdiction=item.jurisdiction, paired=item.paired)
    return known


def bind_nodes(block: Block[MeshShape]) -> dict[str, Node]:
    """Return the nodes by name; of two with one name the first counts."""
    nodes: dict[str, Node] = {}
    for item in block.shape.nodes:
        nodes.setdefault(item.name, _node(item))
    return nodes


def _node(item: NodeShape) -> Node:
    key = item.public_key if item.public_key is not None and read_public_key(item.public_key) else None
    databases = tuple(
        SqlDatabase(name=found.name, server=found.server, database=found.database, region=found.region) for found in item.databases
    )
    storage = Storage(region=item.storage.region, redundancy=item.storage.redundancy) if item.storage else None
    return Node(
        name=item.name,
        region=item.region,
        url=item.url,
        data=item.data,
        storage=storage,
        public_key=key,
        databases=databases,
    )


def bind_transfers(block: Block[MeshShape]) -> tuple[Transfer, ...]:
    """Return the transfer rules, each with its place."""
    return tuple(
        Transfer(
            origin=item.origin,
            destination=item.destination,
            allow=Travel(item.allow),
            join_keys=JoinKeys(item.join_keys),
            name=item.name,
            where=block.where("transfers", at),
        )
        for at, item in enumerate(block.shape.transfers)
    )


def bind_monitoring(block: Block[MeshShape], report: Report) -> Monitoring:
    """Return how promises are watched; an interval that cannot be read is reported."""
    shape = block.shape.monitoring or MonitoringShape()
    every = Monitoring().every
    if shape.every is not None:
        read = expression.promise(shape.every)
        if read is None or not SHORTEST <= read <= LONGEST:
            place = block.place("monitoring", "every")
            message = f"`monitoring.every` is {shown(shape.every)}, which is no time from 1 second to 7 days."
            report.error("promise-unreadable", place, message, "write it with its unit (s, min, h, d), such as `5 minutes`")
        every = read or every
    return Monitoring(every=every, alerts=_targets(shape.alerts), lineage=_targets(shape.lineage))


def _targets(found: list[TargetShape]) -> tuple[Target, ...]:
    return tuple(Target(url=item.url, name=item.name) for item in found)


def bind_governance(block: PolicyBlock, report: Report) -> Governance:
    """Return a policy; rules whose pattern cannot be used are reported and left out."""
    shape = block.shape
    residency = shape.data_residency or ResidencyPolicyShape(enforced=False)
    classification = shape.data_classification or ClassificationPolicyShape()
    catalog = shape.data_catalog or CatalogPolicyShape()
    access = shape.access_control or AccessPolicyShape()
    return Governance(
        scope=block.folder or "mesh",
        residency_enforced=residency.enforced,
        allowed_regions=tuple(residency.allowed_regions),
        auto_classify=classification.auto_classify,
        rules=_rules(block, classification, report),
        require_description=catalog.require_description,
        require_owner=catalog.require_owner,
        require_sensitivity_label=catalog.require_sensitivity_label,
        require_approval=access.require_approval,
        approvers=tuple(access.approvers),
        where={".".join(path): block.where(*path) for path in _GOVERNANCE_KEYS if block.has(*path)},
    )


def _rules(block: PolicyBlock, shape: ClassificationPolicyShape, report: Report) -> tuple[ClassificationRule, ...]:
    rules: list[ClassificationRule] = []
    for at, item in enumerate(shape.rules):
        path = ("dataClassification", "rules", at)
        if item.pattern is None and item.value_pattern is None:
            message = f"The rule for {shown(item.classification)} has no pattern."
            report.error("pattern-missing", block.place(*path), message, 'write `pattern: "email|phone"`, or a `valuePattern`')
            continue
        written = {"pattern": item.pattern, "valuePattern": item.value_pattern}
        usable = [_is_usable(text, block.place(*path, name), report) for name, text in written.items() if text is not None]
        if all(usable):
            rules.append(
                ClassificationRule(
                    pattern=item.pattern or "",
                    classification=item.classification,
                    value_pattern=item.value_pattern,
                    minimum_match=item.minimum_match,
                    minimum_distinct=item.minimum_distinct,
                )
            )
    return tuple(rules)


def _is_usable(pattern: str, place: Place, report: Report) -> bool:
    problem = pattern_problem(pattern)
    if problem == "invalid":
        message = f"The pattern {shown(pattern)} is not a regular expression."
        report.error("pattern-invalid", place, message, "close its brackets, or escape them with `\\`")
    elif problem == "unsafe":
        message = f"The pattern {shown(pattern)} could take very long on some texts."
        mend = "write alternatives such as `email|phone`: no repeat inside a repeat, at most two `*` or `+`, no look-around"
        report.error("pattern-unsafe", place, message, mend)
    return problem is None


def bind_domain(block: Block[DomainShape]) -> Domain:
    """Return a domain; where no roles are written, its owners, engineers and stewards read."""
    shape = block.shape
    roles = {role: RoleAccess(access) for role, access in shape.roles.items()}
    return Domain(name=shape.name, owner=shape.owner, description=shape.description, roles=roles or dict(DEFAULT_ROLES))
