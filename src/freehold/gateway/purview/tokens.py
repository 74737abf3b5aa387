"""Where a client carries its token: as a bearer, or, from clients that know only Basic, in place of the password."""

from __future__ import annotations

import base64
import binascii

from freehold.errors import TokenInvalid


def basic(authorization: bytes | None) -> str | None:
    """Return the token that stands for the password of an `Authorization: Basic` header, or None where it is of another scheme.

    Raises:
        TokenInvalid: The header cannot be read.
    """
    scheme, _, given = (authorization or b"").strip().partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        _, colon, token = base64.b64decode(given.strip(), validate=True).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        raise TokenInvalid("the `Authorization: Basic` header cannot be read", remedy="send a token as the password") from None
    if not colon or not token:
        raise TokenInvalid("the `Authorization: Basic` header holds no password", remedy="send a token as the password")
    return token
