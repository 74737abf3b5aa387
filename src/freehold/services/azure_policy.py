"""Azure Policy as a use case: policies of built-ins, governance and files, held against what a template would deploy.

A policy that cannot be used is named with the reason and fails the evaluation: it is never taken to be not applicable. Built-ins
that nobody assigned advise; they deny nothing. An organisation's own policies hold as if assigned, with their defaults, unless
assignments among the same files say otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec

from freehold.azure.documents import lower_keys, read_json
from freehold.azure.expression.values import ABSENT
from freehold.azure.governance import Exported, Wanted, export
from freehold.azure.policy.aliases import AliasTable, UnknownAlias, read_aliases
from freehold.azure.policy.assignment import (
    Assignment,
    Initiative,
    Reference,
    read_assignment,
    read_initiative,
    reference_arguments,
)
from freehold.azure.policy.definition import Definition, arguments, read_definition
from freehold.azure.policy.findings import Applied, Judged, Subject, judge
from freehold.azure.policy.policy import Policy
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.resources import Resource, expand
from freehold.errors import ArmTemplateInvalid, AzurePolicyInvalid, FreeholdError
from freehold.model.mesh import Mesh
from freehold.ports.azure import PublishedPolicies

OWN_KEYS = "Encrypted-CMK"


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Policies at work, the aliases they use, and those that cannot be used, by name with the reason."""

    applied: tuple[Applied, ...]
    aliases: AliasTable
    refused: dict[str, str] = field(default_factory=dict[str, str])


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
    """Return the policies of built-ins and of documents by name: definitions, bare rules, initiatives, assignments, lists of them.

    `aliases` is a tenant's list; with it, an alias that it does not know is refused, without it, taken to be where most are.

    Raises:
        AzurePolicyInvalid: A document is none of these, or the list of aliases cannot be read.
    """
    table = read_aliases(published.aliases(), UnknownAlias.DERIVE) if aliases is None else read_aliases(aliases)
    library = _Library(table)
    for raw in published.definitions():
        library.add_definition(read_definition(raw), is_own=False)
    for raw in published.initiatives():
        library.add_initiative(read_initiative(raw), is_own=False)
    for name, document in documents.items():
        for place, item in _items(name, document):
            library.add(place, item)
    return PolicySet(tuple(library.applied()), table, library.refused)


def evaluate_resources(resources: Sequence[Resource], policies: PolicySet) -> Judged:
    """Return what policies find of resources that would be deployed."""
    return judge([_subject(resource) for resource in resources], policies.applied, policies.aliases)


def evaluate_template(template: str, parameters: str | None, policies: PolicySet, circumstances: Circumstances) -> Evaluation:
    """Return what policies find of a template with a parameter file, or of resources as JSON (one, or a list).

    Raises:
        ArmTemplateInvalid: It or its parameters cannot be used.
    """
    document = read_json(template, ArmTemplateInvalid)
    given = None if parameters is None else read_json(parameters, ArmTemplateInvalid)
    expanded = expand(_as_template(document), given, circumstances)
    return Evaluation(
        judged=evaluate_resources(expanded.resources, policies),
        resources=len(expanded.resources),
        policies=len(policies.applied),
        refused=policies.refused,
        notes=tuple(expanded.notes),
    )


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
    return Subject(body, resource.place, resource.id, resource.circumstances.context())


def _as_template(document: Any) -> Any:
    """Return a template; a resource, or a list of them, becomes one that deploys them."""
    listed = document if isinstance(document, list) else [document] if _is_resource(document) else None
    return document if listed is None else {"resources": listed}


def _is_resource(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("type"), str) and "$schema" not in document


def _items(name: str, document: Any) -> Iterator[tuple[str, Any]]:
    inner = document.get("value") if isinstance(document, dict) and isinstance(document.get("value"), list) else document
    if isinstance(inner, list):
        for at, item in enumerate(inner):
            yield f"{name}[{at}]", item
    else:
        yield name, inner


class _Library:
    """Definitions, initiatives and assignments by the ends of their ids, and how they come to work together."""

    def __init__(self, aliases: AliasTable) -> None:
        self.aliases = aliases
        self.refused: dict[str, str] = {}
        self._definitions: dict[str, tuple[Definition, bool]] = {}
        self._initiatives: dict[str, tuple[Initiative, bool]] = {}
        self._assignments: list[Assignment] = []
        self._policies: dict[str, Policy] = {}

    def add(self, place: str, raw: Any) -> None:
        """Add an own document, by what it has."""
        outer = lower_keys(raw) if isinstance(raw, dict) else {}
        inner = lower_keys(outer["properties"]) if isinstance(outer.get("properties"), dict) else outer
        if "policydefinitionid" in inner:
            self._assignments.append(read_assignment(raw, place))
        elif "policydefinitions" in inner:
            self.add_initiative(read_initiative(raw, place), is_own=True)
        elif "policyrule" in inner or {"if", "then"} <= outer.keys():
            self.add_definition(read_definition(raw, place), is_own=True)
        else:
            raise AzurePolicyInvalid(f"{place}: this is no policy definition, initiative or assignment")

    def add_definition(self, definition: Definition, *, is_own: bool) -> None:
        """Add a definition; an own one may take the place of a built-in."""
        self._definitions[definition.name.lower()] = definition, is_own

    def add_initiative(self, initiative: Initiative, *, is_own: bool) -> None:
        """Add an initiative."""
        self._initiatives[initiative.name.lower()] = initiative, is_own

    def applied(self) -> Iterator[Applied]:
        """Yield every policy at work: what is assigned, then own ones that nothing refers to, then built-ins as advice."""
        used: set[str] = set()
        for assignment in self._assignments:
            used |= self._reach(assignment.definition)
            yield from self._assigned(assignment, assignment.definition)
        for name, (initiative, is_own) in self._initiatives.items():
            if is_own and name not in used:
                used |= self._reach(name)
                yield from self._assigned(Assignment(initiative.name, "", initiative.title, name), name)
        for name, (definition, is_own) in self._definitions.items():
            if is_own and name not in used:
                yield from self._assigned(Assignment(definition.name, "", definition.title, name), name)
        for name, (definition, is_own) in self._definitions.items():
            if not is_own and name not in used and all(item.default is not ABSENT for item in definition.parameters.values()):
                advice = Assignment("built-in", "", "built-in policies, not assigned", name, is_enforced=False)
                yield from self._assigned(advice, name)

    def _reach(self, definition: str) -> set[str]:
        name = self._key(definition)
        found = self._initiatives.get(name)
        return {name, *(self._key(reference.definition) for reference in found[0].references)} if found else {name}

    def _key(self, definition: str) -> str:
        """Return the name that a definition is kept under: the end of its id, or all of it where a file has none but its path."""
        low = definition.lower()
        return low if low in self._definitions or low in self._initiatives else low.rpartition("/")[2]

    def _assigned(self, assignment: Assignment, definition: str) -> Iterator[Applied]:
        name = self._key(definition)
        if name in self._initiatives:
            yield from self._of_initiative(assignment, self._initiatives[name][0])
        elif name in self._definitions:
            yield from self._try(assignment.name, partial(self._alone, assignment, name))
        else:
            self.refused[assignment.name] = f"there is no definition `{definition}` among the files or the built-ins"

    def _alone(self, assignment: Assignment, name: str) -> Applied:
        values = arguments(self._definitions[name][0].parameters, assignment.parameters, assignment.name)
        return self._one(assignment, name, values, None)

    def _of_initiative(self, assignment: Assignment, initiative: Initiative) -> Iterator[Applied]:
        try:
            given = arguments(initiative.parameters, assignment.parameters, assignment.name)
        except AzurePolicyInvalid as refused:
            self.refused[assignment.name] = refused.detail
            return
        for reference in initiative.references:
            name = self._key(reference.definition)
            where = f"{initiative.name}/{reference.id}"
            if name not in self._definitions:
                self.refused[where] = f"there is no definition `{reference.definition}` among the files or the built-ins"
                continue
            make = partial(self._referred, assignment, reference, given)
            yield from self._try(where, make)

    def _referred(self, assignment: Assignment, reference: Reference, given: Mapping[str, Any]) -> Applied:
        name = self._key(reference.definition)
        values = reference_arguments(reference, given, self._definitions[name][0].parameters)
        return self._one(assignment, name, values, reference.id)

    def _one(self, assignment: Assignment, name: str, values: dict[str, Any], reference: str | None) -> Applied:
        if name not in self._policies:
            self._policies[name] = Policy(self._definitions[name][0], self.aliases)
        return Applied(self._policies[name], values, assignment, reference)

    def _try(self, where: str, make: Callable[[], Applied]) -> Iterable[Applied]:
        try:
            return [make()]
        except FreeholdError as refused:
            self.refused[where] = refused.detail
            return []
