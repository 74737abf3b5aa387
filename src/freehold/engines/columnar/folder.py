"""Folders whose files a scan may look at: Parquet and CSV, and nothing that lies, or is linked, outside of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from freehold.engines.columnar.arrow import RecordBatch, Schema
from freehold.engines.columnar.csv import csv_stream
from freehold.engines.columnar.frame import Stream
from freehold.engines.columnar.parquet import ParquetFiles
from freehold.errors import SourceUnreadable
from freehold.ports.scanning import FileFound

MOST = 100_000
"""How many files one scan looks at below one folder."""

_FORMATS = {".parquet": "parquet", ".csv": "csv"}


class ListedFolders:
    """A `ports.scanning.Folders` over folders by their names."""

    def __init__(self, roots: Mapping[str, Path]) -> None:
        """Look below `roots` alone."""
        self._roots = {name: path.resolve() for name, path in roots.items()}

    def files(self, root: str, below: str) -> Iterator[FileFound]:
        """Yield the Parquet and CSV files below a folder of a root, by path.

        Raises:
            SourceUnreadable: No root has that name, or the folder is not below it.
        """
        base = self._base(root)
        start = self._inside(root, below.strip("/"))
        count = 0
        for folder, folders, names in os.walk(start):
            folders.sort()
            for name in sorted(names):
                path = Path(folder) / name
                if path.suffix.lower() not in _FORMATS or not path.resolve().is_relative_to(base):
                    continue
                count += 1
                if count > MOST:
                    raise SourceUnreadable(f"`{root}` has more than {MOST:,} files", remedy="scan a folder of it")
                state = path.stat()
                yield FileFound(
                    path=path.relative_to(base).as_posix(),
                    format=_FORMATS[path.suffix.lower()],
                    size=state.st_size,
                    modified=state.st_mtime_ns // 1_000_000,
                )

    def columns(self, root: str, file: FileFound) -> list[tuple[str, str]]:
        """Return names and types of a file's columns.

        Raises:
            SourceUnreadable: It cannot be read.
        """
        data = self._open(root, file)
        try:
            schema: Schema = data.schema
            return [(field.name, str(field.type)) for field in schema]
        finally:
            data.close()

    def batches(self, root: str, file: FileFound, most: int) -> Iterator[RecordBatch]:
        """Yield the first rows of a file, at least `most` where it has so many.

        Raises:
            SourceUnreadable: It cannot be read.
        """
        data = self._open(root, file)
        try:
            seen = 0
            for task in data.tasks([tuple(data.schema.names)]):
                for batch in task.batches():
                    yield batch
                    seen += batch.num_rows
                    if seen >= most:
                        return
        finally:
            data.close()

    def _open(self, root: str, file: FileFound) -> ParquetFiles | Stream:
        path = os.fspath(self._inside(root, file.path))
        return ParquetFiles([path]) if file.format == "parquet" else csv_stream([path], {})

    def _base(self, root: str) -> Path:
        base = self._roots.get(root)
        if base is None:
            listed = ", ".join(self._roots) or "none"
            raise SourceUnreadable(
                f"the operator lists no folder `{root[:80]}`; listed: {listed}",
                remedy="start the catalogue with `--scan-root NAME=FOLDER`",
            )
        return base

    def _inside(self, root: str, below: str) -> Path:
        base = self._base(root)
        try:
            path = (base / below).resolve()
            there = path.exists()
        except (OSError, ValueError):
            there, path = False, base
        if not there or not path.is_relative_to(base):
            raise SourceUnreadable(f"`{root}` has no `{below[:200]}`", remedy="name a folder below it")
        return path
