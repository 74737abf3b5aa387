"""Which plans may need memory that an engine does not count before it has it: those run where a hard limit holds.

| what | why |
|---|---|
| `string_agg` and its like | one value as long as a whole relation, which every function over it copies for each row of a vector |
| `median`, quantiles, `mode` | every value of a group is held, outside what the engine counts; merging them cannot be interrupted |
| joined or replaced text that grows over `MAX_COPIES` times | each copy is made for a whole vector before any is counted |
| a long literal, or a parameter that is not merely compared | one value for all rows, as long as the caller likes |
| an aggregate of distinct values over a moving window | a set for every frame, outside what the engine counts |
"""

from __future__ import annotations

import math

from sqlglot import exp

from freehold.compiler.nodes import Nodes

MAX_COPIES = 16
MAX_LITERAL = 256

_HOLDS_ALL = frozenset({exp.GroupConcat, exp.Median, exp.Quantile, exp.PercentileCont, exp.PercentileDisc, exp.Mode})
_JOINS = frozenset({exp.DPipe, exp.Concat, exp.ConcatWs})
_REPLACES = frozenset({exp.Replace, exp.RegexpReplace})
_FORMATS = frozenset({exp.TimeToStr})
_GROWS = _JOINS | _REPLACES | _FORMATS
_AROUND = (exp.Paren, exp.Cast, exp.TryCast, exp.Neg)
_COMPARES = (exp.Predicate, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Limit, exp.Offset)
"""What may stand around a parameter without giving its text on."""


def may_grow(nodes: Nodes) -> bool:
    """Return whether a tree, given as all of its nodes, holds something of the table above."""
    if not nodes.kinds.keys().isdisjoint(_HOLDS_ALL):
        return True
    if any(_is_long(node) for kind in (exp.Literal, exp.Placeholder) for node in nodes.of(kind)):
        return True
    if any(node.this.find(exp.Distinct) is not None for node in nodes.of(exp.Window)):
        return True
    copies: dict[int, int] = {}
    for kind in nodes.kinds.keys() & _GROWS:
        for node in nodes.of(kind):
            select = node.find_ancestor(exp.Select)
            copies[id(select)] = copies.get(id(select), 1) + _copies(node)
    return math.prod(copies.values()) > MAX_COPIES


def _copies(node: exp.Expr) -> int:
    """Return how many more times as long a call can make the text it is given."""
    if type(node) is exp.DPipe:
        return 1
    if type(node) in _JOINS:
        return len(node.expressions)
    replacement = node.args.get("replacement")
    if type(node) in _FORMATS or replacement is None:
        return 1
    return len(replacement.name) if replacement.is_string else MAX_COPIES


def _is_long(value: exp.Expr) -> bool:
    if isinstance(value, exp.Literal):
        return len(value.name) > MAX_LITERAL
    around = value.parent
    while isinstance(around, _AROUND):
        around = around.parent
    return not isinstance(around, _COMPARES)
