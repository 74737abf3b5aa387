"""What no manifest may say stays in the document that it came with: nothing beside it goes, and the way back is whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ruamel.yaml import YAML

from freehold.manifest import read
from freehold.manifest.plain import plain_products, read_document
from freehold.manifest.writing import write
from freehold.services.exports import Order, export
from freehold.services.imports import Understood, Wish, texts, understand
from freehold.standards import odcs, odps
from freehold.standards.kept import same
from freehold.standards.remarks import Remarks
from freehold.stores.published import PublishedSchemas
from unit.standards.products import ORDERS

PUBLISHED = PublishedSchemas()
MESH = b'mesh: {name: contoso, nodes: [{name: a, region: westeurope, url: "http://127.0.0.1:1"}]}'
CONTRACT: dict[str, Any] = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "x", "version": "1.0.0", "status": "draft"}
PRODUCT: dict[str, Any] = {"apiVersion": "v1.0.0", "kind": "DataProduct", "id": "x", "status": "active"}


def understood(kind: str, document: dict[str, Any] | str, **wish: Any) -> Understood:
    text = document if isinstance(document, str) else json.dumps(document)
    return understand(Wish(kind=kind, file="x.yaml", domain="Sales", **wish), text.encode(), PUBLISHED)


def through_manifests(found: Understood) -> list[dict[str, Any]]:
    held = {item.path: item.text.encode() for item in texts(found, Wish(kind="odcs", file="x.yaml"))}
    assert [item for item in read({"mesh.yaml": MESH, **held}).findings if item.severity == "error"] == []
    return [product for _, product in plain_products(held)]


def of_columns(*columns: dict[str, Any]) -> dict[str, Any]:
    return {**CONTRACT, "name": "Orders", "schema": [{"name": "orders", "properties": list(columns)}]}


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 2**64, 10**38 - 1, 1e18, 1.5e300, 0.1])
def test_a_number_keeps_every_digit(number: float) -> None:
    document = {**CONTRACT, "name": "Orders", "customProperties": [{"property": "most", "value": number}]}
    yaml = "# not JSON\n" + write(document)
    for found in (understood("odcs", document), understood("odcs", yaml)):
        assert same(odcs.write_contract(through_manifests(found)), document)


@pytest.mark.parametrize("number", [1e18, -2e22, 1e-7])
def test_a_number_is_one_for_readers_of_the_older_yaml_too(number: float) -> None:
    older = YAML(typ="safe", pure=True)
    older.version = (1, 1)
    assert older.load(write({"a": number})) == {"a": number}


def test_an_export_of_a_product_comes_back_into_its_mesh_with_its_references() -> None:
    files = {"mesh.yaml": MESH, "domains/sales/orders.yaml": write({"dataProduct": ORDERS}).encode()}
    for kind in ("odcs", "odps"):
        found = understood(kind, export(files, Order(kind=kind, product="sales.orders_eu")), strict=True)
        assert list(found.products) == [ORDERS]


BOUND = {"name": "day", "logicalType": "date", "description": "the day", "logicalTypeOptions": {"minimum": "soon"}}


def test_a_key_that_no_manifest_may_have_goes_without_its_neighbours_and_goes_out_as_it_came() -> None:
    document = of_columns({"name": "id", "logicalType": "integer"}, BOUND)
    found = understood("odcs", document)
    assert "rule-kept" in [item.code for item in found.findings]
    (product,) = through_manifests(found)
    assert product["schema"][1] == {"name": "day", "type": "date", "description": "the day"}
    assert odcs.write_contract([product]) == document


def test_a_rule_that_no_manifest_may_have_goes_out_as_it_came() -> None:
    unfit = {"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "(?=a)b"}}
    fit = {"metric": "nullValues", "mustBe": 0}
    document = of_columns({"name": "id", "logicalType": "string", "quality": [unfit, fit]})
    (product,) = through_manifests(understood("odcs", document))
    assert [rule["metric"] for rule in product["quality"]] == ["nullValues"]
    assert odcs.write_contract([product]) == document


def test_what_changed_since_wins_over_what_was_left_out() -> None:
    (product,) = through_manifests(understood("odcs", of_columns(BOUND)))
    product["schema"][0]["minimum"] = "2020-01-01"
    written = odcs.write_contract([product])
    assert odcs.read_contract(written, None, Remarks())[0]["schema"][0]["minimum"] == "2020-01-01"


def test_a_product_document_keeps_what_no_manifest_may_have() -> None:
    columns = [{"name": "day", "type": "date", "description": "the day", "minimum": "soon"}]
    document = {**PRODUCT, "name": "Orders", "customProperties": [{"property": "freehold.schema", "value": columns}]}
    (product,) = through_manifests(understood("odps", document))
    assert product["schema"] == [{"name": "day", "type": "date", "description": "the day"}]
    assert odps.write_product(product) == document


def test_a_column_that_cannot_be_served_for_its_name_is_said_and_kept() -> None:
    document = of_columns(
        {"name": "n" * 129, "logicalType": "string"},
        {"name": "Id", "logicalType": "string"},
        {"name": "ID", "logicalType": "string"},
    )
    found = understood("odcs", document)
    assert [item.code for item in found.findings] == ["column-kept", "column-kept"]
    (product,) = through_manifests(found)
    assert [column["name"] for column in product["schema"]] == ["Id"]
    assert odcs.write_contract([product]) == document


def test_columns_of_one_name_are_said_where_only_one_can_come_in() -> None:
    found = understand(Wish(kind="sql", file="x.sql", domain="S"), b'CREATE TABLE t ("Id" int, "ID" int, c int)', PUBLISHED)
    assert [item.code for item in found.findings] == ["column-left-out"]
    assert [column["name"] for column in found.products[0]["schema"]] == ["Id", "c"]


@pytest.mark.parametrize("name", ["wide", "deep"])
def test_a_document_that_no_manifest_can_hold_is_refused_and_nothing_is_written(name: str) -> None:
    value: Any = "x" * 1_100_000
    if name == "deep":
        for _ in range(60):
            value = {"in": value[:1] if isinstance(value, str) else value}
    found = understood("odcs", {**CONTRACT, "name": "Orders", "customProperties": [{"property": "a", "value": value}]})
    assert found.is_refused
    (error,) = [item for item in found.findings if item.severity == "error"]
    assert (error.code, "Orders" in error.message) == ("product-too-large", True)


def test_mappings_that_yaml_merges_are_merged_and_what_a_mapping_says_itself_counts_more() -> None:
    text = """apiVersion: v3.1.0
kind: DataContract
id: x
version: 1.0.0
status: draft
name: Orders
schema:
  - name: orders
    properties:
      - &one {name: id, logicalType: integer, required: true}
      - {<<: *one, name: other}
      - {<<: [{name: third}, *one], logicalType: string}
"""
    (product,) = understood("odcs", text, strict=True).products
    assert product["schema"] == [
        {"name": "id", "type": "integer", "required": True},
        {"name": "other", "type": "integer", "required": True},
        {"name": "third", "type": "string", "required": True},
    ]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('{"kind": "DataContract",\n "id": "a",\n "id": "b"}', "key-duplicate", 3),
        ('{"a": ' + "[" * 90 + "]" * 90 + "}", "nesting-deep", 1),
    ],
)
def test_json_has_the_bounds_of_yaml(text: str, code: str, line: int) -> None:
    _, found = read_document("x.json", text.encode())
    assert [(item.code, item.line) for item in found] == [(code, line)]
