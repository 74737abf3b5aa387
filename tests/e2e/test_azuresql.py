"""A mesh whose products are tables of Azure SQL, from manifests to answers over HTTP, by Microsoft's driver."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from typing import Any

import pyarrow as pa
import pytest

from freehold.model.place import Mode
from freehold.wiring.contract_tests import check_products, choose, read_mesh
from freehold.wiring.folder import apply_folder, check_folder
from freehold.wiring.settings import Settings
from held import held
from tds.execution import Database
from tds.server import Responder, responding
from tds.wire import Login

SECRET = "CANARY"
COUNT = 60
MESH = """
mesh:
  name: contoso
  nodes:
    - name: contoso-we
      region: westeurope
      url: "http://127.0.0.1:8080"
      databases: [{{name: crm, server: "127.0.0.1:{port}", database: customers, region: westeurope}}]
"""
DOMAIN = """
domain:
  name: {name}
  owner: {name}@contoso.example
  roles: {{data-engineer: read, analyst: aggregate}}
"""
PRODUCT = """
dataProduct:
  name: Customers
  domain: Customer
  owner: customer@contoso.example
  dataResidency: {region: EU}
  entityKey: customerId
  source: {engine: azure-sql, table: dbo.Customers, changedAt: modified}
  schema:
    - {name: customerId, type: string}
    - {name: segment, type: string}
    - {name: email, type: string, classification: [PII.Contact]}
    - {name: income, type: "decimal(10,2)"}
    - {name: active, type: boolean}
    - {name: modified, type: timestamp}
  dataContracts:
    - consumer: Sales
      purpose: Enrichment
      fields: [customerId, segment, email, active]
      masks: {email: emailDomain}
      rowFilter: "active"
      aggregateFields: [income]
"""
TYPES = {
    "CustomerID": "nvarchar(20)",
    "Segment": "varchar(20)",
    "Email": "nvarchar(200)",
    "Income": "decimal(10,2)",
    "Active": "bit",
    "Modified": "datetime2(7)",
}


def rows() -> pa.Table:
    ids = range(COUNT)
    moments = pa.array(["2026-11-20 10:00:00"] * COUNT).cast(pa.timestamp("us"))
    return pa.table(
        {
            "CustomerID": [f"C{at:03d}" for at in ids],
            "Segment": ["Consumer" if at % 2 else "Corporate" for at in ids],
            "Email": [f"{SECRET}{at}@north.example" for at in ids],
            "Income": pa.array([str(1_000 + at) for at in ids]).cast(pa.decimal128(10, 2)),
            "Active": [at % 6 != 0 for at in ids],
            "Modified": moments,
        }
    )


def is_the_node(login: Login) -> bool:
    return (login.user, login.password) == ("freehold", "pass;word}")


@pytest.fixture(scope="module")
def responder() -> Generator[Responder]:
    database = Database()
    database.add("Customers", TYPES, rows())
    with responding(database, is_the_node) as up:
        yield up
    assert not database.unbounded


@pytest.fixture(scope="module")
def settings(responder: Responder, tmp_path_factory: pytest.TempPathFactory) -> Generator[Settings]:
    folder = tmp_path_factory.mktemp("mesh")
    files = {"mesh.yaml": MESH.format(port=responder.port), "domains/customer/customers.yaml": PRODUCT}
    files |= {f"domains/{name.lower()}/domain.yaml": DOMAIN.format(name=name) for name in ("Sales", "Customer")}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FREEHOLD_SQL_USER", "freehold")
        patch.setenv("FREEHOLD_SQL_PASSWORD", "pass;word}")
        yield Settings(folder=folder, mode=Mode.DEVELOPMENT)


@pytest.fixture(scope="module")
def site(settings: Settings, serve_node: Callable[..., Any]) -> Generator[Any]:
    checked = check_folder(settings)
    assert not checked.errors, checked.findings
    apply_folder(settings)
    with serve_node(settings) as up:
        yield up


def ask(site: Any, sql: str, **body: Any) -> Any:
    return site.ask(sql, accept="application/json", **body)


def test_rows_are_those_of_the_contract_and_run_there(site: Any, responder: Responder) -> None:
    answer = ask(site, "select customerId from customer.customers where segment = 'Consumer' order by customerId limit 100")
    assert answer.status_code == 200, answer.text
    active = [at for at in range(COUNT) if at % 2 and at % 6]
    assert [row["customerId"] for row in answer.json()["data"]] == [f"C{at:03d}" for at in active]


def test_counts_run_in_the_database_itself(site: Any, responder: Responder) -> None:
    sql = "select segment, count(*) as n from customer.customers where customerId <> $who group by segment"
    answer = ask(site, sql, parameters={"who": "C001"})
    assert {row["segment"]: row["n"] for row in answer.json()["data"]} == {"Consumer": 29, "Corporate": 20}
    (sent,) = [text for text in responder.seen.statements if "AS [segment], COUNT_BIG(*) AS [n]" in text]
    assert "([t].[Active] = 1)" in sent
    assert "C001" not in sent


def test_a_mask_is_applied_before_anything_is_seen(site: Any, responder: Responder, settings: Settings) -> None:
    answer = ask(site, "select distinct email from customer.customers")
    assert answer.json()["data"] == [{"email": "north.example"}]
    assert SECRET not in answer.text
    *_, sent = [text for text in responder.seen.statements if "AS [email]" in text]
    assert "Income" not in sent
    (own,) = [path for path in settings.brought_folder("contoso-we").iterdir() if path.is_dir()]
    assert not list(own.iterdir()), "what was brought lay in the node's own folder, and is gone"


def test_a_hidden_column_does_not_exist_and_no_statement_is_sent(site: Any, responder: Responder) -> None:
    before = len(responder.seen.statements)
    assert ask(site, "select modified from customer.customers").json()["type"].endswith("column-unknown")
    assert ask(site, "select customerId from customer.customers where income > 5").json()["type"].endswith("column-use")
    assert len(responder.seen.statements) == before


def test_aggregates_over_too_few_do_not_exist_and_are_remembered(site: Any) -> None:
    answer = ask(site, "select segment, avg(income) as a, count(*) as n from customer.customers group by segment order by 1")
    assert answer.status_code == 200, answer.text
    assert [row["n"] for row in answer.json()["data"]] == [30, 20]
    small = ask(site, "select customerId, avg(income) as a from customer.customers group by customerId")
    assert small.json()["data"] == []
    near = ask(site, "select avg(income) as a from customer.customers where customerId <> 'C001' and segment = 'Consumer'")
    assert near.json()["type"].endswith("release-overlap"), near.text


def test_the_answers_say_how_old_the_data_is_and_change_with_it(site: Any, responder: Responder) -> None:
    sql = "select count(*) as n from customer.customers"
    first = ask(site, sql).json()
    assert first["metadata"]["freshness"] == "2026-11-20T10:00:00+00:00"
    responder.database.change("INSERT INTO dbo.\"Customers\" SELECT 'C900', 'Other', 'x@y', 1, true, '2026-11-21 00:00:00'")
    later = _until_changed(site, sql, first)
    responder.database.change('DELETE FROM dbo."Customers" WHERE "CustomerID" = \'C900\'')
    assert later["data"] == [{"n": first["data"][0]["n"] + 1}]
    assert later["metadata"]["freshness"] == "2026-11-21T00:00:00+00:00"
    assert later["metadata"]["dataVersion"] != first["metadata"]["dataVersion"]


def _until_changed(site: Any, sql: str, first: Any) -> Any:
    """Ask until the version is looked at anew; the rows themselves are never old."""
    for _ in range(200):
        found = ask(site, sql).json()
        if "metadata" not in found:
            assert found["type"].endswith("data-changed"), found
        elif found["metadata"]["dataVersion"] != first["metadata"]["dataVersion"]:
            return found
    raise AssertionError("the version stays as it was")


def test_a_table_that_is_gone_is_a_problem_without_a_word_of_the_server(site: Any, responder: Responder) -> None:
    responder.database.change('ALTER TABLE dbo."Customers" RENAME TO gone')
    try:
        answer = ask(site, "select segment from customer.customers where active and customerId = 'C001'")
    finally:
        responder.database.change('ALTER TABLE dbo.gone RENAME TO "Customers"')
    assert answer.status_code >= 400
    problem = json.dumps(answer.json())
    assert "Catalog" not in problem
    assert "127.0.0.1" not in problem


def test_nothing_of_a_password_is_in_the_state_of_the_node(site: Any, settings: Settings) -> None:
    kept = held(settings.state)
    assert kept
    assert not [path for path, text in kept.items() if b"pass;word}" in text]


def test_the_product_is_tested_through_the_gate(settings: Settings, responder: Responder) -> None:
    mesh = read_mesh(settings)
    before = len(responder.seen.statements)
    (report,) = check_products(settings, mesh, choose(mesh, ("customer.customers",)), lambda _done, _total: None)
    assert not report.fails(), report
    assert report.rows == COUNT
    assert report.leaves, "each question to the gate is a leaf"
    assert len(responder.seen.statements) > before
    assert not report.remarks
