"""Statement + views → enforced plan, in the order of `ORDER`; each step needs what the one before it proved (law 2)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from freehold.compiler.barrier import barrier_of
from freehold.compiler.bind import Bound, around, bind
from freehold.compiler.parse import Statement
from freehold.compiler.passes.column_barrier import install_barriers
from freehold.compiler.passes.min_group import install_guard
from freehold.compiler.passes.output_names import restore_names
from freehold.compiler.passes.total import make_total
from freehold.compiler.rights import check_rights
from freehold.compiler.suggest import suggestion
from freehold.compiler.text import DIALECT
from freehold.compiler.view import ENTITY, View
from freehold.digest import digest
from freehold.errors import QueryRefused, QueryTooComplex
from freehold.model.policy import Form
from freehold.model.query import EnforcedPlan

ORDER = ("bind", "check rights", "make total", "install guards", "install barriers", "restore names", "emit")


def enforce(statement: Statement, views: Mapping[tuple[str | None, str], View]) -> EnforcedPlan:
    """Return the plan of `statement` over `views` (one for each reference), the only thing an engine will run.

    Raises:
        QueryRefused: With its place in the text and, where one exists, `facts["suggestion"]["sql"]`: a query that passes.
        QueryTooComplex: The statement nests too deeply to be checked.
    """
    try:
        return _enforce(statement, views)
    except RecursionError:
        raise QueryTooComplex("the query is too deeply nested", remedy="split it with WITH") from None
    except QueryRefused as refusal:
        better = suggestion(statement.text, views, _enforce)
        if better is not None:
            refusal.facts["suggestion"] = {"sql": better}
        raise


def _enforce(statement: Statement, views: Mapping[tuple[str | None, str], View]) -> EnforcedPlan:
    bound = bind(statement, views)
    guards = check_rights(bound)
    used = _used(bound)
    fields = _fields(bound, used)
    for guard in guards:
        make_total(guard.select, guard.verdict.fragile, guard.verdict.keys)
        install_guard(guard.select, guard.groups, guard.verdict.contributors)
    tree = install_barriers(bound.tree, used)
    tree = restore_names(tree, _names(bound))
    barriers = tuple(barrier_of(name, view) for name, view in bound.relations.items())
    sql = DIALECT.generate(tree, copy=False)
    view = digest([made for _, made in barriers])
    return EnforcedPlan(
        sql=sql,
        barriers=tuple(barrier for barrier, _ in barriers),
        view=view,
        digest=digest([sql, view, statement.parameters]),
        form=Form.AGGREGATE if guards else Form.ROWS,
        parameters=statement.parameters,
        fields=fields,
        decisions=tuple(item.decision for item in bound.relations.values()),
    )


def _used(bound: Bound) -> dict[str, tuple[str, ...]]:
    """Return the folded columns that each session relation must let through, the guard's entity last where it is needed."""
    used: dict[str, dict[str, None]] = {name: {} for name in bound.relations}
    for scope in bound.scopes():
        for column in scope.columns:
            source = next((at.sources[column.table] for at in around(scope) if column.table in at.sources), None)
            if isinstance(source, exp.Table) and source.name in used:
                used[source.name][column.name] = None
    return {
        name: (*columns, ENTITY) if bound.relations[name].guarded and bound.relations[name].decision.entity_key else tuple(columns)
        for name, columns in used.items()
    }


def _fields(bound: Bound, through: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {
        view.product: tuple(view.shown[name].name for name in through[relation] if name in view.shown)
        for relation, view in bound.relations.items()
    }


def _names(bound: Bound) -> dict[str, str]:
    """Return how each output is written: as the caller named it, else as the schema has it."""
    schema = {folded: column.name for view in bound.relations.values() for folded, column in view.shown.items()}
    labels = bound.statement.labels
    return {**labels, **schema, **{alias: labels.get(alias, alias) for alias in bound.statement.aliases}}
