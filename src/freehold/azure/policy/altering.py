"""Several policies that change one resource: what it is afterwards, and which of them win where they change the same.

Where two change a property to different values, the policy whose `conflictEffect` is deny wins over those that audit; two such deny
the request, and where there is none the property stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from freehold.azure.expression.values import Unresolved, is_same
from freehold.azure.policy.aliases import WILDCARD, AliasTable
from freehold.azure.policy.changes import changed, path_of
from freehold.azure.policy.operations import Change
from freehold.errors import AzurePolicyInvalid


@dataclass(frozen=True, slots=True)
class Wanted:
    """The changes that one policy makes, what it is called, and its `conflictEffect`."""

    title: str
    changes: tuple[Change, ...]
    conflict: str


@dataclass(slots=True)
class Settlement:
    """The resource after all changes, None where nothing changes; which policies deny it or are left out, and why."""

    resource: dict[str, Any] | None = None
    denied: dict[int, str] = field(default_factory=dict[int, str])
    skipped: dict[int, str] = field(default_factory=dict[int, str])


def settle(resource: dict[str, Any], wanted: Mapping[int, Wanted], aliases: AliasTable) -> Settlement:
    """Return what becomes of a resource that several policies change, each by its key."""
    settlement, version = Settlement(), resource.get("apiVersion")
    for path, keys in _contested(wanted, aliases, version if isinstance(version, str) else None).items():
        insisting = [key for key in keys if wanted[key].conflict == "deny"]
        for key in keys:
            others = ", ".join(wanted[other].title for other in keys if other != key)
            if len(insisting) > 1 and key in insisting:
                settlement.denied[key] = f"it changes `{path}` otherwise than {others}"
            elif key not in insisting or len(insisting) != 1:
                settlement.skipped[key] = f"skipped: {others} changes `{path}` too"
    current = resource
    for key, item in wanted.items():
        if key not in settlement.denied and key not in settlement.skipped:
            current = _after(current, item, aliases)
    settlement.resource = None if current is resource else current
    return settlement


def _after(resource: dict[str, Any], item: Wanted, aliases: AliasTable) -> dict[str, Any]:
    try:
        return changed(resource, item.changes, aliases).resource
    except (AzurePolicyInvalid, Unresolved):
        return resource


def _contested(wanted: Mapping[int, Wanted], aliases: AliasTable, version: str | None) -> dict[str, list[int]]:
    """Return the paths that several policies change to different things, with those policies; members are added beside others."""
    if len(wanted) < 2:
        return {}
    at: dict[str, list[tuple[int, Change]]] = {}
    for key, item in wanted.items():
        for change in item.changes:
            path = path_of(change.field, aliases, version)
            if not (path.endswith(WILDCARD) and change.operation in {"add", "append"}):
                at.setdefault(path.lower(), []).append((key, change))
    return {
        path: list(dict.fromkeys(key for key, _ in changes))
        for path, changes in at.items()
        if len({key for key, _ in changes}) > 1 and any(_differ(changes[0][1], change) for _, change in changes[1:])
    }


def _differ(one: Change, other: Change) -> bool:
    if (one.operation == "remove") is not (other.operation == "remove"):
        return True
    try:
        return not is_same(one.value, other.value)
    except Unresolved:
        return True
