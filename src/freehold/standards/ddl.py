"""A product as `CREATE TABLE`, in the dialects of DuckDB, PostgreSQL and SQL Server; names are quoted, texts are literals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from freehold.names import domain_key, identifier, quote
from freehold.standards.logical import sql
from freehold.standards.tables import Product


def write_ddl(product: Product, dialect: str) -> str:
    """Return the table that holds what a product's schema says, with its comments."""
    schema, name = domain_key(str(product.get("domain", ""))), identifier(str(product.get("name", "")))
    whole = f"{_name(schema, dialect)}.{_name(name, dialect)}"
    columns = product.get("schema", [])
    lines = [*(_column(column, dialect) for column in columns)]
    text = f"CREATE TABLE {whole} (\n" + ",\n".join(f"  {line}" for line in lines) + "\n);\n"
    return text + "".join(f"{line}\n" for line in _comments(product, whole, schema, name, dialect))


def _column(column: dict[str, Any], dialect: str) -> str:
    length = column.get("maxLength")
    if length is None and column.get("unique") is True and dialect == "tsql":
        length = 450
    parts = [_name(column["name"], dialect), sql(column["type"], dialect, length if type(length) is int else None)]
    parts += ["NOT NULL"] if column.get("required") is True else []
    parts += ["UNIQUE"] if column.get("unique") is True else []
    return " ".join(parts)


def _comments(product: Product, whole: str, schema: str, name: str, dialect: str) -> Iterator[str]:
    described = [(column["name"], column["description"]) for column in product.get("schema", []) if column.get("description")]
    if dialect == "tsql":
        where = f"@level0type = N'SCHEMA', @level0name = N{_text(schema)}, @level1type = N'TABLE', @level1name = N{_text(name)}"
        run = "EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N"
        if product.get("description"):
            yield f"{run}{_text(product['description'])}, {where};"
        for column, text in described:
            yield f"{run}{_text(text)}, {where}, @level2type = N'COLUMN', @level2name = N{_text(column)};"
        return
    if product.get("description"):
        yield f"COMMENT ON TABLE {whole} IS {_text(product['description'])};"
    for column, text in described:
        yield f"COMMENT ON COLUMN {whole}.{_name(column, dialect)} IS {_text(text)};"


def _name(name: str, dialect: str) -> str:
    return "[" + name.replace("]", "]]") + "]" if dialect == "tsql" else quote(name)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\0", "") + "'"
