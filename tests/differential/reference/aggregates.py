"""Figures over the rows of a group, and whether that group may be told of at all (docs/sql.md, "Aggregates only")."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sqlglot import exp

from differential.reference.relation import Frame, Place, Places

Node = Any
Evaluate = Callable[[Node, Frame], Any]

_SPREADS: dict[type, tuple[int, Callable[[list[Any]], float]]] = {
    exp.Stddev: (2, statistics.stdev),
    exp.StddevSamp: (2, statistics.stdev),
    exp.StddevPop: (1, statistics.pstdev),
    exp.Variance: (2, statistics.variance),
    exp.VariancePop: (1, statistics.pvariance),
}
"""Each with the least number of values that it is defined for."""

_SUMMING = (exp.Sum, exp.Avg, *_SPREADS)
AGGREGATES = (exp.Count, exp.Min, exp.Max, *_SUMMING)


def aggregate(node: Node, group: list[Frame] | None, evaluate: Evaluate) -> Any:
    """Return what an aggregate gives for a group."""
    assert group is not None, "an aggregate outside of any group"
    if isinstance(node.this, exp.Star):
        return len(group)
    found = [given for member in group if (given := evaluate(argument_of(node), member)) is not None]
    if isinstance(node.this, exp.Distinct):
        found = list(set(found))
    return figure(node, found)


def figure(node: Node, found: list[Any]) -> Any:
    """Return an aggregate of values, none of which is null."""
    if isinstance(node, exp.Count):
        return len(found)
    least, spread = _SPREADS.get(type(node), (1, None))
    if len(found) < least:
        return None
    if spread is not None:
        return spread([float(item) for item in found])
    if isinstance(node, exp.Sum | exp.Avg):
        return sum(found) / (len(found) if isinstance(node, exp.Avg) else 1)
    return min(found) if isinstance(node, exp.Min) else max(found)


def argument_of(node: Node) -> Node:
    """Return what an aggregate is over."""
    return node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this


def may_be_told(members: list[Frame], places: Places, aggregates: Iterable[Node], evaluate: Evaluate) -> bool:
    """Return whether a group exists for the caller, who may have nothing but aggregates of what was read at `places`."""
    over = [node for node in aggregates if argument_of(node).find(exp.Column)]
    return all(_tells_of_nobody(members, place, over, evaluate) for place in places)


def _tells_of_nobody(members: list[Frame], place: Place, aggregates: list[Node], evaluate: Evaluate) -> bool:
    if not _is_large(members, place):
        return False
    for node in aggregates:
        argument = argument_of(node)
        valued = [member for member in members if evaluate(argument, member) is not None]
        if not _is_large(valued, place):
            return False
        if (
            isinstance(node, _SUMMING)
            and not isinstance(node.this, exp.Distinct)
            and not _is_shared(valued, place, argument, evaluate)
        ):
            return False
    return True


def _is_large(members: list[Frame], place: Place) -> bool:
    people = {member.people.get(place) for member in members} - {None}
    return len(people) >= place.min_group


def _is_shared(valued: list[Frame], place: Place, argument: Node, evaluate: Evaluate) -> bool:
    """Whether nobody has more than the greatest share of the absolute contributions; rows about nobody count as one."""
    contributions: defaultdict[Any, float] = defaultdict(float)
    for member in valued:
        contributions[member.people.get(place)] += evaluate(argument, member)
    sizes = [abs(size) for size in contributions.values()]
    return place.max_share >= 100 or max(sizes) <= sum(sizes) * (place.max_share / 100)
