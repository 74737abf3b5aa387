"""Field names → where they lie in a resource's normal form: parts to walk along, with a break at each `[*]`."""

from __future__ import annotations

from typing import Any

from freehold.azure.expression.values import ABSENT, Merged, Partly, Unknown
from freehold.azure.policy.aliases import WILDCARD, AliasTable
from freehold.errors import AzurePolicyInvalid

Parts = tuple[str | int, ...]

_PLAIN = frozenset({"type", "id", "kind", "name", "location", "fullname", "tags", "apiversion"})
_DEEPEST = 64


def field_path(name: str, aliases: AliasTable) -> str | tuple[str, str]:
    """Return where a field lies: a path in lower case, or `("tags", name)` for one tag, whose name may have any characters.

    Raises:
        AzurePolicyInvalid: It is no field and no alias that is known.
    """
    low = name.lower()
    if low in _PLAIN or low.startswith("identity."):
        return low
    tag = tag_of(name)
    if tag is not None:
        return "tags", tag.lower()
    return aliases.path(name).lower()


def tag_of(name: str) -> str | None:
    """Return the name of the tag that a field is, as it is written, or None.

    >>> tag_of("tags['it''s [a].b']"), tag_of("TAGS.a.b"), tag_of("tags[a b]"), tag_of("tags")
    ("it's [a].b", 'a.b', 'a b', None)
    """
    low = name.lower()
    if low.startswith("tags."):
        return name[5:]
    if low.startswith("tags['") and name.endswith("']"):
        return name[6:-2].replace("''", "'")
    if low.startswith("tags[") and name.endswith("]") and WILDCARD not in name:
        return name[5:-1]
    return None


def split_path(path: str) -> Parts:
    """Return the parts of a path without `[*]`: names after dots, and names or numbers in brackets.

    >>> split_path("properties.ipRules[0].value"), split_path("acls['default-action']")
    (('properties', 'ipRules', 0, 'value'), ('acls', 'default-action'))

    Raises:
        AzurePolicyInvalid: A part is empty, a bracket not closed, or there are too many.
    """
    parts: list[str | int] = []
    rest = path
    while rest:
        part, rest = _bracketed(rest, path) if rest.startswith("[") else _dotted(rest, path, first=not parts)
        parts.append(part)
    if not parts or len(parts) > _DEEPEST:
        raise AzurePolicyInvalid(f"`{path[:80]}` is no path", remedy=f"a path has 1 to {_DEEPEST} parts")
    return tuple(parts)


def _dotted(rest: str, path: str, *, first: bool) -> tuple[str, str]:
    if not first:
        if not rest.startswith("."):
            raise AzurePolicyInvalid(f"`{path[:80]}` wants a dot before `{rest[:40]}`")
        rest = rest[1:]
    end = min((at for at in (rest.find("."), rest.find("[")) if at >= 0), default=len(rest))
    if not rest[:end].strip():
        raise AzurePolicyInvalid(f"`{path[:80]}` has an empty part")
    return rest[:end].strip(), rest[end:]


def _bracketed(rest: str, path: str) -> tuple[str | int, str]:
    end = rest.find("]")
    inside = rest[1:end].strip() if end > 0 else ""
    bare = inside.strip("'\"")
    if not bare:
        raise AzurePolicyInvalid(f"`{path[:80]}` has an empty or open bracket")
    return (int(bare) if inside.isdigit() and len(inside) < 9 else bare), rest[end + 1 :]


def split_wildcards(path: str) -> tuple[Parts, ...]:
    """Return the parts before, between and after each `[*]`; the last may be empty.

    >>> split_wildcards("a.b[*].c[*]")
    (('a', 'b'), ('c',), ())

    Raises:
        AzurePolicyInvalid: A part is empty, or nothing stands before a `[*]`.
    """
    pieces = [piece.strip(".") for piece in path.split(WILDCARD)]
    if any(not piece for piece in pieces[:-1]):
        raise AzurePolicyInvalid(f"`{path[:80]}` has no name before a `[*]`")
    return tuple(split_path(piece) if piece else () for piece in pieces)


def walk(value: Any, parts: Parts) -> Any:
    """Return what lies along parts, ABSENT where nothing does, and what cannot be known if it lies on the way."""
    for part in parts:
        if type(value) is dict:
            value = value.get(part, ABSENT) if type(part) is str else value.get(str(part), ABSENT)
        elif isinstance(value, Partly):
            value = value.member(str(part))
        elif isinstance(value, list):
            at = part if isinstance(part, int) else -1
            value = value.member(at) if isinstance(value, Merged) else value[at] if 0 <= at < len(value) else ABSENT
        elif isinstance(value, Unknown):
            return value
        else:
            return ABSENT
    return value
