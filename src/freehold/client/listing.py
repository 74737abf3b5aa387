"""A list of records that shows itself as a table, in a terminal and in a notebook."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any, overload

Record = dict[str, Any]


class Listing(Sequence[Record]):
    """Records in order, all of them dictionaries as the node sent them; `shown` are the members that the table shows.

    `metadata` is what the node says of them all.
    """

    def __init__(self, records: Sequence[Record], shown: Sequence[str], metadata: Record | None = None) -> None:
        """Hold `records`."""
        self.metadata = dict(metadata or {})
        self._records = tuple(records)
        self._shown = tuple(shown)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Listing: ...
    def __getitem__(self, index: int | slice) -> Record | Listing:
        """Return one record, or a shorter listing."""
        if isinstance(index, slice):
            return Listing(self._records[index], self._shown, self.metadata)
        return self._records[index]

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self._records)

    def __repr__(self) -> str:
        """Return the table as text."""
        rows = [self._shown, *self._cells()]
        widths = [max(len(row[at]) for row in rows) for at in range(len(self._shown))]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self._shown)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in self._cells())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _cells(self) -> list[tuple[str, ...]]:
        return [tuple(_said(record.get(name)) for name in self._shown) for record in self._records]


def _said(value: Any) -> str:
    """Return a member as one line: parts of an object as `name value`, items of a list with commas."""
    if value is None:
        return "–"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(part)}" for name, part in value.items() if part is not None) or "–"
    if isinstance(value, list):
        return ", ".join(map(_said, value)) or "–"
    return f"{value:g}" if isinstance(value, float) else " ".join(str(value).split())
