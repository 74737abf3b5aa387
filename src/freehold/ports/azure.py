"""The policies that Azure publishes, and the aliases that they use, as documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class PublishedPolicies(Protocol):
    """Built-in definitions and initiatives, and a list of providers with their aliases, each as plain JSON."""

    def definitions(self) -> Sequence[dict[str, Any]]:
        """Return built-in policy definitions, in the order of their names."""
        ...

    def initiatives(self) -> Sequence[dict[str, Any]]:
        """Return built-in initiatives, in the order of their names."""
        ...

    def aliases(self) -> Any:
        """Return a list of providers with their resource types and aliases."""
        ...
