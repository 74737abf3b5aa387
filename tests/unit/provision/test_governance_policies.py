"""Each mutation of what the building blocks make trips exactly its policy of the mesh's governance, as it is exported to Azure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
import pytest

from freehold.azure.governance import Wanted, export
from freehold.azure.template.deployment import Circumstances
from freehold.model.platform import Infrastructure, Platform
from freehold.provision.arm import write_arm
from freehold.provision.domain import main_template
from freehold.provision.flatten import flatten
from freehold.services.azure_policy import PolicySet, evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

SALES = Infrastructure(
    domain="Sales",
    region="westeurope",
    database_sku="GP_Gen5_2",
    storage_sku="Standard_ZRS",
    tags={"Classification": "Confidential"},
    owner="sales-data-team@contoso.com",
)
GIVEN = {"sqlAdministratorName": "admins", "sqlAdministratorObjectId": "o-1", "purviewPrincipalId": "p-1"}
SCOPE = "/subscriptions/00000000-0000-0000-0000-000000000000"
STORAGE, SERVER, VAULT = "Microsoft.Storage/storageAccounts", "Microsoft.Sql/servers", "Microsoft.KeyVault/vaults"
DATABASE = "databases"
"""A child of its server in the template."""
PUBLIC = "properties.publicNetworkAccess"

MUTATIONS: dict[str, tuple[str, str, Any, str]] = {
    "storage without TLS 1.2": (STORAGE, "properties.minimumTlsVersion", "TLS1_0", "tlsOfStorage"),
    "a server without TLS 1.2": (SERVER, "properties.minimalTlsVersion", "1.0", "tlsOfSql"),
    "storage over http": (STORAGE, "properties.supportsHttpsTrafficOnly", False, "httpsOfStorage"),
    "storage open to the internet": (STORAGE, PUBLIC, "Enabled", "publicAccessOfStorage"),
    "storage that lets in by default": (STORAGE, "properties.networkAcls.defaultAction", "Allow", "networkOfStorage"),
    "blobs for anybody": (STORAGE, "properties.allowBlobPublicAccess", True, "publicBlobs"),
    "a server open to the internet": (SERVER, PUBLIC, "Enabled", "publicAccessOfSql"),
    "a vault open to the internet": (VAULT, PUBLIC, "Enabled", "publicAccessOfKeyVault"),
    "shared keys": (STORAGE, "properties.allowSharedKeyAccess", True, "sharedKeysOfStorage"),
    "replication to other tenants": (STORAGE, "properties.allowCrossTenantReplication", True, "crossTenantReplication"),
    "sign-in with passwords": (SERVER, "properties.administrators.azureADOnlyAuthentication", False, "entraOnlySignIn"),
    "storage without a key of the custodian's": (
        STORAGE,
        "properties.encryption.keySource",
        "Microsoft.Storage",
        "ownKeysOfStorage",
    ),
    "a server without one": (SERVER, "properties.keyId", None, "ownKeysOfSql"),
    "a vault that can be purged": (VAULT, "properties.enablePurgeProtection", None, "keysCannotBePurged"),
    "a foreign region": (STORAGE, "location", "eastus", "allowedLocations"),
    "storage that is copied across the border": (STORAGE, "sku.name", "Standard_GRS", "geoRedundantStorage"),
    "backups that are copied across the border": (
        DATABASE,
        "properties.requestedBackupStorageRedundancy",
        "Geo",
        "geoRedundantBackups",
    ),
    **{f"no tag {tag}": (STORAGE, f"tags.{tag}", None, f"tag{tag}") for tag in ("Domain", "DataOwner", "Classification", "Region")},
}


def template() -> dict[str, Any]:
    root = main_template(SALES, Platform(prefix="contoso"), "EU")
    return json.loads(json.dumps(write_arm(root, flatten(root))))


def _every(resources: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in resources:
        yield item
        yield from _every(item.get("resources", []))


def changed(name: str) -> dict[str, Any]:
    kind, path, value, _ = MUTATIONS[name]
    document = template()
    *above, last = path.split(".")
    held = next(item for item in _every(document["resources"]) if item["type"] == kind)
    for step in above:
        held = held[step]
    if value is None:
        del held[last]
    else:
        held[last] = value
    return document


@lru_cache(maxsize=1)
def governance() -> PolicySet:
    """Return what a mesh asks for that allows West Europe and not its pair."""
    wanted = Wanted(
        mesh="contoso",
        scope=SCOPE,
        allowed_regions=("westeurope", "germanywestcentral"),
        pairs={"westeurope": "northeurope", "germanywestcentral": "germanynorth"},
        own_keys=True,
    )
    return gather(PackagedPolicies(), dict(export(wanted).files))


def denied(document: dict[str, Any]) -> set[str | None]:
    """Return the policies of the initiative that would deny a template."""
    given = json.dumps({"parameters": {name: {"value": value} for name, value in GIVEN.items()}})
    where = Circumstances(location="westeurope", now="2026-11-28T00:00:00.000000Z")
    found = evaluate_template(json.dumps(document), given, governance(), where)
    assert not found.refused
    return {item.reference for item in found.judged.findings if item.denies}


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_mutation_is_denied_by_exactly_its_policy_of_governance(name: str) -> None:
    assert denied(changed(name)) == {MUTATIONS[name][3]}


def test_what_the_building_blocks_make_is_denied_by_none() -> None:
    assert denied(template()) == set()


def test_every_policy_of_the_export_that_can_deny_such_a_template_has_a_mutation() -> None:
    references = {one.reference for one in governance().applied if one.reference}
    audits = {name for name in references if name.startswith("privateLink")}
    others = {"allowedLocationsOfResourceGroups", "allowedLocationsOfCosmos"}
    assert references - audits - others == {found for *_, found in MUTATIONS.values()}


def test_a_region_whose_pair_is_allowed_may_copy_there() -> None:
    chosen = msgspec.structs.replace(SALES, storage_sku="Standard_GRS")
    root = main_template(chosen, Platform(prefix="contoso"), "EU")
    document = json.loads(json.dumps(write_arm(root, flatten(root))))
    assert denied(document) == {"geoRedundantStorage", "geoRedundantBackups"}
    wide = Wanted(
        mesh="contoso",
        scope=SCOPE,
        allowed_regions=("westeurope", "northeurope"),
        pairs={"westeurope": "northeurope", "northeurope": "westeurope"},
    )
    within = gather(PackagedPolicies(), dict(export(wide).files))
    given = json.dumps({"parameters": {name: {"value": value} for name, value in GIVEN.items()}})
    found = evaluate_template(json.dumps(document), given, within, Circumstances(location="westeurope"))
    assert not any(item.denies for item in found.judged.findings)
