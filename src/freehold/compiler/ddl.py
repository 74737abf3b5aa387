"""`CREATE TABLE` statements read as tables: names, types, keys and comments. Nothing of the text is ever run.

Every other statement is passed over, so that a dump of a database can be read as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from freehold.compiler.ddl_statements import statements
from freehold.errors import QueryTooComplex, QueryUnreadable

DIALECTS = ("duckdb", "postgres", "tsql", "bigquery", "databricks", "mysql", "snowflake")
LENGTH = 4 << 20
_DECIMALS = {"tsql": "decimal(18,0)", "bigquery": "decimal(38,9)", "databricks": "decimal(10,0)", "mysql": "decimal(10,0)"}
"""What exact numbers without digits are; in PostgreSQL they have as many as are needed."""
_MONEY = {"money": "decimal(19,4)", "smallmoney": "decimal(10,4)"}
_ELSEWHERE = {"timestampntz": "timestamp", "timestampltz": "timestamp", "money": "decimal(19,2)"}
_PLACES = {"@level0name": 0, "@level1name": 1, "@level2name": 2, "@value": 3}
_NOT_NULL, _UNIQUE, _COMMENT = exp.NotNullColumnConstraint, exp.UniqueColumnConstraint, exp.CommentColumnConstraint


class DeclaredColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column as its statement declares it; `length` is the most characters that its database lets a text have."""

    name: str
    type: str
    required: bool = False
    unique: bool = False
    description: str | None = None
    length: int | None = None


class DeclaredReference(msgspec.Struct, frozen=True, kw_only=True):
    """A foreign key: columns, and the table and columns that they refer to, as they are written; no columns are its primary key."""

    columns: tuple[str, ...]
    table: str
    schema: str | None = None
    others: tuple[str, ...] = ()


class DeclaredTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table as its statement declares it; `primary` are the folded names of its primary key."""

    name: str
    schema: str | None = None
    description: str | None = None
    columns: tuple[DeclaredColumn, ...] = ()
    primary: tuple[str, ...] = ()
    references: tuple[DeclaredReference, ...] = ()


def read_tables(text: str, dialect: str) -> tuple[DeclaredTable, ...]:
    """Return the tables that a text creates, in order, with what it says of them later.

    Raises:
        QueryTooComplex: The text is too long, or nests too deeply.
        QueryUnreadable: It is not SQL of that dialect.
    """
    if len(text) > LENGTH:
        raise QueryTooComplex(f"the text has {len(text):,} characters; {LENGTH:,} are read", remedy="split it into several files")
    try:
        parsed = [item for said in statements(text, dialect) for item in _parsed(said, dialect)]
    except SqlglotError as error:
        remedy = "name its dialect with --dialect, or keep to CREATE TABLE"
        raise QueryUnreadable(f"the text is not SQL of {dialect}", remedy=remedy, **_at(error)) from None
    except RecursionError:
        raise QueryTooComplex("the text nests too deeply", remedy="keep to CREATE TABLE") from None
    later = _Later()
    for item in parsed:
        later.hear(item)
    return tuple(table for item in parsed if (table := _table(item, dialect, later)) is not None)


def _parsed(said: str, dialect: str) -> Iterator[Any]:
    """Yield a statement; one that creates a table must be understood, and whatever else is not is passed over."""
    creates = said.lstrip()[:6].upper() == "CREATE"
    try:
        found = sqlglot.parse_one(said, read=dialect)
    except SqlglotError:
        if creates:
            raise
        return
    if creates and isinstance(found, exp.Command):
        line = len(said) - len(said.lstrip("\n")) + 1
        remedy = "take out of the statement what says how the table is stored"
        raise QueryUnreadable(f"a table of {dialect} cannot be read", remedy=remedy, position={"line": line, "column": 1})
    yield found


def _at(error: SqlglotError) -> dict[str, Any]:
    found = (getattr(error, "errors", None) or [{}])[0]
    line, column = found.get("line"), found.get("col")
    return {"position": {"line": line, "column": column}} if line and column else {}


@dataclass(slots=True)
class _Keys:
    """The folded names of a table's primary key, and of the columns that alone are unique or never null; and its foreign keys."""

    primary: list[str] = field(default_factory=list[str])
    unique: set[str] = field(default_factory=set[str])
    required: set[str] = field(default_factory=set[str])
    references: list[DeclaredReference] = field(default_factory=list[DeclaredReference])

    def hear(self, part: Any) -> None:
        """Add the keys that a constraint of a table, or a change of it, speaks of."""
        for key in part.find_all(exp.PrimaryKey):
            self.primary += _folded(key.expressions)
        for key in part.find_all(_UNIQUE):
            names = _folded(key.this.expressions) if isinstance(key.this, exp.Schema) else []
            self.unique |= set(names) if len(names) == 1 else set()
        for key in part.find_all(exp.ForeignKey):
            self.refer(_plain(key.expressions), key.args.get("reference"))

    def refer(self, columns: tuple[str, ...], reference: Any) -> None:
        """Add a foreign key, where its statement says what it refers to."""
        target = reference.this if isinstance(reference, exp.Reference) else None
        table = target.this if isinstance(target, exp.Schema) else target
        if isinstance(table, exp.Table):
            others = _plain(target.expressions) if isinstance(target, exp.Schema) else ()
            found = DeclaredReference(columns=columns, table=table.name, schema=table.db or None, others=others)
            self.references += [found] if found not in self.references else []


def _plain(parts: Iterable[Any]) -> tuple[str, ...]:
    found = (part if isinstance(part, exp.Identifier) else part.find(exp.Identifier) for part in parts)
    return tuple(name.name for name in found if name is not None)


def _folded(parts: Iterable[Any]) -> list[str]:
    """Return the folded names of a key's columns, each with or without the order that it is kept in."""
    return [name.casefold() for name in _plain(parts)]


@dataclass(slots=True)
class _Later:
    """What statements say of tables that others create, by folded names: comments, keys and columns."""

    said: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    keys: dict[str, _Keys] = field(default_factory=dict[str, _Keys])
    columns: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])

    def hear(self, statement: Any) -> None:
        """Add what a statement says."""
        if isinstance(statement, exp.Comment) and isinstance(statement.expression, exp.Literal):
            parts = [part.name.casefold() for part in getattr(statement.this, "parts", [statement.this])]
            self.said[tuple(parts[-2:] if statement.args.get("kind") == "COLUMN" else parts[-1:])] = statement.expression.name
        elif isinstance(statement, exp.Execute):
            self._note(statement)
        elif isinstance(statement, exp.Alter) and isinstance(statement.this, exp.Table):
            table = statement.this.name.casefold()
            for action in statement.args.get("actions") or ():
                self._change(table, action)

    def _change(self, table: str, action: Any) -> None:
        keys = self.keys.setdefault(table, _Keys())
        if isinstance(action, exp.ColumnDef):
            self.columns.setdefault(table, []).append(action)
        elif isinstance(action, exp.AlterColumn) and action.args.get("allow_null") is False:
            keys.required.add(action.this.name.casefold())
        elif isinstance(action, exp.AddConstraint):
            keys.hear(action)

    def _note(self, statement: Any) -> None:
        """Add a description as SQL Server has them: a property called MS_Description."""
        given: dict[int, str] = {}
        for item in statement.find_all(exp.EQ, exp.PropertyEQ):
            place = _PLACES.get(str(item.this.sql()).casefold())
            if place is not None and isinstance(item.expression, exp.Literal | exp.National):
                given[place] = item.expression.name
        names = tuple(given[place].casefold() for place in (1, 2) if place in given)
        if names and 3 in given:
            self.said[names] = given[3]


def _table(statement: Any, dialect: str, later: _Later) -> DeclaredTable | None:
    if not isinstance(statement, exp.Create) or str(statement.args.get("kind")).upper() != "TABLE":
        return None
    schema = statement.this
    if not isinstance(schema, exp.Schema) or not isinstance(schema.this, exp.Table):
        return None
    table = schema.this
    folded = table.name.casefold()
    keys = later.keys.get(folded, _Keys())
    for item in schema.expressions:
        if not isinstance(item, exp.ColumnDef):
            keys.hear(item)
    said = {names[-1]: text for names, text in later.said.items() if names[:-1] == (folded,)}
    defined = [*(item for item in schema.expressions if isinstance(item, exp.ColumnDef)), *later.columns.get(folded, ())]
    described = later.said.get((folded,)) or _described(statement.args.get("properties"))
    columns = tuple(_column(item, dialect, keys, said) for item in defined)
    for item in defined:
        _hear_column(item, keys)
    return DeclaredTable(
        name=table.name,
        schema=table.db or None,
        description=described,
        columns=columns,
        primary=tuple(dict.fromkeys(keys.primary)),
        references=tuple(keys.references),
    )


def _hear_column(item: Any, keys: _Keys) -> None:
    """Add the keys that a column is by what stands behind its own name."""
    for part in item.args.get("constraints") or ():
        kind = part.args.get("kind")
        if isinstance(kind, exp.PrimaryKeyColumnConstraint):
            keys.primary.append(item.name.casefold())
        keys.refer((item.name,), kind.args.get("reference") if isinstance(kind, exp.ForeignKey) else kind)


def _described(properties: Any) -> str | None:
    """Return what the options of a table or of a column say of it."""
    for item in properties.expressions if isinstance(properties, exp.Properties) else ():
        if isinstance(item, exp.SchemaCommentProperty) or item.name.casefold() == "description":
            text = item.this if isinstance(item, exp.SchemaCommentProperty) else item.args.get("value")
            return text.name or None if isinstance(text, exp.Literal) else None
    return None


def _column(item: Any, dialect: str, keys: _Keys, comments: dict[str, str]) -> DeclaredColumn:
    kinds = [part.args.get("kind") for part in item.args.get("constraints") or ()]
    own = any(isinstance(kind, exp.PrimaryKeyColumnConstraint) for kind in kinds)
    folded = item.name.casefold()
    said = next((kind.this.name for kind in kinds if isinstance(kind, _COMMENT)), comments.get(folded))
    said = said or next(filter(None, map(_described, kinds)), None)
    required = any(isinstance(kind, _NOT_NULL) and not kind.args.get("allow_null") for kind in kinds)
    alone = own or keys.primary == [folded] or folded in keys.unique or any(isinstance(kind, _UNIQUE) for kind in kinds)
    kind = item.args.get("kind")
    return DeclaredColumn(
        name=item.name,
        type=_type(kind, dialect) if isinstance(kind, exp.DataType) else kind.sql(dialect=dialect) if kind is not None else "",
        required=required or own or folded in keys.primary or folded in keys.required,
        unique=alone,
        description=said or None,
        length=_length(kind, dialect),
    )


_TEXTS = frozenset({"VARCHAR", "CHAR", "NVARCHAR", "NCHAR", "TEXT"})
_UNBOUNDED = 1 << 24
"""What Snowflake writes of a text without a length."""


def _length(kind: Any, dialect: str) -> int | None:
    """Return the most characters of a text, where its database holds to it: DuckDB does not."""
    if (
        not isinstance(kind, exp.DataType)
        or getattr(kind.this, "name", "") not in _TEXTS
        or dialect == "duckdb"
        or len(kind.expressions) != 1
    ):
        return None
    written = kind.expressions[0].name
    return int(written) if written.isascii() and written.isdigit() and 0 < int(written[:9]) < _UNBOUNDED - 1 else None


def _type(kind: Any, dialect: str) -> str:
    """Return a type's name in words that mean one thing: the same name is another type in another dialect."""
    word = str(getattr(kind.this, "name", kind.this)).casefold()
    if word in {"decimal", "bigdecimal"} and not kind.expressions:
        return _DECIMALS.get(dialect, "number") if word == "decimal" else "number"
    if word == "bit" and dialect != "tsql":
        return "bits"
    known = _MONEY if dialect == "tsql" else _ELSEWHERE
    return known[word] if word in known else kind.sql(dialect=dialect)
