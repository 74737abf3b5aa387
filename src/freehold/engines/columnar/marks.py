"""Some of many bytes: which they are, where, and how many of them are before a place. Each answer is a few passes over all bytes.

INVARIANT: no pass makes a call for a mark, or for a place that is asked about.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from freehold.engines.columnar.arrow import Numbers
from freehold.engines.columnar.shape import ALL, Class, Span, spans

_WORD = 64
_ONE = np.uint64(1)
# times a word with one byte of 1, of which the highest byte then is the number
_WHICH = np.uint64(0x0001_0203_0405_0607)
_HIGHEST = np.uint64(56)


class Marks:
    """One mark for each of some bytes, to be written to `of` before anything is asked."""

    def __init__(self, size: int) -> None:
        """Make room for so many marks."""
        self._held = np.empty((size // _WORD + 1) * _WORD, dtype=bool)  # the place behind the last byte is in a word as well
        self._held[size:] = False
        self.of: Numbers = self._held[:size]

    def count(self) -> int:
        """Return how many are set."""
        return int(np.count_nonzero(self._held))

    def places(self) -> Numbers:
        """Return where marks are set, in order."""
        words = self._held.view(np.uint64)
        at = np.flatnonzero(words != 0)
        if 10 * len(at) > len(self.of):
            return np.flatnonzero(self.of)  # which takes several times as long where marks are fewer
        held = words[at]
        if np.bitwise_count(held).max(initial=0) > 1:
            inner = np.flatnonzero(held.view(np.bool_))
            return (at[inner >> 3] << 3) + (inner & 7)
        return (at << 3) + (held * _WHICH >> _HIGHEST).view(np.int64)

    def before(self, places: Numbers) -> Numbers:
        """Return how many marks are set before each of some places, which are those of bytes or the one behind the last."""
        bits, sums = self._counted
        word = places >> 6
        below = (_ONE << (places & 63).view(np.uint64)) - _ONE
        return sums[word] + np.bitwise_count(bits[word] & below)

    @cached_property
    def _counted(self) -> tuple[Numbers, Numbers]:
        """The marks as bits, 64 in a word, and how many are set before each word."""
        bits = np.packbits(self._held, bitorder="little").view(np.uint64)
        counts = np.bitwise_count(bits)
        return bits, np.cumsum(counts, dtype=np.int64) - counts


def outside(content: Numbers, of: Class) -> Marks:
    """Return which bytes of ASCII are not of a class."""
    found = Marks(len(content))
    chosen = fewest(of)
    if not chosen:
        found.of[:] = False
    for number, span in enumerate(chosen):
        if number:
            np.logical_or(found.of, _within(content, span, np.empty(len(content), bool)), out=found.of)
        else:
            _within(content, span, found.of)
    if chosen is not spans(ALL ^ of):
        np.logical_not(found.of, out=found.of)
    return found


def fewest(of: Class) -> tuple[Span, ...]:
    """Return the spans of all bytes but those of a class, or, where they are fewer, those of the class."""
    return min(spans(ALL ^ of), spans(of), key=len)


def _within(content: Numbers, span: Span, found: Numbers) -> Numbers:
    low, high = span
    if low == high:
        return np.equal(content, low, out=found)
    if low == 0:
        return np.less_equal(content, high, out=found)
    if high == 127:
        return np.greater_equal(content, low, out=found)
    return np.less_equal(content - np.uint8(low), high - low, out=found)  # what is below `low` comes round to far above
