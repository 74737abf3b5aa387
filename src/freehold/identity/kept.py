"""Tokens that are kept until shortly before they end, and got once however many threads wait for one."""

from __future__ import annotations

import threading
from typing import Protocol

from freehold.errors import FreeholdError, SignInRefused, SignInUnreachable
from freehold.ports.clock import Clock
from freehold.ports.tokens import Token, TokenSource

EARLY = 240.0
"""How long before its end a newer token is asked for, in seconds."""

PAUSE = 30.0
"""How long is waited between two tries to renew a token that still holds, in seconds."""


class SignIn(TokenSource, Protocol):
    """A source that gets each token anew, over connections of its own."""

    def close(self) -> None:
        """End the connections."""
        ...


class KeptTokens:
    """A `ports.TokenSource` over one that gets each token anew."""

    def __init__(self, sign_in: SignIn, clock: Clock) -> None:
        """Get tokens from `sign_in`, one at a time."""
        self._sign_in, self._clock = sign_in, clock
        self._lock = threading.Lock()
        self._held: dict[str, Token] = {}
        self._again: dict[str, float] = {}
        self._failed: dict[str, FreeholdError] = {}

    def token(self, scope: str) -> Token:
        """Return a token for a scope; one that still holds is given where no newer one is to be had, or is being got.

        Raises:
            SignInRefused, SignInUnreachable: As the source, which is asked once for all who wait.
        """
        held, failed = self._held.get(scope), self._failed.get(scope)
        if held is not None and self._left(held) > EARLY:
            return held
        if held is not None and self._left(held) > 0:
            return self._newer(scope, held)
        with self._lock:
            held, failure = self._held.get(scope), self._failed.get(scope)
            if held is not None and self._left(held) > 0:
                return held
            if failure is not None and failure is not failed:
                raise failure
            return self._renew(scope)

    def _newer(self, scope: str, held: Token) -> Token:
        """Return a newer token than one that still holds, where somebody else is not asking for one and it is time to ask again."""
        if not self._lock.acquire(blocking=False):
            return held
        try:
            held = self._held.get(scope, held)
            if self._left(held) > EARLY or self._clock.monotonic() < self._again.get(scope, 0.0):
                return held
            self._again[scope] = self._clock.monotonic() + PAUSE
            return self._renew(scope)
        except (SignInRefused, SignInUnreachable):
            return held
        finally:
            self._lock.release()

    def close(self) -> None:
        """Forget the tokens, and end the connections of the source."""
        with self._lock:
            self._held.clear()
            self._sign_in.close()

    def _left(self, token: Token) -> float:
        return token.expires_at - self._clock.now().timestamp()

    def _renew(self, scope: str) -> Token:
        try:
            found = self._held[scope] = self._sign_in.token(scope)
        except (SignInRefused, SignInUnreachable) as failure:
            self._failed[scope] = failure
            raise
        self._failed.pop(scope, None)
        return found
