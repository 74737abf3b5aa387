"""Which texts do not have a shape, by a few passes over the bytes of all of them, one after the other as Arrow has them.

INVARIANT: only ASCII is judged, where each byte is a character, and no pass makes a call for a text. How many of some bytes a text
holds is how many of them are before its end, less those before its start.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from freehold.engines.columnar.arrow import Numbers
from freehold.engines.columnar.marks import Marks, fewest, outside
from freehold.engines.columnar.shape import ALL, Class, Shape, spans, together

SPANS = 6
"""Of how many spans a class may be: each of them is a pass over all bytes."""

_TILE = 1 << 18  # bytes that a step looks at: less, and threads wait for each other; more, and they leave the processor's cache
# how many more bytes to a text let RE2 take as long as one more separator, place, and run beside others of another class
_SEPARATOR, _PLACE, _RUN, _SPARED = 5, 2, 15, 10


class Judge(NamedTuple):
    """Judges texts by a shape, in any thread; `least` is from how many bytes to a text, on average, RE2 would take longer.

    `failing` takes borders and bytes, text n being `content[borders[n]:borders[n + 1]]` and all of it ASCII. It returns which texts
    do not have the shape, or None where all have it.
    """

    failing: Callable[[Numbers, Numbers], Numbers | None]
    least: int


def judge_of(shape: Shape) -> Judge | None:
    """Return what judges texts by a shape, or None where its classes are of too many spans."""
    if shape.length is not None:
        return Judge(_Matrix(shape.fields[0].first).failing, 0) if all(len(spans(of)) <= SPANS for of in shape.classes) else None
    fields = _Fields(shape)
    return Judge(fields.failing, fields.least) if all(len(fewest(of)) <= SPANS for of in shape.classes) else None


class _Matrix:
    """Texts of one length are rows of a matrix; a column has, for each span, a least byte and how far above it others may be."""

    def __init__(self, columns: tuple[Class, ...]) -> None:
        self._columns = columns

    def failing(self, borders: Numbers, content: Numbers) -> Numbers | None:
        count, length = len(borders) - 1, len(self._columns)
        rows = np.flatnonzero(np.diff(borders) == length)
        if len(rows) < count:
            whole = np.lib.stride_tricks.sliding_window_view(content, length) if len(rows) else content
            content = whole[borders[rows]].ravel()
        wrong = self._outside(content)
        if wrong.count():
            rows = rows[np.diff(wrong.before(np.arange(0, len(content) + 1, length))) == 0]
        return _all_but(rows, count)

    def _outside(self, content: Numbers) -> Marks:
        found, step = Marks(len(content)), len(self._tiles[0][0])
        for start in range(0, len(content), step):
            some, marks = content[start : start + step], found.of[start : start + step]
            for number, (low, reach) in enumerate(self._tiles):
                beyond = some - low[: len(some)] > reach[: len(some)]  # what is below comes round to far above
                marks[:] = marks & beyond if number else beyond
        return found

    @functools.cached_property
    def _tiles(self) -> list[tuple[Numbers, Numbers]]:
        """The first, second … span of each column, or its first again where it has no more, for as many rows as are one step."""
        found = [spans(of) for of in self._columns]
        rows = max(1, _TILE // len(found))
        tiles: list[tuple[Numbers, Numbers]] = []
        for number in range(max(map(len, found))):
            row = np.array([its[number] if number < len(its) else its[0] for its in found], np.uint8)
            tiles.append((np.tile(row[:, 0], rows), np.tile(row[:, 1] - row[:, 0], rows)))
        return tiles


class _Texts(NamedTuple):
    """Some of the texts, by their numbers, with where each of their fields starts and ends."""

    rows: Numbers
    fields: list[tuple[Numbers, Numbers]]

    def where(self, tests: Iterator[Numbers]) -> _Texts:
        """Return those that pass every test."""
        good = functools.reduce(np.logical_and, tests, np.True_)
        if good.all():
            return self
        return _Texts(self.rows[good], [(start[good], end[good]) for start, end in self.fields])


class _Fields:
    """Texts are split at their separators; bytes with a place of their own are looked at there, and runs hold none but theirs.

    Where all is of one class, no other byte may be anywhere. Where all runs are of one, there may be as many others as were seen in
    places of their own. Only where there are more, or several classes, is each run looked at.
    """

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._between = together(1 << byte for byte in shape.separators)
        self._only = together(shape.classes) | self._between if len(shape.classes) == 1 else None
        runs = [field.run.of for field in shape.fields if field.run.of]
        self._run = runs[0] if len(set(runs)) == 1 else None
        places = 0 if self._only else sum(len(field.first) + len(field.last) for field in shape.fields)
        apart = 0 if self._run else len(runs)
        self.least = _SEPARATOR * len(shape.separators) + _PLACE * places + _RUN * apart - _SPARED

    def failing(self, borders: Numbers, content: Numbers) -> Numbers | None:
        texts = self._split(borders, content)
        texts = texts.where(self._lengths(texts))
        texts = texts.where(self._order(texts, content))
        if self._only is not None:
            texts = texts.where(_holding(0, outside(content, self._only), [(texts.fields[0][0], texts.fields[-1][1])]))
        else:
            placed = list(self._placed(texts, content))
            rest = texts.where(~outside(byte, of).of for of, byte in placed)
            others = 0 if self._run is None else sum(outside(byte, self._run).count() for _, byte in placed)
            texts = rest.where(self._runs(rest, content, others + len(texts.rows) * len(self._shape.separators)))
        return _all_but(texts.rows, len(borders) - 1)

    def _split(self, borders: Numbers, content: Numbers) -> _Texts:
        """Return the texts that have as many separators as the shape."""
        starts, ends, count = borders[:-1], borders[1:], len(self._shape.separators)
        rows = np.arange(len(starts))
        if not count:
            return _Texts(rows, [(starts, ends)])
        marks = outside(content, ALL ^ self._between)
        places = marks.places()
        found = places[: len(places) // count * count].reshape(-1, count)
        if len(places) != len(rows) * count or (found[:, 0] < starts).any() or (found[:, -1] >= ends).any():
            before = marks.before(borders)
            rows = np.flatnonzero(np.diff(before) == count)
            found = places[before[rows][:, None] + np.arange(count)]
            starts, ends = starts[rows], ends[rows]
        columns = [found[:, number] for number in range(count)]
        return _Texts(rows, list(zip([starts, *(column + 1 for column in columns)], [*columns, ends], strict=True)))

    def _lengths(self, texts: _Texts) -> Iterator[Numbers]:
        for field, (start, end) in zip(self._shape.fields, texts.fields, strict=True):
            length, fixed = end - start, len(field.first) + len(field.last)
            yield length >= fixed + field.run.least
            if field.run.most is not None:
                yield length <= fixed + field.run.most

    def _order(self, texts: _Texts, content: Numbers) -> Iterator[Numbers]:
        if len(set(self._shape.separators)) > 1:
            for separator, (_, end) in zip(self._shape.separators, texts.fields, strict=False):
                yield content[end] == separator

    def _placed(self, texts: _Texts, content: Numbers) -> Iterator[tuple[Class, Numbers]]:
        """Yield the class and the bytes of each place of its own."""
        for field, (start, end) in zip(self._shape.fields, texts.fields, strict=True):
            for number, of in enumerate(field.first):
                yield of, content[start + number]
            for number, of in enumerate(reversed(field.last), 1):
                yield of, content[end - number]

    def _runs(self, texts: _Texts, content: Numbers, others: int) -> Iterator[Numbers]:
        runs: dict[Class, list[tuple[Numbers, Numbers]]] = {}
        for field, (start, end) in zip(self._shape.fields, texts.fields, strict=True):
            if field.run.of:
                runs.setdefault(field.run.of, []).append((start + len(field.first), end - len(field.last)))
        for of, places in runs.items():
            yield from _holding(others if of == self._run else None, outside(content, of), places)


def _holding(known: int | None, marks: Marks, parts: list[tuple[Numbers, Numbers]]) -> Iterator[Numbers]:
    """Yield which parts hold no mark, unless there are no more marks than are known to be elsewhere."""
    if marks.count() != known:
        for start, end in parts:
            yield marks.before(start) == marks.before(end)


def _all_but(rows: Numbers, count: int) -> Numbers | None:
    """Return which of so many texts are not in some rows, or None where all are."""
    if len(rows) == count:
        return None
    found = np.ones(count, dtype=bool)
    found[rows] = False
    return found
