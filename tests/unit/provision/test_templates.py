"""Bicep and ARM JSON say the same: both are read back, and compared resource by resource, property by property."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from deployments import Deployed, frozen, read_arm, read_bicep
from freehold.model.platform import Infrastructure, Platform
from freehold.provision.arm import write_arm
from freehold.provision.bicep import write_bicep
from freehold.provision.domain import main_template
from freehold.provision.flatten import flatten
from freehold.provision.resource import Template, templates

PLATFORM = Platform(prefix="contoso")
CHOICES = [
    Infrastructure(
        domain=domain,
        region=region,
        database_sku=database,
        storage_sku=storage,
        private_endpoints=flags[0],
        customer_keys=flags[1],
        purview=flags[2],
        tags={"Classification": "Confidential", "Cost's \\ ${centre}\n[1]": "[4711] {0}"},
        owner="sales-data-team@contoso.com",
    )
    for domain, region, database, storage, flags in (
        ("Sales", "westeurope", "GP_Gen5_2", "Standard_GRS", (True, True, True)),
        ("Human Resources Domain", "ukwest", "BC_Gen5_4", "Standard_LRS", (True, True, True)),
        *(("Sales", "swedencentral", "GP_S_Gen5_2", "Standard_ZRS", flags) for flags in product((True, False), repeat=3)),
    )
]


def called(chosen: Infrastructure) -> str:
    return f"{chosen.region}-{chosen.private_endpoints:d}{chosen.customer_keys:d}{chosen.purview:d}"


def written(chosen: Infrastructure, folder: Path) -> tuple[Template, Deployed, dict[str, Any]]:
    root = main_template(chosen, PLATFORM, "EU")
    for item in templates(root):
        path = folder / item.path
        path.parent.mkdir(exist_ok=True)
        path.write_text(write_bicep(item))
    return root, read_bicep(folder), write_arm(root, flatten(root))


@pytest.mark.parametrize("chosen", CHOICES, ids=called)
def test_bicep_and_arm_deploy_the_same_resources_property_by_property(chosen: Infrastructure, tmp_path: Path) -> None:
    _, bicep, document = written(chosen, tmp_path)
    arm = read_arm(document)
    assert set(arm.resources) == set(bicep.resources)
    for key, body in arm.resources.items():
        assert bicep.resources[key] == body, key
    assert len(arm.resources) >= (44 if chosen == CHOICES[0] else 17)
    assert arm.outputs == bicep.outputs
    assert arm.parameters == bicep.parameters


@pytest.mark.parametrize("chosen", CHOICES, ids=called)
def test_each_resource_waits_for_what_it_refers_to_and_none_for_itself(chosen: Infrastructure, tmp_path: Path) -> None:
    _, _, document = written(chosen, tmp_path)
    arm = read_arm(document)
    before: dict[Any, set[Any]] = {}

    def all_before(key: Any, above: tuple[Any, ...] = ()) -> set[Any]:
        assert key not in above, "a circle"
        if key not in before:
            before[key] = set().union(*({item} | all_before(item, (*above, key)) for item in arm.waits[key]))
        return before[key]

    for key, body in arm.resources.items():
        assert len(key[2]) == key[1].count("/"), "one name for each segment of the type"
        assert arm.waits[key] <= set(arm.resources), "waits for what is not deployed"
        for used in ids(frozen(body)):
            assert used in all_before(key), (key, used)


def ids(value: Any) -> list[Any]:
    """Return the resource ids in a frozen value."""
    if not isinstance(value, tuple):
        return []
    own = [value] if len(value) == 4 and value[0] == "id" else []
    return own + [found for item in value for found in ids(item)]


def test_encrypted_stores_wait_until_their_identity_may_use_the_key(tmp_path: Path) -> None:
    _, _, document = written(CHOICES[0], tmp_path)
    arm = read_arm(document)
    role = next(key for key in arm.resources if key[1].endswith("roleAssignments") and key[3][1].endswith("vaults/keys"))
    for kind in ("Microsoft.Storage/storageAccounts", "Microsoft.Sql/servers"):
        assert role in next(waits for key, waits in arm.waits.items() if key[1] == kind)


@pytest.mark.parametrize("chosen", CHOICES[:2], ids=lambda item: item.region)
def test_no_text_could_be_taken_for_a_parameter_where_the_reader_cannot_tell(chosen: Infrastructure, tmp_path: Path) -> None:
    root, _, _ = written(chosen, tmp_path)
    for item in templates(root):
        names = {declared.name for declared in item.parameters}
        assert not names & set(re.findall(r"'(\w+)'", (tmp_path / item.path).read_text())), item.path


def test_what_is_written_is_the_same_each_time(tmp_path: Path) -> None:
    first = [write_bicep(item) for item in templates(main_template(CHOICES[0], PLATFORM, "EU"))]
    assert first == [write_bicep(item) for item in templates(main_template(CHOICES[0], PLATFORM, "EU"))]


def test_the_call_of_the_domain_template_has_the_keys_of_the_source_document(tmp_path: Path) -> None:
    written(CHOICES[0], tmp_path)
    text = (tmp_path / "main.bicep").read_text()
    for line in (
        "module domainInfra 'domain-template.bicep' = {",
        "  name: '${domainName}-infrastructure'",
        "    domainName: domainName",
        "    region: 'westeurope' // Fixed for EU sovereignty",
        "    sqlServerSku: 'GP_Gen5_2'",
        "    storageAccountSku: 'Standard_GRS'",
        "    enablePrivateEndpoints: true",
        "    enableCMK: true",
        "    enablePurviewIntegration: true",
        "      Domain: domainName",
        "      DataOwner: dataOwnerEmail",
        "      Classification: 'Confidential'",
        "      Region: 'EU'",
    ):
        assert f"{line}\n" in text, line


def test_no_name_of_a_jurisdiction_leaves_the_comment_that_it_stands_in() -> None:
    text = write_bicep(main_template(CHOICES[0], PLATFORM, "EU\n    region: 'eastus'\r//"))
    assert [line for line in text.splitlines() if line.strip().startswith("region:")] == [
        "    region: 'westeurope' // Fixed for EU region: 'eastus' // sovereignty"
    ]


def test_a_domain_is_called_as_it_is_everywhere_else() -> None:
    chosen = CHOICES[1]
    assert chosen.short == "human-resources"
    assert {
        item.name
        for item in flatten(main_template(chosen, PLATFORM, "UK")).resources
        if item.type == "Microsoft.Sql/servers/databases"
    } == {"sqldb-human-resources"}
