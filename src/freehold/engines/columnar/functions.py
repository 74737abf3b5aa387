"""Arrow's functions as the kernel calls them, each value judged where Arrow has it.

They are called by name, past `pyarrow.compute`: that module first writes a Python function and its help for each of three hundred,
which takes as long as counting a small file.
"""

from __future__ import annotations

from typing import Any

from pyarrow import _compute

from freehold.engines.columnar.arrow import Array, DataType, of_texts

_compute: Any
_call = _compute.call_function


def take(values: Array, places: Array) -> Array:
    """Return the values at some places."""
    return _call("take", [values, places])


def chosen(values: Array, mask: Array) -> Array:
    """Return the values where a mask is true, which it is not where it is null."""
    return _call("filter", [values, mask])


def without_nulls(values: Array) -> Array:
    """Return the values that are there."""
    return _call("drop_null", [values])


def decoded(values: Array) -> Array:
    """Return the values of a dictionary array."""
    return take(values.dictionary, values.indices)


def run_end_decoded(values: Array) -> Array:
    """Return the values of a run-end encoded array."""
    return _call("run_end_decode", [values])


def cast(values: Array, type_: DataType) -> Array:
    """Return values as those of another type.

    Raises:
        pyarrow.ArrowException: One does not fit.
    """
    return _call("cast", [values], _compute.CastOptions.safe(type_))


def is_valid(values: Array) -> Array:
    """Return which values are not null."""
    return _call("is_valid", [values])


def is_nan(values: Array) -> Array:
    """Return which floating point values are NaN; null for null."""
    return _call("is_nan", [values])


def inverted(mask: Array) -> Array:
    """Return what is true where a mask is false; null for null."""
    return _call("invert", [mask])


def both(one: Array, other: Array) -> Array:
    """Return where two masks are true; what is false in one is so whatever the other is."""
    return _call("and_kleene", [one, other])


def any_is_true(mask: Array) -> bool:
    """Return whether a mask is true anywhere."""
    return bool(_call("any", [mask]).as_py())


def all_are_true(mask: Array) -> bool:
    """Return whether a mask is true everywhere; of no values it is."""
    return _call("all", [mask]).as_py() is not False


def how_many(mask: Array) -> int:
    """Return how often a mask is true."""
    return int(_call("sum", [mask]).as_py() or 0)


def is_one_of(values: Array, words: Array) -> Array:
    """Return which values are among `words`, which are of the same type."""
    return _call("is_in", [values], _compute.SetLookupOptions(value_set=words, skip_nulls=False))


def lengths(texts: Array) -> Array:
    """Return how many characters each text has."""
    return _call("utf8_length", [texts])


def matches(texts: Array, pattern: str) -> Array:
    """Return in which texts RE2 finds a pattern.

    Raises:
        pyarrow.ArrowException: It cannot read the pattern.
    """
    return _call("match_substring_regex", [texts], _compute.MatchSubstringOptions(pattern))


def joined(lists: Array, between: str) -> Array:
    """Return each list of texts as one text."""
    return _call("binary_join", [lists, of_texts([between], lists.type.value_type)[0]])
