"""Values beside which a column compares alike in T-SQL and in DuckDB, written in a query or sent by its caller, by type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from freehold.model.query import Value

_BIG = 1 << 63
_EXACT = 1 << 53
_DIGITS = 38
_DOUBLE_DIGITS = 15
_DOUBLE_SCALE = 22
"""A decimal of so many places is a double exactly as DuckDB divides it: ten to the power of more is no double."""

_NORMAL = 2.2250738585072014e-308
"""The least double above nothing that a `float` of T-SQL holds."""

_INLINE = 4_000
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?")
_DECIMAL_KIND = re.compile(r"decimal\((\d+),\s*(\d+)\)")


class Unwritable(Exception):
    """Something is not on the list of what means the same in T-SQL; `construct` names it, for people who run the node."""

    def __init__(self, construct: str) -> None:
        """Name it."""
        super().__init__(construct)
        self.construct = construct


def fitting(node: exp.Expr, logical: str, parameters: Mapping[str, Value]) -> Value:
    """Return the value that a literal or a parameter is, where both engines compare it alike with a column of a logical type.

    Raises:
        Unwritable: It is something else, or of another type.
    """
    kind = "decimal" if logical.startswith("decimal") else logical
    found = _given(node, parameters)
    if found is None:
        return None
    fit = _FITTING.get(kind)
    value = fit(found, logical) if fit is not None else None
    if value is None:
        raise Unwritable(f"a value that is no {kind} beside one")
    return value


def sql_type(logical: str, value: Value) -> str:
    """Return the type of T-SQL that a value travels as, beside a column of a logical type."""
    if not logical.startswith("decimal"):
        return _TYPES.get(logical, "nvarchar(1)")
    before, after = _places(value) if isinstance(value, Decimal) else (1, 0)
    return f"decimal({before + after},{after})"


def construct(node: exp.Expr | None) -> str:
    """Return how a kind of node is called, in words of SQL."""
    if node is None:
        return "a function without what it is of"
    if isinstance(node, exp.Column):
        return "a column that the database does not have, or not of a type that is served"
    return node.sql_name() if isinstance(node, exp.Func) else node.key.upper()


def _given(node: exp.Expr, parameters: Mapping[str, Value]) -> Value:
    if isinstance(node, exp.Placeholder):
        return parameters[node.name]
    if isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Cast) and type(node) is exp.Cast:
        return _cast(node)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string:
        return -_number(node.this.name)
    if isinstance(node, exp.Literal):
        return node.name if node.is_string else _number(node.name)
    raise Unwritable(construct(node))


def _number(text: str) -> int | float | Decimal:
    if text.isdecimal():
        return int(text)
    try:
        return float(text) if "e" in text.lower() else Decimal(text)
    except (InvalidOperation, ValueError):
        raise Unwritable("a number written in an unusual way") from None


def _cast(node: exp.Cast) -> Value:
    text = node.this.name if isinstance(node.this, exp.Literal) and node.this.is_string else None
    if text is not None and node.to.this == exp.DataType.Type.DATE and _DATE.fullmatch(text):
        return _read_as(dt.date.fromisoformat, text)
    if text is not None and node.to.this in _MOMENTS and _MOMENT.fullmatch(text):
        return _read_as(dt.datetime.fromisoformat, text)
    raise Unwritable("CAST")


def _read_as(read: Callable[[str], Value], text: str) -> Value:
    try:
        return read(text)
    except ValueError:
        raise Unwritable("a date that there is not") from None


def _integer(value: Value, _: str) -> Value:
    return value if type(value) is int and -_BIG <= value < _BIG else None


def _decimal(value: Value, kind: str) -> Value:
    number = Decimal(value) if type(value) is int else value
    found = _DECIMAL_KIND.fullmatch(kind)
    if found is None or not isinstance(number, Decimal) or not number.is_finite():
        return None
    before, after = _places(number)
    wide = max(before, int(found[1]) - int(found[2])) + max(after, int(found[2]))
    return number if wide <= _DIGITS else None


def _places(number: Decimal) -> tuple[int, int]:
    """Return how many digits stand before the point, and after it."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101  (it is finite)
    return max(len(digits) + exponent, 1), max(-exponent, 0)


def _double(value: Value, _: str) -> Value:
    if type(value) is int:
        return float(value) if abs(value) <= _EXACT else None
    if isinstance(value, Decimal):
        exact = len(value.as_tuple().digits) <= _DOUBLE_DIGITS and _places(value)[1] <= _DOUBLE_SCALE
        return float(value) if exact else None
    return value if isinstance(value, float) and (abs(value) == 0.0 or _NORMAL <= abs(value) < float("inf")) else None


def _boolean(value: Value, _: str) -> Value:
    return value if isinstance(value, bool) else None


def _string(value: Value, _: str) -> Value:
    return value if isinstance(value, str) and len(value.encode("utf-16-le")) <= 2 * _INLINE else None


def _date(value: Value, _: str) -> Value:
    return value if type(value) is dt.date else None


def _timestamp(value: Value, _: str) -> Value:
    if type(value) is dt.date:
        return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001  (a timestamp has no zone)
    return value if isinstance(value, dt.datetime) and value.tzinfo is None else None


_FITTING: dict[str, Callable[[Value, str], Value]] = {
    "integer": _integer,
    "decimal": _decimal,
    "number": _double,
    "boolean": _boolean,
    "string": _string,
    "date": _date,
    "timestamp": _timestamp,
}
_TYPES = {
    "integer": "bigint",
    "number": "float(53)",
    "boolean": "bit",
    "string": f"nvarchar({_INLINE})",
    "date": "date",
    "timestamp": "datetime2(6)",
}
_MOMENTS = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ, exp.DataType.Type.DATETIME)
