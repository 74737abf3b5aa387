"""Columns whose mask stands for nothing: shown, grouped and counted, but never compared, which would answer another question.

The mark goes where the value goes: through subqueries, CTEs and set operations (law 9: a refusal instead of a misleading answer).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NoReturn

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from freehold.compiler.bind import Bound
from freehold.compiler.mask import CONCEALING
from freehold.compiler.text import place_of
from freehold.compiler.view import View
from freehold.errors import ColumnUse

_HARMLESS = (
    *(exp.Alias, exp.Paren, exp.Tuple, exp.Group, exp.Order, exp.Ordered, exp.Window, exp.Distinct),
    *(exp.Count, exp.Min, exp.Max, exp.AnyValue, exp.First, exp.Last, exp.GroupConcat),
    *(exp.Coalesce, exp.Concat, exp.DPipe, exp.Upper, exp.Lower, exp.Left, exp.Right, exp.Substring, exp.Length),
    *(exp.Cast, exp.TryCast),
)
"""What a value may go through on its way out of a SELECT without being compared with anything."""


class Concealed:
    """Which outputs of the scopes seen so far hold what a mask conceals; scopes are told inner ones first."""

    def __init__(self, bound: Bound) -> None:
        """Begin with no scope seen."""
        self._bound = bound
        self._outputs: dict[int, tuple[bool, ...]] = {}

    def check(self, scope: Scope, views: dict[str, View]) -> None:
        """Hold a scope, which reads `views` directly, to the rule.

        Raises:
            ColumnUse: It compares what is concealed.
        """
        query = scope.expression
        if isinstance(query, exp.SetOperation):
            self._outputs[id(scope)] = self._united(scope, query)
            return
        marked: list[exp.Expr] = [column for column in scope.columns if self._is_concealed(scope, column, views)]
        marked += [inner.expression for inner in scope.subquery_scopes if any(self._outputs.get(id(inner), ()))]
        for node in marked:
            self._check_use(node)
        found = {id(node) for node in marked}
        items = query.selects if isinstance(query, exp.Query) else []
        self._outputs[id(scope)] = tuple(any(id(node) in found for node in item.walk()) for item in items)
        self._check_order(query, set(self._names(scope)))

    def _check_order(self, query: exp.Expr, concealed: set[str]) -> None:
        """Hold outputs that ORDER BY names to the rule: they belong to no relation."""
        order = query.args.get("order")
        for column in order.find_all(exp.Column) if order is not None else ():
            if not column.table and column.name in concealed:
                self._check_use(column)

    def _is_concealed(self, scope: Scope, column: exp.Column, views: dict[str, View]) -> bool:
        view, source = views.get(column.table), scope.sources.get(column.table)
        if view is not None:
            shown = view.shown.get(column.name)
            return shown is not None and shown.right.mask is not None and shown.right.mask.kind in CONCEALING
        return isinstance(source, Scope) and column.name in self._names(source)

    def _names(self, scope: Scope) -> Iterator[str]:
        outputs = self._outputs.get(id(scope), ())
        query = scope.expression
        selects = query.selects if isinstance(query, exp.Query) else []
        return (item.alias_or_name for item, concealed in zip(selects, outputs, strict=False) if concealed)

    def _united(self, scope: Scope, query: exp.SetOperation) -> tuple[bool, ...]:
        sides = [self._outputs.get(id(inner), ()) for inner in scope.set_operation_scopes]
        compares = not isinstance(query, exp.Union)
        if compares and any(map(any, sides)):
            self._refuse(query, "what a mask conceals")
        return tuple(map(any, zip(*sides, strict=False)))

    def _check_use(self, node: exp.Expr) -> None:
        for part in _above(node):
            if isinstance(part, exp.Select):
                return
            if not isinstance(part, _HARMLESS):
                self._refuse(node, f"`{self._bound.statement.labels.get(node.name, node.name)}`" if node.name else "this")

    def _refuse(self, node: exp.Expr, what: str) -> NoReturn:
        facts = {"column": node.name} if isinstance(node, exp.Column) else {}
        raise ColumnUse(
            f"{what} is masked, so comparing it would not find what you mean",
            remedy="leave it out of WHERE, JOIN, CASE and comparisons; it may be selected, grouped and counted",
            position=place_of(self._bound.statement.text, node),
            **facts,
        )


def _above(node: exp.Expr) -> Iterable[exp.Expr]:
    """Yield what stands around a node, from the inside; the brackets of a subquery belong to it."""
    part = node.parent
    while part is not None:
        if not isinstance(part, exp.Subquery):
            yield part
        part = part.parent
