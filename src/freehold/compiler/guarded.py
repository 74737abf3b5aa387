"""The rules of one guarded SELECT: what may happen to protected columns before they are aggregated over enough entities.

Each rule closes a class of attack: no stored value comes out (min, max, windows, DISTINCT), no expression picks out one row
(CASE or FILTER inside an aggregate), nothing that the caller owns weighs single entities (joins), no total gives back a withheld
group (grouping sets), and nothing fails depending on a value (filters, keys and arguments that could fail become TRY).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from freehold.compiler.allowed import AGGREGATES, GUARDED_AGGREGATES
from freehold.compiler.text import place_of
from freehold.compiler.view import View
from freehold.errors import ColumnUse, EntityKeyMissing, QueryRefused, RowsMayNotCross, StatementUnsupported
from freehold.model.label import RightKind
from freehold.model.policy import Form

_LINEAR = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Paren)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the passes must do with a SELECT that passed.

    `contributors` are (alias, column) pairs whose non-null entities the guard counts too; `fragile` are expressions that could fail
    on a protected value; `keys` those of them that are group keys, to be changed wherever they stand.
    """

    contributors: tuple[tuple[str, str], ...]
    fragile: tuple[exp.Expr, ...]
    keys: tuple[exp.Expr, ...]


def check(text: str, scope: Scope, views: dict[str, View], protected: dict[str, View]) -> Verdict:
    """Check the SELECT of `scope`, whose relations `protected` may only be aggregated.

    Raises:
        RowsMayNotCross, ColumnUse, EntityKeyMissing, StatementUnsupported: With the place in `text`.
    """
    select = scope.expression
    assert isinstance(select, exp.Select)  # noqa: S101  (rights.check_rights asks for nothing else)
    judge = _Judge(text, scope, views, protected)
    judge.entity_keys()
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
        self._mixed = any(alias not in views or views[alias].decision.owner_access for alias in scope.selected_sources)
        group = scope.expression.args.get("group")
        self._keys: list[exp.Expr] = list(group.expressions) if group else []
        self._contributors: dict[tuple[str, str], None] = {}
        self._fragile: list[exp.Expr] = []

    def verdict(self) -> Verdict:
        keys = tuple(key for key in self._keys if not isinstance(key, exp.Column) and self._touches(key))
        return Verdict(contributors=tuple(self._contributors), fragile=tuple(self._fragile), keys=keys)

    def entity_keys(self) -> None:
        for view in self._protected.values():
            if view.decision.entity_key is None:
                raise EntityKeyMissing(
                    f"`{view.product}` gives you aggregates only, and declares no entityKey to count groups by",
                    remedy="ask the product's owner to declare `entityKey`",
                    product=view.product,
                )

    def shape(self, select: exp.Select) -> None:
        for name in ("distinct", "qualify", "windows"):
            if select.args.get(name):
                raise self._refuse(select, f"{name.upper()} may not be used on data that you may only aggregate")
        if any(self._own(select, exp.Window)):
            raise self._refuse(select, "window functions may not be used on data that you may only aggregate")
        group = select.args.get("group")
        if group and any(group.args.get(name) for name in ("rollup", "cube", "grouping_sets", "all")):
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
        for part in _conjuncts(where.this) if where else ():
            self._filter(part, "filtered by")
        for join in select.args.get("joins") or ():
            for part in _conjuncts(join.args["on"]) if join.args.get("on") else ():
                self._condition(part)

    def outputs(self, select: exp.Select) -> None:
        having, order = select.args.get("having"), select.args.get("order")
        for item in select.expressions:
            self._released(item)
        if having:
            self._released(having.this)
        for ordered in order.expressions if order else ():
            self._released(ordered.this)

    def _condition(self, part: exp.Expr) -> None:
        """One part of a join condition: an equality may use join keys, all the rest is a filter."""
        if isinstance(part, exp.EQ) and isinstance(part.this, exp.Column) and isinstance(part.expression, exp.Column):
            self._columns(part, {RightKind.READ, RightKind.JOIN, RightKind.MASKED}, "joined on")
            if self._touches(part) and not self._same_type(part.this, part.expression):
                self._fragile.append(part)
        else:
            self._filter(part, "joined on")

    def _same_type(self, left: exp.Column, right: exp.Column) -> bool:
        types = [self._views[column.table].shown[column.name].type for column in (left, right) if column.table in self._views]
        return len(types) == 2 and types[0] == types[1]

    def _filter(self, part: exp.Expr, how: str) -> None:
        self._columns(part, {RightKind.READ, RightKind.MASKED}, how)
        if self._touches(part):
            self._no_query(part)
            self._fragile.append(part)

    def _no_query(self, node: exp.Expr) -> None:
        query = node.find(exp.Query)
        if query is not None and self._touches(node):
            raise self._refuse(query, "a subquery may not be compared with a column that you may only aggregate; use a JOIN")

    def _touches(self, node: exp.Expr) -> bool:
        return any(isinstance(child, exp.Column) and self._is_protected(child) for child in node.walk())

    def _columns(self, node: exp.Expr, kinds: set[RightKind], how: str) -> None:
        for column in self._within(node):
            if not isinstance(column, exp.Column) or not self._is_protected(column):
                continue
            right = self._protected[column.table].shown[column.name].right
            if right.kind not in kinds:
                raise ColumnUse(
                    f"`{column.name}` may only be used as {_words(right.kind)}, not {how}",
                    remedy=_remedy(right.kind),
                    column=column.name,
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
        if type(node) not in GUARDED_AGGREGATES:
            raise self._refuse(node, f"`{node.key}` gives back a stored value; use count, sum, avg, var or stddev")
        columns = [column for column in self._within(node) if isinstance(column, exp.Column) and self._is_protected(column)]
        if not columns:
            return
        if self._mixed and not self._counts_entities(node):
            raise self._refuse(
                node, "a relation of your own could weigh single entities of a protected one; aggregate your own columns"
            )
        self._argument(node.this)
        if not isinstance(node.this, exp.Column | exp.Distinct | exp.Star):
            self._fragile.append(node.this)
        self._columns(node, {RightKind.READ, RightKind.AGGREGATE, RightKind.MASKED}, "aggregated")
        self._contributors.update(dict.fromkeys((column.table, column.name) for column in columns))

    def _counts_entities(self, node: exp.Expr) -> bool:
        return isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct)

    def _argument(self, node: exp.Expr) -> None:
        """A bare column, or a linear expression: sums of columns, each times or over a literal."""
        if isinstance(node, exp.Distinct) and len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Column):
            return
        if isinstance(node, exp.Column | exp.Literal | exp.Star):
            return
        if isinstance(node, _LINEAR) and self._is_linear(node):
            for child in node.iter_expressions():
                self._argument(child)
            return
        raise self._refuse(node, "inside an aggregate only a column, or columns added, subtracted or scaled by a number, may stand")

    def _is_linear(self, node: exp.Expr) -> bool:
        if isinstance(node, exp.Mul):
            return isinstance(node.this, exp.Literal) or isinstance(node.expression, exp.Literal)
        if isinstance(node, exp.Div):
            return isinstance(node.expression, exp.Literal) and float(node.expression.name) != 0
        return True

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


def _conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the parts of a condition that must all hold."""
    inner = node.unnest()
    if isinstance(inner, exp.And):
        yield from _conjuncts(inner.this)
        yield from _conjuncts(inner.expression)
    else:
        yield inner


def _words(kind: RightKind) -> str:
    return {RightKind.AGGREGATE: "the argument of count, sum, avg, var or stddev", RightKind.JOIN: "an equality join key"}.get(
        kind, kind.value
    )


def _remedy(kind: RightKind) -> str:
    return "put it inside an aggregate" if kind is RightKind.AGGREGATE else "use it only in `ON a.key = b.key`"
