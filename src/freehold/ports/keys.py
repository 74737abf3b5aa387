"""Keys are used, never handed out."""

from __future__ import annotations

from typing import Protocol


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
