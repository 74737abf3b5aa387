"""Answers as multisets of rows, numbers equal to what adding up in another order keeps."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

Values = tuple[Any, ...]


def plain(value: Any) -> Any:
    """Return a value with every kind of number as one."""
    return float(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def is_same(left: Any, right: Any) -> bool:
    """Return whether two values are equal, numbers to a relative 1e-9."""
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9) or (left != left and right != right)
    return type(left) is type(right) and left == right


def difference(left: Iterable[Values], right: Iterable[Values]) -> tuple[list[Values], list[Values]]:
    """Return the rows that are only left, and those that are only right."""
    ours, theirs = ([tuple(map(plain, row)) for row in rows] for rows in (left, right))
    rest: list[Values] = []
    for row in ours:
        at = next((at for at, other in enumerate(theirs) if len(row) == len(other) and all(map(is_same, row, other))), None)
        if at is None:
            rest.append(row)
        else:
            theirs.pop(at)
    return rest, theirs
