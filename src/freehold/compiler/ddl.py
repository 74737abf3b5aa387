"""`CREATE TABLE` statements read as tables: names, types, keys and comments. Nothing of the text is ever run.

Every other statement is passed over, so that a dump of a database can be read as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from freehold.errors import QueryTooComplex, QueryUnreadable

DIALECTS = ("duckdb", "postgres", "tsql")
LENGTH = 4 << 20
_NOT_NULL, _UNIQUE, _COMMENT = exp.NotNullColumnConstraint, exp.UniqueColumnConstraint, exp.CommentColumnConstraint


class DeclaredColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column as its statement declares it; `references` is `table.column`."""

    name: str
    type: str
    required: bool = False
    unique: bool = False
    description: str | None = None
    references: str | None = None


class DeclaredTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table as its statement declares it."""

    name: str
    schema: str | None = None
    description: str | None = None
    columns: tuple[DeclaredColumn, ...] = ()


def read_tables(text: str, dialect: str) -> tuple[DeclaredTable, ...]:
    """Return the tables that a text creates, in order.

    Raises:
        QueryTooComplex: The text is too long, or nests too deeply.
        QueryUnreadable: It is not SQL of that dialect.
    """
    if len(text) > LENGTH:
        raise QueryTooComplex(f"the text has {len(text):,} characters; {LENGTH:,} are read", remedy="split it into several files")
    try:
        statements = sqlglot.parse(text, read=dialect)
    except SqlglotError as error:
        remedy = "name its dialect with --dialect, or keep to CREATE TABLE"
        raise QueryUnreadable(f"the text is not SQL of {dialect}", remedy=remedy, **_at(error)) from None
    except RecursionError:
        raise QueryTooComplex("the text nests too deeply", remedy="keep to CREATE TABLE") from None
    comments = dict(_comments(statements))
    return tuple(table for statement in statements if (table := _table(statement, dialect, comments)) is not None)


def _at(error: SqlglotError) -> dict[str, Any]:
    found = (getattr(error, "errors", None) or [{}])[0]
    line, column = found.get("line"), found.get("col")
    return {"position": {"line": line, "column": column}} if line and column else {}


def _comments(statements: list[Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what `COMMENT ON` says, by the folded names of a table or of its column."""
    for statement in statements:
        if isinstance(statement, exp.Comment) and isinstance(statement.expression, exp.Literal):
            named = statement.this
            parts = [part.name.casefold() for part in getattr(named, "parts", [named])]
            yield tuple(parts[-2:] if statement.args.get("kind") == "COLUMN" else parts[-1:]), statement.expression.name


def _table(statement: Any, dialect: str, comments: dict[tuple[str, ...], str]) -> DeclaredTable | None:
    if not isinstance(statement, exp.Create) or str(statement.args.get("kind")).upper() != "TABLE":
        return None
    schema = statement.this
    if not isinstance(schema, exp.Schema) or not isinstance(schema.this, exp.Table):
        return None
    table = schema.this
    keys = _Keys(*_table_keys(schema))
    said = {names[-1]: text for names, text in comments.items() if names[:-1] == (table.name.casefold(),)}
    columns = tuple(_column(item, dialect, keys, said) for item in schema.expressions if isinstance(item, exp.ColumnDef))
    described = comments.get((table.name.casefold(),))
    return DeclaredTable(name=table.name, schema=table.db or None, description=described, columns=columns)


class _Keys(NamedTuple):
    """The folded names of a table's primary key, and of the columns that alone are unique by a constraint of the table."""

    primary: list[str]
    unique: set[str]


def _table_keys(schema: Any) -> tuple[list[str], set[str]]:
    """Return the columns of the primary key, and those that alone are unique, as the table's own constraints say."""
    primary: list[str] = []
    unique: set[str] = set()
    for item in schema.expressions:
        for part in item.find_all(exp.PrimaryKey) if not isinstance(item, exp.ColumnDef) else ():
            primary += [name.name.casefold() for name in part.expressions]
        for part in item.find_all(_UNIQUE) if not isinstance(item, exp.ColumnDef) else ():
            names = [name.name.casefold() for name in part.this.expressions] if isinstance(part.this, exp.Schema) else []
            unique |= set(names) if len(names) == 1 else set()
    return primary, unique


def _column(item: Any, dialect: str, keys: _Keys, comments: dict[str, str]) -> DeclaredColumn:
    kinds = [part.kind for part in item.args.get("constraints") or ()]
    own = any(isinstance(kind, exp.PrimaryKeyColumnConstraint) for kind in kinds)
    folded = item.name.casefold()
    said = next((kind.this.name for kind in kinds if isinstance(kind, _COMMENT)), comments.get(folded))
    required = any(isinstance(kind, _NOT_NULL) and not kind.args.get("allow_null") for kind in kinds)
    alone = own or keys.primary == [folded] or folded in keys.unique or any(isinstance(kind, _UNIQUE) for kind in kinds)
    kind = item.args.get("kind")
    return DeclaredColumn(
        name=item.name,
        type=kind.sql(dialect=dialect) if kind is not None else "",
        required=required or own or folded in keys.primary,
        unique=alone,
        description=said or None,
        references=_reference(kinds),
    )


def _reference(kinds: list[Any]) -> str | None:
    found = next((kind for kind in kinds if isinstance(kind, exp.Reference)), None)
    schema = found.this if found is not None else None
    if not isinstance(schema, exp.Schema) or len(schema.expressions) != 1:
        return None
    return f"{schema.this.name}.{schema.expressions[0].name}"
