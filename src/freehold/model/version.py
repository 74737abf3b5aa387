"""Semantic versions of products (semver 2.0.0), and whether one allows a breaking change after another."""

from __future__ import annotations

import re

Numbers = tuple[int, int, int]
FIRST = "1.0.0"
"""The version of a product that writes none."""

_SEMANTIC = re.compile(
    r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})"
    r"(?:-[0-9A-Za-z-]{1,64}(?:\.[0-9A-Za-z-]{1,64}){0,8})?(?:\+[0-9A-Za-z.-]{1,128})?"
)


def semantic(text: str) -> Numbers | None:
    """Return the three numbers of a semantic version, or None where it is none.

    >>> semantic("1.2.0"), semantic("1.2.0-rc.1"), semantic("v1")
    ((1, 2, 0), (1, 2, 0), None)
    """
    found = _SEMANTIC.fullmatch(text)
    return (int(found.group(1)), int(found.group(2)), int(found.group(3))) if found else None


def may_break(old: str | None, new: str | None) -> bool:
    """Return whether `new` announces a breaking change after `old`: another major number, or while that is 0 another minor one.

    >>> may_break("1.2.0", "2.0.0"), may_break("1.2.0", "1.3.0"), may_break("0.1.0", "0.2.0"), may_break(None, None)
    (True, False, True, False)
    """
    before, after = semantic(old or FIRST), semantic(new or FIRST)
    if before is None or after is None:
        return False
    significant = 2 if before[0] == 0 else 1
    return after[:significant] > before[:significant]


def next_breaking(old: str | None) -> str:
    """Return the least version that announces a breaking change after `old`.

    >>> next_breaking(None), next_breaking("0.3.1"), next_breaking("2.1.0")
    ('2.0.0', '0.4.0', '3.0.0')
    """
    numbers = semantic(old or FIRST) or (1, 0, 0)
    return f"0.{numbers[1] + 1}.0" if numbers[0] == 0 else f"{numbers[0] + 1}.0.0"
