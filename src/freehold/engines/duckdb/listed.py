"""A DuckDB file that the operator lists for scans: a `ports.scanning.Database` in read-only connections that reach nothing else.

A file may be anybody's work: no view and no generated column of it is computed, no extension loaded, no other file opened.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from freehold.engines.duckdb.deadline import Deadlines
from freehold.engines.duckdb.sessions import fenced
from freehold.errors import SourceUnreadable, TimeExceeded
from freehold.names import quote
from freehold.ports.scanning import TableFound

if TYPE_CHECKING:
    import pyarrow as pa

TIMEOUT = 120
"""Seconds that one statement of a scan may take."""

MOST = 20_000
"""How many tables and views one scan looks at."""

LONGEST = 1_000
"""How many characters of a value are asked for."""

MEMORY = 512 << 20
_ROWS = 10_000
_OWN = "NOT internal AND NOT temporary AND database_name = current_database()"
_LISTED = f"""
SELECT schema_name, table_name, 'table' FROM duckdb_tables() WHERE {_OWN} UNION ALL
SELECT schema_name, view_name, 'view' FROM duckdb_views() WHERE {_OWN} ORDER BY 1, 2 LIMIT {MOST + 1}"""  # noqa: S608  (constants)
_COLUMNS = """
SELECT column_name, data_type FROM duckdb_columns()
WHERE NOT internal AND database_name = current_database() AND schema_name = ? AND table_name = ? ORDER BY column_index"""
_WRITTEN = """
SELECT sql FROM duckdb_tables() WHERE NOT internal AND database_name = current_database() AND schema_name = ? AND table_name = ?"""
_PLAIN = frozenset("TINYINT SMALLINT INTEGER BIGINT UTINYINT USMALLINT UINTEGER UBIGINT FLOAT DOUBLE".split())
_TEXTS = ("VARCHAR", "JSON", "UUID", "HUGEINT", "UHUGEINT", "DECIMAL", "ENUM", "DATE", "TIMESTAMP")


class DuckDbFile:
    """A `ports.scanning.Database` over one file."""

    engine = "duckdb"

    def __init__(self, name: str, path: Path, *, timeout: int = TIMEOUT) -> None:
        """Read the file at `path`, called `name`; no statement takes longer than `timeout` seconds."""
        self._name = name
        self._path = path
        self._timeout = timeout
        self._deadlines = Deadlines()

    def name(self) -> str:
        """Return the file's name without its ending, which is what DuckDB calls the database."""
        return self._path.stem

    def state(self) -> str | None:
        """Return what the file system says of the file and of its log.

        Raises:
            SourceUnreadable: The file is not there.
        """
        try:
            found = [self._path.stat()]
        except OSError:
            raise self._unreadable() from None
        with contextlib.suppress(OSError):
            found.append(self._path.with_name(f"{self._path.name}.wal").stat())
        return " ".join(f"{item.st_ino}-{item.st_size}-{item.st_mtime_ns}" for item in found)

    def tables(self) -> Iterator[TableFound]:
        """Yield the tables and views, by schema and name.

        Raises:
            SourceUnreadable: They cannot be listed.
        """
        with self.connection() as connection:
            found = connection.execute(_LISTED).fetchall()
        if len(found) > MOST:
            raise SourceUnreadable(f"`{self._name}` has more than {MOST:,} tables", remedy="list a file with fewer")
        for schema, name, kind in found:
            yield TableFound(schema=schema, name=name, kind=kind)

    def columns(self, table: TableFound) -> list[tuple[str, str]]:
        """Return names and types of a table's columns, in order.

        Raises:
            SourceUnreadable, TimeExceeded: They cannot be read.
        """
        with self.connection() as connection:
            return connection.execute(_COLUMNS, [table.schema, table.name]).fetchall()

    def uses(self, view: TableFound) -> list[TableFound]:  # noqa: ARG002  (the port's shape)
        """Return nothing: DuckDB keeps the text of a view, and not what it reads."""
        return []

    def batches(self, table: TableFound, most: int) -> Iterator[pa.RecordBatch]:
        """Yield the first rows of a table; of a long value its beginning. Of one that computes columns there is none.

        Raises:
            SourceUnreadable, TimeExceeded: They cannot be read.
        """
        with self.connection() as connection:
            asked = [table.schema, table.name]
            written = connection.execute(_WRITTEN, asked).fetchone()
            named = connection.execute(_COLUMNS, asked).fetchall()
            outputs = [made for name, kind in named if (made := _output(name, kind)) is not None]
            if written is None or "GENERATED ALWAYS AS" in written[0].upper() or not outputs:
                return
            relation = f"{quote(table.schema)}.{quote(table.name)}"
            reader = connection.execute(f"SELECT {', '.join(outputs)} FROM {relation} LIMIT {most:d}").to_arrow_reader(_ROWS)  # noqa: S608
            yield from reader

    @contextlib.contextmanager
    def connection(self) -> Generator[Any]:
        """Give a connection that can read this file, and nothing else of this machine.

        Raises:
            SourceUnreadable, TimeExceeded: The file cannot be read, or what is asked of it fails or takes too long.
        """
        config = fenced(1, MEMORY) | {"enable_external_access": "false", "lock_configuration": "true"}
        if not self._path.is_file():  # not a pipe, which would never be opened
            raise self._unreadable()
        try:
            with duckdb.connect(self._path, read_only=True, config=config) as connection:
                deadline = self._deadlines.after(self._timeout, connection.interrupt)
                try:
                    yield connection
                finally:
                    deadline.cancel()
        except duckdb.InterruptException:
            raise TimeExceeded(
                f"`{self._name}` took longer to read than a statement may", remedy="scan it when the machine has less to do"
            ) from None
        except (duckdb.Error, OSError, UnicodeDecodeError):
            raise self._unreadable() from None

    def _unreadable(self) -> SourceUnreadable:
        return SourceUnreadable(
            f"`{self._name}` is no DuckDB file that can be read here: it is missing, in use by a writer, encrypted, broken, or of "
            "another version",
            remedy="list a copy that nobody writes to, without a key, written by DuckDB 1.5 or older",
        )


def _output(name: str, kind: str) -> str | None:
    """Return a column as it is asked for, or None where it holds nothing that could be classified."""
    if kind.endswith("]"):
        return None
    if kind in _PLAIN:
        return quote(name)
    return f"left(CAST({quote(name)} AS VARCHAR), {LONGEST}) AS {quote(name)}" if kind.startswith(_TEXTS) else None
