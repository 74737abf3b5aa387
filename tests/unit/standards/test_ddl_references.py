"""Foreign keys of SQL are references of products, and are written as foreign keys again; what cannot be said is told."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from freehold.manifest.writing import write
from freehold.services.exports import Order, export
from freehold.services.imports import Understood, Wish, understand
from freehold.standards.logical import DIALECTS as WRITTEN
from freehold.stores.published import PublishedSchemas

MESH = b'mesh: {name: contoso, nodes: [{name: a, region: westeurope, url: "http://127.0.0.1:1"}]}'
IN_PLACE = "CREATE TABLE a (x int REFERENCES b (k)); CREATE TABLE b (k int PRIMARY KEY);"
FORMS = {
    "duckdb": [IN_PLACE, "CREATE TABLE b (k int PRIMARY KEY); CREATE TABLE a (x int, FOREIGN KEY (x) REFERENCES b (k))"],
    "postgres": [
        IN_PLACE,
        "CREATE TABLE b (k int PRIMARY KEY); CREATE TABLE a (x int REFERENCES b ON DELETE CASCADE)",
        "CREATE TABLE s.a (x int); CREATE TABLE s.b (k int); ALTER TABLE ONLY s.a ADD FOREIGN KEY (x) REFERENCES s.b(k)",
        "CREATE TABLE a (x int REFERENCES b); CREATE TABLE b (k int); ALTER TABLE b ADD CONSTRAINT p PRIMARY KEY (k)",
    ],
    "tsql": [
        "CREATE TABLE [a] ([x] int FOREIGN KEY REFERENCES [b] ([k])); CREATE TABLE [b] ([k] int)",
        (
            "CREATE TABLE dbo.a (x int)\nGO\nCREATE TABLE dbo.b (k int)\nGO\n"
            "ALTER TABLE [dbo].[A] WITH CHECK ADD CONSTRAINT [FK] FOREIGN KEY([X]) REFERENCES [dbo].[B] ([K])\nGO"
        ),
    ],
    "mysql": ["CREATE TABLE b (k int PRIMARY KEY); CREATE TABLE a (x int, CONSTRAINT f FOREIGN KEY (x) REFERENCES b (k))"],
    "bigquery": ["CREATE TABLE b (k INT64); CREATE TABLE a (x INT64, FOREIGN KEY (x) REFERENCES b (k) NOT ENFORCED)"],
    "snowflake": ["CREATE TABLE b (k int); CREATE TABLE a (x int FOREIGN KEY REFERENCES b (k))"],
    "databricks": ["CREATE TABLE b (k int PRIMARY KEY); CREATE TABLE a (x int CONSTRAINT f FOREIGN KEY REFERENCES b)"],
}


def read(text: str, dialect: str = "postgres") -> Understood:
    return understand(Wish(kind="sql", file="x.sql", domain="Sales", dialect=dialect), text.encode(), PublishedSchemas())


def referring(found: Understood) -> dict[str, str]:
    return {
        f"{product['name']}.{column['name']}": column["references"]
        for product in found.products
        for column in product["schema"]
        if "references" in column
    }


@pytest.mark.parametrize(("dialect", "text"), [(dialect, text) for dialect, texts in FORMS.items() for text in texts])
def test_a_foreign_key_to_a_table_of_the_file_is_a_reference(dialect: str, text: str) -> None:
    found = read(text, dialect)
    assert referring(found) == {"a.x": "sales.b.k"}
    assert not found.findings


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("CREATE TABLE a (x int REFERENCES elsewhere (k))", "no such table"),
        ("CREATE TABLE a (x int REFERENCES t.b (k)); CREATE TABLE s.b (k int)", "no such table"),
        ("CREATE TABLE a (x int REFERENCES b (k)); CREATE TABLE s.b (k int); CREATE TABLE t.b (k int)", "no such table"),
        ("CREATE TABLE a (x int, y int, FOREIGN KEY (x, y) REFERENCES b (k, l)); CREATE TABLE b (k int, l int)", "several columns"),
        ("CREATE TABLE a (x int REFERENCES b); CREATE TABLE b (k int, l int, PRIMARY KEY (k, l))", "to which one column"),
        ("CREATE TABLE a (x int REFERENCES b (no)); CREATE TABLE b (k int)", "is no column"),
        ("CREATE TABLE a (x int REFERENCES b (k)); CREATE TABLE b (k text)", "of type integer, and the other of type string"),
        ('CREATE TABLE a (x int REFERENCES b ("k.l")); CREATE TABLE b ("k.l" int)', "cannot name the column"),
    ],
)
def test_a_foreign_key_that_no_manifest_says_is_told_and_left_out(text: str, because: str) -> None:
    found = read(text)
    assert not referring(found)
    (finding,) = (item for item in found.findings if item.code == "reference-left-out")
    assert because in finding.message


def test_the_second_foreign_key_of_a_column_is_told() -> None:
    found = read("CREATE TABLE a (x int REFERENCES b (k) REFERENCES c (k)); CREATE TABLE b (k int); CREATE TABLE c (k int)")
    assert referring(found) == {"a.x": "sales.b.k"}
    assert ["the column has one before" in item.message for item in found.findings] == [True]


def test_a_table_may_refer_to_itself_and_to_a_table_whose_name_was_changed() -> None:
    found = read('CREATE TABLE "2 b" (k int, up int REFERENCES "2 b" (k)); CREATE TABLE a (x int REFERENCES "2 b" (k))')
    assert referring(found) == {"Product 2 b.up": "sales.product_2_b.k", "a.x": "sales.product_2_b.k"}


def files(*products: dict[str, Any]) -> dict[str, bytes]:
    made = {f"domains/{item['domain'].lower()}/{item['name']}.yaml": write({"dataProduct": item}).encode() for item in products}
    return {"mesh.yaml": MESH, **made}


def product(name: str, domain: str, *columns: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "domain": domain, "schema": list(columns)}


KEY = {"name": "k", "type": "string", "required": True, "unique": True}


@pytest.mark.parametrize("dialect", WRITTEN)
def test_references_are_written_as_foreign_keys_and_read_again(dialect: str) -> None:
    held = [product("b", "Sales", KEY), product("a", "Sales", {"name": "x", "type": "string", "references": "sales.b.k"})]
    texts = [export(files(*held), Order(kind="sql", product=f"sales.{name}", dialect=dialect)) for name in ("b", "a")]
    assert "REFERENCES" in texts[1]
    assert referring(read("\n".join(texts), dialect)) == {"a.x": "sales.b.k"}
    if dialect == "duckdb":
        duckdb.connect().execute("CREATE SCHEMA sales;" + "".join(texts))


def test_a_foreign_key_of_sql_server_is_as_long_as_what_it_refers_to() -> None:
    held = [product("b", "Sales", KEY), product("a", "Sales", {"name": "x", "type": "string", "references": "sales.b.k"})]
    text = export(files(*held), Order(kind="sql", product="sales.a", dialect="tsql"))
    assert "[x] nvarchar(450) REFERENCES [sales].[b] ([k])" in text


@pytest.mark.parametrize(
    ("dialect", "target"),
    [
        ("postgres", product("b", "Sales", {"name": "k", "type": "string"})),
        ("duckdb", product("b", "Stock", KEY)),
    ],
)
def test_a_reference_that_a_database_would_not_take_stands_there_as_a_comment(dialect: str, target: dict[str, Any]) -> None:
    place = f"{target['domain'].lower()}.b.k"
    held = [target, product("a", "Sales", {"name": "x", "type": "string", "references": place})]
    text = export(files(*held), Order(kind="sql", product="sales.a", dialect=dialect))
    assert "REFERENCES" not in text
    assert f"-- x refers to {place}" in text


def test_what_a_consumer_is_told_names_no_other_product() -> None:
    contract = {"consumer": "Finance", "purpose": "audit", "fields": ["x"]}
    own = product("a", "Sales", {"name": "x", "type": "string", "references": "sales.b.k"}) | {"dataContracts": [contract]}
    text = export(
        files(product("b", "Sales", KEY), own), Order(kind="sql", product="sales.a", contract="finance", dialect="postgres")
    )
    assert '"x"' in text
    assert "sales.b" not in text.replace('"', "")
