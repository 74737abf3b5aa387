"""T-SQL that is really executed: read by sqlglot's T-SQL parser, written for DuckDB, over tables that a test filled.

Text columns compare without case, as in a database of Azure SQL by default, unless a binary collation is named; and trailing spaces
do not count in `=`, under any collation. So what forgets either of them answers differently here too. Which columns of an answer
are of unbounded length is told by the statement, as in a server, not by what they hold; statements that ask for one are noted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from tds.wire import Type, metadata, row

_MACROS = """
CREATE MACRO datalength(value) AS
    4 * length(value::VARCHAR) - 2 * length(regexp_replace(value::VARCHAR, '[^\\x{0000}-\\x{FFFF}]', '', 'g'));
CREATE MACRO switchoffset(value, zone) AS timezone('UTC', value);
CREATE MACRO fingerprint_part(value) AS ('0x' || left(sha256(value), 14))::BIGINT;
"""


class Refused(Exception):
    """What a server says instead of an answer."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(text)
        self.number, self.text = number, text


class Database:
    """Tables in memory, by the names of T-SQL; `types` are what INFORMATION_SCHEMA says of each column, in order."""

    def __init__(self) -> None:
        self.unbounded: list[str] = []
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute("SET GLOBAL TimeZone = 'Asia/Kathmandu'")  # so that UTC has to be asked for
        self._connection.create_function("utf16", _utf16)
        self._connection.create_function("beginning", _beginning)
        self._connection.execute("CREATE SCHEMA dbo")
        self._connection.execute("CREATE SCHEMA information_schema_of")
        self._connection.execute(
            "CREATE TABLE information_schema_of.columns (TABLE_SCHEMA VARCHAR, TABLE_NAME VARCHAR, COLUMN_NAME VARCHAR,"
            " ORDINAL_POSITION INT, DATA_TYPE VARCHAR, CHARACTER_MAXIMUM_LENGTH INT, NUMERIC_PRECISION INT, NUMERIC_SCALE INT,"
            " DATETIME_PRECISION INT)"
        )
        self._connection.execute(
            "CREATE TABLE information_schema_of.tables (TABLE_SCHEMA VARCHAR, TABLE_NAME VARCHAR, TABLE_TYPE VARCHAR)"
        )
        self._connection.execute(
            "CREATE TABLE information_schema_of.view_table_usage (VIEW_SCHEMA VARCHAR, VIEW_NAME VARCHAR, TABLE_SCHEMA VARCHAR,"
            " TABLE_NAME VARCHAR)"
        )
        self._connection.execute(_MACROS)

    def add(self, name: str, columns: dict[str, str], rows: pa.Table, kind: str = "BASE TABLE") -> None:
        """Add the table `dbo.name`: its columns with the types that T-SQL writes (`nvarchar(50)`), and what it holds."""
        typed = ", ".join(f'"{column}" {_held_as(type_)}' for column, type_ in columns.items())
        self._connection.execute(f'CREATE TABLE dbo."{name}" ({typed})')
        self._connection.register("rows", rows)
        self._connection.execute(f'INSERT INTO dbo."{name}" SELECT * FROM rows')
        self._connection.unregister("rows")
        self.describe(name, columns, kind)

    def replace(self, name: str, rows: pa.Table) -> None:
        """Let the table `dbo.name` hold these rows and no others."""
        self._connection.execute(f'DELETE FROM dbo."{name}"')
        self._connection.register("rows", rows)
        self._connection.execute(f'INSERT INTO dbo."{name}" SELECT * FROM rows')
        self._connection.unregister("rows")

    def mount(self, file: Path, columns: dict[str, str]) -> None:
        """Let the view `dbo.STEM` be what a Parquet file holds whenever it is read, of columns with the types of T-SQL."""
        held = {name: _held_as(type_).partition(" ") for name, type_ in columns.items()}
        shown = ", ".join(f'CAST("{name}" AS {kind}) {collation} AS "{name}"' for name, (kind, _, collation) in held.items())
        self._connection.execute(f"CREATE VIEW dbo.\"{file.stem}\" AS SELECT {shown} FROM read_parquet('{file}')")
        self.describe(file.stem, columns, "VIEW")

    def describe(self, name: str, columns: dict[str, str], kind: str) -> None:
        """Let INFORMATION_SCHEMA say that there is such a table or view."""
        self._connection.execute("INSERT INTO information_schema_of.tables VALUES ('dbo', ?, ?)", [name, kind])
        for at, (column, type_) in enumerate(columns.items(), 1):
            values = ["dbo", name, column, at, *_described(type_)]
            self._connection.execute("INSERT INTO information_schema_of.columns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def reads(self, view: str, table: str) -> None:
        """Let INFORMATION_SCHEMA say that a view reads a table."""
        self._connection.execute("INSERT INTO information_schema_of.view_table_usage VALUES ('dbo', ?, 'dbo', ?)", [view, table])

    def change(self, sql: str) -> None:
        """Run DuckDB's SQL over the tables."""
        self._connection.execute(sql)

    @contextlib.contextmanager
    def running(self) -> Generator[Running]:
        """Give a cursor for one statement."""
        cursor = self._connection.cursor()
        try:
            yield Running(cursor, self.unbounded)
        finally:
            cursor.close()


class Running:
    """One statement under way."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, unbounded: list[str]) -> None:
        self._cursor, self._unbounded = cursor, unbounded

    def stop(self) -> None:
        """Stop it."""
        self._cursor.interrupt()

    def answer(self, sql: str, values: dict[str, object]) -> Iterator[bytes]:
        """Return the tokens of the answer: the columns, then each row."""
        try:
            statements = [item for item in parse(sql, read="tsql") if item is not None]
        except SqlglotError:
            raise Refused(102, f"Incorrect syntax: {sql}") from None
        if any(isinstance(item, exp.Set | exp.Command) for item in statements):
            return iter(())
        if len(statements) != 1 or not isinstance(statements[0], exp.Query):
            raise Refused(156, "Only SELECT is answered here.")
        tree = statements[0]
        widths = [] if tree.is_star else [self._width(item, tree) for item in tree.selects]
        for kind, change in _CHANGES:
            for node in list(tree.find_all(kind)):
                changed = change(node)
                if changed is not node:
                    tree = changed if node is tree else tree
                    node.replace(changed)
        written = tree.sql(dialect="duckdb")
        used = {item.name for item in tree.find_all(exp.Placeholder)}
        try:
            given = {name.lower(): value for name, value in values.items() if name.lower() in used}
            table = (self._cursor.execute(written, given) if given else self._cursor.execute(written)).to_arrow_table()
        except duckdb.Error as error:
            raise Refused(
                8114 if isinstance(error, duckdb.DataError) else 207, f"{type(error).__name__} {error} {written}"
            ) from None
        columns = [(field.name, _type(table.column(at), widths[at] if widths else None)) for at, field in enumerate(table.schema)]
        if any(kind.long for _, kind in columns):
            self._unbounded.append(sql)
        return _tokens(columns, table)

    def _width(self, item: exp.Expr, tree: exp.Query) -> int | None:
        """Return how many bytes a value of a text or of bytes may have, None where there is no bound to be seen."""
        node = item.unalias().unnest()
        if isinstance(node, exp.Cast):
            size = node.to.expressions[0].name if node.to.expressions else ""
            each = 1 if node.is_type("varbinary") else 2
            return each * int(size) if size.isdecimal() else None
        if isinstance(node, exp.Collate | exp.Lower | exp.Upper):
            return self._width(node.this, tree)
        return self._width_of_column(node.name, tree) if isinstance(node, exp.Column) else None

    def _width_of_column(self, name: str, tree: exp.Query) -> int | None:
        places = [(place.text("db").upper(), place.name) for place in tree.find_all(exp.Table)]
        if all(schema == "INFORMATION_SCHEMA" for schema, _ in places):
            return 256
        found = self._cursor.execute(
            "SELECT max(CHARACTER_MAXIMUM_LENGTH), min(CHARACTER_MAXIMUM_LENGTH) FROM information_schema_of.columns"
            " WHERE list_contains(?, TABLE_NAME) AND COLUMN_NAME = ?",
            [[table for _, table in places], name],
        ).fetchone()
        most, least = found or (None, None)
        return most * 2 if most and least and least > 0 else None


def _tokens(columns: list[tuple[str, Type]], table: pa.Table) -> Iterator[bytes]:
    yield metadata(columns)
    for batch in table.to_batches(max_chunksize=1024):
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield row(columns, values)


def _type(column: pa.ChunkedArray[Any], width: int | None) -> Type:
    kind = column.type
    if pa.types.is_boolean(kind):
        return Type("bit")
    if pa.types.is_int32(kind):
        return Type("int4")
    if pa.types.is_integer(kind):
        return Type("int")
    if pa.types.is_floating(kind):
        return Type("float")
    if pa.types.is_decimal(kind):
        return Type("decimal", kind.precision, kind.scale)
    if pa.types.is_date(kind):
        return Type("date")
    if pa.types.is_time(kind):
        return Type("time", scale=6)
    if pa.types.is_timestamp(kind):
        return Type("datetime2", scale=6)
    longest = max((len(value if isinstance(value, bytes) else value.encode("utf-16-le")) for value in _present(column)), default=0)
    if width is not None and longest > width:
        raise Refused(8152, "A value would be cut.")
    return Type("binary" if pa.types.is_binary(kind) else "text", long=width is None)


def _present(column: pa.ChunkedArray[Any]) -> list[Any]:
    return [value for value in column.to_pylist() if value is not None]


def _held_as(type_: str) -> str:
    name = type_.split("(", maxsplit=1)[0]
    if name in {"char", "varchar", "nchar", "nvarchar"}:
        return "VARCHAR COLLATE NOCASE"
    held = {"bit": "BOOLEAN", "float": "DOUBLE", "real": "FLOAT", "datetime2": "TIMESTAMP", "datetime": "TIMESTAMP"}
    held |= {"datetimeoffset": "TIMESTAMPTZ"}
    held |= {"tinyint": "UTINYINT", "money": "DECIMAL(19,4)", "uniqueidentifier": "UUID", "varbinary": "BLOB"}
    return held.get(name) or (type_ if name == "decimal" else name.upper())


def _described(type_: str) -> tuple[Any, ...]:
    """DATA_TYPE and the four numbers beside it."""
    name, _, rest = type_.rstrip(")").partition("(")
    numbers = [-1 if part.strip() == "max" else int(part) for part in rest.split(",")] if rest else []
    if name in {"char", "varchar", "nchar", "nvarchar", "varbinary", "binary"}:
        return name, numbers[0] if numbers else 1, None, None, None
    if name == "decimal":
        return name, None, numbers[0], numbers[1], None
    if name in {"datetime2", "time", "datetimeoffset"}:
        return name, None, None, None, numbers[0] if numbers else 7
    return name, None, {"float": 53, "real": 24}.get(name), None, None


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _beginning(text: str, count: int) -> str:
    """Characters are counted in UTF-16; half of one comes to a client as the sign for what cannot be shown."""
    return text.encode("utf-16-le")[: 2 * count].decode("utf-16-le", "replace")


def _left(node: exp.Expr) -> exp.Expr:
    return exp.func("beginning", node.this, node.expression)


def _slice(node: exp.Expr) -> exp.Expr:
    """A part of bytes; those of a text are its UTF-16."""
    inner = node.this
    if not (isinstance(inner, exp.Cast) and inner.is_type("varbinary")):
        return node
    content = exp.func("utf16", inner.this) if _is_text(inner.this) else inner.this
    start, length = node.args["start"], node.args["length"]
    return exp.func("array_slice", content, start, exp.Literal.number(int(start.name) + int(length.name) - 1))


def _length(node: exp.Expr) -> exp.Expr:
    """How long bytes are, which are a column as it is stored; of texts a macro says it."""
    bytes_ = node.name.upper() == "DATALENGTH" and isinstance(node.expressions[0], exp.Column)
    return exp.func("octet_length", node.expressions[0]) if bytes_ else node


def _characters(node: exp.Expr) -> exp.Expr:
    """LEN leaves out spaces at the end; it counts characters under a collation that knows them (_SC), and else units of UTF-16."""
    inner = node.this.this if isinstance(node.this, exp.Cast) else node.this
    text = exp.func("rtrim", node.this, exp.Literal.string(" "))
    if isinstance(inner.unnest(), exp.Collate) and inner.unnest().expression.name.upper().endswith("_SC"):
        return exp.Length(this=text)
    return exp.Div(this=exp.func("datalength", text), expression=exp.Literal.number(2))


def _table(node: exp.Expr) -> exp.Expr:
    if node.args.get("db") is not None and node.text("db").upper() == "INFORMATION_SCHEMA":
        return exp.table_(node.name.lower(), db="information_schema_of", alias=node.alias or None)
    return node


def _parameter(node: exp.Expr) -> exp.Expr:
    return exp.Placeholder(this=node.name.lower())


def _collate(node: exp.Expr) -> exp.Expr:
    if node.expression.name.upper().endswith("_SC"):
        return exp.cast(node.this, "VARCHAR")
    if "BIN2" not in node.expression.name.upper():
        raise Refused(448, "Invalid collation.")
    return exp.Collate(this=exp.cast(node.this, "VARCHAR"), expression=exp.var("C"))


def _equal(node: exp.Expr) -> exp.Expr:
    """Trailing spaces do not count where texts are compared; what is a text is seen by the collation or by the parameter's cast."""
    if not any(_is_text(side) for side in (node.this, node.expression)):
        return node
    sides = [exp.func("rtrim", side.copy(), exp.Literal.string(" ")) for side in (node.this, node.expression)]
    if not any(isinstance(side.unnest(), exp.Collate) for side in (node.this, node.expression)):
        sides = [exp.func("lower", side) for side in sides]
    return type(node)(this=sides[0], expression=sides[1])


def _among(node: exp.Expr) -> exp.Expr:
    """Trailing spaces do not count in IN either."""
    if not node.expressions or not any(_is_text(side) for side in (node.this, *node.expressions)):
        return node
    return exp.paren(exp.or_(*(_equal(exp.EQ(this=node.this.copy(), expression=item.copy())) for item in node.expressions)))


def _grouped(node: exp.Expr) -> exp.Expr:
    """Nor do they where rows are grouped by a text that is not shown."""
    shown = [item.unalias() for item in node.parent.selects] if isinstance(node.parent, exp.Select) else []
    for item in list(node.expressions):
        if _is_text(item) and item not in shown:
            item.replace(exp.func("rtrim", item.copy(), exp.Literal.string(" ")))
    return node


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node.unnest(), exp.Collate) or (isinstance(node, exp.Cast) and node.is_type(*exp.DataType.TEXT_TYPES))


def _plain_type(node: exp.Expr) -> exp.Expr:
    kinds = exp.DataType.Type
    plain = {kinds.FLOAT: "DOUBLE", kinds.DATETIME2: "TIMESTAMP", kinds.TIME: "TIME", kinds.BIT: "BOOLEAN"}
    if node.this == kinds.VARBINARY:
        return exp.DataType.build("BLOB", dialect="duckdb")
    if node.this in exp.DataType.TEXT_TYPES:
        return exp.DataType.build("VARCHAR")
    return exp.DataType.build(plain[node.this], dialect="duckdb") if node.this in plain else node


def _convert(node: exp.Expr) -> exp.Expr:
    """A value as text: of whatever style, since what is converted is only hashed."""
    return exp.cast(node.expression, "VARCHAR")


def _part(node: exp.Expr) -> exp.Expr:
    """The first seven bytes of a SHA-256 as a number."""
    inner = node.this
    hashed = isinstance(inner, exp.Substring) and isinstance(inner.this, exp.SHA2)
    return exp.func("fingerprint_part", inner.this.this) if hashed else node


def _cut(node: exp.Expr) -> exp.Expr:
    """What is under a microsecond is nothing here, since tables of these tests hold no more."""
    return node.this if node.text("unit").upper() == "NANOSECOND" else node


def _national(node: exp.Expr) -> exp.Expr:
    return exp.Literal.string(node.name)


_CHANGES = (
    (exp.EQ, _equal),
    (exp.NEQ, _equal),
    (exp.In, _among),
    (exp.Length, _characters),
    (exp.Group, _grouped),
    (exp.DateAdd, _cut),
    (exp.Convert, _convert),
    (exp.Cast, _part),
    (exp.Substring, _slice),
    (exp.Left, _left),
    (exp.Anonymous, _length),
    (exp.National, _national),
    (exp.DataType, _plain_type),
    (exp.Collate, _collate),
    (exp.Table, _table),
    (exp.Parameter, _parameter),
)
