"""What an application says of itself in place of a secret: an assertion (RFC 7523) signed by its certificate's key."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from joserfc import jwt
from joserfc.jwk import RSAKey

from freehold.errors import SettingInvalid
from freehold.ports.clock import Clock

LIFE = 300
"""For how long an assertion holds, in seconds."""

_ALGORITHM = "PS256"


class CertificateAssertion:
    """Makes assertions with the certificate in a file, which is read anew for each, so that a renewed one is taken up."""

    def __init__(self, path: Path, password: str | None, *, client: str, audience: str, clock: Clock) -> None:
        """Assert that `client` asks `audience`, the address of the token endpoint; read the file once to see that it can be used.

        Raises:
            SettingInvalid: The file holds no certificate with its RSA key, or not under that password.
        """
        self._path, self._password = path, password.encode() if password is not None else None
        self._client, self._audience, self._clock = client, audience, clock
        self._read()

    def __call__(self) -> str:
        """Return a new assertion, signed with PS256.

        Raises:
            SettingInvalid: The file can no longer be used.
        """
        key, certificate = self._read()
        now = int(self._clock.now().timestamp())
        thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(SHA256())).rstrip(b"=").decode()
        claims: dict[str, Any] = {"aud": self._audience, "iss": self._client, "sub": self._client, "jti": secrets.token_hex(16)}
        times = {"iat": now, "nbf": now, "exp": now + LIFE}
        header = {"alg": _ALGORITHM, "typ": "JWT", "x5t#S256": thumbprint}
        return jwt.encode(header, claims | times, RSAKey.import_key(key), algorithms=[_ALGORITHM])

    def _read(self) -> tuple[RSAPrivateKey, x509.Certificate]:
        try:
            content = self._path.read_bytes()
            key, certificate = _pem(content, self._password) if b"-----BEGIN" in content else _pkcs12(content, self._password)
        except (OSError, ValueError, TypeError) as error:
            raise SettingInvalid(
                f"`{self._path}` holds no certificate with its key, or not under that password",
                remedy="give a PEM or PKCS #12 file with both in AZURE_CLIENT_CERTIFICATE_PATH, its password in "
                "AZURE_CLIENT_CERTIFICATE_PASSWORD",
            ) from error
        if not isinstance(key, RSAPrivateKey) or certificate is None:
            raise SettingInvalid(f"the key in `{self._path}` is no RSA key", remedy="Entra ID knows applications by RSA keys")
        return key, certificate


def _pem(content: bytes, password: bytes | None) -> tuple[Any, x509.Certificate | None]:
    return load_pem_private_key(content, password), x509.load_pem_x509_certificate(content)


def _pkcs12(content: bytes, password: bytes | None) -> tuple[Any, x509.Certificate | None]:
    key, certificate, _ = pkcs12.load_key_and_certificates(content, password)
    return key, certificate
