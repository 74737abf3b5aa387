"""The first rows of a whole are among the first rows of each of its parts: so many are asked for, and no more."""

from __future__ import annotations

import msgspec
from sqlglot import exp

from freehold.compiler.allowed import AGGREGATES
from freehold.compiler.federation.block import Block

_CHANGING = ("group", "having", "distinct", "qualify", "windows")


class Top(msgspec.Struct, frozen=True):
    """How many rows of each part, in which order."""

    order: tuple[exp.Expr, ...]
    rows: int


def top_of(block: Block) -> Top | None:
    """Return what is the most that a block needs of its one relation, where it has a LIMIT and gives out rows as they are."""
    select = block.select
    groups = block.groups()
    limit = _number(select.args.get("limit"))
    offset = _number(select.args.get("offset")) if select.args.get("offset") else 0
    if limit is None or offset is None or len(block.units) != 1 or len(groups) != 1:
        return None
    if len(groups[0].conditions) != len(block.conditions) or any(select.args.get(name) for name in _CHANGING):
        return None
    if any(item.find(*AGGREGATES, exp.Window) for item in select.expressions):
        return None
    outputs = {item.alias: item.this for item in select.expressions if isinstance(item, exp.Alias)}
    order: list[exp.Expr] = []
    for ordered in select.args["order"].expressions if select.args.get("order") else ():
        made = ordered.copy()
        key = made.this
        if isinstance(key, exp.Column) and not key.table and key.name in outputs:
            made.set("this", outputs[key.name].copy())
        if made.find(exp.Query, exp.Window) or any(not column.table for column in made.find_all(exp.Column)):
            return None
        order.append(made)
    return Top(tuple(order), limit + offset)


def _number(node: exp.Expr | None) -> int | None:
    written = node.args.get("expression") if node is not None else None
    return int(written.name) if isinstance(written, exp.Literal) and written.name.isdecimal() else None
