"""The implementation checklist of a sovereign data mesh, each line with what is really in place and the next command.

Nothing is ticked because it was configured: a line is done when the thing is there and in force.
"""

from __future__ import annotations

import enum
from collections.abc import Callable

import msgspec

from freehold.model.contract import Contract
from freehold.model.mesh import Applied, Mesh
from freehold.model.policy import Governance
from freehold.model.product import InterfaceKind, Product
from freehold.policy.basis import needs_approval
from freehold.services.approval import state
from freehold.services.force import Force
from freehold.services.heard import Approved, Heard
from freehold.services.publish import meaning


class Standing(enum.StrEnum):
    """How far a line of the checklist is."""

    DONE = "done"
    PARTLY = "partly"
    OPEN = "open"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line: what is in place, in words with counts, and what to do next (empty where nothing is left)."""

    title: str
    standing: Standing
    found: str
    next: str = ""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What the checklist is judged by: the manifests as they stand, what is in force, and what runs.

    `mesh` is None where the manifests have errors, of which there are `errors`; `today` is an ISO date in UTC; `urls` are the
    addresses of this mesh's running nodes; `platform` says whether somebody approved what domains may choose from, `provisioned`
    which domains chose; `heard` is what is known of approvals, by default those of `force` alone; `catalogue` says whether a
    governance catalogue was ever served from this folder.
    """

    mesh: Mesh | None
    force: Force | None
    today: str
    heard: Heard | None = None
    errors: int = 0
    templates: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    platform: bool = False
    provisioned: tuple[str, ...] = ()
    catalogue: bool = False


def checklist(scene: Scene) -> tuple[Line, ...]:
    """Return the nine lines, in the order of the checklist."""
    mesh = scene.mesh or (scene.force.mesh if scene.force else None) or Mesh(name="", regions={})
    return tuple(line(scene, mesh) for line in LINES)


def pending(scene: Scene) -> str:
    """Return one sentence on whether what is written is what is in force."""
    applied = scene.force.applied if scene.force else None
    if scene.errors:
        return f"{_count(scene.errors, 'error')} in the manifests: run `freehold check`"
    if applied is None:
        return "nothing is in force yet: run `freehold apply`"
    if scene.mesh is not None and _differs(scene.mesh, applied):
        return f"version {applied.version} is in force and the manifests have changed since: run `freehold plan`"
    return f"version {applied.version} is in force, and the manifests say the same"


def _differs(mesh: Mesh, applied: Applied) -> bool:
    return meaning(mesh) != meaning(applied.mesh)


def _purview(scene: Scene, mesh: Mesh) -> Line:
    products = _count(len(mesh.products), "product")
    kept = f"a catalogue that speaks as Purview does is kept here; an account can tell whether it has the {products}"
    return Line(
        title="Deploy Microsoft Purview",
        standing=Standing.PARTLY if scene.catalogue else Standing.OPEN,
        found=kept if scene.catalogue else f"no catalogue is kept here for the {products}; an account of Purview does as well",
        next="freehold purview plan --endpoint URL" if scene.catalogue else "freehold purview serve",
    )


def _domains(_: Scene, mesh: Mesh) -> Line:
    owned = {key: sum(item.domain_key == key for item in mesh.products.values()) for key in sorted(mesh.domains)}
    empty = [key for key, count in owned.items() if not count]
    names = ", ".join(f"{key} ({_count(count, 'product')})" for key, count in owned.items())
    standing = Standing.OPEN if not owned else Standing.PARTLY if len(empty) == len(owned) else Standing.DONE
    return Line(
        title="Define domain boundaries",
        standing=standing,
        found=f"{_count(len(owned), 'domain')}: {names}" if owned else "no domain yet",
        next="" if standing is Standing.DONE else "freehold product new" if owned else "freehold domain new NAME",
    )


def _templates(scene: Scene, _: Mesh) -> Line:
    names = ", ".join(scene.templates)
    return Line(
        title="Create data product templates",
        standing=Standing.DONE if names else Standing.OPEN,
        found=f"{_count(len(scene.templates), 'template')}: {names}" if names else "`templates/` holds none",
        next="" if names else "put a manifest into templates/, then: freehold product new --template NAME",
    )


def _governance(_: Scene, mesh: Mesh) -> Line:
    active = _rules(mesh.governance)
    policies = f", {_count(len(mesh.domain_governance), 'domain policy', 'domain policies')}" if mesh.domain_governance else ""
    return Line(
        title="Configure federated governance",
        standing=Standing.DONE if len(active) >= 4 else Standing.PARTLY if active else Standing.OPEN,
        found=(", ".join(active) if active else "governance.yaml sets no rule") + policies,
        next="" if len(active) >= 4 else "edit governance.yaml, then: freehold plan",
    )


def _rules(policy: Governance) -> list[str]:
    catalog = policy.require_description, policy.require_owner, policy.require_sensitivity_label
    named = [
        (policy.residency_enforced, f"residency enforced in {', '.join(policy.allowed_regions)}"),
        (policy.auto_classify and bool(policy.rules), f"{_count(len(policy.rules), 'classification rule')}"),
        (any(catalog), f"{_count(sum(catalog), 'catalogue requirement')}"),
        (policy.require_approval, f"approval by {', '.join(policy.approvers) or 'nobody named'}"),
    ]
    return [text for active, text in named if active]


def _contracts(scene: Scene, mesh: Mesh) -> Line:
    every = _contract_list(mesh)
    known = [_known(scene, scene.force, *pair) for pair in every] if scene.force else []
    states = [found for found, _ in known]
    counts = ", ".join(f"{states.count(name)} {name}" for name in dict.fromkeys(states)) or "none in force before the first apply"
    done = bool(every) and all(found == "in force" for found in states) and bool(states)
    upcoming = next((command for _, command in known if command), "freehold apply")
    return Line(
        title="Implement data contracts",
        standing=Standing.DONE if done else Standing.PARTLY if every else Standing.OPEN,
        found=f"{_count(len(every), 'contract')}: {counts}{_said(scene, every)}" if every else "no contract yet",
        next="" if done else upcoming if every else "add `dataContracts:` to a product, then: freehold plan",
    )


def _known(scene: Scene, force: Force, product: Product, contract: Contract) -> tuple[str, str]:
    """Return how a contract stands as far as is known here, and the command that it waits for."""
    found, heard = state(force, product, contract, scene.today), _heard(scene, force)
    if found == "ended" or not needs_approval(force.mesh, product):
        return found, ""
    approved = heard.approved(product, contract)
    if approved is Approved.UNKNOWN:
        return "unknown here", f"freehold contracts --url {heard.unheard(product, contract, ()).url}"
    if approved is Approved.NO:
        return "awaiting approval", f"freehold approve {product.key} {contract.slug}"
    return "in force", ""


def _heard(scene: Scene, force: Force) -> Heard:
    return scene.heard or Heard(force.approvals)


def _said(scene: Scene, every: list[tuple[Product, Contract]]) -> str:
    """Return whose word was believed of the contracts, and how old it is."""
    force = scene.force
    if force is None:
        return ""
    told = (_heard(scene, force).word(product) for product, _ in every if needs_approval(force.mesh, product))
    words = {word.node: word for word in told if word is not None}
    return "".join(f"; {word.node} said so {word.age:,.0f} s ago" for word in words.values())


def _contract_list(mesh: Mesh) -> list[tuple[Product, Contract]]:
    return [(product, contract) for product in mesh.products.values() for contract in product.contracts]


def _provisioning(scene: Scene, mesh: Mesh) -> Line:
    asking = f"{len(scene.provisioned)} of {_count(len(mesh.domains), 'domain')} asked for infrastructure"
    upcoming = "add `infrastructure:` to a domain, then: freehold domain provision NAME"
    return Line(
        title="Set up self-serve provisioning",
        standing=Standing.DONE if scene.platform and scene.provisioned else Standing.PARTLY,
        found=f"platform.yaml says what may be chosen, {asking}" if scene.platform else "domains and products by command",
        next="" if scene.provisioned else upcoming if scene.platform else "write platform.yaml: docs/provisioning.md",
    )


def _quality(_: Scene, mesh: Mesh) -> Line:
    promising = [item for item in mesh.products.values() if item.quality.completeness or item.quality.accuracy]
    with_data = [item for item in promising if item.source is not None]
    every = _count(len(mesh.products), "product")
    done = bool(with_data) and len(with_data) == len(mesh.products)
    standing = Standing.DONE if done else Standing.PARTLY if with_data else Standing.OPEN
    return Line(
        title="Enable data quality monitoring",
        standing=standing,
        found=f"{len(promising)} of {every} promise a floor, {len(with_data)} of them have data to measure",
        next="freehold quality" if done else "add `qualityMetrics:` and `source:` to each product, then: freehold test",
    )


def _apis(scene: Scene, mesh: Mesh) -> Line:
    queries = sum(len(item.queries) for item in mesh.products.values())
    ports = sum(item.interface(InterfaceKind.API) is not None for item in mesh.products.values())
    where = f"served at {', '.join(scene.urls)}" if scene.urls else "no node is running"
    return Line(
        title="Configure cross-domain APIs",
        standing=Standing.DONE if scene.urls and ports else Standing.PARTLY if ports else Standing.OPEN,
        found=f"{_count(ports, 'product')} with an interface, {_count(queries, 'declared query', 'declared queries')}; {where}",
        next="" if scene.urls and ports else "freehold up" if ports else "add `interfaces:` to a product",
    )


def _training(_: Scene, mesh: Mesh) -> Line:
    owners = {item.owner for item in mesh.products.values() if item.owner}
    return Line(
        title="Train domain teams",
        standing=Standing.OPEN,
        found=f"nothing that a machine can see; {_count(len(owners), 'owner')} to invite",
        next="walk them through: freehold demo",
    )


LINES: tuple[Callable[[Scene, Mesh], Line], ...] = (
    _purview,
    _domains,
    _templates,
    _governance,
    _contracts,
    _provisioning,
    _quality,
    _apis,
    _training,
)
"""The checklist, in order."""


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
