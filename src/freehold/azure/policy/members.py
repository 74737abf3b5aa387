"""Members of arrays: a test of every one of them, and how many a condition holds of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from freehold.azure.expression.values import known
from freehold.azure.policy.aliases import WILDCARD
from freehold.azure.policy.fields import Parts, walk
from freehold.azure.policy.frame import Frame, Test, all_hold


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
    if len(groups) == 2:
        leaf = groups[1]
        return all_hold(lambda item: test(walk(item, leaf)), members)
    return all_hold(lambda item: every_member(frame, item, groups[1:], test), members)


def counted(frame: Frame, slot: int, members: list[Any], where: Test | None) -> int:
    """Return how many members a condition holds of, each in turn put into a slot."""
    frame.budget.spend(len(members))
    if where is None:
        return len(members)
    total = 0
    for item in members:
        frame.slots[slot] = item
        total += where(frame)
    return total


def count_along(frame: Frame, root: Any, groups: tuple[Parts, ...], slots: list[int], where: Test | None) -> int:
    """Return how many members at the end of arrays in arrays a condition holds of; a missing array has none."""
    found = known(walk(root, groups[0]))
    members = found if isinstance(found, list) else []
    if len(groups) == 1:
        return counted(frame, slots[0], members, where)
    frame.budget.spend(len(members))
    total = 0
    for item in members:
        frame.slots[slots[0]] = item
        total += count_along(frame, item, groups[1:], slots[1:], where)
    return total


def arrays(before: str, path: str) -> list[str]:
    """Return the paths of the arrays along a path, outermost first, as they are named inside of a count.

    >>> arrays("", "a[*].b[*]")
    ['a', 'a[*].b']
    """
    pieces = path.split(WILDCARD)
    return [before + WILDCARD.join(pieces[: at + 1]) for at in range(len(pieces) - 1)]
