"""Put a projection directly above each base relation: only columns that the view shows and the query uses come through (law 2)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp


def install_barriers(tree: exp.Expr, used: Mapping[int, tuple[str, ...]]) -> exp.Expr:
    """Replace each session relation in `tree` by `(SELECT used columns FROM relation) AS alias`; return the tree.

    `used` maps each place of a session relation (the `id` of its node) to the folded columns that may come through, in order.
    """
    for table in list(tree.find_all(exp.Table)):
        columns = used.get(id(table))
        if columns is None:
            continue
        alias = table.args.get("alias")
        base = exp.Table(this=exp.Identifier(this=table.name, quoted=True))
        outputs = [exp.Column(this=exp.Identifier(this=name, quoted=True)) for name in columns] or [exp.Literal.number(1)]
        select = exp.Select(expressions=outputs, from_=exp.From(this=base))
        table.replace(exp.Subquery(this=select, alias=alias))
    return tree
