"""The part of a permitted view that a plan uses, as T-SQL: its columns, and every condition that can only leave rows out sooner.

What comes is a superset of what the view shows: the barrier, row filters and masks and all, is applied to it here, as to a file.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlglot import exp, parse_one

from freehold.compiler.tsql.columns import SqlColumn, SqlTable, bracket
from freehold.compiler.tsql.conditions import ALIAS, Writer, alike
from freehold.compiler.tsql.pieces import Shown, Statement
from freehold.model.query import Barrier, EnforcedPlan, Value

_NOTHING = "1 AS __nothing"
_ONE = Shown(name="one", logical="integer", text="CAST(1 AS bigint)")


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What brings one relation of a plan: a statement, and the barrier over what it gives."""

    statement: Statement
    barrier: Barrier


def fetched(plan: EnforcedPlan, barrier: Barrier, table: SqlTable, parameters: Mapping[str, Value]) -> Fetched | None:
    """Return what brings the relation of `barrier`; None where the table does not have a column that the plan needs."""
    tree = parse_one(plan.sql, read="duckdb")
    places = [node for node in tree.find_all(exp.Table) if node.name == barrier.relation]
    wanted = {column.name for node in places for column in _projection(node)}
    outputs = tuple(item for item in barrier.outputs if parsed(item).alias_or_name in wanted) or (_NOTHING,)
    raw = raw_columns((*outputs, *barrier.predicates), table)
    if raw is None:
        return None
    writer = Writer({name.lower(): column for name, column in raw.items()}, "", {})
    where = [text for item in barrier.predicates if (text := writer.attempt(parsed(item))) is not None]
    permitted, permitted_values = _from(table, where), tuple(writer.values)
    every = len(where) == len(barrier.predicates)
    if len(places) == 1:
        outer = _above(places[0], outputs, table, parameters)
        where += [text for part in outer.parts if (text := outer.writer.attempt(part)) is not None]
        writer.values += outer.writer.values
    after, values = _from(table, where), tuple(writer.values)
    alone = every and not barrier.guarded and _all_plain(raw, outputs, table)
    statement = Statement(
        before="SELECT ",
        shown=tuple(_shown(name, column) for name, column in raw.items()) or (_ONE,),
        after=after,
        values=values,
        measured=after if alone else permitted,
        measured_values=values if alone else permitted_values,
    )
    return Fetched(statement=statement, barrier=msgspec.structs.replace(barrier, outputs=outputs))


def _shown(name: str, column: SqlColumn) -> Shown:
    return Shown(name=name, logical=column.logical, text=column.value(ALIAS), unbounded=column.unbounded)


def _from(table: SqlTable, where: list[str]) -> str:
    return f" FROM {table.place} AS {bracket(ALIAS)}" + (f" WHERE {' AND '.join(where)}" if where else "")


def _all_plain(raw: Mapping[str, SqlColumn], outputs: tuple[str, ...], table: SqlTable) -> bool:
    """Return whether the caller is shown all that may be long.

    Else whether a value is too long is asked of all rows: with the caller's own conditions it would tell of one that is hidden.
    """
    plain = {column.name for column in shown_plainly(outputs, table).values()}
    return all(column.name in plain for column in raw.values() if column.unbounded)


def raw_columns(texts: tuple[str, ...], table: SqlTable) -> dict[str, SqlColumn] | None:
    """Return the columns that expressions of a barrier name, by the name they write; None where the table lacks one."""
    found: dict[str, SqlColumn] = {}
    for text in texts:
        for node in parsed(text).find_all(exp.Column):
            column = table.column(node.name)
            if column is None:
                return None
            if node.name.lower() not in {name.lower() for name in found}:
                found[node.name] = column
    return found


def shown_plainly(outputs: tuple[str, ...], table: SqlTable) -> dict[str, SqlColumn]:
    """Return what a barrier shows as it is stored, by folded name."""
    found: dict[str, SqlColumn] = {}
    for text in outputs:
        tree = parsed(text)
        column = table.column(tree.this.name) if isinstance(tree, exp.Alias) and isinstance(tree.this, exp.Column) else None
        if column is not None:
            found[tree.alias_or_name.lower()] = column
    return found


class _Above(msgspec.Struct, frozen=True):
    writer: Writer
    parts: tuple[exp.Expr, ...] = ()


def _above(place: exp.Table, outputs: tuple[str, ...], table: SqlTable, parameters: Mapping[str, Value]) -> _Above:
    """Return the conditions of the SELECT that alone reads the relation: DuckDB asks them again, so they only save the way."""
    barrier = place.parent_select
    outer = barrier.parent.parent_select if barrier is not None and isinstance(barrier.parent, exp.Subquery) else None
    scope = barrier.parent.alias if barrier is not None and barrier.parent is not None else ""
    writer = Writer(shown_plainly(outputs, table), scope, parameters)
    where = outer.args.get("where") if isinstance(outer, exp.Select) and not outer.args.get("joins") else None
    return _Above(writer, tuple(alike(where.this, exp.And)) if where is not None else ())


def _projection(node: exp.Table) -> list[exp.Column]:
    select = node.parent_select
    return [item for item in select.expressions if isinstance(item, exp.Column)] if isinstance(select, exp.Select) else []


def parsed(text: str) -> exp.Expr:
    """Return the tree of an expression that the compiler wrote."""
    return parse_one(f"SELECT {text}", read="duckdb").expressions[0]
