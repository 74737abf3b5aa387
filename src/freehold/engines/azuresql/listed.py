"""A database of Azure SQL that the operator lists for scans: a `ports.scanning.Database` over connections that only read.

No row of a view is asked for, since a view may be anybody's code; what it reads is told by INFORMATION_SCHEMA.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator

import pyarrow as pa

from freehold.compiler.tsql.columns import SqlTable
from freehold.compiler.tsql.measure import COLUMNS, TABLES, USES, first_rows
from freehold.engines.azuresql.arrow import schema_of
from freehold.engines.azuresql.connection import Access, Connection
from freehold.engines.azuresql.tables import columns_of
from freehold.errors import EngineFailed, SourceUnreadable
from freehold.model.place import SqlDatabase
from freehold.ports.scanning import TableFound

SECONDS = 120.0
"""How long one statement of a scan may take."""

_SYSTEM = frozenset({"sys", "information_schema"})


class AzureSqlDatabase:
    """Implements `ports.scanning.Database`."""

    engine = "azure-sql"

    def __init__(self, place: SqlDatabase, access: Access, *, seconds: float = SECONDS) -> None:
        """Read the database at `place`, getting in by `access`; no statement takes longer than `seconds`."""
        self._place, self._access, self._seconds = place, access, seconds

    def name(self) -> str:
        """Return what it is called; see the port."""
        return self._place.database

    def state(self) -> str | None:
        """Return that it is not known whether anything has changed; see the port."""
        return None

    def tables(self) -> Iterator[TableFound]:
        """Yield the tables and views; see the port."""
        with self._asked() as connection:
            rows = connection.rows(TABLES)
        yield from (_found(*row) for row in rows if row[0].casefold() not in _SYSTEM)

    def columns(self, table: TableFound) -> list[tuple[str, str]]:
        """Return names and types of a table's columns; see the port."""
        return [(column.name, column.physical) for column in self._table(table).columns]

    def uses(self, view: TableFound) -> list[TableFound]:
        """Return what a view reads; see the port."""
        with self._asked() as connection:
            rows = connection.rows(USES, (view.schema, view.name))
        return [_found(*row) for row in rows]

    def batches(self, table: TableFound, most: int) -> Iterator[pa.RecordBatch]:
        """Yield the first rows of a table, of a view none; see the port."""
        found = self._table(table)
        shown = [(column.name, column.logical) for column in found.columns if column.logical not in {"nested", "binary"}]
        if table.kind != "table" or not shown:
            return
        with self._asked() as connection:
            connection.ask(first_rows(found, [name for name, _ in shown], most))
            yield from connection.batches(schema_of(shown))

    def _table(self, table: TableFound) -> SqlTable:
        with self._asked() as connection:
            columns = columns_of(connection.rows(COLUMNS, (table.schema, table.name)))
        if not columns:
            raise SourceUnreadable(f"the table `{table.schema}.{table.name}` is not there any more", remedy="scan again")
        return SqlTable(schema=table.schema, name=table.name, columns=columns)

    @contextlib.contextmanager
    def _asked(self) -> Generator[Connection]:
        with contextlib.closing(Connection(self._place, self._access, self._seconds)) as connection:
            try:
                yield connection
            except EngineFailed:
                raise SourceUnreadable(
                    f"the database `{self._place.name}` refuses to be read",
                    remedy="grant the identity of the scan SELECT on its tables",
                ) from None


def _found(schema: str, name: str, kind: str) -> TableFound:
    return TableFound(schema=schema, name=name, kind="table" if kind == "BASE TABLE" else "view")
