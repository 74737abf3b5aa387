"""The templates that a domain deploys pass checkov, offline: all of it read, nothing failed, each skip with its reason."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.model.platform import Infrastructure, Platform
from freehold.provision.arm import write_arm
from freehold.provision.bicep import write_bicep
from freehold.provision.domain import main_template
from freehold.provision.flatten import flatten
from freehold.provision.resource import templates

CHECKOV = Path(__file__).parents[2] / ".venv" / "checkov" / "bin" / "checkov"
SALES = Infrastructure(
    domain="Sales",
    region="westeurope",
    database_sku="GP_Gen5_2",
    storage_sku="Standard_GRS",
    tags={"Classification": "Confidential"},
    owner="sales-data-team@contoso.com",
)
HERE = msgspec.structs.replace(SALES, region="ukwest", database_sku="BC_Gen5_4", storage_sku="Standard_LRS")
"""A domain whose copies all stay in one region, which has no availability zones: two more checks cannot hold."""

pytestmark = pytest.mark.long


def checked(folder: Path) -> dict[str, Any]:
    """Return checkov's report of each kind of file in a folder."""
    assert CHECKOV.is_file(), "checkov is missing: run `make setup`"
    command = [CHECKOV, "-d", folder, "--framework", "bicep", "arm", "--skip-download", "-o", "json"]
    environment = {**os.environ, "HOME": str(folder.parent)}  # noqa: TID251
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300)
    return {report["check_type"]: report for report in json.loads(done.stdout)}


def written(chosen: Infrastructure, folder: Path) -> Path:
    root = main_template(chosen, Platform(prefix="contoso"), "EU")
    for item in templates(root):
        (folder / item.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / item.path).write_text(write_bicep(item))
    (folder / "main.json").write_text(json.dumps(write_arm(root, flatten(root))))
    return folder


@pytest.mark.parametrize(("chosen", "skipped"), [(SALES, {"CKV_AZURE_26", "CKV_AZURE_27"}), (HERE, None)], ids=["geo", "here"])
def test_checkov_reads_all_of_it_and_fails_none(chosen: Infrastructure, skipped: set[str] | None, tmp_path: Path) -> None:
    found = checked(written(chosen, tmp_path / "infra"))
    assert set(found) == {"bicep", "arm"}
    for report in found.values():
        assert report["summary"]["parsing_errors"] == 0
        assert report["results"]["failed_checks"] == []
        assert report["summary"]["passed"] >= 24
    for item in found["bicep"]["results"]["skipped_checks"]:
        assert len(item["check_result"]["suppress_comment"].split()) > 3, item["check_id"]
    in_arm = {item["check_id"] for item in found["arm"]["results"]["skipped_checks"]}
    reasons = re.findall(r'"id": "(\w+)", "comment": "(?:\S+ ){4}', (tmp_path / "infra" / "main.json").read_text())
    assert in_arm <= set(reasons), "this checker drops the reasons of ARM templates; they stand in the template"
    in_bicep = {item["check_id"] for item in found["bicep"]["results"]["skipped_checks"]}
    assert in_bicep == (skipped or {"CKV_AZURE_26", "CKV_AZURE_27", "CKV_AZURE_206", "CKV_AZURE_229"})


def test_checkov_would_have_seen_what_is_wrong(tmp_path: Path) -> None:
    folder = written(SALES, tmp_path / "infra")
    storage = folder / "modules" / "storage.bicep"
    text = storage.read_text()
    worse = re.sub("publicNetworkAccess: 'Disabled'", "publicNetworkAccess: 'Enabled'", text).replace("TLS1_2", "TLS1_0")
    assert worse != text
    storage.write_text(worse)
    failed = {item["check_id"] for item in checked(folder)["bicep"]["results"]["failed_checks"]}
    assert failed == {"CKV_AZURE_44", "CKV_AZURE_59"}
