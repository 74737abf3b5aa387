"""The shape of a pattern: fields between separators, where length and separators alone say which class each byte has to be of.

INVARIANT: an ASCII text matches the pattern as a whole exactly if it has the shape's separators in their order and no more of them,
and each field between them has one of its lengths and, place by place, bytes of its classes. So a field has at most one run whose
length is free, and no class holds a separator. A pattern that is not known to be of such a shape has none.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from freehold.model.pattern_parts import Characters, Mark, Part, Repeat, parts_of

LENGTH = 256
"""How many bytes with a place of their own a shape may have."""

Class = int
"""Some bytes of ASCII, each the bit of its number."""

ALL: Class = (1 << 128) - 1

Span = tuple[int, int]
"""The first and the last of some bytes."""


class Run(NamedTuple):
    """Bytes of one class: at least so many, and at most so many (None: any number)."""

    of: Class
    least: int
    most: int | None

    @property
    def is_fixed(self) -> bool:
        """Whether it has one length."""
        return self.least == self.most


class Field(NamedTuple):
    """What stands between two separators: bytes at places from its start, a run, and bytes at places up to its end."""

    first: tuple[Class, ...]
    run: Run
    last: tuple[Class, ...]


class Shape(NamedTuple):
    """Fields, one more than separators."""

    separators: bytes
    fields: tuple[Field, ...]

    @property
    def classes(self) -> frozenset[Class]:
        """The classes of all bytes but separators."""
        runs = (field.run.of for field in self.fields if field.run != _NOTHING)
        return frozenset(runs).union(*((*field.first, *field.last) for field in self.fields))

    @property
    def length(self) -> int | None:
        """The one length of all texts of this shape, or None where they have several."""
        return len(self.fields[0].first) if len(self.fields) == 1 and self.fields[0].run == _NOTHING else None


_NOTHING = Run(0, 0, 0)


def together(classes: Iterable[Class]) -> Class:
    """Return the bytes that are in any of some classes."""
    return functools.reduce(operator.or_, classes, 0)


@functools.lru_cache(maxsize=1024)
def spans(of: Class) -> tuple[Span, ...]:
    """Return a class as spans, in order.

    >>> spans(1 << 45 | 1 << 48 | 1 << 49)
    ((45, 45), (48, 49))
    """
    bits = [byte for byte in range(128) if of >> byte & 1]
    first = (byte for byte in bits if not byte or not of >> byte - 1 & 1)
    last = (byte for byte in bits if not of >> byte + 1 & 1)
    return tuple(zip(first, last, strict=True))


def shape_of(pattern: str) -> Shape | None:
    r"""Return the shape of a pattern in RE2's syntax, or None where it is not known to have one.

    >>> shape_of("[^@ ]+@[^@ ]+").separators, shape_of(r"C\d{6}").length, shape_of("a+|b")
    (b'@', 7, None)
    """
    parts = parts_of(pattern)
    runs = None if parts is None else _runs(_between_ends(parts))
    if not runs or sum(run.least for run in runs if run.is_fixed) > LENGTH:
        return None
    return _shape(runs)


def _between_ends(parts: Sequence[Part]) -> Sequence[Part]:
    """Return parts without what only says that a whole text is meant, which it is anyway."""
    while parts and parts[0] is Mark.START:
        parts = parts[1:]
    while parts and parts[-1] is Mark.END:
        parts = parts[:-1]
    return parts


def _runs(parts: Sequence[Part]) -> list[Run] | None:
    """Return a sequence of runs that says the same, neighbours of one class as one, or None where there is none."""
    runs: list[Run] = []
    opened: list[int] = []
    unit: int | None = None  # where what a repeat repeats begins
    for part in parts:
        match part:
            case Mark.OPEN:
                opened.append(len(runs))
                unit = None
            case Mark.CLOSE if opened:
                unit = opened.pop()
            case Repeat() if unit is not None:
                repeated = _repeated(runs[unit:], part)
                if repeated is None:
                    return None
                runs[unit:], unit = repeated, None
            case Characters() | Mark.POINT:
                unit = len(runs)
                runs.append(Run(_class(part), 1, 1))
            case _:
                return None
    return None if opened or any(not run.of for run in runs) else _merged(runs)


def _repeated(runs: list[Run], repeat: Repeat) -> list[Run] | None:
    least, most = _bounds(repeat)
    if len(runs) == 1 and runs[0][1:] == (1, 1):
        return [Run(runs[0].of, least, most)]
    return runs * least if least == most and len(runs) * least <= LENGTH else None


def _bounds(repeat: Repeat) -> tuple[int, int | None]:
    sign = repeat.text[0]
    if sign != "{":
        return int(sign == "+"), 1 if sign == "?" else None
    return repeat.counts[0], None if ",}" in repeat.text else repeat.counts[-1]


def _merged(runs: list[Run]) -> list[Run]:
    found: list[Run] = []
    for run in runs:
        if run.most == 0:
            continue
        if found and found[-1].of == run.of:
            before = found.pop()
            most = None if before.most is None or run.most is None else before.most + run.most
            run = Run(run.of, before.least + run.least, most)  # noqa: PLW2901  (one after the other is one longer)
        found.append(run)
    return found


def _class(part: Characters | Mark) -> Class:
    if not isinstance(part, Characters):
        return ALL ^ 1 << ord("\n")
    held = 0
    for low, high in part.spans:
        held |= ((1 << high + 1) - (1 << low)) & ALL
    return ALL ^ held if part.negated else held


def _shape(runs: Sequence[Run]) -> Shape | None:
    """Split runs into fields by as few separators as leave each field one free run at most."""
    separators = 0
    while True:
        parts = _split(runs, separators)
        crowded = next((part for part in parts if sum(not run.is_fixed for run in part) > 1), None)
        if crowded is None:
            written = b"".join(bytes([run.of.bit_length() - 1]) * run.least for run in runs if run.of & separators)
            return Shape(written, tuple(_field(part) for part in parts))
        more = _separator(crowded, runs)
        if more is None:
            return None
        separators |= more


def _separator(crowded: Sequence[Run], runs: Sequence[Run]) -> Class | None:
    """Return what separates the first two free runs, and stands in nothing but itself."""
    first, second = [place for place, run in enumerate(crowded) if not run.is_fixed][:2]
    for run in crowded[first + 1 : second]:
        if run.of.bit_count() == 1 and all(not other.of & run.of or (other.of == run.of and other.is_fixed) for other in runs):
            return run.of
    return None


def _split(runs: Sequence[Run], separators: Class) -> list[list[Run]]:
    found: list[list[Run]] = [[]]
    for run in runs:
        if run.of & separators:
            found += [[] for _ in range(run.least)]
        else:
            found[-1].append(run)
    return found


def _field(runs: Sequence[Run]) -> Field:
    free = next((place for place, run in enumerate(runs) if not run.is_fixed), len(runs))
    first, last = ([run.of for run in some for _ in range(run.least)] for some in (runs[:free], runs[free + 1 :]))
    return Field(tuple(first), runs[free] if free < len(runs) else _NOTHING, tuple(last))
