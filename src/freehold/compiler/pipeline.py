"""Statement + views → enforced plan, in the order of `ORDER`; each step needs what the one before it proved (law 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from sqlglot import exp

from freehold.compiler.barrier import barrier_of
from freehold.compiler.bind import Bound, Stars, bind
from freehold.compiler.entities import Copies, relations_of
from freehold.compiler.faults import may_meet, written_around
from freehold.compiler.fence import fence
from freehold.compiler.flatten import flatten
from freehold.compiler.growth import may_grow
from freehold.compiler.linear import argument_of
from freehold.compiler.parse import Statement, parse
from freehold.compiler.passes.cell_key import perturb
from freehold.compiler.passes.column_barrier import Place, install_barriers
from freehold.compiler.passes.dominance import not_dominated
from freehold.compiler.passes.members import entity_members, keep_told, row_members
from freehold.compiler.passes.min_group import install_condition, install_guard
from freehold.compiler.passes.output_names import restore_names
from freehold.compiler.passes.proof import judged
from freehold.compiler.passes.total import make_total
from freehold.compiler.rights import Guard, check_rights
from freehold.compiler.suggest import suggestion
from freehold.compiler.tally import summed, tally
from freehold.compiler.text import DIALECT, forget_places
from freehold.compiler.view import ENTITY, RECORD, ROW, ROW_RECORD, View
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
        return attempt(statement, views)
    except RecursionError:
        raise QueryTooComplex("the query is too deeply nested", remedy="split it with WITH") from None
    except QueryRefused as refusal:
        plan = _starred_anew(statement, views)
        if plan is not None:
            return plan
        better = suggestion(statement.text, views, attempt)
        if better is not None:
            refusal.facts["suggestion"] = {"sql": better}
        raise


def _starred_anew(statement: Statement, views: Mapping[tuple[str | None, str], View]) -> EnforcedPlan | None:
    """Return the plan of a refused statement in which `*` stands for the columns that may be in rows, where that passes."""
    again = with_narrow_stars(statement, views)
    if again is None:
        return None
    try:
        return attempt(again, views, Stars.ROWS)
    except QueryRefused:
        return None


def with_narrow_stars(statement: Statement, views: Mapping[tuple[str | None, str], View]) -> Statement | None:
    """Return a statement read anew, for `Stars.ROWS`, where that makes another question of it; else None."""
    if not any(view.guarded and view.rows for view in views.values()):
        return None
    again = parse(statement.text, len(statement.text))
    return again if any(type(star.parent) is not exp.Count for star in again.nodes.of(exp.Star)) else None


class Permitted(msgspec.Struct, frozen=True):
    """What a statement asks for that `attempt` would make a plan of: the columns of each product, in which form."""

    fields: dict[str, tuple[str, ...]]
    form: Form


def permitted(bound: Bound) -> Permitted:
    """Return what a bound statement asks for, without making the plan that only its home needs.

    Raises:
        QueryRefused: As `attempt`, and only where that does.
        RecursionError: The statement nests too deeply.
    """
    bound, guards = _judged(bound)
    for name, view in bound.relations.items():
        barrier_of(name, view)
    return Permitted(_fields(bound), _form(guards))


def attempt(statement: Statement, views: Mapping[tuple[str | None, str], View], stars: Stars = Stars.ALL) -> EnforcedPlan:
    """Return what `enforce` does, with `*` for `stars`; a refusal comes without a query that passes.

    Raises:
        QueryRefused: As `enforce`.
        RecursionError: The statement nests too deeply.
    """
    bound, guards = _judged(bind(statement, views, stars))
    if guards:  # whose passes copy parts of the tree
        forget_places(bound.nodes.all)
    isolated = may_grow(bound.nodes)
    used = _used(bound)
    fields = _fields(bound)
    member_trees: list[_Members] = []
    for guard in guards:
        verdict = guard.verdict
        make_total(
            guard.select,
            conditions=verdict.conditions,
            fragile=verdict.fragile,
            keys=verdict.keys,
            widened=verdict.widened,
            uncertain=verdict.uncertain,
            dated=verdict.dated,
            aggregates=verdict.aggregates,
        )
        member_trees += _members(bound, guard, used)
        for copy, original in _install(guard):
            used[id(copy)] = (copy, used[id(original)][1])
    install_barriers(used.values())
    tree = restore_names(bound.tree, output_labels(bound))
    barriers = tuple(barrier_of(name, view) for name, view in bound.relations.items())
    if guards or may_meet(bound.nodes):
        written_around(tree)
    sql = DIALECT.generate(tree, copy=False, comments=False, identify=True)
    view = digest([made for _, made in barriers])
    plan = EnforcedPlan(
        sql=sql,
        barriers=tuple(barrier for barrier, _ in barriers),
        view=view,
        digest=digest([sql, view, statement.parameters]),
        form=_form(guards),
        parameters=statement.parameters,
        fields=fields,
        decisions=tuple(item.decision for item in bound.relations.values()),
        isolated=isolated,
    )
    if not member_trees:
        return plan
    return msgspec.structs.replace(plan, members=tuple(_member_plan(plan, found) for found in member_trees))


class _Members(msgspec.Struct, frozen=True):
    """What says who is in which group of one product that a SELECT only aggregates, and of which columns its counts are."""

    view: View
    select: exp.Select
    measures: tuple[tuple[str, ...], ...]


def _members(bound: Bound, guard: Guard, used: dict[int, Place]) -> Iterator[_Members]:
    """Yield it for each product whose groups leave without noise; what is copied goes into `used`."""
    aggregates = guard.verdict.aggregates
    values = list(dict.fromkeys(argument_of(node) for node in aggregates))
    measures = (("*",), *(_measured(bound, guard.select, value) for value in values))
    for alias, table in guard.places.items():
        view = bound.relations[table.name]
        if view.perturbed:
            continue
        found = tally(alias, guard.groups[alias], guard.shares[alias], aggregates)
        by_rows = alias in guard.unique
        select, copies = row_members(guard.select, alias, values) if by_rows else entity_members(guard.select, alias, found, values)
        for copy, original in copies:
            used[id(copy)] = (copy, (*used[id(original)][1], *_row(bound.relations[original.name])))
        if by_rows or len(guard.groups) > 1:
            told, copies = keep_told(select, guard.select)
            for copy, original in copies + _condition(told, guard):
                used[id(copy)] = (copy, used[id(original)][1])
        yield _Members(view, select, measures)


def _measured(bound: Bound, select: exp.Select, value: exp.Expr) -> tuple[str, ...]:
    """Return the columns in an argument, each with its product."""
    products = {table.alias_or_name: bound.relations[table.name].product for table in relations_of(select)}
    return tuple(dict.fromkeys(f"{products[column.table]}.{column.name}" for column in value.find_all(exp.Column)))


def _member_plan(plan: EnforcedPlan, found: _Members) -> EnforcedPlan:
    names = {node.name for node in found.select.find_all(exp.Placeholder)}
    parameters = tuple(name for name in plan.parameters if name in names)
    sql = DIALECT.generate(written_around(found.select), copy=False, comments=False, identify=True)
    return msgspec.structs.replace(
        plan,
        sql=sql,
        digest=digest([sql, plan.view, parameters]),
        parameters=parameters,
        fields={},
        decisions=(found.view.decision,),
        measures=found.measures,
    )


def _judged(bound: Bound) -> tuple[Bound, tuple[Guard, ...]]:
    """Return the guards of a question as it stands or, where a right forbids it so, of the same question without its subqueries."""
    try:
        return bound, check_rights(bound)
    except QueryRefused:
        flat = flatten(bound)
        if flat is None:
            raise
        try:
            return flat, check_rights(flat)
        except QueryRefused:
            pass
        raise


def _form(guards: tuple[Guard, ...]) -> Form:
    return Form.AGGREGATE if guards else Form.ROWS


def _install(guard: Guard) -> Copies:
    """Put the guard into its SELECT, and where its groups leave with noise, the noise above it; return the relations copied."""
    select = guard.select
    having = select.args.pop("having", None) if guard.perturbed is not None else None
    copies = _condition(select, guard)
    if guard.perturbed is None:
        fence(select)
        return copies
    return copies + perturb(select, guard.perturbed, having.this if having is not None else None, guard.tags)


def _condition(select: exp.Select, guard: Guard) -> Copies:
    """Let `select`, which is the guard's own or has its relations and keys, give no group that it forbids."""
    aggregates, alone = guard.verdict.aggregates, _counted_apart(guard)
    if alone is None:
        fair, copies = not_dominated(select, guard.shares, aggregates, guard.unique)
        install_guard(select, guard.groups, aggregates, fair, guard.unique)
        return copies
    condition, copies = judged(
        select, alone, aggregates, guard.rows.get(alone), least=guard.groups[alone], share=guard.shares[alone]
    )
    install_condition(select, condition)
    return copies


def _counted_apart(guard: Guard) -> str | None:
    """Return the one protected relation of a SELECT where its entities are best counted in a query of their own."""
    if len(guard.groups) > 1 or guard.unique:
        return None
    ((alias, share),) = guard.shares.items()
    return alias if alias in guard.rows or (share < 100 and summed(guard.verdict.aggregates)) else None


def _used(bound: Bound) -> dict[int, Place]:
    """Return each place (by the `id` of its node) where a session relation stands, with what must come through there.

    The guard's entity comes last, where it may be needed.
    """
    return {at: (table, (*columns, *_entity(bound.relations[table.name]))) for at, (table, columns) in bound.used.items()}


def _entity(view: View) -> tuple[str, ...]:
    if not view.guarded or view.decision.entity_key is None:
        return ()
    return (ENTITY, RECORD, ROW_RECORD) if view.perturbed else (ENTITY,)


def _row(view: View) -> tuple[str, ...]:
    return (ROW,) if _entity(view) == (ENTITY,) else ()


def _fields(bound: Bound) -> dict[str, tuple[str, ...]]:
    """Return the columns that are asked of each product."""
    asked: dict[str, dict[str, None]] = {name: {} for name in bound.relations}
    for table, columns in bound.used.values():
        asked[table.name].update(columns)
    return {
        view.product: tuple(view.names[name] for name in asked[relation] if name in view.names)
        for relation, view in bound.relations.items()
    }


def output_labels(bound: Bound) -> dict[str, str]:
    """Return how each output is written: as the caller named it, else as the schema has it."""
    labels = bound.statement.labels
    names = dict(labels)
    for view in bound.relations.values():
        names.update(view.names)
    names.update({alias: labels[alias] for alias in bound.statement.aliases if alias in labels})
    return names
