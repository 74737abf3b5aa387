"""The regions everybody knows: Azure's, each with its jurisdiction and the region that its geo-redundant copies go to.

After Microsoft's list of paired regions (learn.microsoft.com/azure/reliability/regions-paired); a mesh adds or overrides regions
in `mesh.yaml`. `EU` holds the members of the Union, `EEA` the other states of the European Economic Area.
"""

from __future__ import annotations

from freehold.model.place import Region

_TABLE = """
EU  westeurope:northeurope northeurope:westeurope francecentral:francesouth francesouth:francecentral
EU  germanywestcentral:germanynorth germanynorth:germanywestcentral swedencentral:swedensouth swedensouth:swedencentral
EU  italynorth polandcentral spaincentral austriaeast belgiumcentral denmarkeast
EEA norwayeast:norwaywest norwaywest:norwayeast
CH  switzerlandnorth:switzerlandwest switzerlandwest:switzerlandnorth
UK  uksouth:ukwest ukwest:uksouth
US  eastus:westus westus:eastus eastus2:centralus centralus:eastus2 northcentralus:southcentralus
US  southcentralus:northcentralus westus2:westcentralus westcentralus:westus2 westus3:eastus
US  usgovvirginia:usgovtexas usgovtexas:usgovvirginia usgovarizona:usgovtexas usdodeast:usdodcentral usdodcentral:usdodeast
CA  canadacentral:canadaeast canadaeast:canadacentral
MX  mexicocentral
BR  brazilsouth:southcentralus brazilsoutheast:brazilsouth
CL  chilecentral
AU  australiaeast:australiasoutheast australiasoutheast:australiaeast
AU  australiacentral:australiacentral2 australiacentral2:australiacentral
NZ  newzealandnorth
JP  japaneast:japanwest japanwest:japaneast
KR  koreacentral:koreasouth koreasouth:koreacentral
IN  centralindia:southindia southindia:centralindia westindia:southindia
IN  jioindiawest:jioindiacentral jioindiacentral:jioindiawest
SG  southeastasia:eastasia
HK  eastasia:southeastasia
ID  indonesiacentral
MY  malaysiawest
CN  chinaeast:chinanorth chinanorth:chinaeast chinaeast2:chinanorth2 chinanorth2:chinaeast2
CN  chinaeast3:chinanorth3 chinanorth3:chinaeast3
AE  uaenorth:uaecentral uaecentral:uaenorth
QA  qatarcentral
IL  israelcentral
ZA  southafricanorth:southafricawest southafricawest:southafricanorth
"""


def _read() -> dict[str, Region]:
    table: dict[str, Region] = {}
    for line in _TABLE.split("\n"):
        jurisdiction, *entries = line.split() or [""]
        for entry in entries:
            name, _, paired = entry.partition(":")
            table[name] = Region(name=name, jurisdiction=jurisdiction, paired=paired or None)
    return table


REGIONS = _read()


def lies_in(area: str, region: Region) -> bool:
    """Return whether a region lies in an area: itself, its jurisdiction, or the EEA for a region of the Union.

    >>> lies_in("EU", REGIONS["westeurope"]), lies_in("EEA", REGIONS["westeurope"]), lies_in("EU", REGIONS["norwayeast"])
    (True, True, False)
    """
    return area in {region.name, region.jurisdiction} or (area == "EEA" and region.jurisdiction == "EU")
