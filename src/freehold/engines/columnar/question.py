"""One probe made ready for columns of given types: which of their values it counts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from freehold.engines.columnar.arrow import DataType, Numbers, pa
from freehold.engines.columnar.breach import Test, tests
from freehold.engines.columnar.keys import Keys, can_be_key
from freehold.engines.columnar.ordinal import ordinals, unit
from freehold.engines.columnar.spelling import has_spelling, one_of
from freehold.engines.columnar.values import Values, plain_type
from freehold.errors import QueryInvalid
from freehold.model.rule import Probe, ProbeKind

Types = tuple[DataType, ...]

Count = float | None
"""A whole number of rows, or of `newest` seconds since the epoch; None where a column has no value to be the newest."""


class Question:
    """One probe, made ready for columns of given types."""

    def __init__(self, probe: Probe, types: Sequence[DataType]) -> None:
        """Prepare to count.

        Raises:
            QueryInvalid: The probe makes no sense for columns of these types.
        """
        self.probe = probe
        self._types = tuple(plain_type(type_) for type_ in types)
        self._empty = any(pa.types.is_null(type_) for type_ in self._types)
        self._tests: tuple[Test, ...] = ()
        if self._empty or probe.kind in {ProbeKind.ROWS, ProbeKind.NULLS}:
            return
        if probe.kind is ProbeKind.INVALID and probe.constraint is not None:
            self._tests = tests(probe.constraint, self._types[0], probe.columns[0])
        suits = {
            ProbeKind.MISSING: has_spelling,
            ProbeKind.SURPLUS: can_be_key,
            ProbeKind.NEWEST: _is_moment,
        }.get(probe.kind)
        for name, type_ in zip(probe.columns, self._types, strict=True):
            if suits is not None and not suits(type_):
                raise QueryInvalid(
                    f"`{probe.kind.value}` cannot be counted in `{name}`, which holds values of type `{type_}`",
                    remedy="name another column, or mend the column's type in the data",
                )

    def keys(self, rows: int | None) -> Keys:
        """Return an empty collection of this question's keys, as `Keys` is made."""
        return Keys(self._types, rows)

    def failing(self, values: Values) -> Numbers | None:
        """Return which of the values that are there fail (of `invalid`) or stand for no value (of `missing`); None: none does."""
        if self._empty:
            return None
        judged = values.judged
        if self.probe.kind is ProbeKind.MISSING:
            found = one_of(judged, self.probe.missing)
            return values.spread(found if found.any() else None)
        masks = [mask for mask in (test(judged) for test in self._tests) if mask is not None]
        return values.spread(np.logical_or.reduce(masks)) if masks else None

    def newest(self, values: Values) -> Count:
        """Return the greatest value in seconds since the epoch."""
        if self._empty or values.absent == len(values):
            return None
        type_ = self._types[0]
        steps = unit(type_) or Fraction(1)
        return float(int(ordinals(values.present).max()) * steps)

    @property
    def is_empty(self) -> bool:
        """Whether a column is of the type that has no values."""
        return self._empty


def _is_moment(type_: DataType) -> bool:
    return pa.types.is_date(type_) or pa.types.is_timestamp(type_)
