"""`freehold domain provision` and `drift`: what they show, write and refuse, and with which exit code."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from freehold.cli.main import app


@pytest.fixture(autouse=True)
def mesh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("FREEHOLD_MESH", "FREEHOLD_URL", "FREEHOLD_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "mesh"
    shutil.copytree(str(files("freehold.cli.demo") / "mesh"), folder)
    monkeypatch.chdir(folder)
    return folder


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["domain", *arguments])
    assert result.exit_code == code, result.output
    return result


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_plan_says_where_data_would_be_and_writes_nothing(mesh: Path) -> None:
    before = files_of(mesh)
    for arguments in (("provision", "sales"), ("provision", "Sales Domain", "--plan")):
        output = run(*arguments).output
        assert "44 resources" in output
        assert "GRS storage copies to northeurope (EU)" in output
        assert "and the policies of Azure Policy" in output
        assert "A deployment asks for: sqlAdministratorName" in output
    assert files_of(mesh) == before


def test_a_plan_is_json_for_programs() -> None:
    found = json.loads(run("provision", "sales", "--json").output)
    assert (found["region"], found["jurisdiction"], found["errors"], len(found["resources"])) == ("westeurope", "EU", 0, 44)
    assert {item["region"] for item in found["copies"]} == {"westeurope", "northeurope"}


def test_files_are_written_where_they_are_wanted(mesh: Path) -> None:
    output = run("provision", "sales", "--to", "infra").output
    assert "+ infra/domain-template.bicep" in output
    assert "az deployment group create --resource-group rg-contoso-sales --template-file infra/main.bicep" in output
    assert len(files_of(mesh / "infra")) == 12
    assert {item["did"] for item in json.loads(run("provision", "sales", "--to", "infra", "--json").output)["written"]} == {"same"}


def test_the_equal_on_this_machine_is_made_once_and_drift_is_told(mesh: Path) -> None:
    assert "is asked for and was never made" in run("drift", "sales", code=1).output
    assert "(made)" in run("provision", "sales", "--apply").output
    assert "(made)" not in run("provision", "sales", "--apply").output
    assert "sales is as it is asked for." in run("drift", "sales").output
    (mesh / "data/sales/raw").rmdir()
    found = json.loads(run("drift", "sales", "--json", code=1).output)
    assert [(item["deviation"], item["name"]) for item in found["drift"]] == [("missing", "raw")]


def test_what_may_not_be_chosen_is_shown_at_its_place_and_nothing_is_written(mesh: Path) -> None:
    path = mesh / "domains/sales/domain.yaml"
    path.write_text(path.read_text().replace("region: westeurope", "region: eastus"))
    before = files_of(mesh)
    output = run("provision", "sales", "--to", "infra", "--apply", code=1).output
    assert "domains/sales/domain.yaml:10:13  choice-unapproved" in output
    assert "Nothing was provisioned." in output
    assert json.loads(run("provision", "sales", "--json", code=1).output)["code"] == "mesh-invalid"
    assert files_of(mesh) == before


def test_a_plan_that_is_asked_for_alone_writes_nothing_else() -> None:
    assert "--plan writes nothing" in run("provision", "sales", "--plan", "--apply", code=2).output


def test_a_deployment_needs_a_place_and_values_and_credentials_and_says_which(mesh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy, platform = ("provision", "sales", "--apply", "--target", "azure"), mesh / "platform.yaml"
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    assert "nothing says where in Azure the domain goes" in run(*deploy, code=1).output
    some = "7a1c52d0-5c8e-4f0b-9d0f-3f0c6f1f5a11"
    platform.write_text(platform.read_text() + f"    subscription: {some}\n")
    assert "there are no credentials for Azure" in run(*deploy, code=1).output
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.setenv(name, some)
    assert "a deployment needs sqlAdministratorName" in run(*deploy, code=1).output
    assert not (mesh / ".freehold").exists()


@pytest.mark.parametrize("command", ["provision", "drift"])
def test_a_domain_that_asks_for_nothing_is_told_how(command: str) -> None:
    assert "add `infrastructure:` to domains/analytics/domain.yaml" in run(command, "analytics", code=1).output
