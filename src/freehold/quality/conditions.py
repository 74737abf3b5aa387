"""What a probe counts, as SQL conditions on one row: whether a value is missing, whether it is valid.

Names are quoted and texts escaped: nothing of a manifest or of the data becomes SQL of its own.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from freehold.model.rule import Constraint
from freehold.names import quote

QUOTIENT = 1e-9
"""How far a floating point number divided by `multipleOf` may lie beside a whole number."""

_EXACT = ("integer", "decimal")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def is_missing(name: str, type_: str) -> str:
    """Return the condition that a value is null, or NaN in a column of floating point numbers."""
    column = quote(name)
    return f"({column} IS NULL OR ISNAN({column}))" if type_ == "number" else f"{column} IS NULL"


def is_present(name: str, type_: str) -> str:
    """Return the condition that a value is there."""
    column = quote(name)
    return f"{column} IS NOT NULL AND NOT ISNAN({column})" if type_ == "number" else f"{column} IS NOT NULL"


def present(name: str, type_: str) -> str:
    """Return the value of a column, with null in place of NaN."""
    column = quote(name)
    return f"CASE WHEN ISNAN({column}) THEN NULL ELSE {column} END" if type_ == "number" else column


def is_valid(name: str, type_: str, constraint: Constraint) -> str:
    """Return the condition that a value that is there keeps a constraint."""
    return " AND ".join(_tests(quote(name), type_, constraint)) or "TRUE"


def is_one_of(name: str, type_: str, values: tuple[str, ...]) -> str:
    """Return the condition that a value is one of `values`, each in the spelling of the column's type."""
    return _one_of(quote(name), type_, values)


def moment(text: str) -> float:
    """Return an ISO 8601 timestamp in seconds since the epoch; without a zone it is in UTC.

    >>> moment("1970-01-02T00:00:00"), moment("1970-01-01T02:00:00+01:00")
    (86400.0, 3600.0)
    """
    found = dt.datetime.fromisoformat(text)
    aware = found if found.tzinfo else found.replace(tzinfo=dt.UTC)
    return (aware - _EPOCH).total_seconds()


def text_literal(text: str) -> str:
    """Return a text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _tests(column: str, type_: str, constraint: Constraint) -> Iterator[str]:
    text = f"CAST({column} AS VARCHAR)"
    if constraint.pattern is not None:
        yield f"REGEXP_FULL_MATCH({text}, {text_literal(constraint.pattern)})"
    if constraint.min_length is not None:
        yield f"LENGTH({text}) >= {constraint.min_length}"
    if constraint.max_length is not None:
        yield f"LENGTH({text}) <= {constraint.max_length}"
    if constraint.values:
        yield _one_of(column, type_, constraint.values)
    for sign, bound in (
        (">=", constraint.minimum),
        ("<=", constraint.maximum),
        (">", constraint.exclusive_minimum),
        ("<", constraint.exclusive_maximum),
    ):
        if bound is not None:
            yield _compared(column, type_, sign, bound)
    if constraint.multiple_of is not None:
        yield _multiple(column, type_, constraint.multiple_of)


def _compared(column: str, type_: str, sign: str, bound: float | str) -> str:
    if type_ == "timestamp":
        return f"EPOCH({column}) {sign} CAST({moment(str(bound))!r} AS DOUBLE)"
    if isinstance(bound, str):
        return f"{column} {sign} CAST({text_literal(bound)} AS {type_.upper()})"
    if type_ == "number":
        return f"CAST({column} AS DOUBLE) {sign} {_double(bound)}"
    sign, exact = _in_steps(sign, Decimal(repr(bound)), _scale(type_))
    return f"{column} {sign} {exact:f}"


def _in_steps(sign: str, bound: Decimal, scale: int) -> tuple[str, Decimal]:
    """Return the bound that holds for the same numbers of `scale` digits after the point, and has no more digits itself."""
    lower = sign.startswith(">")
    step = Decimal(1).scaleb(-scale)
    if bound.adjusted() > 40:
        return sign, bound
    rounded = bound.quantize(step, rounding=ROUND_CEILING if lower else ROUND_FLOOR)
    # Between two steps, a number that lies beyond the bound lies on the next step or beyond that one.
    return (sign, rounded) if rounded == bound else (">=" if lower else "<=", rounded)


def _multiple(column: str, type_: str, factor: float) -> str:
    if not type_.startswith(_EXACT):
        quotient = f"CAST({column} AS DOUBLE) / {_double(factor)}"
        return f"ABS({quotient} - ROUND({quotient})) <= {_double(QUOTIENT)}"
    scale = _scale(type_)
    # n / 10^s is a multiple of p / q where n is one of 10^s * p / gcd(q, 10^s * p).
    exact = Fraction(Decimal(repr(factor)))
    whole = 10**scale * exact.numerator
    modulus = Decimal(whole // math.gcd(exact.denominator, whole)).scaleb(-scale)
    return f"{column} % {modulus:f} = 0"


def _one_of(column: str, type_: str, values: tuple[str, ...]) -> str:
    if type_ == "number" or type_.startswith("decimal"):
        exact = [value for value in values if _is_number(value)]
        column = f"CAST({column} AS DOUBLE)" if type_ == "number" else column
        literals = [_double(float(value)) if type_ == "number" else f"{Decimal(value):f}" for value in exact]
    else:
        column, literals = f"CAST({column} AS VARCHAR)", [text_literal(value) for value in values]
    return f"{column} IN ({', '.join(literals)})" if literals else "FALSE"


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _double(value: float) -> str:
    return f"CAST({float(value)!r} AS DOUBLE)"


def _scale(type_: str) -> int:
    return int(type_.rstrip(")").rpartition(",")[2]) if type_.startswith("decimal") else 0
