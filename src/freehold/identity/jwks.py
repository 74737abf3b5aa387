"""The public keys of an issuer (RFC 7517): fetched by discovery, fetched again when an unknown key signs, never too often.

Only asymmetric signing keys of a sound size are believed; keys that could not be refreshed in time are forgotten.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from freehold.errors import IssuerUnreachable, SettingInvalid
from freehold.model.party import Issuer

PublicKey = RSAKey | ECKey | OKPKey

REFRESH = 600.0
DEADLINE = 3_600.0
PAUSE = 5.0
DOCUMENT_LIMIT = 1 << 20
RSA_BITS = 2048
_KINDS: dict[str, tuple[str, str | None]] = {
    **{f"{family}{bits}": ("RSA", None) for family in ("RS", "PS") for bits in (256, 384, 512)},
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
    "Ed25519": ("OKP", "Ed25519"),
}
ASYMMETRIC = frozenset(_KINDS)


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key, its id, and the one algorithm it is for where the issuer says so."""

    kid: str | None
    kind: tuple[str, str | None]
    algorithm: str | None
    key: PublicKey

    def fits(self, kid: str | None, algorithm: str) -> bool:
        """Return whether a token that names `kid` and `algorithm` may have been signed by this key."""
        return (kid is None or kid == self.kid) and self.kind == _KINDS[algorithm] and self.algorithm in {None, algorithm}


class KeySource(Protocol):
    """Where the keys of one issuer come from."""

    def find(self, kid: str | None, algorithm: str) -> tuple[VerifyingKey, ...]:
        """Return the keys that may have signed such a token.

        Raises:
            IssuerUnreachable: The keys are not known and cannot be fetched.
        """
        ...


class HeldKeys:
    """Keys that are here already."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Hold the keys of a JWKS document."""
        self._keys = read_keys(document)

    def find(self, kid: str | None, algorithm: str) -> tuple[VerifyingKey, ...]:
        """Return the keys that may have signed such a token."""
        return tuple(key for key in self._keys if key.fits(kid, algorithm))


class FetchedKeys:
    """Keys fetched over HTTP, and fetched again after ten minutes or when an unknown key signs."""

    def __init__(self, issuer: Issuer, client: httpx.Client, monotonic: Callable[[], float], pause: float = PAUSE) -> None:
        """Fetch from `issuer`; two fetches are at least `pause` seconds apart."""
        self._issuer, self._client, self._monotonic, self._pause = issuer, client, monotonic, pause
        self._lock = threading.Lock()
        self._keys: tuple[VerifyingKey, ...] = ()
        self._fetched: float | None = None
        self._tried: float | None = None

    def find(self, kid: str | None, algorithm: str) -> tuple[VerifyingKey, ...]:
        """Return the keys that may have signed such a token, looking at the issuer where none is known.

        Raises:
            IssuerUnreachable: The keys cannot be fetched.
        """
        with self._lock:
            now = self._monotonic()
            if self._fetched is None or now - self._fetched > REFRESH:
                self._refresh(now)
            found = self._select(kid, algorithm)
            if not found and self._may_try(now):
                self._fetch(now)
                found = self._select(kid, algorithm)
            return found

    def _select(self, kid: str | None, algorithm: str) -> tuple[VerifyingKey, ...]:
        return tuple(key for key in self._keys if key.fits(kid, algorithm))

    def _may_try(self, now: float) -> bool:
        return self._tried is None or now - self._tried >= self._pause

    def _refresh(self, now: float) -> None:
        """Fetch, and go on with the keys of before for as long as `DEADLINE` allows where the issuer is away."""
        usable = self._fetched is not None and now - self._fetched <= DEADLINE
        if not self._may_try(now):
            if usable:
                return
            raise IssuerUnreachable("the identity provider did not answer a moment ago", retryAfter=self._pause)
        try:
            self._fetch(now)
        except IssuerUnreachable:
            if not usable:
                raise

    def _fetch(self, now: float) -> None:
        self._tried = now
        self._keys = read_keys(fetch_document(self._client, self._jwks_address()))
        self._fetched = now

    def _jwks_address(self) -> str:
        if self._issuer.jwks_uri is not None:
            return self._issuer.jwks_uri
        found = fetch_document(self._client, self._issuer.issuer.rstrip("/") + "/.well-known/openid-configuration")
        address = found.get("jwks_uri")
        if found.get("issuer") != self._issuer.issuer or not isinstance(address, str):
            raise IssuerUnreachable(
                "the identity provider's discovery document names another issuer, or no keys",
                remedy="compare `issuer` in mesh.yaml with the provider's own, character by character",
            )
        return address


def check_address(address: str) -> None:
    """Check that keys may be fetched from an address: https, or http on this machine alone.

    Raises:
        SettingInvalid: They may not.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host))):
        raise SettingInvalid(f"the issuer address `{address}` is not https", remedy="use an https address of the identity provider")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def fetch_document(client: httpx.Client, address: str) -> dict[str, Any]:
    """Return the JSON object at an address; redirects are not followed and at most 1 MiB is read.

    Raises:
        IssuerUnreachable: There is none.
    """
    try:
        check_address(address)
        with client.stream("GET", address, headers={"accept": "application/json"}, follow_redirects=False) as answer:
            answer.raise_for_status()
            body = bytearray()
            for part in answer.iter_bytes():
                body += part
                if len(body) > DOCUMENT_LIMIT:
                    raise IssuerUnreachable("the identity provider's document is too large")
            return msgspec.json.decode(body, type=dict[str, Any])
    except (httpx.HTTPError, httpx.InvalidURL, msgspec.DecodeError, UnicodeError, SettingInvalid) as error:
        raise IssuerUnreachable("the keys of the identity provider cannot be fetched", remedy="try again shortly") from error


def read_keys(document: dict[str, Any]) -> tuple[VerifyingKey, ...]:
    """Return the believable keys of a JWKS document; a key that is secret, private, weak or not for signing is left out."""
    listed = document.get("keys")
    found = (_read_key(item) for item in listed if isinstance(item, dict)) if isinstance(listed, list) else ()
    return tuple(key for key in found if key is not None)


def _read_key(item: dict[str, Any]) -> VerifyingKey | None:
    operations = item.get("key_ops")
    if item.get("use", "sig") != "sig" or "d" in item or (isinstance(operations, list) and "verify" not in operations):
        return None
    kid, algorithm = item.get("kid"), item.get("alg")
    try:
        key, kind = _import(item)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if kind is None:
        return None
    return VerifyingKey(
        kid=kid if isinstance(kid, str) else None,
        kind=kind,
        algorithm=algorithm if isinstance(algorithm, str) else None,
        key=key,
    )


def _import(item: dict[str, Any]) -> tuple[PublicKey, tuple[str, str | None] | None]:
    kind = (str(item["kty"]), str(item["crv"]) if "crv" in item else None)
    if kind not in _KINDS.values():
        raise ValueError
    if kind[0] == "EC":
        return ECKey.import_key(item), kind
    if kind[0] == "OKP":
        return OKPKey.import_key(item), kind
    if len(str(item["n"])) * 6 < RSA_BITS:
        raise ValueError
    return RSAKey.import_key(item), kind
