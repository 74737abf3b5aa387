"""Azure's built-in policies and the aliases of a data domain's resource types, as they lie in the package."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import msgspec


class PackagedPolicies:
    """A `ports.PublishedPolicies` over the package's own copies."""

    def definitions(self) -> list[dict[str, Any]]:
        """Return built-in policy definitions, in the order of their names."""
        return [msgspec.json.decode(line) for line in _text("definitions.jsonl").splitlines()]

    def initiatives(self) -> list[dict[str, Any]]:
        """Return built-in initiatives, in the order of their names."""
        return [msgspec.json.decode(line) for line in _text("initiatives.jsonl").splitlines()]

    def aliases(self) -> Any:
        """Return a list of providers with their resource types and aliases."""
        return msgspec.json.decode(_text("aliases.json"))


@cache
def _text(name: str) -> bytes:
    return resources.files("freehold.azure").joinpath("published", name).read_bytes()
