"""How large a statement is, and how large it becomes once names and stars are expanded: judged before it is.

Planners take time that grows with the square, the cube or the power of some shapes, and cannot be interrupted while they do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from freehold.compiler.nodes import Nodes
from freehold.compiler.text import place_of
from freehold.errors import QueryTooComplex

MAX_DEPTH = 200
MAX_INNER = 8
MAX_JOINS = 64
MAX_QUERIES = 400
MAX_EXPANDED = 20_000
MAX_GROWTH = 1_000

_FLAT = frozenset({exp.And, exp.Or, exp.Union})
"""Chains of these are read as lists by parser and engine alike, and do not count as nesting."""

_GROWING = frozenset({exp.Replace, exp.RegexpReplace})

_QUERIES = (exp.Select, exp.Union, exp.Except, exp.Intersect)


def check_shape(text: str, nodes: Nodes) -> None:
    """Refuse a tree that is too deep or holds too many queries or joins; `nodes` are all of it, breadth first.

    Raises:
        QueryTooComplex: With the limit and, where it can be told, the place in `text`.
    """
    if sum(len(nodes.of(kind)) for kind in _QUERIES) > MAX_INNER or len(nodes.of(exp.Join)) > MAX_JOINS:
        _check_queries(text, nodes)
    if _levels(nodes.all[-1]) > MAX_DEPTH:
        _check_depth(text, nodes.all)
    if not nodes.kinds.keys().isdisjoint(_GROWING):
        _check_growth(text, [node for node in nodes.all if type(node) in _GROWING])


def _check_queries(text: str, nodes: Nodes) -> None:
    """Refuse too many queries, or too many joins in one, or inner queries within each other."""
    inner: dict[int, int] = {}
    selects = 0
    for node in nodes.all:
        if type(node) in _QUERIES:
            inner[id(node)] = _around(node, inner) + _is_inner(node)
            selects += type(node) is exp.Select
            _check_query(text, node, inner[id(node)], selects)


def _levels(node: exp.Expr) -> int:
    """Return how many levels there are down to a node; the last of a tree in breadth-first order is on its deepest."""
    levels, at = 0, node
    while at is not None and levels <= MAX_DEPTH:
        levels, at = levels + 1, at.parent
    return levels


def _around(node: exp.Expr, inner: Mapping[int, int]) -> int:
    """Return how many inner queries are around a query; those around it are in `inner` already."""
    at = node.parent
    while at is not None and id(at) not in inner:
        at = at.parent
    return inner[id(at)] if at is not None else 0


def _check_depth(text: str, nodes: Sequence[exp.Expr]) -> None:
    depths: dict[int, int] = {}
    for node in nodes:
        deep = depths.get(id(node.parent), 0) + (type(node) not in _FLAT)
        depths[id(node)] = deep
        if deep > MAX_DEPTH:
            raise _refuse(text, node, f"the query is nested more than {MAX_DEPTH} deep", MAX_DEPTH)


def _check_growth(text: str, growing: Sequence[exp.Expr]) -> None:
    """Refuse replacements that multiply the length of text, each other's result again, or from one SELECT to the next.

    An engine does not count what one such call needs before it has it.
    """
    worst: dict[int, float] = {}
    for node in growing:
        factor, at = 1.0, node
        while at is not None and type(at) is not exp.Select:
            factor *= _growth(at) if type(at) in _GROWING else 1.0
            at = at.parent
        worst[id(at)] = max(worst.get(id(at), 1.0), factor)
        if math.prod(worst.values()) > MAX_GROWTH:
            raise _refuse(text, node, f"replacements make text more than {MAX_GROWTH:,} times as long", MAX_GROWTH)


def _growth(call: exp.Expr) -> float:
    """Return how many times as long a replacement can make its text; what is not written out may be long."""
    pattern, replacement = call.args.get("expression"), call.args.get("replacement")
    if replacement is None:
        return 1.0
    length = len(replacement.name) if replacement.is_string else MAX_GROWTH
    if type(call) is exp.Replace and pattern is not None and pattern.is_string and pattern.name:
        return max(1.0, length / len(pattern.name))
    return length + 1.0


def _check_query(text: str, node: exp.Expr, inner: int, selects: int) -> None:
    if inner > MAX_INNER:
        raise _refuse(text, node, f"subqueries in expressions are nested more than {MAX_INNER} deep", MAX_INNER)
    if selects > MAX_QUERIES:
        raise _refuse(text, node, f"the query holds more than {MAX_QUERIES} SELECTs", MAX_QUERIES)
    if len(node.args.get("joins") or ()) > MAX_JOINS:
        raise _refuse(text, node, f"one SELECT joins more than {MAX_JOINS} relations", MAX_JOINS)


def _is_inner(node: exp.Expr) -> bool:
    """Whether a query is inside an expression (EXISTS, IN, a scalar), and does not stand for a relation."""
    holder = node.parent
    while isinstance(holder, exp.Subquery):
        holder = holder.parent
    return holder is not None and not isinstance(holder, exp.From | exp.Join | exp.CTE | exp.SetOperation | exp.With)


def check_expansion(text: str, tree: exp.Expr, nodes: Nodes, reused: Sequence[exp.Column], widths: Mapping[str, int]) -> None:
    """Refuse a tree that would grow too large once stars stand for columns and aliases for what they name.

    `nodes` are all of it, `reused` the columns that may be aliases; `widths` has the number of columns of each session relation.

    Raises:
        QueryTooComplex: With the limit.
    """
    measure = _Measure(nodes, widths)
    selects = nodes.of(exp.Select)
    total = sum(measure.width(select) for select in selects)
    if total + _most_grown(nodes, reused) <= MAX_EXPANDED:
        return
    total = 0
    for select in tree.find_all(exp.Select):
        total += measure.width(select) + _grown(select)
        if total > MAX_EXPANDED:
            raise _refuse(
                text, select, f"with its stars and aliases written out, the query has over {MAX_EXPANDED:,} parts", MAX_EXPANDED
            )


def _most_grown(nodes: Nodes, reused: Sequence[exp.Column]) -> int:
    """Return what `_grown` of all SELECTs cannot exceed together: each use of an alias can at most double what there was."""
    return len(nodes.all) * (1 + MAX_INNER + sum(1 << count for count in _uses(reused).values()))


def _uses(reused: Sequence[exp.Column]) -> dict[int, int]:
    """Return how often each SELECT may use aliases, by its `id`."""
    uses: dict[int, int] = {}
    for column in reused:
        at = column.parent
        while at is not None:
            if type(at) is exp.Select:
                uses[id(at)] = uses.get(id(at), 0) + 1
            at = at.parent
    return uses


def may_deepen(nodes: Nodes, reused: Sequence[exp.Column]) -> bool:
    """Return whether a tree must be checked again once its aliases are written out; arguments are as for `check_expansion`.

    Each use makes it deeper by what the tree is deep at most, and copies whatever stands in expressions.
    """
    if not reused:
        return False
    copied = not nodes.kinds.keys().isdisjoint(_GROWING) or any(_is_inner(node) for kind in _QUERIES for node in nodes.of(kind))
    return copied or (1 + max(_uses(reused).values(), default=0)) * (2 + _levels(nodes.all[-1])) > MAX_DEPTH


def _refuse(text: str, node: exp.Expr, detail: str, limit: int) -> QueryTooComplex:
    return QueryTooComplex(detail, remedy="ask in several queries", limit=limit, position=place_of(text, node))


def _grown(select: exp.Select) -> int:
    """Return how many nodes the expressions of a SELECT have once each alias is replaced by what it names."""
    sizes: dict[str, int] = {}
    total = 0
    for item in (*select.expressions, *_after(select)):
        size = 1
        for node in item.find_all(exp.Column):
            size += 1 if node.table else sizes.get(node.name, 1)
        if isinstance(item, exp.Alias):
            sizes.setdefault(item.alias, size)
        total += size
        if total > MAX_EXPANDED:
            break
    return total


def _after(select: exp.Select) -> Iterator[exp.Expr]:
    for name in ("where", "group", "having", "qualify", "order"):
        clause = select.args.get(name)
        if clause is not None:
            yield clause


class _Measure:
    """How many columns each query of a statement gives, each worked out once."""

    def __init__(self, nodes: Nodes, widths: Mapping[str, int]) -> None:
        self._widths = widths
        self._defined: dict[str, exp.Expr] = {cte.alias: cte.this for cte in nodes.of(exp.CTE)}
        self._known: dict[int, int] = {}

    def width(self, query: exp.Expr) -> int:
        if isinstance(query, exp.Subquery | exp.SetOperation):
            return self.width(query.this)
        if not isinstance(query, exp.Select):
            return 1
        known = self._known.get(id(query))
        if known is None:
            self._known[id(query)] = 0  # a name that refers to itself adds nothing
            known = self._known[id(query)] = self._columns(query)
        return known

    def _columns(self, select: exp.Select) -> int:
        stars = sum(1 for item in select.expressions if item.is_star)
        if not stars:
            return len(select.expressions)
        places = [place for place in (select.args.get("from_"), *(select.args.get("joins") or ())) if place is not None]
        held = sum(self._relation(place.this) for place in places)
        return len(select.expressions) + min(stars * held, MAX_EXPANDED + 1)

    def _relation(self, relation: exp.Expr) -> int:
        if not isinstance(relation, exp.Table):
            return self.width(relation)
        known = self._widths.get(relation.name)
        return known if known is not None else self.width(self._defined.get(relation.name, relation))
