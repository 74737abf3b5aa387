"""Queries over permitted views, row by row; data that may only be aggregated is followed until it is, or is found leaving."""

from __future__ import annotations

from typing import Any

from sqlglot import exp, parse_one

from differential.reference.aggregates import AGGREGATES, may_be_told
from differential.reference.joins import Scope, join
from differential.reference.order import ordered, window_values
from differential.reference.relation import Frame, Header, Places, Relation, Row
from differential.reference.values import is_true, value
from differential.reference.view import Product

Node = Any
Names = dict[str, tuple[Node, "Names"]]
"""The queries that WITH has named, each with the names that it may use itself."""


class Disclosed(AssertionError):
    """Rows that may only be aggregated would leave, or steer what leaves: the gate should have refused."""


class Interpreter:
    """Answers queries over products, each as one caller may have it."""

    def __init__(self, products: dict[str, Product]) -> None:
        """Answer over products by their name, `domain.product`."""
        self._products = products

    def answer(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of the answer.

        Raises:
            Disclosed: No answer may be given.
        """
        found = self._query(parse_one(sql, read="duckdb"), None, {})
        return [row.values for row in _open(found).rows]

    def _query(self, node: Node, outer: Frame | None, names: Names) -> Relation:
        for named in node.args["with_"].expressions if node.args.get("with_") else ():
            names = {**names, named.alias.lower(): (named.this, names)}
        if isinstance(node, exp.Subquery):
            return self._query(node.this, outer, names)
        if isinstance(node, exp.SetOperation):
            left, right = (_open(self._query(part, outer, names)) for part in (node.this, node.expression))
            return _finished(node, Relation(left.headers, _combined(node, left.rows, right.rows)))

        def ask(inner: Node, at: Frame) -> Relation:
            """Answer a query inside an expression: what it gives steers rows, so it must be open."""
            return _open(self._query(inner, at, names))

        first = node.args["from_"].this
        scope = Scope.of(first.alias_or_name, self._read(first, outer, names), outer, ask)
        for joined in node.args.get("joins") or ():
            scope = join(scope, joined, self._read(joined.this, outer, names))
        return _Select(node, scope).run()

    def _read(self, node: Node, outer: Frame | None, names: Names) -> Relation:
        """Return what stands in FROM; each place where a product is read is one of its own."""
        if isinstance(node, exp.Subquery):
            return self._query(node.this, outer, names)
        if not node.db and node.name.lower() in names:
            inner, known = names[node.name.lower()]
            return self._query(inner, None, known)
        return self._products[f"{node.db}.{node.name}".lower()].scan()


def _open(relation: Relation) -> Relation:
    if relation.all_closed:
        raise Disclosed("rows that may only be aggregated are used as rows")
    return relation


def _combined(node: Node, left: list[Row], right: list[Row]) -> list[Row]:
    ours, theirs = ([row.values for row in rows] for rows in (left, right))
    if isinstance(node, exp.Union):
        found = ours + theirs
    else:
        held = set(theirs)
        found = [values for values in ours if (values in held) is isinstance(node, exp.Intersect)]
    return [Row(values) for values in (dict.fromkeys(found) if node.args.get("distinct") else found)]


def _finished(node: Node, relation: Relation) -> Relation:
    """Order what was found, and cut it."""
    rows = relation.rows
    order, limit = node.args.get("order"), node.args.get("limit")
    if order is not None:
        rows = ordered(rows, order.expressions, relation.headers)
    if limit is not None:
        _open(relation)
        rows = rows[: int(limit.expression.this)]
    return Relation(relation.headers, rows, relation.closed)


class _Select:
    """One SELECT on its way."""

    def __init__(self, node: Node, scope: Scope) -> None:
        self._node = node
        self._scope = scope
        self._group: list[Node] = list(node.args["group"].expressions) if node.args.get("group") else []

    def run(self) -> Relation:
        where = self._node.args.get("where")
        frames = [frame for frame in self._scope.frames if where is None or is_true(where.this, frame)]
        outputs = self._outputs()
        called = [found for clause in (*outputs, self._having()) if clause is not None for found in own(clause, *AGGREGATES)]
        aggregates = self._group or called
        relation = self._aggregated(frames, outputs, called) if aggregates else self._plain(frames, outputs)
        if self._node.args.get("distinct"):
            rows = dict.fromkeys(row.values for row in _open(relation).rows)
            relation = Relation(relation.headers, [Row(values) for values in rows])
        return _finished(self._node, relation)

    def _having(self) -> Node | None:
        having = self._node.args.get("having")
        return having.this if having is not None else None

    def _outputs(self) -> list[Node]:
        """Return the outputs, with stars written out."""
        out: list[Node] = []
        for item in self._node.expressions:
            if item.is_star and isinstance(item, exp.Star | exp.Column):
                out += self._scope.columns_of(item.table if isinstance(item, exp.Column) else "")
            else:
                out.append(item)
        return out

    def _plain(self, frames: list[Frame], outputs: list[Node]) -> Relation:
        where = self._node.args.get("where")
        closed = self._scope.closed | (self._scope.closed_in(where) if where is not None else frozenset())
        headers = [Header(item.alias_or_name, self._scope.closed_in(item)) for item in outputs]
        windows = [found for item in outputs for found in own(item, exp.Window)]
        if windows and (closed or any(header.closed for header in headers)):
            raise Disclosed("a window function over rows that may only be aggregated")
        frames = window_values(windows, frames)
        rows = [Row(tuple(value(item, frame) for item in outputs), frame.people) for frame in frames]
        return Relation(headers, rows, closed)

    def _aggregated(self, frames: list[Frame], outputs: list[Node], called: list[Node]) -> Relation:
        keys = [outputs[int(key.this) - 1] if isinstance(key, exp.Literal) and not key.is_string else key for key in self._group]
        groups: dict[tuple[Any, ...], list[Frame]] = {} if keys else {(): []}
        for frame in frames:
            groups.setdefault(tuple(value(key, frame) for key in keys), []).append(frame)
        guarded = self._guarded()
        rows: list[Row] = []
        for members in groups.values():
            first = members[0].sources if members else {}
            at = Frame(first, {}, self._scope.outer, self._scope.ask, group=members)
            if may_be_told(members, guarded, called, value) and is_true(self._having(), at):
                rows.append(Row(tuple(value(item, at) for item in outputs)))
        return Relation([Header(item.alias_or_name) for item in outputs], rows)

    def _guarded(self) -> Places:
        """The places whose entities are counted: what is closed as a whole, or by a column that is used anywhere here."""
        clauses = (*self._outputs(), *(self._node.args.get(name) for name in ("where", "group", "having")))
        return self._scope.closed.union(*(self._scope.closed_in(clause) for clause in clauses if clause is not None))


def own(clause: Node, *kinds: type) -> list[Node]:
    """Return the nodes of these kinds in a clause, without those of queries and windows inside it."""

    def stops(node: Node) -> bool:
        return isinstance(node, exp.Query | exp.Subquery | exp.Window)

    return [found for found in clause.walk(prune=stops) if isinstance(found, kinds)]
