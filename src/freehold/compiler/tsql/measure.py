"""What is asked of a table itself, never for a caller: its columns, a fingerprint of all that it holds, the rows of each entity."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.compiler.tsql.columns import SqlColumn, SqlTable, bracket, listed
from freehold.model.query import COUNTED

COLUMNS = (
    "SELECT COLUMN_NAME AS [name], DATA_TYPE AS [type], CHARACTER_MAXIMUM_LENGTH AS [length], NUMERIC_PRECISION AS [precision],"
    " COALESCE(NUMERIC_SCALE, DATETIME_PRECISION) AS [scale] FROM INFORMATION_SCHEMA.COLUMNS"
    " WHERE TABLE_SCHEMA = CAST(? AS nvarchar(128)) AND TABLE_NAME = CAST(? AS nvarchar(128)) ORDER BY ORDINAL_POSITION"
)
TABLES = (
    "SELECT TABLE_SCHEMA AS [schema], TABLE_NAME AS [name], TABLE_TYPE AS [kind] FROM INFORMATION_SCHEMA.TABLES"
    " ORDER BY TABLE_SCHEMA, TABLE_NAME"
)
USES = (
    "SELECT DISTINCT u.TABLE_SCHEMA AS [schema], u.TABLE_NAME AS [name], t.TABLE_TYPE AS [kind]"
    " FROM INFORMATION_SCHEMA.VIEW_TABLE_USAGE AS u JOIN INFORMATION_SCHEMA.TABLES AS t"
    " ON t.TABLE_SCHEMA = u.TABLE_SCHEMA AND t.TABLE_NAME = u.TABLE_NAME"
    " WHERE u.VIEW_SCHEMA = CAST(? AS nvarchar(128)) AND u.VIEW_NAME = CAST(? AS nvarchar(128)) ORDER BY [schema], [name]"
)
LONGEST = 1_000
"""How many characters of a value a scan asks for."""

_ALIAS = "t"
_ARGUMENTS = 100
"""How many arguments CONCAT is given at a time: it takes 254."""


def fingerprint(table: SqlTable) -> str:
    """Return the statement that gives `rows` and `sum`, which change when any served value does: SHA-256 of each row, added up.

    Both are taken in one pass and depend on no order.
    """
    parts = [_told(column) for column in table.columns if column.logical != "nested"] or ["N''"]
    while len(parts) > 1:
        parts = [_joined(parts[at : at + _ARGUMENTS]) for at in range(0, len(parts), _ARGUMENTS)]
    hashed = f"CAST(SUBSTRING(HASHBYTES('SHA2_256', {parts[0]}), 1, 7) AS bigint)"
    return f"SELECT COUNT_BIG(*) AS [rows], SUM(CAST({hashed} AS decimal(38,0))) AS [sum] FROM {table.place} AS {bracket(_ALIAS)}"  # noqa: S608


def entity_counts(table: SqlTable, column: SqlColumn) -> tuple[str, str] | None:
    """Return the statements that count rows, all and named, and those of the largest entities; None for keys that are inexact."""
    if column.logical not in {"integer", "string", "date", "timestamp", "boolean"}:
        return None
    value, place = column.value(_ALIAS), f"{table.place} AS {bracket(_ALIAS)}"
    keys = f"{value}, DATALENGTH({value})" if column.text else value
    totals = f"SELECT COUNT_BIG(*) AS [rows], COUNT_BIG({value}) AS [named] FROM {place}"  # noqa: S608
    largest = (
        f"SELECT TOP ({COUNTED}) COUNT_BIG(*) AS [n] FROM {place} WHERE {value} IS NOT NULL"  # noqa: S608
        f" GROUP BY {keys} ORDER BY COUNT_BIG(*) DESC"
    )
    return totals, largest


def newest(table: SqlTable, column: SqlColumn) -> str:
    """Return the statement that gives the `newest` value of a column of dates or timestamps."""
    return f"SELECT MAX({column.value(_ALIAS)}) AS [newest] FROM {table.place} AS {bracket(_ALIAS)}"  # noqa: S608


def first_rows(table: SqlTable, names: Sequence[str], most: int) -> str:
    """Return the statement that gives at most so many rows of some columns, of texts their beginning."""
    columns = [column for column in table.columns if column.name in names]
    shown = [f"{_beginning(column)} AS {bracket(column.name)}" for column in columns]
    return f"SELECT TOP ({most}) {listed(shown)} FROM {table.place} AS {bracket(_ALIAS)}"  # noqa: S608


def _beginning(column: SqlColumn) -> str:
    value = column.value(_ALIAS)
    if column.text:
        return f"CAST(LEFT({value}, {LONGEST}) AS nvarchar({LONGEST}))"  # LEFT of `max` is `max` again
    return value


def _told(column: SqlColumn) -> str:
    """Return a column's value as text with its length before it, so that no two rows are one text."""
    value = column.value(_ALIAS)
    style = {"number": ", 3", "binary": ", 1", "date": ", 121", "time": ", 121", "timestamp": ", 121"}.get(column.logical, "")
    text = f"CONVERT(nvarchar(max), {value}{style})"
    return f"CASE WHEN {value} IS NULL THEN N'-' ELSE CONCAT(DATALENGTH({text}), N':', {text}) END"


def _joined(parts: list[str]) -> str:
    return f"CONCAT({listed(parts)})" if len(parts) > 1 else parts[0]
