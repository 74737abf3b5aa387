"""Numeric functions; division is of whole numbers and cuts towards zero."""

from __future__ import annotations

import math
from typing import Any

from freehold.azure.expression.functions.given import number, whole
from freehold.azure.expression.run import Function, binary, unary
from freehold.azure.expression.values import Unfit, as_number

_LARGEST = 2**63


def _bounded(value: float) -> int | float:
    if not -_LARGEST <= value < _LARGEST:
        raise Unfit("makes a number of more than 64 bits")
    return value


def _div(dividend: Any, divisor: Any) -> int:
    top, below = whole(dividend), whole(divisor)
    if below == 0:
        raise Unfit("divides by zero")
    quotient = abs(top) // abs(below)
    return quotient if (top < 0) == (below < 0) else -quotient


def _mod(dividend: Any, divisor: Any) -> int:
    return whole(dividend) - _div(dividend, divisor) * whole(divisor)


def _several(values: tuple[Any, ...]) -> list[int | float]:
    found = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    if not found:
        raise Unfit("wants at least one number")
    return [number(value) for value in found]


def _float(value: Any) -> float:
    found = as_number(value) if isinstance(value, str) else value
    return float(number(found))


def _finite(value: float) -> int | float:
    if isinstance(value, float) and not math.isfinite(value):
        raise Unfit("makes no finite number")
    return value


TABLE = (
    binary("add", lambda left, right: _bounded(_finite(number(left) + number(right)))),
    binary("sub", lambda left, right: _bounded(_finite(number(left) - number(right)))),
    binary("mul", lambda left, right: _bounded(_finite(number(left) * number(right)))),
    Function("div", _div, 2, 2),
    Function("mod", _mod, 2, 2),
    unary("int", lambda value: _bounded(whole(value))),
    Function("float", _float, 1, 1),
    Function("min", lambda *values: min(_several(values)), 1, None),
    Function("max", lambda *values: max(_several(values)), 1, None),
)
