"""One guarded SELECT as its rules see it: what it reads, groups by, filters by and lets out, each thing found once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from freehold.compiler.allowed import AGGREGATES
from freehold.compiler.linear import argument_of
from freehold.compiler.text import place_of
from freehold.compiler.totality import conjuncts
from freehold.compiler.view import View
from freehold.errors import ColumnUse, QueryRefused, RowsMayNotCross, StatementUnsupported
from freehold.model.label import RightKind
from freehold.model.policy import Form


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the passes must do with a SELECT that passed.

    `aggregates` are the calls whose arguments enough entities must have a value in; `conditions` and `fragile` (arguments) could
    fail on a value, and so could the group keys `keys`, to be changed wherever they stand; `widened` are columns to compute with as
    DOUBLE, which does not overflow, `uncertain` those that may hold something else than numbers, and `dated` days to be averaged.
    """

    aggregates: tuple[exp.Expr, ...]
    conditions: tuple[exp.Expr, ...]
    fragile: tuple[exp.Expr, ...]
    keys: tuple[exp.Expr, ...]
    widened: tuple[exp.Column, ...]
    uncertain: tuple[exp.Column, ...]
    dated: tuple[exp.Column, ...]


class Guarded:
    """A SELECT whose relations `protected` may only be aggregated.

    `failing`, `fragile`, `widened`, `uncertain` and `dated` are the rules' to fill.
    """

    def __init__(self, text: str, scope: Scope, views: dict[str, View], protected: dict[str, View]) -> None:
        """Find the parts of the SELECT of `scope`; `views` are all products that it reads, by their alias in it."""
        assert isinstance(scope.expression, exp.Select)  # noqa: S101  (rights.check_rights asks for nothing else)
        self.text = text
        self.scope = scope
        self.views = views
        self.protected = protected
        self.select = scope.expression
        self.joins: list[exp.Join] = list(self.select.args.get("joins") or ())
        places = (self.select.args.get("from_"), *self.joins)
        self.read = {place.this.alias_or_name: place.this for place in places if place is not None}
        group = self.select.args.get("group")
        self.keys: list[exp.Expr] = list(group.expressions) if group else []
        self.conditions = list(self._conditions())
        self.aggregates: list[exp.Expr] = []
        self.choosing: list[exp.Expr] = []
        self.rows: list[exp.Expr] = []
        for item in self.outputs():
            self._sort(item)
        self.failing: list[exp.Expr] = []
        self.fragile: list[exp.Expr] = []
        self.uncertain: list[exp.Column] = []
        self.dated: list[exp.Column] = []
        self.widened: list[exp.Column] = []

    def verdict(self) -> Verdict:
        """Return what the rules found for the passes to do."""
        return Verdict(
            aggregates=tuple(node for node in self.aggregates if self.columns(argument_of(node))),
            conditions=tuple(self.failing),
            fragile=tuple(self.fragile),
            keys=tuple(key for key in self.keys if not isinstance(key, exp.Column)),
            widened=tuple(self.widened),
            uncertain=tuple(self.uncertain),
            dated=tuple(self.dated),
        )

    def outputs(self) -> Iterator[exp.Expr]:
        """Yield the clauses through which something leaves: the outputs, HAVING and ORDER BY."""
        yield from self.select.expressions
        having, order = self.select.args.get("having"), self.select.args.get("order")
        if having:
            yield having.this
        for ordered in order.expressions if order else ():
            yield ordered.this

    def _conditions(self) -> Iterator[tuple[exp.Expr, str]]:
        """Yield the parts of WHERE and ON that must all hold, each with how its columns are used."""
        where = self.select.args.get("where")
        for part in conjuncts(where.this) if where else ():
            yield part, "filtered by"
        for join in self.joins:
            for part in conjuncts(join.args["on"]) if join.args.get("on") else ():
                yield part, "joined on"

    def _sort(self, node: exp.Expr) -> None:
        """Sort what an output is made of: keys and queries of their own are public, the rest is an aggregate, or a row."""
        if isinstance(node, exp.Alias):
            self._sort(node.this)
        elif node in self.keys or isinstance(node, exp.Query) or (isinstance(node, exp.Column) and not node.table):
            return
        elif isinstance(node, exp.Column):
            self.rows.append(node)
        elif isinstance(node, exp.Filter | exp.WithinGroup):
            self.choosing.append(node)
        elif type(node) in AGGREGATES:
            self.aggregates.append(node)
        else:
            for child in node.iter_expressions():
                self._sort(child)

    def within(self, node: exp.Expr) -> list[exp.Expr]:
        """Return the nodes of an expression, without those of queries inside it."""
        return list(node.walk(prune=lambda child: isinstance(child, exp.Query)))

    def columns(self, node: exp.Expr) -> list[exp.Column]:
        """Return the columns in an expression, without those of queries inside it."""
        return [item for item in self.within(node) if isinstance(item, exp.Column)]

    def inner(self, nodes: Iterable[exp.Expr]) -> Iterator[exp.Column]:
        """Yield the columns in expressions that may not be in rows."""
        for column in (column for node in nodes for column in self.columns(node)):
            view = self.protected.get(column.table)
            if view is not None and column.name not in view.rows:
                yield column

    def own(self, *kinds: type[exp.Expr]) -> list[exp.Expr]:
        """Return the nodes of these kinds in the SELECT's own clauses."""
        clauses = (*self.select.expressions, self.select.args.get("having"), self.select.args.get("order"))
        return [node for clause in clauses if clause is not None for node in self.within(clause) if isinstance(node, kinds)]

    def type_of(self, column: exp.Column) -> str:
        """Return the logical type of a column of a product."""
        return self.views[column.table].shown[column.name].type

    @property
    def perturbed(self) -> list[str]:
        """The relations whose aggregates leave with the noise of their cell."""
        return [alias for alias, view in self.protected.items() if view.perturbed]

    def check_use(self, node: exp.Expr, kinds: set[RightKind], how: str) -> None:
        """Refuse columns of protected relations in `node` whose right is of no kind among `kinds`.

        Raises:
            ColumnUse: With the column's place.
        """
        for column in self.columns(node):
            view = self.protected.get(column.table)
            shown = view.shown[column.name] if view is not None else None
            if view is None or shown is None or shown.right.kind in kinds:
                continue
            raise ColumnUse(
                f"`{shown.name}` may only be used as {_WORDS.get(shown.right.kind, shown.right.kind.value)}, not {how}",
                remedy=_REMEDIES.get(shown.right.kind),
                column=shown.name,
                product=view.product,
                position=place_of(self.text, column),
            )

    def refusal(self, node: exp.Expr, detail: str) -> QueryRefused:
        """Return the refusal of a SELECT that does what no guarded one may, at `node`."""
        return StatementUnsupported(
            detail, remedy="docs/sql.md says what a guarded aggregate may hold", position=place_of(self.text, node)
        )

    def no_rows(self, node: exp.Expr) -> QueryRefused:
        """Return the refusal of rows, at `node`: it names the column that keeps them back, where one does."""
        column = next(self.inner([node]), None)
        view = self.protected[column.table] if column is not None else next(iter(self.protected.values()))
        crossing = view.decision.crossing
        if column is not None and view.decision.form is Form.ROWS:
            shown = view.shown[column.name]
            least = f" over at least {view.decision.min_group} entities" if shown.right.kind is RightKind.AGGREGATE else ""
            return ColumnUse(
                f"`{shown.name}` may only be used as {_WORDS.get(shown.right.kind, shown.right.kind.value)}, not in rows",
                remedy=_REMEDIES.get(shown.right.kind, "group by columns that you may see") + least,
                column=shown.name,
                product=view.product,
                position=place_of(self.text, node),
            )
        kind = RowsMayNotCross if view.decision.form is Form.AGGREGATE else ColumnUse
        return kind(
            f"of `{view.product}` you may have aggregates over at least {view.decision.min_group} entities, not rows"
            + (f" ({crossing})" if crossing else ""),
            remedy="group by columns that you may see, and count, sum or average the rest",
            product=view.product,
            position=place_of(self.text, node),
        )


_REMEDIES = {RightKind.AGGREGATE: "put it inside an aggregate", RightKind.JOIN: "use it only in `ON a.key = b.key`"}
_WORDS = {RightKind.AGGREGATE: "the argument of count, sum, avg, var or stddev", RightKind.JOIN: "an equality join key"}
