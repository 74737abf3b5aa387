"""The domain's template out of the building blocks, and the call of it: what the domain chose is all that it deploys.

Each key that the domain wrote is a parameter that accepts only that value, so that a deployment cannot leave what was judged.
"""

from __future__ import annotations

from freehold.model.platform import Infrastructure, Platform
from freehold.provision.blocks.keys import identity, key_vault
from freehold.provision.blocks.monitoring import monitoring
from freehold.provision.blocks.network import network, private_endpoint
from freehold.provision.blocks.parts import PURVIEW
from freehold.provision.blocks.sql import sql
from freehold.provision.blocks.storage import storage
from freehold.provision.expression import Output, Value, call, parameter, text
from freehold.provision.naming import Names, names
from freehold.provision.resource import Declaration, Module, Result, Template

ZONES = {
    "blob": "privatelink.blob.core.windows.net",
    "dfs": "privatelink.dfs.core.windows.net",
    "sqlServer": "privatelink.database.windows.net",
    "vault": "privatelink.vaultcore.azure.net",
}
"""The private DNS zone of each part of a service that a private endpoint leads to, in Azure's public cloud."""

TAGS = ("Domain", "DataOwner", "Classification", "Region")
"""The tags of the source document, in its order."""

_OUTPUTS = (
    ("storageAccountId", "The id of the storage account.", "storage", "id"),
    ("sqlServerId", "The id of the SQL server.", "sql", "id"),
    ("sqlServerEndpoint", "The address of the SQL server.", "sql", "endpoint"),
)
_OWNER = Declaration(name="dataOwnerEmail", type="string", about="Who answers for the data, and is told of threats to it.")
_ADMINISTRATORS = (
    Declaration(name="sqlAdministratorName", type="string", about="The Entra group that administers the SQL server."),
    Declaration(name="sqlAdministratorObjectId", type="string", about="The object id of that group."),
)
_MADE = Declaration(name="deployedAt", type="string", about="When the key is made.", default=call("utcNow", "u"))


def main_template(chosen: Infrastructure, platform: Platform, jurisdiction: str) -> Template:
    """Return the template that a domain deploys: one use of `domain-template.bicep`."""
    inner = domain_template(chosen, platform)
    fixed: dict[str, Value] = {
        "domainName": parameter("domainName"),
        "region": chosen.region,
        "sqlServerSku": chosen.database_sku,
        "storageAccountSku": chosen.storage_sku,
        "enablePrivateEndpoints": chosen.private_endpoints,
        "enableCMK": chosen.customer_keys,
        "enablePurviewIntegration": chosen.purview,
        "tags": _tags(chosen, jurisdiction),
    }
    passed = {item.name: parameter(item.name) for item in inner.parameters if item.name not in fixed}
    return Template(
        path="main.bicep",
        about=f"The infrastructure of the domain {chosen.domain}",
        parameters=(
            _defaulted(_only("domainName", "string", "The domain.", chosen.short), chosen.short),
            _OWNER if chosen.owner is None else _defaulted(_OWNER, chosen.owner),
            *(item for item in inner.parameters if item.name not in fixed and item.name != _OWNER.name),
        ),
        modules=(
            Module(
                symbol="domainInfra",
                template=inner,
                name=text(parameter("domainName"), "-infrastructure"),
                arguments={**fixed, **passed},
                notes={"region": f"Fixed for {jurisdiction} sovereignty"},
            ),
        ),
        outputs=tuple(
            Result(name=item.name, type=item.type, about=item.about, value=Output(module="domainInfra", name=item.name))
            for item in inner.outputs
        ),
    )


def domain_template(chosen: Infrastructure, platform: Platform) -> Template:
    """Return the template of one domain, out of the approved building blocks."""
    held = names(platform.prefix, chosen.short, chosen.region)
    return Template(
        path="domain-template.bicep",
        about="A domain: its network, keys, storage, database and logs, out of approved building blocks",
        parameters=(
            _only("domainName", "string", "The domain.", chosen.short),
            _only("region", "string", "The region that everything is in.", chosen.region),
            _only("sqlServerSku", "string", "The size of the database.", chosen.database_sku),
            _only("storageAccountSku", "string", "How files are replicated.", chosen.storage_sku),
            _only("enablePrivateEndpoints", "bool", "Whether data is reached through private endpoints.", chosen.private_endpoints),
            _only("enableCMK", "bool", "Whether data at rest is encrypted under a key of the domain.", chosen.customer_keys),
            _only("enablePurviewIntegration", "bool", "Whether Purview may scan the domain.", chosen.purview),
            Declaration(name="tags", type="object", about="The tags of every resource."),
            _OWNER,
            *_ADMINISTRATORS,
            *((PURVIEW,) if chosen.purview else ()),
            *((_MADE,) if chosen.customer_keys else ()),
            *((_address(platform),) if chosen.private_endpoints else ()),
        ),
        modules=(
            _module("monitoring", monitoring(platform.retention_days), {"name": held.workspace}),
            *(_keys(held, platform) if chosen.customer_keys else ()),
            _storage(chosen, platform, held),
            _sql(chosen, platform, held),
            *(_private(chosen, platform, held) if chosen.private_endpoints else ()),
        ),
        outputs=(
            *(
                Result(name=name, type="string", about=about, value=Output(module=module, name=output))
                for name, about, module, output in _OUTPUTS
            ),
            *((_sources(),) if chosen.purview else ()),
            _baseline(),
        ),
    )


def _tags(chosen: Infrastructure, jurisdiction: str) -> dict[str, Value]:
    """Return the tags: those that follow from the domain, whatever was written, and those that it wrote."""
    follow = {"Domain": parameter("domainName"), "DataOwner": parameter("dataOwnerEmail"), "Region": jurisdiction}
    held: dict[str, Value] = {**chosen.tags, **follow}
    return {name: held[name] for name in (*(name for name in TAGS if name in held), *sorted(set(held) - set(TAGS)))}


def _only(name: str, kind: str, about: str, value: Value) -> Declaration:
    return Declaration(name=name, type=kind, about=about, allowed=(value,))


def _defaulted(item: Declaration, value: Value) -> Declaration:
    return Declaration(name=item.name, type=item.type, about=item.about, default=value, allowed=item.allowed)


def _address(platform: Platform) -> Declaration:
    about = "The address space of the network of the domain, as a CIDR block."
    return Declaration(name="addressPrefix", type="string", about=about, default=platform.address_space)


def _module(symbol: str, template: Template, arguments: dict[str, Value]) -> Module:
    """Return the use of a building block in the domain's region and under its tags."""
    shared = {"location": parameter("region"), "tags": parameter("tags")}
    named = {"name": arguments["name"], **shared, **arguments}
    return Module(symbol=symbol, template=template, name=text(parameter("domainName"), f"-{_dashed(symbol)}"), arguments=named)


def _dashed(symbol: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in symbol)


def _keys(held: Names, platform: Platform) -> tuple[Module, Module]:
    given = {
        "workspaceId": Output(module="monitoring", name="id"),
        "keyName": held.key,
        "deployedAt": parameter("deployedAt"),
        "identityId": Output(module="identity", name="id"),
        "identityPrincipalId": Output(module="identity", name="principalId"),
    }
    vault = key_vault(platform.key_expiry, platform.key_rotation)
    return _module("identity", identity(), {"name": held.identity}), _module("keyVault", vault, {"name": held.vault, **given})


def _purview(chosen: Infrastructure) -> dict[str, Value]:
    return {PURVIEW.name: parameter(PURVIEW.name)} if chosen.purview else {}


def _storage(chosen: Infrastructure, platform: Platform, held: Names) -> Module:
    keys = {
        "identityId": Output(module="identity", name="id"),
        "keyVaultUri": Output(module="keyVault", name="uri"),
        "keyName": Output(module="keyVault", name="keyName"),
    }
    given: dict[str, Value] = {
        "name": held.storage,
        "workspaceId": Output(module="monitoring", name="id"),
        "storageSku": parameter("storageAccountSku"),
        **(keys if chosen.customer_keys else {}),
        **_purview(chosen),
    }
    return _module("storage", storage(chosen, platform.containers), given)


def _sql(chosen: Infrastructure, platform: Platform, held: Names) -> Module:
    keys = {
        "identityId": Output(module="identity", name="id"),
        "keyUri": Output(module="keyVault", name="keyUri"),
        "keyVaultName": Output(module="keyVault", name="name"),
        "keyName": Output(module="keyVault", name="keyName"),
    }
    given: dict[str, Value] = {
        "name": held.server,
        "workspaceId": Output(module="monitoring", name="id"),
        "databaseName": held.database,
        "databaseSku": parameter("sqlServerSku"),
        "administratorName": parameter("sqlAdministratorName"),
        "administratorObjectId": parameter("sqlAdministratorObjectId"),
        "ownerEmail": parameter("dataOwnerEmail"),
        **(keys if chosen.customer_keys else {}),
        **_purview(chosen),
    }
    return _module("sql", sql(chosen, platform.retention_days), given)


def _private(chosen: Infrastructure, platform: Platform, held: Names) -> tuple[Module, ...]:
    given = {"name": held.network, "securityGroupName": held.security_group, "addressPrefix": parameter("addressPrefix")}
    targets = {"blob": "storage", "dfs": "storage", "sqlServer": "sql", **({"vault": "keyVault"} if chosen.customer_keys else {})}
    return (
        _module("network", network(platform.address_space), given),
        *(
            _module(
                f"{group}Endpoint",
                private_endpoint(),
                {
                    "name": held.endpoint(group),
                    "targetId": Output(module=module, name="id"),
                    "groupId": group,
                    "zoneName": ZONES[group],
                    "networkId": Output(module="network", name="id"),
                    "subnetId": Output(module="network", name="subnetId"),
                },
            )
            for group, module in targets.items()
        ),
    )


def _sources() -> Result:
    """Return the domain's data sources as Purview's Scanning API registers them."""
    return Result(
        name="purviewSources",
        type="array",
        about="The data sources of the domain, as they are registered with Purview.",
        value=[
            _source("-domain", "AzureSqlDatabase", "sql", "serverEndpoint"),
            _source("-domain-files", "AdlsGen2", "storage", "endpoint"),
        ],
    )


def _source(ending: str, kind: str, module: str, endpoint: str) -> dict[str, Value]:
    return {
        "name": text(parameter("domainName"), ending),
        "kind": kind,
        "properties": {
            endpoint: Output(module=module, name="endpoint"),
            "resourceId": Output(module=module, name="id"),
            "resourceName": Output(module=module, name="name"),
            "resourceGroup": call("resourceGroup", path="name"),
            "subscriptionId": call("subscription", path="subscriptionId"),
            "location": parameter("region"),
            "collection": {"referenceName": parameter("domainName"), "type": "CollectionReference"},
        },
    }


def _baseline() -> Result:
    return Result(
        name="securityBaseline",
        type="object",
        about="What the domain kept of the security baseline.",
        value={
            "privateEndpoints": parameter("enablePrivateEndpoints"),
            "customerManagedKeys": parameter("enableCMK"),
            "purviewIntegration": parameter("enablePurviewIntegration"),
        },
    )
