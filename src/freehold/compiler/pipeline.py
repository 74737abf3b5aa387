"""Statement + views → enforced plan, in the order of `ORDER`; each step needs what the one before it proved (law 2)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from freehold.compiler.barrier import barrier_of
from freehold.compiler.bind import Bound, around, bind
from freehold.compiler.growth import may_grow
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
        verdict = guard.verdict
        make_total(
            guard.select,
            fragile=verdict.fragile,
            keys=verdict.keys,
            widened=verdict.widened,
            aggregates=verdict.aggregates,
        )
        install_guard(guard.select, guard.groups, verdict.aggregates)
    tree = install_barriers(bound.tree, used)
    tree = restore_names(tree, _names(bound))
    barriers = tuple(barrier_of(name, view) for name, view in bound.relations.items())
    isolated = may_grow(tree.walk())
    sql = DIALECT.generate(tree, copy=False, comments=False)
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
        isolated=isolated,
    )


def _used(bound: Bound) -> dict[int, tuple[str, ...]]:
    """Return, for each place (by `id`) where a session relation stands, the folded columns that must come through there.

    The guard's entity comes last, where it may be needed.
    """
    used: dict[int, dict[str, None]] = {}
    extra: dict[int, tuple[str, ...]] = {}
    for scope in bound.scopes():
        for source in scope.sources.values():
            if isinstance(source, exp.Table) and source.name in bound.relations:
                used.setdefault(id(source), {})
                extra[id(source)] = _entity(bound.relations[source.name])
        for column in scope.columns:
            source = next((at.sources[column.table] for at in around(scope) if column.table in at.sources), None)
            if isinstance(source, exp.Table) and source.name in bound.relations:
                used.setdefault(id(source), {})[column.name] = None
    return {place: (*columns, *extra.get(place, ())) for place, columns in used.items()}


def _entity(view: View) -> tuple[str, ...]:
    return (ENTITY,) if view.guarded and view.decision.entity_key else ()


def _fields(bound: Bound, through: Mapping[int, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    asked: dict[str, dict[str, None]] = {name: {} for name in bound.relations}
    for table in bound.tree.find_all(exp.Table):
        if table.name in asked:
            asked[table.name].update(dict.fromkeys(through.get(id(table), ())))
    return {
        view.product: tuple(view.shown[name].name for name in asked[relation] if name in view.shown)
        for relation, view in bound.relations.items()
    }


def _names(bound: Bound) -> dict[str, str]:
    """Return how each output is written: as the caller named it, else as the schema has it."""
    schema = {folded: column.name for view in bound.relations.values() for folded, column in view.shown.items()}
    labels = bound.statement.labels
    return {**labels, **schema, **{alias: labels.get(alias, alias) for alias in bound.statement.aliases}}
