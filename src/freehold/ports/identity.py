"""Who is asking, from a signed token and nothing else (law 4)."""

from __future__ import annotations

from typing import Protocol

from freehold.model.catalog import Head
from freehold.model.party import Principal
from freehold.model.peer import Carrier, Introduction
from freehold.model.place import Node


class Identity(Protocol):
    """A judge of bearer tokens. Both methods may be called from any thread."""

    def recall(self, token: str) -> Principal | None:
        """Return the principal of a token that was verified before and is still valid, without any I/O; else None."""
        ...

    def authenticate(self, token: str) -> Principal:
        """Verify a token and return its principal; may fetch keys from the issuer.

        Raises:
            TokenInvalid, TokenExpired: The token cannot be believed.
            IssuerUnreachable: The issuer's keys cannot be fetched.
        """
        ...


class NodeIdentity(Protocol):
    """How this node shows other nodes who it is, and knows them. All methods may be called from any thread."""

    run: str
    """A name for this start of the node: what was made for another start of it is not believed."""

    def request(self, home: str, run: str, digest: str) -> str:
        """Return a token for one request, of that digest, to one start of the node `home`."""
        ...

    def carrier(self, token: str, digest: str) -> Carrier:
        """Return the node that carries a request, or refuse.

        Raises:
            NodeTokenInvalid, NodeTokenExpired, NodeTokenReplayed: It cannot be believed.
            VersionSkew: The node is of a version that does not work with this one.
            NodeBusy: More tokens are under way than can be remembered.
        """
        ...

    def introduce(self, asker: str, challenge: str, introduction: Introduction) -> str:
        """Return what this node says of itself, signed for whoever asked with `challenge`."""
        ...

    def introduced(self, token: str, node: Node, challenge: str) -> Introduction:
        """Return what a node says of itself in answer to `challenge`.

        Raises:
            NodeTokenInvalid, NodeTokenExpired: It is not that node, or no answer to this challenge.
            VersionSkew: It is of a version that does not work with this one.
        """
        ...

    def vouch(self, asker: str, head: Head) -> str:
        """Return the head of this node's catalogue as it stands, signed for the node that asked."""
        ...

    def vouched(self, token: str, node: Node) -> Head:
        """Return the head of a catalogue that a node vouches for now.

        Raises:
            NodeTokenInvalid, NodeTokenExpired: It was not signed by that node, for this one, now.
            VersionSkew: The node is of a version that does not work with this one.
        """
        ...

    def vouched_once(self, token: str, node: Node) -> Head:
        """Return the head of a catalogue that a node vouched for at some time, under the key that it has now.

        Raises:
            NodeTokenInvalid: It was not signed by that node for this one.
        """
        ...
