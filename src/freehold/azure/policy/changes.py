"""`modify` and `append`, done to a resource: what it would look like, and what `append` would overwrite (it then denies)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from freehold.azure.expression.values import Unknown, is_same
from freehold.azure.policy.aliases import WILDCARD, AliasTable
from freehold.azure.policy.fields import field_path, split_path, tag_of
from freehold.azure.policy.operations import Change


@dataclass(frozen=True, slots=True)
class Changed:
    """A resource after changes, and the fields that `append` found with another value.

    `skipped` are fields that `modify` leaves alone, as what they lie in is not in the resource; `fixed` those that may not be
    changed under its API version.
    """

    resource: dict[str, Any]
    conflicts: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


def changed(resource: dict[str, Any], changes: tuple[Change, ...], aliases: AliasTable) -> Changed:
    """Return a copy of a resource with changes made, keys written as the resource or the alias writes them.

    Raises:
        AzurePolicyInvalid: A field of a change is no field.
    """
    after, conflicts, skipped, fixed = copy.deepcopy(resource), list[str](), list[str](), list[str]()
    version = resource.get("apiVersion") if isinstance(resource.get("apiVersion"), str) else None
    for change in changes:
        path = _written_path(change.field, aliases, version)
        if change.operation != "append" and not aliases.is_modifiable(change.field, version):
            fixed.append(change.field)
        elif change.operation in {"add", "addOrReplace"} and not _lies_in_something(after, path):
            skipped.append(change.field)
        elif not _change(after, path, change):
            conflicts.append(change.field)
    return Changed(after, tuple(conflicts), tuple(skipped), tuple(fixed))


def path_of(name: str, aliases: AliasTable, version: str | None) -> str:
    """Return where a field lies in a resource as it is written, as one text.

    Raises:
        AzurePolicyInvalid: It is no field.
    """
    return ".".join(_written_path(name, aliases, version))


def _lies_in_something(resource: dict[str, Any], path: list[str]) -> bool:
    """Return whether a property's own parent is in a resource: Azure takes one that is left out to be left out on purpose."""
    holder: Any = resource
    if path[0].lower() != "properties":
        return True
    # An array that is not there is made; what it would lie in is not.
    for part in path[: path.index(WILDCARD) - 1 if WILDCARD in path else -1]:
        if not isinstance(holder, dict):
            return isinstance(holder, Unknown)
        key = _key(holder, part)
        if key not in holder:
            return part is path[0]
        holder = holder[key]
    return True


def _written_path(name: str, aliases: AliasTable, version: str | None) -> list[str]:
    tag = tag_of(name)
    if tag is not None:
        return ["tags", tag]
    field_path(name, aliases)
    path = name if "/" not in name else aliases.written_path(name, version)
    out: list[str] = []
    pieces = path.split(WILDCARD)
    for at, piece in enumerate(pieces):
        out.extend(str(part) for part in (split_path(piece.strip(".")) if piece.strip(".") else ()))
        out.extend([WILDCARD] if at < len(pieces) - 1 else [])
    return out


def _change(holder: Any, path: list[str], change: Change) -> bool:
    if len(path) == 1:
        return _change_here(holder, path[0], change) if isinstance(holder, dict) else True
    if path[0] == WILDCARD:
        outcomes = [_change(item, path[1:], change) for item in holder] if isinstance(holder, list) else []
        return all(outcomes)
    if not isinstance(holder, dict):
        return True
    key = _key(holder, path[0])
    if path[1] == WILDCARD and len(path) == 2:
        return _change_members(holder, key, change)
    if key not in holder:
        if change.operation == "remove" or path[1] == WILDCARD:
            return True
        holder[key] = {}
    return _change(holder[key], path[1:], change)


def _change_here(holder: dict[str, Any], name: str, change: Change) -> bool:
    key = _key(holder, name)
    if change.operation == "remove":
        holder.pop(key, None)
    elif change.operation == "addOrReplace" or key not in holder:
        holder[key] = copy.deepcopy(change.value)
    elif change.operation == "append":
        return is_same(holder[key], change.value)
    return True


def _change_members(holder: dict[str, Any], key: str, change: Change) -> bool:
    members: list[Any] = holder[key] if isinstance(holder.get(key), list) else []
    added = change.value if isinstance(change.value, list) else [change.value]
    if change.operation == "remove":
        holder[key] = [item for item in members if not any(is_same(item, gone) for gone in added)]
    elif change.operation == "addOrReplace":
        holder[key] = [*added]
    else:
        holder[key] = [*members, *(item for item in added if not any(is_same(item, there) for there in members))]
    return True


def _key(holder: dict[str, Any], name: str) -> str:
    return next(_keys(holder, name), name)


def _keys(holder: dict[str, Any], name: str) -> Iterator[str]:
    return (key for key in holder if key.lower() == name.lower())
