"""The rules of a guarded SELECT, as one table: what may happen to columns before they are aggregated over enough entities.

Each row closes a class of attack and says which; `docs/sql.md` shows the same table, and a test holds each row to a case that fails
without it (law 3).
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from freehold.compiler.allowed import AGGREGATES, GUARDED_AGGREGATES
from freehold.compiler.guarded import Guarded, Verdict
from freehold.compiler.linear import argument_of, is_linear
from freehold.compiler.quantile import SHORTEST_TAIL, tail_of
from freehold.compiler.totality import is_total
from freehold.compiler.view import View
from freehold.errors import EntityKeyMissing
from freehold.model.label import RightKind

_NUMBERS = ("integer", "number", "decimal")
_COMPUTED = (*_NUMBERS, "boolean", "date", "time")
_WIDEST = ("decimal(29", "decimal(3")
"""Decimals of 29 digits and more (and, harmlessly, of 3): a sum of many of them may not fit."""

_VALUES = {RightKind.READ, RightKind.MASKED}


class Rule(msgspec.Struct, frozen=True):
    """One rule: its name, what it says, why, and the check, which raises a refusal with its place or notes work for a pass."""

    name: str
    says: str
    because: str
    check: Callable[[Guarded], None]


def check(text: str, scope: Scope, views: dict[str, View], protected: dict[str, View]) -> Verdict:
    """Check the SELECT of `scope`, whose relations `protected` may only be aggregated, against every rule.

    Raises:
        RowsMayNotCross, ColumnUse, EntityKeyMissing, StatementUnsupported: With the place in `text`.
    """
    guarded = Guarded(text, scope, views, protected)
    for rule in RULES:
        rule.check(guarded)
    return guarded.verdict()


def _entity_key(at: Guarded) -> None:
    for view in at.protected.values():
        if view.decision.entity_key is None:
            raise EntityKeyMissing(
                f"`{view.product}` gives you aggregates only, and declares no entityKey to count groups by",
                remedy="ask the product's owner to declare `entityKey`",
                product=view.product,
            )


def _not_for_each_row(at: Guarded) -> None:
    outer = next(iter(at.scope.external_columns), None)
    if outer is not None:
        raise at.refusal(outer, "data that you may only aggregate may not be asked for anew for each row of another query")


def _products_beside(at: Guarded) -> None:
    for alias, node in at.read.items():
        if alias not in at.views:
            raise at.refusal(
                node, f"`{alias}` is no product, and beside data that you may only aggregate it could weigh single entities"
            )


def _one_draw(at: Guarded) -> None:
    if len(at.perturbed) > 1:
        raise at.refusal(at.read[at.perturbed[1]], "under `disclosure: cellKey` a relation is aggregated by itself")


def _no_semi_join(at: Guarded) -> None:
    for join in at.joins:
        if join.kind in {"SEMI", "ANTI"} and join.this.alias_or_name in at.protected:
            raise at.refusal(join, f"{join.kind} JOIN cannot be guarded; use JOIN and count(DISTINCT …)")


def _no_row_clause(at: Guarded) -> None:
    for name in ("distinct", "qualify", "windows"):
        if at.select.args.get(name):
            raise at.refusal(at.select, f"{name.upper()} may not be used on data that you may only aggregate")
    if at.own(exp.Window):
        raise at.refusal(at.select, "window functions may not be used on data that you may only aggregate")


def _no_grouping_sets(at: Guarded) -> None:
    group = at.select.args.get("group")
    if group and group.find(exp.Rollup, exp.Cube, exp.GroupingSets):
        detail = "ROLLUP, CUBE and GROUPING SETS could give back a withheld group by subtraction"
        raise at.refusal(at.select, detail)
    if at.own(exp.Grouping):
        raise at.refusal(at.select, "GROUPING is for grouping sets")


def _grouped(at: Guarded) -> None:
    if not at.select.args.get("group") and not at.own(*AGGREGATES):
        raise at.no_rows(next(at.inner(at.select.expressions), at.select))


def _no_choosing_query(at: Guarded) -> None:
    for node in (*at.keys, *(part for part, _ in at.conditions)):
        query = node.find(exp.Query)
        if query is not None:
            raise at.refusal(query, "a subquery may not choose among rows that you may only aggregate; use a JOIN")


def _used_as_given(at: Guarded) -> None:
    for key in at.keys:
        at.check_use(key, _VALUES, "grouped by")
    for part, how in at.conditions:
        at.check_use(part, _VALUES | {RightKind.JOIN} if _is_equality(part) else _VALUES, how)
    for node in at.aggregates:
        at.check_use(argument_of(node), _VALUES | {RightKind.AGGREGATE}, "aggregated")


def _is_equality(part: exp.Expr) -> bool:
    if not (isinstance(part, exp.EQ) and isinstance(part.this, exp.Column) and isinstance(part.expression, exp.Column)):
        return False
    return part.this.table != part.expression.table


def _compared_by_equality(at: Guarded) -> None:
    for part, _ in at.conditions:
        if not _is_equality(part) and len({column.table for column in at.columns(part)}) > 1:
            raise at.refusal(
                part, "beside data that you may only aggregate, two relations may only be compared by `a.column = b.column`"
            )


def _conditions_total(at: Guarded) -> None:
    for part, _ in at.conditions:
        if isinstance(part, exp.EQ) and _is_equality(part):
            if at.type_of(part.this) != at.type_of(part.expression):
                at.failing.append(part)
        elif not is_total(part, at.type_of):
            at.failing.append(part)


def _no_rows_out(at: Guarded) -> None:
    if at.rows:
        raise at.no_rows(at.rows[0])
    for column in (column for node in at.aggregates for column in at.columns(node) if not column.table):
        raise at.refusal(column, "inside an aggregate stands a column of a relation, not the name of an output")


def _no_filter(at: Guarded) -> None:
    if at.choosing:
        raise at.refusal(at.choosing[0], "FILTER and WITHIN GROUP could pick out one row")


def _no_stored_value(at: Guarded) -> None:
    for node in at.aggregates:
        if isinstance(node, exp.ApproxQuantile) and _is_quantile_given(at, node):
            continue
        if isinstance(node.this, exp.Distinct) and not isinstance(node, exp.Count):
            raise at.refusal(node, "a sum of distinct values is the one value that differs; DISTINCT is for count")
        if type(node) not in GUARDED_AGGREGATES or node.args.get("expressions"):
            raise at.refusal(node, f"`{node.key}` gives back a stored value; use count, sum, avg, var or stddev")


def _is_quantile_given(at: Guarded, node: exp.ApproxQuantile) -> bool:
    """Whether the contract gives quantiles of the column, and neither tail that the quantile cuts off is short."""
    column, view = node.this, at.protected.get(node.this.table) if isinstance(node.this, exp.Column) else None
    return view is not None and view.shown[column.name].right.quantiles and tail_of(node) >= SHORTEST_TAIL


def _one_form(at: Guarded) -> None:
    for node in at.aggregates if at.perturbed else ():
        counted = isinstance(node, exp.Count) and isinstance(argument_of(node), exp.Column | exp.Star | exp.Literal)
        if not counted and not (isinstance(node, exp.Sum | exp.Avg) and isinstance(node.this, exp.Column)):
            raise at.refusal(node, "under `disclosure: cellKey` only count, sum and avg of single columns are given")


def _rows_counted(at: Guarded) -> None:
    for node in at.aggregates:
        argument = argument_of(node)
        if at.columns(argument):
            continue
        if not isinstance(argument, exp.Star | exp.Literal):
            raise at.refusal(node, "inside an aggregate only columns and numbers may stand")
        if any(join.side for join in at.joins):
            raise at.refusal(node, "after an outer join, rows say little; count a column instead")


def _not_weighed(at: Guarded) -> None:
    for node in at.aggregates:
        if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct):
            continue
        for column in at.columns(argument_of(node)):
            view = at.protected.get(column.table)
            if view is not None and any(_could_weigh(at, other, view) for other in at.read if other != column.table):
                detail = "a relation whose rows you may see could weigh single entities of a protected one"
                raise at.refusal(node, f"{detail}; aggregate its columns instead")


def _could_weigh(at: Guarded, other: str, view: View) -> bool:
    beside = at.protected.get(other)
    return beside is None or (beside.decision.owner_access and not view.decision.owner_access)


def _linear(at: Guarded) -> None:
    for node in at.aggregates:
        argument = argument_of(node)
        if not isinstance(argument, exp.Column) and at.columns(argument) and not is_linear(argument):
            raise at.refusal(
                argument,
                "inside an aggregate only a column may stand, or columns added, subtracted and scaled "
                "by numbers between 0.001 and 1,000,000",
            )


def _arguments_total(at: Guarded) -> None:
    for node in at.aggregates:
        argument = argument_of(node)
        columns = at.columns(argument)
        if isinstance(argument, exp.Column) and not isinstance(node, exp.Count) and not at.type_of(argument).startswith(_COMPUTED):
            at.uncertain.append(argument)
        elif isinstance(argument, exp.Column) and isinstance(node, exp.Avg) and at.type_of(argument) == "date":
            at.dated.append(argument)
        elif isinstance(argument, exp.Column):
            at.widened += [argument] if at.type_of(argument).startswith(_WIDEST) else []
        elif columns:
            at.fragile.append(argument)
            at.widened += [column for column in columns if at.type_of(column).startswith(_NUMBERS)]


RULES = (
    Rule("entity key", "the product has an `entityKey`", "groups are counted in it", _entity_key),
    Rule("not for each row", "none around it that asks for each row", "it would choose people one at a time", _not_for_each_row),
    Rule(
        "products beside",
        "beside it only products, no `VALUES` and no subquery that is more than a choice of rows and columns",
        "a relation of your own making could weigh or choose single people",
        _products_beside,
    ),
    Rule(
        "one draw",
        "under `cellKey`, one such relation in a SELECT",
        "joined to itself or another, the same people would give another draw",
        _one_draw,
    ),
    Rule("no semi join", "not the right side of a `SEMI` or `ANTI` join", "it tells membership, uncounted", _no_semi_join),
    Rule("no row clause", "no `DISTINCT`, `QUALIFY`, window function", "they give a value for each row", _no_row_clause),
    Rule(
        "no grouping sets",
        "no `ROLLUP`, `CUBE`, `GROUPING SETS`",
        "a total less the groups shown is the group withheld",
        _no_grouping_sets,
    ),
    Rule("grouped", "it groups or aggregates", "anything else is rows", _grouped),
    Rule("no choosing query", "no subquery in its keys and conditions", "it would choose people one at a time", _no_choosing_query),
    Rule(
        "used as given",
        "`aggregate` columns stand inside aggregates alone, `join` columns in equalities with another relation alone",
        "filtering or grouping by a column tells whose value it is",
        _used_as_given,
    ),
    Rule(
        "compared by equality",
        "two relations are compared by equality of columns alone",
        "other conditions multiply the rows of one person",
        _compared_by_equality,
    ),
    Rule(
        "conditions are total",
        "conditions become null where they would fail",
        "whether a query fails tells about a value",
        _conditions_total,
    ),
    Rule("no rows out", "only group keys, aggregates and expressions of them come out", "anything else is a row", _no_rows_out),
    Rule("no filter", "no `FILTER` and no `WITHIN GROUP`", "they pick out one row", _no_filter),
    Rule(
        "no stored value",
        "`count`, `sum`, `avg`, `var*`, `stddev*`; no `min`, `max`, `median`, lists; `approx_quantile` where the contract says so",
        "these give back a stored value",
        _no_stored_value,
    ),
    Rule(
        "one form",
        "under `cellKey`, only `count`, `sum` and `avg`, of single columns",
        "each other form of one figure would be another view of its noise",
        _one_form,
    ),
    Rule(
        "rows are counted plainly",
        "no other constant than a number in `count`, and no `count(*)` after an outer join",
        "rows that a join made up tell where one person is",
        _rows_counted,
    ),
    Rule(
        "not weighed",
        "no sum over its columns beside a relation whose rows you may see",
        "rows of your own multiply the people they match",
        _not_weighed,
    ),
    Rule(
        "linear",
        "inside an aggregate a column, or columns added, subtracted and scaled by numbers from 0.001 to 1,000,000",
        "CASE, products and extreme factors pick out one row",
        _linear,
    ),
    Rule(
        "arguments are total",
        "arguments become null where they would fail, and are computed without overflow",
        "whether a query fails tells about a value",
        _arguments_total,
    ),
)
"""In this order; the first that is broken is the one that the caller hears of."""
