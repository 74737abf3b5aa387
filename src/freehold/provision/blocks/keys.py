"""The keys of a domain: an identity that may use them, and a vault whose key stays inside of a hardware module."""

from __future__ import annotations

from freehold.provision.blocks.parts import KEY_USER, LOCATION, NAME, TAGS, WORKSPACE, diagnostics, role
from freehold.provision.expression import Attribute, Identifier, call, parameter
from freehold.provision.resource import Declaration, Resource, Result, Template

_VAULTS = "2023-07-01"


def identity() -> Template:
    """Return the template of the identity by which storage and database use the domain's key."""
    return Template(
        path="modules/identity.bicep",
        about="The identity that storage and database use the key of the domain by",
        parameters=(NAME, LOCATION, TAGS),
        resources=(
            Resource(
                symbol="identity",
                type="Microsoft.ManagedIdentity/userAssignedIdentities",
                version="2023-01-31",
                name=parameter("name"),
                about="May use the key of the domain, and nothing else",
                location=parameter("location"),
                tags=parameter("tags"),
            ),
        ),
        outputs=(
            Result(name="id", type="string", about="The id of the identity.", value=Identifier(symbol="identity")),
            Result(
                name="principalId",
                type="string",
                about="Its object id in Entra ID.",
                value=Attribute(symbol="identity", path="properties.principalId"),
            ),
        ),
    )


def key_vault(expiry_days: int, rotation_days: int) -> Template:
    """Return the template of a premium vault with one key, which is exchanged and ends after so many days."""
    return Template(
        path="modules/key-vault.bicep",
        about="The vault of the domain, and the key that its data at rest is encrypted under",
        parameters=(
            NAME,
            LOCATION,
            TAGS,
            WORKSPACE,
            Declaration(name="keyName", type="string", about="The name of the key."),
            Declaration(name="deployedAt", type="string", about="When the key is made; its first version ends some time later."),
            Declaration(name="identityId", type="string", about="The id of the identity that may use the key."),
            Declaration(name="identityPrincipalId", type="string", about="The object id of that identity."),
        ),
        resources=(
            _vault(),
            _key(expiry_days, rotation_days),
            role(
                "keyUser",
                "key",
                KEY_USER,
                about="Lets the identity wrap and unwrap with the key",
                principal=parameter("identityPrincipalId"),
                named_by=parameter("identityId"),
            ),
            diagnostics("vaultLogs", "vault", about="Records each use of the vault"),
        ),
        outputs=(
            Result(name="id", type="string", about="The id of the vault.", value=Identifier(symbol="vault")),
            Result(
                name="uri",
                type="string",
                about="The address of the vault.",
                value=Attribute(symbol="vault", path="properties.vaultUri"),
            ),
            Result(name="name", type="string", about="The name of the vault.", value=Attribute(symbol="vault", path="name")),
            Result(name="keyName", type="string", about="The name of the key.", value=Attribute(symbol="key", path="name")),
            Result(
                name="keyUri",
                type="string",
                about="The address of the version of the key that was made first.",
                value=Attribute(symbol="key", path="properties.keyUriWithVersion"),
            ),
        ),
    )


def _vault() -> Resource:
    return Resource(
        symbol="vault",
        type="Microsoft.KeyVault/vaults",
        version=_VAULTS,
        name=parameter("name"),
        about="Reached through its private endpoint alone; what is deleted can be brought back for 90 days",
        location=parameter("location"),
        tags=parameter("tags"),
        properties={
            "tenantId": call("subscription", path="tenantId"),
            "sku": {"family": "A", "name": "premium"},
            "enableRbacAuthorization": True,
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90,
            "enablePurgeProtection": True,
            "enabledForDeployment": False,
            "enabledForDiskEncryption": False,
            "enabledForTemplateDeployment": False,
            "publicNetworkAccess": "Disabled",
            "networkAcls": {"bypass": "AzureServices", "defaultAction": "Deny", "ipRules": [], "virtualNetworkRules": []},
        },
    )


def _key(expiry_days: int, rotation_days: int) -> Resource:
    ends = call("dateTimeAdd", parameter("deployedAt"), f"P{expiry_days}D")
    return Resource(
        symbol="key",
        type="Microsoft.KeyVault/vaults/keys",
        version=_VAULTS,
        name=parameter("keyName"),
        about="Made inside of a hardware module, and never outside of it; exchanged before it ends",
        parent="vault",
        tags=parameter("tags"),
        properties={
            "kty": "RSA-HSM",
            "keySize": 3072,
            "keyOps": ["wrapKey", "unwrapKey"],
            "attributes": {"enabled": True, "exportable": False, "exp": call("dateTimeToEpoch", ends)},
            "rotationPolicy": {
                "attributes": {"expiryTime": f"P{expiry_days}D"},
                "lifetimeActions": [
                    {"action": {"type": "rotate"}, "trigger": {"timeAfterCreate": f"P{rotation_days}D"}},
                    {"action": {"type": "notify"}, "trigger": {"timeBeforeExpiry": "P30D"}},
                ],
            },
        },
    )
