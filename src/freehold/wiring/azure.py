"""Who this process is to Azure: one of the credentials that the environment holds, in one order, or the one that it names."""

from __future__ import annotations

from pathlib import Path

from freehold.errors import SettingInvalid
from freehold.identity.credentials import ClientCertificate, ClientSecret, Credentials, FederatedToken, ManagedIdentity
from freehold.identity.kept import KeptTokens
from freehold.peers.tls import believing_also
from freehold.wiring.clock import SystemClock
from freehold.wiring.settings import AzureIdentity, read_azure_identity

_ENVIRONMENT, _WORKLOAD, _MANAGED = "EnvironmentCredential", "WorkloadIdentityCredential", "ManagedIdentityCredential"
CHOICES = (_ENVIRONMENT, _WORKLOAD, _MANAGED)
"""What `AZURE_TOKEN_CREDENTIALS` may name: a secret or a certificate, a federated token, an identity of the machine."""

ANY = (
    "set AZURE_TENANT_ID, AZURE_CLIENT_ID and one of AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH and "
    "AZURE_FEDERATED_TOKEN_FILE; or AZURE_TOKEN_CREDENTIALS=ManagedIdentityCredential on a machine that has an identity"
)


def open_tokens(authority: Path | None, identity: AzureIdentity | None = None) -> KeptTokens:
    """Return what gives this process tokens in its own name; certificates of `authority` are believed beside the system's.

    `identity` is that of the environment where none is given. Nothing is asked before the first token is.

    Raises:
        SettingInvalid: There are no credentials, they are not whole or cannot be used, or the extra `azure` is not installed.
    """
    known = identity or read_azure_identity()
    credentials = choose(known)
    try:
        from freehold.identity.azure import AzureSignIn
    except ImportError as error:
        raise SettingInvalid("what speaks to Azure is not installed", remedy="run: pip install 'freehold[azure]'") from error
    clock = SystemClock()
    return KeptTokens(AzureSignIn(credentials, known.sign_in, tls=believing_also(authority), clock=clock), clock)


def choose(known: AzureIdentity) -> Credentials:
    """Return the credentials to use: a secret, a certificate, a federated token, then the identity of the machine.

    The machine's endpoint for tokens is asked only where the environment names it, or names that credential.

    Raises:
        SettingInvalid: There are none, they are not whole, or another kind is named.
    """
    if known.chosen is not None and known.chosen not in CHOICES:
        raise SettingInvalid(
            f"`AZURE_TOKEN_CREDENTIALS` is `{known.chosen[:60]}`", remedy=f"name one of {', '.join(CHOICES)}, or leave it out"
        )
    if known.chosen in {None, _ENVIRONMENT} and (known.secret is not None or known.certificate is not None):
        return _of_application(known)
    if known.chosen in {None, _WORKLOAD} and known.federated is not None:
        tenant, client = _whole(known)
        return FederatedToken(tenant=tenant, client=client, path=known.federated)
    if known.chosen == _MANAGED or (known.chosen is None and known.endpoint is not None):
        return ManagedIdentity(client=known.client)
    raise SettingInvalid("there are no credentials for Azure", remedy=ANY)


def _of_application(known: AzureIdentity) -> Credentials:
    tenant, client = _whole(known)
    if known.secret is not None:
        return ClientSecret(tenant=tenant, client=client, secret=known.secret)
    assert known.certificate is not None  # noqa: S101  (one of the two is there)
    return ClientCertificate(tenant=tenant, client=client, path=known.certificate, password=known.password)


def _whole(known: AzureIdentity) -> tuple[str, str]:
    if known.tenant is None or known.client is None:
        missing = [name for name, held in (("AZURE_TENANT_ID", known.tenant), ("AZURE_CLIENT_ID", known.client)) if held is None]
        raise SettingInvalid(f"the credentials for Azure lack {' and '.join(missing)}", remedy="set it beside the credentials")
    return known.tenant, known.client
