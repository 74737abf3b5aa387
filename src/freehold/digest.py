"""Digests of values: canonical JSON (RFC 8785 order, no white space) under SHA-256, keyed where a literal must not be guessed."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order="deterministic")


def canonical(value: Any) -> bytes:
    """Return `value` as JSON whose bytes depend only on the value: members sorted, no white space, UTF-8."""
    return _ENCODER.encode(value)


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of `value`, in hex (64 characters)."""
    return hashlib.sha256(canonical(value)).hexdigest()


def digest_bytes(data: bytes) -> str:
    """Return the SHA-256 of `data`, in hex (64 characters)."""
    return hashlib.sha256(data).hexdigest()


def keyed_digest(key: bytes, data: bytes) -> str:
    """Return HMAC-SHA-256 (RFC 2104) of `data` under `key`, in hex: guessing a low-entropy literal needs the key."""
    return hmac.new(key, data, hashlib.sha256).hexdigest()
