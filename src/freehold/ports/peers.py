"""Other nodes of the mesh: what is carried to them comes back as they said it, or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from freehold.model.peer import Forwarded
from freehold.model.place import Node


class Incoming(Protocol):
    """What another node says to a request, as it comes in. `close` must be called; it may be called at any time."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def code(self) -> str:
        """The code of the refusal, where it is one."""
        ...

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """The headers, their names in lower case."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes of the body, once; whoever reads slowly is waited for.

        Raises:
            NodeUnreachable: It broke off.
            TimeExceeded: Nothing came for as long as a node may take.
        """
        ...

    async def close(self) -> None:
        """Let go of it: where it has not ended, the other node stops working at it."""
        ...


class Peers(Protocol):
    """The other nodes, from one event loop. Whatever is awaited here may be cancelled; then nothing stays under way."""

    async def carry(self, home: Node, request: Forwarded) -> Incoming:
        """Carry a request to its home under this node's own name, and return what the home says once it begins to.

        Raises:
            NodeElsewhere: The home cannot be reached, or one of the two nodes has no key in the mesh; nothing was carried.
            NodeUntrusted: One of the two nodes does not believe the other; nothing was carried.
            VersionSkew: Their versions do not work together; nothing was carried.
            NodeBusy: Too much is under way; nothing was carried.
            NodeUnreachable: The connection broke after the request was sent.
            TimeExceeded: The home did not begin to answer in time.
        """
        ...

    async def close(self) -> None:
        """End the connections."""
        ...
