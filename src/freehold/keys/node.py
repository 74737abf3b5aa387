"""The key by which a node shows other nodes who it is, in a file; apart from the ledger's, so that it can be replaced alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import OKPKey

from freehold.errors import StoreFailed
from freehold.keys import agreement, ed25519
from freehold.model.peer import write_public_key

KEY_FILE = "node.pem"
ALGORITHM = "Ed25519"


class LocalNodeKey:
    """A `ports.keys.NodeKey` in a folder that only its owner can read."""

    def __init__(self, folder: Path) -> None:
        """Load the key of `folder`, made where it is missing.

        Raises:
            SettingInvalid: The file is no Ed25519 key, or others may read it.
            StoreFailed: The folder cannot be used.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            key: Ed25519PrivateKey = ed25519.load(folder / KEY_FILE)
        except OSError as error:
            raise _failed(folder) from error
        self._public = write_public_key(key.public_key().public_bytes_raw())
        self._private = key
        self._key = OKPKey.import_key(key)

    def sign_statement(self, kind: str, claims: Mapping[str, Any]) -> str:
        """Return claims as a compact JWS (RFC 7515) whose `typ` is `kind`."""
        return jwt.encode({"alg": ALGORITHM, "typ": kind}, dict(claims), self._key, algorithms=[ALGORITHM])

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature (RFC 8032) of a message, which must not be able to pass for a statement."""
        return self._private.sign(message)

    def public_key(self) -> str:
        """Return the public key as manifests write it."""
        return self._public

    def agree(self, other: str, context: bytes) -> bytes:
        """Return what this node and that with the public key `other` alone know for `context`; see `ports.keys.NodeKey.agree`."""
        return agreement.agree(self._private, other, context)

    def __repr__(self) -> str:
        return f"LocalNodeKey({self._public})"


def replace_node_key(folder: Path) -> LocalNodeKey:
    """Put a new key in place of the one in `folder`, which is gone then.

    Raises:
        StoreFailed: The folder cannot be used.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ed25519.replace(folder / KEY_FILE)
    except OSError as error:
        raise _failed(folder) from error
    return LocalNodeKey(folder)


def _failed(folder: Path) -> StoreFailed:
    return StoreFailed(f"the keys in `{folder}` cannot be used", remedy="give this user the right to read and write the folder")
