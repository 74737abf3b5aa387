"""Tables of other tools become products, and products go out: SQL that an engine takes, pages and graphs that stay text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import duckdb
import pytest

from freehold.compiler.ddl import read_tables
from freehold.errors import QueryUnreadable
from freehold.manifest import read
from freehold.manifest.writing import write
from freehold.services.exports import Order, export
from freehold.services.imports import Wish, understand
from freehold.standards.html import write_page
from freehold.standards.logical import DIALECTS
from freehold.standards.mermaid import label
from freehold.stores.published import PublishedSchemas
from unit.standards.products import ORDERS

MESH = b'mesh: {name: contoso, nodes: [{name: a, region: westeurope, url: "http://127.0.0.1:1"}]}'
FILES = {"mesh.yaml": MESH, "domains/sales/orders.yaml": write({"dataProduct": ORDERS}).encode()}
EVIL = "<script>alert(1)</script>\"'`${x}"


def imported(kind: str, content: Any, **wish: Any) -> dict[str, Any]:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    found = understand(Wish(kind=kind, file="things.json", domain="Sales", **wish), text, PublishedSchemas())
    return {product["name"]: product for product in found.products}


def test_a_schema_yml_of_dbt_becomes_products_with_its_tests() -> None:
    models = {
        "version": 2,
        "models": [
            {
                "name": "orders",
                "description": "Lines",
                "columns": [
                    {"name": "id", "data_type": "bigint", "tests": ["not_null", "unique"]},
                    {"name": "kind", "data_type": "varchar", "data_tests": [{"accepted_values": {"values": ["a", "b"]}}]},
                    {"name": "note", "data_type": "text", "tests": [{"not_null": {"config": {"severity": "warn"}}}]},
                ],
            }
        ],
    }
    orders = imported("dbt", models)["orders"]
    assert orders["schema"][0] == {"name": "id", "type": "integer", "required": True, "unique": True}
    assert orders["schema"][1]["values"] == ["a", "b"]
    assert orders["quality"] == [{"metric": "nullValues", "column": "note", "mustBe": 0, "severity": "warning"}]


def test_a_manifest_json_of_dbt_becomes_products_with_the_tests_of_its_nodes() -> None:
    manifest = {
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
        "nodes": {
            "model.p.orders": {"resource_type": "model", "name": "orders", "columns": {"id": {"name": "id", "data_type": "int"}}},
            "test.p.t": {
                "resource_type": "test",
                "attached_node": "model.p.orders",
                "column_name": "id",
                "test_metadata": {"name": "not_null", "kwargs": {"column_name": "id"}},
            },
        },
        "sources": {"source.p.raw": {"resource_type": "source", "name": "raw", "columns": {}}},
    }
    found = imported("dbt", manifest)
    assert found["orders"]["schema"] == [{"name": "id", "type": "integer", "required": True}]
    assert "raw" in found


def test_sql_of_three_dialects_becomes_products() -> None:
    for dialect, text in {
        "postgres": "CREATE TABLE o (id bigint PRIMARY KEY, c numeric(9,2) NOT NULL, t text[]); COMMENT ON COLUMN o.c IS 'cost';",
        "tsql": "CREATE TABLE [o] ([id] bigint NOT NULL UNIQUE, [c] decimal(9,2) NOT NULL)",
        "duckdb": "CREATE TABLE o (id BIGINT UNIQUE NOT NULL, c DECIMAL(9,2) NOT NULL); INSERT INTO o VALUES (1, 2)",
    }.items():
        columns = imported("sql", text.encode(), dialect=dialect)["o"]["schema"]
        assert columns[0] == {"name": "id", "type": "integer", "required": True, "unique": True}, dialect
        assert columns[1]["type"] == "decimal(9,2)"
        assert len(columns) == 2


def test_text_that_is_no_sql_is_refused() -> None:
    with pytest.raises(QueryUnreadable):
        read_tables("CREATE TABLE (((", "postgres")


def test_json_schema_and_openmetadata_become_products() -> None:
    schema = {
        "title": "Orders",
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer"}, "tags": {"type": "array"}},
    }
    assert imported("jsonschema", schema)["Orders"]["schema"] == [{"name": "id", "type": "integer", "required": True}]
    table = {
        "name": "orders",
        "columns": [
            {"name": "id", "dataType": "BIGINT", "constraint": "PRIMARY_KEY"},
            {"name": "mail", "dataType": "VARCHAR", "dataLength": 99, "tags": [{"tagFQN": "PII.Sensitive"}]},
        ],
    }
    columns = imported("openmetadata", {"data": [table]})["orders"]["schema"]
    assert columns[0] == {"name": "id", "type": "integer", "required": True, "unique": True}
    assert columns[1] == {"name": "mail", "type": "string", "classification": "PII.Sensitive", "maxLength": 99}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_of_a_product_reads_back_as_the_same_columns(dialect: str) -> None:
    (table,) = read_tables(export(FILES, Order(kind="sql", product="sales.orders_eu", dialect=dialect)), dialect)
    assert [column.name for column in table.columns] == [column["name"] for column in ORDERS["schema"]]
    assert [column.required for column in table.columns][:2] == [True, False]


def test_the_sql_of_a_product_runs_in_duckdb_whatever_its_words_are() -> None:
    hostile = {**ORDERS, "description": "it's; DROP TABLE x --", "schema": [{"name": 'a"b', "type": "string", "description": "'"}]}
    hostile |= {"quality": [], "dataContracts": [], "entityKey": 'a"b'}
    files = {**FILES, "domains/sales/orders.yaml": write({"dataProduct": hostile}).encode()}
    with duckdb.connect() as base:
        base.execute("CREATE SCHEMA sales")
        base.execute(export(files, Order(kind="sql", product="sales.orders_eu")))
        assert base.execute("SELECT comment FROM duckdb_tables()").fetchall() == [("it's; DROP TABLE x --",)]


def test_a_json_schema_says_what_a_row_is() -> None:
    found = json.loads(export(FILES, Order(kind="jsonschema", product="orders_eu", contract="analytics")))
    assert list(found["properties"]) == ["id", "at", "channel"]
    assert found["required"] == ["id"]
    assert found["properties"]["channel"]["enum"] == ["web", "store", None]


def test_the_graph_has_an_arrow_for_each_contract_and_a_dashed_one_for_what_is_excluded() -> None:
    text = export(FILES, Order(kind="mermaid"))
    assert text.startswith("graph LR\n")
    assert 'p_sales__orders_eu -->|"Contract: Business analytics<br/>Fields: id, channel, at, amount"| c_analytics' in text
    assert 'p_sales__orders_eu -.->|"❌ PII excluded: email"| c_analytics' in text
    assert re.search(r'subgraph d_sales \["Sales Domain #?\(EU\)"\]', text)


def test_words_in_a_graph_stay_words() -> None:
    assert not re.search(r'["<>`$\[\]{}|]', label('x"] --> y\n<b>`$[z]|{'))


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_page_holds_no_script_nothing_from_outside_and_every_word_escaped() -> None:
    evil: dict[str, Any] = {key: (EVIL if isinstance(value, str) else value) for key, value in ORDERS.items()}
    evil["schema"] = [{"name": EVIL, "type": "string", "description": EVIL, "values": [EVIL]}]
    evil["dataContracts"] = [{"consumer": EVIL, "purpose": EVIL, "fields": [EVIL], "masks": {EVIL: EVIL}}]
    evil["interfaces"] = [{"type": "API", "endpoint": "javascript:alert(1)"}]
    page = write_page(EVIL, [evil, ORDERS])
    tags = Tags()
    tags.feed(page)
    names = {tag for tag, _ in tags.tags}
    assert names & {"script", "img", "iframe", "link", "object", "form"} == set()
    held = [
        value for _, attributes in tags.tags for key, value in attributes.items() if key in {"href", "src"} or key.startswith("on")
    ]
    assert all(str(value).startswith("#") for value in held)
    assert ("html", {"lang": "en"}) in tags.tags
    assert {"main", "caption", "h1", "nav"} <= names
    assert all("scope" in attributes for tag, attributes in tags.tags if tag == "th")


def test_an_agreement_names_its_parties_and_is_only_requested() -> None:
    text = export(FILES, Order(kind="oaas", product="sales.orders_eu", contract="analytics-business-analytics"))
    assert "kind: AccessAgreement" in text
    assert "status: requested" in text
    assert 'endTimestamp: "2030-01-01T23:59:59Z"' in text


def test_the_manifest_of_these_tests_reads_without_an_error_of_form() -> None:
    codes = {item.code for item in read(FILES).findings if item.severity == "error"}
    assert codes <= {"reference-unknown", "consumer-unknown"}
