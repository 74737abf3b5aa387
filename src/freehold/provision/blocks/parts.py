"""What several building blocks have: the parameters that each takes, diagnostic settings and role assignments."""

from __future__ import annotations

from freehold.provision.expression import Identifier, Value, call, parameter
from freehold.provision.resource import Declaration, Resource

NAME = Declaration(name="name", type="string", about="The name of the resource.")
LOCATION = Declaration(name="location", type="string", about="The region, which the domain may not leave.")
TAGS = Declaration(name="tags", type="object", about="The tags of the domain, on every resource.")
WORKSPACE = Declaration(name="workspaceId", type="string", about="The workspace that logs and metrics go to.")
PURVIEW = Declaration(name="purviewPrincipalId", type="string", about="The object id of the managed identity of Purview.")

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
KEY_USER = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
"""Built-in roles: Reader, Storage Blob Data Reader, Key Vault Crypto Service Encryption User."""


def diagnostics(symbol: str, scope: str, *, about: str, logs: str = "allLogs", metrics: str = "AllMetrics") -> Resource:
    """Return the setting that sends a resource's logs (a group of categories), metrics (one), or both to a workspace."""
    return Resource(
        symbol=symbol,
        type="Microsoft.Insights/diagnosticSettings",
        version="2021-05-01-preview",
        name="to-workspace",
        about=about,
        scope=scope,
        properties={
            "workspaceId": parameter("workspaceId"),
            "logs": [{"categoryGroup": logs, "enabled": True}] if logs else [],
            "metrics": [{"category": metrics, "enabled": True}] if metrics else [],
        },
    )


def role(symbol: str, scope: str, role_id: str, *, about: str, principal: Value, named_by: Value) -> Resource:
    """Return the assignment of a role to a service's identity; its name follows from scope, identity and role."""
    return Resource(
        symbol=symbol,
        type="Microsoft.Authorization/roleAssignments",
        version="2022-04-01",
        name=call("guid", Identifier(symbol=scope), named_by, role_id),
        about=about,
        scope=scope,
        properties={
            "roleDefinitionId": call("subscriptionResourceId", "Microsoft.Authorization/roleDefinitions", role_id),
            "principalId": principal,
            "principalType": "ServicePrincipal",
        },
    )
