"""Judge every use of every column against its right, scope by scope (DESIGN §3).

Rows may use `read` columns freely and `masked` ones as values; `aggregate` and `join` columns, and every column of a relation that
gives aggregates only, stay inside one guarded SELECT: aggregates over enough entities, then public.
"""

from __future__ import annotations

import msgspec
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, build_scope

from freehold.compiler import rules
from freehold.compiler.bind import Bound
from freehold.compiler.concealed import Concealed
from freehold.compiler.guarded import Verdict
from freehold.compiler.text import place_of
from freehold.compiler.view import INNER, View
from freehold.errors import ColumnUse, StatementUnsupported
from freehold.model.label import Right, RightKind
from freehold.model.policy import Form
from freehold.model.query import EntityRows


class Guard(msgspec.Struct, frozen=True, kw_only=True):
    """What the guard of one SELECT must count: per protected relation (its alias in that SELECT) the least number of entities.

    `shares` is the most that one of them may have of a sum, in percent, and `places` where they stand; `perturbed` is the one whose
    groups leave with noise, `rows` how many rows the entities of those have that are read alone,
    where that is known; `tags` tells the columns apart that may be summed then; `verdict` says what else the passes must do.
    """

    select: exp.Select
    groups: dict[str, int]
    shares: dict[str, int]
    perturbed: str | None
    rows: dict[str, EntityRows]
    places: dict[str, exp.Table]
    tags: dict[exp.Expr, str]
    verdict: Verdict

    @property
    def unique(self) -> frozenset[str]:
        """The relations of which each entity has one row at most in this SELECT, so that rows are entities."""
        return frozenset(alias for alias, rows in self.rows.items() if rows.unique)


def check_rights(bound: Bound) -> tuple[Guard, ...]:
    """Return the guards to install, one for each SELECT that reads a protected relation.

    Raises:
        ColumnUse, RowsMayNotCross, EntityKeyMissing, StatementUnsupported: A use is wider than the right.
    """
    if all(view.plain for view in bound.relations.values()):
        return ()
    guards: list[Guard] = []
    concealed = Concealed(bound)
    for scope in _scopes(bound):
        views = base_views(bound, scope)
        _check_correlation(bound, scope)
        protected = {alias: view for alias, view in views.items() if _is_protected(scope, alias, view)}
        concealed.check(scope, views)
        if protected:
            guards.append(_guard(bound, scope, views, protected))
    return tuple(guards)


def _scopes(bound: Bound) -> tuple[Scope, ...]:
    """Return the tree's scopes, inner ones first."""
    try:
        root = build_scope(bound.tree)
    except SqlglotError:
        root = None
    if root is None:
        raise StatementUnsupported("the names of this query cannot be resolved")
    return tuple(root.traverse())


def base_views(bound: Bound, scope: Scope) -> dict[str, View]:
    """Return the views that a scope reads directly, by their alias in it."""
    return {
        alias: bound.relations[source.name]
        for alias, source in scope.sources.items()
        if isinstance(source, exp.Table) and source.name in bound.relations
    }


def right_of(view: View, column: exp.Column) -> Right | None:
    """Return the right of a column in a view, or None where the view does not show it."""
    found = view.shown.get(column.name)
    return found.right if found else None


def _is_readable(view: View, column: exp.Column) -> bool:
    right = right_of(view, column)
    return view.decision.form is Form.ROWS and right is not None and right.kind is RightKind.READ


def _is_protected(scope: Scope, alias: str, view: View) -> bool:
    if view.decision.form is Form.AGGREGATE:
        return True
    used = [right_of(view, column) for column in scope.columns if column.table == alias]
    return any(right is not None and right.kind in INNER for right in used)


def _guard(bound: Bound, scope: Scope, views: dict[str, View], protected: dict[str, View]) -> Guard:
    if not isinstance(scope.expression, exp.Select):
        raise ColumnUse("aggregate the relation inside one SELECT", position=place_of(bound.statement.text, scope.expression))
    verdict = rules.check(bound.statement.text, scope, views, protected)
    groups = {alias: view.decision.min_group for alias, view in protected.items()}
    shares = {alias: view.decision.max_share for alias, view in protected.items()}
    perturbed = next((alias for alias, view in protected.items() if view.perturbed), None)
    summed = [column for column in scope.columns if perturbed is not None and column.table in views]
    tags: dict[exp.Expr, str] = {column: f"{views[column.table].product}.{column.name}" for column in summed}
    places = {alias: source for alias in protected if isinstance(source := scope.sources[alias], exp.Table)}
    alone = protected.items() if len(scope.sources) == 1 else ()
    rows = {alias: view.entity_rows for alias, view in alone if view.entity_rows is not None}
    return Guard(
        select=scope.expression,
        groups=groups,
        shares=shares,
        perturbed=perturbed,
        rows=rows,
        places=places,
        tags=tags,
        verdict=verdict,
    )


def _check_correlation(bound: Bound, scope: Scope) -> None:
    """A protected column may not be seen from inside another query, where no guard counts it."""
    for column in scope.external_columns:
        around = scope.parent
        while around is not None:
            view = base_views(bound, around).get(column.table)
            if view is not None and not _is_readable(view, column):
                name = view.shown[column.name].name if column.name in view.shown else column.name
                raise ColumnUse(
                    f"`{name}` may not be used inside a correlated subquery",
                    remedy="join the relation in the same SELECT and aggregate it there",
                    column=name,
                    product=view.product,
                    position=place_of(bound.statement.text, column),
                )
            around = around.parent
