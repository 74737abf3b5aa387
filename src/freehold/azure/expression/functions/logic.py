"""Logical and comparison functions. These are a template's, where case counts; Azure Policy has comparisons of its own."""

from __future__ import annotations

from typing import Any

from freehold.azure.expression.run import Function, binary
from freehold.azure.expression.values import ABSENT, Unfit, as_boolean, compared, is_number, is_same, kind


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit(f"wants booleans, not {kind(value)}")
    return value


def _all(*values: Any) -> bool:
    return all(map(_truth, values))


def _any(*values: Any) -> bool:
    return any(map(_truth, values))


def _not(value: Any) -> bool:
    return not _truth(value)


def _bool(value: Any) -> bool:
    if is_number(value):
        return value != 0
    found = {"1": True, "0": False}.get(value, as_boolean(value)) if isinstance(value, str) else as_boolean(value)
    if found is None:
        raise Unfit(f"{kind(value)} is no boolean")
    return found


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None and value is not ABSENT), None)


def _order(left: Any, right: Any) -> int:
    found = compared(left, right)
    if found is None:
        raise Unfit("null cannot be put in order")
    return found


TABLE = (
    Function("and", _all, 0, None),
    Function("or", _any, 0, None),
    Function("not", _not, 1, 1),
    Function("bool", _bool, 1, 1),
    Function("true", lambda: True, 0, 0),
    Function("false", lambda: False, 0, 0),
    Function("null", lambda: None, 0, 0),
    Function("coalesce", _coalesce, 1, None),
    Function("equals", is_same, 2, 2),
    binary("greater", lambda left, right: _order(left, right) > 0),
    binary("greaterOrEquals", lambda left, right: _order(left, right) >= 0),
    binary("less", lambda left, right: _order(left, right) < 0),
    binary("lessOrEquals", lambda left, right: _order(left, right) <= 0),
)
