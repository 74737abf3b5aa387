"""One SELECT over relations of several homes: its relations, what must hold of them, and which of them can be asked for together.

Only inner joins are taken apart: what an outer join keeps depends on rows of both sides.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlglot import exp

from freehold.compiler.federation.names import Names
from freehold.compiler.totality import conjuncts
from freehold.model.policy import Form


class Branch(msgspec.Struct, frozen=True):
    """One query of a UNION ALL, all at home in one region."""

    region: str
    query: exp.Expr


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A relation of a SELECT under its alias: at home in `region`, or a UNION ALL of `branches` that have homes; else neither."""

    alias: str
    node: exp.Expr
    region: str | None = None
    branches: tuple[Branch, ...] = ()
    guarded: bool = False
    outer: bool = False
    """Whether an outer join may keep rows of the others without one of this."""


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """A part of WHERE or ON that must hold: which relations it is about, and the homes of the queries inside it.

    `free` says that it uses nothing of a query around this one.
    """

    node: exp.Expr
    units: frozenset[str]
    regions: frozenset[str]
    free: bool


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Relations that one home is asked for together, with the conditions that hold among them alone."""

    units: tuple[Unit, ...]
    conditions: tuple[Condition, ...]

    @property
    def aliases(self) -> frozenset[str]:
        """The names of its relations."""
        return frozenset(unit.alias for unit in self.units)

    @property
    def parts(self) -> tuple[Branch, ...]:
        """What is asked: for each home one query, of which the others are joined to the first; one but for a UNION ALL."""
        first = self.units[0]
        return first.branches or (Branch(first.region or "", first.node),)


class Block:
    """The parts of a SELECT."""

    def __init__(self, select: exp.Select, names: Names) -> None:
        """Find the parts of `select`, in a tree whose names are known."""
        self.select = select
        self.names = names
        joins: list[exp.Join] = list(select.args.get("joins") or ())
        self.is_inner = is_inner(select)
        self.units = tuple(self._units(joins))
        self.conditions = tuple(self._conditions(joins))

    def groups(self) -> tuple[Group, ...]:
        """Return what can be asked for together; relations of one home that nothing connects are asked for each by itself."""
        if not self.is_inner:
            return tuple(self._group([unit]) for unit in self.units if self._is_placed(unit))
        left = [unit for unit in self.units if self._is_placed(unit)]
        groups: list[Group] = []
        while left:
            chosen = [left.pop(0)]
            while (more := self._connected(chosen, left)) is not None:
                left.remove(more)
                chosen.append(more)
            groups.append(self._group(chosen))
        return tuple(groups)

    def needed(self, group: Group) -> list[exp.Column]:
        """Return the columns of a group that are used outside of its own conditions, wherever they stand."""
        inside = {id(node) for condition in group.conditions for node in condition.node.walk()}
        return [use for unit in group.units for use in self.names.uses(self.select, unit.alias) if id(use) not in inside]

    def _units(self, joins: list[exp.Join]) -> Iterator[Unit]:
        from_ = self.select.args.get("from_")
        nodes = [place.this for place in (from_, *joins) if place is not None]
        for at, node in enumerate(nodes):
            later = {join.side for join in joins[at:]}
            own = joins[at - 1].side if at else ""
            outer = own in {"LEFT", "FULL"} or bool(later & {"RIGHT", "FULL"})
            yield self._unit(node, outer=outer)

    def _unit(self, node: exp.Expr, *, outer: bool) -> Unit:
        alias, names = node.alias_or_name, self.names
        if isinstance(node, exp.Table):
            view = names.view(node)
            if view is None:
                return Unit(alias=alias, node=node)
            guarded = view.decision.form is Form.AGGREGATE or view.guarded
            return Unit(alias=alias, node=node, region=names.home(view), guarded=guarded, outer=outer)
        query = node.this if isinstance(node, exp.Subquery) and not is_modified(node) else None
        if query is None or not isinstance(query, exp.Query) or not names.is_closed(query):
            return Unit(alias=alias, node=node)
        guarded = any(view.guarded for view in names.views(query))
        homes = names.homes(query)
        if len(homes) == 1:
            return Unit(alias=alias, node=node, region=next(iter(homes)), guarded=guarded, outer=outer)
        branches = tuple(_branches(query, names))
        return Unit(alias=alias, node=node, branches=branches, guarded=guarded, outer=outer)

    def _conditions(self, joins: list[exp.Join]) -> Iterator[Condition]:
        where = self.select.args.get("where")
        parts = list(conjuncts(where.this)) if where else []
        if self.is_inner:
            parts += [part for join in joins if join.args.get("on") for part in conjuncts(join.args["on"])]
        for part in parts:
            owners = [self.names.owner(column) for column in part.find_all(exp.Column)]
            here = frozenset(owner[1] for owner in owners if owner is not None and owner[0] == id(self.select))
            inside = {id(self.select), *(id(node) for node in part.find_all(exp.Select))}
            free = all(owner is not None and owner[0] in inside for owner in owners)
            yield Condition(node=part, units=here, regions=self.names.homes(part), free=free)
            if self.is_inner and len(here) > 1 and isinstance(part.unnest(), exp.Or):
                yield from self._implied(part.unnest())

    def _implied(self, either: exp.Expr) -> Iterator[Condition]:
        """Yield what an OR over several relations says of each one alone, which holds of fewer rows than the home has."""
        choices = [list(conjuncts(choice.unnest())) for choice in either.flatten()]
        for unit in self.units:
            own = [[part for part in choice if self._is_of(part, unit.alias)] for choice in choices]
            if self._is_placed(unit) and all(own):
                node = exp.or_(*(exp.and_(*parts) for parts in own))
                yield Condition(node=node, units=frozenset({unit.alias}), regions=frozenset(), free=True)

    def _is_of(self, part: exp.Expr, alias: str) -> bool:
        owners = [self.names.owner(column) for column in part.find_all(exp.Column)]
        return bool(owners) and part.find(exp.Query) is None and all(owner == (id(self.select), alias) for owner in owners)

    def _is_placed(self, unit: Unit) -> bool:
        return unit.region is not None or bool(unit.branches)

    def _connected(self, chosen: list[Unit], left: list[Unit]) -> Unit | None:
        region = chosen[0].region
        if region is None:
            return None
        held = {unit.alias for unit in chosen}
        for unit in left:
            if unit.region == region and any(
                unit.alias in condition.units and condition.units & held and condition.units <= held | {unit.alias}
                for condition in self.conditions
                if condition.free and condition.regions <= {region}
            ):
                return unit
        return None

    def _group(self, units: list[Unit]) -> Group:
        aliases = {unit.alias for unit in units}
        regions = {unit.region for unit in units if unit.region is not None}
        conditions = tuple(
            condition
            for condition in self.conditions
            if condition.free and condition.units and condition.units <= aliases and condition.regions <= regions
        )
        if any(unit.outer for unit in units):
            conditions = ()
        return Group(units=tuple(units), conditions=conditions)


def is_inner(select: exp.Select) -> bool:
    """Return whether a SELECT joins its relations by inner joins alone."""
    return all(not join.side and join.kind in {"", "INNER", "CROSS"} for join in select.args.get("joins") or ())


def is_modified(node: exp.Expr) -> bool:
    """Return whether a query in brackets, or a set operation, has an order or a limit of its own."""
    return any(node.args.get(name) for name in ("order", "limit", "offset", "with_"))


def _branches(query: exp.Expr, names: Names) -> Iterator[Branch]:
    """Yield the queries of a UNION ALL, or nothing where not all of them have one home each, and columns of the same types."""
    found: list[exp.Expr] = []
    if not _collect(query, found):
        return
    homes = [names.homes(branch) for branch in found]
    if any(len(item) != 1 for item in homes) or len({_shape(branch, names) for branch in found}) != 1:
        return
    for branch, (home,) in zip(found, homes, strict=True):
        yield Branch(home, branch)


def _collect(query: exp.Expr, found: list[exp.Expr]) -> bool:
    query = query.unnest()
    if isinstance(query, exp.Union):
        if query.args.get("distinct") or is_modified(query):
            return False
        return _collect(query.this, found) and _collect(query.expression, found)
    found.append(query)
    return isinstance(query, exp.Select) and not query.args.get("order")


def _shape(query: exp.Expr, names: Names) -> tuple[str, ...]:
    """Return the outputs of a query with types in place of columns and values: alike, they are of the same types."""
    return tuple(_typed(item, names) for item in query.selects) if isinstance(query, exp.Query) else ()


def _typed(item: exp.Expr, names: Names) -> str:
    given = item.unalias()
    if isinstance(given, exp.Column):
        return names.type_of(given) or f"?{id(given)}"
    copy = given.copy()
    for column, original in zip(copy.find_all(exp.Column), given.find_all(exp.Column), strict=True):
        column.set("table", None)
        column.set("this", exp.to_identifier(names.type_of(original) or f"?{id(original)}", quoted=True))
    for literal in copy.find_all(exp.Literal):
        literal.set("this", "" if literal.is_string else _width(literal.name))
    return copy.sql(dialect="duckdb", comments=False, identify=True)


def _width(number: str) -> str:
    """Return what number stands for the type of a written number."""
    return "1" if number.isdecimal() and len(number) <= 9 else number
