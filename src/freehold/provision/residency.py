"""Where a domain's data would be once its resources are deployed: the region of each, and every copy that Azure makes elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from freehold.model.place import Region
from freehold.model.platform import GEO_REDUNDANT
from freehold.provision.flatten import Flat
from freehold.provision.resource import Resource

_EVERYWHERE = "global"
_GEO_BACKUPS = frozenset({"Geo", "GeoZone"})


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A region where something of a resource would be.

    `cause` says how it comes there, `chosen` whether another choice in a manifest would keep it away.
    """

    symbol: str
    type: str
    region: str
    cause: str
    jurisdiction: str | None = None
    chosen: bool = True


def copies(flat: Flat, regions: Mapping[str, Region]) -> tuple[Copy, ...]:
    """Return every region where something would be, resource by resource; what holds no data (`global`) is nowhere."""
    return tuple(copy for item in flat.resources for copy in _copies(item, regions))


def _copies(item: Resource, regions: Mapping[str, Region]) -> Iterator[Copy]:
    region = item.location
    if not isinstance(region, str) or region == _EVERYWHERE:
        return
    yield _copy(item, region, "is in", regions)
    paired = regions[region].paired if region in regions else None
    cause, chosen = _leaves(item)
    if paired is not None and cause:
        yield _copy(item, paired, cause, regions, chosen=chosen)


def _copy(item: Resource, region: str, cause: str, regions: Mapping[str, Region], *, chosen: bool = True) -> Copy:
    law = regions[region].jurisdiction if region in regions else None
    return Copy(symbol=item.symbol, type=item.type, region=region, cause=cause, jurisdiction=law, chosen=chosen)


def _leaves(item: Resource) -> tuple[str, bool]:
    """Return how a resource's data comes to the paired region, and whether that was chosen; no cause where it stays."""
    properties: Mapping[str, Any] = item.properties or {}
    if item.type == "Microsoft.Storage/storageAccounts":
        kind = _sku(item).rpartition("_")[2]
        return (f"{kind} storage copies to", True) if kind in GEO_REDUNDANT else ("", True)
    if item.type == "Microsoft.Sql/servers/databases":
        kind = properties.get("requestedBackupStorageRedundancy", "Geo")
        return (f"{kind} backups are copied to", True) if kind in _GEO_BACKUPS else ("", True)
    if item.type == "Microsoft.KeyVault/vaults":
        return "Key Vault keeps a copy of its contents in", False
    return "", True


def _sku(item: Resource) -> str:
    name = item.sku.get("name") if isinstance(item.sku, Mapping) else None
    return name if isinstance(name, str) else ""
