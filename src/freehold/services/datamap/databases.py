"""The databases that the operator lists, as a scan looks at them: a data source names one by its endpoint, letter for letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from freehold.errors import SourceUnreadable
from freehold.ports.scanning import Database, TableFound
from freehold.services.datamap import assets
from freehold.services.datamap.looking import Asset, Wanted, look_at

ROWS = 10_000
"""How many rows of a table are looked at."""

CELLS = 500_000
"""How many values of a table are looked at, in all its columns: of a wide one fewer rows."""

PREFIXES: dict[str, dict[str, str]] = {
    "postgresql": {"AzurePostgreSql": "azure_postgresql", "AmazonPostgreSql": "azure_postgresql"},
    "duckdb": {"DuckDB": "duckdb"},
    "azure-sql": {
        "AzureSqlDatabase": "azure_sql",
        "AzureSqlDatabaseManagedInstance": "azure_sql",
        "AzureSqlDataWarehouse": "azure_sql_dw",
        "SqlServerDatabase": "mssql",
    },
}
"""Of each engine the kinds of data source that it can be, and with which types of entities each is described."""

_SCHEMES = {"postgresql": "postgresql", "duckdb": "duckdb", "azure-sql": "mssql"}


@dataclass(frozen=True, slots=True)
class Databases:
    """The listed databases by their names."""

    listed: Mapping[str, Database]

    def has(self, address: str) -> bool:
        """Return whether an endpoint names a listed database."""
        return address in self.listed

    def assets(self, address: str, kind: str, wanted_name: str | None) -> Iterator[Asset]:
        """Yield the tables and views of a listed database; `wanted_name` is the database that the scan names, if it does.

        Raises:
            SourceUnreadable: It cannot be listed, is of another kind, or is another database.
        """
        database = self.listed[address]
        prefix = PREFIXES[database.engine].get(kind)
        if prefix is None:
            fitting = ", ".join(PREFIXES[database.engine])
            raise SourceUnreadable(
                f"`{address}` is a database of {database.engine}, and no {kind}", remedy=f"register it as one of {fitting}"
            )
        name = database.name()
        if wanted_name and wanted_name.casefold() != name.casefold():
            raise SourceUnreadable(
                f"`{address}` is the database `{name}`, not `{wanted_name[:80]}`", remedy="leave `databaseName` out of the scan"
            )
        place = assets.Place(prefix=prefix, scheme=_SCHEMES[database.engine], server=address, name=name)
        state = database.state()
        for table in database.tables():
            yield Asset(place.address(table.schema, table.name), _looker(database, place, table), state)


NO_DATABASES = Databases({})


def _looker(database: Database, place: assets.Place, table: TableFound) -> Callable[[Wanted], tuple[list[dict[str, Any]], bool]]:
    def look(wanted: Wanted) -> tuple[list[dict[str, Any]], bool]:
        fields = database.columns(table)
        is_view = table.kind == "view"
        columns = look_at(fields, () if is_view else database.batches(table, min(ROWS, CELLS // max(1, len(fields)) + 1)), wanted)
        uses = [item for item in database.uses(table) if wanted.passes(place.address(item.schema, item.name))] if is_view else []
        return assets.of_table(place, table, columns, uses), any(item.classifications for item in columns)

    return look
