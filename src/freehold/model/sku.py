"""The sizes of databases and the kinds of storage that the building blocks know, with what each means for copies of the data.

After Microsoft's pages "Resource limits for single databases", "Azure Storage redundancy" and "Azure regions list". A size that
is not here cannot be approved, as nobody could say where its copies are.
"""

from __future__ import annotations

import re

_TIERS = {"GP": "GeneralPurpose", "BC": "BusinessCritical"}
_DATABASE = re.compile(r"(GP_Gen5|GP_S_Gen5|BC_Gen5)_(2|4|6|8|10|12|14|16|18|20|24|32|40|80)")
_STORAGE = re.compile(r"Standard_(LRS|ZRS|GRS|RAGRS|GZRS|RAGZRS)")
_ZONED = frozenset(
    "austriaeast belgiumcentral denmarkeast francecentral germanywestcentral italynorth northeurope norwayeast "
    "polandcentral spaincentral swedencentral switzerlandnorth uksouth westeurope brazilsouth canadacentral centralus "
    "chilecentral eastus eastus2 mexicocentral southcentralus westus2 westus3 usgovvirginia australiaeast centralindia "
    "chinanorth3 eastasia indonesiacentral israelcentral japaneast japanwest koreacentral malaysiawest newzealandnorth "
    "qatarcentral southafricanorth southeastasia uaenorth".split()
)
_BACKUPS = {"LRS": "Local", "ZRS": "Zone", "GRS": "Geo", "RAGRS": "Geo", "GZRS": "GeoZone", "RAGZRS": "GeoZone"}


def is_database_sku(name: str) -> bool:
    """Return whether a database can be of this size: `GP_Gen5_2` is general purpose, on two cores of the fifth generation.

    >>> is_database_sku("GP_Gen5_2"), is_database_sku("S0")
    (True, False)
    """
    return _DATABASE.fullmatch(name) is not None


def is_storage_sku(name: str) -> bool:
    """Return whether storage can be of this kind.

    >>> is_storage_sku("Standard_GRS"), is_storage_sku("Premium_LRS")
    (True, False)
    """
    return _STORAGE.fullmatch(name) is not None


def database_tier(name: str) -> str:
    """Return the service tier of a size.

    >>> database_tier("GP_Gen5_2")
    'GeneralPurpose'
    """
    return _TIERS[name.partition("_")[0]]


def backup_redundancy(redundancy: str) -> str:
    """Return how backups of a database are replicated where its domain's files are so: Azure's own default would cross to the pair.

    >>> backup_redundancy("ZRS")
    'Zone'
    """
    return _BACKUPS[redundancy]


def has_zones(region: str) -> bool:
    """Return whether a region has availability zones, so that zone-redundant kinds exist there.

    >>> has_zones("westeurope"), has_zones("ukwest")
    (True, False)
    """
    return region in _ZONED


def is_zonal(redundancy: str) -> bool:
    """Return whether a kind of replication spreads over zones.

    >>> is_zonal("GZRS"), is_zonal("GRS")
    (True, False)
    """
    return "ZRS" in redundancy
