"""What `platform:` and a domain's `infrastructure:` may hold: no key of either can turn off what a building block fixes."""

# ruff: noqa: RUF012  (msgspec copies empty defaults)

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from freehold.manifest.product_shapes import Shape, key

Days = Annotated[int, Meta(ge=30, le=1095)]
_ZERO = "00000000-0000-0000-0000-000000000000"


class AdministratorsShape(Shape):
    """The Entra group that administers the domains' SQL servers."""

    name: Annotated[str, key("What the group is called", "sql-administrators")]
    object_id: Annotated[str, key("Its object id in Entra ID", _ZERO)]


class AzureShape(Shape):
    """Where in Azure domains are deployed; what is not written is asked for by each deployment."""

    subscription: Annotated[str | None, key("The id of the subscription", _ZERO)] = None
    resource_group: Annotated[
        str | None, key("The resource group; `{domain}` stands for the domain's name", "rg-contoso-{domain}")
    ] = None
    administrators: Annotated[
        AdministratorsShape | None, key("Who administers SQL servers", {"name": "sql-administrators", "objectId": _ZERO})
    ] = None
    purview_principal: Annotated[str | None, key("The object id of the managed identity of Purview", _ZERO)] = None


class PlatformShape(Shape):
    """What the platform's team approved for domains to choose from; `platform.yaml` alone holds it."""

    prefix: Annotated[str | None, key("What the names of resources begin with; without it, the mesh's name", "contoso")] = None
    regions: Annotated[list[str], key("The regions that a domain may choose", ["westeurope", "northeurope"])] = []
    database_skus: Annotated[list[str], key("The sizes of databases that a domain may choose", ["GP_Gen5_2", "GP_Gen5_4"])] = []
    storage_skus: Annotated[list[str], key("The kinds of storage that a domain may choose", ["Standard_ZRS", "Standard_GRS"])] = []
    requires: Annotated[
        list[Literal["privateEndpoints", "customerManagedKeys", "purviewIntegration"]] | None,
        key("What no domain may turn off; without it, all three", ["privateEndpoints", "customerManagedKeys"]),
    ] = None
    tags: Annotated[
        list[str] | None,
        key("The tags of every resource; without it, those of the example", ["Domain", "DataOwner", "Classification", "Region"]),
    ] = None
    classifications: Annotated[
        list[str], key("What the tag `Classification` may say; without it, anything", ["General", "Confidential"])
    ] = []
    containers: Annotated[
        list[str] | None,
        key("The file systems of a domain's storage; without it, those of the example", ["raw", "curated", "product"]),
    ] = None
    retention_days: Annotated[int, Meta(ge=90, le=730, description="How many days audit records are kept", examples=[365])] = 90
    key_expiry_days: Annotated[Days, key("How many days a version of a domain's key is good for", 730)] = 730
    key_rotation_days: Annotated[
        Days, key("After how many days a new version is made; at least 30 before the old one ends", 365)
    ] = 365
    address_space: Annotated[
        str, key("The private addresses of each domain's network; networks that are joined need ones of their own", "10.60.0.0/24")
    ] = "10.60.0.0/24"
    azure: Annotated[AzureShape | None, key("Where in Azure domains are deployed", {"resourceGroup": "rg-contoso-{domain}"})] = None


class InfrastructureShape(Shape):
    """What a domain asks the platform for: the keys of the module call of `domain-template.bicep`."""

    region: Annotated[str, key("The region that all of it is in", "westeurope")]
    sql_server_sku: Annotated[str, key("The size of the database; a server has none", "GP_Gen5_2")]
    storage_account_sku: Annotated[
        str, key("How files and backups are replicated; a geo-redundant kind also stores in the paired region", "Standard_ZRS")
    ]
    domain_name: Annotated[str | None, key("The domain's own name again, where it is written", "sales")] = None
    enable_private_endpoints: Annotated[bool, key("Whether data is reached through private endpoints", example=True)] = True
    enable_cmk: Annotated[bool, key("Whether data at rest is encrypted under a key of the domain", example=True)] = field(
        default=True, name="enableCMK"
    )
    enable_purview_integration: Annotated[bool, key("Whether Purview may scan the domain", example=True)] = True
    tags: Annotated[
        dict[str, str],
        key("Tags of every resource; three of the four follow from the domain", {"Classification": "Confidential"}),
    ] = {}
