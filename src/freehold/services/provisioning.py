"""A domain's infrastructure from its manifest: designed, judged and shown; written and deployed only where nothing was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from freehold.errors import MeshInvalid, SettingInvalid
from freehold.manifest import Reading
from freehold.model.finding import Finding, Severity
from freehold.model.mesh import Mesh
from freehold.model.platform import Infrastructure, Platform
from freehold.names import domain_key, nearest, slug
from freehold.ports.deployments import Deployments, Progress
from freehold.provision.arm import write_arm
from freehold.provision.bicep import write_bicep
from freehold.provision.domain import main_template
from freehold.provision.flatten import Flat, flatten
from freehold.provision.residency import Copy, copies
from freehold.provision.resource import Template, templates
from freehold.provision.rules import RULES, Bounds, check

Judge = Callable[[Mapping[str, Any], Mapping[str, Any]], Sequence[Finding]]
"""Holds an ARM template, with the values of its parameters, against policies: where Azure Policy comes in."""

PARAMETERS_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"


class Listed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A resource as a plan shows it; one without a region of its own is where the one above it is."""

    type: str
    name: str
    region: str | None
    about: str


class Design(msgspec.Struct, frozen=True, kw_only=True):
    """What provisioning a domain comes to.

    `files` are texts by path; `parameters` the values that the platform knows, `asked` the names of those that a deployment asks
    for; `judged` says how many rules and, where there is a judge, that policies were held against it.
    """

    domain: str
    chosen: Infrastructure
    jurisdiction: str
    resources: tuple[Listed, ...]
    copies: tuple[Copy, ...]
    findings: tuple[Finding, ...]
    template: dict[str, Any]
    parameters: dict[str, Any]
    asked: tuple[str, ...]
    files: dict[str, str]
    resource_group: str | None
    rules: int
    policies: bool

    @property
    def errors(self) -> int:
        """How many findings stop it."""
        return sum(item.severity is Severity.ERROR for item in self.findings)


def design(reading: Reading, domain: str, judge: Judge | None = None) -> Design:
    """Return what provisioning a domain comes to; nothing is written.

    Raises:
        MeshInvalid: The manifests have errors.
        SettingInvalid: There is no such domain, or it asks for no infrastructure.
    """
    mesh, platform = _sound(reading)
    key, chosen = _chosen(reading, mesh, domain)
    jurisdiction = mesh.jurisdiction(chosen.region) or chosen.region
    root = main_template(chosen, platform, jurisdiction)
    flat = flatten(root)
    document = write_arm(root, flat)
    values = _values(root, platform)
    bounds = Bounds(
        regions=mesh.regions,
        allowed=_allowed(mesh, key),
        tags=platform.tags,
        customer_keys=chosen.customer_keys,
        private_endpoints=chosen.private_endpoints,
    )
    judged = tuple(judge(document, values)) if judge is not None else ()
    return Design(
        domain=key,
        chosen=chosen,
        jurisdiction=jurisdiction,
        resources=_listed(flat),
        copies=copies(flat, mesh.regions),
        findings=(*check(flat, bounds), *judged),
        template=document,
        parameters=values,
        asked=tuple(item.name for item in root.parameters if item.required and item.name not in values),
        files=_files(root, document, values),
        resource_group=_resource_group(platform, key),
        rules=len(RULES),
        policies=judge is not None,
    )


def sound(found: Design) -> Design:
    """Return a design in which nothing was found that stops it.

    Raises:
        MeshInvalid: Something was; `facts["findings"]` holds it as plain values.
    """
    if found.errors:
        raise MeshInvalid(
            f"{found.errors} {'thing' if found.errors == 1 else 'things'} in the resources of `{found.domain}` may not be",
            remedy="look at them with `freehold domain provision` and change the domain's `infrastructure`",
            findings=[msgspec.to_builtins(item) for item in found.findings],
        )
    return found


def deploy(found: Design, deployments: Deployments, progress: Progress) -> Mapping[str, Any]:
    """Deploy a design, and return the outputs of its template.

    Raises:
        MeshInvalid: Something in it may not be.
        SettingInvalid: A value is asked for that nobody gave.
        DeploymentFailed: Azure did not finish it.
    """
    if sound(found).asked:
        raise SettingInvalid(
            f"a deployment needs {', '.join(found.asked)}",
            remedy="write them into `azure:` of platform.yaml, or deploy the files of `--to` and give them there",
        )
    return deployments.deploy(f"{slug(found.domain)}-infrastructure", found.template, found.parameters, progress)


def _sound(reading: Reading) -> tuple[Mesh, Platform]:
    errors = sum(item.severity is Severity.ERROR for item in reading.findings)
    if errors or reading.mesh is None or reading.platform is None:
        if not errors:
            raise SettingInvalid("the mesh has no `platform.yaml`", remedy="write down in it what domains may choose from")
        raise MeshInvalid(
            f"{errors} {'error' if errors == 1 else 'errors'} in the manifests",
            remedy="run `freehold check` and mend each of them; nothing was provisioned",
            findings=[msgspec.to_builtins(item) for item in reading.findings],
        )
    return reading.mesh, reading.platform


def _chosen(reading: Reading, mesh: Mesh, domain: str) -> tuple[str, Infrastructure]:
    key = domain_key(domain)
    if key not in mesh.domains:
        close = nearest(key, mesh.domains)
        remedy = f"did you mean `{close}`?" if close else f"run: freehold domain new {slug(domain) or 'NAME'}"
        raise SettingInvalid(f"the mesh has no domain `{domain}`", remedy=remedy)
    if key not in reading.infrastructure:
        raise SettingInvalid(
            f"the domain `{domain}` asks for no infrastructure",
            remedy=f"add `infrastructure:` to domains/{slug(key)}/domain.yaml, as docs/provisioning.md shows",
        )
    return key, reading.infrastructure[key]


def _allowed(mesh: Mesh, key: str) -> tuple[str, ...] | None:
    """Return the regions that every enforced policy of a domain allows, or None where none restricts."""
    lists = [policy.allowed_regions for policy in mesh.governances(key) if policy.residency_enforced and policy.allowed_regions]
    return tuple(name for name in lists[0] if all(name in other for other in lists)) if lists else None


def _resource_group(platform: Platform, domain: str) -> str | None:
    named = platform.azure.resource_group
    return named.replace("{domain}", slug(domain)) if named else None


def _values(root: Template, platform: Platform) -> dict[str, Any]:
    """Return the values that the platform knows of the parameters that a deployment must be given."""
    azure = platform.azure
    known = {
        "sqlAdministratorName": azure.administrators.name if azure.administrators else None,
        "sqlAdministratorObjectId": azure.administrators.object_id if azure.administrators else None,
        "purviewPrincipalId": azure.purview_principal,
    }
    wanted = {item.name for item in root.parameters}
    return {name: value for name, value in known.items() if value is not None and name in wanted}


def _listed(flat: Flat) -> tuple[Listed, ...]:
    return tuple(
        Listed(
            type=item.type,
            name="/".join(name if isinstance(name, str) else "…" for name in flat.names(item)),
            region=item.location if isinstance(item.location, str) else None,
            about=item.about,
        )
        for item in flat.resources
    )


def _files(root: Template, document: dict[str, Any], values: dict[str, Any]) -> dict[str, str]:
    parameters = {
        "$schema": PARAMETERS_SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {name: {"value": value} for name, value in values.items()},
    }
    return {
        **{item.path: write_bicep(item) for item in templates(root)},
        "main.json": _json(document),
        "main.parameters.json": _json(parameters),
    }


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
