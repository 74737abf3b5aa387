"""The values of one column in one batch: those that are there, and how many are not (null, or NaN of floating point)."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from freehold.engines.columnar.arrow import Array, DataType, Numbers, numbers_of, of_numbers, pa
from freehold.engines.columnar.functions import (
    both,
    cast,
    chosen,
    decoded,
    how_many,
    inverted,
    is_valid,
    run_end_decoded,
    take,
    without_nulls,
)
from freehold.engines.columnar.ordinal import is_nan
from freehold.engines.columnar.spelling import is_text

_CAST = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
"""Layouts that pyarrow's functions do not take."""


def plain_type(type_: DataType) -> DataType:
    """Return the type of the values themselves, whatever they are wrapped or encoded in."""
    while True:
        if isinstance(type_, pa.DictionaryType | pa.RunEndEncodedType):
            type_ = type_.value_type
        elif isinstance(type_, pa.BaseExtensionType):
            type_ = type_.storage_type
        else:
            return _CAST.get(type_, type_)


class Values:
    """One column of one batch. Texts in a dictionary stay in it: each of them is judged once."""

    def __init__(self, array: Array) -> None:
        """Take an array of any encoding; nothing is looked at before it is asked for."""
        self._array = _unwrapped(array)

    @cached_property
    def absent(self) -> int:
        """How many values are null or NaN."""
        return self._array.null_count + (0 if self._nan is None else how_many(self._nan))

    @cached_property
    def present(self) -> Array:
        """The values that are there, in order."""
        return _decoded(self._there)

    @cached_property
    def judged(self) -> Array:
        """The values that tests look at: those that are there, or the dictionary that they come from."""
        there = self._there
        return there.dictionary if isinstance(there, pa.DictionaryArray) else there

    def spread(self, failing: Numbers | None) -> Numbers | None:
        """Return which of the values that are there fail, from which of the `judged` do; None where none does."""
        there = self._there
        if failing is None or not isinstance(there, pa.DictionaryArray):
            return failing
        found = failing[numbers_of(there.indices)]
        return found if found.any() else None

    def there(self) -> Numbers:
        """Return which values are there."""
        found = is_valid(self._array)
        return numbers_of(found if self._nan is None else both(found, inverted(self._nan)))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._array)

    @cached_property
    def _nan(self) -> Array | None:
        return is_nan(self._array)

    @cached_property
    def _there(self) -> Array:
        if self._nan is not None:
            return chosen(self._array, inverted(self._nan))  # which leaves out null as well
        return without_nulls(self._array) if self._array.null_count else self._array


def present_in_all(columns: tuple[Values, ...], arrays: tuple[Array, ...]) -> tuple[tuple[Array, ...], Numbers | None]:
    """Return what the columns hold in the rows where none of them lacks a value, and which rows these are (None: all)."""
    if not any(column.absent for column in columns):
        return tuple(column.present for column in columns), None
    rows = np.flatnonzero(np.logical_and.reduce([column.there() for column in columns]))
    return tuple(take(_decoded(_unwrapped(array)), of_numbers(rows)) for array in arrays), rows


def _unwrapped(array: Array) -> Array:
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if isinstance(array, pa.RunEndEncodedArray):
        array = run_end_decoded(array)
    if isinstance(array, pa.DictionaryArray):
        kept = is_text(array.type.value_type) and not array.dictionary.null_count and len(array.dictionary) <= max(len(array), 1)
        array = array if kept else _decoded(array)
    return cast(array, _CAST[array.type]) if array.type in _CAST else array


def _decoded(array: Array) -> Array:
    return decoded(array) if isinstance(array, pa.DictionaryArray) else array
