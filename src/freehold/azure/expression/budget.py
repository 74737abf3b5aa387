"""How much one evaluation may cost: steps taken, values made, the longest text. What costs more is refused, never cut short."""

from __future__ import annotations

from typing import Any

from freehold.errors import ExpressionFailed

MOST_STEPS = 1_000_000
"""Function calls and members of collections visited, together with values made, in one evaluation."""

LONGEST_TEXT = 1_048_576
"""Characters of the longest text that an expression may make."""

LONGEST_EXPRESSION = 81_920
DEEPEST_EXPRESSION = 64
DEEPEST_VALUE = 128
"""How deep the values that an expression makes may be nested."""

_CHARACTERS_PER_STEP = 64


class Budget:
    """The steps that are left of one evaluation."""

    __slots__ = ("left",)
    longest = LONGEST_TEXT
    most_nodes = MOST_STEPS

    def __init__(self, steps: int = MOST_STEPS) -> None:
        """Begin with so many steps."""
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take steps off.

        Raises:
            ExpressionFailed: None are left.
        """
        self.left -= steps
        if self.left < 0:
            raise ExpressionFailed(
                "the evaluation takes too many steps", remedy="make the expression, or what it runs over, smaller"
            )

    def charge(self, value: Any) -> Any:
        """Take off what a value that was made costs, and return it.

        Raises:
            ExpressionFailed: It is too long, too large or too deep.
        """
        if isinstance(value, str):
            check_length(len(value), self.longest)
            self.spend(1 + len(value) // _CHARACTERS_PER_STEP)
        elif isinstance(value, list | dict):
            before = self.left
            self._walk(value, 0)
            if before - self.left > self.most_nodes and _nodes(value) > self.most_nodes:
                raise ExpressionFailed(f"the evaluation makes a value of more than {self.most_nodes:,} nodes")
        return value

    def _walk(self, value: list[Any] | dict[str, Any], depth: int) -> None:
        if depth > DEEPEST_VALUE:
            raise ExpressionFailed(f"the evaluation makes values more than {DEEPEST_VALUE} levels deep")
        self.spend(1 + len(value))
        for item in value if isinstance(value, list) else value.values():
            if isinstance(item, list | dict):
                self._walk(item, depth + 1)
            elif isinstance(item, str):
                self.spend(len(item) // _CHARACTERS_PER_STEP)


class PolicyBudget(Budget):
    """The steps of one evaluation of a policy, in which texts and values have the documented limits: Azure denies over them."""

    __slots__ = ()
    longest = 131_072
    most_nodes = 32_768


def _nodes(value: Any) -> int:
    """Return how many values a value has in it, itself among them."""
    inside = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return 1 + sum(map(_nodes, inside))


def check_length(characters: int, longest: int = LONGEST_TEXT) -> None:
    """Check the length of a text before it is made.

    Raises:
        ExpressionFailed: It would be too long.
    """
    if characters > longest:
        raise ExpressionFailed(f"the evaluation makes a text of more than {longest:,} characters")
