"""What functions may be given: a value of the wrong type is no value of the function, whatever language calls it.

One that cannot be known makes `Unresolved` of the call.
"""

from __future__ import annotations

from typing import Any

from freehold.azure.expression.values import Partly, Unfit, Unresolved, as_number, is_number, kind, known


def text(value: Any) -> str:
    """Return a text.

    Raises:
        Unfit: It is none.
    """
    if not isinstance(value, str):
        raise Unfit(f"wants text, not {kind(known(value))}")
    return value


def number(value: Any) -> int | float:
    """Return a number.

    Raises:
        Unfit: It is none.
    """
    if not is_number(value):
        raise Unfit(f"wants a number, not {kind(known(value))}")
    return value


def whole(value: Any) -> int:
    """Return a number, cut to a whole one; a text that is a number will do.

    Raises:
        Unfit: It is none.
    """
    found = as_number(value) if isinstance(value, str) else value
    try:
        return int(number(found))
    except (OverflowError, ValueError):
        raise Unfit("wants a finite number") from None


def items(value: Any) -> list[Any]:
    """Return an array.

    Raises:
        Unfit: It is none.
    """
    if not isinstance(value, list):
        raise Unfit(f"wants an array, not {kind(known(value))}")
    return value


def members(value: Any) -> dict[str, Any]:
    """Return an object.

    Raises:
        Unfit: It is none.
    """
    if not isinstance(value, dict):
        raise Unfit(f"wants an object, not {kind(known(value))}")
    if isinstance(value, Partly):
        raise Unresolved(value.unknown)
    return value
