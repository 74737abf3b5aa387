"""The value of an expression in a frame; None is NULL, and a condition is true, false or None."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from differential.reference.aggregates import AGGREGATES, aggregate
from differential.reference.relation import Frame

Node = Any
"""A node of the parsed text; what its parts are called is the parser's affair."""


def value(node: Node, at: Frame) -> Any:
    """Return the value of an expression."""
    if isinstance(node, AGGREGATES):
        return aggregate(node, at.group, value)
    return FORMS[type(node)](node, at)


def is_true(node: Node | None, at: Frame) -> bool:
    """Return whether a condition holds: unknown is not enough, and no condition always holds."""
    return node is None or value(node, at) is True


def _literal(node: Node, _: Frame) -> Any:
    if node.is_string:
        return node.this
    return float(node.this) if "." in node.this or "e" in node.this.lower() else int(node.this)


def _strict(function: Callable[..., Any], *parts: str) -> Callable[[Node, Frame], Any]:
    """A function of these parts of a node that is null where any of them is."""

    def apply(node: Node, at: Frame) -> Any:
        given = [value(node.args[part], at) for part in parts]
        return None if None in given else function(*given)

    return apply


def _binary(function: Callable[[Any, Any], Any]) -> Callable[[Node, Frame], Any]:
    return _strict(function, "this", "expression")


def either(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued OR."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def both(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued AND."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def opposite(given: bool | None) -> bool | None:
    """Three-valued NOT."""
    return None if given is None else not given


def _equal(left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else left == right


def _at_most(left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else left <= right


def _any_equal(wanted: Any, candidates: list[Any]) -> bool | None:
    found: bool | None = False
    for candidate in candidates:
        found = either(found, _equal(wanted, candidate))
    return found


def _in(node: Node, at: Frame) -> bool | None:
    wanted = value(node.this, at)
    query = node.args.get("query")
    if query is None:
        return _any_equal(wanted, [value(item, at) for item in node.expressions])
    return _any_equal(wanted, [row.values[0] for row in at.ask(query, at).rows])


def _scalar(node: Node, at: Frame) -> Any:
    rows = at.ask(node, at).rows
    assert len(rows) <= 1, "a scalar subquery gave several rows"
    return rows[0].values[0] if rows else None


def _between(node: Node, at: Frame) -> bool | None:
    given, low, high = (value(node.args[part], at) for part in ("this", "low", "high"))
    return both(_at_most(low, given), _at_most(given, high))


def _is(node: Node, at: Frame) -> bool:
    return value(node.this, at) is value(node.expression, at)


def _like(text: str, pattern: str) -> bool:
    regex = "".join({"%": ".*", "_": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(regex, text, re.DOTALL) is not None


def _case(node: Node, at: Frame) -> Any:
    for branch in node.args["ifs"]:
        if is_true(branch.this, at):
            return value(branch.args["true"], at)
    default = node.args.get("default")
    return value(default, at) if default is not None else None


def _coalesce(node: Node, at: Frame) -> Any:
    given = [value(item, at) for item in (node.this, *node.expressions)]
    return next((item for item in given if item is not None), None)


def _nullif(node: Node, at: Frame) -> Any:
    given = value(node.this, at)
    return None if _equal(given, value(node.expression, at)) else given


def _substring(text: str, start: int, length: int) -> str:
    return text[start - 1 : start - 1 + length]


def _round(number: float, digits: int) -> float:
    """Half away from zero; a whole number stays what it is."""
    if isinstance(number, int):
        return number
    scaled = number * 10**digits
    whole = math.trunc(scaled)
    if abs(scaled - whole) >= 0.5:
        whole += int(math.copysign(1, scaled))
    return whole / 10**digits


def _try_cast(node: Node, at: Frame) -> float | None:
    assert node.to.sql() == "DOUBLE"
    try:
        return float(value(node.this, at))
    except (TypeError, ValueError):
        return None


def _column(node: Node, at: Frame) -> Any:
    return at.find(node.table.lower(), node.name.lower())


def _window(node: Node, at: Frame) -> Any:
    return at.windows[id(node)]


FORMS: dict[type, Callable[[Node, Frame], Any]] = {
    exp.Literal: _literal,
    exp.Null: lambda _, __: None,
    exp.Boolean: lambda node, _: node.this,
    exp.Column: _column,
    exp.Alias: lambda node, at: value(node.this, at),
    exp.Paren: lambda node, at: value(node.this, at),
    exp.Neg: _strict(operator.neg, "this"),
    exp.Add: _binary(operator.add),
    exp.Sub: _binary(operator.sub),
    exp.Mul: _binary(operator.mul),
    exp.Abs: _strict(abs, "this"),
    exp.Round: _strict(_round, "this", "decimals"),
    exp.Length: _strict(len, "this"),
    exp.Upper: _strict(str.upper, "this"),
    exp.Lower: _strict(str.lower, "this"),
    exp.Substring: _strict(_substring, "this", "start", "length"),
    exp.DPipe: _binary(operator.add),
    exp.Coalesce: _coalesce,
    exp.Nullif: _nullif,
    exp.Case: _case,
    exp.TryCast: _try_cast,
    exp.EQ: _binary(operator.eq),
    exp.NEQ: _binary(operator.ne),
    exp.LT: _binary(operator.lt),
    exp.LTE: _binary(operator.le),
    exp.GT: _binary(operator.gt),
    exp.GTE: _binary(operator.ge),
    exp.Like: _binary(_like),
    exp.Between: _between,
    exp.Is: _is,
    exp.In: _in,
    exp.Exists: lambda node, at: bool(at.ask(node.this, at).rows),
    exp.Subquery: _scalar,
    exp.Select: _scalar,
    exp.Not: lambda node, at: opposite(value(node.this, at)),
    exp.And: lambda node, at: both(value(node.this, at), value(node.expression, at)),
    exp.Or: lambda node, at: either(value(node.this, at), value(node.expression, at)),
    exp.Window: _window,
}
