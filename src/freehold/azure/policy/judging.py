"""Many policies held against many resources: each is asked only of policies about its type, those that change requests first.

`append` and `modify` come before everything else, as in Azure: what they change may prevent a denial, or bring one about. Related
resources are looked for among all of them as they are changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from freehold.azure.expression.values import Unknown, Unresolved
from freehold.azure.policy.aliases import AliasTable
from freehold.azure.policy.altering import Wanted, settle
from freehold.azure.policy.effect import ALTERING, Effect
from freehold.azure.policy.findings import Finding, Found, find, undecided_by
from freehold.azure.policy.policy import Policy
from freehold.azure.policy.related import Neighbours, Standing
from freehold.azure.policy.sought import Remedy
from freehold.azure.policy.subject import Applied, Subject, Viewed, changed_view, standing_of_existing, viewed

Deploys = Callable[[Remedy], tuple[str, ...] | str]
"""Says what a template would deploy, each by its type and name, or why it cannot be worked out."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """All findings, how many pairs of resource and policy were compliant, and which policies were not evaluated, with why."""

    findings: tuple[Finding, ...]
    compliant: int
    not_evaluated: dict[str, str]


def judge(
    subjects: Sequence[Subject],
    applied: Sequence[Applied],
    aliases: AliasTable,
    existing: Sequence[Subject] = (),
    deploys: Deploys | None = None,
) -> Judged:
    """Return what policies find of resources, in the order of resources and then of policies.

    `existing` are resources that are there already: they are related to others, and not judged. `deploys` says what a template
    of `deployIfNotExists` comes to.
    """
    by_type = _by_type([one for one in applied if not one.policy.definition.is_data_plane])
    altering = _by_type([one for one in applied if not one.policy.definition.is_data_plane and _may_alter(one)])
    items = [viewed(subject, aliases) for subject in subjects]
    settled = [_altered(item, _about(altering, item), aliases) if altering else (item, {}) for item in items]
    of_type = dict[str, list[Standing]]()
    for standing in (*(item.standing for item, _ in settled), *map(standing_of_existing, existing)):
        of_type.setdefault(standing.type, []).append(standing)
    findings, compliant = list[Finding](), 0
    for item, before in settled:
        neighbours = Neighbours(item.standing, of_type)
        for one in _about(by_type, item):
            selected = _selected(one, item)
            if selected is False:
                continue
            found = before.get(id(one)) if before else None
            if found is None:
                new = find(one, item, neighbours.related, aliases)
                found = None if new is None else new.finding if new.remedy is None else _with_remedy(new, deploys)
            if found is not None and isinstance(selected, Unknown):
                found = undecided_by(found, selected)
            if found is None:
                compliant += 1
            else:
                findings.append(found)
    skipped = {one.policy.definition.name: _why_not(one.policy) for one in applied if one.policy.definition.is_data_plane}
    return Judged(findings=tuple(findings), compliant=compliant, not_evaluated=skipped)


def _with_remedy(found: Found, deploys: Deploys | None) -> Finding:
    """Return a finding with what the policy would deploy, or with why that cannot be worked out."""
    if found.remedy is None or deploys is None:
        return found.finding
    said = deploys(found.remedy)
    if isinstance(said, str):
        return msgspec.structs.replace(found.finding, reason=found.finding.reason or said)
    return msgspec.structs.replace(found.finding, deploys=said)


def _altered(item: Viewed, applied: Sequence[Applied], aliases: AliasTable) -> tuple[Viewed, dict[int, Finding]]:
    """Return a resource as policies change it, and what those find of it, by the identities of the policies at work."""
    found = {id(one): new for one in applied if _selected(one, item) is True and (new := _change_of(one, item, aliases))}
    findings = {key: new.finding for key, new in found.items()}
    wanted = {key: Wanted(new.finding.title, new.changes, new.conflict) for key, new in found.items() if new.alters}
    if not wanted:
        return item, findings
    settlement = settle(item.subject.resource, wanted, aliases)
    for key, reason in settlement.denied.items():
        findings[key] = msgspec.structs.replace(findings[key], effect=Effect.DENY.value, reason=reason, after=None)
    for key, reason in settlement.skipped.items():
        findings[key] = msgspec.structs.replace(findings[key], reason=reason, after=None)
    if settlement.resource is None:
        return item, findings
    by = tuple(dict.fromkeys(findings[key].title for key in wanted if key not in settlement.denied | settlement.skipped))
    return changed_view(item, settlement.resource, by, aliases), findings


def _change_of(one: Applied, item: Viewed, aliases: AliasTable) -> Found | None:
    """Return what a policy finds that changes the resource, or would; None where it does something else."""
    found = find(one, item, _nothing, aliases)
    return found if found is not None and found.effect in ALTERING else None


def _nothing(_: object) -> Iterator[Any]:
    return iter(())


def _may_alter(one: Applied) -> bool:
    return one.policy.may_alter(one.parameters, one.assignment.effects(one.reference))


def _why_not(policy: Policy) -> str:
    return f"mode {policy.definition.mode} is about objects inside a service, which no template has"


def _about(by_type: dict[str, list[Applied]], item: Viewed) -> list[Applied]:
    return by_type.get(item.standing.type, by_type[""])


def _by_type(about: Sequence[Applied]) -> dict[str, list[Applied]]:
    """Return policies by the types that they are about; under the empty one those that are about every type."""
    if not about:
        return {}
    types = frozenset[str]().union(*(one.policy.types or () for one in about))
    everywhere = [one for one in about if one.policy.types is None]
    return {
        "": everywhere,
        **{kind: [one for one in about if one.policy.types is None or kind in one.policy.types] for kind in types},
    }


def _selected(one: Applied, item: Viewed) -> bool | Unknown:
    """Return whether a policy is about a resource where it is assigned, or what would have to be known."""
    if one.policy.is_indexed and not item.is_indexed:
        return False
    try:
        return one.assignment.is_everywhere or (one.assignment.covers(item.subject.id) and one.assignment.selects(item.facts))
    except Unresolved as unresolved:
        return unresolved.what
