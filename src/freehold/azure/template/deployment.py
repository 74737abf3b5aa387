"""What a template is evaluated against: parameters and variables, the circumstances of a deployment, where its loops stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from freehold.azure.expression.budget import Budget
from freehold.azure.expression.values import Unknown

PLACEHOLDER = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where and when a template would be deployed; a location that is not given cannot be known. `now` is ISO 8601 in UTC.

    A subscription or group that only a deployment knows is the expression that asks for it, in brackets: no name has any.
    """

    subscription: str = PLACEHOLDER
    tenant: str = PLACEHOLDER
    resource_group: str = "resource-group"
    location: str | None = None
    tags: Mapping[str, Any] | None = None
    """Those of the resource group, where it is known."""
    management_group: str = "management-group"
    now: str | None = None

    def context(self) -> dict[str, Any]:
        """Return what `resourceGroup()`, `subscription()` and their like say; names are as Azure spells them."""
        subscription, group = _name(self.subscription), _name(self.resource_group)
        within = f"/subscriptions/{self.subscription}"
        return {
            "resourceGroup": {
                "id": _within(f"{within}/resourceGroups/{self.resource_group}", subscription, group),
                "name": group,
                "type": "Microsoft.Resources/resourceGroups",
                "location": Unknown("resourceGroup().location") if self.location is None else self.location,
                "managedBy": None,
                "tags": Unknown("resourceGroup().tags") if self.tags is None else dict(self.tags),
                "properties": {"provisioningState": "Succeeded"},
            },
            "subscription": {
                "id": _within(within, subscription),
                "subscriptionId": subscription,
                "tenantId": self.tenant,
                "displayName": Unknown("subscription().displayName"),
                "tags": Unknown("subscription().tags"),
            },
            "tenant": {"tenantId": self.tenant, "displayName": Unknown("tenant().displayName")},
            "managementGroup": {
                "id": f"/providers/Microsoft.Management/managementGroups/{self.management_group}",
                "name": self.management_group,
                "type": "/providers/Microsoft.Management/managementGroups",
                "properties": {"displayName": Unknown("managementGroup().properties.displayName")},
            },
            "location": Unknown("deployment().location") if self.location is None else self.location,
            "utcNow": Unknown("utcNow()") if self.now is None else self.now,
        }


def _name(written: str) -> str | Unknown:
    return Unknown(written[1:-1]) if written.startswith("[") else written


def _within(written: str, *names: str | Unknown) -> str | Unknown:
    return next((name for name in names if isinstance(name, Unknown)), written)


ENVIRONMENT = {
    "name": "AzureCloud",
    "gallery": "https://gallery.azure.com/",
    "graph": "https://graph.windows.net/",
    "graphAudience": "https://graph.windows.net/",
    "portal": "https://portal.azure.com",
    "resourceManager": "https://management.azure.com/",
    "activeDirectoryDataLake": "https://datalake.azure.net/",
    "batch": "https://batch.core.windows.net/",
    "media": "https://rest.media.azure.net",
    "sqlManagement": "https://management.core.windows.net:8443/",
    "vmImageAliasDoc": "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json",
    "suffixes": {
        "acrLoginServer": ".azurecr.io",
        "azureDatalakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
        "azureDatalakeStoreFileSystem": "azuredatalakestore.net",
        "azureFrontDoorEndpointSuffix": "azurefd.net",
        "keyvaultDns": ".vault.azure.net",
        "sqlServerHostname": ".database.windows.net",
        "storage": "core.windows.net",
    },
    "authentication": {
        "loginEndpoint": "https://login.microsoftonline.com/",
        "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
        "tenant": "common",
        "identityProvider": "AAD",
    },
}
"""What `environment()` says of the public cloud; others have other suffixes."""


@dataclass(slots=True)
class Deployment:
    """One evaluation of a template; `loops` are the indices of copies by lower-case name, `""` that of the innermost resource.

    `defaults` and `variables` are worked out when they are asked for, in whatever order they stand, and kept.
    """

    budget: Budget
    context: Mapping[str, Any]
    name: str = "deployment"
    scope: str = ""
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    defaults: dict[str, Callable[[Deployment], Any]] = field(default_factory=dict[str, Callable[["Deployment"], Any]])
    variables: Mapping[str, Callable[[Deployment], Any]] = field(default_factory=dict[str, Callable[["Deployment"], Any]])
    found: dict[str, Any] = field(default_factory=dict[str, Any])
    working: set[str] = field(default_factory=set[str])
    loops: dict[str, Any] = field(default_factory=dict[str, Any])
    """Numbers, and what is unknown in a copy that is made nobody knows how many times."""
    bound: dict[str, Any] = field(default_factory=dict[str, Any])
    asked: Callable[[str], Any] | None = None
    """Says the outputs of a nested deployment of the template by its name, or ABSENT."""
    linked: str | None = None
    """The address of the template itself, where it was read from a folder."""
