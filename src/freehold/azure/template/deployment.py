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
    """Where and when a template would be deployed; a location that is not given cannot be known. `now` is ISO 8601 in UTC."""

    subscription: str = PLACEHOLDER
    tenant: str = PLACEHOLDER
    resource_group: str = "resource-group"
    location: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    management_group: str = "management-group"
    now: str | None = None

    def context(self) -> dict[str, Any]:
        """Return what `resourceGroup()`, `subscription()` and their like say; names are as Azure spells them."""
        group = f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
        return {
            "resourceGroup": {
                "id": group,
                "name": self.resource_group,
                "type": "Microsoft.Resources/resourceGroups",
                "location": Unknown("resourceGroup().location") if self.location is None else self.location,
                "managedBy": None,
                "tags": dict(self.tags),
                "properties": {"provisioningState": "Succeeded"},
            },
            "subscription": {
                "id": f"/subscriptions/{self.subscription}",
                "subscriptionId": self.subscription,
                "tenantId": self.tenant,
                "displayName": Unknown("subscription().displayName"),
            },
            "tenant": {"tenantId": self.tenant, "displayName": Unknown("tenant().displayName")},
            "managementGroup": {
                "id": f"/providers/Microsoft.Management/managementGroups/{self.management_group}",
                "name": self.management_group,
                "type": "/providers/Microsoft.Management/managementGroups",
                "properties": {"displayName": Unknown("managementGroup().properties.displayName")},
            },
            "utcNow": Unknown("utcNow()") if self.now is None else self.now,
        }


ENVIRONMENT = {
    "name": "AzureCloud",
    "resourceManager": "https://management.azure.com/",
    "portal": "https://portal.azure.com",
    "suffixes": {
        "storage": "core.windows.net",
        "sqlServerHostname": ".database.windows.net",
        "keyvaultDns": ".vault.azure.net",
        "azureDatalakeStoreFileSystem": "azuredatalakestore.net",
        "acrLoginServer": ".azurecr.io",
    },
    "authentication": {"loginEndpoint": "https://login.microsoftonline.com/", "tenant": "common", "identityProvider": "AAD"},
}
"""What `environment()` says of the public cloud; others have other suffixes."""


@dataclass(slots=True)
class Deployment:
    """One evaluation of a template; `loops` are the indices of copies by lower-case name, `""` that of the innermost resource."""

    budget: Budget
    context: Mapping[str, Any]
    name: str = "deployment"
    scope: str = ""
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    variables: Mapping[str, Callable[[Deployment], Any]] = field(default_factory=dict[str, Callable[["Deployment"], Any]])
    found: dict[str, Any] = field(default_factory=dict[str, Any])
    working: set[str] = field(default_factory=set[str])
    loops: dict[str, int] = field(default_factory=dict[str, int])
    bound: dict[str, Any] = field(default_factory=dict[str, Any])
