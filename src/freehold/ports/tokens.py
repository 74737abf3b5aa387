"""Who gives this node tokens for services of a cloud, in its own name."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Token(msgspec.Struct, frozen=True):
    """An access token, which nothing shows, and when it ends, in seconds since 1970 (UTC)."""

    value: str
    expires_at: float

    def __repr__(self) -> str:
        """Show when it ends, never the token."""
        return f"Token(expires_at={self.expires_at!r})"


class TokenSource(Protocol):
    """Gives tokens, each for one scope. May be asked from any thread, and each time that a token is needed."""

    def token(self, scope: str) -> Token:
        """Return a token for a scope (`https://storage.azure.com/.default`) that is valid now.

        Raises:
            SignInRefused: None is given.
            SignInUnreachable: Whoever gives them cannot be reached.
        """
        ...
