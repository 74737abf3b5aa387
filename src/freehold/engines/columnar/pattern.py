"""Which texts a pattern does not match as a whole: by the bytes of all of them where it has a shape that says it, else by RE2.

One call of RE2 for each text costs several times what the matching itself does: many short texts are joined to lines and judged in
one call. Lines that do not match together are judged one by one.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from freehold.engines.columnar.arrow import Array, Numbers, numbers_of, of_numbers, of_texts, pa
from freehold.engines.columnar.functions import all_are_true, joined, matches, take
from freehold.engines.columnar.line import one_line
from freehold.errors import QueryInvalid

if TYPE_CHECKING:
    from freehold.engines.columnar.bytewise import Judge

LINES = 64
"""How many texts are judged together by RE2."""

BLOCK = 1 << 22
"""About how many bytes, and an eighth of it how many texts, are judged together by their bytes.

Each pass over them gives the interpreter away and waits for it again: with smaller blocks two threads take as long as one.
"""

_SHORT = 2_048
"""Bytes that a text may have on average where joining still pays."""

_MOST = 1 << 30
_FEED = 10
_ASCII = 127


class Pattern:
    """One pattern of whole values. Safe in any thread."""

    def __init__(self, pattern: str) -> None:
        """Take a pattern in RE2's syntax.

        Raises:
            QueryInvalid: RE2 cannot read it.
        """
        self._pattern = pattern
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
        if len(texts) < 2 * LINES:
            return self._one_by_one(texts)
        laid, judge = _laid(texts), self._judge
        if laid is None or judge is None or laid.size < judge.least * len(texts):
            return self._by_lines(texts)
        found: Numbers | None = None
        step = max(1, min(BLOCK // 8, BLOCK * len(texts) // max(laid.size, 1)))
        for first in range(0, len(texts), step):
            borders, content = laid.part(first, step)
            ascii_alone = content.max(initial=0) <= _ASCII
            wrong = judge.failing(borders, content) if ascii_alone else self._by_lines(texts.slice(first, step))
            if wrong is not None:
                found = np.zeros(len(texts), dtype=bool) if found is None else found
                found[first : first + step] = wrong
        return found

    @cached_property
    def _judge(self) -> Judge | None:
        from freehold.engines.columnar.bytewise import judge_of
        from freehold.engines.columnar.shape import shape_of

        shape = shape_of(self._pattern)
        # glibc gives memory back at each free, and each page is paid for anew, until one piece of that size was freed
        np.empty(4 * BLOCK, np.uint8)
        return None if shape is None else judge_of(shape)

    def _by_lines(self, texts: Array) -> Numbers | None:
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
    laid = _laid(texts)
    if laid is None or laid.size > min(_MOST, _SHORT * len(texts)):
        return False
    return not (laid.part(0, len(texts))[1] == _FEED).any()


class _Laid(NamedTuple):
    """Texts one after the other: where each starts and the last ends, in all bytes of theirs and of others around them."""

    borders: Numbers
    content: Numbers

    @property
    def size(self) -> int:
        """How many bytes the texts have together."""
        return int(self.borders[-1] - self.borders[0])

    def part(self, first: int, count: int) -> tuple[Numbers, Numbers]:
        """Return the borders of some texts in their bytes, and these."""
        borders = self.borders[first : first + count + 1].astype(np.int64)
        return borders - borders[0], self.content[borders[0] : borders[-1]]


def _laid(texts: Array) -> _Laid | None:
    """Return texts one after the other, or None of a layout that has them apart."""
    if pa.types.is_string(texts.type) or pa.types.is_binary(texts.type):
        kind = np.dtype(np.int32)
    elif pa.types.is_large_string(texts.type) or pa.types.is_large_binary(texts.type):
        kind = np.dtype(np.int64)
    else:
        return None
    _, ends, content = texts.buffers()
    borders = np.zeros(1, kind) if ends is None else np.frombuffer(ends, kind)[texts.offset : texts.offset + len(texts) + 1]
    return _Laid(borders, np.empty(0, np.uint8) if content is None else np.frombuffer(content, np.uint8))
