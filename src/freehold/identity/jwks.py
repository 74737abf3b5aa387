"""The public keys of an issuer (RFC 7517): fetched by discovery, fetched again when an unknown key signs, never too often.

Only asymmetric signing keys of a sound size are believed; keys that could not be refreshed in time are forgotten.
"""

from __future__ import annotations

import ipaddress
import threading
from base64 import urlsafe_b64decode
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
WAIT = 5.0
"""For how long an issuer is waited for, in seconds, whatever of its documents came by then."""

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
    """A public key, its id, and the one algorithm and the one issuer it is for where its entry says so."""

    kid: str | None
    kind: tuple[str, str | None]
    algorithm: str | None
    key: PublicKey
    issuer: str | None = None

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

    def fresh(self) -> float:
        """Return for how many seconds more the keys are not looked at anew."""
        ...


class HeldKeys:
    """Keys that are here already."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Hold the keys of a JWKS document."""
        self._keys = read_keys(document)

    def find(self, kid: str | None, algorithm: str) -> tuple[VerifyingKey, ...]:
        """Return the keys that may have signed such a token."""
        return tuple(key for key in self._keys if key.fits(kid, algorithm))

    def fresh(self) -> float:
        """Return as long as fetched keys are fresh: these do not change."""
        return REFRESH


@dataclass(frozen=True, slots=True)
class _Fetched:
    keys: tuple[VerifyingKey, ...]
    at: float


class FetchedKeys:
    """Keys fetched over HTTP, and fetched again after ten minutes or when an unknown key signs.

    One thread fetches. Whoever has keys that still hold waits for nobody meanwhile.
    """

    def __init__(self, issuer: Issuer, client: httpx.Client, monotonic: Callable[[], float], pause: float = PAUSE) -> None:
        """Fetch from `issuer`; two fetches are at least `pause` seconds apart."""
        self._issuer, self._client, self._monotonic, self._pause = issuer, client, monotonic, pause
        self._lock = threading.Lock()
        self._held: _Fetched | None = None
        self._tried: float | None = None

    def find(self, kid: str | None, algorithm: str) -> tuple[VerifyingKey, ...]:
        """Return the keys that may have signed such a token, looking at the issuer where none is known.

        Raises:
            IssuerUnreachable: The keys cannot be fetched.
        """
        usable = self._select(kid, algorithm, DEADLINE)
        if usable and self.fresh() > 0:
            return usable
        if not self._lock.acquire(blocking=not usable):
            return usable
        try:
            return self._look(kid, algorithm)
        except IssuerUnreachable:
            if not usable:
                raise
            return usable
        finally:
            self._lock.release()

    def fresh(self) -> float:
        """Return for how many seconds more the keys are not looked at anew."""
        held = self._held
        return max(held.at + REFRESH - self._monotonic(), 0.0) if held is not None else 0.0

    def _look(self, kid: str | None, algorithm: str) -> tuple[VerifyingKey, ...]:
        """Return what is known by now, or else what the issuer says where it was not asked a moment ago."""
        found = self._select(kid, algorithm, REFRESH)
        if found:
            return found
        if self._tried is None or self._monotonic() - self._tried >= self._pause:
            self._fetch()
        elif self._held is None or self._monotonic() - self._held.at > DEADLINE:
            raise IssuerUnreachable("the identity provider did not answer a moment ago", retryAfter=self._pause)
        return self._select(kid, algorithm, DEADLINE)

    def _select(self, kid: str | None, algorithm: str, age: float) -> tuple[VerifyingKey, ...]:
        """Return the fitting keys, where they were fetched not more than `age` seconds ago."""
        held = self._held
        if held is None or self._monotonic() - held.at > age:
            return ()
        return tuple(key for key in held.keys if key.fits(kid, algorithm))

    def _fetch(self) -> None:
        """Fetch the keys, and count the pause from the end: who waited for a try that failed does not try once more."""
        began = self._monotonic()
        try:
            keys = read_keys(self._document(self._jwks_address(began), began))
            self._held = _Fetched(keys, began)
        finally:
            self._tried = self._monotonic()

    def _document(self, address: str, began: float) -> dict[str, Any]:
        return fetch_document(self._client, address, lambda: began + WAIT - self._monotonic())

    def _jwks_address(self, began: float) -> str:
        if self._issuer.jwks_uri is not None:
            return self._issuer.jwks_uri
        found = self._document(self._issuer.issuer.rstrip("/") + "/.well-known/openid-configuration", began)
        address = found.get("jwks_uri")
        if found.get("issuer") != self._issuer.issuer or not isinstance(address, str):
            raise IssuerUnreachable(
                "the identity provider's discovery document names another issuer, or no keys",
                remedy="compare `issuer` in mesh.yaml with the provider's own, character by character",
            )
        if self._issuer.issuer.startswith("https:") and not address.startswith("https:"):
            raise IssuerUnreachable("the identity provider's discovery document names keys that are not at an https address")
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


def fetch_document(client: httpx.Client, address: str, left: Callable[[], float]) -> dict[str, Any]:
    """Return the JSON object at an address; redirects are not followed and at most 1 MiB is read, while seconds are `left`.

    Raises:
        IssuerUnreachable: There is none.
    """
    try:
        check_address(address)
        seconds = max(left(), 0.001)
        asked = client.stream("GET", address, headers={"accept": "application/json"}, follow_redirects=False, timeout=seconds)
        with asked as answer:
            answer.raise_for_status()
            body = bytearray()
            for part in answer.iter_bytes():
                body += part
                if len(body) > DOCUMENT_LIMIT:
                    raise IssuerUnreachable("the identity provider's document is too large")
                if left() <= 0:
                    raise IssuerUnreachable("the identity provider answers too slowly", remedy="try again shortly")
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
    kid, algorithm, issuer = item.get("kid"), item.get("alg"), item.get("issuer")
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
        issuer=None if issuer is None else str(issuer),
    )


def _import(item: dict[str, Any]) -> tuple[PublicKey, tuple[str, str | None] | None]:
    kind = (str(item["kty"]), str(item["crv"]) if "crv" in item else None)
    if kind not in _KINDS.values():
        raise ValueError
    if kind[0] == "EC":
        return ECKey.import_key(item), kind
    if kind[0] == "OKP":
        return OKPKey.import_key(item), kind
    if int.from_bytes(urlsafe_b64decode(str(item["n"]) + "==")).bit_length() < RSA_BITS:
        raise ValueError
    return RSAKey.import_key(item), kind
