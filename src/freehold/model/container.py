"""Containers of Azure Storage as places for data: their addresses, and where they are declared to be."""

from __future__ import annotations

import re

import msgspec

from freehold.model.platform import GEO_REDUNDANT

_ADDRESS = re.compile(
    r"abfss://(?P<name>[a-z0-9](?:-?[a-z0-9]){2,62})@(?P<account>[a-z0-9]{3,24})"
    r"\.(?:dfs|blob)\.core\.(?P<cloud>windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)(?:/(?P<path>[^?#\\]*))?"
)


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """A container of an account, and the folder in it that paths are relative to (`""`: the container itself)."""

    account: str
    name: str
    path: str = ""
    cloud: str = "windows.net"

    @property
    def endpoint(self) -> str:
        """The address of the account's Blob service."""
        return f"https://{self.account}.blob.core.{self.cloud}"

    @property
    def addresses(self) -> tuple[str, str]:
        """The addresses of the account by its two interfaces: of Data Lake Storage Gen2, and of Blob."""
        return f"https://{self.account}.dfs.core.{self.cloud}", self.endpoint

    @property
    def prefix(self) -> str:
        """How the names of its blobs begin."""
        return f"{self.path}/" if self.path else ""

    def meets(self, other: Container) -> bool:
        """Return whether some blob could be of both."""
        same = (self.account, self.name) == (other.account, other.name)
        return same and (self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix))


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account is, by whoever made it: its region, and how it is replicated (`ZRS`)."""

    region: str
    redundancy: str

    @property
    def is_geo_redundant(self) -> bool:
        """Whether the paired region holds a copy."""
        return self.redundancy in GEO_REDUNDANT


def is_address(text: str) -> bool:
    """Return whether a place for data is written as an address, and not as a folder."""
    return "://" in text


def read_container(text: str) -> Container | None:
    """Return the container that an address names, or None where it names none.

    >>> read_container("abfss://products@contosoeu.dfs.core.windows.net/curated/").path
    'curated'
    >>> read_container("abfss://products@contosoeu.dfs.core.windows.net/../raw") is None
    True
    """
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    path = (found["path"] or "").removesuffix("/")
    if path and any(part in {"", ".", ".."} or not part.isprintable() or set(part) & set("*?[") for part in path.split("/")):
        return None
    return Container(account=found["account"], name=found["name"], path=path, cloud=found["cloud"])
