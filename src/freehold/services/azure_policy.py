"""Azure Policy as a use case: policies of built-ins, governance and files, held against what a template would deploy.

A policy that cannot be used is named with the reason and fails the evaluation: it is never taken to be not applicable. Built-ins
that nobody assigned advise; they deny nothing. An organisation's own policies hold as if assigned, with their defaults, unless
assignments among the same files say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from freehold.azure.documents import read_json
from freehold.azure.governance import Exported, Wanted, export
from freehold.azure.policy.aliases import AliasTable, UnknownAlias, read_aliases
from freehold.azure.policy.assignment import read_initiative
from freehold.azure.policy.definition import read_definition
from freehold.azure.policy.judging import Judged, judge
from freehold.azure.policy.sought import Remedy
from freehold.azure.policy.subject import Applied, Subject
from freehold.azure.template.deployed import as_deployed, is_deployed, listed_resources
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.linked import Linked
from freehold.azure.template.opening import Expanded, Resource
from freehold.azure.template.resources import expand
from freehold.errors import ArmTemplateInvalid, AzurePolicyInvalid
from freehold.model.mesh import Mesh
from freehold.ports.azure import PublishedPolicies
from freehold.services.policy_library import Library

OWN_KEYS = "Encrypted-CMK"


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Policies at work, the aliases they use, those that cannot be used, by name with the reason, and what else is to be said."""

    applied: tuple[Applied, ...]
    aliases: AliasTable
    refused: dict[str, str] = field(default_factory=dict[str, str])
    notes: tuple[str, ...] = ()


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """What policies say of a template: findings, policies refused or not evaluated, and what was not looked into."""

    judged: Judged
    resources: int
    policies: int
    refused: dict[str, str] = {}
    notes: tuple[str, ...] = ()

    @property
    def is_denied(self) -> bool:
        """Whether a deployment would be refused, or a policy could not be used."""
        return bool(self.refused) or any(item.denies for item in self.judged.findings)


def gather(published: PublishedPolicies, documents: Mapping[str, Any], aliases: Any | None = None) -> PolicySet:
    """Return the policies of built-ins and of documents by name: definitions, bare rules, initiatives, assignments,
    exemptions, lists of them.

    `aliases` is a tenant's list; with it, an alias that it does not know is refused, without it, taken to be where most are.

    Raises:
        AzurePolicyInvalid: A document is none of these, or the list of aliases cannot be read.
    """
    table = read_aliases(published.aliases(), UnknownAlias.DERIVE) if aliases is None else read_aliases(aliases)
    library = Library(table)
    for raw in published.definitions():
        library.add_definition(read_definition(raw), is_own=False)
    for raw in published.initiatives():
        library.add_initiative(read_initiative(raw), is_own=False)
    for name, document in documents.items():
        for place, item in _items(name, document):
            library.add(place, item)
    return PolicySet(tuple(library.applied()), table, library.refused, tuple(library.notes()))


def evaluate_resources(resources: Sequence[Resource], policies: PolicySet, existing: Sequence[Resource] = ()) -> Judged:
    """Return what policies find of resources that would be deployed; `existing` are there already, and related to them."""
    there = [_subject(resource) for resource in existing]
    return judge([_subject(resource) for resource in resources], policies.applied, policies.aliases, there, _deploys)


def evaluate_template(
    template: str, parameters: str | None, policies: PolicySet, circumstances: Circumstances, linked: Linked | None = None
) -> Evaluation:
    """Return what policies find of a template with a parameter file, or of resources as JSON (one, or a list).

    `linked` has the files among which linked templates are looked for.

    Raises:
        ArmTemplateInvalid: It or its parameters cannot be used.
    """
    document = _read(template, "the template")
    given = None if parameters is None else _read(parameters, "the parameter file")
    listed = listed_resources(document)
    expanded = expand(document, given, circumstances, linked) if listed is None else _expanded(listed, given, circumstances, linked)
    return Evaluation(
        judged=evaluate_resources(expanded.resources, policies, expanded.existing),
        resources=len(expanded.resources),
        policies=len(policies.applied),
        refused=policies.refused,
        notes=(*policies.notes, *expanded.notes),
    )


def _deploys(remedy: Remedy) -> tuple[str, ...] | str:
    try:
        found = expand(remedy.template, {"parameters": remedy.parameters}, Circumstances())
    except ArmTemplateInvalid as refused:
        return f"what it would deploy cannot be worked out: {refused.detail}"
    return tuple(f"{item.body['type']} {getattr(item.body['name'], 'text', item.body['name'])}" for item in found.resources)


def _read(text: str, what: str) -> Any:
    try:
        return read_json(text, ArmTemplateInvalid)
    except ArmTemplateInvalid as refused:
        raise ArmTemplateInvalid(f"{what}: {refused.detail}", remedy=refused.remedy) from None


def export_governance(mesh: Mesh, scope: str, effect: str, domain: str | None = None) -> Exported:
    """Return the Azure policies of a mesh's governance, or of what is narrower of one domain's, at a scope.

    Raises:
        AzurePolicyInvalid: There is no such domain, the scope is none of Azure, or the effect is neither Deny nor Audit.
    """
    if not scope.lower().startswith(("/subscriptions/", "/providers/microsoft.management/managementgroups/")):
        raise AzurePolicyInvalid(
            f"`{scope}` is no scope", remedy="give the id of a management group, a subscription or a resource group"
        )
    if effect not in {"Deny", "Audit"}:
        raise AzurePolicyInvalid(f"`{effect}` is no effect here", remedy="it can be Deny or Audit")
    if domain is not None and domain not in mesh.domains:
        raise AzurePolicyInvalid(f"there is no domain `{domain}`", remedy=f"the mesh has {', '.join(mesh.domains)}")
    policies = mesh.governances(domain) if domain else (mesh.governance,)
    lists = [policy.allowed_regions for policy in policies if policy.residency_enforced and policy.allowed_regions]
    regions = tuple(region for region in lists[0] if all(region in item for item in lists)) if lists else ()
    products = [product for product in mesh.products.values() if domain in {None, product.domain_key}]
    pairs = {name: mesh.regions[name].paired if name in mesh.regions else None for name in regions}
    own_keys = any(product.residency.pii_handling == OWN_KEYS for product in products)
    return export(
        Wanted(mesh=domain or mesh.name, scope=scope, allowed_regions=regions, pairs=pairs, own_keys=own_keys, effect=effect)
    )


def _subject(resource: Resource) -> Subject:
    body = dict(resource.body)
    body.setdefault("location", "global")
    return Subject(body, resource.place, resource.id, resource.circumstances.context(), resource.only_if)


def _expanded(listed: Sequence[Any], given: Any, circumstances: Circumstances, linked: Linked | None) -> Expanded:
    """Return resources as they are listed: those that Azure has as they are, others as a template would deploy them."""
    there = {at: as_deployed(item, f"resources[{at}]", circumstances) for at, item in enumerate(listed) if is_deployed(item)}
    if not there:
        return expand({"resources": listed}, given, circumstances, linked)
    others = [item for at, item in enumerate(listed) if at not in there]
    found = expand({"resources": others}, given, circumstances, linked) if others or given else Expanded()
    return Expanded([*there.values(), *found.resources], found.existing, found.notes)


def _items(name: str, document: Any) -> Iterator[tuple[str, Any]]:
    inner = document.get("value") if isinstance(document, dict) and isinstance(document.get("value"), list) else document
    if isinstance(inner, list):
        for at, item in enumerate(inner):
            yield f"{name}[{at}]", item
    else:
        yield name, inner
