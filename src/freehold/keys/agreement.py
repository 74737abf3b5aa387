"""What two nodes alone know, out of the keys by which they sign: X25519 (RFC 7748) between their Ed25519 keys.

The map from the one curve to the other is that of RFC 7748, section 4.1; HKDF (RFC 5869) makes of what is agreed a key for one use.
"""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from freehold.errors import NodeUntrusted
from freehold.model.peer import read_public_key

_PRIME = 2**255 - 19
_USE = b"freehold join key\n"


def agree(private: Ed25519PrivateKey, other: str, context: bytes) -> bytes:
    """Return the 32 bytes of `context` that the holders of `private` and of the public key `other` have in common.

    Raises:
        NodeUntrusted: `other` is not the key of anybody.
    """
    raw = read_public_key(other)
    try:
        shared = x25519_private(private).exchange(x25519_public(raw or b""))
    except ValueError:
        raise NodeUntrusted("the key that mesh.yaml names for the other node is none", remedy="see `nodes` in mesh.yaml") from None
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_USE + context).derive(shared)


def x25519_private(key: Ed25519PrivateKey) -> X25519PrivateKey:
    """Return the same secret number on the other curve (RFC 8032, section 5.1.5)."""
    return X25519PrivateKey.from_private_bytes(hashlib.sha512(key.private_bytes_raw()).digest()[:32])


def x25519_public(raw: bytes) -> X25519PublicKey:
    """Return the same point on the other curve: u = (1 + y) / (1 - y).

    Raises:
        ValueError: `raw` is not 32 bytes, or a point that has no other.
    """
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if len(raw) != 32 or y >= _PRIME:
        raise ValueError(len(raw))
    return X25519PublicKey.from_public_bytes(((1 + y) * pow(1 - y, -1, _PRIME) % _PRIME).to_bytes(32, "little"))
