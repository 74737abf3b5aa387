"""One node's keys in a folder: an Ed25519 key that signs, and a root secret from which every keyed digest derives.

The folder is 0700 and the files 0600. A key that others may read is not used; a secret that went missing is never made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from freehold.errors import SettingInvalid, StoreFailed
from freehold.keys import ed25519
from freehold.keys.files import create_private, read_private

KEY_FILE = "ledger.pem"
SECRET_FILE = "root.secret"  # noqa: S105  (a file's name)
SECRET_BYTES = 32


class LocalKeys:
    """The keys of one node, in files. All methods may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        """Load the keys of `folder`, or make them where it holds none.

        Raises:
            SettingInvalid: A file is missing, unreadable for us or readable for others.
            StoreFailed: The folder cannot be written.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._secret = _secret(folder)
            self._key = ed25519.load(folder / KEY_FILE)
        except OSError as error:
            raise StoreFailed(
                f"the keys in `{folder}` cannot be used", remedy="give this user the right to read and write the folder"
            ) from error
        self._public = self._key.public_key().public_bytes_raw()
        self._derived: dict[str, bytes] = {}

    def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature (RFC 8032; 64 bytes) of `data`."""
        return self._key.sign(data)

    def public_key(self) -> bytes:
        """Return the Ed25519 public key (32 bytes)."""
        return self._public

    def mac(self, label: str, data: bytes) -> bytes:
        """Return a 32-byte HMAC-SHA-256 of `data` under a key derived (HKDF, RFC 5869) from the root secret for `label` alone."""
        key = self._derived.get(label)
        if key is None:
            key = self._derived.setdefault(label, _derive(self._secret, label))
        return hmac.digest(key, data, hashlib.sha256)

    def __repr__(self) -> str:
        return "LocalKeys(…)"


def _derive(secret: bytes, label: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"freehold mac " + label.encode()).derive(secret)


def _secret(folder: Path) -> bytes:
    path = folder / SECRET_FILE
    if not path.exists():
        if (folder / KEY_FILE).exists():
            raise SettingInvalid(
                f"`{path}` is missing beside `{KEY_FILE}`",
                remedy="restore it from a backup; to begin anew without the old callers' names, move the whole folder away",
            )
        create_private(path, secrets.token_hex(SECRET_BYTES).encode() + b"\n")
    with contextlib.suppress(ValueError):
        secret = bytes.fromhex(read_private(path).decode())
        if len(secret) == SECRET_BYTES:
            return secret
    raise SettingInvalid(f"`{path}` is not a root secret", remedy="restore it from a backup")
