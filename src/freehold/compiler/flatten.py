"""Write subqueries that only choose and compute rows into the SELECT around them, so that what may only be aggregated can be.

Labels thus pass through CTEs and derived tables: whatever was named on the way, the rules judge the one SELECT that is meant.
"""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.merge_subqueries import merge_subqueries

from freehold.compiler.bind import Bound, bound_of

MOST_NODES = 20_000
"""How large a tree may grow when a WITH query is written out wherever it is used; then it stays as it is."""


def flatten(bound: Bound) -> Bound | None:
    """Return the same question with fewer subqueries, or None where none of them can be written into the one around it."""
    if any(join.kind in {"SEMI", "ANTI"} for join in bound.nodes.of(exp.Join)):
        return None  # what stands on their right is seen by their condition alone
    before = len(bound.nodes.of(exp.Select))
    try:
        tree = merge_subqueries(_inlined(bound.tree.copy()))
    except SqlglotError:
        return None
    flat = bound_of(bound.statement, tree, bound.relations)
    return flat if len(flat.nodes.of(exp.Select)) != before else None


def _inlined(tree: exp.Expr) -> exp.Expr:
    """Write each query of an outermost WITH in place of its name; a tree that would grow too large stays as it is."""
    with_ = tree.args.get("with_")
    if with_ is None or sum(1 for _ in tree.find_all(exp.With)) > 1:
        return tree
    whole = tree.copy()
    size = sum(1 for _ in whole.walk())
    for cte in whole.args["with_"].expressions:
        uses = [table for table in whole.find_all(exp.Table) if table.name == cte.alias]
        size += len(uses) * sum(1 for _ in cte.this.walk())
        if size > MOST_NODES or cte.args["alias"].args.get("columns"):
            return tree
        for table in uses:
            table.replace(exp.Subquery(this=cte.this.copy(), alias=table.args["alias"].copy()))
    whole.set("with_", None)
    return whole
