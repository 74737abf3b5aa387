"""Make expressions over protected values unable to fail, so that no error depends on a value that stays hidden (law 3)."""

from __future__ import annotations

from sqlglot import exp


def make_total(
    select: exp.Select, fragile: tuple[exp.Expr, ...], keys: tuple[exp.Expr, ...], widened: tuple[exp.Column, ...]
) -> None:
    """Compute with `widened` as DOUBLE, wrap each of `fragile` in TRY (null where it would fail), and each group key everywhere."""
    for column in widened:
        column.replace(exp.Cast(this=column.copy(), to=exp.DataType.build("DOUBLE")))
    for node in fragile:
        node.replace(exp.Try(this=node.copy()))
    for key in keys:
        same = key.copy()
        for node in list(select.walk(prune=lambda child: child is not select and isinstance(child, exp.Query | exp.Try))):
            if type(node) is type(same) and node == same:
                node.replace(exp.Try(this=node.copy()))
