"""Give the answer's columns the names that the schema and the caller wrote, where binding folded them to lower case (law 8)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp


def restore_names(tree: exp.Expr, names: Mapping[str, str]) -> exp.Expr:
    """Rename the outermost outputs of `tree` by `names` (folded → written); a name twice in one answer stays as it is."""
    outermost = tree
    while not isinstance(outermost, exp.Select):
        outermost = outermost.this
    renamed: dict[str, str] = {}
    for item in outermost.expressions:
        folded = item.alias if isinstance(item, exp.Alias) else item.name
        renamed[folded] = names.get(folded, folded)
        if isinstance(item, exp.Alias):
            item.args["alias"].set("this", renamed[folded])
    _follow_order(tree, renamed)
    return tree


def _follow_order(tree: exp.Expr, renamed: Mapping[str, str]) -> None:
    """ORDER BY may name an output: keep it naming the same one."""
    order = tree.args.get("order")
    for column in order.find_all(exp.Column) if order else ():
        if not column.table and column.name in renamed:
            column.this.set("this", renamed[column.name])
