"""The whole life of a mesh by command alone: check, plan, apply, up, ask, approve, prove, stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

MESH = """\
mesh:
  name: contoso
  nodes:
    - {name: contoso-westeurope, region: westeurope, url: "http://127.0.0.1:8080", data: data}
"""
GOVERNANCE = """\
governancePolicies:
  dataResidency: {enforced: true, allowedRegions: [westeurope, northeurope]}
  dataCatalog: {requireDescription: true, requireOwner: true, requireSensitivityLabel: true}
  accessControl: {requireApproval: true, approvers: ["data-steward@domain"]}
"""
CUSTOMER = """\
dataProduct:
  name: "Customer 360"
  domain: "Customer"
  owner: "customer-data-team@contoso.com"
  description: "Every customer, once."
  sensitivityLabel: Confidential
  dataResidency:
    region: "EU"
    storageLocations: [westeurope]
    piiHandling: "Encrypted-CMK"
  interfaces:
    - {type: "API", endpoint: "https://customer-api.contoso.eu/v1", rateLimit: 1000}
  entityKey: customerId
  schema:
    - {name: customerId, type: string, description: "Who."}
    - {name: segment, type: string, description: "Which market."}
    - {name: region, type: string, description: "Where."}
    - {name: email, type: string, description: "How to write.", classification: PII.Contact}
  quality:
    - {metric: invalidValues, column: segment, validValues: [Consumer], mustBe: 0, severity: warning}
    - {metric: invalidValues, column: email, pattern: "c0000@.*", mustBe: 0}
  source: {path: customers.parquet}
  dataContracts:
    - consumer: "Sales Domain"
      purpose: "Customer enrichment"
      fields: ["customerId", "segment", "region"]
      excludedFields: ["email"]
"""
SALES = """\
domain: {name: Sales, owner: "sales-data-team@contoso.com"}
"""
STEWARD = ("--as", "anna@customer", "--role", "data-steward")
APP = ("--as", "sales-app@sales")
SEGMENTS = "select segment, count(*) as customers from customer.customer_360 group by segment order by segment"


def freehold(folder: Path, *arguments: str, code: int = 0, **changes: Any) -> subprocess.CompletedProcess[str]:
    """Run a command in a mesh folder and hold it to its exit code."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FREEHOLD_")}  # noqa: TID251
    command = [sys.executable, "-m", "freehold", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False, **changes)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def make_mesh(folder: Path) -> Path:
    for path, text in {
        "mesh.yaml": MESH,
        "governance.yaml": GOVERNANCE,
        "domains/customer/customer-360.yaml": CUSTOMER,
        "domains/sales/domain.yaml": SALES,
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / "data").mkdir()
    names = [f"c{number:04d}" for number in range(200)]
    segments = ["Consumer" if number % 3 else "Corporate" for number in range(200)]
    table = pa.table(
        {
            "customerId": names,
            "segment": segments,
            "region": ["EU"] * 200,
            "email": [f"{name}@example.invalid" for name in names],
        }
    )
    pq.write_table(table, folder / "data" / "customers.parquet")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_mesh(tmp_path)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A mesh folder whose development node runs, its one contract approved."""
    place = make_mesh(tmp_path_factory.mktemp("mesh"))
    freehold(place, "apply")
    command = [sys.executable, "-m", "freehold", "up", "--dev", "--port", "0", "--json"]
    with subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as node:
        try:
            wait_until_up(place, node)
            freehold(place, "query", SEGMENTS, *APP, code=1)
            freehold(place, "approve", "customer.customer_360", "sales-customer-enrichment", *STEWARD)
            yield place
        finally:
            node.send_signal(signal.SIGTERM)
            node.wait(timeout=20)


def wait_until_up(place: Path, node: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert node.poll() is None, node.stderr.read() if node.stderr else ""
        for file in (place / ".freehold").glob("node-*.json"):
            port = int(json.loads(file.read_bytes())["url"].rsplit(":", 1)[1])
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
        time.sleep(0.05)
    pytest.fail("the node did not come up")


def test_a_mesh_without_errors_is_planned_with_who_sees_what(folder: Path) -> None:
    assert "No errors" in freehold(folder, "check").stdout
    said = freehold(folder, "plan").stdout
    assert "sales (Customer enrichment) in customer.customer_360: customerId, segment, region of 200 rows" in said
    assert "1 contract needs approval. Apply with: freehold apply" in said
    assert not (folder / ".freehold" / "ledger").exists()


def test_every_mistake_is_found_at_once_with_its_place_and_nothing_is_applied(folder: Path) -> None:
    text = CUSTOMER.replace('"segment", "region"]', '"segmnt", "region"]').replace(
        "storageLocations: [westeurope]", "storageLocations: [eastus]"
    )
    (folder / "domains/customer/customer-360.yaml").write_text(text)
    said = freehold(folder, "check", "--junit", "report.xml", code=1).stdout
    assert "did you mean `segment`?" in said
    assert "eastus" in said
    assert "Nothing was applied." in said
    assert (folder / "report.xml").read_text().count("<failure") >= 2
    freehold(folder, "apply", code=1)
    freehold(folder, "up", "--dev", "--port", "0", code=1)


def test_data_that_differs_from_the_schema_stops_an_apply(folder: Path) -> None:
    pq.write_table(pa.table({"customerId": [1], "segment": ["x"], "email": ["e"]}), folder / "data" / "customers.parquet")
    said = freehold(folder, "apply", code=1).stdout
    assert "`customerId` is `string` in the schema, but `integer`" in said
    assert "`region` is in the schema, but not in" in said


def test_an_apply_that_changes_nothing_says_so(folder: Path) -> None:
    freehold(folder, "apply")
    assert "Nothing changes" in freehold(folder, "plan").stdout


def test_terms_that_widen_are_said_to_need_approval_again(folder: Path) -> None:
    freehold(folder, "apply")
    text = CUSTOMER.replace('excludedFields: ["email"]', 'excludedFields: ["email"]\n      minGroupSize: 5').replace(
        '["customerId", "segment", "region"]', '["customerId", "segment"]'
    )
    (folder / "domains/customer/customer-360.yaml").write_text(text)
    planned = json.loads(freehold(folder, "plan", "--json").stdout)
    assert planned["base"] == 1
    assert [change["kind"] for change in planned["changes"]] == ["contract"]
    assert {item["direction"] for item in planned["exposure"] if not item["audience"]["crosses"]} == {"less"}


def change_contract(folder: Path, *lines: str) -> None:
    """Give the one contract of Customer 360 further terms."""
    (folder / "domains/customer/customer-360.yaml").write_text(CUSTOMER + "".join(f"      {line}\n" for line in lines))


def test_a_plan_counts_the_rows_that_a_filter_leaves_and_records_that_it_did(folder: Path) -> None:
    freehold(folder, "apply")
    change_contract(folder, "rowFilter: \"segment = 'Corporate'\"", 'validUntil: "2099-12-31"')
    said = freehold(folder, "plan").stdout
    assert "row filter added: segment = 'Corporate'; rows: 200 → 67" in said
    assert "valid until: no end → 2099-12-31" in said
    entries = json.loads(freehold(folder, "ledger", "show", "--ledger", ".freehold/plan/ledger", "--json").stdout)
    assert {(entry["kind"], entry["path"]) for entry in entries} == {("answered", "plan")}
    freehold(folder, "ledger", "verify", "--ledger", ".freehold/plan/ledger")


def test_a_plan_beside_a_running_node_counts_too(served: Path) -> None:
    file = served / "domains/customer/customer-360.yaml"
    try:
        change_contract(served, "rowFilter: \"segment = 'Corporate'\"")
        assert "breaking-unversioned" in freehold(served, "plan", code=1).stdout
        file.write_text(file.read_text().replace("dataProduct:\n", 'dataProduct:\n  version: "2.0.0"\n'))
        assert "rows: 200 → 67" in freehold(served, "plan").stdout
    finally:
        file.write_text(CUSTOMER)


def test_a_plan_that_cannot_record_what_it_counts_says_that_rows_are_unknown(folder: Path) -> None:
    (folder / ".freehold").mkdir()
    (folder / ".freehold" / "plan").write_text("not a folder")
    assert "in customer.customer_360: customerId, segment, region; rows unknown" in freehold(folder, "plan").stdout


ROWS = "select segment, region from customer.customer_360"


def test_a_question_is_explained_under_what_is_in_force_and_under_the_manifests(folder: Path) -> None:
    freehold(folder, "apply")
    change_contract(folder, "rowFilter: \"segment = 'Corporate'\"")
    said = freehold(folder, "explain", "--change", ROWS, *APP).stdout.splitlines()
    assert [line for line in said if not line.startswith(" ")][:3] == ["in force", "under the manifests", "what changes"]
    assert sum("✓ this would be answered as rows from westeurope" in line for line in said) == 2
    assert "  customer.customer_360: row filter added: segment = 'Corporate'" in said
    assert "  rows: 200 → 67" in said
    assert sum("refused until then (contract-pending)" in line for line in said) == 2
    freehold(folder, "ledger", "verify", "--ledger", ".freehold/plan/ledger")


def test_a_question_that_a_change_would_refuse_is_exit_code_one_with_the_reason(folder: Path) -> None:
    freehold(folder, "apply")
    narrower = CUSTOMER.replace('["customerId", "segment", "region"]', '["customerId", "segment"]')
    (folder / "domains/customer/customer-360.yaml").write_text(narrower)
    found = json.loads(freehold(folder, "explain", "--change", ROWS, "--json", *APP, code=1).stdout)
    assert (found["before"]["effect"], found["after"]["code"]) == ("permit", "column-unknown")
    assert found["rows"] == {"before": 200, "after": None, "gained": None, "lost": None}
    assert found["products"][0]["columns"] == [{"name": "region", "before": "read", "after": "none"}]
    freehold(folder, "apply")
    said = freehold(folder, "explain", "--change", ROWS, *APP, code=1).stdout
    assert "  refused (column-unknown), as before" in said.splitlines()


def test_a_change_is_explained_before_the_first_apply_and_beside_a_running_node(folder: Path, served: Path) -> None:
    said = freehold(folder, "explain", "--change", ROWS, *APP).stdout.splitlines()
    assert "  nothing in force → answered as rows, once approved" in said
    token = freehold(served, "token", "sales-app@sales").stdout.strip()
    said = freehold(served, "explain", "--change", ROWS, "--token", token).stdout.splitlines()
    assert said[-3:-1] == ["  answered as rows, as before", "  200 rows, as before"]


def test_a_change_is_explained_to_somebody_who_is_believed_and_by_no_node(folder: Path) -> None:
    assert freehold(folder, "explain", "--change", ROWS, code=1).stderr.startswith("✗ token-missing")
    assert freehold(folder, "explain", "--change", ROWS, "--token", "made.up.token", code=1).stderr.startswith("✗ token-invalid")
    assert freehold(folder, "explain", "--change", ROWS, "--as", "app", code=1).stderr.startswith("✗ setting-invalid")
    freehold(folder, "explain", "--change", ROWS, "--url", "http://127.0.0.1:1", *APP, code=2)
    (folder / "domains/customer/customer-360.yaml").write_text(CUSTOMER.replace('"segment", "region"]', '"segmnt"]'))
    assert "did you mean `segment`?" in freehold(folder, "explain", "--change", ROWS, *APP, code=1).stdout
    assert json.loads(freehold(folder, "explain", "--change", ROWS, "--json", *APP, code=1).stdout)["code"] == "mesh-invalid"


@pytest.mark.parametrize("command", ["check", "plan", "apply", "status", "up"])
def test_a_folder_without_a_mesh_is_one_clear_error(tmp_path: Path, command: str) -> None:
    said = freehold(tmp_path, command, code=1).stderr
    assert said.startswith("✗ mesh-not-found")
    assert "freehold init" in said
    assert "Traceback" not in said


def test_a_node_of_a_mesh_never_applied_is_one_clear_error(folder: Path) -> None:
    said = freehold(folder, "up", "--dev", "--port", "0", code=1).stderr
    assert said.startswith("✗ nothing-applied")
    assert "freehold apply" in said


def test_a_question_with_no_node_running_is_one_clear_error(folder: Path) -> None:
    said = freehold(folder, "query", "select 1", *APP, code=1).stderr
    assert said.startswith("✗ node-unreachable")
    assert "freehold up" in said


def test_a_wrong_option_is_exit_code_two(folder: Path) -> None:
    freehold(folder, "check", "--nothing", code=2)


def test_a_port_in_use_is_one_clear_error(folder: Path) -> None:
    freehold(folder, "apply")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = freehold(folder, "up", "--dev", "--port", port, code=1).stderr
    assert said.startswith("✗ setting-invalid")
    assert port in said


def test_an_answer_shows_its_rows_and_what_it_was_given_under(served: Path) -> None:
    done = freehold(served, "query", SEGMENTS, "--purpose", "Customer enrichment", *APP)
    assert done.stdout.split() == ["segment", "customers", "Consumer", "133", "Corporate", "67"]
    footer = done.stderr.strip()
    assert footer.startswith("2 rows · ")
    assert "westeurope" in footer
    assert "contract Customer enrichment v1" in footer
    assert "leaf " in footer


def test_a_refusal_says_what_why_what_passes_and_where_it_is_recorded(served: Path) -> None:
    said = freehold(served, "query", "select customerId, email from customer.customer_360", *APP, code=1).stderr
    assert said.startswith("✗ column-excluded")
    assert "email" in said
    assert "Recorded as leaf " in said


def test_a_refusal_as_json_is_a_problem_with_its_leaf(served: Path) -> None:
    done = freehold(served, "query", "select email from customer.customer_360", "--json", *APP, code=1)
    problem = json.loads(done.stdout)
    assert (problem["code"], problem["status"]) == ("column-excluded", 403)
    assert isinstance(problem["leaf"], int)


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.arrow", "out.json"])
def test_an_answer_goes_into_a_file_of_the_form_its_name_says(served: Path, tmp_path: Path, name: str) -> None:
    freehold(served, "query", SEGMENTS, "--output", str(tmp_path / name), *APP)
    path = tmp_path / name
    rows: Any
    if path.suffix == ".csv":
        rows = path.read_text().splitlines()[1:]
    elif path.suffix == ".json":
        rows = json.loads(path.read_bytes())["data"]
    elif path.suffix == ".arrow":
        rows = pa.ipc.open_stream(path.read_bytes()).read_all().to_pylist()
    else:
        rows = pq.read_table(path).to_pylist()
    assert len(rows) == 2
    assert [item.name for item in tmp_path.iterdir()] == [name]


def test_a_parameter_is_bound_and_never_text(served: Path) -> None:
    sql = "select count(*) as n from customer.customer_360 where segment = $segment"
    done = freehold(served, "query", sql, "--param", "segment=x' or '1'='1", "--json", *APP)
    assert json.loads(done.stdout)["data"] == [{"n": 0}]


def test_an_explanation_shows_the_sql_that_would_run_and_runs_nothing(served: Path) -> None:
    said = freehold(served, "explain", SEGMENTS, *APP).stdout
    assert said.startswith("✓ this would be answered")
    assert "would run" in said
    assert "segment (read)" in said


def test_the_catalogue_shows_what_a_consumer_may_have_and_not_what_is_hidden(served: Path) -> None:
    (product,) = json.loads(freehold(served, "products", "--json", *APP).stdout)
    assert (product["key"], product["form"]) == ("customer.customer_360", "rows")
    assert [column["name"] for column in product["columns"]] == ["customerId", "segment", "region"]
    assert "email" not in freehold(served, "products", "customer.customer_360", *APP).stdout
    assert json.loads(freehold(served, "products", "--search", "email", "--json", *APP).stdout) == []


def test_only_an_approver_approves(served: Path) -> None:
    said = freehold(served, "approve", "customer.customer_360", "sales-customer-enrichment", *APP, code=1).stderr
    assert said.startswith("✗ approval-refused")
    assert "data-steward@customer" in said


def test_a_token_made_here_is_believed_here(served: Path) -> None:
    token = freehold(served, "token", "sales-app@sales").stdout.strip()
    done = freehold(served, "query", SEGMENTS, "--token", token, "--json")
    assert len(json.loads(done.stdout)["data"]) == 2


def test_nobody_is_not_answered(served: Path) -> None:
    assert freehold(served, "query", SEGMENTS, code=1).stderr.startswith("✗ token-missing")


def test_status_names_the_running_node_and_what_is_missing(served: Path) -> None:
    said = freehold(served, "status").stdout
    assert "http://127.0.0.1:" in said
    assert "Purview" in said
    assert "no catalogue is kept here" in said


def test_a_second_node_of_the_same_region_is_one_clear_error(served: Path) -> None:
    said = freehold(served, "up", "--dev", "--port", "0", code=1).stderr
    assert said.startswith("✗ ledger-busy")
    assert "ask it at http://127.0.0.1:" in said


def test_a_node_that_was_stopped_takes_its_address_back(folder: Path) -> None:
    freehold(folder, "apply")
    command = [sys.executable, "-m", "freehold", "up", "--dev", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as node:
        wait_until_up(folder, node)
        node.send_signal(signal.SIGTERM)
        assert node.wait(timeout=20) == 0
    assert not list((folder / ".freehold").glob("node-*.json"))


def test_rows_that_fail_a_rule_are_shown_as_whoever_asks_may_see_them(served: Path) -> None:
    def asked(*who: str) -> dict[str, dict[str, Any]]:
        (report,) = json.loads(freehold(served, "test", *who, "--json", code=1).stdout)["reports"]
        return {item["columns"][0]: item for item in report["verdicts"] if item["outcome"] == "failed"}

    nobody, app, steward = asked(), asked(*APP), asked(*STEWARD)
    assert {name: item["failing"] for name, item in app.items()} == {"segment": 67, "email": 199}
    assert not any("samples" in item for item in nobody.values())
    assert [set(row) for row in app["segment"]["samples"]] == [{"customerId", "segment", "region"}] * 3
    assert "samples" not in app["email"]
    assert "email" in app["email"]["unseen"]
    assert steward["email"]["samples"][0]["email"] == "c0001@example.invalid"
