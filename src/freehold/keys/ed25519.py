"""Ed25519 keys as PEM files (RFC 8410): made where they are missing, refused where they are anything else."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from freehold.errors import SettingInvalid
from freehold.keys.files import create_private, read_private, replace_private


def load(path: Path) -> Ed25519PrivateKey:
    """Return the key in a file, made where there is none.

    Raises:
        SettingInvalid: The file holds something else, or others may read it.
        OSError: It cannot be read or written.
    """
    if not path.exists():
        create_private(path, _new())
    try:
        key = serialization.load_pem_private_key(read_private(path), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingInvalid(f"`{path}` is not an Ed25519 key in PEM", remedy="restore it from a backup")
    return key


def replace(path: Path) -> None:
    """Put a new key in place of the one in a file.

    Raises:
        OSError: It cannot be written.
    """
    replace_private(path, _new())


def _new() -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return Ed25519PrivateKey.generate().private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
