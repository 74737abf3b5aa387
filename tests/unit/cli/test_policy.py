"""`freehold policy` on the command line: exit codes tell a pipeline what to do, reports say where, exports are files that judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from freehold.cli.main import app

DEMO = Path(__file__).parents[3] / "src" / "freehold" / "cli" / "demo" / "mesh"
TEMPLATE = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {"tls": {"type": "string"}},
    "resources": [
        {
            "type": "Microsoft.Storage/storageAccounts",
            "apiVersion": "2023-01-01",
            "name": "raw",
            "location": "[resourceGroup().location]",
            "properties": {"minimumTlsVersion": "[parameters('tls')]"},
        }
    ],
}
POLICY = {
    "if": {"field": "Microsoft.Storage/storageAccounts/minimumTlsVersion", "notEquals": "TLS1_2"},
    "then": {"effect": "deny"},
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(item) for item in arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "main.json", TEMPLATE)
    write(tmp_path / "good.json", {"parameters": {"tls": {"value": "TLS1_2"}}})
    write(tmp_path / "bad.json", {"parameters": {"tls": {"value": "TLS1_0"}}})
    write(tmp_path / "policies" / "tls.json", POLICY)
    return tmp_path


def write(path: Path, document: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


def test_a_denial_exits_with_1_and_says_where(folder: Path) -> None:
    done = run("policy", "evaluate", "main.json", "--parameters", "bad.json", "--policy", "policies")
    assert done.exit_code == 1
    (line,) = [line for line in done.output.splitlines() if line.startswith(" ✗")]
    assert "raw" in line
    assert "resources[0]" in line
    assert "minimumTlsVersion is `TLS1_0`" in line
    assert "✗ 1 denial:" in done.output


def test_what_is_not_denied_exits_with_0_and_advice_is_shown(folder: Path) -> None:
    done = run("policy", "evaluate", "main.json", "--parameters", "good.json", "--policy", "policies")
    assert done.exit_code == 0
    assert "(advice)" in done.output
    assert "✓ nothing denied" in done.output


def test_json_has_each_finding_and_the_verdict(folder: Path) -> None:
    done = run("policy", "evaluate", "main.json", "--parameters", "bad.json", "--policy", "policies/tls.json", "--json")
    assert done.exit_code == 1
    said = json.loads(done.output)
    assert said["denied"] is True
    (finding,) = [item for item in said["judged"]["findings"] if item["enforced"]]
    assert (finding["effect"], finding["place"], finding["state"]) == ("deny", "resources[0]", "non-compliant")


def test_a_sarif_report_has_a_rule_and_a_place_for_each_finding(folder: Path) -> None:
    run("policy", "evaluate", "main.json", "--parameters", "bad.json", "--policy", "policies", "--sarif", "out.sarif")
    (found,) = json.loads((folder / "out.sarif").read_text())["runs"]
    rules = {rule["id"] for rule in found["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in found["results"]} == rules
    assert [result["level"] for result in found["results"]].count("error") == 1
    assert found["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "main.json"


def test_a_policy_that_cannot_be_used_fails_the_command(folder: Path) -> None:
    write(folder / "policies" / "odd.json", {"if": {"value": "[guess()]", "equals": 1}, "then": {"effect": "audit"}})
    done = run("policy", "evaluate", "main.json", "--parameters", "good.json", "--policy", "policies")
    assert done.exit_code == 1
    assert "has no function `guess`" in done.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nowhere.json",), "arm-template-invalid"),
        (("main.json", "--parameters", "good.json", "--policy", "good.json"), "azure-policy-invalid"),
        (("main.json", "--parameters", "good.json", "--aliases", "good.json"), "azure-policy-invalid"),
        (("main.json", "--parameters", "good.json", "--mesh", "."), "mesh-not-found"),
    ],
)
def test_bad_input_is_an_error_that_says_which(folder: Path, arguments: tuple[str, ...], code: str) -> None:
    done = run("policy", "evaluate", *arguments, "--json")
    assert done.exit_code == 1
    assert json.loads(done.output)["code"] == code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("broken.json",), "the template: line 1"),
        (("main.json", "--parameters", "broken.json"), "the parameter file: line 1"),
        (("main.bicep",), "bicep build main.bicep"),
        (("main.json", "--parameters", "main.bicepparam"), "bicep build-params main.bicepparam"),
        (("policies",), "`policies` is a folder"),
        (("main.json", "--policy", "broken.json"), "broken.json: line 1"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    for name in ("broken.json", "main.bicep", "main.bicepparam"):
        (folder / name).write_text("param x string", encoding="utf-8")
    done = run("policy", "evaluate", *arguments)
    assert done.exit_code == 1
    assert said in " ".join(done.output.split())


def test_a_file_that_powershell_wrote_is_read(folder: Path) -> None:
    (folder / "wide.json").write_text(json.dumps(TEMPLATE), encoding="utf-16")
    assert run("policy", "evaluate", "wide.json", "--parameters", "good.json").exit_code == 0


def test_an_export_is_files_that_judge_like_the_mesh_itself(folder: Path) -> None:
    exported = run("policy", "export", "azure", "--mesh", DEMO, "--to", "out", "--scope", "/subscriptions/s1", "--json")
    assert exported.exit_code == 0
    assert all((folder / path).is_file() for path in json.loads(exported.output)["files"])
    common = ("main.json", "--parameters", "good.json", "--location", "westeurope", "--subscription", "s1", "--json")
    by_files = json.loads(run("policy", "evaluate", *common, "--policy", "out").output)
    by_mesh = json.loads(run("policy", "evaluate", *common, "--mesh", DEMO).output)
    denied = [sorted(item["reference"] for item in said["judged"]["findings"] if item["enforced"]) for said in (by_files, by_mesh)]
    assert denied[0] == denied[1]
    assert "tagDomain" in denied[0]


def test_an_export_replaces_an_earlier_one_with_the_same_bytes(folder: Path) -> None:
    read: list[dict[str, bytes]] = []
    for _ in range(2):
        assert run("policy", "export", "azure", "--mesh", DEMO, "--to", "out", "--scope", "/subscriptions/s1").exit_code == 0
        read.append({str(path): path.read_bytes() for path in sorted((folder / "out").rglob("*.json"))})
    assert read[0] == read[1]


def test_another_format_is_refused(folder: Path) -> None:
    done = run("policy", "export", "aws", "--mesh", DEMO, "--to", "out", "--scope", "/subscriptions/s1", "--json")
    assert done.exit_code == 1
    assert json.loads(done.output)["code"] == "setting-invalid"


def test_linked_templates_are_judged_from_a_folder_and_exemptions_are_honoured(folder: Path) -> None:
    link = {
        "mode": "Incremental",
        "templateLink": {"relativePath": "nested/account.json"},
        "parameters": {"tls": {"value": "TLS1_0"}},
    }
    nested = {"type": "Microsoft.Resources/deployments", "apiVersion": "2024-03-01", "name": "x", "properties": link}
    write(folder / "outer.json", {"$schema": TEMPLATE["$schema"], "contentVersion": "1.0.0.0", "resources": [nested]})
    write(folder / "nested" / "account.json", TEMPLATE)
    without = run("policy", "evaluate", "outer.json", "--policy", "policies", "--json")
    assert (without.exit_code, "not fetched" in without.output) == (0, True)
    judged = run("policy", "evaluate", "outer.json", "--policy", "policies", "--linked", ".", "--json")
    assert judged.exit_code == 1
    assert json.loads(judged.output)["notes"] == ["resources[0]: the linked template was read from nested/account.json"]
    group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/resource-group"
    exemption = {
        "id": f"{group}/providers/Microsoft.Authorization/policyExemptions/e",
        "properties": {"policyAssignmentId": "a", "exemptionCategory": "Waiver"},
    }
    write(folder / "policies" / "assignment.json", {"name": "a", "properties": {"policyDefinitionId": "policies/tls.json"}})
    write(folder / "policies" / "exemption.json", exemption)
    exempt = run("policy", "evaluate", "outer.json", "--policy", "policies", "--linked", ".")
    assert exempt.exit_code == 0, exempt.output
    assert "(exempt)" in exempt.output


@pytest.mark.parametrize("where", [{"subscriptionId": "11111111-1111-1111-1111-111111111111", "resourceGroup": "x"}, {}])
def test_the_governance_of_the_mesh_holds_wherever_a_template_goes(folder: Path, where: dict[str, str]) -> None:
    schema = "https://schema.management.azure.com/schemas/2019-08-01/managementGroupDeploymentTemplate.json#"
    account = {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "raw", "location": "eastus"}
    inner = {"$schema": TEMPLATE["$schema"] if where else schema, "contentVersion": "1.0.0.0", "resources": [account]}
    nested = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2024-03-01",
        "name": "x",
        "properties": {"mode": "Incremental", "template": inner},
        **where,
    }
    write(folder / "away.json", {"$schema": TEMPLATE["$schema"], "contentVersion": "1.0.0.0", "resources": [nested]})
    judged = run("policy", "evaluate", "away.json", "--mesh", DEMO, "--json")
    denied = {item["reference"] for item in json.loads(judged.output)["judged"]["findings"] if item["effect"] == "deny"}
    assert (judged.exit_code, "allowedLocations" in denied) == (1, True), denied


def test_a_file_with_the_name_of_the_mesh_s_governance_takes_nothing_of_it_away(folder: Path) -> None:
    initiative = {"name": "freehold-governance", "properties": {"policyDefinitions": []}}
    write(folder / "policies" / "governance.json", initiative)
    account = {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "raw", "location": "eastus"}
    write(folder / "abroad.json", account)
    judged = run("policy", "evaluate", "abroad.json", "--mesh", DEMO, "--policy", "policies", "--json")
    assert "allowedLocations" in {item["reference"] for item in json.loads(judged.output)["judged"]["findings"] if item["enforced"]}
