"""A pattern of whole values, which is RE2's, in the syntax of PostgreSQL: one that matches the same texts, or none.

INVARIANT: what is not known here to mean the same there is not written. Classes of letters are those of ASCII as RE2 has them, a
point is no line feed and a negated class may be one, the ends are those of the whole text.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache

from freehold.model.pattern_parts import Characters, Mark, Part, Repeat, Span, parts_of

_MOST_REPEATS = 255
"""PostgreSQL's own bound."""

_MARKS = {Mark.POINT: r"[^\n]", Mark.OPEN: "(?:"}


@lru_cache(maxsize=1024)
def for_postgres(pattern: str) -> str | None:
    """Return an advanced regular expression of PostgreSQL that matches exactly the texts that `pattern` matches as a whole.

    >>> for_postgres("[A-Z]{2}.?"), for_postgres("(?i)a")
    ('^(?:[\\\\u0041-\\\\u005A]{2}[^\\\\n]?)$', None)
    """
    parts = parts_of(pattern)
    if parts is None or not _means_the_same(parts):
        return None
    return f"^(?:{''.join(map(_written, parts))})$"


def _means_the_same(parts: Sequence[Part]) -> bool:
    """Return whether PostgreSQL reads the parts as RE2 does: it repeats no end, has a bound of its own and no text with a null."""
    for part, following in itertools.zip_longest(parts, parts[1:]):
        if part in {Mark.START, Mark.END} and isinstance(following, Repeat):
            return False
        if isinstance(part, Repeat) and any(count > _MOST_REPEATS for count in part.counts):
            return False
        if isinstance(part, Characters) and any(low == 0 for low, _ in part.spans):
            return False
    return True


def _written(part: Part) -> str:
    match part:
        case Repeat(text):
            return text
        case Characters(((low, _),), alone=True):
            return _letter(low)
        case Characters(spans, negated):
            return f"[{'^' * negated}{''.join(map(_span, spans))}]"
        case _:
            return _MARKS.get(part, part.value)


def _span(span: Span) -> str:
    low, high = span
    return _letter(low) + (f"-{_letter(high)}" if high > low else "")


def _letter(code: int) -> str:
    return rf"\u{code:04X}" if code <= 0xFFFF else rf"\U{code:08X}"
