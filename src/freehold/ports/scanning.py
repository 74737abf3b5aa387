"""What a scan can look at by itself: files in folders that the operator lists. Products are looked at through the gate alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec
import pyarrow as pa


class FileFound(msgspec.Struct, frozen=True, kw_only=True):
    """A file below a root: its path from there with `/`, its size in bytes, and when it was written (milliseconds since 1970)."""

    path: str
    format: str
    size: int
    modified: int


class Folders(Protocol):
    """The listed folders. All methods may be called from any thread."""

    def files(self, root: str, below: str) -> Iterator[FileFound]:
        """Yield the Parquet and CSV files below a folder of a root, by path.

        Raises:
            SourceUnreadable: No root has that name, or the folder is not below it.
        """
        ...

    def columns(self, root: str, file: FileFound) -> list[tuple[str, str]]:
        """Return names and types of a file's columns.

        Raises:
            SourceUnreadable: It cannot be read.
        """
        ...

    def batches(self, root: str, file: FileFound, most: int) -> Iterator[pa.RecordBatch]:
        """Yield the first rows of a file, at least `most` where it has so many.

        Raises:
            SourceUnreadable: It cannot be read.
        """
        ...
