"""Products as ODCS and ODPS and back: nothing lost in either direction, valid in every version, and a consumer is told no more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.services.imports import Wish, understand
from freehold.standards import odcs, odps
from freehold.standards.remarks import Remarks
from freehold.stores.published import PublishedSchemas
from unit.standards.products import ORDERS

PUBLISHED = PublishedSchemas()
CONTRACT = ORDERS["dataContracts"][0]
HEAD = b"apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: draft\n"
BOMB = b"a: &a [x]\n" + b"".join(b"%c: &%c [%s]\n" % (at + 1, at + 1, b",".join([b"*%c" % at] * 10)) for at in range(97, 105))
DOCUMENT: dict[str, Any] = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "x", "version": "1.0.0", "status": "draft"}


@pytest.mark.parametrize("version", [None, *odcs.VERSIONS])
def test_a_manifest_goes_out_and_comes_back_equal_and_the_document_is_valid(version: str | None) -> None:
    document = odcs.write_contract([ORDERS], version)
    assert odcs.read_contract(document, None, Remarks()) == [ORDERS]
    assert PUBLISHED.violations(f"odcs-{(version or odcs.DEFAULT)[:3]}", document) == ()


@pytest.mark.parametrize("version", [None, *odps.VERSIONS])
def test_a_manifest_goes_out_as_a_product_and_comes_back_equal(version: str | None) -> None:
    document = odps.write_product(ORDERS, version)
    assert odps.read_product(document, None, Remarks()) == ORDERS
    assert PUBLISHED.violations(f"odps-{(version or odps.DEFAULT)[:3]}", document) == ()


@pytest.mark.parametrize("version", odcs.VERSIONS)
def test_the_document_of_a_consumer_holds_the_columns_of_the_contract_alone(version: str) -> None:
    document = odcs.write_consumer(ORDERS, CONTRACT, version)
    assert PUBLISHED.violations(f"odcs-{version[:3]}", document) == ()
    assert [item["name"] for item in document["schema"][0]["properties"]] == ["id", "amount", "at", "channel"]
    told = json.dumps(document)
    for hidden in ("scan", "orders.parquet", "channel = 'web'", "customer_360", "PII.Contact"):
        assert hidden not in told
    assert document["id"] == "orders-eu--analytics-business-analytics"
    assert document["description"]["purpose"] == "Business analytics"
    assert {"property": "freehold.belowFloor", "value": "mark"} in document["customProperties"]


def test_the_age_of_data_is_latency_and_the_time_of_an_answer_is_not() -> None:
    levels = {item["property"]: item for item in odcs.write_contract([ORDERS])["slaProperties"]}
    assert (levels["latency"]["value"], levels["latency"]["unit"]) == (1, "h")
    assert (levels["freehold.responseTime"]["value"], levels["freehold.responseTime"]["unit"]) == (100, "ms")


def test_what_is_kept_holds_only_while_the_manifest_says_the_same() -> None:
    (product,) = odcs.read_contract({**DOCUMENT, "name": "Orders", "domain": "Sales", "version": "rev 7"}, None, Remarks())
    assert odcs.write_contract([product])["version"] == "rev 7"
    assert odcs.write_contract([{**product, "version": "2.0.0"}])["version"] == "2.0.0"


def test_checks_that_would_be_called_alike_are_all_run_and_go_out_as_they_came() -> None:
    checks = [
        {"metric": "invalidValues", "arguments": {"pattern": "A.*"}, "mustBe": 0},
        {"metric": "invalidValues", "arguments": {"pattern": ".*Z"}, "mustBe": 0},
        {"metric": "invalidValues", "arguments": {"pattern": ".*Z"}, "mustBe": 0, "description": "once more"},
    ]
    table = {"name": "t", "logicalType": "object", "properties": [{"name": "a", "logicalType": "string", "quality": checks}]}
    document = {**DOCUMENT, "name": "Orders", "schema": [table]}
    found = understand(Wish(kind="odcs", file="x.yaml", domain="Sales"), json.dumps(document).encode(), PUBLISHED)
    (product,) = found.products
    assert [(rule.get("name"), rule["pattern"]) for rule in product["quality"]] == [
        (None, "A.*"),
        ("invalidValues of a mustBe 0 (2)", ".*Z"),
        ("invalidValues of a mustBe 0 (3)", ".*Z"),
    ]
    assert [item.code for item in found.findings if item.code == "rule-kept"] == []
    assert odcs.write_contract([product]) == document


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({"surprise": 1}, "`surprise`"),
        ({"servers": [{"server": "a", "type": "api", "location": "x", "region": "eu"}]}, "`region`"),
        ({"customProperties": {"a": 1}}, "customProperties"),
        ({"schema": [{"name": "t", "classification": "public"}]}, "`classification`"),
        ({"schema": [{"name": "t", "properties": [{"logicalType": "string"}]}]}, "`name`"),
    ],
)
def test_a_document_that_breaks_its_schema_comes_in_with_a_warning_and_strictly_not_at_all(
    broken: dict[str, Any], place: str
) -> None:
    content = json.dumps({**DOCUMENT, "domain": "Sales", **broken}).encode()
    tolerant = understand(Wish(kind="odcs", file="x.json"), content, PUBLISHED)
    assert not tolerant.is_refused
    assert any(item.code == "standard-violated" and place in item.message for item in tolerant.findings)
    strict = understand(Wish(kind="odcs", file="x.json", strict=True), content, PUBLISHED)
    assert strict.is_refused


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "DataModel"}, "standard-unknown"),
        ({"apiVersion": "v4.0.0"}, "standard-version"),
        ({"apiVersion": 3}, "standard-version"),
    ],
)
def test_another_kind_or_version_is_refused_with_what_to_write(wrong: dict[str, Any], code: str) -> None:
    found = understand(Wish(kind="odcs", file="x.json"), json.dumps({**DOCUMENT, **wrong}).encode(), PUBLISHED)
    assert [item.code for item in found.findings] == [code]
    assert found.is_refused
    assert found.products == ()


def test_a_violation_is_found_at_its_line_and_column() -> None:
    text = (
        b"apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: draft\nservers:\n  - {server: a, type: mongodb}\n"
    )
    (found,) = understand(Wish(kind="odcs", file="x.yaml", domain="Sales"), text, PUBLISHED).findings
    assert (found.code, found.line, found.column) == ("standard-violated", 7, 23)


def test_a_primary_key_is_a_promise_and_goes_out_as_it_came() -> None:
    alone = [{"name": "id", "logicalType": "integer", "primaryKey": True}, {"name": "a", "logicalType": "string"}]
    document = {**DOCUMENT, "name": "Orders", "schema": [{"name": "t", "properties": alone}]}
    (product,) = odcs.read_contract(document, "Sales", Remarks())
    assert product["schema"][0] == {"name": "id", "type": "integer", "required": True, "unique": True}
    assert odcs.write_contract([product]) == document
    several = [{**column, "primaryKey": True} for column in alone]
    (product,) = odcs.read_contract({**document, "schema": [{"name": "t", "properties": several}]}, "Sales", Remarks())
    assert [(column["required"], column.get("unique")) for column in product["schema"]] == [(True, None), (True, None)]


CHECK = {"metric": "rowCount"}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"quality": [{**CHECK, "mustBeBetween": [1]}]}, "`schema[0].quality[0].mustBeBetween` holds too few values."),
        (
            {"quality": [{**CHECK, "mustBe": 1, "mustNotBe": 2}]},
            "`schema[0].quality[0]` fits several of the forms that it may have.",
        ),
        ({"quality": [CHECK]}, "`schema[0].quality[0]` has none of `mustBe`, `mustNotBe`, "),
        (
            {"properties": [{"name": "a", "relationships": [{"type": "foreignKey", "from": "a.b", "to": "c.d"}]}]},
            "`schema[0].properties[0].relationships[0]` may not have `from`.",
        ),
    ],
)
def test_of_several_forms_the_one_that_is_meant_is_said(broken: dict[str, Any], said: str) -> None:
    content = json.dumps({**DOCUMENT, "name": "Orders", "schema": [{"name": "t", **broken}]}).encode()
    found = understand(Wish(kind="odcs", file="x.json", domain="Sales", strict=True), content, PUBLISHED)
    (error,) = [item for item in found.findings if item.severity == "error"]
    assert error.message.startswith(said)
    assert error.mend


def test_of_a_team_as_a_mapping_what_is_wrong_inside_is_said() -> None:
    text = HEAD + b"name: Orders\nteam:\n  members:\n    - {username: ada, role: 7}\n"
    found = understand(Wish(kind="odcs", file="x.yaml", domain="Sales", strict=True), text, PUBLISHED)
    (error,) = [item for item in found.findings if item.severity == "error"]
    assert (error.message, error.line, error.column) == ("`team.members[0].role` is of the wrong type.", 9, 29)
    assert error.mend == "write text; put dates and versions in quotes"


def test_ten_thousand_columns_come_in_and_go_out() -> None:
    properties = [{"name": f"c{at}", "logicalType": "string", "tags": ["x"]} for at in range(10_000)]
    document = {**DOCUMENT, "domain": "Sales", "name": "Wide", "schema": [{"name": "wide", "properties": properties}]}
    found = understand(Wish(kind="odcs", file="x.json", strict=True), json.dumps(document).encode(), PUBLISHED)
    assert not found.is_refused
    assert odcs.write_contract(list(found.products)) == document


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB, "file-too-large"),
        (b"a: " + b"[" * 100 + b"]" * 100, "nesting-deep"),
        (b"a: &a [*a]", "alias-recursive"),
        (b"a: !!python/object:os.system x", "tag-refused"),
        (b"\xff\xfe", "not-utf8"),
        (b"", "file-empty"),
    ],
)
def test_hostile_yaml_is_a_finding_and_never_more(text: bytes, code: str) -> None:
    found = understand(Wish(kind="odcs", file="x.yaml"), text, PUBLISHED)
    assert code in [item.code for item in found.findings]
    assert found.is_refused


def test_timestamps_and_versions_stay_text() -> None:
    text = HEAD + b"domain: Sales\ncontractCreatedTs: 2024-01-01T10:00:00Z\n"
    (product,) = understand(Wish(kind="odcs", file="x.yaml", strict=True), text, PUBLISHED).products
    assert odcs.write_contract([product])["contractCreatedTs"] == "2024-01-01T10:00:00Z"


@pytest.mark.parametrize("version", odcs.VERSIONS)
def test_bounds_that_are_excluded_are_said_as_the_version_says_them(version: str) -> None:
    columns = [
        {"name": "a", "type": "number", "exclusiveMinimum": 0, "maximum": 9},
        {"name": "b", "type": "date", "minimum": "2020-01-01", "exclusiveMaximum": "2030-01-01"},
        {"name": "c", "type": "integer", "minimum": 1, "exclusiveMinimum": 0},
    ]
    product = {"name": "Orders", "domain": "Sales", "schema": columns}
    document = odcs.write_contract([product], version)
    assert PUBLISHED.violations(f"odcs-{version[:3]}", document) == ()
    read = odcs.read_contract(document, None, Remarks())[0]
    assert read["schema"] == columns
    options = document["schema"][0]["properties"][0]["logicalTypeOptions"]
    assert options["exclusiveMinimum"] == (True if version < "3.1" else 0)


def test_a_bound_of_3_0_that_is_excluded_or_not_is_read_as_one() -> None:
    options = {"minimum": 5, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False}
    table = {"name": "t", "properties": [{"name": "a", "logicalType": "integer", "logicalTypeOptions": options}]}
    document = {**DOCUMENT, "apiVersion": "v3.0.2", "name": "Orders", "schema": [table]}
    (product,) = odcs.read_contract(document, "Sales", Remarks())
    assert product["schema"] == [{"name": "a", "type": "integer", "exclusiveMinimum": 5, "maximum": 9}]
    assert odcs.write_contract([product]) == document
