"""What governance becomes in Azure Policy: a clean estate trips nothing of it, and each violation trips exactly its policy."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from freehold.azure.governance import Wanted, export
from freehold.azure.template.deployment import Circumstances
from freehold.errors import AzurePolicyInvalid
from freehold.manifest import read
from freehold.model.mesh import Mesh
from freehold.services.azure_policy import evaluate_template, export_governance, gather
from freehold.stores.azure_policies import PackagedPolicies
from freehold.stores.files import FolderFiles

DEMO = Path(__file__).parents[3] / "src" / "freehold" / "cli" / "demo" / "mesh"
GROUP = "/providers/Microsoft.Management/managementGroups/contoso"
WANTED = Wanted(
    mesh="Contoso",
    scope=GROUP,
    allowed_regions=("westeurope", "italynorth", "swedencentral", "swedensouth"),
    pairs={"westeurope": "northeurope", "italynorth": None, "swedencentral": "swedensouth", "swedensouth": "swedencentral"},
    own_keys=True,
)
TAGS = {"Domain": "sales", "DataOwner": "a@contoso.com", "Classification": "Confidential", "Region": "EU"}
APPROVED = [{"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}]
CLEAN: dict[str, dict[str, Any]] = {
    "group": {"type": "Microsoft.Resources/resourceGroups", "name": "rg", "location": "westeurope"},
    "storage": {
        "type": "Microsoft.Storage/storageAccounts",
        "apiVersion": "2023-01-01",
        "name": "raw",
        "location": "westeurope",
        "tags": TAGS,
        "sku": {"name": "Standard_ZRS"},
        "properties": {
            "minimumTlsVersion": "TLS1_2",
            "supportsHttpsTrafficOnly": True,
            "publicNetworkAccess": "Disabled",
            "allowBlobPublicAccess": False,
            "allowSharedKeyAccess": False,
            "allowCrossTenantReplication": False,
            "networkAcls": {"defaultAction": "Deny"},
            "encryption": {"keySource": "Microsoft.Keyvault"},
        },
    },
    "link": {
        "type": "Microsoft.Storage/storageAccounts/privateEndpointConnections",
        "apiVersion": "2023-01-01",
        "name": "raw/link",
        "properties": {"privateLinkServiceConnectionState": {"status": "Approved"}},
    },
    "server": {
        "type": "Microsoft.Sql/servers",
        "apiVersion": "2023-08-01",
        "name": "sql",
        "location": "westeurope",
        "tags": TAGS,
        "properties": {
            "keyId": "https://v.vault.azure.net/keys/k/1",
            "minimalTlsVersion": "1.2",
            "publicNetworkAccess": "Disabled",
            "administrators": {"azureADOnlyAuthentication": True},
            "privateEndpointConnections": APPROVED,
        },
    },
    "protector": {
        "type": "Microsoft.Sql/servers/encryptionProtector",
        "apiVersion": "2023-08-01",
        "name": "sql/current",
        "properties": {"serverKeyType": "AzureKeyVault"},
    },
    "database": {
        "type": "Microsoft.Sql/servers/databases",
        "apiVersion": "2023-08-01",
        "name": "sql/db",
        "location": "westeurope",
        "tags": TAGS,
        "properties": {"requestedBackupStorageRedundancy": "Zone"},
    },
    "vault": {
        "type": "Microsoft.KeyVault/vaults",
        "apiVersion": "2023-07-01",
        "name": "vault",
        "location": "westeurope",
        "tags": TAGS,
        "properties": {
            "enableSoftDelete": True,
            "enablePurgeProtection": True,
            "publicNetworkAccess": "Disabled",
            "networkAcls": {"defaultAction": "Deny"},
            "privateEndpointConnections": APPROVED,
        },
    },
    "purview": {
        "type": "Microsoft.Purview/accounts",
        "apiVersion": "2021-12-01",
        "name": "purview",
        "location": "westeurope",
        "tags": TAGS,
        "properties": {"privateEndpointConnections": APPROVED},
    },
    "cosmos": {
        "type": "Microsoft.DocumentDB/databaseAccounts",
        "apiVersion": "2023-04-15",
        "name": "cosmos",
        "location": "westeurope",
        "tags": TAGS,
        "properties": {"locations": [{"locationName": "West Europe"}]},
    },
}
GONE = object()
VIOLATIONS: list[tuple[str, str, list[tuple[str, Any]]]] = [
    ("allowedLocations", "purview", [("location", "eastus")]),
    ("allowedLocationsOfResourceGroups", "group", [("location", "northeurope")]),
    ("allowedLocationsOfCosmos", "cosmos", [("properties.locations", [{"locationName": "East US"}])]),
    ("crossTenantReplication", "storage", [("properties.allowCrossTenantReplication", GONE)]),
    ("geoRedundantStorage", "storage", [("sku.name", "Standard_GRS")]),
    ("geoRedundantStorage", "storage", [("sku.name", "Standard_RAGZRS"), ("location", "italynorth")]),
    ("geoRedundantBackups", "database", [("properties.requestedBackupStorageRedundancy", GONE)]),
    *((f"tag{tag}", "vault", [(f"tags.{tag}", GONE)]) for tag in TAGS),
    ("ownKeysOfStorage", "storage", [("properties.encryption.keySource", "Microsoft.Storage")]),
    ("ownKeysOfSql", "server", [("properties.keyId", GONE)]),
    ("ownKeysOfSql", "protector", [("properties.serverKeyType", "ServiceManaged")]),
    ("keysCannotBePurged", "vault", [("properties.enablePurgeProtection", GONE)]),
    ("publicAccessOfStorage", "storage", [("properties.publicNetworkAccess", "Enabled")]),
    ("networkOfStorage", "storage", [("properties.networkAcls.defaultAction", "Allow")]),
    ("publicBlobs", "storage", [("properties.allowBlobPublicAccess", True)]),
    ("sharedKeysOfStorage", "storage", [("properties.allowSharedKeyAccess", GONE)]),
    ("publicAccessOfSql", "server", [("properties.publicNetworkAccess", "Enabled")]),
    ("publicAccessOfKeyVault", "vault", [("properties.publicNetworkAccess", GONE)]),
    ("httpsOfStorage", "storage", [("properties.supportsHttpsTrafficOnly", False)]),
    ("tlsOfStorage", "storage", [("properties.minimumTlsVersion", "TLS1_1")]),
    ("tlsOfSql", "server", [("properties.minimalTlsVersion", "1.1")]),
    ("entraOnlySignIn", "server", [("properties.administrators.azureADOnlyAuthentication", False)]),
    ("privateLinkOfStorage", "link", [("properties.privateLinkServiceConnectionState.status", "Pending")]),
    ("privateLinkOfSql", "server", [("properties.privateEndpointConnections", [])]),
    ("privateLinkOfKeyVault", "vault", [("properties.privateEndpointConnections", GONE)]),
    ("privateLinkOfPurview", "purview", [("properties.privateEndpointConnections", GONE)]),
]


def put(resource: dict[str, Any], path: str, value: Any) -> None:
    *inside, name = path.split(".")
    holder = resource
    for part in inside:
        holder = holder[part]
    if value is GONE:
        del holder[name]
    else:
        holder[name] = value


POLICIES = gather(PackagedPolicies(), export(WANTED).files)


def tripped(resources: dict[str, dict[str, Any]]) -> set[str]:
    here = Circumstances(location="westeurope")
    found = evaluate_template(json.dumps(list(resources.values())), None, POLICIES, here)
    assert found.refused == {}
    return {str(item.reference) for item in found.judged.findings if item.reference is not None}


def test_a_clean_estate_trips_nothing() -> None:
    assert tripped(CLEAN) == set()


@pytest.mark.parametrize(("policy", "resource", "changes"), VIOLATIONS, ids=[f"{item[0]}-{item[1]}" for item in VIOLATIONS])
def test_a_violation_trips_exactly_its_policy(policy: str, resource: str, changes: list[tuple[str, Any]]) -> None:
    resources = copy.deepcopy(CLEAN)
    for path, value in changes:
        put(resources[resource], path, value)
    assert tripped(resources) == {policy}


def test_every_policy_of_the_initiative_has_a_violation_and_a_mend() -> None:
    files = export(WANTED).files
    references = {
        item["policyDefinitionReferenceId"]
        for item in files["policySetDefinitions/freehold-governance.json"]["properties"]["policyDefinitions"]
    }
    messages = files["policyAssignments/freehold-governance.json"]["properties"]["nonComplianceMessages"]
    assert references == {item[0] for item in VIOLATIONS}
    assert references == {item["policyDefinitionReferenceId"] for item in messages}
    assert all(item["message"] for item in messages)


def test_geo_redundancy_is_free_where_the_pair_is_allowed() -> None:
    resources = copy.deepcopy(CLEAN)
    put(resources["storage"], "sku.name", "Standard_GRS")
    put(resources["storage"], "location", "swedencentral")
    assert tripped(resources) == set()


def demo() -> Mesh:
    mesh = read(FolderFiles(DEMO).read()).mesh
    assert mesh is not None
    return mesh


def test_the_same_mesh_gives_the_same_files() -> None:
    once, again = (json.dumps(export_governance(demo(), GROUP, "Deny").files) for _ in range(2))
    assert once == again


def test_the_governance_of_the_mesh_is_what_is_exported() -> None:
    files = export_governance(demo(), GROUP, "Audit").files
    references = files["policySetDefinitions/freehold-governance.json"]["properties"]["policyDefinitions"]
    by_name = {item["policyDefinitionReferenceId"]: item["parameters"] for item in references}
    assert by_name["allowedLocations"]["listOfAllowedLocations"]["value"] == list(demo().governance.allowed_regions)
    assert by_name["allowedLocations"]["effect"]["value"] == "Audit"
    assert "ownKeysOfStorage" in by_name
    assert "geoRedundantStorage" not in by_name, "the two allowed regions are a pair"


def test_a_domain_without_own_keys_is_not_asked_for_them() -> None:
    files = export_governance(demo(), "/subscriptions/s/resourceGroups/sales", "Deny", "sales").files
    initiative = files["policySetDefinitions/freehold-governance.json"]
    references = {item["policyDefinitionReferenceId"] for item in initiative["properties"]["policyDefinitions"]}
    assert not references & {"ownKeysOfStorage", "ownKeysOfSql", "keysCannotBePurged"}
    assert initiative["id"].startswith("/subscriptions/s/providers/"), "a resource group holds no definitions"
    assert files["policyAssignments/freehold-governance.json"]["id"].startswith("/subscriptions/s/resourceGroups/sales/providers/")


@pytest.mark.parametrize(
    ("scope", "effect", "domain", "said"),
    [
        ("contoso", "Deny", None, "no scope"),
        (GROUP, "Refuse", None, "no effect here"),
        (GROUP, "Deny", "nowhere", "no domain `nowhere`"),
    ],
)
def test_what_cannot_be_exported_is_refused(scope: str, effect: str, domain: str | None, said: str) -> None:
    with pytest.raises(AzurePolicyInvalid, match=said):
        export_governance(demo(), scope, effect, domain)
