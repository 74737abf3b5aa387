"""A product as `CREATE TABLE`, in the dialects of DuckDB, PostgreSQL and SQL Server; names are quoted, texts are literals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from freehold.names import domain_key, identifier, quote
from freehold.standards.logical import sql
from freehold.standards.tables import Product


def write_ddl(product: Product, dialect: str, others: Sequence[Product] = ()) -> str:
    """Return the table that holds what a product's schema says, with its comments; `others` are what it may refer to."""
    schema, name = domain_key(str(product.get("domain", ""))), identifier(str(product.get("name", "")))
    whole = f"{_name(schema, dialect)}.{_name(name, dialect)}"
    columns = product.get("schema", [])
    targets = {column["name"]: _target(column, schema, dialect, others) for column in columns}
    lines = [_column(column, targets[column["name"]], dialect) for column in columns]
    text = f"CREATE TABLE {whole} (\n" + ",\n".join(f"  {line}" for line in lines) + "\n);\n"
    for column in columns if others else ():
        if column.get("references") and targets[column["name"]] is None:
            text += _remark(f"{column['name']} refers to {column['references']}")
    return text + "".join(f"{line}\n" for line in _comments(product, whole, schema, name, dialect))


def _column(column: dict[str, Any], target: _Target | None, dialect: str) -> str:
    keyed = column if target is None else target.column
    length = column.get("maxLength") if target is None else keyed.get("maxLength")
    if length is None and keyed.get("unique") is True and dialect == "tsql":
        length = 450
    parts = [_name(column["name"], dialect), sql(column["type"], dialect, length if type(length) is int else None)]
    parts += ["NOT NULL"] if column.get("required") is True else []
    parts += ["UNIQUE"] if column.get("unique") is True else []
    if target is not None:
        place = f"{_name(target.schema, dialect)}.{_name(target.table, dialect)}"
        parts.append(f"REFERENCES {place} ({_name(target.column['name'], dialect)})")
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class _Target:
    """What a foreign key refers to."""

    schema: str
    table: str
    column: dict[str, Any]


def _target(column: dict[str, Any], schema: str, dialect: str, others: Sequence[Product]) -> _Target | None:
    """Return what a column refers to, where a database lets it: a unique column of the same type, of DuckDB in the same schema."""
    key, _, name = str(column.get("references", "")).rpartition(".")
    for other in others:
        there, table = domain_key(str(other.get("domain", ""))), identifier(str(other.get("name", "")))
        if f"{there}.{table}" != key.casefold() or (dialect == "duckdb" and there != schema):
            continue
        for found in other.get("schema", []):
            fits = found.get("unique") is True and found["type"] == column["type"]
            if found["name"].casefold() == name.casefold() and fits:
                return _Target(there, table, found)
    return None


def _remark(text: str) -> str:
    return "-- " + "".join(letter if letter.isprintable() else " " for letter in text) + "\n"


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
