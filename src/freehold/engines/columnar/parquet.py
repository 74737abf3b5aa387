"""Parquet files as data: row groups are read side by side, only the columns asked for, a bounded part at a time.

A footer is a hint for sizes and never an answer: what is counted was read. Statistics of foreign writers are not looked at.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import pyarrow.parquet as pq

from freehold.engines.columnar.arrow import DataType, RecordBatch, Schema, pa
from freehold.engines.columnar.file import Mark, check_unchanged, mark
from freehold.engines.columnar.footer import Footer
from freehold.engines.columnar.source import Columns, Task, reading, shared_out, step_rows
from freehold.engines.columnar.spelling import is_text
from freehold.engines.columnar.values import plain_type
from freehold.errors import SourceUnreadable

TASK_ROWS = 1 << 18
"""Row groups are done together until they have so many rows."""

_BUFFER = 1 << 20
_CODED = 4.0
_FORM = "Parquet"


class ParquetFiles:
    """A `source.Data` over one or more files of one schema."""

    def __init__(self, paths: Sequence[str], groups: Sequence[int] | None = None) -> None:
        """Read the footers; only the row groups of these numbers of the one file will be read, by default all of all files.

        Raises:
            SourceUnreadable: A file is no Parquet file, or the files have other columns each.
        """
        self._groups = groups
        self._marks: dict[str, Mark] = {path: mark(path) for path in paths}
        self._footers: dict[str, pq.FileMetaData] = {}
        self._open: list[pq.ParquetFile] = []
        self._coded: list[str] = []
        self._lock = threading.Lock()
        self._local = threading.local()
        for path in paths:
            with reading(path, _FORM):
                self._footers[path] = pq.read_metadata(path)
        with reading(paths[0], _FORM):
            self._schema = self._footers[paths[0]].schema.to_arrow_schema()
        for path in paths[1:]:
            with reading(path, _FORM):
                _check_same(self._schema, self._footers[path].schema.to_arrow_schema(), path)

    @property
    def schema(self) -> Schema:
        """The columns of the first file; the others have them too."""
        return self._schema

    @property
    def rows(self) -> int:
        """How many rows the footers promise."""
        if self._groups is not None:
            return sum(Footer(footer).rows(tuple(self._groups)) for footer in self._footers.values())
        return sum(footer.num_rows for footer in self._footers.values())

    def tasks(self, groups: Sequence[Columns]) -> list[Task]:
        """Return each group of columns over each few row groups; their batches raise `SourceUnreadable`."""
        found: list[Task] = []
        footers = {path: Footer(footer) for path, footer in self._footers.items()}
        self._coded = [name for name in dict.fromkeys(itertools.chain(*groups)) if self._is_coded(name, footers)]
        for path, footer in footers.items():
            names = [group or footer.cheapest(self._schema.names) for group in groups]
            for numbers in footer.together(TASK_ROWS, self._groups):
                for place, group in enumerate(names):
                    size = sum(footer.bytes(name, numbers) for name in group)
                    step = step_rows(size / max(footer.rows(numbers), 1))
                    found.append(Task((place,), partial(self._read, path, group, numbers, step), size + 1.0))
        return shared_out(found)

    def check(self) -> None:
        """Check that no file has changed.

        Raises:
            DataChanged: One has.
        """
        check_unchanged(self._marks)

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            for file in self._open:
                file.close(force=True)
            self._open.clear()

    def _read(self, path: str, names: Columns, numbers: tuple[int, ...], step: int) -> Iterator[RecordBatch]:
        with reading(path, _FORM):
            batches = self._file(path).iter_batches(step, row_groups=list(numbers), columns=list(names), use_threads=False)
        while True:
            with reading(path, _FORM):
                batch = next(batches, None)
            if batch is None:
                return
            yield batch

    def _file(self, path: str) -> pq.ParquetFile:
        """Return this thread's own reader of a file."""
        mine: dict[str, pq.ParquetFile] = self._local.__dict__.setdefault("files", {})
        if path not in mine:
            with reading(path, _FORM):
                mine[path] = pq.ParquetFile(
                    path,
                    metadata=self._footers[path],
                    read_dictionary=self._coded,
                    buffer_size=_BUFFER,
                    pre_buffer=False,
                    coerce_int96_timestamp_unit="us",
                    page_checksum_verification=True,
                )
            with self._lock:
                self._open.append(mine[path])
        return mine[path]

    def _is_coded(self, name: str, footers: Mapping[str, Footer]) -> bool:
        """Return whether a text column takes so few bytes for each row that only places in dictionaries can be in it."""
        if not is_text(self._schema.field(name).type):
            return False
        return all(not footer.groups or footer.bytes(name, (0,)) < _CODED * footer.rows((0,)) for footer in footers.values())


def _check_same(first: Schema, other: Schema, path: str) -> None:
    """Check that files can be read as one.

    Raises:
        SourceUnreadable: A column is missing, or of another type.
    """
    there = {field.name: _family(plain_type(field.type)) for field in other}
    for field in first:
        if there.get(field.name) != _family(plain_type(field.type)):
            raise SourceUnreadable(
                f"`{path}` has no column `{field.name}` of type `{plain_type(field.type)}`, which the file before it has",
                remedy="give files of one schema",
                source=path,
            )


def _family(type_: DataType) -> object:
    """Return what is the same for types whose values compare alike."""
    families = (is_text, pa.types.is_signed_integer, pa.types.is_unsigned_integer, pa.types.is_floating)
    return next((family for family in families if family(type_)), type_)
