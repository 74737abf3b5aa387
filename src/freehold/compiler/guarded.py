"""The rules of one guarded SELECT: what may happen to protected columns before they are aggregated over enough entities.

Each rule closes a class of attack: no stored value comes out (min, max, windows, DISTINCT), no expression picks out one row
(CASE or FILTER inside an aggregate, of the caller's own columns too), nothing weighs single entities (relations made up on the way,
join conditions other than equality, queries around), no total gives back a withheld group (grouping sets), and nothing fails
depending on a value (filters, keys and arguments that could fail become TRY).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from freehold.compiler.allowed import AGGREGATES, GUARDED_AGGREGATES
from freehold.compiler.linear import argument_of, is_linear
from freehold.compiler.text import place_of
from freehold.compiler.totality import conjuncts, is_total
from freehold.compiler.view import View
from freehold.errors import ColumnUse, EntityKeyMissing, QueryRefused, RowsMayNotCross, StatementUnsupported
from freehold.model.label import RightKind
from freehold.model.policy import Form

_NUMBERS = ("integer", "number", "decimal")
_WIDEST = ("decimal(29", "decimal(3")
"""Decimals of 29 digits and more (and, harmlessly, of 3): a sum of many of them may not fit."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the passes must do with a SELECT that passed.

    `aggregates` are the calls whose arguments enough entities must have a value in; `fragile` are expressions that could fail on a
    value; `keys` are the group keys that could, to be changed wherever they stand; `widened` are columns to be computed with as
    DOUBLE, which does not overflow.
    """

    aggregates: tuple[exp.Expr, ...]
    fragile: tuple[exp.Expr, ...]
    keys: tuple[exp.Expr, ...]
    widened: tuple[exp.Column, ...]


def check(text: str, scope: Scope, views: dict[str, View], protected: dict[str, View]) -> Verdict:
    """Check the SELECT of `scope`, whose relations `protected` may only be aggregated.

    Raises:
        RowsMayNotCross, ColumnUse, EntityKeyMissing, StatementUnsupported: With the place in `text`.
    """
    select = scope.expression
    assert isinstance(select, exp.Select)  # noqa: S101  (rights.check_rights asks for nothing else)
    judge = _Judge(text, scope, views, protected)
    judge.entity_keys()
    judge.surroundings(select)
    judge.shape(select)
    judge.filters(select)
    judge.outputs(select)
    return judge.verdict()


class _Judge:
    """One pass over one SELECT; holds what the rules share."""

    def __init__(self, text: str, scope: Scope, views: dict[str, View], protected: dict[str, View]) -> None:
        self._text = text
        self._scope = scope
        self._views = views
        self._protected = protected
        self._perturbed = [alias for alias, view in protected.items() if view.perturbed]
        select = scope.expression
        places = (select.args.get("from_"), *(select.args.get("joins") or ()))
        self._read = {place.this.alias_or_name: place.this for place in places if place is not None}
        group = select.args.get("group")
        self._keys: list[exp.Expr] = list(group.expressions) if group else []
        self._aggregates: list[exp.Expr] = []
        self._fragile: list[exp.Expr] = []
        self._widened: list[exp.Column] = []

    def verdict(self) -> Verdict:
        keys = tuple(key for key in self._keys if not isinstance(key, exp.Column))
        return Verdict(aggregates=tuple(self._aggregates), fragile=tuple(self._fragile), keys=keys, widened=tuple(self._widened))

    def entity_keys(self) -> None:
        for view in self._protected.values():
            if view.decision.entity_key is None:
                raise EntityKeyMissing(
                    f"`{view.product}` gives you aggregates only, and declares no entityKey to count groups by",
                    remedy="ask the product's owner to declare `entityKey`",
                    product=view.product,
                )

    def surroundings(self, select: exp.Select) -> None:
        """Nothing around the SELECT and nothing made up beside it may decide which entities weigh how much."""
        outer = next(iter(self._scope.external_columns), None)
        if outer is not None:
            raise self._refuse(outer, "data that you may only aggregate may not be asked for anew for each row of another query")
        for alias, node in self._read.items():
            if alias not in self._views:
                raise self._refuse(
                    node, f"`{alias}` is no product, and beside data that you may only aggregate it could weigh single entities"
                )
        if len(self._perturbed) > 1:
            # Each more would be another key, and so another draw, for the same people.
            raise self._refuse(self._read[self._perturbed[1]], "under `disclosure: cellKey` a relation is aggregated by itself")
        for join in select.args.get("joins") or ():
            if join.kind in {"SEMI", "ANTI"} and join.this.alias_or_name in self._protected:
                raise self._refuse(join, f"{join.kind} JOIN cannot be guarded; use JOIN and count(DISTINCT …)")

    def shape(self, select: exp.Select) -> None:
        for name in ("distinct", "qualify", "windows"):
            if select.args.get(name):
                raise self._refuse(select, f"{name.upper()} may not be used on data that you may only aggregate")
        if any(self._own(select, exp.Window)):
            raise self._refuse(select, "window functions may not be used on data that you may only aggregate")
        group = select.args.get("group")
        if group and (group.args.get("all") or group.find(exp.Rollup, exp.Cube, exp.GroupingSets)):
            raise self._refuse(
                select, "ROLLUP, CUBE, GROUPING SETS and GROUP BY ALL could give back a withheld group by subtraction"
            )
        if not group and not any(self._own(select, *AGGREGATES)):
            raise self._rows(select)

    def filters(self, select: exp.Select) -> None:
        for key in self._keys:
            self._columns(key, {RightKind.READ, RightKind.MASKED}, "grouped by")
            self._no_query(key)
        where = select.args.get("where")
        for part in conjuncts(where.this) if where else ():
            self._condition(part, "filtered by")
        for join in select.args.get("joins") or ():
            for part in conjuncts(join.args["on"]) if join.args.get("on") else ():
                self._condition(part, "joined on")

    def outputs(self, select: exp.Select) -> None:
        having, order = select.args.get("having"), select.args.get("order")
        for item in select.expressions:
            self._released(item)
        if having:
            self._released(having.this)
        for ordered in order.expressions if order else ():
            self._released(ordered.this)

    def _condition(self, part: exp.Expr, how: str) -> None:
        """One part of a condition: an equality of two columns may join relations, all the rest filters one of them."""
        self._no_query(part)
        if isinstance(part, exp.EQ) and isinstance(part.this, exp.Column) and isinstance(part.expression, exp.Column):
            self._columns(part, {RightKind.READ, RightKind.JOIN, RightKind.MASKED}, how)
            if not self._same_type(part.this, part.expression):
                self._fragile.append(part)
            return
        self._columns(part, {RightKind.READ, RightKind.MASKED}, how)
        if len({node.table for node in self._within(part) if isinstance(node, exp.Column)}) > 1:
            raise self._refuse(
                part, "beside data that you may only aggregate, two relations may only be compared by `a.column = b.column`"
            )
        if not is_total(part, self._type):
            self._fragile.append(part)

    def _same_type(self, left: exp.Column, right: exp.Column) -> bool:
        return self._type(left) == self._type(right)

    def _no_query(self, node: exp.Expr) -> None:
        query = node.find(exp.Query)
        if query is not None:
            raise self._refuse(query, "a subquery may not choose among rows that you may only aggregate; use a JOIN")

    def _columns(self, node: exp.Expr, kinds: set[RightKind], how: str) -> None:
        for column in self._within(node):
            if not isinstance(column, exp.Column) or not self._is_protected(column):
                continue
            shown = self._protected[column.table].shown[column.name]
            right = shown.right
            if right.kind not in kinds:
                raise ColumnUse(
                    f"`{shown.name}` may only be used as {_words(right.kind)}, not {how}",
                    remedy=_remedy(right.kind),
                    column=shown.name,
                    product=self._protected[column.table].product,
                    position=place_of(self._text, column),
                )

    def _released(self, node: exp.Expr) -> None:
        """What leaves the SELECT: group keys, aggregates, and expressions of these."""
        if isinstance(node, exp.Alias):
            return self._released(node.this)
        if node in self._keys or isinstance(node, exp.Query):
            return None
        if isinstance(node, exp.Column) and not node.table:
            return None
        if isinstance(node, exp.Column):
            raise self._rows(node)
        if isinstance(node, exp.Filter | exp.WithinGroup):
            raise self._refuse(node, "FILTER and WITHIN GROUP could pick out one row")
        if type(node) in AGGREGATES:
            return self._aggregate(node)
        for child in node.iter_expressions():
            self._released(child)
        return None

    def _aggregate(self, node: exp.Expr) -> None:
        if type(node) not in GUARDED_AGGREGATES or node.args.get("expressions"):
            raise self._refuse(node, f"`{node.key}` gives back a stored value; use count, sum, avg, var or stddev")
        if self._perturbed:
            self._perturbable(node)
        argument = argument_of(node)
        columns = [column for column in self._within(argument) if isinstance(column, exp.Column)]
        if not columns:
            return self._rows_counted(node)
        for column in columns:
            self._weighed(node, column)
        self._argument(argument)
        self._columns(argument, {RightKind.READ, RightKind.AGGREGATE, RightKind.MASKED}, "aggregated")
        self._aggregates.append(node)
        return None

    def _perturbable(self, node: exp.Expr) -> None:
        """Noise that belongs to a cell must not be asked for in many forms, whose differences would tell it."""
        argument = argument_of(node) if isinstance(node, exp.Count) else node.this
        if not isinstance(node, exp.Count | exp.Sum | exp.Avg) or not isinstance(argument, exp.Column | exp.Star | exp.Literal):
            raise self._refuse(node, "under `disclosure: cellKey` only count, sum and avg of single columns are given")

    def _rows_counted(self, node: exp.Expr) -> None:
        """count(*): rows are no measure of entities once a join has filled them up."""
        if not isinstance(argument_of(node), exp.Star | exp.Literal):
            raise self._refuse(node, "inside an aggregate only columns and numbers may stand")
        if any(join.side for join in self._scope.expression.args.get("joins") or ()):
            raise self._refuse(node, "after an outer join, rows say little; count a column instead")

    def _weighed(self, node: exp.Expr, column: exp.Column) -> None:
        """Refuse sums over a protected relation that rows of the caller's own would multiply."""
        view = self._protected.get(column.table)
        if view is None or (isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct)):
            return
        others = [alias for alias in self._read if alias != column.table]
        if any(self._could_weigh(other, view) for other in others):
            raise self._refuse(
                node,
                "a relation whose rows you may see could weigh single entities of a protected one; aggregate its columns instead",
            )

    def _could_weigh(self, other: str, view: View) -> bool:
        beside = self._protected.get(other)
        return beside is None or (beside.decision.owner_access and not view.decision.owner_access)

    def _argument(self, node: exp.Expr) -> None:
        if isinstance(node, exp.Column):
            if self._type(node).startswith(_WIDEST):
                self._widened.append(node)
            return
        if not is_linear(node):
            raise self._refuse(
                node,
                "inside an aggregate only a column may stand, or columns added, subtracted and scaled "
                "by numbers between 0.001 and 1,000,000",
            )
        self._fragile.append(node)
        for column in self._within(node):
            if isinstance(column, exp.Column) and self._type(column).startswith(_NUMBERS):
                self._widened.append(column)

    def _type(self, column: exp.Column) -> str:
        return self._views[column.table].shown[column.name].type

    def _is_protected(self, column: exp.Column) -> bool:
        return column.table in self._protected

    def _own(self, select: exp.Select, *kinds: type[exp.Expr]) -> Iterator[exp.Expr]:
        """Yield the nodes of these kinds in the SELECT's own clauses, not in queries inside it."""
        for item in (*select.expressions, select.args.get("having"), select.args.get("order")):
            if item is not None:
                yield from (node for node in self._within(item) if isinstance(node, kinds))

    def _within(self, node: exp.Expr) -> list[exp.Expr]:
        return list(node.walk(prune=lambda child: isinstance(child, exp.Query)))

    def _rows(self, node: exp.Expr) -> QueryRefused:
        view = next(iter(self._protected.values()))
        crossing = view.decision.crossing
        why = f" ({crossing})" if crossing else ""
        kind = RowsMayNotCross if view.decision.form is Form.AGGREGATE else ColumnUse
        return kind(
            f"of `{view.product}` you may have aggregates over at least {view.decision.min_group} entities, not rows{why}",
            remedy="group by columns that you may see, and count, sum or average the rest",
            product=view.product,
            position=place_of(self._text, node),
        )

    def _refuse(self, node: exp.Expr, detail: str) -> QueryRefused:
        return StatementUnsupported(
            detail, remedy="docs/sql.md says what a guarded aggregate may hold", position=place_of(self._text, node)
        )


def _words(kind: RightKind) -> str:
    return {RightKind.AGGREGATE: "the argument of count, sum, avg, var or stddev", RightKind.JOIN: "an equality join key"}.get(
        kind, kind.value
    )


def _remedy(kind: RightKind) -> str:
    return "put it inside an aggregate" if kind is RightKind.AGGREGATE else "use it only in `ON a.key = b.key`"
