"""What a scan can look at by itself: folders and databases that the operator lists. Products are read through the gate alone."""

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


class TableFound(msgspec.Struct, frozen=True, kw_only=True):
    """A table or view of a database: its schema, its name, and which of the two it is (`table`, `view`).

    Of a `view` no row is ever asked for: it may be anybody's code. What reads from elsewhere (a foreign table) is one too.
    """

    schema: str
    name: str
    kind: str


class Database(Protocol):
    """One listed database. All methods may be called from any thread; no text of a driver or an engine is passed on."""

    @property
    def engine(self) -> str:
        """What answers: `postgresql`, `duckdb` or `azure-sql`; kinds of data source and types of entities go by it."""
        ...

    def name(self) -> str:
        """Return what the database is called on its server.

        Raises:
            SourceUnreadable: It cannot be reached.
        """
        ...

    def state(self) -> str | None:
        """Return a text that differs once anything in the database has changed, or None where that cannot be known.

        Raises:
            SourceUnreadable: It cannot be reached.
        """
        ...

    def tables(self) -> Iterator[TableFound]:
        """Yield the tables and views, without those of the system, by schema and name.

        Raises:
            SourceUnreadable, TimeExceeded: They cannot be listed.
        """
        ...

    def columns(self, table: TableFound) -> list[tuple[str, str]]:
        """Return names and the database's own type names of a table's columns, in order.

        Raises:
            SourceUnreadable, TimeExceeded: They cannot be read.
        """
        ...

    def uses(self, view: TableFound) -> list[TableFound]:
        """Return the tables and views that a view reads, as far as the database says so.

        Raises:
            SourceUnreadable, TimeExceeded: It cannot be asked.
        """
        ...

    def batches(self, table: TableFound, most: int) -> Iterator[pa.RecordBatch]:
        """Yield the first rows of a table, at least `most` where it has so many; columns that cannot be classified may be missing.

        Raises:
            SourceUnreadable, TimeExceeded: They cannot be read, or not all of them.
        """
        ...
