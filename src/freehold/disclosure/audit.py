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

_BLOCK = 48


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
        factors = np.hstack([_less(np.zeros((len(vectors), self.rank)), known, self._factors), np.eye(len(vectors))])
        pivots = _eliminate(rest, factors)
        kept = [at for at, pivot in enumerate(pivots) if pivot is not None]
        columns = [pivot for pivot in pivots if pivot is not None]
        rest, factors = rest[kept], factors[kept][:, [*range(self.rank), *(self.rank + at for at in kept)]]
        taken = self._rows[:, columns]
        audit = Audit(self._rows.shape[1])
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


def _eliminate(rows: Matrix, factors: Matrix) -> list[int | None]:
    """Bring `rows` to reduced form, in place, and `factors` too; return each row's pivot, None where nothing is left of it.

    Block by block: nearly all the work is then in products of matrices.
    """
    pivots: list[int | None] = []
    for start in range(0, len(rows), _BLOCK):
        block = np.arange(start, min(start + _BLOCK, len(rows)))
        found = {int(at): _eliminate_one(rows, factors, int(at), block) for at in block}
        pivots += found.values()
        kept = [at for at, pivot in found.items() if pivot is not None]
        others = np.setdiff1d(np.arange(len(rows)), block)
        times = rows[others][:, [pivot for pivot in found.values() if pivot is not None]]
        touched = times.any(axis=1)
        for part in (rows, factors):
            part[others[touched]] = _less(part[others[touched]], times[touched], part[kept])
    return pivots


def _eliminate_one(rows: Matrix, factors: Matrix, at: int, block: npt.NDArray[np.intp]) -> int | None:
    """Make one row's pivot 1, and zero in the other rows of its block."""
    filled = np.flatnonzero(rows[at])
    if not len(filled):
        return None
    pivot = int(filled[len(filled) // 2])
    inverse = pow(int(rows[at, pivot]), -1, FIELD)
    others = block[(rows[block, pivot] != 0) & (block != at)]
    times = rows[others, pivot][:, None]
    for part in (rows, factors):
        part[at] = _reduced(part[at] * inverse)
        part[others] = _less(part[others], times, part[[at]])
    return pivot


def _less(matrix: Matrix, left: Matrix, right: Matrix) -> Matrix:
    """Return `matrix` less the product of two others, exactly."""
    return _reduced(matrix - left @ right)


def _reduced(numbers: Matrix) -> Matrix:
    """Return whole numbers of at most 52 bits modulo `FIELD`; no quotient of such is rounded up to a whole number."""
    quotients = np.floor(numbers / FIELD)
    quotients *= FIELD
    return numbers - quotients
