"""Write each query of a WITH in place of its name, so that every relation stands where it is read."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from freehold.errors import QueryTooComplex

MOST_NODES = 50_000


def written_out(tree: exp.Expr) -> exp.Expr:
    """Return a bound tree without WITH.

    Raises:
        QueryTooComplex: It would grow too large.
    """
    if tree.find(exp.With) is not None:
        _write_out(tree, {}, [0])
    return tree


def _write_out(node: exp.Expr, known: Mapping[str, exp.Expr], size: list[int]) -> None:
    with_ = node.args.get("with_")
    if with_ is not None:
        known = dict(known)
        for cte in with_.expressions:
            _write_out(cte.this, known, size)
            known[cte.alias] = cte.this
        node.set("with_", None)
    for child in list(node.iter_expressions()):
        query = known.get(child.name) if isinstance(child, exp.Table) and not child.db else None
        if query is None:
            _write_out(child, known, size)
            continue
        size[0] += sum(1 for _ in query.walk())
        if size[0] > MOST_NODES:
            raise QueryTooComplex("the query grows too large once each WITH is written out", remedy="use each WITH fewer times")
        child.replace(exp.Subquery(this=query.copy(), alias=child.args["alias"].copy()))
