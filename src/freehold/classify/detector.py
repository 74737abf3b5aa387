"""What a detector is: a shape that whole values have, a check that proves them, and how likely chance would pass it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from freehold.model.detection import MINIMUM_DISTINCT, MINIMUM_MATCH

Verify = Callable[[Sequence[str]], Sequence[bool]]
"""Says of each of several values of one column whether it is what a detector looks for."""

ANY = (0, 255)
_SEPARATORS = re.compile(r"[ .\-/]")


@dataclass(frozen=True, slots=True)
class Detector:
    """One thing that values can be.

    `digits`, `letters`, `spaces`, `ats`, `dots` and `length` (bytes) are ranges, both ends included, that are cheap to test;
    `pattern` is a regular expression of the whole value, which backtracks no more than its length allows; `verify` decides.
    `chance` is the share of random values of that shape that `verify` would pass. `named` finds, in a column's name as lower-case
    words, that the name says so; with `by_name` the values alone are no proof, and nothing is found without it. `minimum` is in
    percent of the filled values; with `eased` it is halved where the name says so. Where `cleared` finds in the name that the
    column is of something else, nothing is found. Detectors of one `family` are of shapes that exclude each other: their shares
    add up. Of a batch's values of that shape at most `most`, evenly spread, are read and verified.
    """

    name: str
    title: str
    classification: str
    pattern: str
    verify: Verify | None = None
    proof: str = ""
    length: tuple[int, int] = (1, 160)
    digits: tuple[int, int] = ANY
    letters: tuple[int, int] = ANY
    spaces: tuple[int, int] = ANY
    ats: tuple[int, int] = (0, 0)
    dots: tuple[int, int] = ANY
    colons: tuple[int, int] = (0, 0)
    chance: float = 0.0
    named: str = ""
    cleared: str = ""
    family: str = ""
    by_name: bool = False
    eased: bool = False
    minimum: float = MINIMUM_MATCH
    distinct: int = MINIMUM_DISTINCT
    most: int = 1024
    countries: tuple[str, ...] = field(default=())

    def needed(self, *, named: bool) -> float:
        """Return the least share in percent: the minimum, or halfway from chance to certainty where that is more."""
        least = self.minimum / 2 if named and self.eased else self.minimum
        return max(least, 50.0 * (1.0 + self.chance)) if self.chance else least


def each(check: Callable[[str], bool]) -> Verify:
    """Return a verification that looks at each value alone."""

    def verify(values: Sequence[str]) -> list[bool]:
        return [check(value) for value in values]

    return verify


def standard(module: str) -> Verify:
    """Return the verification of a module of python-stdnum (`nl.bsn`), which is imported when it is first needed."""

    def verify(values: Sequence[str]) -> list[bool]:
        valid = _is_valid(module)
        return [valid(value) for value in values]

    return verify


def plain(module: str) -> Verify:
    """Return the verification of a module of python-stdnum, given values without spaces, dots, dashes and slashes."""

    def verify(values: Sequence[str]) -> list[bool]:
        valid = _is_valid(module)
        return [valid(_SEPARATORS.sub("", value)) for value in values]

    return verify


def either(*modules: str) -> Verify:
    """Return the verification that a value is valid by one of several modules of python-stdnum."""

    def verify(values: Sequence[str]) -> list[bool]:
        checks = [_is_valid(module) for module in modules]
        return [any(valid(held) for valid in checks) for held in (_SEPARATORS.sub("", value) for value in values)]

    return verify


@lru_cache(maxsize=256)
def _is_valid(module: str) -> Callable[[str], bool]:
    return importlib.import_module(f"stdnum.{module}").is_valid
