"""A normal form put back into a resource: `properties` around what was merged, keys and paths as aliases write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from freehold.azure.policy.aliases import PROPERTIES, ROOT_FIELDS, WILDCARD, Alias, TypeAliases
from freehold.azure.policy.normal import members_along, moves_of, type_of

_ENVELOPE: tuple[str, ...] = ("name", "type", "id", "etag")
_ROOT = {name.lower(): name for name in ROOT_FIELDS}
_WORDS = (
    "principalId tenantId userAssignedIdentities promotionCode createdBy createdByType createdAt lastModifiedBy lastModifiedByType"
    " lastModifiedAt"
).split()


@dataclass(frozen=True, slots=True)
class _Writing:
    """A resource being written: its top, its properties, and how aliases spell and place things."""

    aliases: TypeAliases
    version: str | None
    spelling: Mapping[str, str]
    out: dict[str, Any]
    properties: dict[str, Any]


def denormalised(normal: Any, aliases: TypeAliases | None, version: str | None = None) -> Any:
    """Return the resource of a normal form; keys that no alias writes stay in lower case. What is no object is returned as is."""
    if not isinstance(normal, dict):
        return normal
    known = aliases or TypeAliases("", {})
    low = {key.lower(): value for key, value in normal.items()}
    writing = _Writing(known, version, _spelling(known.entries), {}, {})
    for key, name in _ROOT.items():
        if key in low:
            writing.out[name] = _spelled(low[key], writing.spelling)
    _others(low, writing, everything=".data/" in type_of(normal).lower())
    _scalars(low, writing)
    _arrays(writing)
    _wrap(writing)
    if writing.properties:
        inside = writing.out.setdefault("properties", {})
        for key, value in writing.properties.items():
            inside.setdefault(key, value)
    return writing.out


def _others(low: dict[str, Any], writing: _Writing, *, everything: bool) -> None:
    for key, value in low.items():
        name = key.removeprefix("_p_")
        if key not in _ROOT and name not in writing.aliases.entries:
            home = writing.out if everything and name == key else writing.properties
            home[writing.spelling.get(name, name)] = _spelled(value, writing.spelling)


def _scalars(low: dict[str, Any], writing: _Writing) -> None:
    for key, alias in writing.aliases.entries.items():
        if not alias.is_wildcard and key not in writing.aliases.wrapped and alias.key in low:
            path, value = alias.path_at(writing.version), _spelled(low[alias.key], writing.spelling)
            home = writing.properties if path.startswith(PROPERTIES) else writing.out
            _put(home, path.removeprefix(PROPERTIES).split("."), value)


def _arrays(writing: _Writing) -> None:
    moves, spelling = moves_of(writing.aliases, writing.version), writing.spelling
    paths = {
        alias.path_at(writing.version).split(WILDCARD)[0].removeprefix(PROPERTIES) for alias in writing.aliases.entries.values()
    }
    names = {path.lower(): path for path in paths}
    for source, target in moves.arrays:
        found = _key(writing.properties, target)
        if found is not None:
            writing.properties[names.get(source, source)] = writing.properties.pop(found)
    for element in moves.elements:
        chain = tuple(tuple(spelling.get(part, part) for part in step) for step in element.chain)
        target = [spelling.get(part, part) for part in element.target]
        source = [spelling.get(part, part) for part in element.source]
        for member in members_along(writing.properties, chain):
            _rename(member, target, source)


def _rename(member: dict[str, Any], before: list[str], after: list[str]) -> None:
    holder: Any = member
    for part in before[:-1]:
        holder = holder.get(part) if isinstance(holder, dict) else None
    if isinstance(holder, dict) and before[-1] in holder:
        _put(member, after, holder.pop(before[-1]))


def _wrap(writing: _Writing) -> None:
    for path in sorted(writing.aliases.wrapped, key=lambda item: item.count("."), reverse=True):
        kept = _kept(path, writing.aliases, writing.version)
        *parents, name = path.split(".")
        for holder in _holders(writing.properties, parents):
            found = _key(holder, name)
            if found is not None and isinstance(holder[found], list):
                holder[found] = [_wrapped(item, kept) for item in holder[found]]


def _kept(path: str, aliases: TypeAliases, version: str | None) -> frozenset[str]:
    prefix = "[*].".join(path.split(".")) + "[*]."
    found: set[str] = set(_ENVELOPE)
    for low, alias in aliases.entries.items():
        if low.startswith(prefix) and not alias.path_at(version).rpartition("[*].")[2].startswith(PROPERTIES):
            found.add(low[len(prefix) :].split(".")[0])
    return frozenset(found)


def _holders(holder: Any, parents: list[str]) -> list[dict[str, Any]]:
    if not isinstance(holder, dict):
        return []
    if not parents:
        return [holder]
    found = _key(holder, parents[0])
    items = holder[found] if found is not None and isinstance(holder[found], list) else []
    return [inner for item in items for inner in _holders(item, parents[1:])]


def _wrapped(element: Any, kept: frozenset[str]) -> Any:
    if not isinstance(element, dict):
        return element
    outside = {key: value for key, value in element.items() if key.lower() in kept}
    inside = {key: value for key, value in element.items() if key.lower() not in kept}
    return {**outside, **({"properties": inside} if inside else {})}


def _spelling(entries: Mapping[str, Alias]) -> dict[str, str]:
    found = {**_ROOT, **{word.lower(): word for word in _WORDS}}
    for alias in entries.values():
        for path in (alias.short, alias.path, *alias.versions.values()):
            for part in path.replace(WILDCARD, "").split("."):
                if part.lower() != "properties":
                    found.setdefault(part.lower(), part)
    return found


def _spelled(value: Any, spelling: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {spelling.get(key.lower(), key): _spelled(item, spelling) for key, item in value.items()}
    return [_spelled(item, spelling) for item in value] if isinstance(value, list) else value


def _key(holder: dict[str, Any], low: str) -> str | None:
    return next((key for key in holder if key.lower() == low.lower()), None)


def _put(holder: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        inner = holder.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        holder = inner
    holder[path[-1]] = value
