"""The node's own tokens at Entra ID: by an application's credentials, or by the identity that the cloud gave the machine.

Microsoft's `azure-identity` gets them (docs/decisions/0014). It is told of no proxy, follows no redirect, and logs nothing.
"""

from __future__ import annotations

import logging
import re
import ssl
from typing import Any

import requests
from azure.core.exceptions import AzureError, ServiceRequestError, ServiceResponseError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import (
    ClientAssertionCredential,
    ClientSecretCredential,
    CredentialUnavailableError,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)
from requests.adapters import HTTPAdapter

from freehold.errors import SettingInvalid, SignInRefused, SignInUnreachable
from freehold.identity.assertion import CertificateAssertion
from freehold.identity.credentials import ClientCertificate, ClientSecret, Credentials, FederatedToken, ManagedIdentity
from freehold.ports.clock import Clock
from freehold.ports.tokens import Token

CONNECT, ANSWER = 2, 30
"""For how long a connection and an answer are waited for, in seconds."""

_CODE = re.compile(r"\bAADSTS\d{4,9}\b")
_BUSY = frozenset({404, 408, 410, 429, 500, 502, 503, 504})
"""The statuses of an endpoint that has no token yet; 404 and 410 are those of a virtual machine while it is made or mended."""


class AzureSignIn:
    """Gets each token anew, with one of the credentials."""

    def __init__(self, credentials: Credentials, sign_in: str, *, tls: ssl.SSLContext, clock: Clock) -> None:
        """Use `credentials` at `sign_in`, an https address, under certificates that `tls` believes; nothing is asked yet.

        Raises:
            SettingInvalid: The address, the tenant or the certificate cannot be one.
        """
        for name in ("azure.identity", "msal"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # they log what a sign-in answers: others' text
        self._status: int | None = None
        options = {"transport": _transport(tls), "raw_response_hook": self._see, "retry_connect": 1, "retry_read": 1}
        try:
            self._credential = _credential(credentials, sign_in, clock, options)
        except ValueError as error:
            raise SettingInvalid(
                "the sign-in of the environment cannot be used",
                remedy="check AZURE_TENANT_ID, and that AZURE_AUTHORITY_HOST is an https address",
            ) from error

    def token(self, scope: str) -> Token:
        """Return a token for a scope.

        Raises:
            SignInRefused: None is given, or the certificate can no longer be read.
            SignInUnreachable: Whoever gives them cannot be reached, or asks to wait.
        """
        self._status = None
        try:
            found = self._credential.get_token(scope)
        except (AzureError, ValueError, OSError) as error:
            raise _refusal(error, self._status) from None
        except SettingInvalid:
            raise SignInRefused(
                "the certificate that this node signs in with can no longer be read",
                remedy="put it and its key where AZURE_CLIENT_CERTIFICATE_PATH says, under AZURE_CLIENT_CERTIFICATE_PASSWORD",
            ) from None
        return Token(found.token, float(found.expires_on))

    def close(self) -> None:
        """End the connections."""
        self._credential.close()

    def _see(self, response: Any) -> None:
        """Remember the status of the last answer, which the errors of the library do not always carry."""
        self._status = response.http_response.status_code


def _credential(credentials: Credentials, sign_in: str, clock: Clock, options: dict[str, Any]) -> Any:
    if isinstance(credentials, ManagedIdentity):
        return ManagedIdentityCredential(client_id=credentials.client, **options)
    options |= {"authority": sign_in, "disable_instance_discovery": True, "retry_total": 3, "retry_backoff_factor": 0.4}
    tenant, client = credentials.tenant, credentials.client
    if isinstance(credentials, ClientSecret):
        return ClientSecretCredential(tenant, client, credentials.secret, **options)
    if isinstance(credentials, FederatedToken):
        return WorkloadIdentityCredential(tenant_id=tenant, client_id=client, token_file_path=str(credentials.path), **options)
    return ClientAssertionCredential(tenant, client, _assertion(credentials, sign_in, clock), **options)


def _assertion(credentials: ClientCertificate, sign_in: str, clock: Clock) -> CertificateAssertion:
    audience = f"{sign_in.rstrip('/')}/{credentials.tenant}/oauth2/v2.0/token"
    return CertificateAssertion(credentials.path, credentials.password, client=credentials.client, audience=audience, clock=clock)


def _transport(tls: ssl.SSLContext) -> Any:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", _Adapter(tls))
    return RequestsTransport(session=session, use_env_settings=False, connection_timeout=CONNECT, read_timeout=ANSWER)


class _Adapter(HTTPAdapter):
    """Connections under a TLS context of our own."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, ssl_context=self._tls)


def _refusal(error: AzureError | ValueError | OSError, status: int | None) -> SignInRefused | SignInUnreachable:
    """Return what is said of a failure: Entra ID's own code for it at most, and none of its text."""
    if status in _BUSY or any(isinstance(cause, ServiceRequestError | ServiceResponseError) for cause in _causes(error)):
        return SignInUnreachable(
            "whoever gives tokens for Azure cannot be reached, or is busy",
            remedy="check the network, AZURE_AUTHORITY_HOST and the authority of its certificate, and try again",
            status=status,
        )
    if isinstance(error, CredentialUnavailableError):
        return SignInRefused(
            "this machine's endpoint for tokens gives none",
            remedy="assign it a managed identity, and name one of several with AZURE_CLIENT_ID",
            status=status,
        )
    found = _CODE.search(str(error))
    return SignInRefused(
        "Azure gives no token for what the environment holds",
        remedy="check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, certificate or federated token beside them",
        status=status,
        reason=found[0] if found else None,
    )


def _causes(error: BaseException) -> list[BaseException]:
    found, cause = list[BaseException](), error
    while cause is not None and len(found) < 16:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found
