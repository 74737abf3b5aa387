"""Give each released aggregate the noise of its cell: the same contributors, the same noise, however they are asked for (law 3).

The cell-key method of statistical offices (Thompson, Broadfoot, Elazar 2013; Giessing, Tent 2019): every row has a secret
record key, a cell's key is the sum of its distinct contributors' record keys, and the noise is a function of that key. A count of
distinct values is about entities instead, since rows can be left out of it that change nothing, and about what was counted. A count
moves by the most that one entity adds to it (times a number of standard deviation 1.5, at most 4; never below zero), a sum by the
largest contribution to it (standard deviation 1). An average is such a sum by such a count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from freehold.compiler.entities import Copies, aliased, contributions, derived, key_names, keys_of, named, of_relation
from freehold.compiler.fence import fence
from freehold.compiler.linear import argument_of
from freehold.compiler.view import RECORD, ROW_RECORD

_CELLS = "__cells"
_MOST = "__most"
_LIMB = 2_097_152
"""21 bits: a hash of 64 holds three numbers of that many, whose sum is near enough to normal and bounded."""

_MOVED = ("from_", "joins", "where", "group", "having")


_Contributors = tuple[str, exp.Expr | None]
"""The column that tells contributors apart, and what they must have a value in."""


@dataclass(slots=True)
class _Cells:
    """What the private SELECT computes for each group, by name."""

    values: dict[str, exp.Expr] = field(default_factory=dict[str, exp.Expr])
    names: dict[exp.Expr, str] = field(default_factory=dict[exp.Expr, str])
    keys: dict[_Contributors, str] = field(default_factory=dict["_Contributors", str])


def perturb(select: exp.Select, alias: str, having: exp.Expr | None, tags: Mapping[exp.Expr, str]) -> Copies:
    """Split `select` in place into a private SELECT, with its guard, and a public one over it; return the relations copied.

    `alias` is the relation whose entities make the key; `having` is the caller's own condition, which is asked of what is public;
    `tags` tells each column apart (its product and name), so that two columns do not share their noise.
    """
    cells = _Cells()
    keys = keys_of(select)
    release = _Release(cells, keys, tags)
    outputs = [release.of(item) for item in select.expressions]
    where = release.of(having) if having is not None else None
    order = select.args.get("order")
    if order is not None:
        select.set("order", exp.Order(expressions=[release.of(item) for item in order.expressions]))
    private = exp.Select(**{name: select.args.pop(name, None) for name in _MOVED})
    private.set("expressions", _private(cells, keys, alias))
    select.set("expressions", outputs)
    select.set("from_", exp.From(this=derived(private, _CELLS)))
    fence(private)
    join, copies = _largest(private, cells, alias)
    select.set("joins", [join])
    select.set("where", exp.Where(this=where) if where is not None else None)
    return copies


class _Release:
    """Rewrites an expression over rows of groups into one over released cells."""

    def __init__(self, cells: _Cells, keys: list[exp.Expr], tags: Mapping[exp.Expr, str]) -> None:
        self._cells = cells
        self._keys = keys
        self._names = [f"__k{at}" for at, _ in enumerate(keys)]
        self._tags = tags

    def of(self, node: exp.Expr) -> exp.Expr:
        for key, name in zip(self._keys, self._names, strict=True):
            if type(node) is type(key) and node == key:
                return named(name, _CELLS)
        if isinstance(node, exp.Query):
            return node
        if isinstance(node, exp.Count):
            return self._count(node)
        if isinstance(node, exp.Sum):
            return self._sum(node.this)
        if isinstance(node, exp.Avg):
            counted = self._count(exp.Count(this=node.this.copy(), big_int=True))
            return exp.Div(this=self._sum(node.this), expression=exp.Nullif(this=counted, expression=exp.Literal.number(0)))
        for child in list(node.iter_expressions()):
            made = self.of(child)
            if made is not child:
                child.replace(made)
        return node

    def _count(self, node: exp.Count) -> exp.Expr:
        distinct = isinstance(node.this, exp.Distinct)
        argument = argument_of(node)
        name, whose = self._value(node), None if isinstance(argument, exp.Star | exp.Literal) else argument
        cell = self._key((RECORD if distinct else ROW_RECORD, whose))
        steps = exp.Round(this=_times(_noise(cell, "count", name if distinct else None), 3))
        moved = exp.Cast(this=exp.Mul(this=steps, expression=named(name, _MOST)), to=exp.DataType.build("BIGINT"))
        counted = exp.Add(this=named(name, _CELLS), expression=moved)
        return exp.Anonymous(this="greatest", expressions=[counted, exp.Literal.number(0)])

    def _sum(self, argument: exp.Expr) -> exp.Expr:
        summed = exp.Sum(this=exp.Cast(this=argument.copy(), to=exp.DataType.build("DOUBLE")))
        name, cell = self._value(summed), self._key((ROW_RECORD, argument))
        moved = exp.Mul(this=_times(_noise(cell, "sum:" + self._tag(argument)), 2), expression=named(name, _MOST))
        return exp.Paren(this=exp.Add(this=named(name, _CELLS), expression=moved))

    def _tag(self, argument: exp.Expr) -> str:
        column = argument.find(exp.Column)
        assert column is not None  # noqa: S101  (guarded.check lets bare columns alone through)
        return self._tags[column]

    def _value(self, node: exp.Expr) -> str:
        name = self._cells.names.get(node)
        if name is None:
            name = self._cells.names[node] = f"__v{len(self._cells.names)}"
            self._cells.values[name] = node
        return name

    def _key(self, contributors: _Contributors) -> str:
        return self._cells.keys.setdefault(contributors, f"__c{len(self._cells.keys)}")


def _private(cells: _Cells, keys: list[exp.Expr], alias: str) -> list[exp.Expr]:
    outputs: list[exp.Expr] = [aliased(key.copy(), f"__k{at}") for at, key in enumerate(keys)]
    outputs += [aliased(value.copy(), name) for name, value in cells.values.items()]
    return outputs + [aliased(_cell(alias, *whose), name) for whose, name in cells.keys.items()]


def _cell(alias: str, key: str, argument: exp.Expr | None) -> exp.Expr:
    """The key of the cell of those, told apart by `key`, who have a value in `argument`, or of all."""
    record: exp.Expr = of_relation(alias, key)
    if argument is not None:
        there = exp.Not(this=exp.Is(this=argument.copy(), expression=exp.null()))
        record = exp.Case(ifs=[exp.If(this=there, true=record)])
    return exp.Sum(this=exp.Distinct(expressions=[record]))


def _largest(private: exp.Select, cells: _Cells, alias: str) -> tuple[exp.Join, Copies]:
    """Return a join that brings, for each group and value, the largest that one entity contributes."""
    names = key_names(private)
    inner, copies = contributions(private, alias, cells.values)
    outputs = [named(name) for name in names] + [aliased(exp.Max(this=exp.Abs(this=named(name))), name) for name in cells.values]
    part = exp.Select(expressions=outputs, from_=exp.From(this=derived(inner, "__entities")))
    if names:
        part.set("group", exp.Group(expressions=[named(name) for name in names]))
    kind = "INNER" if names else "CROSS"
    return exp.Join(this=derived(part, _MOST), kind=kind, on=_same(names)), copies


def _same(names: list[str]) -> exp.Expr | None:
    if not names:
        return None
    return exp.and_(*(exp.NullSafeEQ(this=named(name, _CELLS), expression=named(name, _MOST)) for name in names), copy=False)


def _noise(cell: str, tag: str, value: str | None = None) -> exp.Expr:
    """A number from -1.5 to 1.5 with standard deviation 0.5 that belongs to the cell and the tag, and to what was counted."""
    parts = [_text(cell), exp.Literal.string(tag), *([_text(value)] if value is not None else [])]
    seed = exp.Concat(expressions=parts)
    drawn = exp.Anonymous(this="md5_number_lower", expressions=[seed])
    limbs = [exp.Mod(this=_shifted(drawn, at), expression=exp.Literal.number(_LIMB)) for at in range(3)]
    total = exp.Add(this=exp.Add(this=limbs[0], expression=limbs[1]), expression=limbs[2])
    share = exp.Div(this=exp.Paren(this=total), expression=exp.Literal.number(f"{_LIMB}.0"))
    return exp.Paren(this=exp.Sub(this=share, expression=exp.Literal.number("1.5")))


def _text(name: str) -> exp.Expr:
    return exp.Cast(this=named(name, _CELLS), to=exp.DataType.build("VARCHAR"))


def _shifted(drawn: exp.Expr, limbs: int) -> exp.Expr:
    return exp.Paren(this=exp.IntDiv(this=drawn.copy(), expression=exp.Literal.number(_LIMB**limbs)))


def _times(node: exp.Expr, factor: int) -> exp.Expr:
    return exp.Mul(this=exp.Literal.number(factor), expression=node)
