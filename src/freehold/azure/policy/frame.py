"""What one evaluation of a policy looks at: the resource, parameters, circumstances, and the members being counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def every(tests: Sequence[Test]) -> Test:
    """Return a condition that holds where all of several do, and is unresolved where none fails and one cannot be known."""
    return _settled(tests, decisive=False)


def some(tests: Sequence[Test]) -> Test:
    """Return a condition that holds where any of several does, and is unresolved where none holds and one cannot be known."""
    return _settled(tests, decisive=True)


def _settled(tests: Sequence[Test], *, decisive: bool) -> Test:
    """Return a condition that says what is decisive as soon as one of several says it, whatever cannot be known beside it."""

    def test_in_turn(frame: Frame) -> bool:
        unresolved: Unresolved | None = None
        for test in tests:
            try:
                if test(frame) is decisive:
                    return decisive
            except Unresolved as found:
                unresolved = found
        if unresolved is not None:
            raise unresolved
        return not decisive

    return test_in_turn
