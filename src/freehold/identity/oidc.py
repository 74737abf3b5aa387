"""The judge of bearer tokens from OpenID providers (RFC 7519, RFC 8725, RFC 9068).

A token is believed only when a pinned asymmetric algorithm, a key of its own issuer, its audience and its times all hold;
what is refused says which of these failed and nothing about keys.
"""

from __future__ import annotations

import hashlib
import re
import ssl
import threading
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from freehold.errors import TokenInvalid
from freehold.identity.claims import check_times, is_for, read_principal
from freehold.identity.entra import read_member, signs_for
from freehold.identity.jwks import ASYMMETRIC, PAUSE, FetchedKeys, HeldKeys, KeySource, VerifyingKey, check_address
from freehold.model.party import Issuer, Principal
from freehold.ports.clock import Clock

TOKEN_LIMIT = 16_384
"""Entra ID writes up to 200 groups into a token, which makes it 12,000 characters long."""

REMEMBERED = 10_000
_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_NEW = "ask the identity provider for a new token"


@dataclass(frozen=True, slots=True)
class _Remembered:
    principal: Principal
    until: float


@dataclass(frozen=True, slots=True)
class _Unverified:
    """A token taken apart and not yet believed."""

    algorithm: str
    kid: str | None
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


class OpenIdIdentity:
    """A `ports.Identity` over several issuers."""

    def __init__(
        self,
        issuers: Iterable[Issuer],
        *,
        clock: Clock,
        client: httpx.Client | None = None,
        held: Mapping[str, dict[str, Any]] | None = None,
        pause: float = PAUSE,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Believe `issuers`; `held` gives the JWKS of issuers that are not fetched, `pause` the seconds between two fetches.

        `tls` says whose certificates are believed where no `client` is given; by default the system's.

        Raises:
            SettingInvalid: An issuer is neither https nor on this machine.
        """
        self._clock = clock
        verify = True if tls is None else tls
        self._own = httpx.Client(timeout=5.0, trust_env=False, verify=verify) if client is None else None
        self._issuers = tuple(issuers)
        sources: dict[str, KeySource] = {}
        for item in self._issuers:
            address = item.jwks_uri or item.issuer
            if address not in sources:
                sources[address] = self._source(item, client or self._own, held or {}, pause)
        self._keys = {item: sources[item.jwks_uri or item.issuer] for item in self._issuers}
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, _Remembered] = OrderedDict()

    def _source(self, issuer: Issuer, client: httpx.Client | None, held: Mapping[str, dict[str, Any]], pause: float) -> KeySource:
        if issuer.issuer in held:
            return HeldKeys(held[issuer.issuer])
        check_address(issuer.jwks_uri or issuer.issuer)
        assert client is not None  # noqa: S101  (one was given or made)
        return FetchedKeys(issuer, client, self._clock.monotonic, pause)

    def recall(self, token: str) -> Principal | None:
        """Return the principal of a token verified under keys that are still fresh, and still valid, without any I/O; else None."""
        known = self._known.get(hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest())
        if known is None or self._clock.now().timestamp() >= known.until:
            return None
        return known.principal

    def authenticate(self, token: str) -> Principal:
        """Verify a token and return its principal; may fetch keys from the issuer.

        Raises:
            TokenInvalid: Malformed, too long, unknown issuer or key, unpinned algorithm, bad signature, other audience, no subject.
            TokenExpired: It has ended, or does not hold yet.
            GroupsMissing, MembershipAmbiguous: It does not say which one domain its holder is a member of.
            IssuerUnreachable: The issuer's keys cannot be fetched.
        """
        parts = _take_apart(token)
        issuer = self._believed(parts)
        if not any(_verifies(parts, key) for key in self._signers(parts, issuer)):
            raise TokenInvalid("the token's signature does not hold", remedy=_NEW)
        now = self._clock.now().timestamp()
        ends = check_times(parts.claims, issuer.leeway, now)
        principal = _principal(parts.claims, issuer, ends)
        self._remember(token, _Remembered(principal, min(ends + issuer.leeway, now + self._keys[issuer].fresh())))
        return principal

    def close(self) -> None:
        """Close the connections to the issuers."""
        if self._own is not None:
            self._own.close()

    def _signers(self, parts: _Unverified, issuer: Issuer) -> Iterator[VerifyingKey]:
        """Yield the keys that may have signed a token; those of a tenant are told by their id, and sign for no other tenant."""
        tenant = issuer.tenant
        if tenant is not None and parts.kid is None:
            return
        for key in self._keys[issuer].find(parts.kid, parts.algorithm):
            if tenant is None or signs_for(key.issuer, tenant):
                yield key

    def _believed(self, parts: _Unverified) -> Issuer:
        """Return which of the issuers this token claims to be of; the signature is still to be verified."""
        named = [item for item in self._issuers if item.issuer == parts.claims.get("iss")]
        if not named:
            raise TokenInvalid("the token's issuer is not one this mesh believes", remedy="see `identity.issuers` in mesh.yaml")
        meant = [item for item in named if is_for(parts.claims, item.audience)]
        if not meant:
            raise TokenInvalid("the token was made for another audience", remedy="ask for a token for this mesh's audience")
        for item in meant:
            if parts.algorithm in item.algorithms:
                return item
        raise TokenInvalid("the token's algorithm is not one pinned for its issuer", remedy=_NEW)

    def _remember(self, token: str, known: _Remembered) -> None:
        with self._lock:
            self._known[hashlib.sha256(token.encode()).digest()] = known
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def _principal(claims: dict[str, Any], issuer: Issuer, ends: float) -> Principal:
    if issuer.tenant is not None:
        return read_member(claims, issuer, issuer.tenant, ends)
    return read_principal(claims, issuer, ends)


def _take_apart(token: str) -> _Unverified:
    """Return the parts of a compact JWS (RFC 7515 §7.1) whose header asks for nothing unusual."""
    if len(token) > TOKEN_LIMIT:
        raise TokenInvalid(f"the token is longer than {TOKEN_LIMIT:,} characters", remedy="ask for a token with fewer claims")
    pieces = token.split(".")
    if len(pieces) != 3 or not all(_BASE64URL.fullmatch(piece) for piece in pieces):
        raise TokenInvalid("the token is not a signed JWT", remedy="send `Authorization: Bearer <JWT access token>`")
    try:
        header: dict[str, Any] = msgspec.json.decode(_decode(pieces[0]), type=dict[str, Any])
        claims: dict[str, Any] = msgspec.json.decode(_decode(pieces[1]), type=dict[str, Any])
        signature = _decode(pieces[2])
    except (ValueError, RecursionError, msgspec.DecodeError) as error:
        raise TokenInvalid("the token is not a signed JWT", remedy="send `Authorization: Bearer <JWT access token>`") from error
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ASYMMETRIC:
        raise TokenInvalid("the token's algorithm is not one pinned for its issuer", remedy=_NEW)
    typ = header.get("typ", "JWT")
    if not isinstance(typ, str) or typ.casefold() not in _TYPES or "crit" in header or not isinstance(kid, str | None):
        raise TokenInvalid("the token's header is not that of an access token", remedy=_NEW)
    if "nonce" in header:
        raise TokenInvalid("the token was made for Microsoft Graph", remedy="ask for a token for this mesh's application")
    return _Unverified(algorithm, kid, claims, f"{pieces[0]}.{pieces[1]}".encode(), signature)


def _decode(piece: str) -> bytes:
    return urlsafe_b64decode(piece + "=" * (-len(piece) % 4))


def _verifies(parts: _Unverified, found: VerifyingKey) -> bool:
    name = "Ed25519" if parts.algorithm == "EdDSA" else parts.algorithm
    try:
        return JWSRegistry.algorithms[name].verify(parts.signed, parts.signature, found.key)
    except (JoseError, ValueError, TypeError):
        return False
