"""Columns as the data names them: as written, else without regard to case."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from freehold.errors import ParameterInvalid
from freehold.model.rule import Probe


def named(probe: Probe, names: Sequence[str]) -> Probe:
    """Return a probe with its columns named as the data names them.

    Raises:
        ParameterInvalid: The data has no such column, or several.
    """
    return msgspec.structs.replace(probe, columns=tuple(_name(column, names) for column in probe.columns))


def _name(column: str, names: Sequence[str]) -> str:
    if names.count(column) == 1:  # as it nearly always is, of thousands too
        return column
    found = [name for name in names if name == column] or [name for name in names if name.casefold() == column.casefold()]
    if len(found) == 1:
        return found[0]
    how = "no column" if not found else "several columns"
    raise ParameterInvalid(f"the data has {how} `{column}`", remedy="name a column that the data has once", column=column)
