"""A resource's normal form: keys in lower case and `properties` merged into the top, so that an alias's tail is its path.

Names of tags and of identities are lowered once and their values left alone; members of arrays that have a `properties` of their
own are merged likewise. Where an API version keeps a property elsewhere, it is found there and put where the alias says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from freehold.azure.documents import lowered_name
from freehold.azure.expression.values import Partly, Unknown, like
from freehold.azure.policy.aliases import PROPERTIES, ROOT_FIELDS, WILDCARD, Alias, TypeAliases

_ROOT = frozenset(name.lower() for name in ROOT_FIELDS)
_SHALLOW = frozenset({"tags", "identity"})


@dataclass(frozen=True, slots=True)
class ElementMove:
    """A field of the members of an array (of arrays) that the resource keeps under another name than the alias does."""

    chain: tuple[tuple[str, ...], ...]
    source: tuple[str, ...]
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """What differs between the resource and the normal form under one API version, beyond `properties` and case."""

    scalars: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    elements: tuple[ElementMove, ...]
    arrays: tuple[tuple[str, str], ...]
    """The lower-case name in the resource and the alias's own."""


def type_of(resource: Any) -> str:
    """Return a resource's type as written, or empty text."""
    found = _entry(resource, "type") if isinstance(resource, dict) else None
    return found if isinstance(found, str) else ""


def normalised(resource: Any, aliases: TypeAliases | None, version: str | None = None) -> Any:
    """Return a resource in its normal form; what is no object is returned as it is."""
    if not isinstance(resource, dict):
        return resource
    wrapped = aliases.wrapped if aliases else frozenset[str]()
    everything = ".data/" in type_of(resource).lower()
    out: dict[str, Any] = {}
    for key, value in resource.items():
        low = lowered_name(key)
        if low in _SHALLOW:
            out[low] = _shallow(value)
        elif low != "properties" and (everything or low in _ROOT):
            out[low] = _normal(value, low, wrapped)
    properties = _entry(resource, "properties")
    for key, value in properties.items() if isinstance(properties, dict) else ():
        out.setdefault(lowered_name(key), _normal(value, lowered_name(key), wrapped))
    if aliases is not None:
        _move(out, resource, moves_of(aliases, version))
    return Partly(out, properties, _ROOT) if isinstance(properties, Unknown) else out


def lowered(value: Any) -> Any:
    """Return a JSON value with every key in lower case."""
    if isinstance(value, dict):
        return {lowered_name(key): lowered(item) for key, item in value.items()}
    return like(value, [lowered(item) for item in value]) if isinstance(value, list) else value


def moves_of(aliases: TypeAliases, version: str | None) -> Moves:
    """Return what moves under an API version; it is worked out once."""
    key = (version or "").lower()
    if key not in aliases.moves:
        aliases.moves[key] = _work_out(aliases, version)
    return aliases.moves[key]


def _shallow(value: Any) -> Any:
    return {lowered_name(key): item for key, item in value.items()} if isinstance(value, dict) else value


def _normal(value: Any, path: str, wrapped: frozenset[str]) -> Any:
    if isinstance(value, list):
        if path in wrapped:
            return like(value, [_merged(item, path, wrapped) for item in value])
        return like(value, [_normal(item, path, wrapped) for item in value])
    if isinstance(value, dict):
        return {lowered_name(key): _normal(item, f"{path}.{lowered_name(key)}", wrapped) for key, item in value.items()}
    return value


def _merged(element: Any, path: str, wrapped: frozenset[str]) -> Any:
    if not isinstance(element, dict):
        return element
    out = {
        lowered_name(key): _normal(value, f"{path}.{lowered_name(key)}", wrapped)
        for key, value in element.items()
        if lowered_name(key) != "properties"
    }
    properties = _entry(element, "properties")
    for key, value in properties.items() if isinstance(properties, dict) else ():
        out.setdefault(lowered_name(key), _normal(value, f"{path}.{lowered_name(key)}", wrapped))
    return Partly(out, properties) if isinstance(properties, Unknown) else out


def _move(out: dict[str, Any], resource: dict[str, Any], moves: Moves) -> None:
    for source, target in moves.scalars:
        value = _walk(resource, source)
        if value is not None or _is_there(resource, source):
            _put(out, target, lowered(value))
    for element in moves.elements:
        for member in members_along(out, element.chain):
            if _is_there(member, element.source):
                value = _walk(member, element.source)
                _take(member, element.source)
                _put(member, element.target, value)
    for source, target in moves.arrays:
        if target not in out and source in out:
            out[target] = out.pop(source)


def _work_out(aliases: TypeAliases, version: str | None) -> Moves:
    scalars = [
        (tuple(alias.path_at(version).split(".")), tuple(alias.key.split(".")))
        for low, alias in aliases.entries.items()
        if not alias.is_wildcard and low not in aliases.wrapped and not _is_in_place(alias, alias.path_at(version))
    ]
    wild = [alias for low, alias in aliases.entries.items() if alias.is_wildcard and low not in aliases.wrapped]
    elements = [found for alias in wild for found in _element_move(alias, alias.path_at(version))]
    arrays = dict.fromkeys(found for alias in wild for found in _array_move(alias, alias.path_at(version)))
    return Moves(tuple(scalars), tuple(elements), tuple(arrays))


def _is_in_place(alias: Alias, path: str) -> bool:
    return alias.key == path.lower().removeprefix(PROPERTIES) and (
        path.lower().startswith(PROPERTIES) or path.split(".", maxsplit=1)[0].lower() in _ROOT
    )


def _element_move(alias: Alias, path: str) -> Iterator[ElementMove]:
    shorts, paths = alias.short.lower().split("[*]."), path.lower().split("[*].")
    if len(shorts) > 1 and len(paths) > 1 and shorts[-1] != paths[-1].removeprefix(PROPERTIES):
        chain = tuple(tuple(part.split(".")) for part in shorts[:-1])
        yield ElementMove(chain, tuple(paths[-1].removeprefix(PROPERTIES).split(".")), tuple(shorts[-1].split(".")))


def _array_move(alias: Alias, path: str) -> Iterator[tuple[str, str]]:
    source, target = path.split(WILDCARD, maxsplit=1)[0].lower().removeprefix(PROPERTIES), alias.short.split(WILDCARD)[0].lower()
    if source != target:
        yield source, target


def members_along(holder: Any, chain: tuple[tuple[str, ...], ...]) -> Iterator[dict[str, Any]]:
    """Yield the objects at the end of a chain of arrays."""
    if not chain:
        if isinstance(holder, dict):
            yield holder
        return
    values = _walk(holder, chain[0])
    for item in values if isinstance(values, list) else ():
        yield from members_along(item, chain[1:])


def _entry(holder: dict[str, Any], low: str) -> Any:
    return next((value for key, value in holder.items() if lowered_name(key) == low), None)


def _walk(holder: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        if not isinstance(holder, dict):
            return None
        holder = holder[part] if part in holder else _entry(holder, part.lower())
    return holder


def _is_there(holder: Any, path: tuple[str, ...]) -> bool:
    inside = _walk(holder, path[:-1])
    return isinstance(inside, dict) and any(key.lower() == path[-1].lower() for key in inside)


def _put(holder: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for part in path[:-1]:
        inner = holder.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        holder = inner
    holder[path[-1]] = value


def _take(holder: dict[str, Any], path: tuple[str, ...]) -> None:
    inside = _walk(holder, path[:-1])
    if isinstance(inside, dict):
        inside.pop(path[-1], None)
