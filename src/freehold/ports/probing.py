"""What counts probes over data that lies on this machine, a user's own file or a table in memory: nothing of it is of the mesh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from freehold.errors import ParameterInvalid
from freehold.model.query import InspectedColumn
from freehold.model.rule import Probe

if TYPE_CHECKING:
    import pyarrow as pa

Local = Any
"""A path of a Parquet, CSV or Arrow IPC file or a glob of such (`str` or `os.PathLike`), or a table in memory: a pandas or Polars
frame, a DuckDB relation, whatever gives an Arrow stream (`__arrow_c_stream__`); or a `PostgresTable` or an `AzureSqlTable`."""

POSTGRES = "postgresql:"
"""How a command line says that a table of a PostgreSQL server is meant."""

AZURE_SQL = "azure-sql:"
"""How a command line says that a table of Azure SQL is meant."""

Progress = Callable[[float], None]
"""Hears how much of the work is done, from 0 to 1."""


class PostgresTable(msgspec.Struct, frozen=True):
    """A table or view of the PostgreSQL server that libpq's own variables and files name (`PGHOST`, `PGSERVICE`, `PGPASSFILE` …).

    Names are as PostgreSQL keeps them, which folds what was not quoted to small letters; without a schema the search path decides.
    """

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        """Return it as a command line has it."""
        return f"{POSTGRES}{self.schema}.{self.name}" if self.schema is not None else f"{POSTGRES}{self.name}"


class AzureSqlTable(msgspec.Struct, frozen=True):
    """A table or view of the database that `FREEHOLD_SQL_SERVER` and `FREEHOLD_SQL_DATABASE` name."""

    name: str
    schema: str = "dbo"

    def __str__(self) -> str:
        """Return it as a command line has it."""
        return f"{AZURE_SQL}{self.schema}.{self.name}"


ServedTable = PostgresTable | AzureSqlTable
"""A table that a server has."""


def served_table(text: str) -> ServedTable | None:
    """Return what `postgresql:SCHEMA.TABLE` or `azure-sql:SCHEMA.TABLE` names; None where a text means something else.

    Raises:
        ParameterInvalid: It is a connection string, which would leave its password in the history of the shell, or no name.
    """
    if text.startswith(POSTGRES):
        return postgres_table(text)
    return azure_sql_table(text) if text.startswith(AZURE_SQL) else None


def postgres_table(text: str) -> PostgresTable:
    """Return what `postgresql:SCHEMA.TABLE` or `postgresql:TABLE` names.

    >>> postgres_table("postgresql:public.orders")
    PostgresTable(name='orders', schema='public')

    Raises:
        ParameterInvalid: As `served_table`.
    """
    schema, name = _parts(
        text.removeprefix(POSTGRES),
        "that names no table of a PostgreSQL server",
        "write `postgresql:SCHEMA.TABLE`; which server and as whom is said by PGSERVICE, or PGHOST and its like",
    )
    return PostgresTable(name, schema)


def azure_sql_table(text: str) -> AzureSqlTable:
    """Return what `azure-sql:SCHEMA.TABLE` names, or `azure-sql:TABLE` of the schema `dbo`.

    >>> azure_sql_table("azure-sql:sales.orders"), azure_sql_table("azure-sql:orders")
    (AzureSqlTable(name='orders', schema='sales'), AzureSqlTable(name='orders', schema='dbo'))

    Raises:
        ParameterInvalid: As `served_table`.
    """
    schema, name = _parts(
        text.removeprefix(AZURE_SQL),
        "that names no table of Azure SQL",
        "write `azure-sql:SCHEMA.TABLE`; which database is said by FREEHOLD_SQL_SERVER and FREEHOLD_SQL_DATABASE",
    )
    return AzureSqlTable(name) if schema is None else AzureSqlTable(name, schema)


def _parts(text: str, problem: str, remedy: str) -> tuple[str | None, str]:
    schema, dot, name = text.rpartition(".")
    if not name or (dot and not schema) or any(mark in text for mark in "/@=?:;"):
        raise ParameterInvalid(problem, remedy=remedy)
    return schema or None, name


class Prober(Protocol):
    """A backend for local data. All of them count alike: what each probe means stands in `model.rule`."""

    def columns(self, data: Local) -> tuple[InspectedColumn, ...]:
        """Return the columns as the data has them, in its order; `logical` is `nested` for lists, structs and maps.

        Raises:
            SourceUnreadable: A file is missing, corrupt or of another format, or a server cannot be reached.
            ParameterInvalid: The data is no table.
            SettingInvalid: A part that reads such data is not installed.
        """
        ...

    def unsuited(self, data: Local, probe: Probe) -> str | None:
        """Return why a probe cannot be counted over such data, in a sentence, or None where it can."""
        ...

    def brought(self, data: Local, probe: Probe) -> str | None:
        """Return why values of a server's table leave it to be counted here, in a sentence, or None where they stay."""
        ...

    def count(self, data: Local, probes: Sequence[Probe], progress: Progress | None = None) -> tuple[float | None, ...]:
        """Return what each probe counts, in the order of `probes`; None is the newest of no values.

        Every probe names columns that the data has (case does not count), of a type that fits the one the probe declares.

        Raises:
            SourceUnreadable, ParameterInvalid: As `columns`.
        """
        ...

    def samples(self, data: Local, probe: Probe, limit: int) -> pa.Table:
        """Return at most `limit` whole rows that a probe counts, in the order of the data as far as it has one.

        Of `SURPLUS` it is the rows of values that come more than once; of `ROWS` and `NEWEST` there is none.

        Raises:
            SourceUnreadable, ParameterInvalid: As `columns`.
        """
        ...
