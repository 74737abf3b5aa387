"""What one evaluation of a policy looks at: the resource, parameters, circumstances, and the members being counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from freehold.azure.expression.budget import Budget
from freehold.azure.expression.values import Unresolved

Test = Callable[["Frame"], bool]


@dataclass(slots=True)
class Frame:
    """One evaluation; `resource` is what fields read, `primary` what the function `field()` reads."""

    resource: Any
    primary: Any
    parameters: dict[str, Any]
    context: dict[str, Any]
    budget: Budget
    slots: list[Any] = field(default_factory=list[Any])


def all_hold(test: Callable[[Any], bool], items: Iterable[Any]) -> bool:
    """Return whether a test holds of all items; one that fails decides, whatever cannot be known beside it.

    Raises:
        Unresolved: None fails, and one cannot be known.
    """
    unresolved: Unresolved | None = None
    for item in items:
        try:
            if not test(item):
                return False
        except Unresolved as found:
            unresolved = found
    if unresolved is not None:
        raise unresolved
    return True


def every(tests: list[Test]) -> Test:
    """Return a condition that holds where all of several do, and is unresolved where none fails and one cannot be known."""

    def test_all(frame: Frame) -> bool:
        unresolved: Unresolved | None = None
        for test in tests:
            try:
                if not test(frame):
                    return False
            except Unresolved as found:
                unresolved = found
        if unresolved is not None:
            raise unresolved
        return True

    return test_all


def some(tests: list[Test]) -> Test:
    """Return a condition that holds where any of several does, and is unresolved where none holds and one cannot be known."""

    def test_any(frame: Frame) -> bool:
        unresolved: Unresolved | None = None
        for test in tests:
            try:
                if test(frame):
                    return True
            except Unresolved as found:
                unresolved = found
        if unresolved is not None:
            raise unresolved
        return False

    return test_any
