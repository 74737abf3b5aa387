"""Whose each column is in a bound tree, and where what a query reads is at home."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from freehold.compiler.nodes import Nodes
from freehold.compiler.uses import reader_of, sources_of
from freehold.compiler.view import View
from freehold.model.policy import ShownColumn

Owner = tuple[int, str]
"""A SELECT (by the `id` of its node) and the alias of one of its relations."""


class Names:
    """The names of one tree, found once: nodes that stay in the tree keep what is known of them."""

    def __init__(self, tree: exp.Expr, relations: Mapping[str, View], homes: Mapping[str, str]) -> None:
        """Know the names of a bound `tree`, its session `relations`, and the region that is home to each product."""
        self._relations = relations
        self._homes = homes
        self._owners: dict[int, Owner] = {}
        self._sources: dict[Owner, exp.Expr] = {}
        self._uses: dict[Owner, list[exp.Column]] = {}
        nodes = Nodes(tree.dfs())
        sources = {id(select): sources_of(select) for select in nodes.of(exp.Select)}
        for at, known in sources.items():
            for alias, source in known.items():
                self._sources[at, alias] = source.unnest() if type(source) is exp.Subquery else source
        for column in nodes.of(exp.Column):
            select, _ = reader_of(column, sources)
            if select is not None:
                owner = (id(select), column.table)
                self._owners[id(column)] = owner
                self._uses.setdefault(owner, []).append(column)

    def owner(self, column: exp.Column) -> Owner | None:
        """Return the relation that a column is of; None for the name of an output."""
        return self._owners.get(id(column))

    def uses(self, select: exp.Select, alias: str) -> list[exp.Column]:
        """Return the columns that are used of one relation of a SELECT, wherever they stand."""
        return self._uses.get((id(select), alias), [])

    def view(self, table: exp.Table) -> View | None:
        """Return the view of a product that stands somewhere, or None for any other relation."""
        return self._relations.get(table.name)

    def home(self, view: View) -> str:
        """Return the region where a product is at home."""
        return self._homes[view.product]

    def views(self, node: exp.Expr) -> Iterator[View]:
        """Yield the view of each product that is read anywhere in `node`."""
        for table in node.find_all(exp.Table):
            view = self.view(table)
            if view is not None:
                yield view

    def homes(self, node: exp.Expr) -> frozenset[str]:
        """Return the homes of all that is read anywhere in `node`."""
        return frozenset(self.home(view) for view in self.views(node))

    def type_of(self, column: exp.Column) -> str | None:
        """Return the logical type of a column that is one of a product, directly or through queries, or None."""
        found = self._origin(column)
        return found[1].type if found is not None else None

    def is_guarded_entity(self, column: exp.Column) -> bool:
        """Return whether a column tells apart the entities of a product that gives aggregates only: groups by it are too small."""
        found = self._origin(column)
        return found is not None and found[0].guarded and found[1].name == found[0].decision.entity_key

    def _origin(self, column: exp.Column) -> tuple[View, ShownColumn] | None:
        """Return the product's column that a column is, directly or through queries; of a UNION, that of its first."""
        owner = self.owner(column)
        source = self._sources.get(owner) if owner is not None else None
        if isinstance(source, exp.Table):
            view = self.view(source)
            shown = view.shown.get(column.name) if view is not None else None
            return (view, shown) if view is not None and shown is not None else None
        outputs = source.selects if isinstance(source, exp.Query) else []
        inner = next((item.unalias() for item in outputs if item.alias_or_name == column.name), None)
        return self._origin(inner) if isinstance(inner, exp.Column) else None

    def relation(self, column: exp.Column) -> tuple[Owner, View] | None:
        """Return the relation that a column is of, where that is a product itself and no query."""
        owner = self.owner(column)
        source = self._sources.get(owner) if owner is not None else None
        view = self.view(source) if isinstance(source, exp.Table) else None
        return (owner, view) if owner is not None and view is not None else None

    def is_closed(self, query: exp.Expr) -> bool:
        """Return whether a query uses no column of a query around it."""
        inside = {id(node) for node in query.find_all(exp.Select)}
        owners = (self.owner(column) for column in query.find_all(exp.Column))
        return all(owner is None or owner[0] in inside for owner in owners)
