"""What this node can show of itself to Entra ID; none of it shows a secret."""

from __future__ import annotations

from pathlib import Path

import msgspec


class ClientSecret(msgspec.Struct, frozen=True, kw_only=True):
    """An application of a tenant, and its secret."""

    tenant: str
    client: str
    secret: str

    def __repr__(self) -> str:
        """Show who it is, never the secret."""
        return f"ClientSecret(tenant={self.tenant!r}, client={self.client!r})"


class ClientCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """An application of a tenant, and the file of its certificate and key."""

    tenant: str
    client: str
    path: Path
    password: str | None = None

    def __repr__(self) -> str:
        """Show who it is, never the password."""
        return f"ClientCertificate(tenant={self.tenant!r}, client={self.client!r}, path={str(self.path)!r})"


class FederatedToken(msgspec.Struct, frozen=True, kw_only=True):
    """An application of a tenant that believes another issuer, and the file which that one's tokens are written into."""

    tenant: str
    client: str
    path: Path


class ManagedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """The identity that the cloud gave this machine: its own one, or that of a client ID."""

    client: str | None = None


Credentials = ClientSecret | ClientCertificate | FederatedToken | ManagedIdentity
