"""Where a domain keeps files: a storage account with a hierarchical name space, without keys that are shared."""

from __future__ import annotations

from freehold.model.platform import GEO_REDUNDANT, Infrastructure
from freehold.provision.blocks.parts import (
    BLOB_READER,
    LOCATION,
    NAME,
    PURVIEW,
    READER,
    TAGS,
    WORKSPACE,
    diagnostics,
    role,
)
from freehold.provision.expression import Attribute, Identifier, Keyed, Value, parameter
from freehold.provision.resource import Declaration, Resource, Result, Template

_VERSION = "2023-05-01"
_KEYS = (
    Declaration(name="identityId", type="string", about="The id of the identity that may use the key."),
    Declaration(name="keyVaultUri", type="string", about="The address of the vault of the key."),
    Declaration(name="keyName", type="string", about="The name of the key; its newest version is used."),
)
_STAYS = (("CKV_AZURE_206", "the residency rule keeps every copy in the region that it was written in"),)


def storage(chosen: Infrastructure, containers: tuple[str, ...]) -> Template:
    """Return the template of a domain's storage, as the domain chose it."""
    return Template(
        path="modules/storage.bicep",
        about="The storage of the domain",
        parameters=(
            NAME,
            LOCATION,
            TAGS,
            WORKSPACE,
            Declaration(name="storageSku", type="string", about="How the data is replicated.", default=chosen.storage_sku),
            *(_KEYS if chosen.customer_keys else ()),
            *((PURVIEW,) if chosen.purview else ()),
        ),
        resources=(
            _account(chosen),
            _service(),
            *(_container(name) for name in containers),
            diagnostics("accountMetrics", "account", about="Tells how the account is used", logs="", metrics="Transaction"),
            diagnostics("blobLogs", "blobs", about="Records each access to a file", metrics="Transaction"),
            *(_readers() if chosen.purview else ()),
        ),
        outputs=(
            Result(name="id", type="string", about="The id of the account.", value=Identifier(symbol="account")),
            Result(name="name", type="string", about="The name of the account.", value=Attribute(symbol="account", path="name")),
            Result(
                name="endpoint",
                type="string",
                about="The address of its files.",
                value=Attribute(symbol="account", path="properties.primaryEndpoints.dfs"),
            ),
        ),
    )


def _account(chosen: Infrastructure) -> Resource:
    identity = {"type": "UserAssigned", "userAssignedIdentities": Keyed(key=parameter("identityId"), value={})}
    return Resource(
        symbol="account",
        type="Microsoft.Storage/storageAccounts",
        version=_VERSION,
        name=parameter("name"),
        about="Reached through its private endpoints alone, over TLS 1.2, by who signs in with Entra ID",
        location=parameter("location"),
        tags=parameter("tags"),
        kind="StorageV2",
        sku={"name": parameter("storageSku")},
        identity=identity if chosen.customer_keys else None,
        properties={
            "accessTier": "Hot",
            "isHnsEnabled": True,
            "supportsHttpsTrafficOnly": True,
            "minimumTlsVersion": "TLS1_2",
            "publicNetworkAccess": "Disabled",
            "allowBlobPublicAccess": False,
            "allowSharedKeyAccess": False,
            "allowCrossTenantReplication": False,
            "allowedCopyScope": "AAD",
            "defaultToOAuthAuthentication": True,
            "isLocalUserEnabled": False,
            "isSftpEnabled": False,
            "networkAcls": {"bypass": "AzureServices", "defaultAction": "Deny", "ipRules": [], "virtualNetworkRules": []},
            "encryption": _encryption(chosen),
        },
        accepted=() if chosen.redundancy in GEO_REDUNDANT else _STAYS,
    )


def _encryption(chosen: Infrastructure) -> dict[str, Value]:
    services = {name: {"enabled": True, "keyType": "Account"} for name in ("blob", "file", "queue", "table")}
    held: dict[str, Value] = {"requireInfrastructureEncryption": True, "services": services}
    if not chosen.customer_keys:
        return {"keySource": "Microsoft.Storage", **held}
    return {
        "keySource": "Microsoft.Keyvault",
        "identity": {"userAssignedIdentity": parameter("identityId")},
        "keyvaultproperties": {"keyvaulturi": parameter("keyVaultUri"), "keyname": parameter("keyName")},
        **held,
    }


def _service() -> Resource:
    return Resource(
        symbol="blobs",
        type="Microsoft.Storage/storageAccounts/blobServices",
        version=_VERSION,
        name="default",
        about="What is deleted can be brought back for 14 days",
        parent="account",
        properties={
            "deleteRetentionPolicy": {"enabled": True, "days": 14},
            "containerDeleteRetentionPolicy": {"enabled": True, "days": 14},
        },
    )


def _container(name: str) -> Resource:
    return Resource(
        symbol="container" + "".join(word.capitalize() for word in name.split("-")),
        type="Microsoft.Storage/storageAccounts/blobServices/containers",
        version=_VERSION,
        name=name,
        about=f"The file system {name} of the domain",
        parent="blobs",
        properties={"publicAccess": "None"},
    )


def _readers() -> tuple[Resource, ...]:
    principal = parameter("purviewPrincipalId")
    return (
        role("purviewReader", "account", READER, about="Lets Purview see the account", principal=principal, named_by=principal),
        role(
            "purviewBlobReader",
            "account",
            BLOB_READER,
            about="Lets Purview scan what is in the account",
            principal=principal,
            named_by=principal,
        ),
    )
