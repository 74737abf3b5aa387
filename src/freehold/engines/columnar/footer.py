"""What a Parquet footer says of sizes: hints for the order of work, never an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyarrow.parquet as pq

_LOOKED_AT = 256


class Footer:
    """The sizes of one file's row groups and columns. Columns are named as in the Arrow schema."""

    def __init__(self, metadata: pq.FileMetaData) -> None:
        """Look at the paths of the file's leaf columns."""
        self._metadata = metadata
        self._leaves: dict[str, list[int]] = defaultdict(list)
        for place in range(metadata.num_columns):
            path = metadata.schema.column(place).path
            self._leaves[path].append(place)
            if "." in path:
                self._leaves[path.partition(".")[0]].append(place)

    @property
    def groups(self) -> int:
        """How many row groups there are."""
        return self._metadata.num_row_groups

    def rows(self, numbers: tuple[int, ...]) -> int:
        """Return how many rows some row groups have."""
        return sum(self._metadata.row_group(number).num_rows for number in numbers)

    def bytes(self, name: str, numbers: tuple[int, ...]) -> int:
        """Return how many bytes a column takes in some row groups, before compression."""
        groups = [self._metadata.row_group(number) for number in numbers]
        return sum(group.column(place).total_uncompressed_size for group in groups for place in self._leaves.get(name, ()))

    def cheapest(self, names: list[str]) -> tuple[str, ...]:
        """Return the column that takes the least to read."""
        if not self.groups or not names:
            return tuple(names[:1])
        return (min(names[:_LOOKED_AT], key=lambda name: self.bytes(name, (0,))),)

    def together(self, rows: int, chosen: Iterable[int] | None = None) -> Iterator[tuple[int, ...]]:
        """Yield the numbers of row groups to do in one go, of those `chosen` or all: as many as have about so many rows."""
        numbers: list[int] = []
        left = rows
        for number in range(self.groups) if chosen is None else chosen:
            numbers.append(number)
            left -= self._metadata.row_group(number).num_rows
            if left <= 0:
                yield tuple(numbers)
                numbers, left = [], rows
        if numbers:
            yield tuple(numbers)
