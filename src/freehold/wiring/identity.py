"""The judge of tokens that follows the mesh in force: an `apply` that changes the issuers changes whom the node believes."""

from __future__ import annotations

import msgspec

from freehold.identity.development import AUDIENCE, DevelopmentIssuer
from freehold.identity.oidc import OpenIdIdentity
from freehold.model.party import Issuer, Principal
from freehold.model.place import Mode
from freehold.peers.tls import believing_also
from freehold.ports.clock import Clock
from freehold.ports.identity import Identity
from freehold.services.force import InForce
from freehold.wiring.settings import Settings


class FollowingIdentity:
    """A `ports.Identity` over the issuers in force, and the development issuer in development mode alone."""

    def __init__(self, in_force: InForce, settings: Settings, clock: Clock) -> None:
        """Follow `in_force`; the development issuer is not even loaded in production."""
        self._in_force = in_force
        self._clock = clock
        self._settings = settings
        self._held: tuple[tuple[Issuer, ...], Identity] | None = None

    def recall(self, token: str) -> Principal | None:
        """Return the principal of a token that was verified before under the issuers in force, without any I/O."""
        return self._identity().recall(token)

    def authenticate(self, token: str) -> Principal:
        """Verify a token against the issuers in force.

        Raises:
            TokenInvalid, TokenExpired, IssuerUnreachable: As `ports.Identity`.
        """
        return self._identity().authenticate(token)

    def close(self) -> None:
        """End the connections to the issuers."""
        close = getattr(self._held[1], "close", None) if self._held else None
        if close is not None:
            close()

    def _identity(self) -> Identity:
        issuers, held = self._in_force.current().mesh.issuers, self._held
        if held is not None and held[0] == issuers:
            return held[1]
        made = self._make(issuers)
        self._held = (issuers, made)
        return made

    def _make(self, issuers: tuple[Issuer, ...]) -> Identity:
        return self._believe(issuers, AUDIENCE)

    def _believe(self, issuers: tuple[Issuer, ...], audience: str) -> Identity:
        """Return a judge of the issuers, whose certificates are those of the system's authorities and of the one that is named."""
        tls = believing_also(self._settings.authority) if self._settings.authority is not None else None
        if self._settings.mode is Mode.PRODUCTION:
            return OpenIdIdentity(issuers, clock=self._clock, tls=tls)
        return open_development_issuer(self._settings, self._clock, audience).identity(issuers, tls)


class AudienceIdentity(FollowingIdentity):
    """The same judge for tokens of another audience than the mesh's own: the issuers in force, held to it."""

    def __init__(self, in_force: InForce, settings: Settings, clock: Clock, audience: str) -> None:
        """Follow `in_force`; a slash behind the audience makes no difference, as Entra's tokens have it or not."""
        super().__init__(in_force, settings, clock)
        self._audiences = (audience.rstrip("/"), audience.rstrip("/") + "/")

    def _make(self, issuers: tuple[Issuer, ...]) -> Identity:
        held = (msgspec.structs.replace(item, audience=audience) for item in issuers for audience in self._audiences)
        return self._believe(tuple(dict.fromkeys(held)), self._audiences[0])


def open_development_issuer(settings: Settings, clock: Clock, audience: str = AUDIENCE) -> DevelopmentIssuer:
    """Return the development issuer of a mesh folder, for tokens of an audience.

    Raises:
        SettingInvalid: The mode is not development.
    """
    return DevelopmentIssuer(settings.development_keys, mode=settings.mode, clock=clock, audience=audience)
