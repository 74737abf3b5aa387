"""Columns of Azure SQL as Freehold has their values: one expression for each type, which cannot fail on any value.

Text is UTF-16 under a binary collation, times are cut to the microsecond and in UTC where they have an offset, whole numbers are 64
bits wide, and a `uniqueidentifier` is its text in small letters. What has no such expression is not served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

BINARY = "Latin1_General_100_BIN2"
"""Compares code units and nothing else."""

_WIDE = 4_000
"""The most characters of an `nvarchar` that is not `max`."""

_WIDE_BYTES = 8_000


class SqlColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column as INFORMATION_SCHEMA.COLUMNS describes it; `length` is -1 for `max`, `scale` that of a number or of a time."""

    name: str
    type: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None

    @property
    def physical(self) -> str:
        """The type as T-SQL writes it."""
        if self.type in _SIZED:
            return f"{self.type}({'max' if self.length == -1 else self.length})"
        if self.type in {"decimal", "numeric"}:
            return f"{self.type}({self.precision},{self.scale})"
        return f"{self.type}({self.scale})" if self.type in {"datetime2", "time", "datetimeoffset"} else self.type

    @property
    def logical(self) -> str:
        """The manifest's word for the type; `nested` where it is not served."""
        if self.type in {"decimal", "numeric"}:
            return f"decimal({self.precision},{self.scale})"
        return _LOGICAL.get(self.type, "nested")

    @property
    def text(self) -> bool:
        """Whether values compare by a collation where nothing else is said."""
        return self.logical == "string"

    @property
    def unbounded(self) -> bool:
        """Whether its values have no type of bounded length, so that no statement may show them as they are."""
        most = _WIDE if self.compared_as_stored else _WIDE_BYTES if self.logical == "binary" else None
        return most is not None and not (self.length is not None and 0 < self.length <= most)

    def stored(self, relation: str) -> str:
        """Return the column as it is stored, which an index is of."""
        return f"{bracket(relation)}.{bracket(self.name)}"

    @property
    def compared_as_stored(self) -> bool:
        """Whether equal values are equal as they are stored too, and comparing that fails on no value."""
        return self.type in {"char", "varchar", "nchar", "nvarchar"}

    def value(self, relation: str) -> str:
        """Return the expression of the column's value, in the relation of that alias."""
        raw = self.stored(relation)
        made = _VALUES.get(self.type)
        return made(raw, self) if made is not None else raw


class SqlTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table or view, and its columns in order."""

    schema: str
    name: str
    columns: tuple[SqlColumn, ...]

    def column(self, name: str) -> SqlColumn | None:
        """Return the one column of that name that is served, whatever its case, or None."""
        found = [column for column in self.columns if column.name.casefold() == name.casefold() and column.logical != "nested"]
        return found[0] if len(found) == 1 else None

    @property
    def place(self) -> str:
        """What stands after FROM."""
        return f"{bracket(self.schema)}.{bracket(self.name)}"


def bracket(name: str) -> str:
    """Return a name as T-SQL quotes it.

    >>> bracket("a]b")
    '[a]]b]'
    """
    return "[" + name.replace("]", "]]") + "]"


def listed(items: Iterable[str]) -> str:
    """Return expressions with commas between them."""
    return ", ".join(items)


_SIZED = frozenset({"char", "varchar", "nchar", "nvarchar", "binary", "varbinary"})
_LOGICAL = {
    "bit": "boolean",
    "tinyint": "integer",
    "smallint": "integer",
    "int": "integer",
    "bigint": "integer",
    "money": "decimal(19,4)",
    "smallmoney": "decimal(10,4)",
    "float": "number",
    "real": "number",
    "date": "date",
    "time": "time",
    "datetime": "timestamp",
    "datetime2": "timestamp",
    "smalldatetime": "timestamp",
    "datetimeoffset": "timestamp",
    "char": "string",
    "varchar": "string",
    "nchar": "string",
    "nvarchar": "string",
    "uniqueidentifier": "string",
    "binary": "binary",
    "varbinary": "binary",
}


def _wide(raw: str, column: SqlColumn) -> str:
    length = "max" if column.unbounded else column.length
    return f"CAST({raw} AS nvarchar({length})) COLLATE {BINARY}"


def _cut(raw: str) -> str:
    return f"DATEADD(nanosecond, -(DATEPART(nanosecond, {raw}) % 1000), {raw})"


def _moment(raw: str, column: SqlColumn) -> str:
    return f"CAST({_cut(raw) if column.scale == 7 else raw} AS {column.type}(6))"


def _in_utc(raw: str, column: SqlColumn) -> str:
    """It is stored in UTC, with its offset beside: no value leaves the range of the type on the way."""
    return f"CAST(SWITCHOFFSET({_cut(raw) if column.scale == 7 else raw}, N'+00:00') AS datetime2(6))"


_VALUES: dict[str, Callable[[str, SqlColumn], str]] = {
    **dict.fromkeys(("tinyint", "smallint", "int"), lambda raw, _: f"CAST({raw} AS bigint)"),
    "money": lambda raw, _: f"CAST({raw} AS decimal(19,4))",
    "smallmoney": lambda raw, _: f"CAST({raw} AS decimal(10,4))",
    **dict.fromkeys(("float", "real"), lambda raw, _: f"CAST({raw} AS float(53))"),
    "datetime": lambda raw, _: f"CAST({raw} AS datetime2(3))",
    "smalldatetime": lambda raw, _: f"CAST({raw} AS datetime2(0))",
    "datetime2": _moment,
    "datetimeoffset": _in_utc,
    "time": _moment,
    **dict.fromkeys(("char", "varchar", "nchar", "nvarchar"), _wide),
    "uniqueidentifier": lambda raw, _: f"LOWER(CAST({raw} AS nvarchar(36))) COLLATE {BINARY}",
}
"""By type, what makes a column's value of it; the others are their own."""
