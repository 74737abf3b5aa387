"""What a domain asks the platform for, and what the platform's team approved: a domain chooses, and cannot escape."""

from __future__ import annotations

import enum

import msgspec

from freehold.names import domain_key, slug

GEO_REDUNDANT = frozenset({"GRS", "RAGRS", "GZRS", "RAGZRS"})
"""The kinds of replication that also store in the paired region."""


class Baseline(enum.StrEnum):
    """A part of the security baseline that the platform's team may require of every domain."""

    PRIVATE_ENDPOINTS = "privateEndpoints"
    CUSTOMER_KEYS = "customerManagedKeys"
    PURVIEW = "purviewIntegration"


class Infrastructure(msgspec.Struct, frozen=True, kw_only=True):
    """What one domain chose; `domain` is its name as it is written in resources, `owner` an address, `where` is file:line."""

    domain: str
    region: str
    database_sku: str
    storage_sku: str
    private_endpoints: bool = True
    customer_keys: bool = True
    purview: bool = True
    tags: dict[str, str] = {}
    owner: str | None = None
    where: str = ""

    @property
    def short(self) -> str:
        """The domain's name as it stands in the names of resources: `Human Resources Domain` is `human-resources`."""
        return slug(domain_key(self.domain))

    @property
    def redundancy(self) -> str:
        """How storage is replicated: `GRS` of `Standard_GRS`."""
        return self.storage_sku.rpartition("_")[2]

    def has(self, part: Baseline) -> bool:
        """Return whether the domain keeps this part of the baseline."""
        chosen = {
            Baseline.PRIVATE_ENDPOINTS: self.private_endpoints,
            Baseline.CUSTOMER_KEYS: self.customer_keys,
            Baseline.PURVIEW: self.purview,
        }
        return chosen[part]


class Administrators(msgspec.Struct, frozen=True, kw_only=True):
    """The Entra group whose members administer the domains' SQL servers."""

    name: str
    object_id: str


class Azure(msgspec.Struct, frozen=True, kw_only=True):
    """Where in Azure domains are deployed; what is not known here, a deployment asks for."""

    subscription: str | None = None
    resource_group: str | None = None
    administrators: Administrators | None = None
    purview_principal: str | None = None


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform's team approved; lists that are empty approve nothing.

    `retention_days` is how long audit records are kept, `key_expiry` and `key_rotation` are days, `address_space` is a CIDR block.
    """

    prefix: str
    regions: tuple[str, ...] = ()
    database_skus: tuple[str, ...] = ()
    storage_skus: tuple[str, ...] = ()
    requires: tuple[Baseline, ...] = tuple(Baseline)
    tags: tuple[str, ...] = ("Domain", "DataOwner", "Classification", "Region")
    classifications: tuple[str, ...] = ()
    containers: tuple[str, ...] = ("raw", "curated", "product")
    retention_days: int = 90
    key_expiry: int = 730
    key_rotation: int = 365
    address_space: str = "10.60.0.0/24"
    azure: Azure = Azure()
