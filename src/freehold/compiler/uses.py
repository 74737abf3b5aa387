"""Which columns of which relation a bound statement uses: each is accounted for, or the statement may not run (law 2).

Nothing is taken on trust from the qualifier: every relation, column and star that stands anywhere in the tree is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from freehold.compiler.nodes import Nodes
from freehold.compiler.parse import Statement
from freehold.compiler.text import place_of
from freehold.compiler.view import View
from freehold.errors import ColumnExcluded, ColumnUnknown, ColumnWithheld, QueryRefused, RelationUnsupported, StatementUnsupported

Uses = dict[int, tuple[exp.Table, dict[str, None]]]
"""Each place (by the `id` of its node) where a session relation stands, with the columns used of it there, in order."""

_QUERIES = (exp.Select, exp.Union, exp.Except, exp.Intersect)
_CLAUSES = (exp.Order, exp.Limit, exp.Offset)
_STARS = frozenset({exp.Star, exp.TableColumn, *exp.Column.__subclasses__()})


def uses_of(statement: Statement, nodes: Nodes, relations: Mapping[str, View]) -> Uses:
    """Return what is used of each of `relations` by the tree whose `nodes` these are, depth first, after it was qualified.

    Raises:
        RelationUnsupported: A relation is none of `relations`, and no WITH query that is defined where it stands.
        ColumnExcluded, ColumnWithheld, ColumnUnknown: A column has no relation, and is no output's name where one may stand.
        StatementUnsupported: A star is left.
    """
    used: Uses = {}
    for table in nodes.of(exp.Table):
        if table.name in relations:
            used[id(table)] = (table, {})
        elif not _is_defined(table):
            raise RelationUnsupported(
                f"`{table.name}` is defined by WITH and would hide a product, or is used before it is defined",
                remedy="give the WITH query another name",
                position=place_of(statement.text, table),
            )
    _check_stars(statement, nodes, relations)
    _check_clauses(statement, nodes)
    sources = {id(select): sources_of(select) for select in nodes.of(exp.Select)}
    own: list[tuple[dict[str, None], str]] = []
    for column in nodes.of(exp.Column):
        reader, around = reader_of(column, sources)
        source = sources[id(reader)][column.table] if reader is not None else None
        if source is None and not _names_output(column):
            raise unknown_column(statement, column, relations)
        place = used.get(id(source))
        if place is not None and column.name not in relations[place[0].name].types:
            raise unknown_column(statement, column, relations)
        if place is not None and around:
            place[1][column.name] = None
        elif place is not None:
            own.append((place[1], column.name))
    for columns, name in own:  # after those that a query inside asks for
        columns[name] = None
    return used


def _is_defined(table: exp.Table) -> bool:
    """Whether a WITH around a relation defines its name, before the query in which it stands."""
    name, at, inside = table.name, table.parent, None
    while at is not None and not table.db:
        with_ = at.args.get("with_")
        for cte in with_.expressions if with_ is not None else ():
            if cte is inside:
                break
            if cte.alias == name:
                return True
        inside = at if type(at) is exp.CTE else inside
        at = at.parent
    return False


def sources_of(select: exp.Select) -> dict[str, exp.Expr]:
    """Return the relations that a SELECT reads, by the names under which its columns know them."""
    found: dict[str, exp.Expr] = {}
    places = [place.this for place in (select.args.get("from_"), *(select.args.get("joins") or ())) if place is not None]
    for place in places:  # which grows by what is joined in brackets
        places += [join.this for join in place.args.get("joins") or ()]
        if type(place) is exp.Subquery and isinstance(place.this, exp.Table | exp.Subquery):
            places.append(place.this)
        found.setdefault(place.alias_or_name, place)
    return found


def reader_of(column: exp.Column, sources: Mapping[int, Mapping[str, exp.Expr]]) -> tuple[exp.Select | None, bool]:
    """Return the SELECT that reads the relation which a column names, and whether it is around the one in which the column stands.

    `sources` are those of every SELECT of the tree, by the `id` of its node.
    """
    name, at, around = column.table, column.parent, False
    while name and at is not None and type(column.this) is exp.Identifier:
        if type(at) is exp.Select:
            if name in sources[id(at)]:
                return at, around
            around = True
        at = at.parent
    return None, around


def _names_output(column: exp.Column) -> bool:
    """Whether a column without a relation is an output's name in ORDER BY or DISTINCT ON; anything else may not run."""
    if column.table or type(column.this) is not exp.Identifier:
        return False
    clause = column.find_ancestor(exp.Order, exp.Distinct, exp.Select)
    if not isinstance(clause, exp.Order | exp.Distinct):
        return False
    query = clause.parent
    if isinstance(clause, exp.Order) and not isinstance(query, exp.Query):
        query = clause.find_ancestor(exp.Select)
    return isinstance(query, exp.Query) and column.name in query.named_selects


def _check_stars(statement: Statement, nodes: Nodes, relations: Mapping[str, View]) -> None:
    """Refuse stars that were not written out, and whole rows."""
    for kind in nodes.kinds.keys() & _STARS:
        for node in nodes.of(kind):
            if kind is exp.TableColumn:
                raise ColumnUnknown(
                    f"`{node.name}` is a relation, and a whole row is no value here",
                    remedy="name its columns",
                    column=node.name,
                    position=place_of(statement.text, node),
                )
            if isinstance(node, exp.Column):
                raise unknown_column(statement, node, relations)
            if type(node.parent) is not exp.Count and type(node.parent) is not exp.Column:
                raise StatementUnsupported("`*` may stand alone in a SELECT or inside count(*)")


def _check_clauses(statement: Statement, nodes: Nodes) -> None:
    """Refuse a query in a clause that belongs to no SELECT: no rule is about what stands there, so none would judge or guard it."""
    for kind in _QUERIES:
        for node in nodes.of(kind):
            at = node.parent
            while at is not None and not isinstance(at, exp.Select | exp.SetOperation):
                if isinstance(at, _CLAUSES) and not isinstance(at.parent, exp.Select):
                    raise StatementUnsupported(
                        "a subquery may not stand in the ORDER BY, LIMIT or OFFSET of a set operation or of brackets",
                        remedy="select it in a WITH query, and join that",
                        position=place_of(statement.text, node),
                    )
                at = at.parent


def unknown_column(statement: Statement, column: exp.Column, relations: Mapping[str, View]) -> QueryRefused:
    """Return the refusal of a column that no view shows: excluded, withheld or, as far as anyone can tell, not there (law 9)."""
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
