"""Names of regions, which count without case and blanks: East US 2 is eastus2."""

from __future__ import annotations

from typing import Any

from freehold.azure.expression.values import ABSENT
from freehold.azure.policy.fields import walk


class Location(str):
    """The name of a region, which counts without case and blanks: East US 2 is eastus2."""

    __slots__ = ()

    @classmethod
    def of(cls, resource: Any) -> Any:
        """Return a resource's location, None if it has none."""
        found = walk(resource, ("location",))
        return cls(found) if isinstance(found, str) else None if found is ABSENT else found


def region(name: Any) -> Any:
    """Return a region's name as it is compared; lists of names likewise.

    >>> region(["East US 2", "global"])
    ['eastus2', 'global']
    """
    if isinstance(name, list):
        return [region(item) for item in name]
    return "".join(name.split()).lower() if isinstance(name, str) else name
