"""Bind a statement to the caller's views: every relation becomes a session relation, every column gets its relation (law 2).

Names are resolved by scope. A column that no view shows cannot be resolved, whether it is hidden or missing (law 9).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import lru_cache

import msgspec
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify_columns import qualify_columns
from sqlglot.optimizer.qualify_tables import qualify_tables
from sqlglot.schema import MappingSchema

from freehold.compiler.allowed import AGGREGATES
from freehold.compiler.nodes import Nodes
from freehold.compiler.parse import Statement, parse
from freehold.compiler.size import check_expansion, check_shape, may_deepen
from freehold.compiler.text import DIALECT, place_of
from freehold.compiler.uses import Uses, unknown_column, uses_of
from freehold.compiler.view import View
from freehold.errors import ColumnAmbiguous, QueryRefused, StatementUnsupported


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """A statement whose every name is resolved: `relations` maps session names (`__r0`) to views.

    `nodes` are all of the tree's nodes, depth first; `used` is what it uses of each relation.
    """

    statement: Statement
    tree: exp.Expr
    nodes: Nodes
    relations: dict[str, View]
    used: Uses


_GROUPED_OVER = (*AGGREGATES, exp.Window)


class Stars(enum.Enum):
    """What `*` stands for: all columns of a view, or those of them that may be in rows."""

    ALL = "all"
    ROWS = "rows"


def bind(statement: Statement, views: Mapping[tuple[str | None, str], View], stars: Stars = Stars.ALL) -> Bound:
    """Return `statement` bound to `views`, which has one view for each of its references; its tree is used up by it.

    Raises:
        ColumnExcluded, ColumnWithheld, ColumnUnknown, ColumnAmbiguous: A column cannot be resolved.
        RelationUnsupported: A CTE hides a product.
        StatementUnsupported: The names cannot be resolved in another way.
        QueryTooComplex: It would grow too large.
    """
    nodes, reused = statement.nodes, statement.reused
    relations = _install(statement, views)
    if reused or _has_stars(nodes):
        widths = {name: len(view.types) for name, view in relations.items()}
        check_expansion(statement.text, statement.tree, nodes, reused, widths)
    deepens = may_deepen(nodes, reused)
    tree = _qualified(statement, relations, stars)
    if any(view.guarded for view in relations.values()):
        _write_keys(statement, tree)
    if deepens:
        check_shape(statement.text, Nodes(tree.bfs()))
    return bound_of(statement, tree, relations)


def bound_of(statement: Statement, tree: exp.Expr, relations: dict[str, View]) -> Bound:
    """Return a qualified tree as bound, every relation and column in it accounted for.

    Raises:
        ColumnExcluded, ColumnWithheld, ColumnUnknown, RelationUnsupported, StatementUnsupported: One is not.
    """
    nodes = Nodes(tree.dfs())
    _quote(nodes)
    used = uses_of(statement, nodes, relations)
    return Bound(statement=statement, tree=tree, nodes=nodes, relations=relations, used=used)


def _quote(nodes: Nodes) -> None:
    """Quote every name: the rules compare keys with outputs, and names are equal only where they are quoted alike."""
    for name in nodes.of(exp.Identifier):
        if not name.args.get("quoted"):
            name.set("quoted", value=True)


def _has_stars(nodes: Nodes) -> bool:
    return any(type(star.parent) is not exp.Count for star in nodes.of(exp.Star))


def _install(statement: Statement, views: Mapping[tuple[str | None, str], View]) -> dict[str, View]:
    """Give each reference the name of its session relation, and each relation the name that the caller may use for it."""
    numbers = {view.product: f"__r{number}" for number, view in enumerate({v.product: v for v in views.values()}.values())}
    for table in statement.nodes.of(exp.Table):
        if not table.args.get("alias"):
            table.set("alias", exp.TableAlias(this=exp.Identifier(this=table.name, quoted=True)))
        view = views.get((table.db or None, table.name))
        if view is not None:
            table.args.pop("db", None)
            name = table.name
            table.set("this", exp.Identifier(this=numbers[view.product], quoted=True))
            if table.args["alias"].args.get("columns"):
                _rename_columns(table, name, tuple(view.types))
    products = {tuple(product.split(".", 1)) for product in numbers}
    for column in statement.nodes.of(exp.Column):
        if column.args.get("db"):
            if (column.db, column.table) not in products:
                raise unknown_column(statement, column, {})
            column.set("db", None)
    return {numbers[view.product]: view for view in views.values()}


def _rename_columns(table: exp.Table, name: str, names: tuple[str, ...]) -> None:
    """Put a query around the relation `name`, whose alias names columns anew: all of them, in order, whatever a star stands for."""
    own = exp.to_identifier(name, quoted=True)
    columns = [exp.column(exp.to_identifier(column, quoted=True), own.copy()) for column in names]
    inner = exp.Table(this=table.this.copy(), alias=exp.TableAlias(this=own))
    select = exp.Select(expressions=columns, from_=exp.From(this=inner))
    table.replace(exp.Subquery(this=select, alias=table.args["alias"]))


def _qualified(statement: Statement, relations: Mapping[str, View], stars: Stars) -> exp.Expr:
    tree = statement.tree
    try:
        if _has_nameless(statement.nodes):
            tree = qualify_tables(tree, dialect=DIALECT)
        shown = [(name, view.columns, None if stars is Stars.ALL else view.rows) for name, view in relations.items()]
        schema = _schema_of(tuple(shown))
        return qualify_columns(tree, schema, expand_alias_refs=True, expand_stars=True, dialect=DIALECT)
    except SqlglotError:
        raise _diagnose(statement, relations) from None


def _has_nameless(nodes: Nodes) -> bool:
    """Whether there is a relation without a name, or in brackets of its own, that the qualifier must name or unwrap."""
    return bool(nodes.of(exp.Values)) or any(
        type(node.this) not in _UNWRAPPED or (type(node.parent) in _PLACES and not node.alias) or type(node.parent) is exp.Subquery
        for node in nodes.of(exp.Subquery)
    )


_UNWRAPPED = frozenset({exp.Select, exp.Union, exp.Except, exp.Intersect})
_PLACES = frozenset({exp.From, exp.Join})


@lru_cache(maxsize=512)
def _schema_of(relations: tuple[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...] | None], ...]) -> MappingSchema:
    """Return the schema of session relations, each with its columns, and those that `*` stands for where it is not all of them."""
    mapping: dict[str, object] = {name: dict(columns) for name, columns, _ in relations}
    visible: dict[str, object] = {name: list(dict(columns) if rows is None else rows) for name, columns, rows in relations}
    return MappingSchema(mapping, visible=visible, dialect=DIALECT, normalize=False)


def _write_keys(statement: Statement, tree: exp.Expr) -> None:
    """Write out what GROUP BY ALL groups by, for the rules to judge: each output that does not aggregate, but for constants."""
    if not any(group.args.get("all") for group in statement.nodes.of(exp.Group)):
        return
    for group in list(tree.find_all(exp.Group)):
        select = group.parent
        if group.args.get("all") is not True or group.expressions or not isinstance(select, exp.Select):
            continue
        items = [item.unalias() for item in select.expressions]
        keys = [item for item in items if not isinstance(item, exp.Literal) and item.find(*_GROUPED_OVER) is None]
        select.set("group", exp.Group(expressions=[key.copy() for key in keys]) if keys else None)


def _named(tree: exp.Expr, alias: str, relations: Mapping[str, View]) -> View | None:
    """Return the product that `alias` stands for, where it stands for nothing else anywhere."""
    places = [item for item in tree.find_all(exp.Table, exp.Subquery, exp.CTE) if alias and item.alias_or_name == alias]
    if len(places) != 1 or not isinstance(places[0], exp.Table):
        return None
    written = f".{places[0].db}.{places[0].name}" if places[0].db else f".{places[0].name}"
    found = [view for view in relations.values() if f".{view.product}".endswith(written)]
    return found[0] if len(found) == 1 else None


def _diagnose(statement: Statement, relations: Mapping[str, View]) -> QueryRefused:
    """Find the first name that no view and no alias explains."""
    tree = parse(statement.text, len(statement.text)).tree
    known = {folded for view in relations.values() for folded in view.shown}
    known |= {item.alias for item in tree.find_all(exp.Alias)}
    known |= {name.this for alias in tree.find_all(exp.TableAlias) for name in alias.args.get("columns") or ()}
    for column in tree.find_all(exp.Column):
        if column.name not in known and not isinstance(column.this, exp.Star):
            return unknown_column(statement, column, relations)
    for column in tree.find_all(exp.Column):
        view = _named(tree, column.table, relations)
        if view is not None and column.name not in view.types and not isinstance(column.this, exp.Star):
            return unknown_column(statement, column, {view.product: view})
    for column in tree.find_all(exp.Column):
        owners = [view.product for view in relations.values() if column.name in view.shown]
        if not column.table and len(owners) > 1:
            return ColumnAmbiguous(
                f"`{column.name}` is in {' and in '.join(f'`{owner}`' for owner in owners)}",
                remedy="write the relation before it: `alias.column`",
                column=column.name,
                position=place_of(statement.text, column),
            )
    return StatementUnsupported("the names of this query cannot be resolved", remedy="give every relation and output its own name")
