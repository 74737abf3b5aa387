"""Which sums of released groups isolate a few: the row space of who is in which group, kept in reduced form (law 3).

Chin and Özsoyoğlu, *Auditing and Inference Control in Statistical Databases* (1982): the sum over some people can be worked out
from released sums exactly where their vector is a linear combination of the released ones. Vectors are over a field of `FIELD`
numbers in which each row of data has its own, so that a combination is zero for an entity only where all of its rows cancel out,
but for one in `FIELD` by chance. Where entities share a column, a combination isolates no more columns than entities.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from freehold.model.query import FIELD

Matrix = npt.NDArray[np.float64]
"""Whole numbers from 0 to `FIELD` - 1."""

_ROWS = 64
"""So many rows of a matrix are worked on at a time."""


class Combination(msgspec.Struct, frozen=True, kw_only=True):
    """Groups, by their names, each with the factor (not zero) that it has in a sum which is zero in all but `columns`."""

    factors: dict[int, int]
    columns: tuple[int, ...]


class Audit:
    """The groups that one consumer was told of, as the row space of their vectors; a group that depends on others adds nothing."""

    def __init__(self, columns: int) -> None:
        """Begin with no group, over vectors of `columns` numbers."""
        self._rows: Matrix = np.zeros((0, columns))
        self._factors: Matrix = np.zeros((0, 0))
        self._pivots: list[int] = []
        self._names: list[int] = []

    @property
    def rank(self) -> int:
        """How many of the groups are independent."""
        return len(self._pivots)

    def with_groups(self, vectors: Matrix, names: Sequence[int]) -> Audit:
        """Return the audit of these groups as well: a vector (a row of `vectors`) and a name for each. At most 4,096 in all."""
        known = vectors[:, self._pivots]
        rest = _less(vectors, known, self._rows)
        width = vectors.shape[1]
        rows = np.hstack([rest, _less(np.zeros((len(vectors), self.rank)), known, self._factors), np.eye(len(vectors))])
        pivots = _eliminate(rows, width)
        kept = [at for at, pivot in enumerate(pivots) if pivot is not None]
        columns = [pivot for pivot in pivots if pivot is not None]
        rest = rows[kept, :width]
        factors = rows[kept][:, [*range(width, width + self.rank), *(width + self.rank + at for at in kept)]]
        taken = self._rows[:, columns]
        audit = Audit(width)
        audit._rows = np.vstack([_less(self._rows, taken, rest), rest])
        audit._factors = np.vstack([_less(np.pad(self._factors, ((0, 0), (0, len(kept)))), taken, factors), factors])
        audit._pivots = self._pivots + columns
        audit._names = self._names + [names[at] for at in kept]
        return audit

    def isolating(self, fewest: int) -> Iterator[Combination]:
        """Yield combinations that are zero in all but some columns, fewer than `fewest`.

        Each single column that a combination isolates is found, and columns that are alike in every group; of others those that one
        row of the reduced form shows, or two whose differences cancel out.
        """
        for at in np.flatnonzero(np.count_nonzero(self._rows, axis=1) < fewest):
            yield self._combination(self._rows[at], self._factors[at])
        for one, other, factor in self._cancelling() if fewest > 2 else ():
            times = np.array([[float(factor)]])
            row, factors = (_less(part[[one]], times, part[[other]])[0] for part in (self._rows, self._factors))
            yield self._combination(row, factors)

    def _combination(self, row: Matrix, factors: Matrix) -> Combination:
        named = {self._names[at]: int(factors[at]) for at in np.flatnonzero(factors)}
        return Combination(factors=named, columns=tuple(int(at) for at in np.flatnonzero(row)))

    def _cancelling(self) -> Iterator[tuple[int, int, int]]:
        """Yield pairs of rows of which the one is the other, times a factor, in all columns but their pivots."""
        seen: dict[bytes, tuple[int, int]] = {}
        for at, pivot in enumerate(self._pivots):
            tail = self._rows[at].astype(np.int64)
            tail[pivot] = 0
            filled = np.flatnonzero(tail)
            if len(filled):
                first = int(tail[filled[0]])
                shape = (tail * pow(first, -1, FIELD) % FIELD).tobytes()
                other, scale = seen.setdefault(shape, (at, first))
                if other != at:
                    yield at, other, first * pow(scale, -1, FIELD) % FIELD


def _eliminate(rows: Matrix, columns: int) -> list[int | None]:
    """Bring `rows` to reduced form, in place; return each row's pivot among the first `columns`, None where nothing is left there.

    Half by half: all work is then in products of matrices.
    """
    if len(rows) <= 1:
        return [_normalize(row, columns) for row in rows]
    upper, lower = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    above = _eliminate(upper, columns)
    _clear(lower, upper, above)
    below = _eliminate(lower, columns)
    _clear(upper, lower, below)
    return above + below


def _normalize(row: Matrix, columns: int) -> int | None:
    """Make a row's pivot 1, in place."""
    filled = np.flatnonzero(row[:columns])
    if not len(filled):
        return None
    pivot = int(filled[len(filled) // 2])
    row[:] = _reduced(row * pow(int(row[pivot]), -1, FIELD))
    return pivot


def _clear(rows: Matrix, others: Matrix, pivots: list[int | None]) -> None:
    """Make `rows` zero at the pivots of others, in place."""
    kept = [at for at, pivot in enumerate(pivots) if pivot is not None]
    times = rows[:, [pivot for pivot in pivots if pivot is not None]]
    touched = np.flatnonzero(times.any(axis=1))
    rows[touched] = _less(rows[touched], times[touched], others if len(kept) == len(others) else others[kept])


def _less(matrix: Matrix, left: Matrix, right: Matrix) -> Matrix:
    """Return `matrix` less the product of two others, exactly; a few rows at a time, so that they stay in the cache."""
    made = np.empty_like(matrix)
    for start in range(0, len(matrix), _ROWS):
        part = slice(start, start + _ROWS)
        product = left[part] @ right
        made[part] = _reduced(np.subtract(matrix[part], product, out=product))
    return made


def _reduced(numbers: Matrix) -> Matrix:
    """Return whole numbers of at most 52 bits modulo `FIELD`, in place; no quotient of such is rounded up to a whole number."""
    quotients = numbers / FIELD
    np.floor(quotients, out=quotients)
    quotients *= FIELD
    numbers -= quotients
    return numbers
