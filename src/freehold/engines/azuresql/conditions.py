"""What a probe counts of one row, as a condition of T-SQL that means exactly the same there and fails on no value.

It is an allow-list: `Unwritable` says that something is not on it, and then the values are brought to the kernel. A text is one of
some where its characters and its length in bytes are: T-SQL alone would leave case to the column, and spaces at the end out.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import groupby

import msgspec

from freehold.compiler.tsql.columns import SqlColumn, listed
from freehold.compiler.tsql.conditions import ALIAS, MOST
from freehold.compiler.tsql.fitting import Unwritable, sql_type
from freehold.model.query import Value
from freehold.model.rule import Constraint, Probe, ProbeKind

NEVER = "(1 = 0)"

_ALWAYS = "(1 = 1)"
_CHARACTERS = "Latin1_General_100_CI_AS_SC"
"""Counts characters, where a binary collation counts halves of some."""

_LONGEST = 4_000
_BIG = 1 << 63
_NORMAL = 2.2250738585072014e-308


class Said(msgspec.Struct, frozen=True):
    """A condition, with `?` for its values in order."""

    text: str
    values: tuple[Value, ...] = ()


def condition(probe: Probe, column: SqlColumn) -> Said:
    """Return the condition on a row that `NULLS`, `MISSING` or `INVALID` counts.

    Raises:
        Unwritable: T-SQL cannot say it alike.
    """
    stored = column.stored(ALIAS)
    if probe.kind is ProbeKind.NULLS:
        return Said(f"{stored} IS NULL")  # and no column there holds NaN
    if probe.kind is ProbeKind.MISSING:
        listed_ = one_of(column, probe.missing)
        return _bounded(Said(f"({stored} IS NULL OR {listed_.text})", listed_.values))
    tests = tuple(_tests(probe.constraint or Constraint(), column))
    valid = " AND ".join(test.text for test in tests) or _ALWAYS
    return _bounded(Said(f"({stored} IS NOT NULL AND NOT ({valid}))", tuple(value for test in tests for value in test.values)))


def present(names: Sequence[SqlColumn]) -> str:
    """Return the condition that every column holds a value."""
    return " AND ".join(f"{column.stored(ALIAS)} IS NOT NULL" for column in names)


def keys(column: SqlColumn) -> tuple[str, ...]:
    """Return the expressions that are the same for two values exactly where the values are."""
    value = column.value(ALIAS)
    if column.text or column.logical == "binary":
        return value, f"DATALENGTH({value})"
    return (f"({value} + CAST(0 AS float(53)))",) if column.logical == "number" else (value,)  # -0 is 0


def one_of(column: SqlColumn, words: Sequence[str]) -> Said:
    """Return the condition that a value is one of `words`, each in the spelling of the column's type.

    Raises:
        Unwritable: Values of the column's type are not compared there.
    """
    if column.text:
        return _one_of_texts(column, words)
    kind = "decimal" if column.logical.startswith("decimal") else column.logical
    if kind == "boolean":
        bits = [bit for bit, word in (("1", "true"), ("0", "false")) if word in words]
        return Said(f"({column.stored(ALIAS)} IN ({listed(bits)}))" if bits else NEVER)
    read = {"integer": _integer, "decimal": _decimal, "number": _double, "date": _date}.get(kind)
    if read is None:
        raise Unwritable(f"values of the type `{kind}`")
    values = tuple(dict.fromkeys(value for word in words if (value := read(word, column)) is not None))
    marks = listed(_mark(column, value) for value in values)
    return Said(f"({_compared(column)} IN ({marks}))", values) if values else Said(NEVER)


def same(column: SqlColumn, value: Value) -> Said:
    """Return the condition that a column holds exactly a value that was read of it.

    Raises:
        Unwritable: Such values are not compared there.
    """
    if isinstance(value, str):
        return one_of(column, (value,))
    if isinstance(value, bool):
        return one_of(column, (str(value).lower(),))
    if value is None or column.logical not in {"integer", "number", "date", "timestamp"}:
        raise Unwritable(f"values of the type `{column.logical}`")
    return Said(f"({_compared(column)} = {_mark(column, value)})", (value,))


def _bounded(said: Said) -> Said:
    if len(said.values) > MOST:
        raise Unwritable(f"more than {MOST:,} values")
    return said


def _tests(constraint: Constraint, column: SqlColumn) -> Iterator[Said]:
    if constraint.pattern is not None:
        raise Unwritable("a pattern")
    for sign, length in ((">=", constraint.min_length), ("<=", constraint.max_length)):
        if length is not None:
            yield Said(f"({_length(column)} {sign} {length:d})")
    if constraint.values:
        yield one_of(column, constraint.values)
    for sign, bound in (
        (">=", constraint.minimum),
        ("<=", constraint.maximum),
        (">", constraint.exclusive_minimum),
        ("<", constraint.exclusive_maximum),
    ):
        if bound is not None:
            yield _compare(column, sign, bound)
    if constraint.multiple_of is not None:
        yield _multiple(column, constraint.multiple_of)


def _one_of_texts(column: SqlColumn, words: Sequence[str]) -> Said:
    text = column.value(ALIAS)
    by_length = sorted(dict.fromkeys(words), key=_bytes)
    parts: list[str] = []
    for length, group in groupby(by_length, _bytes):
        if length > 2 * _LONGEST:
            raise Unwritable(f"a text of more than {_LONGEST:,} characters")
        marks = listed(_mark(column, word) for word in group)
        parts.append(f"(DATALENGTH({text}) = {length:d} AND {text} IN ({marks}))")
    return Said(f"({' OR '.join(parts)})", tuple(by_length)) if parts else Said(NEVER)


def _length(column: SqlColumn) -> str:
    """Return the number of a text's characters; a point behind it keeps LEN from leaving out the spaces at its end."""
    if not column.text:
        raise Unwritable("the length of what is no text")
    short = column.length is not None and 0 < column.length < _LONGEST
    size = 36 if column.type == "uniqueidentifier" else column.length if short else "max"
    return f"(LEN(CONCAT(CAST({column.stored(ALIAS)} AS nvarchar({size})), N'.') COLLATE {_CHARACTERS}) - 1)"


def _compare(column: SqlColumn, sign: str, bound: float | str) -> Said:
    if isinstance(bound, str):
        return _moment(column, sign, bound)
    if column.logical == "number":
        return _against(column, sign, _double(repr(bound), column))
    step = _step(column)
    steps = Fraction(Decimal(repr(bound))) / step
    whole = math.ceil(steps) if sign in {">=", "<"} else math.floor(steps)
    most = _BIG - 1 if column.logical == "integer" else _most(column)
    if abs(whole) > most:  # beyond every value of the column
        return Said(_ALWAYS if (whole > 0) == sign.startswith("<") else NEVER)
    return _against(column, sign, whole if column.logical == "integer" else whole * _unit(column))


def _moment(column: SqlColumn, sign: str, bound: str) -> Said:
    if column.logical not in {"date", "timestamp"}:
        raise Unwritable(f"an order of the type `{column.logical}`")
    try:
        if column.logical == "date":
            return _against(column, sign, dt.date.fromisoformat(bound))
        found = dt.datetime.fromisoformat(bound)
        return _against(column, sign, (found.astimezone(dt.UTC) if found.tzinfo else found).replace(tzinfo=None))
    except (ValueError, OverflowError):
        raise Unwritable("a moment that its type does not have") from None


def _multiple(column: SqlColumn, factor: float) -> Said:
    step = (Fraction(Decimal(repr(factor))) / _step(column)).numerator
    if step <= 0 or step > (_BIG - 1 if column.logical == "integer" else _most(column)):
        raise Unwritable("a factor that the column's type does not have")
    value: Value = step if column.logical == "integer" else step * _unit(column)
    return Said(f"({_compared(column)} % {_mark(column, value)} = 0)", (value,))


def _against(column: SqlColumn, sign: str, value: Value) -> Said:
    if value is None:
        raise Unwritable("a bound that its type does not have")
    return Said(f"({_compared(column)} {sign} {_mark(column, value)})", (value,))


def _compared(column: SqlColumn) -> str:
    return column.stored(ALIAS) if column.logical == "integer" else column.value(ALIAS)


def _mark(column: SqlColumn, value: Value) -> str:
    return f"CAST(? AS {column.logical if isinstance(value, Decimal) else sql_type(column.logical, value)})"


def _integer(word: str, _: SqlColumn) -> int | None:
    number = _number(word)
    if number is None or number != number.to_integral_value() or abs(number) > _BIG:
        return None
    return int(number) if -_BIG <= number < _BIG else None


def _decimal(word: str, column: SqlColumn) -> Decimal | None:
    """Return a number in digits of the column, or None where none of its values is that."""
    number = _number(word)
    steps = Fraction(number) / _step(column) if number is not None else None
    if steps is None or steps.denominator != 1 or abs(steps.numerator) > _most(column):
        return None
    return steps.numerator * _unit(column)


def _double(word: str, _: SqlColumn) -> float | None:
    number = _number(word)
    value = float(number) if number is not None else None
    if value is not None and not (value == 0 or _NORMAL <= abs(value) < math.inf):
        raise Unwritable("a number at the edge of what a `float` holds")
    return value


def _number(word: str) -> Decimal | None:
    try:
        number = Decimal(word)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _date(word: str, _: SqlColumn) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(word)
    except ValueError:
        return None
    return found if found.isoformat() == word else None


def _step(column: SqlColumn) -> Fraction:
    if column.logical != "integer" and not column.logical.startswith("decimal"):
        raise Unwritable(f"bounds or multiples of the type `{column.logical}`")
    return Fraction(1, 10 ** _digits(column)[1])


def _unit(column: SqlColumn) -> Decimal:
    return Decimal(1).scaleb(-_digits(column)[1])


def _most(column: SqlColumn) -> int:
    return 10 ** _digits(column)[0] - 1


def _digits(column: SqlColumn) -> tuple[int, int]:
    if column.logical == "integer":
        return 19, 0
    digits, scale = column.logical.removeprefix("decimal(").rstrip(")").split(",")
    return int(digits), int(scale)


def _bytes(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass"))
