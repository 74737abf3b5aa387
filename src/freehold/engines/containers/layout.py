"""Which bytes of a Parquet file a question needs: all of them but the chunks of columns that nobody asks for.

What is not fetched stays zero in the copy, which no reader takes for a page: one that goes there fails, and answers nothing wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from freehold.engines.place import Wanted
from freehold.errors import SourceUnreadable

Range = tuple[int, int]
"""From a byte to before another."""

TAIL = 1 << 16
"""How many bytes of a file's end are fetched first: most footers are in there."""

_MARK = b"PAR1"
_WRONG = ("parquet-mr version 1.0", "parquet-mr version 1.1", "parquet-mr version 1.2")
"""Writers that leave the header of a dictionary's page out of a chunk's size (PARQUET-816): their files are fetched whole."""


def footer(size: int, tail: bytes) -> Range | None:
    """Return where the footer of a file of `size` bytes is, by its last bytes; None where it has none that can be read."""
    if len(tail) < 8 or tail[-4:] != _MARK:
        return None
    length = int.from_bytes(tail[-8:-4], "little")
    return (size - 8 - length, size) if 0 < length <= size - 12 else None


def needed(path: str, size: int, wanted: Wanted) -> list[Range]:
    """Return the ranges to fetch, in order; the footer of the file at `path` is there already.

    Raises:
        SourceUnreadable: The footer cannot be read.
    """
    try:
        metadata = pq.read_metadata(path)
        chunks = list(_chunks(metadata, size))
    except (OSError, pa.ArrowException, OverflowError, ValueError):
        raise SourceUnreadable("the data cannot be read as parquet", remedy="check that the file is whole") from None
    left = [(start, end) for column, start, end in chunks if not wanted(column)]
    kept = [(start, end) for column, start, end in chunks if wanted(column)]
    if (metadata.created_by or "").startswith(_WRONG):
        return [(0, size)]
    return merged([*without([(0, size)], merged(left)), *kept])


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Return ranges in order, those that meet as one.

    >>> merged([(5, 9), (0, 3), (3, 4), (8, 10)])
    [(0, 4), (5, 10)]
    """
    found: list[Range] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(ranges: list[Range], taken: list[Range]) -> list[Range]:
    """Return what is left of ranges; both are merged.

    >>> without([(0, 10), (20, 30)], [(2, 4), (8, 25)])
    [(0, 2), (4, 8), (25, 30)]
    """
    found: list[Range] = []
    at = 0
    for first, last in ranges:
        start = first
        while at < len(taken) and taken[at][1] <= start:
            at += 1
        seen = at
        while seen < len(taken) and taken[seen][0] < last:
            found.append((start, min(taken[seen][0], last)))
            start = max(start, taken[seen][1])
            seen += 1
        found.append((start, last))
    return [(start, end) for start, end in found if start < end]


def _chunks(metadata: pq.FileMetaData, size: int) -> Iterator[tuple[str, int, int]]:
    """Yield the column (of a nested one, the outermost) and the bytes of each chunk; `size` bounds what a file says of itself."""
    for row in range(metadata.num_row_groups):
        group: Any = metadata.row_group(row)
        for at in range(group.num_columns):
            chunk = group.column(at)
            offsets = [chunk.data_page_offset, chunk.dictionary_page_offset if chunk.has_dictionary_page else None]
            start = min(offset for offset in offsets if offset is not None and offset > 0)
            end = start + chunk.total_compressed_size
            if chunk.total_compressed_size < 0 or end > size:
                raise ValueError
            yield chunk.path_in_schema.partition(".")[0], start, end
