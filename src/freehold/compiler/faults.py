"""Write around the faults of the engine by which a caller could write into its memory or end it (law 2).

DuckDB 1.5 has these; each has a test that fails without what is written here:

- Where a TRY caught something, it is computed once more row by row, into room for one value. CASE and COALESCE, and what the engine
  makes into these, write theirs at the place that the row had (https://github.com/duckdb/duckdb/issues/25280), so that a caller
  would choose what is written where. A value that is taken out of a row is made in room of its own, whatever it is.
- LAG and LEAD by the least number that there is end the process. Nothing is so far away, as nothing is null rows away.
"""

from __future__ import annotations

from sqlglot import exp

from freehold.compiler.nodes import Nodes

_LEAST = "-9223372036854775808"


def may_meet(nodes: Nodes) -> bool:
    """Return whether a plan of these nodes, to which no TRY is added, may meet one of the faults."""
    return any(nodes.of(kind) for kind in (exp.Try, exp.Lag, exp.Lead))


def written_around(tree: exp.Expr) -> exp.Expr:
    """Return `tree`, changed in place, as a plan that meets none of the faults.

    >>> from sqlglot import parse_one
    >>> written_around(parse_one("SELECT TRY(COALESCE(a, b))", read="duckdb")).sql("duckdb")
    'SELECT TRY(STRUCT_EXTRACT(ROW(COALESCE(a, b)), 1))'
    """
    for node in list(tree.dfs()):
        if isinstance(node, exp.Try):
            _give_room(node)
        elif isinstance(node, exp.Lag | exp.Lead):
            _keep_near(node)
    return tree


def _give_room(node: exp.Expr) -> None:
    row = exp.Anonymous(this="ROW", expressions=[node.this])
    node.set("this", exp.Anonymous(this="STRUCT_EXTRACT", expressions=[row, exp.Literal.number(1)]))


def _keep_near(node: exp.Expr) -> None:
    offset = node.args.get("offset")
    if offset is not None and not _is_near(offset):
        least = exp.Cast(this=exp.Literal.string(_LEAST), to=exp.DataType.build("BIGINT"))
        node.set("offset", exp.Nullif(this=offset, expression=least))


def _is_near(offset: exp.Expr) -> bool:
    return isinstance(offset, exp.Literal) and len(offset.name) < len(_LEAST) - 1
