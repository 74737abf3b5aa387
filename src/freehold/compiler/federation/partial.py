"""Ask a home for aggregates of its part, from which those of the whole follow: sums of sums, and no row crosses.

`count` and `sum` add up, `avg` is a sum by a count, `min` and `max` are those of the parts; `count(DISTINCT x)` makes `x` a key.
`var` and `stddev` are put together from counts, means and variances, without the cancellation of a sum of squares.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlglot import exp

from freehold.compiler.allowed import AGGREGATES
from freehold.compiler.federation.block import Block, Group
from freehold.compiler.federation.rows import column
from freehold.compiler.federation.variance import VARIANCES, variance_of

_KINDS = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.CountIf, exp.LogicalAnd, exp.LogicalOr, *VARIANCES)
_GROUPING = (exp.Group, exp.Tuple, exp.Rollup, exp.Cube, exp.GroupingSets)
_TEMPORAL = ("date", "time")
_BIGINT, _DOUBLE = exp.DataType.build("BIGINT"), exp.DataType.build("DOUBLE")


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """How the aggregates of a SELECT are split for one group of its relations.

    `keys` and `values` are what its home is asked for, each by the name of its output; `final` says what stands for each aggregate
    of the SELECT (by the `id` of its node) over the relation `alias` of all that comes back; `written` what stands for whole keys.
    """

    alias: str
    group: Group
    keys: dict[str, exp.Expr]
    values: dict[str, exp.Expr]
    final: dict[int, exp.Expr]
    written: dict[exp.Expr, exp.Expr]
    columns: dict[tuple[str, str], exp.Expr]


def splits(block: Block, alias: str) -> Iterator[Split]:
    """Yield each way to split the aggregates of a block, protected relations first; `alias` is the name of what comes back."""
    select = block.select
    if not block.is_inner or _is_out_of_reach(select):
        return
    aggregates = list(_aggregates(select))
    if not aggregates and not select.args.get("group"):
        return
    for group in sorted(block.groups(), key=lambda group: not any(unit.guarded for unit in group.units)):
        found = _Splitting(block, group, alias, aggregates).split()
        if found is not None:
            yield found


def _is_out_of_reach(select: exp.Select) -> bool:
    group = select.args.get("group")
    return bool(group and group.args.get("all"))


def _aggregates(select: exp.Select) -> Iterator[exp.Expr]:
    """Yield the aggregates of a SELECT itself, which no window is over."""
    clauses = (*select.expressions, *(select.args.get(name) for name in ("having", "order", "qualify")))
    for clause in clauses:
        for node in clause.walk(prune=_is_pruned) if clause is not None else ():
            if type(node) in AGGREGATES and not _is_windowed(node):
                yield node


def _is_windowed(node: exp.Expr) -> bool:
    around = node.parent.parent if isinstance(node.parent, exp.Filter) else node.parent
    return isinstance(around, exp.Window)


def _is_pruned(node: exp.Expr) -> bool:
    return isinstance(node, exp.Query)


class _Splitting:
    """One attempt to split for one group."""

    def __init__(self, block: Block, group: Group, alias: str, aggregates: list[exp.Expr]) -> None:
        self._block = block
        self._group = group
        self._alias = alias
        self._aggregates = aggregates
        self._keys: dict[exp.Expr, str] = {}
        self._values: dict[exp.Expr, str] = {}
        self._written: dict[exp.Expr, exp.Expr] = {}
        self._final: dict[int, exp.Expr] = {}

    def split(self) -> Split | None:
        """Return the split, or None where the aggregates are of other relations as well, or of kinds that do not add up."""
        inside: set[int] = set()
        for key in self._whole_keys():
            stands = self._key(key)
            if not isinstance(key, exp.Column):
                self._written[key] = stands
        for node in self._aggregates:
            made = self._made(node)
            if made is None:
                return None
            self._final[id(node)] = made
            around = node.parent if isinstance(node.parent, exp.Filter) else node
            inside.update(id(item) for item in around.walk())
        columns = self._columns(inside)
        if any(isinstance(key, exp.Column) and self._is_entity(key) for key in self._keys):
            return None
        if not self._keys and (len(self._block.units) > len(self._group.units) or self._block.select.args.get("group")):
            return None
        return Split(
            alias=self._alias,
            group=self._group,
            keys={name: node for node, name in self._keys.items()},
            values={name: node for node, name in self._values.items()},
            final=self._final,
            written=self._written,
            columns=columns,
        )

    def _whole_keys(self) -> Iterator[exp.Expr]:
        """Yield the group keys that are of this group's relations alone."""
        group = self._block.select.args.get("group")
        for key in group.find_all(exp.Expr) if group else ():
            if isinstance(key.parent, _GROUPING) and not isinstance(key, _GROUPING) and self._is_own(key):
                yield key

    def _columns(self, inside: set[int]) -> dict[tuple[str, str], exp.Expr]:
        """Return what stands for each column of the group that is used as it is: it is a key as well."""
        found: dict[tuple[str, str], exp.Expr] = {}
        for use in self._block.needed(self._group):
            if id(use) in inside or self._is_written(use):
                continue
            found[use.table, use.name] = self._key(column(use.table, use.name))
        return found

    def _is_written(self, node: exp.Expr) -> bool:
        """Return whether a column is inside of what a whole key stands for: in an output, and in no condition or other query."""
        at: exp.Expr | None = node
        found = False
        while at is not None and at is not self._block.select:
            if isinstance(at, exp.Where | exp.Join | exp.Query):
                return False
            found = found or at in self._written
            at = at.parent
        return found

    def _is_own(self, node: exp.Expr) -> bool:
        """Return whether a node is of this group's relations and of nothing else."""
        if node.find(exp.Query):
            return False
        owners = [self._block.names.owner(item) for item in node.find_all(exp.Column)]
        mine = {(id(self._block.select), alias) for alias in self._group.aliases}
        return bool(owners) and all(owner in mine for owner in owners)

    def _made(self, node: exp.Expr) -> exp.Expr | None:
        """Return the aggregate over parts that stands for one over rows, or None."""
        if not isinstance(node, _KINDS) or node.args.get("expressions") or node.args.get("count"):
            return None
        argument = node.this
        counts_rows = isinstance(node, exp.Count) and isinstance(argument, exp.Star | exp.Literal)
        if not counts_rows and not self._is_own(argument):
            return None
        if isinstance(argument, exp.Distinct):
            return self._distinct(node, argument)
        if isinstance(argument, exp.Order) or (isinstance(node.parent, exp.Filter) and not self._is_own(node.parent.expression)):
            return None
        return self._added(node, argument)

    def _distinct(self, node: exp.Expr, argument: exp.Distinct) -> exp.Expr | None:
        if isinstance(node.parent, exp.Filter) or len(argument.expressions) != 1 or argument.args.get("on"):
            return None
        return type(node)(this=exp.Distinct(expressions=[self._key(argument.expressions[0])]), **_count(node))

    def _added(self, node: exp.Expr, argument: exp.Expr) -> exp.Expr | None:
        if isinstance(node, exp.Count):
            return _whole(_or_zero(self._sum(node)))
        if isinstance(node, exp.Avg):
            if self._is_temporal(argument):
                return None
            total = exp.Cast(this=self._sum(self._like(node, exp.Sum)), to=_DOUBLE.copy())
            return exp.Paren(this=exp.Div(this=total, expression=self._sum(self._like(node, exp.Count))))
        if isinstance(node, VARIANCES):
            return self._variance(node, argument)
        if isinstance(node, exp.Sum | exp.CountIf):  # the engine's `count_if` is a sum: of nothing it is NULL
            return self._sum(node)
        return type(node)(this=self._value(node))

    def _variance(self, node: exp.Expr, argument: exp.Expr) -> exp.Expr | None:
        if self._is_temporal(argument):
            return None
        count, mean, variance = (self._value(self._like(node, kind)) for kind in (exp.Count, exp.Avg, exp.VariancePop))
        return variance_of(type(node), count, mean, variance)

    def _like(self, node: exp.Expr, kind: type[exp.Expr]) -> exp.Expr:
        """Return another aggregate of the same argument, chosen by the same FILTER."""
        made = kind(this=node.this.copy(), **({"big_int": True} if kind is exp.Count else {}))
        if isinstance(node.parent, exp.Filter):
            return exp.Filter(this=made, expression=node.parent.expression.copy())
        return made

    def _sum(self, node: exp.Expr) -> exp.Expr:
        return exp.Sum(this=self._value(node))

    def _value(self, node: exp.Expr) -> exp.Expr:
        made = node.parent if isinstance(node.parent, exp.Filter) else node
        name = self._values.setdefault(made.copy(), f"v{len(self._values)}")
        return column(self._alias, name)

    def _key(self, node: exp.Expr) -> exp.Expr:
        name = self._keys.setdefault(node.copy(), f"k{len(self._keys)}")
        return column(self._alias, name)

    def _is_entity(self, key: exp.Column) -> bool:
        uses = self._block.names.uses(self._block.select, key.table)
        return any(use.name == key.name and self._block.names.is_guarded_entity(use) for use in uses)

    def _is_temporal(self, argument: exp.Expr) -> bool:
        """Return whether an argument may be of a kind that has averages and no sums."""
        types = [self._block.names.type_of(item) for item in argument.find_all(exp.Column)]
        return any(found is None or found.startswith(_TEMPORAL) for found in types)


def _count(node: exp.Expr) -> dict[str, bool]:
    return {"big_int": True} if isinstance(node, exp.Count) else {}


def _or_zero(node: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=node, expressions=[exp.Literal.number(0)])


def _whole(node: exp.Expr) -> exp.Expr:
    return exp.Cast(this=node, to=_BIGINT.copy())
