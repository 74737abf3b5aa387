"""How another system is told: one attempt at a time; who calls decides about the next."""

from __future__ import annotations

from typing import Protocol

from freehold.ports.history import Notice


class Target(Protocol):
    """A way to tell other systems of incidents and runs."""

    async def tell(self, notice: Notice) -> bool:
        """Send a notice once; return whether it was taken. Never raises for what the other side does."""
        ...

    async def close(self) -> None:
        """End the connections."""
        ...
