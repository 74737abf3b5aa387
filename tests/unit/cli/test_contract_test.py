"""`freehold test`: products through the gate and files of one's own, held against everything that is promised."""

from __future__ import annotations

import datetime as dt
import json
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from freehold.cli.main import app

MESH = """\
mesh:
  name: contoso
  nodes: [{name: we, region: westeurope, url: "http://127.0.0.1:8080"}]
"""
ORDERS = """\
dataProduct:
  name: Orders
  domain: Sales
  source: {path: orders.parquet}
  qualityMetrics: {completeness: 99, accuracy: 90}
  schema:
    - {name: orderId, type: string, required: true, unique: true, pattern: "O-[0-9]+"}
    - {name: customerId, type: string, references: customer.customer_360.customerId}
    - {name: total, type: "decimal(10,2)", minimum: 0}
    - {name: day, type: date, minimum: "2015-01-01"}
    - {name: phone, type: string}
  quality:
    - {metric: rowCount, mustBeGreaterOrEqualTo: 10}
    - {metric: nullValues, column: phone, mustBeLessOrEqualTo: 2, unit: percent, severity: warning}
    - {metric: duplicateValues, columns: [customerId, day], mustBe: 0}
    - {metric: age, column: day, mustBeGreaterThan: 1 day}
    - {metric: sql, name: no negative totals, query: "SELECT count(*) FROM sales.orders WHERE total < 0", mustBe: 0}
  dataContracts:
    - {consumer: Finance, purpose: audit, fields: [orderId, total], masks: {phone: last 4}, excludedFields: [customerId]}
"""
CUSTOMERS = """\
dataProduct:
  name: Customer 360
  domain: Customer
  source: {path: customers.parquet}
  schema: [{name: customerId, type: string, required: true, unique: true}]
  dataContracts:
    - {consumer: Sales, purpose: checks, fields: [customerId]}
"""
DOMAINS = "domain: {name: Finance}\n"


def orders(count: int = 100) -> pa.Table:
    return pa.table(
        {
            "orderId": [f"O-{at}" for at in range(count)],
            "customerId": [f"C{at % 5}" for at in range(count)],
            "total": pa.array([Decimal(at) for at in range(count)], pa.decimal128(10, 2)),
            "day": [dt.date(2020, 1, 1) + dt.timedelta(at) for at in range(count)],
            "phone": [f"0{at}" for at in range(count)],
        }
    )


def spoilt() -> pa.Table:
    rows = orders().to_pylist()
    rows[0] |= {"orderId": "X-0", "total": Decimal(-1), "customerId": "C9"}
    rows[1] |= {"orderId": None, "day": dt.date(2014, 12, 31), "phone": None}
    rows[2] |= {"orderId": "O-3", "phone": None}
    rows[3] |= {"phone": None, "customerId": rows[4]["customerId"], "day": rows[4]["day"]}
    return pa.Table.from_pylist(rows, schema=orders().schema)


@pytest.fixture
def mesh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("FREEHOLD_MESH", "FREEHOLD_URL", "FREEHOLD_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    for path, text in {
        "mesh.yaml": MESH,
        "domains/sales/orders.yaml": ORDERS,
        "domains/customer/c.yaml": CUSTOMERS,
        "domains/finance/domain.yaml": DOMAINS,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "data").mkdir()
    pq.write_table(orders(), tmp_path / "data" / "orders.parquet")
    pq.write_table(pa.table({"customerId": [f"C{at}" for at in range(5)]}), tmp_path / "data" / "customers.parquet")
    return tmp_path


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["test", *arguments])
    assert result.exit_code == code, result.output
    return result


def verdicts(*arguments: str, code: int) -> dict[str, dict[str, Any]]:
    found = json.loads(run(*arguments, "--json", code=code).output)
    assert found["passed"] is (code == 0)
    return {item["name"]: item for report in found["reports"] for item in report["verdicts"]}


def test_without_arguments_every_product_is_tested_and_each_question_is_a_leaf(mesh: Path) -> None:
    found = json.loads(run("--json").output)
    assert [item["subject"] for item in found["reports"]] == ["customer.customer_360", "sales.orders"]
    assert all(item["leaves"] for item in found["reports"])
    assert (mesh / ".freehold" / "plan" / "ledger").is_dir()


def test_a_domain_is_tested_by_its_name(mesh: Path) -> None:
    assert "customer.customer_360" not in run("Sales").output


def test_every_failure_of_a_product_comes_at_once(mesh: Path) -> None:
    pq.write_table(spoilt(), mesh / "data" / "orders.parquet")
    found = verdicts("sales.orders", code=1)
    assert {name: item.get("failing") for name, item in found.items() if item["outcome"] == "failed"} == {
        "nullValues of orderId = 0": 1,
        "duplicateValues of orderId = 0": 1,
        "invalidValues of orderId = 0": 1,
        "unknownReferences of customerId = 0": 1,
        "invalidValues of total = 0": 1,
        "invalidValues of day = 0": 1,
        "nullValues of phone ≤ 2 %": 3,
        "duplicateValues of customerId, day = 0": 1,
        "no negative totals": None,
    }


def test_a_file_has_the_verdicts_of_a_product_and_shows_rows_that_fail(mesh: Path) -> None:
    pq.write_table(spoilt(), mesh / "data" / "orders.parquet")
    of_product = verdicts("sales.orders", code=1)
    of_file = verdicts("data/orders.parquet", "--contract", "sales.orders", code=1)
    asked_of_the_mesh = {"unknownReferences of customerId = 0", "no negative totals"}
    assert {name for name, item in of_file.items() if item["outcome"] == "unchecked"} == asked_of_the_mesh
    keys = ("outcome", "measured", "failing", "percent", "severity", "bound")
    for name in of_product.keys() - asked_of_the_mesh - {"age of day > 86,400"}:
        assert [of_file[name].get(key) for key in keys] == [of_product[name].get(key) for key in keys], name
    assert [row["orderId"] for row in of_file["invalidValues of orderId = 0"]["samples"]] == ["X-0"]


def test_under_a_contract_what_it_does_not_give_fails_and_its_masked_columns_are_not_measured(mesh: Path) -> None:
    found = verdicts("data/orders.parquet", "--contract", "sales.orders/finance", code=1)
    assert {"customerId: excluded", "day: unauthorized"} <= set(found)
    assert "phone: unauthorized" not in found
    assert not any("phone" in name for name in found)
    pq.write_table(orders().select(["orderId", "total", "phone"]), mesh / "given.parquet")
    run("given.parquet", "--contract", "sales.orders/finance-audit")


def test_columns_that_are_missing_or_of_another_type_fail_and_leave_the_others_measured(mesh: Path) -> None:
    table = orders().drop_columns(["phone"]).append_column("more", pa.array([1] * 100))
    at = table.column_names.index("day")
    pq.write_table(table.set_column(at, "day", pa.array(["soon"] * 100)), mesh / "data" / "orders.parquet")
    found = verdicts("sales.orders", code=1)
    assert found["phone: missing"]["outcome"] == found["day: of another type"]["outcome"] == "failed"
    assert found["more: not listed"]["severity"] == "warning"
    assert found["invalidValues of day = 0"]["outcome"] == "unchecked"
    assert found["invalidValues of total = 0"]["outcome"] == "passed"


def test_a_warning_fails_only_where_it_is_to(mesh: Path) -> None:
    table = orders()
    at = table.column_names.index("phone")
    pq.write_table(table.set_column(at, "phone", pa.array([None] * 50 + ["0"] * 50, pa.string())), mesh / "data" / "orders.parquet")
    assert "warning" in run("sales.orders").output
    run("sales.orders", "--fail-on", "warning", code=1)


def test_a_junit_report_has_a_case_for_each_check(mesh: Path) -> None:
    pq.write_table(spoilt(), mesh / "data" / "orders.parquet")
    run("sales.orders", "--junit", "results.xml", code=1)
    (suite,) = ET.parse(mesh / "results.xml").getroot()  # noqa: S314  (written by this test)
    cases = {case.get("name"): case for case in suite}
    assert int(suite.get("tests", "")) == len(cases)
    assert int(suite.get("failures", "")) == sum(case.find("failure") is not None for case in cases.values()) == 8
    failure = cases["invalidValues of orderId = 0"].find("failure")
    assert failure is not None
    assert failure.get("message") == "1 of 100 rows (1 %) break the rules of `orderId`; wanted is = 0."


@pytest.mark.parametrize(
    "query",
    ["SELECT count(*) FROM read_parquet('/etc/passwd')", "COPY orders TO 'x.csv'", "DELETE FROM orders", "SELECT getenv('HOME')"],
)
def test_sql_that_reads_files_or_writes_is_refused_with_its_place_and_the_rest_is_tested(mesh: Path, query: str) -> None:
    text = ORDERS.replace("SELECT count(*) FROM sales.orders WHERE total < 0", query)
    (mesh / "domains" / "sales" / "orders.yaml").write_text(text)
    found = verdicts("sales.orders", code=1)
    assert found["no negative totals"]["outcome"] == "unchecked"
    assert found["no negative totals"]["sentence"].startswith("The gate refused it:")
    assert found["no negative totals"]["where"] == "domains/sales/orders.yaml:17"
    assert found["invalidValues of total = 0"]["outcome"] == "passed"
    checked = CliRunner().invoke(app, ["check", "--json"])
    assert [item["code"] for item in json.loads(checked.output)["findings"]] == ["rule-invalid"]


def test_a_question_that_gives_no_number_passes_nothing(mesh: Path) -> None:
    text = ORDERS.replace("SELECT count(*) FROM sales.orders WHERE total < 0", "SELECT orderId FROM sales.orders")
    (mesh / "domains" / "sales" / "orders.yaml").write_text(text)
    assert (
        verdicts("sales.orders", code=1)["no negative totals"]["sentence"] == "The question gives something else than one number."
    )


def test_a_reference_into_another_domain_needs_its_contract(mesh: Path) -> None:
    (mesh / "domains" / "customer" / "c.yaml").write_text(CUSTOMERS.replace("fields: [customerId]", "excludedFields: [customerId]"))
    found = verdicts("sales.orders", code=1)
    assert found["unknownReferences of customerId = 0"]["outcome"] == "unchecked"
    assert "gate refused" in found["unknownReferences of customerId = 0"]["sentence"]


def test_a_reference_to_a_product_in_another_region_is_told_as_unchecked_and_never_passes(mesh: Path) -> None:
    nodes = '{name: we, region: westeurope, url: "http://127.0.0.1:1"}, {name: ne, region: northeurope, url: "http://127.0.0.1:2"}'
    (mesh / "mesh.yaml").write_text(f"mesh: {{name: contoso, nodes: [{nodes}]}}")
    at = "  dataResidency: {region: EU, storageLocations: [%s]}\n  source:"
    (mesh / "domains" / "sales" / "orders.yaml").write_text(ORDERS.replace("  source:", at % "westeurope"))
    (mesh / "domains" / "customer" / "c.yaml").write_text(CUSTOMERS.replace("  source:", at % "northeurope"))
    found = verdicts("sales.orders", code=1)["unknownReferences of customerId = 0"]
    assert (found["outcome"], found["severity"]) == ("unchecked", "error")
    assert "`customer.customer_360` is at home in `northeurope`" in found["sentence"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("sales.order",), 1, "did you mean `sales.orders`?"),
        (("data/orders.parquet",), 2, "--contract"),
        (("data/orders.arrows",), 2, "--contract"),
        (("azure-sql:dbo.orders",), 2, "--contract"),
        (("--contract", "sales.orders"), 2, "FILE"),
        (("gone.parquet", "--contract", "sales.orders"), 1, "source-unreadable"),
        (("mesh.yaml", "--contract", "sales.orders"), 1, "source-unreadable"),
        (("data/orders.parquet", "--contract", "sales.orders/nobody"), 1, "sales.orders/finance-audit"),
    ],
)
def test_what_cannot_be_tested_is_said_with_what_to_do(mesh: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    assert said in run(*arguments, code=code).output.replace("\n", " ")


def test_manifests_with_errors_test_nothing(mesh: Path) -> None:
    (mesh / "domains" / "sales" / "orders.yaml").write_text(ORDERS.replace("metric: rowCount", "metric: rows"))
    assert "mesh-invalid" in run("sales.orders", code=1).output


def test_an_empty_file_of_one_row_and_of_none_is_tested(mesh: Path) -> None:
    (mesh / "domains" / "sales" / "orders.yaml").write_text(ORDERS.replace("mustBeGreaterOrEqualTo: 10", "mustBeLessThan: 2"))
    for count, code in ((0, 1), (1, 0)):
        pq.write_table(orders().slice(0, count), mesh / "data" / "orders.parquet")
        found = verdicts("sales.orders", code=code)
        assert found["rowCount < 2"]["measured"] == count
        assert found["nullValues of orderId = 0"]["outcome"] == "passed"
    pq.write_table(orders().slice(0, 0), mesh / "data" / "orders.parquet")
    assert verdicts("sales.orders", code=1)["age of day > 86,400"]["sentence"] == "No value says how old the data is."


def test_the_answer_that_was_written_as_arrow_is_tested_as_the_same_rows_in_parquet(mesh: Path) -> None:
    pq.write_table(spoilt(), mesh / "given.parquet")
    with pa.ipc.new_stream(str(mesh / "given.arrow"), spoilt().schema) as writer:
        writer.write_table(spoilt(), max_chunksize=7)
    found = [verdicts(f"given.{form}", "--contract", "sales.orders", code=1) for form in ("parquet", "arrow")]
    assert [{name: item for name, item in one.items() if item["check"] != "age"} for one in found] == [
        {name: item for name, item in found[0].items() if item["check"] != "age"}
    ] * 2
