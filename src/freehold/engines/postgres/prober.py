"""A `ports.Prober` over tables of a PostgreSQL server: the same probes as SQL, in one read-only transaction and so of one state."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from freehold.compiler.dialect import Dialect, written_for
from freehold.engines.names import named
from freehold.engines.postgres.columns import columns_of
from freehold.engines.postgres.session import Session, session
from freehold.engines.postgres.types import logical
from freehold.errors import QueryInvalid, SourceUnreadable
from freehold.model.query import InspectedColumn
from freehold.model.rule import Probe
from freehold.names import quote
from freehold.ports.probing import PostgresTable, Progress
from freehold.quality.statements import Counting, counting, sampling

if TYPE_CHECKING:
    import pyarrow as pa

TIMEOUT = 300
"""Seconds that one statement may take."""


class PostgresProber:
    """Counts probes where the table is."""

    def __init__(self, *, timeout: int = TIMEOUT) -> None:
        """Let no statement take longer than `timeout` seconds."""
        self._timeout = timeout

    def columns(self, data: PostgresTable) -> tuple[InspectedColumn, ...]:
        """Return the columns of the table.

        Raises:
            SourceUnreadable: There is no such table, or the server cannot be reached.
            SettingInvalid: The driver is not installed.
        """
        with session(str(data), self._timeout) as asked:
            return _columns(asked, data)

    def unsuited(self, data: PostgresTable, probe: Probe) -> str | None:
        """Return why PostgreSQL cannot count a probe: its pattern means something else there."""
        try:
            for statement in counting(_relation(data), [probe]):
                written_for(statement.sql, Dialect.POSTGRES)
        except QueryInvalid as error:
            return f"{error.detail[0].upper()}{error.detail[1:]}."
        return None

    def brought(self, data: PostgresTable, probe: Probe) -> str | None:
        """Return None: whatever is counted is counted there."""

    def count(self, data: PostgresTable, probes: Sequence[Probe], progress: Progress | None = None) -> tuple[float | None, ...]:
        """Return what each probe counts, in the order of `probes`; None is the newest of no values.

        Raises:
            SourceUnreadable, SettingInvalid: As `columns`.
            TimeExceeded: A statement takes too long.
            QueryInvalid: A probe is `unsuited`.
        """
        found: dict[Probe, float | None] = {}
        with session(str(data), self._timeout) as asked:
            names = [column.name for column in _columns(asked, data)]
            of = {named(probe, names): probe for probe in probes}
            statements = counting(_relation(data), of)
            for done, statement in enumerate(statements, 1):
                row = asked.table(written_for(_as_numbers(statement), Dialect.POSTGRES)).to_pylist()[0]
                found |= {of[probe]: _number(row[f"p{at}"]) for at, probe in enumerate(statement.probes)}
                if progress is not None:
                    progress(done / len(statements))
        return tuple(found[probe] for probe in probes)

    def samples(self, data: PostgresTable, probe: Probe, limit: int) -> pa.Table:
        """Return at most `limit` whole rows that a probe counts.

        Raises:
            SourceUnreadable, SettingInvalid, TimeExceeded, QueryInvalid: As `count`.
        """
        with session(str(data), self._timeout) as asked:
            chosen = named(probe, [column.name for column in _columns(asked, data)])
            sql = sampling(_relation(data), chosen, limit) or f"SELECT * FROM {_relation(data)} LIMIT 0"  # noqa: S608  (quoted)
            return asked.table(written_for(sql, Dialect.POSTGRES))


def _columns(asked: Session, data: PostgresTable) -> tuple[InspectedColumn, ...]:
    found = tuple(
        InspectedColumn(name=item.name, logical=logical(item.type, item.kind), physical=item.type)
        for item in columns_of(asked, _relation(data))
    )
    if not found:
        raise SourceUnreadable(
            f"there is no table `{data}`, or it has no columns", remedy="check its name, which PostgreSQL keeps in small letters"
        )
    return found


def _relation(data: PostgresTable) -> str:
    return ".".join(quote(part) for part in (data.schema, data.name) if part is not None)


def _as_numbers(statement: Counting) -> str:
    listed = ", ".join(f'CAST("c"."p{at}" AS DOUBLE) AS "p{at}"' for at in range(len(statement.probes)))
    return f'SELECT {listed} FROM ({statement.sql}) AS "c"'  # noqa: S608  (which was written by the counting itself)


def _number(value: float | None) -> float | None:
    """Return a count; a newest value of `infinity` tells no age."""
    return value if value is not None and math.isfinite(value) else None
