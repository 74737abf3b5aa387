"""A resource to judge, and a policy at work: each resource is put in its normal form once, with what selectors ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from freehold.azure.expression.values import Partly, Unknown
from freehold.azure.policy.aliases import AliasTable
from freehold.azure.policy.assignment import Assignment
from freehold.azure.policy.attachments import NOTHING, Attachments
from freehold.azure.policy.location import region
from freehold.azure.policy.policy import Policy, view_of
from freehold.azure.policy.related import Standing

_NOT_INDEXED = frozenset({"microsoft.resources/subscriptions", "microsoft.resources/subscriptions/resourcegroups"})
_ASKED_OF_THE_CALLER = ("userPrincipalId", "groupPrincipalId", "resourceRolloutPercentage")
"""What selectors may ask that no template says: who deploys, and which resources Azure lets a rollout begin with."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A resource to judge: as it is written (full type and name), where it stands, its id, and its circumstances.

    `only_if` is what would have to be known for it to be deployed at all.
    """

    resource: dict[str, Any]
    place: str
    id: str
    context: Mapping[str, Any]
    only_if: Unknown | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """A policy at work: its parameters, the assignment that put it there, its name and groups in an initiative.

    `attached` are the exemptions, enrollments and attestations of the assignment.
    """

    policy: Policy
    parameters: dict[str, Any]
    assignment: Assignment
    reference: str | None = None
    groups: tuple[str, ...] = ()
    attached: Attachments = NOTHING


@dataclass(frozen=True, slots=True)
class Viewed:
    """A resource in its normal form, with what selectors ask of it; `changed_by` are the policies that changed it before."""

    subject: Subject
    view: dict[str, Any]
    standing: Standing
    facts: dict[str, str | Unknown]
    is_indexed: bool
    context: dict[str, Any]
    changed_by: tuple[str, ...] = ()


def viewed(subject: Subject, aliases: AliasTable) -> Viewed:
    """Return a resource ready to be judged."""
    view, kind = _view(subject, aliases), str(subject.resource.get("type", "")).lower()
    known = aliases.of(kind)
    capabilities = (known.capabilities or "").lower() if known else ""
    written = ("location" in view and view["location"] != "global") or "tags" in view
    indexed = "supportstags" in capabilities and "supportslocation" in capabilities if capabilities else written
    location = view.get("location")
    where = location if isinstance(location, Unknown) else region(location) if isinstance(location, str) else ""
    facts: dict[str, str | Unknown] = {"resourcetype": kind, "resourcelocation": where, **_UNKNOWN_FACTS}
    request = {"apiVersion": subject.resource.get("apiVersion"), "identity": Unknown("requestContext().identity")}
    context = {"claims": Unknown("claims()"), **subject.context, "requestContext": request}
    return Viewed(subject, view, _standing(subject, kind, view), facts, indexed and kind not in _NOT_INDEXED, context)


def changed_view(item: Viewed, resource: dict[str, Any], by: tuple[str, ...], aliases: AliasTable) -> Viewed:
    """Return a resource as policies changed it, ready to be judged by the others."""
    return replace(viewed(replace(item.subject, resource=resource), aliases), changed_by=by)


def standing_of_existing(subject: Subject) -> Standing:
    """Return a resource that is there already: what a template calls `existing` has a type, a name and an id, and nobody here
    knows what else."""
    kind, name = str(subject.resource["type"]).lower(), subject.resource["name"]
    known = {"type": subject.resource["type"], "id": Unknown(subject.id) if "/[" in subject.id else subject.id, "fullname": name}
    asked = Unknown(f"reference('{subject.id}', 'full')")
    own = name if isinstance(name, Unknown) else str(name).rpartition("/")[2]
    standing = _standing(subject, kind, Partly({**known, "name": own}, asked))
    return replace(standing, kind=Unknown(f"{asked.text}.kind"))


_UNKNOWN_FACTS: dict[str, str | Unknown] = {kind.lower(): Unknown(kind) for kind in _ASKED_OF_THE_CALLER}


def _view(subject: Subject, aliases: AliasTable) -> dict[str, Any]:
    """Return a resource's normal form, in which a child's name is its own and `fullName` has its parents' too, and with its id."""
    view = view_of(subject.resource, aliases)
    name = view.get("name")
    if isinstance(name, str):
        view["name"] = name.rpartition("/")[2]
    view["id"] = Unknown(subject.id) if "/[" in subject.id else subject.id
    return view


def _standing(subject: Subject, kind: str, view: dict[str, Any]) -> Standing:
    name, of_kind = subject.resource.get("name", ""), view.get("kind", "")
    return Standing(
        kind,
        name if isinstance(name, Unknown) else str(name).lower(),
        of_kind if isinstance(of_kind, Unknown) else str(of_kind).lower(),
        subject.id,
        view,
        subject.resource.get("scope"),
        subject.only_if,
    )
