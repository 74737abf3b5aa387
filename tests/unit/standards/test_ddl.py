"""Scripts and dumps as databases write them: tables with their keys, types and comments, and nothing else of the text."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.compiler.ddl import DIALECTS, read_tables
from freehold.errors import QueryUnreadable, SettingInvalid
from freehold.manifest.writing import write
from freehold.services.exports import Order, export
from freehold.services.imports import Wish, understand
from freehold.standards.logical import DIALECTS as WRITTEN
from freehold.stores.published import PublishedSchemas

MESH = b'mesh: {name: contoso, nodes: [{name: a, region: westeurope, url: "http://127.0.0.1:1"}]}'
DUMP = r"""
\connect shop
SET client_encoding = 'UTF8';
CREATE FUNCTION f(t timestamp) RETURNS date LANGUAGE sql AS $_$ SELECT CREATE; $_$;
CREATE TABLE public.film (
    film_id integer DEFAULT nextval('s'::regclass) NOT NULL,
    title character varying(255) COLLATE "C",
    fee numeric, paid numeric(4,2), seen timestamp(3) with time zone, flags bit(3), cost money, length smallint,
    EXCLUDE USING gist (flags WITH =)
) PARTITION BY RANGE (seen);
COPY public.film (film_id, title) FROM stdin;
1	CREATE TABLE evil (a int); 'and a quote
\.
ALTER TABLE public.film OWNER TO postgres;
ALTER TABLE ONLY public.film ADD CONSTRAINT film_pkey PRIMARY KEY (film_id);
ALTER TABLE ONLY public.film ADD CONSTRAINT film_title UNIQUE (title);
ALTER TABLE public.film ALTER COLUMN length SET NOT NULL;
ALTER TABLE public.film ADD COLUMN added date;
COMMENT ON TABLE public.film IS 'A film''s data';
COMMENT ON COLUMN public.film.title IS 'Its title';
"""
SCRIPT = """USE [shop]
GO
SET ANSI_NULLS ON
go
CREATE TABLE [dbo].[Orders](
	[Id] [int] IDENTITY(1,1) NOT NULL,
	[on] [nvarchar](50) SPARSE NULL,
	[Email] [nvarchar](100) MASKED WITH (FUNCTION = 'email()') NULL,
	[Guid] [uniqueidentifier] ROWGUIDCOL NOT NULL,
	[Flag] [bit] NOT NULL CONSTRAINT [DF] DEFAULT ((0)),
	[Version] [timestamp] NOT NULL,
	[Cost] [money] NULL,
	[Rate] [decimal] NULL,
 CONSTRAINT [PK] PRIMARY KEY CLUSTERED
(
	[Id] ASC
)WITH (PAD_INDEX = OFF, IGNORE_DUP_KEY = OFF) ON [PRIMARY],
 CONSTRAINT [UQ] UNIQUE NONCLUSTERED ([Guid] DESC)
) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]
GO
ALTER TABLE [dbo].[Orders] WITH CHECK ADD CONSTRAINT [FK] FOREIGN KEY([on]) REFERENCES [dbo].[X] ([Id]) ON DELETE CASCADE
GO
EXEC sys.sp_addextendedproperty @name=N'MS_Description', @value=N'What was ordered' , @level0type=N'SCHEMA',@level0name=N'dbo',
 @level1type=N'TABLE',@level1name=N'Orders'
GO
"""


def products(text: str, dialect: str) -> dict[str, dict[str, Any]]:
    found = understand(Wish(kind="sql", file="x.sql", domain="Sales", dialect=dialect), text.encode(), PublishedSchemas())
    return {product["name"]: product for product in found.products}


def columns(product: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {column.pop("name"): column for column in product["schema"]}


def test_a_dump_of_postgresql_is_read_with_the_keys_and_comments_that_it_adds_later() -> None:
    found = products(DUMP, "postgres")
    assert list(found) == ["film"]
    assert found["film"]["description"] == "A film's data"
    assert columns(found["film"]) == {
        "film_id": {"type": "integer", "required": True, "unique": True},
        "title": {"type": "string", "unique": True, "maxLength": 255, "description": "Its title"},
        "fee": {"type": "number"},
        "paid": {"type": "decimal(4,2)"},
        "seen": {"type": "timestamp"},
        "cost": {"type": "decimal(19,2)"},
        "length": {"type": "integer", "required": True},
        "added": {"type": "date"},
    }


def test_a_script_of_sql_server_is_read_without_how_it_is_stored() -> None:
    (orders,) = products(SCRIPT, "tsql").values()
    assert orders["description"] == "What was ordered"
    assert columns(orders) == {
        "Id": {"type": "integer", "required": True, "unique": True},
        "on": {"type": "string", "maxLength": 50},
        "Email": {"type": "string", "maxLength": 100},
        "Guid": {"type": "string", "required": True, "unique": True},
        "Flag": {"type": "boolean", "required": True},
        "Version": {"type": "binary", "required": True},
        "Cost": {"type": "decimal(19,4)"},
        "Rate": {"type": "decimal(18,0)"},
    }


WAREHOUSES = {
    "bigquery": "CREATE TABLE `p-1.ds.o` (id INT64 NOT NULL OPTIONS(description='key'), n STRING(9), x NUMERIC)"
    " OPTIONS(description='Orders')",
    "snowflake": "create or replace TABLE D.P.O (id NUMBER(38,0) NOT NULL COMMENT 'key', n VARCHAR(9), at TIMESTAMP_NTZ(9),"
    " t VARCHAR(16777216)) COMMENT='Orders'",
    "databricks": "CREATE TABLE m.s.o (id BIGINT NOT NULL COMMENT 'key', n VARCHAR(9), x DECIMAL) USING DELTA COMMENT 'Orders'",
    "mysql": "CREATE TABLE `o` (`id` int(11) unsigned NOT NULL COMMENT 'key', `n` varchar(9), KEY `k` (`n`)) COMMENT='Orders'",
}


@pytest.mark.parametrize(("dialect", "text"), WAREHOUSES.items(), ids=WAREHOUSES.keys())
def test_sql_of_warehouses_is_read_with_what_its_options_say(dialect: str, text: str) -> None:
    (table,) = products(text, dialect).values()
    held = columns(table)
    assert table["description"] == "Orders"
    assert (held["id"]["required"], held["id"]["description"], held["n"]["maxLength"]) == (True, "key", 9)
    assert held.get("x", {}).get("type") == {"bigquery": "decimal(38,9)", "databricks": "decimal(10,0)"}.get(dialect)
    assert held.get("at", {"type": "timestamp"})["type"] == "timestamp"
    assert "maxLength" not in held.get("t", {})


def test_a_table_that_cannot_be_understood_is_refused_at_its_line() -> None:
    with pytest.raises(QueryUnreadable) as caught:
        read_tables("SELECT 1;\n\nCREATE TABLE t (a int b c);", "postgres")
    assert caught.value.facts["position"]["line"] == 3


@pytest.mark.parametrize("dialect", WRITTEN)
def test_what_is_written_as_sql_is_read_again(dialect: str) -> None:
    schema: list[dict[str, Any]] = [
        {"name": "id", "type": "integer", "description": "it's the key", "required": True, "unique": True},
        {"name": 'we"ird]', "type": "string", "description": "two\nlines"},
        {"name": "at", "type": "timestamp"},
        {"name": "cost", "type": "decimal(10,2)"},
    ]
    if dialect != "duckdb":
        schema.append({"name": "short", "type": "string", "maxLength": 20})
    product = {"name": "orders", "domain": "Sales", "description": "Lines", "schema": schema}
    files = {"mesh.yaml": MESH, "domains/sales/orders.yaml": write({"dataProduct": product}).encode()}
    text = export(files, Order(kind="sql", product="sales.orders", dialect=dialect))
    assert products(text, dialect) == {"orders": product}


def test_every_dialect_that_is_written_is_read() -> None:
    assert set(WRITTEN) < set(DIALECTS)


def test_a_product_without_columns_is_no_table() -> None:
    files = {"mesh.yaml": MESH, "domains/sales/bare.yaml": b"dataProduct: {name: Bare, domain: Sales}"}
    with pytest.raises(SettingInvalid, match="without columns"):
        export(files, Order(kind="sql", product="sales.bare"))
