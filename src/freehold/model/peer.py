"""What nodes say to each other: who they are, whose request they carry, and which of their versions work together."""

from __future__ import annotations

import base64
import binascii
import enum

import msgspec

from freehold.digest import digest, digest_bytes

KEY_PREFIX = "ed25519:"
KEY_BYTES = 32
LIFE = 30
"""How long a request token lives, in seconds."""

SKEW = 30
"""By how much the clocks of two nodes may differ, in seconds."""


class Statement(enum.StrEnum):
    """What a node signs for other nodes, each under a type of its own, so that none can stand for another."""

    REQUEST = "freehold-request+jwt"
    INTRODUCTION = "freehold-introduction+jwt"
    CATALOG = "freehold-catalog+jwt"


class Carrier(msgspec.Struct, frozen=True, kw_only=True):
    """The node that brings somebody's question to its home: the answer goes into its region too."""

    node: str
    region: str


class Forwarded(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it is carried to another node, unchanged: everything in it that has a meaning there."""

    method: str
    path: str
    query: str = ""
    authorization: str = ""
    accept: str = ""
    purpose: str = ""
    match: str = ""
    body: bytes = b""
    id: str = ""

    @property
    def target(self) -> str:
        """The path with its query string."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def digest(self) -> str:
        """Return what binds a request token to this request and no other: all of it but its name in the log."""
        secret = digest_bytes(self.authorization.encode())
        return digest([self.method, self.target, secret, self.accept, self.purpose, self.match, digest_bytes(self.body)])


class Introduction(msgspec.Struct, frozen=True, kw_only=True):
    """What a node says of itself: its version, which start of it this is (`run`), and the mesh that it judges by."""

    node: str
    region: str
    version: str
    run: str
    mesh: str = ""
    mesh_version: int = 0


def write_public_key(raw: bytes) -> str:
    """Return an Ed25519 public key as manifests write it."""
    return KEY_PREFIX + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_public_key(text: str) -> bytes | None:
    """Return the 32 bytes of a public key in a manifest, or None where it is not one.

    >>> read_public_key(write_public_key(bytes(32))) == bytes(32)
    True
    """
    encoded = text.removeprefix(KEY_PREFIX)
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == KEY_BYTES and write_public_key(raw) == text else None


def work_together(one: str, other: str) -> bool:
    """Return whether two versions of Freehold speak to each other: one minor version apart at most.

    >>> work_together("0.1.0", "0.2.7"), work_together("0.1.0", "0.3.0"), work_together("0.1.0", "1.1.0")
    (True, False, False)
    """
    ours, theirs = _version(one), _version(other)
    return ours is not None and theirs is not None and ours[0] == theirs[0] and abs(ours[1] - theirs[1]) <= 1


def _version(text: str) -> tuple[int, int] | None:
    major, _, rest = text.partition(".")
    minor = rest.partition(".")[0]
    return (int(major), int(minor)) if _is_number(major) and _is_number(minor) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 6
