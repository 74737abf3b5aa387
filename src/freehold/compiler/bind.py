"""Bind a statement to the caller's views: every relation becomes a session relation, every column gets its relation (law 2).

Names are resolved by scope. A column that no view shows cannot be resolved, whether it is hidden or missing (law 9).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify_columns import qualify_columns, quote_identifiers
from sqlglot.optimizer.qualify_tables import qualify_tables
from sqlglot.optimizer.scope import Scope, build_scope
from sqlglot.schema import MappingSchema

from freehold.compiler.allowed import AGGREGATES, QUERIES
from freehold.compiler.parse import Statement, parse
from freehold.compiler.size import check_expansion, check_shape
from freehold.compiler.text import DIALECT, place_of
from freehold.compiler.view import View
from freehold.errors import (
    ColumnAmbiguous,
    ColumnExcluded,
    ColumnUnknown,
    ColumnWithheld,
    QueryRefused,
    RelationUnsupported,
    StatementUnsupported,
)


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """A statement whose every name is resolved: `relations` maps session names (`__r0`) to views.

    `scopes` are the tree's scopes, inner ones first, `nodes` all of its nodes, breadth first.
    """

    statement: Statement
    tree: exp.Expr
    scopes: tuple[Scope, ...]
    nodes: list[exp.Expr]
    relations: dict[str, View]


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
    tree = statement.tree
    relations = _install(statement, views)
    if statement.grows:
        check_expansion(statement.text, tree, {name: len(view.types) for name, view in relations.items()})
    try:
        tree = qualify_tables(tree, dialect=DIALECT)
        tree = qualify_columns(tree, _schema(relations, stars), expand_alias_refs=True, expand_stars=True, dialect=DIALECT)
        if any(view.guarded for view in relations.values()):
            # The rules compare keys with outputs, and names are equal only where they are quoted alike.
            tree = quote_identifiers(tree, dialect=DIALECT, identify=True)
            _write_keys(tree)
        root = build_scope(tree)
    except SqlglotError:
        raise _diagnose(statement, relations) from None
    if root is None:
        raise StatementUnsupported("only SELECT may be asked")
    nodes = list(tree.bfs())
    check_shape(statement.text, nodes)
    bound = Bound(statement=statement, tree=tree, scopes=tuple(root.traverse()), nodes=nodes, relations=relations)
    check_resolved(bound)
    return bound


def _install(statement: Statement, views: Mapping[tuple[str | None, str], View]) -> dict[str, View]:
    """Replace each reference by its session relation, under the name that the caller may use for it."""
    numbers = {view.product: f"__r{number}" for number, view in enumerate({v.product: v for v in views.values()}.values())}
    keys = {(view.product.split(".", 1)[0], view.product.split(".", 1)[1]) for view in views.values()}
    for table in statement.nodes:
        if not isinstance(table, exp.Table):
            continue
        view = views.get((table.db or None, table.name))
        if view is None:
            continue
        alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name, quoted=True))
        table.replace(_relation(numbers[view.product], alias))
    for column in statement.nodes:
        if isinstance(column, exp.Column) and column.args.get("db"):
            if (column.db, column.table) not in keys:
                raise _unknown(statement, column, {})
            column.set("db", None)
    return {numbers[view.product]: view for view in views.values()}


def _relation(name: str, alias: exp.TableAlias) -> exp.Expr:
    """Return a session relation under an alias; one that names columns anew stands around a query, which names them in order."""
    if not alias.columns:
        return exp.Table(this=exp.to_identifier(name, quoted=True), alias=alias)
    inner = exp.Select(expressions=[exp.Star()], from_=exp.From(this=exp.Table(this=exp.to_identifier(name, quoted=True))))
    return exp.Subquery(this=inner, alias=alias)


def _schema(relations: Mapping[str, View], stars: Stars) -> MappingSchema:
    return _schema_of(tuple((name, tuple(view.types.items()), _starred(view, stars)) for name, view in relations.items()))


def _starred(view: View, stars: Stars) -> tuple[str, ...]:
    return tuple(view.types) if stars is Stars.ALL else view.rows


@lru_cache(maxsize=512)
def _schema_of(relations: tuple[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]], ...]) -> MappingSchema:
    mapping: dict[str, object] = {name: dict(types) for name, types, _ in relations}
    visible: dict[str, object] = {name: list(starred) for name, _, starred in relations}
    return MappingSchema(mapping, visible=visible, dialect=DIALECT, normalize=False)


def _write_keys(tree: exp.Expr) -> None:
    """Write out what GROUP BY ALL groups by, for the rules to judge: each output that does not aggregate, but for constants."""
    for group in list(tree.find_all(exp.Group)):
        select = group.parent
        if group.args.get("all") is not True or group.expressions or not isinstance(select, exp.Select):
            continue
        items = [item.unalias() for item in select.expressions]
        keys = [item for item in items if not isinstance(item, exp.Literal) and item.find(*_GROUPED_OVER) is None]
        select.set("group", exp.Group(expressions=[key.copy() for key in keys]) if keys else None)


def check_resolved(bound: Bound) -> None:
    """Refuse what the qualifier left open: columns without a relation, relations without a view."""
    judged: set[int] = set()
    for scope in bound.scopes:
        sources, columns = scope.sources, scope.columns
        for source in sources.values():
            if isinstance(source, exp.Table) and source.name not in bound.relations:
                raise RelationUnsupported(
                    f"`{source.name}` is defined by WITH and would hide a product, or is used before it is defined",
                    remedy="give the WITH query another name",
                    position=place_of(bound.statement.text, source),
                )
        for column in columns:
            if not _is_resolved(bound, scope, column):
                raise _unknown(bound.statement, column, bound.relations)
        judged.update(map(id, columns))
    _check_scoped(bound)
    _check_left(bound, [node for node in bound.nodes if type(node) in _LEFT_OPEN and id(node) not in judged])


def _check_scoped(bound: Bound) -> None:
    """Refuse a query that stands where no scope was made of it: nothing in it was resolved, so nothing will judge or guard it."""
    scoped = {id(scope.expression) for scope in bound.scopes}
    for node in bound.nodes:
        if type(node) in QUERIES and id(node) not in scoped and type(node) is not exp.Subquery:
            raise StatementUnsupported(
                "a subquery may not stand in the ORDER BY, LIMIT or OFFSET of a set operation or of brackets",
                remedy="select it in a WITH query, and join that",
                position=place_of(bound.statement.text, node),
            )


def _check_left(bound: Bound, nodes: Iterable[exp.Expr]) -> None:
    """Refuse columns that belong to no relation and name no output, and stars and whole rows."""
    for node in nodes:
        kind = type(node)
        if isinstance(node, exp.Column) and not _names_output(node):
            raise _unknown(bound.statement, node, bound.relations)
        if kind is exp.Star and not isinstance(node.parent, exp.Count):
            raise StatementUnsupported("`*` may stand alone in a SELECT or inside count(*)")
        if kind is exp.TableColumn:
            raise ColumnUnknown(
                f"`{node.name}` is a relation, and a whole row is no value here",
                remedy="name its columns",
                column=node.name,
                position=place_of(bound.statement.text, node),
            )


_LEFT_OPEN = frozenset({exp.Column, *exp.Column.__subclasses__(), exp.Star, exp.TableColumn})


def _is_resolved(bound: Bound, scope: Scope, column: exp.Column) -> bool:
    if isinstance(column.this, exp.Star):
        return False
    if not column.table:
        return _is_output_name(scope, column)
    source = next((at.sources[column.table] for at in around(scope) if column.table in at.sources), None)
    if isinstance(source, exp.Table):
        return column.name in bound.relations[source.name].types
    return source is not None


def around(scope: Scope) -> Iterator[Scope]:
    """Yield a scope and the ones around it, inner first."""
    at: Scope | None = scope
    while at is not None:
        yield at
        at = at.parent


def _is_output_name(scope: Scope, column: exp.Column) -> bool:
    """ORDER BY may name an output column, which belongs to no relation."""
    inside = column.find_ancestor(exp.Order, exp.Select)
    query = scope.expression
    return isinstance(inside, exp.Order) and isinstance(query, exp.Query) and column.name in query.named_selects


def _names_output(column: exp.Column) -> bool:
    """Whether a column that no scope accounts for is an output's name in ORDER BY or DISTINCT ON.

    Anything else was not judged and may not run.
    """
    clause = column.find_ancestor(exp.Order, exp.Distinct, exp.Select)
    query = clause.parent if isinstance(clause, exp.Order | exp.Distinct) else None
    return not column.table and isinstance(query, exp.Query) and column.name in query.named_selects


def _diagnose(statement: Statement, relations: Mapping[str, View]) -> QueryRefused:
    """Find the first name that no view and no alias explains."""
    tree = parse(statement.text, len(statement.text)).tree
    known = {folded for view in relations.values() for folded in view.shown}
    known |= {item.alias for item in tree.find_all(exp.Alias)}
    known |= {name.this for alias in tree.find_all(exp.TableAlias) for name in alias.args.get("columns") or ()}
    for column in tree.find_all(exp.Column):
        if column.name not in known and not isinstance(column.this, exp.Star):
            return _unknown(statement, column, relations)
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


def _unknown(statement: Statement, column: exp.Column, relations: Mapping[str, View]) -> QueryRefused:
    name = statement.labels.get(column.name, column.name)
    place = place_of(statement.text, column)
    for view in relations.values():
        reason = {key.lower(): text for key, text in view.decision.withheld.items()}.get(column.name)
        contract = view.decision.contract
        if reason == "excluded":
            return ColumnExcluded(
                f'`{name}` may not be used: the contract "{view.decision.contract_name}" excludes it',
                column=name,
                contract=contract,
                product=view.product,
                position=place,
            )
        if reason is not None:
            return ColumnWithheld(
                f"`{name}` may not be used: {reason}", column=name, contract=contract, product=view.product, position=place
            )
    shown = sorted({column.name for view in relations.values() for column in view.decision.columns})
    listed = ", ".join(shown[:12]) + (", …" if len(shown) > 12 else "")
    return ColumnUnknown(
        f"no column `{name}` is visible to you here",
        remedy=f"you may use: {listed}" if shown else None,
        column=name,
        position=place,
    )
