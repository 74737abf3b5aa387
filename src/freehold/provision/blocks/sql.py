"""Where a domain keeps tables: an Azure SQL server that only Entra ID signs in to, and one database."""

from __future__ import annotations

import msgspec

from freehold.model.platform import Infrastructure
from freehold.model.sku import backup_redundancy, database_tier, has_zones
from freehold.provision.blocks.parts import LOCATION, NAME, PURVIEW, READER, TAGS, WORKSPACE, diagnostics, role
from freehold.provision.expression import Attribute, Identifier, Keyed, Value, call, parameter, text
from freehold.provision.resource import Declaration, Resource, Result, Template

_VERSION = "2023-08-01"
_KEYS = (
    Declaration(name="identityId", type="string", about="The id of the identity that may use the key."),
    Declaration(name="keyUri", type="string", about="The address of the key, with its version."),
    Declaration(name="keyVaultName", type="string", about="The name of the vault of the key."),
    Declaration(name="keyName", type="string", about="The name of the key."),
)
_NO_ZONES = (("CKV_AZURE_229", "the region has no availability zones"),)
_OUTSIDE = (
    ("CKV_AZURE_26", "alerts go to the owner: the check sees only settings that stand inside of the database"),
    ("CKV_AZURE_27", "alerts go to the administrators: the check sees only settings that stand inside of the database"),
)


def sql(chosen: Infrastructure, retention_days: int) -> Template:
    """Return the template of a domain's server and database, as the domain chose it; audit records are kept for so many days."""
    return Template(
        path="modules/sql.bicep",
        about="The SQL server and the database of the domain",
        parameters=(
            NAME,
            LOCATION,
            TAGS,
            WORKSPACE,
            Declaration(name="databaseName", type="string", about="The name of the database."),
            Declaration(name="databaseSku", type="string", about="The size of the database.", default=chosen.database_sku),
            Declaration(name="administratorName", type="string", about="The Entra group that administers the server."),
            Declaration(name="administratorObjectId", type="string", about="The object id of that group."),
            Declaration(name="ownerEmail", type="string", about="Who is told of threats."),
            *(_KEYS if chosen.customer_keys else ()),
            *((PURVIEW,) if chosen.purview else ()),
        ),
        resources=(
            _server(chosen),
            *((_protector(),) if chosen.customer_keys else ()),
            _auditing("serverAudit", "server", "Microsoft.Sql/servers", retention_days),
            _alerts("serverAlerts", "server", "Microsoft.Sql/servers", retention_days),
            _database(chosen),
            _encryption(),
            _auditing("databaseAudit", "database", "Microsoft.Sql/servers/databases", retention_days),
            _alerts("databaseAlerts", "database", "Microsoft.Sql/servers/databases", retention_days),
            diagnostics("databaseLogs", "database", about="Sends audit records and metrics of the database to the workspace"),
            _server_logs(),
            *((_reader(),) if chosen.purview else ()),
        ),
        outputs=(
            Result(name="id", type="string", about="The id of the server.", value=Identifier(symbol="server")),
            Result(name="name", type="string", about="The name of the server.", value=Attribute(symbol="server", path="name")),
            Result(
                name="endpoint",
                type="string",
                about="The address of the server.",
                value=Attribute(symbol="server", path="properties.fullyQualifiedDomainName"),
            ),
        ),
    )


def _server(chosen: Infrastructure) -> Resource:
    identity = {"type": "UserAssigned", "userAssignedIdentities": Keyed(key=parameter("identityId"), value={})}
    keys: dict[str, Value] = {"keyId": parameter("keyUri"), "primaryUserAssignedIdentityId": parameter("identityId")}
    return Resource(
        symbol="server",
        type="Microsoft.Sql/servers",
        version=_VERSION,
        name=parameter("name"),
        about="Reached through its private endpoint alone, over TLS 1.2; nobody signs in with a password",
        location=parameter("location"),
        tags=parameter("tags"),
        identity=identity if chosen.customer_keys else None,
        properties={
            "version": "12.0",
            "minimalTlsVersion": "1.2",
            "publicNetworkAccess": "Disabled",
            "restrictOutboundNetworkAccess": "Enabled",
            "administrators": {
                "administratorType": "ActiveDirectory",
                "azureADOnlyAuthentication": True,
                "principalType": "Group",
                "login": parameter("administratorName"),
                "sid": parameter("administratorObjectId"),
                "tenantId": call("subscription", path="tenantId"),
            },
            **(keys if chosen.customer_keys else {}),
        },
    )


def _protector() -> Resource:
    version = call("last", call("split", parameter("keyUri"), "/"))
    return Resource(
        symbol="protector",
        type="Microsoft.Sql/servers/encryptionProtector",
        version=_VERSION,
        name="current",
        about="Encrypts every database under the key of the domain, and follows when it is exchanged",
        parent="server",
        properties={
            "serverKeyType": "AzureKeyVault",
            "serverKeyName": text(parameter("keyVaultName"), "_", parameter("keyName"), "_", version),
            "autoRotationEnabled": True,
        },
    )


def _auditing(symbol: str, parent: str, above: str, retention_days: int) -> Resource:
    return Resource(
        symbol=symbol,
        type=f"{above}/auditingSettings",
        version=_VERSION,
        name="default",
        about=f"Records what is done to the {parent}",
        parent=parent,
        properties={"state": "Enabled", "isAzureMonitorTargetEnabled": True, "retentionDays": retention_days},
    )


def _alerts(symbol: str, parent: str, above: str, retention_days: int) -> Resource:
    return Resource(
        symbol=symbol,
        type=f"{above}/securityAlertPolicies",
        version=_VERSION,
        name="Default",
        about=f"Tells the owner of threats to the {parent}",
        parent=parent,
        properties={
            "state": "Enabled",
            "disabledAlerts": [],
            "emailAccountAdmins": True,
            "emailAddresses": [parameter("ownerEmail")],
            "retentionDays": retention_days,
        },
    )


def _database(chosen: Infrastructure) -> Resource:
    return Resource(
        symbol="database",
        type="Microsoft.Sql/servers/databases",
        version=_VERSION,
        name=parameter("databaseName"),
        about="The tables of the domain; backups are copied no further than its files are",
        parent="server",
        location=parameter("location"),
        tags=parameter("tags"),
        sku={"name": parameter("databaseSku"), "tier": database_tier(chosen.database_sku)},
        properties={
            "requestedBackupStorageRedundancy": backup_redundancy(chosen.redundancy),
            "zoneRedundant": has_zones(chosen.region),
        },
        accepted=() if has_zones(chosen.region) else _NO_ZONES,
        accepted_in_bicep=_OUTSIDE,
    )


def _encryption() -> Resource:
    return Resource(
        symbol="databaseEncryption",
        type="Microsoft.Sql/servers/databases/transparentDataEncryption",
        version=_VERSION,
        name="current",
        about="Encrypts the database at rest",
        parent="database",
        properties={"state": "Enabled"},
    )


def _server_logs() -> Resource:
    """Return the setting of the server's own database `master`, which comes with the server and is no resource here: by name."""
    held = diagnostics("serverLogs", "server", about="Sends audit records of the server to the workspace", metrics="")
    return msgspec.structs.replace(
        held,
        type="Microsoft.Sql/servers/databases/providers/diagnosticSettings",
        name=text(parameter("name"), "/master/Microsoft.Insights/to-workspace"),
        scope=None,
        after=("server",),
    )


def _reader() -> Resource:
    principal = parameter("purviewPrincipalId")
    return role("purviewReader", "server", READER, about="Lets Purview see the server", principal=principal, named_by=principal)
