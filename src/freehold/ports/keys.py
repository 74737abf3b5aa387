"""Keys are used, never handed out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Keys(Protocol):
    """A holder of one node's keys."""

    def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of `data` under the node's ledger key."""
        ...

    def public_key(self) -> bytes:
        """Return the node's Ed25519 public key (32 bytes)."""
        ...

    def mac(self, label: str, data: bytes) -> bytes:
        """Return a 32-byte HMAC-SHA-256 of `data` under a key derived for `label` alone."""
        ...


class NodeKey(Protocol):
    """The key by which one node shows other nodes who it is. It is not that of the ledger: either can be replaced alone."""

    def sign_statement(self, kind: str, claims: Mapping[str, Any]) -> str:
        """Return claims as a compact JWS (RFC 7515) under Ed25519, whose `typ` is `kind`."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature (RFC 8032) of a message, which must not be able to pass for a statement."""
        ...

    def public_key(self) -> str:
        """Return the public key as manifests write it: `ed25519:` and base64url."""
        ...

    def agree(self, other: str, context: bytes) -> bytes:
        """Return 32 bytes that this node and the one with the public key `other` alone can work out; each `context` has its own.

        Raises:
            NodeUntrusted: `other` is no key that anything can be agreed on with.
        """
        ...
