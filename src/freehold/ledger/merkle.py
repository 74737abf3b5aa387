"""The two hashes of a Merkle tree (RFC 9162 §2.1.1; the same as RFC 6962 §2.1).

A leaf and a node are hashed under different first bytes, so that neither can be passed off as the other.
"""

from __future__ import annotations

from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ entry): 32 bytes."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right): 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: bytes) -> bytes:
    """Return the root over the concatenated hashes of a perfect subtree.

    `hashes` holds 2ⁿ hashes of 32 bytes, at least one.
    """
    row = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]
