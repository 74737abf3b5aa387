"""Which texts a pattern does not match as a whole, by RE2: many short texts are joined to lines and judged in one call.

One call per text costs several times what the matching itself does. Lines that do not match together are judged one by one.
"""

from __future__ import annotations

import numpy as np

from freehold.engines.columnar.arrow import Array, Numbers, numbers_of, of_numbers, of_texts, pa
from freehold.engines.columnar.functions import all_are_true, joined, matches, take
from freehold.engines.columnar.line import one_line
from freehold.errors import QueryInvalid

LINES = 64
"""How many texts are judged together."""

_SHORT = 2_048
"""Bytes that a text may have on average where joining still pays."""

_MOST = 1 << 30
_FEED = 10


class Pattern:
    """One pattern of whole values. Safe in any thread."""

    def __init__(self, pattern: str) -> None:
        """Take a pattern in RE2's syntax.

        Raises:
            QueryInvalid: RE2 cannot read it.
        """
        self._alone = rf"\A(?:{pattern})\z"
        line = one_line(pattern)
        self._joined = None if line is None else rf"\A(?:(?:{line})\n)*(?:{line})\z"
        self._hopeless = 0
        try:
            matches(of_texts([""]), self._alone)
        except pa.ArrowException as error:
            raise QueryInvalid(f"the pattern `{pattern}` cannot be read", remedy="write it in the syntax of RE2") from error
        if self._joined is not None:
            try:
                matches(of_texts([""]), self._joined)
            except pa.ArrowException:  # a pattern near RE2's limit of size, which twice is beyond it
                self._joined = None

    def failing(self, texts: Array) -> Numbers | None:
        """Return which of some texts, none of them null, the pattern does not match, or None where it matches all."""
        by_lines = self._joined
        if by_lines is None or len(texts) < 2 * LINES or self._hopeless > 0 or not _joinable(texts):
            self._hopeless -= 1
            return self._one_by_one(texts)
        groups = _groups(texts)
        good = numbers_of(matches(joined(groups, "\n"), by_lines))
        if good.all():
            return None
        suspects = np.flatnonzero(~np.repeat(good, LINES)[: len(texts)])
        if len(suspects) * 2 > len(texts):
            self._hopeless = 8
        inner = self._one_by_one(take(texts, of_numbers(suspects)))
        if inner is None:
            return None
        found = np.zeros(len(texts), dtype=bool)
        found[suspects[inner]] = True
        return found

    def _one_by_one(self, texts: Array) -> Numbers | None:
        good = matches(texts, self._alone)
        if all_are_true(good):
            return None
        return ~numbers_of(good)


def _groups(texts: Array) -> Array:
    starts = np.arange(0, len(texts) + LINES, LINES, dtype=np.int32)
    starts[-1] = len(texts)
    return pa.ListArray.from_arrays(of_numbers(starts), texts)


def _joinable(texts: Array) -> bool:
    """Return whether texts are short on average and hold no line feed."""
    content = text_bytes(texts)
    return content is not None and len(content) <= min(_MOST, _SHORT * len(texts)) and not (content == _FEED).any()


def text_bytes(texts: Array) -> Numbers | None:
    """Return the bytes of all texts one after the other, or None of a layout that has them apart."""
    if pa.types.is_string(texts.type) or pa.types.is_binary(texts.type):
        kind = np.dtype(np.int32)
    elif pa.types.is_large_string(texts.type) or pa.types.is_large_binary(texts.type):
        kind = np.dtype(np.int64)
    else:
        return None
    _, ends, content = texts.buffers()
    if ends is None or content is None:
        return np.empty(0, np.uint8)
    places = np.frombuffer(ends, kind)[texts.offset : texts.offset + len(texts) + 1]
    return np.frombuffer(content, np.uint8)[places[0] : places[-1]]
