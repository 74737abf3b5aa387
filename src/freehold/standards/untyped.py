"""Values of which nothing is known yet, taken for what they are wanted as, or for nothing."""

from __future__ import annotations

from typing import Any


def items(value: Any) -> list[Any]:
    """Return a list, or an empty one."""
    return value if isinstance(value, list) else []


def mapping(value: Any) -> dict[str, Any]:
    """Return a mapping, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[tuple[int, dict[str, Any]]]:
    """Return the mappings in a list, each with its place in it."""
    return [(at, item) for at, item in enumerate(items(value)) if isinstance(item, dict)]


def text(value: Any) -> str | None:
    """Return a text that says something, or None."""
    return value if isinstance(value, str) and value.strip() else None
