"""Tokens of an application by its own credentials (OAuth 2.0, RFC 6749 §4.4), as Entra ID gives them. Nothing of them is shown."""

from __future__ import annotations

import re
import ssl
from typing import Any

import httpx
import msgspec

from freehold.catalogs.speaking import checked_url
from freehold.errors import AccountRefused, AccountUnreachable, SettingInvalid
from freehold.ports.clock import Clock

AUTHORITY = "https://login.microsoftonline.com"
SECONDS = 30.0
_EARLY = 120.0
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,254}")
_LONGEST = 1 << 20


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """An application and its secret, at a tenant of an authority."""

    tenant: str
    client: str
    secret: str
    authority: str = AUTHORITY

    def __repr__(self) -> str:
        """Show who it is, never the secret."""
        return f"Credentials(tenant={self.tenant!r}, client={self.client!r})"


class SignIn:
    """Gets a token for one scope, and keeps it until shortly before it ends."""

    def __init__(self, credentials: Credentials, scope: str, *, tls: ssl.SSLContext, clock: Clock) -> None:
        """Sign in with `credentials`.

        Raises:
            SettingInvalid: The authority or the tenant cannot be one.
        """
        if not _TENANT.fullmatch(credentials.tenant):
            raise SettingInvalid("`AZURE_TENANT_ID` is no name of a tenant", remedy="set it to the tenant's identifier")
        self._address = f"{checked_url(credentials.authority)}/{credentials.tenant}/oauth2/v2.0/token"
        self._credentials, self._scope, self._tls, self._clock = credentials, scope, tls, clock
        self._held: tuple[str, float] | None = None

    def token(self) -> str:
        """Return a token that is valid now.

        Raises:
            AccountRefused: The authority gives none.
            AccountUnreachable: It cannot be reached.
        """
        if self._held is None or self._clock.monotonic() >= self._held[1]:
            self._held = self._fetched()
        return self._held[0]

    def _fetched(self) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client,
            "client_secret": self._credentials.secret,
            "scope": self._scope,
        }
        try:
            with httpx.Client(timeout=SECONDS, follow_redirects=False, verify=self._tls, trust_env=False) as client:
                response = client.post(self._address, data=form)
        except httpx.HTTPError as error:
            raise AccountUnreachable(
                "the authority that gives tokens cannot be reached", remedy="check `AZURE_AUTHORITY_HOST` and `--ca`"
            ) from error
        found = _object(response)
        token, seconds = found.get("access_token"), found.get("expires_in", 3_600)
        if response.status_code != 200 or not isinstance(token, str) or not token:
            raise AccountRefused(
                f"the authority answered {response.status_code} and gave no token",
                remedy="check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
            )
        life = float(seconds) if isinstance(seconds, int | float) else 3_600.0
        return token, self._clock.monotonic() + max(0.0, life - _EARLY)


def _object(response: httpx.Response) -> dict[str, Any]:
    if len(response.content) > _LONGEST:
        return {}
    try:
        found = msgspec.json.decode(response.content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
