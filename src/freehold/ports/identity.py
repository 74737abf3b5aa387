"""Who is asking, from a signed token and nothing else (law 4)."""

from __future__ import annotations

from typing import Protocol

from freehold.model.party import Principal


class Identity(Protocol):
    """A judge of bearer tokens. Both methods may be called from any thread."""

    def recall(self, token: str) -> Principal | None:
        """Return the principal of a token that was verified before and is still valid, without any I/O; else None."""
        ...

    def authenticate(self, token: str) -> Principal:
        """Verify a token and return its principal; may fetch keys from the issuer.

        Raises:
            TokenInvalid, TokenExpired: The token cannot be believed.
            IssuerUnreachable: The issuer's keys cannot be fetched.
        """
        ...
