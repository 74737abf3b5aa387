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
from freehold.standards.dbt import write_dbt
from freehold.standards.html import write_page
from freehold.standards.jsonschema import write_json_schema
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


def node_of(name: str, column: str | None = "id", **said: Any) -> dict[str, Any]:
    metadata = {"name": name, "kwargs": {"column_name": column, **said.pop("kwargs", {})}}
    return {"resource_type": "test", "column_name": column, "test_metadata": metadata, **said}


def manifest_of(*tests: dict[str, Any], **model: Any) -> dict[str, Any]:
    columns = {name: {"name": name, "data_type": "int"} for name in ("id", "Day")}
    nodes = {"model.p.orders": {"resource_type": "model", "name": "orders", "columns": columns, **model}}
    return {"nodes": nodes | {f"test.p.{at}": test for at, test in enumerate(tests)}}


def findings_of(kind: str, document: dict[str, Any]) -> list[str]:
    return [
        item.code
        for item in understand(
            Wish(kind=kind, file="x.json", domain="S"), json.dumps(document).encode(), PublishedSchemas()
        ).findings
    ]


def test_a_manifest_from_before_tests_named_their_model_keeps_its_tests() -> None:
    old = node_of("not_null", depends_on={"nodes": ["model.p.orders"]})
    (first, _) = imported("dbt", manifest_of(old, node_of("unique", "ID", attached_node="model.p.orders")))["orders"]["schema"]
    assert first == {"name": "id", "type": "integer", "required": True, "unique": True}


@pytest.mark.parametrize(
    "test",
    [
        node_of("not_null", attached_node="model.p.orders", config={"where": "id > 5"}),
        node_of("not_null", attached_node="model.p.orders", config={"error_if": "> 100"}),
        node_of("not_null", "gone", attached_node="model.p.orders"),
        node_of("relationships", depends_on={"nodes": ["model.p.orders", "model.p.customers"]}),
        {"resource_type": "test", "name": "a query of its own", "depends_on": {"nodes": ["model.p.orders"]}},
    ],
    ids=["some rows", "some may fail", "no such column", "two models", "a query"],
)
def test_a_test_of_dbt_that_no_rule_says_is_said_and_never_made_a_promise_of_all_rows(test: dict[str, Any]) -> None:
    document = manifest_of(test)
    assert findings_of("dbt", document) == ["test-left-out"]
    assert imported("dbt", document)["orders"]["schema"][0] == {"name": "id", "type": "integer"}


def test_constraints_and_tests_of_several_columns_become_keys_and_rules() -> None:
    alone = {"constraints": [{"type": "primary_key", "columns": ["ID"]}, {"type": "check", "expression": "id > 0"}]}
    assert imported("dbt", manifest_of(**alone))["orders"]["schema"][0]["unique"] is True
    assert findings_of("dbt", manifest_of(**alone)) == ["test-left-out"]
    several = {"constraints": [{"type": "primary_key", "columns": ["id", "Day"]}]}
    rule = {"metric": "duplicateValues", "columns": ["id", "Day"], "mustBe": 0}
    assert imported("dbt", manifest_of(**several))["orders"]["quality"] == [rule]
    kwargs = {"combination_of_columns": ["id", "Day"]}
    test = node_of(
        "unique_combination_of_columns", None, attached_node="model.p.orders", kwargs=kwargs, config={"severity": "WARN"}
    )
    assert imported("dbt", manifest_of(test))["orders"]["quality"] == [{**rule, "severity": "warning"}]


def test_a_name_that_dbt_must_quote_is_quoted() -> None:
    (model,) = write_dbt([{"name": "o", "schema": [{"name": "Day", "type": "date"}, {"name": "day", "type": "date"}]}], "postgres")[
        "models"
    ]
    assert [column.get("quote") for column in model["columns"]] == [True, None]


def rows(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    (product,) = imported("jsonschema", document).values()
    return {column.pop("name"): column for column in product.get("schema", [])}


def test_a_json_schema_is_read_through_its_references_and_choices() -> None:
    document = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "allOf": [{"$ref": "#/definitions/base"}, {"properties": {"note": {"oneOf": [{"type": "null"}, {"type": "string"}]}}}],
        "properties": {"kind": {"const": "x"}, "size": {"enum": [1, 2.5]}, "far": {"$ref": "other.json"}},
        "required": ["kind", "note"],
        "definitions": {
            "base": {"type": "object", "properties": {"id": {"$ref": "#/definitions/a~1b"}}, "required": ["id"]},
            "a/b": {"type": "integer", "description": "the key"},
        },
    }
    assert rows(document) == {
        "id": {"type": "integer", "description": "the key", "required": True},
        "note": {"type": "string"},
        "kind": {"type": "string", "required": True, "values": ["x"]},
        "size": {"type": "number", "values": [1, 2.5]},
        "far": {"type": "string"},
    }


def test_bounds_of_draft_4_and_of_nought_are_kept() -> None:
    bounds = {"type": "integer", "minimum": 0, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False}
    assert rows({"properties": {"a": bounds}}) == {"a": {"type": "integer", "exclusiveMinimum": 0, "maximum": 9}}
    assert rows({"properties": {"a": {"type": "number", "minimum": 0}}}) == {"a": {"type": "number", "minimum": 0}}


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        *(("^[a-z|]+$", True), ("^(a|b)$", True), ("^(?:(a|b)+)$", True), (r"^\|(x)[|)]$", True)),
        *(("^a|b$", False), ("^(a)|(b)$", False), ("^a", False), (r"^a\$", False), ("^(?=a)b$", False)),
    ],
)
def test_a_pattern_that_may_stand_anywhere_in_a_text_is_never_made_one_of_the_whole(pattern: str, kept: bool) -> None:
    document = {"properties": {"a": {"type": "string", "pattern": pattern}}}
    assert ("pattern" in rows(document)["a"]) is kept
    assert findings_of("jsonschema", document) == ([] if kept else ["pattern-left-out"])


def test_schemas_that_refer_to_themselves_or_to_towers_of_others_take_no_time() -> None:
    tower = {f"d{at}": {"allOf": [{"$ref": f"#/$defs/d{at + 1}"}] * 9} for at in range(60)}
    document = {"properties": {"a": {"$ref": "#/properties/a"}, "b": {"$ref": "#/$defs/d0"}}, "$defs": tower}
    assert set(rows(document)) <= {"a", "b"}


def test_a_description_that_is_no_text_is_none() -> None:
    assert rows({"properties": {"a": {"type": "string", "description": [["x"]]}}}) == {"a": {"type": "string"}}


def test_types_that_are_none_are_no_columns() -> None:
    assert rows({"properties": {"a": {"type": 5}, "b": {"type": [{}]}, "c": {"type": "null"}, "d": {"type": "string"}}}).keys() == {
        "d"
    }


def test_a_pattern_goes_out_and_comes_back_as_it_was() -> None:
    schema = [{"name": "a", "type": "string", "required": True, "pattern": "a|(b|c)+"}]
    assert rows(write_json_schema({"name": "o", "domain": "S", "schema": schema}))["a"]["pattern"] == "a|(b|c)+"


def test_tables_of_openmetadata_keep_their_keys_and_take_no_term_of_a_glossary_for_a_class() -> None:
    tags = [{"tagFQN": "Shop.Key", "source": "Glossary"}, {"tagFQN": "PII.Sensitive", "source": "Classification"}]
    columns = [
        {"name": "id", "dataType": "BIGINT", "tags": tags},
        {"name": "day", "dataType": "TIMESTAMPZ"},
        {"name": "note", "dataType": "MEDIUMTEXT", "dataLength": 1},
    ]
    keys = [{"constraintType": "PRIMARY_KEY", "columns": ["id"]}, {"constraintType": "UNIQUE", "columns": ["id", "day"]}]
    table = {"name": "orders", "columns": columns, "tableConstraints": keys}
    orders = imported("openmetadata", {"tables": [table]})["orders"]
    assert orders["schema"] == [
        {"name": "id", "type": "integer", "required": True, "unique": True, "classification": "PII.Sensitive"},
        {"name": "day", "type": "timestamp"},
        {"name": "note", "type": "string"},
    ]
    assert orders["quality"] == [{"metric": "duplicateValues", "columns": ["id", "day"], "mustBe": 0}]


def test_rules_of_columns_that_did_not_come_in_are_left_out_and_said() -> None:
    columns = [{"name": "id", "dataType": "BIGINT"}, {"name": "tags", "dataType": "ARRAY"}]
    keys = [{"constraintType": "UNIQUE", "columns": names} for names in (["id", "tags"], ["id", "gone"])]
    table = {"name": "orders", "columns": columns, "tableConstraints": keys}
    assert sorted(findings_of("openmetadata", table)) == ["column-left-out", "test-left-out", "test-left-out"]
    assert "quality" not in imported("openmetadata", table)["orders"]


def test_what_is_no_manifest_of_dbt_at_all_is_no_fault() -> None:
    odd = node_of("not_null", attached_node="model.p.orders", config={"error_if": [1], "severity": {}})
    assert findings_of("dbt", {"nodes": {"a": {"resource_type": ["model"]}, **manifest_of(odd)["nodes"]}}) == ["test-left-out"]
