"""Resource ids: `/subscriptions/S/resourceGroups/G/providers/Namespace/type/name/…`, put together as templates do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from freehold.azure.expression.values import Unfit


def resource_path(kind: str, names: Sequence[str]) -> str:
    """Return the part of an id that a type and its names make.

    >>> resource_path("Microsoft.Sql/servers/databases", ["a", "b"])
    'Microsoft.Sql/servers/a/databases/b'

    Raises:
        Unfit: There are not as many names as the type has levels.
    """
    namespace, *types = kind.rstrip("/").split("/")
    if not types or len(types) != len(names):
        raise Unfit(f"type `{kind[:80]}` wants {len(types)} names and has {len(names)}")
    return "/".join([namespace, *(part for pair in zip(types, names, strict=True) for part in pair)])


def id_in(scope: str, kind: str, names: Sequence[str]) -> str:
    """Return the id of a resource in a scope; the empty scope is the tenant.

    Raises:
        Unfit: There are not as many names as the type has levels.
    """
    if kind.lower() in {"microsoft.resources/resourcegroups", "microsoft.resources/subscriptions/resourcegroups"}:
        return f"{scope.partition('/resourceGroups/')[0]}/resourceGroups/{names[-1]}"
    return f"{scope}/providers/{resource_path(kind, names)}"


def split_arguments(values: Sequence[Any]) -> tuple[list[str], str, list[str]]:
    """Return what stands before the type in the arguments of `resourceId()`, the type, and the names.

    Raises:
        Unfit: There is no type, or an argument is no text.
    """
    if not all(isinstance(value, str) for value in values):
        raise Unfit("wants text")
    at = next((at for at, value in enumerate(values) if "/" in value and not value.startswith("/")), None)
    if at is None:
        raise Unfit("wants a resource type, `Namespace/type`")
    return list(values[:at]), str(values[at]), list(values[at + 1 :])
