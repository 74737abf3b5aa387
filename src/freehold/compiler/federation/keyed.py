"""Join what several homes have by keyed digests, where a right is to compare a key and never to see it.

The answers are put together by the very plan that one home would run, guard and all (law 3), over relations that hold what the
homes sent: columns that may be in rows, digests of the keys that two homes alone can make, and the guard's own columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import msgspec
from sqlglot import exp

from freehold.compiler.bind import Bound, bind
from freehold.compiler.federation.block import is_inner
from freehold.compiler.federation.drafts import Refused
from freehold.compiler.federation.names import Names
from freehold.compiler.federation.rows import all_of, column, named
from freehold.compiler.mask import compared_as
from freehold.compiler.parse import Statement, parse
from freehold.compiler.pipeline import attempt
from freehold.compiler.text import DIALECT, place_of
from freehold.compiler.totality import conjuncts
from freehold.compiler.view import INNER, SENT_ENTITY, SENT_ROW, View
from freehold.digest import digest
from freehold.errors import ColumnUse, QueryRefused, QueryTooComplex, StatementUnsupported
from freehold.model.federation import FederatedPlan, Fragment
from freehold.model.label import RightKind
from freehold.model.policy import ShownColumn
from freehold.model.query import JoinKey

Views = Mapping[tuple[str | None, str], View]
Sent = Callable[[str, tuple[JoinKey, ...]], View]
"""Return the view by which the home of a product judges its side of a join, whose keys are these."""

_Column = tuple[str, str]
"""A product and the folded name of one of its columns."""


def keyed(read: Callable[[], Statement], views: Views, homes: Mapping[str, str], sent: Sent) -> FederatedPlan | None:
    """Return the plan of a statement that joins products of several homes by keys that may not be shown; None where it does not.

    `read` returns the statement, anew each time; `views` show what may be compared where the question is put together.

    Raises:
        Refused: A home would not send its side.
        QueryRefused: The question may not be asked of one home either, or uses a key for something else.
        QueryTooComplex: It nests too deeply.
    """
    try:
        bound = bind(read(), views)
        joins = _Joins(bound, homes)
        if not joins.keys:
            return None
        plan = attempt(read(), {name: _as_digests(view, joins) for name, view in views.items()})
    except RecursionError:
        raise QueryTooComplex("the query is too deeply nested", remedy="split it with WITH") from None
    fragments = tuple(_Side(bound, joins, name, view).fragment(homes, sent) for name, view in bound.relations.items())
    return FederatedPlan(
        sql=plan.sql,
        isolated=plan.isolated,
        fragments=fragments,
        digest=digest([plan.sql, [[item.name, item.region, item.sql] for item in fragments]]),
        parameters=plan.parameters,
        guard=plan,
    )


class _Joins:
    """The columns of a bound statement that are compared by keyed digests: `keys` by column."""

    def __init__(self, bound: Bound, homes: Mapping[str, str]) -> None:
        self.names = Names(bound.tree, bound.relations, homes)
        self._bound = bound
        self._homes = homes
        self.keys: dict[_Column, JoinKey] = {}
        for number, group in enumerate(self._groups()):
            self._add(group, f"{number}")
        self._check_uses()

    def column_of(self, use: exp.Column) -> _Column | None:
        """Return the product's column that stands somewhere, or None where it is of a query or an output."""
        found = self.names.relation(use)
        return (found[1].product, use.name) if found is not None else None

    def _groups(self) -> list[set[_Column]]:
        """Return the columns that are compared with each other, where one of them may be nothing else."""
        groups: list[set[_Column]] = []
        for pair in self._equalities():
            met = [group for group in groups if group & pair]
            groups = [group for group in groups if not group & pair] + [pair.union(*met)]
        return [group for group in groups if any(self._is_join_key(item) for item in group)]

    def _equalities(self) -> Iterator[set[_Column]]:
        for node in self._bound.nodes.of(exp.EQ):
            left, right = node.this, node.expression
            if isinstance(left, exp.Column) and isinstance(right, exp.Column):
                ends = [self.names.relation(left), self.names.relation(right)]
                columns = [self.column_of(left), self.column_of(right)]
                if all(ends) and ends[0] != ends[1]:
                    yield {item for item in columns if item is not None}

    def _is_join_key(self, item: _Column) -> bool:
        return self._shown(item).right.kind is RightKind.JOIN

    def _shown(self, item: _Column) -> ShownColumn:
        view = next(view for view in self._bound.relations.values() if view.product == item[0])
        return view.shown[item[1]]

    def _add(self, group: set[_Column], join: str) -> None:
        regions = sorted({self._homes[product] for product, _ in group})
        kinds = {compared_as(self._shown(item).type) for item in group}
        if len(regions) > 2:
            raise StatementUnsupported("a key that may not be shown joins products of two homes, and of no third", remedy=_APART)
        if len(kinds) != 1 or None in kinds:
            named = ", ".join(sorted(f"`{self._shown(item).name}`" for item in group))
            raise StatementUnsupported(
                f"{named}: keys that may not be shown are compared where all are numbers without rounding, texts, or dates",
                remedy="join by columns of one type",
            )
        for product, name in group:
            peer = next((region for region in regions if region != self._homes[product]), self._homes[product])
            self.keys[product, name] = JoinKey(product=product, column=name, peer=peer, join=join)

    def _check_uses(self) -> None:
        """A keyed digest may be compared with its like, and nothing else."""
        for use in self._bound.nodes.of(exp.Column):
            item = self.column_of(use)
            if item is None or item not in self.keys:
                continue
            around = use.parent
            other = (around.expression if around.this is use else around.this) if isinstance(around, exp.EQ) else None
            if not isinstance(other, exp.Column) or self.column_of(other) not in self.keys:
                shown = self._shown(item).name
                raise ColumnUse(
                    f"`{shown}` joins what is at home elsewhere, and is sent keyed: it may stand in `a.key = b.key` alone",
                    remedy="leave it out of the outputs, the groups and the other conditions",
                    column=shown,
                    product=item[0],
                    position=place_of(self._bound.statement.text, use),
                )


_APART = "ask about two of the homes at a time"


def _as_digests(view: View, joins: _Joins) -> View:
    """Return a view whose join keys are texts, as their digests are."""
    columns = tuple(
        msgspec.structs.replace(item, type="string") if (view.product, item.name.lower()) in joins.keys else item
        for item in view.decision.columns
    )
    if view.perturbed:
        raise StatementUnsupported(
            "under `disclosure: cellKey` nothing is joined with what is at home elsewhere",
            remedy="ask about each home by itself",
            product=view.product,
        )
    return replace(view, decision=msgspec.structs.replace(view.decision, columns=columns))


class _Side:
    """What one home is asked for: the columns of its product that are used, where what is known of its rows alone holds."""

    def __init__(self, bound: Bound, joins: _Joins, name: str, view: View) -> None:
        self._joins = joins
        self._name = name
        self._view = view
        self._places = [(table, columns) for table, columns in bound.used.values() if table.name == name]

    def fragment(self, homes: Mapping[str, str], sent: Sent) -> Fragment:
        """Return the draft of what its home is asked.

        Raises:
            Refused: That home would not permit it.
        """
        product, region = self._view.product, homes[self._view.product]
        domain, table = product.split(".", 1)
        columns = list(dict.fromkeys(name for _, used in self._places for name in used))
        own = [SENT_ENTITY, SENT_ROW] if self._view.guarded and self._view.decision.entity_key is not None else []
        outputs: list[exp.Expr] = [named(column(table, name), name) for name in (*columns, *own)]
        select = exp.Select(
            expressions=outputs or [named(exp.Literal.number(1), "c0")],
            from_=exp.From(this=exp.Table(this=_quoted(table), db=_quoted(domain), alias=exp.TableAlias(this=_quoted(table)))),
        )
        where = all_of(self._conditions(table))
        if where is not None:
            select.set("where", exp.Where(this=where))
        sql = DIALECT.generate(select, copy=False, comments=False, identify=True)
        keys = tuple(key for (owner, _), key in self._joins.keys.items() if owner == product)
        try:
            plan = attempt(parse(sql, len(sql)), {(domain, table): sent(product, keys)})
        except QueryRefused as refusal:
            raise Refused(refusal, region, (product,)) from None
        fields = tuple(self._view.names[name] for name in columns if name in self._view.names)
        return Fragment(
            name=self._name,
            region=region,
            sql=sql,
            fields={product: fields},
            columns=tuple(item.alias_or_name for item in select.selects),
            parameters=plan.parameters,
            form=plan.form,
            keys=keys,
        )

    def _conditions(self, table: str) -> Iterator[exp.Expr]:
        """Yield the conditions that hold of all rows of the product that count, as its home can judge them."""
        if len(self._places) != 1:
            return
        select = self._places[0][0].find_ancestor(exp.Select)
        if select is None or not is_inner(select) or self._places[0][0].find_ancestor(exp.Join, exp.From) is None:
            return
        mine = (id(select), self._places[0][0].alias_or_name)
        clauses = [select.args.get("where"), *(join.args.get("on") for join in select.args.get("joins") or ())]
        for clause in clauses:
            for part in conjuncts(clause.this if isinstance(clause, exp.Where) else clause) if clause is not None else ():
                if self._is_own(part, mine):
                    yield _of(part, table)

    def _is_own(self, part: exp.Expr, mine: tuple[int, str]) -> bool:
        columns = list(part.find_all(exp.Column))
        return (
            bool(columns)
            and part.find(exp.Query) is None
            and all(self._joins.names.owner(item) == mine for item in columns)
            and all(self._is_told(item.name) for item in columns)
        )

    def _is_told(self, name: str) -> bool:
        shown = self._view.shown.get(name)
        return shown is not None and shown.right.kind not in INNER and (self._view.product, name) not in self._joins.keys


def _of(part: exp.Expr, table: str) -> exp.Expr:
    """Return a condition as it is about the relation `table`."""
    copy = part.copy()
    for item in copy.find_all(exp.Column):
        item.set("table", _quoted(table))
    return copy


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)
