"""The built-in issuer of development mode: whoever can read its key file can be anybody, so nothing else may start it.

A production node neither loads it nor believes it.
"""

from __future__ import annotations

import os
import secrets
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from freehold.errors import SettingInvalid, StoreFailed
from freehold.identity.oidc import OpenIdIdentity
from freehold.model.party import Issuer
from freehold.model.place import Mode
from freehold.ports.clock import Clock

ISSUER = "urn:freehold:development"
AUDIENCE = "freehold"
KEY_FILE = "development.json"
LONGEST = 30 * 86_400


class DevelopmentIssuer:
    """An issuer of ES256 tokens whose key lies in a file that only its owner can read."""

    def __init__(self, folder: Path, *, mode: Mode, clock: Clock, audience: str = AUDIENCE) -> None:
        """Load the key in `folder`, made where it is missing; tokens are made, and believed, for `audience`.

        Raises:
            SettingInvalid: The mode is not development, or the key file is not one of this issuer.
            StoreFailed: The key file cannot be read or written.
        """
        if mode is not Mode.DEVELOPMENT:
            raise SettingInvalid(
                "the development issuer refuses to start outside development mode",
                remedy="use `--dev`, or name a real identity provider under `identity.issuers` in mesh.yaml",
            )
        self._clock = clock
        self._audience = audience
        self._key = _load(folder / KEY_FILE)

    @property
    def issuer(self) -> Issuer:
        """This issuer as a mesh believes it: every interface word is satisfied by its tokens."""
        return Issuer(issuer=ISSUER, audience=self._audience, algorithms=("ES256",), authentications=("OAuth2", "OIDC", "AzureAD"))

    def jwks(self) -> dict[str, Any]:
        """Return the public key as a JWKS document (RFC 7517)."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": "ES256"}]}

    def identity(self, issuers: Iterable[Issuer] = (), tls: ssl.SSLContext | None = None) -> OpenIdIdentity:
        """Return a judge that believes this issuer beside `issuers`; `tls` says whose certificates are believed of those."""
        return OpenIdIdentity((*issuers, self.issuer), clock=self._clock, held={ISSUER: self.jwks()}, tls=tls)

    def mint(
        self,
        subject: str,
        *,
        domain: str | None = None,
        region: str | None = None,
        roles: Iterable[str] = (),
        scopes: Iterable[str] = (),
        ttl: int = 3_600,
    ) -> str:
        """Return a token for `subject` that is valid for `ttl` seconds.

        Raises:
            SettingInvalid: `ttl` is not between one second and thirty days, or there is no subject.
        """
        if not 1 <= ttl <= LONGEST or not subject.strip():
            raise SettingInvalid("a token needs a subject and a life of 1 second to 30 days", remedy="choose another `--ttl`")
        now = int(self._clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": self._audience,
            "sub": subject,
            "iat": now,
            "nbf": now,
            "exp": now + ttl,
            "jti": secrets.token_hex(8),
            "roles": sorted(roles),
            "scope": " ".join(sorted(scopes)),
        }
        claims |= {name: value for name, value in (("domain", domain), ("region", region)) if value is not None}
        return jwt.encode({"alg": "ES256", "kid": self._key.kid, "typ": "at+jwt"}, claims, self._key, algorithms=["ES256"])


def _load(path: Path) -> ECKey:
    try:
        if not path.exists():
            _create(path)
        return ECKey.import_key(msgspec.json.decode(path.read_bytes(), type=dict[str, Any]))
    except OSError as error:
        raise StoreFailed(f"the development key `{path}` cannot be used", remedy="mend the folder's permissions") from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise SettingInvalid(f"`{path}` is not a development key", remedy="delete it; a new one is made") from error


def _create(path: Path) -> None:
    """Write a new key that only its owner can read; where two processes come at once, the first one's key stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ECKey.generate_key("P-256", auto_kid=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(key.as_dict(private=True)))
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
