"""Logical and comparison functions. These are a template's, where case counts; Azure Policy has comparisons of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from freehold.azure.expression.run import Closure, Form, Function, Language, Run, binary
from freehold.azure.expression.syntax import Node
from freehold.azure.expression.values import ABSENT, Unfit, Unknown, as_boolean, compared, is_number, is_same, kind
from freehold.errors import ExpressionFailed


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit(f"wants booleans, not {kind(value)}")
    return value


def _all(*values: Any) -> Any:
    return _settled(values, decisive=False)


def _any(*values: Any) -> Any:
    return _settled(values, decisive=True)


def _settled(values: Iterable[Any], *, decisive: bool) -> Any:
    """Return what is decisive as soon as a value is it, else what cannot be known, else the other."""
    unknown: Unknown | None = None
    for value in values:
        if isinstance(value, Unknown):
            unknown = unknown or value
        elif _truth(value) is decisive:
            return decisive
    return unknown or not decisive


def _in_turn(name: str, *, decisive: bool) -> Form:
    """Return the form of `and()` or `or()`: what stands after the value that decides is not evaluated, as in Azure."""

    def read(language: Language, arguments: tuple[Node, ...]) -> Closure:
        closures = [language.compile(argument) for argument in arguments]

        def run_in_turn(run: Run) -> Any:
            run.budget.spend(1)
            try:
                return _settled(_each(closures, run), decisive=decisive)
            except Unfit as unfit:
                raise ExpressionFailed(f"`{name}()`: {unfit}") from None

        return run_in_turn

    return read


def _each(closures: list[Closure], run: Run) -> Iterator[Any]:
    """Yield values; one that fails after one that cannot be known might never have been asked for."""
    is_unknown = False
    for closure in closures:
        try:
            value = closure(run)
        except ExpressionFailed:
            if is_unknown:
                return
            raise
        is_unknown = is_unknown or isinstance(value, Unknown)
        yield value


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
    """Return the first value that is there; one that cannot be known may be."""
    return next((value for value in values if value is not None and value is not ABSENT), None)


def _order(left: Any, right: Any) -> int:
    found = compared(left, right)
    if found is None:
        raise Unfit("null cannot be put in order")
    return found


TABLE = (
    Function("and", _all, 0, None, takes_unknown=True),
    Function("or", _any, 0, None, takes_unknown=True),
    Function("not", _not, 1, 1),
    Function("bool", _bool, 1, 1),
    Function("true", lambda: True, 0, 0),
    Function("false", lambda: False, 0, 0),
    Function("null", lambda: None, 0, 0),
    Function("coalesce", _coalesce, 1, None, takes_unknown=True),
    Function("equals", is_same, 2, 2),
    binary("greater", lambda left, right: _order(left, right) > 0),
    binary("greaterOrEquals", lambda left, right: _order(left, right) >= 0),
    binary("less", lambda left, right: _order(left, right) < 0),
    binary("lessOrEquals", lambda left, right: _order(left, right) <= 0),
)

FORMS: Mapping[str, Form] = {"and": _in_turn("and", decisive=False), "or": _in_turn("or", decisive=True)}
"""What every language evaluates in turn."""
