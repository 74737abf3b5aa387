"""Each mutation of what the building blocks make trips exactly its policy of Azure."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import pytest

from freehold.azure.template.deployment import Circumstances
from freehold.model.platform import Infrastructure, Platform
from freehold.provision.arm import write_arm
from freehold.provision.domain import main_template
from freehold.provision.flatten import Flat, flatten
from freehold.services.azure_policy import PolicySet, evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

SALES = Infrastructure(
    domain="Sales",
    region="westeurope",
    database_sku="GP_Gen5_2",
    storage_sku="Standard_GRS",
    tags={"Classification": "Confidential"},
    owner="sales-data-team@contoso.com",
)
ROOT = main_template(SALES, Platform(prefix="contoso"), "EU")
GIVEN = {"sqlAdministratorName": "admins", "sqlAdministratorObjectId": "o-1", "purviewPrincipalId": "p-1"}
LOCATIONS, TAGS = "e56962a6-4747-49cd-b67b-bf8b01975c4c", "871b6d14-10aa-478d-b590-94f262ecfa99"
STORAGE, SERVER, VAULT = "Microsoft.Storage/storageAccounts", "Microsoft.Sql/servers", "Microsoft.KeyVault/vaults"
PUBLIC = "properties.publicNetworkAccess"
HTTPS = ("404c3081-a854-4457-ae30-26a93ef643f9", "f81e3117-0093-4b17-8a60-82363134f0eb")
"""Two built-ins that say the same, the second of the initiative for transport."""

MUTATIONS: dict[str, tuple[str, str, Any, set[str]]] = {
    "storage without TLS 1.2": (STORAGE, "properties.minimumTlsVersion", "TLS1_0", {"fe83a0eb-a853-422d-aac2-1bffd182c5d0"}),
    "storage over http": (STORAGE, "properties.supportsHttpsTrafficOnly", False, set(HTTPS)),
    "a server without TLS 1.2": (SERVER, "properties.minimalTlsVersion", "1.0", {"32e6bbec-16b6-44c2-be37-c5b672d103cf"}),
    "storage open to the internet": (
        STORAGE,
        "properties.publicNetworkAccess",
        "Enabled",
        {"b2982f36-99f2-4db5-8eff-283140c09693"},
    ),
    "blobs for anybody": (STORAGE, "properties.allowBlobPublicAccess", True, {"4fa4b6c0-31ca-4c0d-b10d-24b96f62a751"}),
    "a server open to the internet": (
        SERVER,
        "properties.publicNetworkAccess",
        "Enabled",
        {"1b8ca024-1d5c-4dec-8995-b1a932b41780"},
    ),
    "a vault that can be purged": (VAULT, "properties.enablePurgeProtection", None, {"0b60c0b2-2dc2-4e1c-b5c9-abbed971de53"}),
    "shared keys": (STORAGE, "properties.allowSharedKeyAccess", True, {"8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54"}),
    "no CMK": (STORAGE, "properties.encryption.keySource", "Microsoft.Storage", {"6fac406b-40ca-413b-bf8e-0bf964659c25"}),
    "no tag": (STORAGE, "tags.Classification", None, {TAGS}),
    "a foreign region": (STORAGE, "location", "eastus", {LOCATIONS}),
}


def set_in(held: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for step in above:
        held = held[step]
    if value is None:
        del held[last]
    else:
        held[last] = value


def template(flat: Flat | None = None) -> dict[str, Any]:
    return json.loads(json.dumps(write_arm(ROOT, flat or flatten(ROOT))))


@lru_cache(maxsize=1)
def policies() -> PolicySet:
    """Return the built-ins, and those that need to be told regions and tags as they would be assigned."""
    kind = "/providers/Microsoft.Authorization/policyDefinitions/"
    assigned = {
        LOCATIONS: {"listOfAllowedLocations": {"value": ["westeurope", "northeurope"]}},
        TAGS: {"tagName": {"value": "Classification"}},
    }
    documents: dict[str, Any] = {}
    for name, given in assigned.items():
        documents[name] = {"name": name, "properties": {"policyDefinitionId": kind + name, "parameters": given}}
    return gather(PackagedPolicies(), documents)


def tripped(document: dict[str, Any]) -> set[str]:
    """Return the ids of the policies that a template does not keep."""
    where = Circumstances(now="2026-11-28T00:00:00.000000Z")
    given = json.dumps({"parameters": {name: {"value": value} for name, value in GIVEN.items()}})
    found = evaluate_template(json.dumps(document), given, policies(), where)
    assert not found.refused
    return {item.policy for item in found.judged.findings if item.state == "non-compliant"}


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_mutation_trips_exactly_its_policy(name: str) -> None:
    kind, path, value, wanted = MUTATIONS[name]
    document = template()
    set_in(next(item for item in document["resources"] if item["type"] == kind), path, value)
    assert tripped(document) - tripped(template()) == wanted


def test_what_the_building_blocks_make_is_denied_by_nothing() -> None:
    assert not tripped(template()) & {LOCATIONS, TAGS, *(item for *_, found in MUTATIONS.values() for item in found)}
