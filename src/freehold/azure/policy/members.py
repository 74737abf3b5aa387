"""Members of arrays: a test of every one of them, and how many a condition holds of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from freehold.azure.expression.values import Merged, Unknown, Unresolved, find_unknown, known, like
from freehold.azure.policy.aliases import WILDCARD
from freehold.azure.policy.fields import Parts, walk
from freehold.azure.policy.frame import Frame, Test, every


def every_member(frame: Frame, root: Any, groups: tuple[Parts, ...], test: Callable[[Any], bool]) -> bool:
    """Return whether a test holds of every member along a path with `[*]`; a missing array counts as one member that is missing.

    Raises:
        Unresolved: None fails, and one cannot be known.
    """
    found = known(walk(root, groups[0]))
    if len(groups) == 1:
        return test(found)
    members: list[Any] = found if isinstance(found, list) else [None]
    frame.budget.spend(len(members))
    rest = groups[1:]
    if len(rest) == 1:
        leaf = rest[0]
        return every([lambda _, item=item: test(walk(item, leaf)) for item in members])(frame)
    return every([partial(_in_member, item, rest, test) for item in members])(frame)


def _in_member(item: Any, groups: tuple[Parts, ...], test: Callable[[Any], bool], frame: Frame) -> bool:
    return every_member(frame, item, groups, test)


@dataclass(slots=True)
class Tally:
    """How many members a condition holds of: `least`, and up to `more` than that for what cannot be known."""

    least: int = 0
    more: int = 0
    unknown: Unknown | None = None

    def decides(self, test: Callable[[int], bool]) -> bool:
        """Return what a test says of the number, whichever it is.

        Raises:
            Unresolved: It depends on which.
        """
        said = test(self.least)
        if self.unknown is not None and any(test(self.least + one) is not said for one in range(1, self.more + 1)):
            raise Unresolved(self.unknown)
        return said

    def add(self, members: list[Any]) -> None:
        """Count members that a condition holds of; of a merged array, those that cannot be known may be the same as others."""
        if not isinstance(members, Merged):
            self.least += len(members)
            return
        sure = sum(find_unknown(item) is None for item in members) or 1
        self.least, self.more, self.unknown = self.least + sure, self.more + len(members) - sure, members.unknown

    def include(self, other: Tally) -> None:
        """Count what was counted elsewhere too."""
        self.least, self.more, self.unknown = self.least + other.least, self.more + other.more, self.unknown or other.unknown

    def doubt(self, what: Unknown) -> None:
        """Count a member of which it cannot be known."""
        self.more, self.unknown = self.more + 1, what


def counted(frame: Frame, slot: int, members: list[Any], where: Test | None) -> Tally:
    """Return how many members a condition holds of, each in turn put into a slot."""
    frame.budget.spend(len(members))
    tally = Tally()
    if where is None:
        tally.add(members)
        return tally
    holds: list[Any] = []
    for item in members:
        frame.slots[slot] = item
        try:
            if where(frame):
                holds.append(item)
        except Unresolved as unresolved:
            tally.doubt(unresolved.what)
    if type(members) is Merged and holds:
        tally.add(like(members, holds))
    else:
        tally.least = len(holds)
    return tally


def count_along(frame: Frame, root: Any, groups: tuple[Parts, ...], slots: list[int], where: Test | None) -> Tally:
    """Return how many members at the end of arrays in arrays a condition holds of; a missing array has none.

    Raises:
        Unresolved: An array cannot be known, or which arrays there are.
    """
    found = known(walk(root, groups[0]))
    members: list[Any] = found if isinstance(found, list) else []
    if len(groups) == 1:
        return counted(frame, slots[0], members, where)
    if isinstance(members, Merged):
        raise Unresolved(members.unknown)
    frame.budget.spend(len(members))
    total = Tally()
    for item in members:
        frame.slots[slots[0]] = item
        total.include(count_along(frame, item, groups[1:], slots[1:], where))
    return total


def arrays(before: str, path: str) -> list[str]:
    """Return the paths of the arrays along a path, outermost first, as they are named inside of a count.

    >>> arrays("", "a[*].b[*]")
    ['a', 'a[*].b']
    """
    pieces = path.split(WILDCARD)
    return [before + WILDCARD.join(pieces[: at + 1]) for at in range(len(pieces) - 1)]
