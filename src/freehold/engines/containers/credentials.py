"""Who asks storage: by the account's key, or by tokens of Entra ID. Keys and tokens are shown nowhere, and to storage alone."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Protocol

from azure.core.credentials import AccessToken, AzureNamedKeyCredential

from freehold.errors import AccountRefused, AccountUnreachable, StorageRefused, StorageUnreachable
from freehold.ports.tokens import TokenSource

SCOPE = "https://storage.azure.com/.default"


class Credential(Protocol):
    """What lets a request in."""

    def given(self) -> Any:
        """Return what Azure's client takes for a credential.

        Raises:
            StorageRefused: There is none.
        """
        ...


class SharedKey:
    """The key of an account."""

    def __init__(self, account: str, key: str) -> None:
        """Sign with `key`, in base64, as the portal shows it.

        Raises:
            StorageRefused: It is no key.
        """
        try:
            whole = bool(base64.b64decode(key, validate=True))
        except (binascii.Error, ValueError):
            whole = False
        if not whole:
            raise StorageRefused(f"the key of the account `{account}` is not base64", remedy="set it as the account shows it")
        self._named = AzureNamedKeyCredential(account, key)

    def given(self) -> AzureNamedKeyCredential:
        """Return the key beside the account's name; see `Credential.given`."""
        return self._named


class Bearer:
    """Tokens of an identity that has a role on the container, such as Storage Blob Data Reader."""

    def __init__(self, tokens: TokenSource) -> None:
        """Show tokens of `tokens`."""
        self._tokens = tokens

    def given(self) -> Bearer:
        """Return what is asked for tokens; see `Credential.given`."""
        return self

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """Return a token for storage, whichever tenant or claims are named.

        Raises:
            StorageRefused: None is given, or one of another service is asked for: whoever answers as storage may name any.
            StorageUnreachable: Whoever gives tokens does not answer.
        """
        if scopes != (SCOPE,):
            raise StorageRefused("storage asks for a token of another service", remedy="check the address of the account")
        try:
            found = self._tokens.token(SCOPE)
        except AccountRefused as error:
            raise StorageRefused("the node was given no token for storage", remedy=error.remedy) from None
        except AccountUnreachable as error:
            raise StorageUnreachable("whoever gives tokens for storage does not answer", remedy=error.remedy) from None
        return AccessToken(found.value, int(found.expires_at))


class Nobody:
    """No credentials: said when something is to be read, as manifests can be checked without."""

    def __init__(self, account: str) -> None:
        """Refuse for `account`."""
        self._account = account

    def given(self) -> Any:
        """Refuse; see `Credential.given`."""
        raise StorageRefused(
            f"there are no credentials for the storage account `{self._account}`",
            remedy=f"set FREEHOLD_STORAGE_KEY_{self._account.upper()}, or credentials for Azure (docs/identity.md)",
        )
